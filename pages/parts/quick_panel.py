"""The quick panel beside the grid: the left side of a contact's card, in short."""

from dataclasses import replace
from html import escape

import streamlit as st

from hooks.i18n import _, country_name, relative
from hooks.viewer import Viewer
from models.base import now
from models.contact import ContactDetail
from pages.parts import card_ways, link
from pages.parts.contact_list import go, present
from pages.parts.fields import label
from pages.parts.words import badge, name_of, phone_shown, plain
from services import contacts, segments, tags
from services.errors import Told
from services.terms import source_name


def draw(who: Viewer, contact_id: int) -> None:
    """Draw the panel of a contact, or that there is none."""
    with st.container(key="panel", width=340, gap="small"):
        try:
            contact = contacts.detail(who, contact_id)
        except Told as error:
            _head(plain(error.message))
            return
        _head(plain(_title(contact)))
        st.html(link.within(_("Open card"), "/contact", {"id": str(contact.id)}, "action"))
        if contact.points:
            card_ways.draw(contact, f"panel-ways-{contact.id}")
        _badges(who, contact)
        st.html(_facts(contact))


def _head(title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="panel-head"):
        st.subheader(title, anchor=False)
        st.button(
            _("Close"),
            icon=":material/close:",
            type="tertiary",
            key="icon-panel-close",
            on_click=lambda: go(replace(present(), contact=None)),
        )


def _title(contact: ContactDetail) -> str:
    first_way = contact.email or (phone_shown(contact.phone) if contact.phone else "")
    return name_of(contact.first_name, contact.last_name, contact.organization) or first_way or _("No name")


def _badges(who: Viewer, contact: ContactDetail) -> None:
    colours = {one.name: one.colour for one in segments.known(who)} if contact.segments else {}
    worn = [badge(name, colours.get(name, "grey")) for name in contact.segments]
    colours = {one.name: one.colour for one in tags.known(who)} if contact.tags else {}
    worn += [badge(name, colours.get(name, "grey")) for name in contact.tags]
    if worn:
        st.markdown(" ".join(worn))


def _facts(contact: ContactDetail) -> str:
    town = " ".join(part for part in (contact.postcode, contact.city) if part)
    moment = now()
    rows = [
        (label("organization"), contact.organization if contact.first_name or contact.last_name else None),
        (label("responsible"), contact.responsible_name or _("Nobody")),
        (_("Address"), ", ".join(part for part in (contact.street, town, contact.region) if part)),
        (label("country"), country_name(contact.country) if contact.country else None),
        (label("account_number"), contact.account_number),
        (label("external_id"), contact.external_id),
        (label("source"), source_name(contact.source)),
        (label("created"), relative(contact.created, moment)),
        (label("updated"), relative(contact.updated, moment)),
    ]
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in rows if said)
    return f'<dl class="facts">{items}</dl>'
