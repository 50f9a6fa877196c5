"""Exports: the files that the person has taken out, for as long as they can be fetched."""

from datetime import datetime

import streamlit as st

from hooks.i18n import _, datetime_, ngettext, number, relative
from models.base import now
from models.export import ExportRead
from pages.parts.door import viewer
from pages.parts.export_dialog import FORMATS, GOING, REFRESH_SECONDS, file_link, size
from pages.parts.words import plain
from services import exports, permissions
from services.settings import settings


def row(made: ExportRead, moment: datetime, time_zone: str) -> None:
    """Draw an export."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"export-row-{made.id}"):
        with st.container(gap=None, width="stretch"):
            n = made.rows or 0
            counted = (
                ngettext("{n} contact", "{n} contacts", n).format(n=number(n))
                if made.rows is not None
                else ""
            )
            title = " · ".join(
                part for part in (FORMATS.get(made.format, made.format.upper()), counted) if part
            )
            st.markdown(f"**{plain(title)}**")
            st.caption(plain(state_of(made, moment, time_zone)))
        if made.state == "done" and not expired(made, moment):
            st.html(file_link(made), width="content")


def expired(made: ExportRead, moment: datetime) -> bool:
    """Say whether a file can no longer be fetched."""
    return made.expires_at is not None and made.expires_at <= moment


def state_of(made: ExportRead, moment: datetime, time_zone: str) -> str:
    """Return how an export stands, in a line."""
    made_at = relative(made.created_at, moment)
    if made.state in GOING:
        return _("is being written")
    if made.state != "done":
        return f"{made.message or _('failed')} · {made_at}"
    if expired(made, moment) or made.expires_at is None:
        return _("expired · {when}").format(when=made_at)
    until = _("until {when}").format(when=datetime_(made.expires_at, time_zone))
    return " · ".join((size(made.bytes or 0), made_at, until))


def listed() -> None:
    """Draw all exports; those that go on are looked at again and again."""
    me = viewer()
    found = exports.recent(me)
    moment = now()
    if not found:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(
                _("Nothing has been exported yet. Pick contacts in the list, or take all that match."),
                text_alignment="center",
            )
            st.page_link("contacts.py", label=_("To the contacts"), icon=":material/contacts:")
        return
    with st.container(gap=None, key="rows-exports"):
        for made in found:
            row(made, moment, me.time_zone)


who = viewer()
with st.container(key="page-head"):
    st.title(_("Exports"), anchor=False)
if not who.may(permissions.CONTACTS_EXPORT):
    st.markdown(_("Your role does not take contacts out. Ask an administrator if you need to."))
    st.stop()
hours = settings().exports.keep_hours
st.caption(
    ngettext(
        "Only you can fetch your files, and only for {n} hour.",
        "Only you can fetch your files, and only for {n} hours.",
        hours,
    ).format(n=number(hours))
)
going = any(made.state in GOING for made in exports.recent(who))
st.fragment(listed, run_every=REFRESH_SECONDS if going else None)()
