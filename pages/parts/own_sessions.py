"""Where a person is signed in, and the end of it."""

import streamlit as st

from hooks.i18n import _, relative
from hooks.viewer import Viewer
from models.base import now
from models.doors import SessionRead
from pages.parts.confirm import carry_out, confirmed
from pages.parts.devices import device
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.words import plain
from services import sessions
from services.errors import Told


def draw(who: Viewer, present: int) -> None:
    """Draw the open sessions, the present one first."""
    found = sorted(sessions.mine(who), key=lambda one: one.id != present)
    with st.container(horizontal=True, vertical_alignment="center", key="account-sessions-head"):
        st.subheader(_("Where you are signed in"), anchor=False)
        st.space("stretch")
        if len(found) > 1 and st.button(_("End all others"), key="sessions-end-others"):
            dialog(_("End all other sessions?"), icon=":material/logout:")(_ask)(present)
    with st.container(gap=None, key="rows-sessions"):
        for one in found:
            _row(one, here=one.id == present)


def _row(one: SessionRead, *, here: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", wrap=False, gap="small", key=f"session-{one.id}"
    ):
        with st.container(gap=None, width="stretch"):
            mark = f" :green-badge[{_('this one')}]" if here else ""
            st.markdown(f"**{plain(device(one.browser))}**{mark}")
            st.caption(
                _("last seen {seen}, signed in {began}").format(
                    seen=relative(one.seen, now()), began=relative(one.began, now())
                )
            )
        if not here and st.button(_("End"), key=f"session-end-{one.id}"):
            _end(one.id)


def _end(session_id: int) -> None:
    try:
        sessions.end(viewer(), session_id)
    except Told as error:
        flash(error.message, "error")
    else:
        flash(_("The session has ended."))
    st.rerun()


def _ask(present: int) -> None:
    st.markdown(_("Every other browser is signed out; what is not saved there is lost."))
    if confirmed(_("End all others"), "sessions-end-yes"):
        carry_out(
            lambda: sessions.end_others(viewer(), present), _("You are signed in nowhere else any more.")
        )
