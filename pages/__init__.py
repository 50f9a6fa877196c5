"""The screens: straight scripts that Streamlit runs, and the parts they share."""
