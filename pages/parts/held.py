"""Widgets that show what something else says: an address, a preference."""

from typing import Any

import streamlit as st


def hold(key: str, value: Any) -> None:
    """Have a widget show `value`; one that does is not touched, since somebody may be typing in it."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
