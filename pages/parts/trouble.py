"""What a person reads when a script fails: the sentence of an error that is told, else that it is our fault."""

import streamlit as st
import structlog

from hooks.i18n import _
from pages.parts.words import plain
from services.errors import Told
from services.room import NO_ROOM, is_full
from services.work import is_busy

log = structlog.get_logger(__name__)


def busy() -> str:
    """Return what is said where something large is being written for longer than one waits."""
    return _("Something large is being written just now, and nothing was changed. Try again in a moment.")


def tell(error: Exception) -> bool:
    """Draw what `error` means to the person; the rest is for the log. Returns True: it has been said."""
    if isinstance(error, Told):
        st.error(plain(error.message), icon=":material/error:")
        return True
    if is_busy(error):
        st.warning(busy(), icon=":material/hourglass_top:")
        return True
    if is_full(error):
        log.error("the disk is full", exc_info=error)
        st.error(_(NO_ROOM), icon=":material/error:")
        return True
    log.error("a page failed", exc_info=error)
    st.error(
        _(
            "Something went wrong on our side. Load the page again; if it stays so, ask whoever runs Carteira."
        ),
        icon=":material/error:",
    )
    return True
