"""Messages that outlive a rerun or a change of page: put down by whoever acts, shown by the frame."""

import streamlit as st

from pages.parts.words import plain

_KEY = "flash"


def flash(text: str, icon: str = "check_circle") -> None:
    """Have `text` shown as a toast when the frame is drawn next; `icon` is a Material symbol's name."""
    st.session_state.setdefault(_KEY, []).append((text, icon))


def show() -> None:
    """Show what waits, once."""
    for text, icon in st.session_state.pop(_KEY, []):
        st.toast(plain(text), icon=f":material/{icon}:")
