"""The frame around every page: who is here, where one can go, what has happened. It runs before each page."""

from pathlib import Path

import streamlit as st

from hooks.i18n import _
from pages.parts import document, flash, menu, spoken, theme
from pages.parts.door import viewer

PARTS = Path(__file__).parent / "parts"

# A picture of our own: for an icon by name the browser would ask another host.
st.set_page_config(page_title="Carteira", page_icon=str(PARTS / "icon.svg"), layout="wide")
st.html(PARTS / "look.css")
if st.context.theme.type == "dark":
    st.html("<style>:root { --carteira-accent: #2aa79b; --carteira-on-accent: #06201d; }</style>")

who = viewer()
places = {
    "contacts": st.Page("contacts.py", title=_("Contacts"), icon=":material/contacts:", default=True),
    "segments": st.Page("segments.py", title=_("Segments"), icon=":material/label:"),
    "imports": st.Page("imports.py", title=_("Imports"), icon=":material/upload_file:"),
    "exports": st.Page("exports.py", title=_("Exports"), icon=":material/download:"),
    "bin": st.Page("bin.py", title=_("Bin"), icon=":material/delete:"),
    "people": st.Page("people.py", title=_("People"), icon=":material/group:"),
    "activity": st.Page("activity.py", title=_("Activity"), icon=":material/policy:"),
    "actions": st.Page(
        "actions.py", title=_("Bulk actions"), icon=":material/checklist:", visibility="hidden"
    ),
    "account": st.Page(
        "account.py", title=_("Account"), icon=":material/manage_accounts:", visibility="hidden"
    ),
    "contact": st.Page("contact.py", title=_("Contact"), icon=":material/person:", visibility="hidden"),
}
page = st.navigation(list(places.values()), position="hidden")
st.set_page_config(page_title=f"{page.title} · Carteira")

with st.sidebar:
    menu.places(who, places)
    menu.foot(who, places)
    spoken.draw()
    leaves = document.speak_and_listen(theme.name_of(who), [f"/{one.url_path}" for one in places.values()])
if leaves:
    st.stop()
flash.show()
page.run()
