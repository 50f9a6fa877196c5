"""The end of a dialog that asks before something is done."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from hooks.i18n import _
from pages.parts.flash import flash
from pages.parts.words import plain
from services.errors import Told


def confirmed(verb: str, key: str) -> bool:
    """Draw the way out and the deed, which is never the default; say whether the deed was chosen."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), type="tertiary", key=f"{key}-cancel"):
            st.rerun()
        return st.button(verb, key=key)


def carry_out(call: Callable[[], Any], done: str) -> None:
    """Do it, close the dialog and say `done`; what is refused is said in the dialog."""
    try:
        call()
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    flash(done)
    st.rerun()
