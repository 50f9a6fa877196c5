"""Exports: the files that the person has taken out, for as long as they can be fetched."""

import streamlit as st

from hooks.i18n import _, ngettext, number
from pages.parts import export_list
from pages.parts.door import viewer
from services import permissions
from services.settings import settings


def empty() -> None:
    """Say where exports come from."""
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(
            _("Nothing has been exported yet. Pick contacts in the list, or take all that match."),
            text_alignment="center",
        )
        st.page_link("contacts.py", label=_("To the contacts"), icon=":material/contacts:")


who = viewer()
with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
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
if not export_list.draw():
    empty()
