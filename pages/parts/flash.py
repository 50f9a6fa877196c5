"""Messages that outlive a rerun or a change of page: put down by whoever acts, shown by the frame."""

import streamlit as st

from pages.parts.words import plain

_KEY = "flash"


def flash(text: str, icon: str = "check_circle") -> None:
    """Have `text` shown as a toast when the frame is drawn next; `icon` is a Material symbol's name."""
    st.session_state.setdefault(_KEY, []).append((text, icon))


def show() -> None:
    """Show what waits, once."""
    waiting = st.session_state.get(_KEY, [])
    while waiting:
        # Taken away only once it is shown: a run that is ended here leaves the others to the next one.
        text, icon = waiting[0]
        st.toast(plain(text), icon=f":material/{icon}:")
        waiting.pop(0)
