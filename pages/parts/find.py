"""The field that finds rows of a list by name; what is sought stands in the address."""

import streamlit as st

from models.fold import fold
from pages.parts.held import hold

# Shorter lists need none.
FROM = 12
_NAME = "find"


def box(label: str, length: int, key: str) -> str:
    """Draw the field over a list of this length, and return what is sought, folded; nothing where it is short."""
    asked = st.query_params.get(_NAME, "")
    if length <= FROM and not asked:
        return ""
    hold(key, asked)
    st.text_input(
        label,
        type="search",
        live="200ms",
        label_visibility="collapsed",
        placeholder=label,
        icon=":material/search:",
        width=320,
        key=key,
        on_change=_note,
        args=(key,),
    )
    return fold(asked)


def _note(key: str) -> None:
    words = (st.session_state[key] or "").strip()
    if words:
        st.query_params[_NAME] = words
    else:
        st.query_params.pop(_NAME, None)
