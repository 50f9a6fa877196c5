"""The card: one contact, who it is and what happened to it."""

from html import escape

import streamlit as st

from hooks.i18n import _, country_name, datetime_, language_name, number
from models.contact import ContactDetail
from pages.parts import contact_form, history_words
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import label
from pages.parts.flash import flash
from pages.parts.place import lead_to, list_address
from pages.parts.state import id_in
from pages.parts.words import badge, name_of, phone_shown, plain
from services import contacts, history, permissions, segments
from services.errors import NotFound
from services.terms import source_name

EARLIER = 30


def delete(contact: ContactDetail) -> None:
    """Ask once more, then move the contact to the bin."""

    @dialog(_("Delete this contact?"), icon=":material/delete:")
    def ask() -> None:
        st.markdown(
            _("{name} goes to the bin. Its history is kept.").format(name=f"**{plain(title_of(contact))}**")
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Delete contact"), key="contact-delete-yes", icon=":material/delete:"):
                contacts.delete(viewer(), [contact.id])
                flash(_("{name} is in the bin.").format(name=title_of(contact)), "delete")
                lead_to("/", list_address())

    ask()


def title_of(contact: ContactDetail) -> str:
    """Return what the card is headed with."""
    first_way = contact.email or (phone_shown(contact.phone) if contact.phone else "")
    return name_of(contact.first_name, contact.last_name, contact.organization) or first_way or _("No name")


def head(contact: ContactDetail) -> None:
    """Draw the way back, the name and what can be done."""
    st.page_link(
        "contacts.py", label=_("Contacts"), icon=":material/chevron_left:", query_params=list_address()
    )
    with st.container(horizontal=True, vertical_alignment="center", key="card-head"):
        st.title(plain(title_of(contact)), anchor=False)
        if who.may(permissions.CONTACTS_EDIT):
            if st.button(_("Edit"), icon=":material/edit:", key="contact-edit"):
                contact_form.edit(contact.id)
        if who.may(permissions.CONTACTS_DELETE):
            if st.button(_("Delete"), icon=":material/delete:", type="tertiary", key="contact-delete"):
                delete(contact)


def ways(contact: ContactDetail) -> str:
    """Return the ways to reach the contact, each a link, as HTML."""
    items = []
    for point in contact.points:
        value = escape(point.value, quote=True)
        star = (
            f' <span class="main">{escape(_("main"))}</span>'
            if point.primary and _several(contact, point.kind)
            else ""
        )
        if point.kind == "email":
            items.append(f'<li><a href="mailto:{value}">{value}</a>{star}</li>')
        elif point.kind == "phone":
            digits = escape("".join(filter(str.isdigit, point.value)))
            items.append(
                f'<li><a href="tel:{value}">{escape(phone_shown(point.value))}</a>{star}'
                f'<a class="aside" href="https://wa.me/{digits}" target="_blank" rel="noopener noreferrer">'
                "WhatsApp</a></li>"
            )
        else:
            items.append(f"<li>{escape(point.platform or '')} {value}{star}</li>")
    return f'<ul class="ways">{"".join(items)}</ul>' if items else ""


def _several(contact: ContactDetail, kind: str) -> bool:
    return sum(point.kind == kind for point in contact.points) > 1


def facts(contact: ContactDetail) -> str:
    """Return what else is known, as an HTML list of terms; what is empty is left out."""
    town = " ".join(part for part in (contact.postcode, contact.city) if part)
    place = ", ".join(part for part in (contact.street, town, contact.region) if part)
    rows = [
        (label("organization"), contact.organization if contact.first_name or contact.last_name else None),
        (label("responsible"), contact.responsible_name or _("Nobody")),
        (label("country"), country_name(contact.country) if contact.country else None),
        (_("Address"), place),
        (label("account_number"), contact.account_number),
        (label("external_id"), contact.external_id),
        (label("language"), language_name(contact.language) if contact.language else None),
        (label("time_zone"), contact.time_zone),
        (label("importance"), number(contact.importance) if contact.importance is not None else None),
        (label("source"), source_name(contact.source)),
        (label("created"), datetime_(contact.created, who.time_zone)),
        (label("updated"), datetime_(contact.updated, who.time_zone)),
    ]
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in rows if said)
    return f'<dl class="facts">{items}</dl>'


def labels(contact: ContactDetail) -> None:
    """Draw the segments, each a link to its contacts, and the tags."""
    known = {one.name: one for one in segments.known(who)}
    st.caption(label("segments"))
    if contact.segments:
        with st.container(horizontal=True, gap="xsmall", key="card-segments"):
            for name in contact.segments:
                colour = known[name].colour if name in known else "grey"
                st.markdown(badge(name, colour), width="content")
    else:
        st.markdown(_("In no segment"))
    if contact.tags:
        st.caption(label("tags"))
        st.markdown(" ".join(badge(tag, "grey") for tag in contact.tags))


@st.fragment
def past(contact_id: int) -> None:
    """Draw the history, the newest first, and more of it on demand."""
    me = viewer()
    shown = st.session_state.setdefault(f"history-{contact_id}", EARLIER)
    lines = history.of_contact(me, contact_id, limit=shown + 1)
    st.html(history_words.as_html(lines[:shown], me.time_zone))
    if len(lines) > shown:
        st.button(
            _("Show earlier"),
            key="history-earlier",
            type="tertiary",
            icon=":material/history:",
            on_click=lambda: st.session_state.update({f"history-{contact_id}": shown + EARLIER}),
        )


who = viewer()
wanted = id_in(st.query_params.to_dict())
try:
    contact = contacts.detail(who, wanted or 0)
except NotFound:
    st.subheader(_("There is no such contact"), anchor=False)
    st.markdown(_("It may have been deleted, or it is not yours to see."))
    st.page_link("contacts.py", label=_("All contacts"), icon=":material/chevron_left:")
    st.stop()

head(contact)
left, right = st.columns([1, 2], gap="large")
with left, st.container(key="card-left", gap="small"):
    if contact.points:
        st.html(ways(contact))
    labels(contact)
    st.html(facts(contact))
with right, st.container(key="card-right"):
    st.subheader(_("History"), anchor=False)
    past(contact.id)
