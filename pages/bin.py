"""The bin: contacts and segments that were deleted, and the way back for each."""

import streamlit as st

from hooks.i18n import _, ngettext, number, relative
from models.base import now
from pages.parts import place, segment_bin
from pages.parts.confirm import carry_out
from pages.parts.door import viewer
from pages.parts.rows import line, turn
from pages.parts.state import id_in
from pages.parts.words import name_of, phone_shown, plain
from services import bin as binned
from services import permissions
from services.bin import Binned
from services.work import UNDO_DAYS

PAGE = 50

who = viewer()


def row(contact: Binned) -> None:
    """Draw a contact of the bin."""
    name = name_of(contact.first_name, contact.last_name, contact.organization)
    with line("binned", contact.id):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{plain(name or _('Without a name'))}**")
            reach = [contact.email, phone_shown(contact.phone) if contact.phone else None]
            st.caption(plain(" · ".join(part for part in reach if part)), wrap=False)
        with st.container(gap=None, width=200, key=f"seen-person-{contact.id}"):
            st.caption(relative(contact.deleted, now()))
            st.caption(plain(contact.by or "Carteira"), wrap=False)
        with st.container(width=110, key=f"aside-person-{contact.id}"):
            st.caption(
                ngettext("{n} day left", "{n} days left", contact.days_left).format(
                    n=number(contact.days_left)
                )
            )
        if st.button(_("Bring back"), icon=":material/restore_from_trash:", key=f"bin-back-{contact.id}"):
            carry_out(
                lambda: binned.bring_back(viewer(), contact.id),
                _("{name} is back.").format(name=name or _("Without a name")),
            )


def contacts() -> None:
    """Draw the contacts of the bin."""
    if not who.may(permissions.CONTACTS_DELETE):
        st.markdown(_("Your role does not delete contacts. Ask an administrator if you need to."))
        return
    st.caption(_("Contacts that were deleted can be brought back for {n} days.").format(n=UNDO_DAYS))
    before = id_in(st.query_params.to_dict(), "before")
    found = binned.listed(who, PAGE + 1, before=before)
    if found:
        with st.container(gap=None, key="rows-bin"):
            for contact in found[:PAGE]:
                row(contact)
    else:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(_("Nothing was deleted before that.") if before else _("The bin is empty."))
            if st.button(_("To the contacts"), icon=":material/contacts:", key="bin-leave"):
                place.lead_to("/", place.list_address())
    turn(before, found[PAGE - 1].id if len(found) > PAGE else None, "bin")


def choose_tab() -> None:
    """Write the tab that was chosen into the address."""
    st.query_params.from_dict({"tab": "segments"} if st.session_state["bin-tab"] == "segments" else {})


with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("Bin"), anchor=False)
of_segments = st.query_params.get("tab") == "segments"
if who.may(permissions.SEGMENTS_MANAGE):
    st.session_state["bin-tab"] = "segments" if of_segments else "contacts"
    st.segmented_control(
        _("What is listed"),
        ["contacts", "segments"],
        format_func=lambda name: {"contacts": _("Contacts"), "segments": _("Segments")}[name],
        required=True,
        label_visibility="collapsed",
        key="bin-tab",
        on_change=choose_tab,
    )
if of_segments:
    segment_bin.draw(who)
else:
    contacts()
