"""The card: one contact, who it is and what happened to it, now or as it was on a day."""

from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from hooks.i18n import _
from hooks.i18n import date as shown_day
from models.contact import ContactDetail, ContactThen
from pages.parts import card_groups, card_ways, history_words, link
from pages.parts.confirm import confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import day_format
from pages.parts.held import hold
from pages.parts.place import lead_to, list_address
from pages.parts.state import id_in
from pages.parts.undo_offer import offer_from_bin
from pages.parts.words import name_of, phone_shown, plain
from services import card, contacts, history, permissions
from services.errors import NotFound
from services.work import UNDO_DAYS

PAGE = 20
_FIRST_DAY = date(2000, 1, 1)


def delete(contact: ContactDetail) -> None:
    """Ask once more, then move the contact to the bin."""

    @dialog(_("Delete this contact?"), icon=":material/delete:")
    def confirm() -> None:
        st.markdown(
            _("{name} goes to the bin, from where it can be brought back for {n} days.").format(
                name=f"**{plain(title_of(contact))}**", n=UNDO_DAYS
            )
        )
        if confirmed(_("Delete contact"), "contact-delete-yes"):
            contacts.delete(viewer(), [contact.id])
            offer_from_bin(_("{name} is in the bin.").format(name=title_of(contact)), contact.id)
            lead_to("/", list_address(without=contact.id))

    confirm()


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
        if then is not None:
            return
        if ways := first_ways(contact):
            st.html(ways, width="content")
        if who.may(permissions.CONTACTS_DELETE):
            if st.button(_("Delete"), icon=":material/delete:", type="tertiary", key="contact-delete"):
                delete(contact)


def first_ways(contact: ContactDetail) -> str:
    """Return links that call, write on WhatsApp and by e-mail, as far as the primary addresses allow it."""
    links = []
    if contact.phone:
        links.append((_("Call"), f"tel:{contact.phone}"))
    chat = next(
        (point.link for point in contact.points if (point.link or "").startswith("https://wa.me/")), None
    )
    if chat:
        links.append(("WhatsApp", chat))
    if contact.email:
        links.append((_("E-mail"), card_ways.mailto(contact.email)))
    return " ".join(
        f'<a class="action" href="{escape(address)}"{" target=_blank" if address.startswith("https") else ""}>'
        f"{escape(word)}</a>"
        for word, address in links
    )


@st.fragment
def left(contact_id: int) -> None:
    """Draw what is known; it runs by itself while it is edited."""
    me = viewer()
    try:
        contact = contacts.detail(me, contact_id)
    except NotFound:
        st.rerun()
    with st.container(key=f"card-of-{contact_id}", gap="small"):
        card_groups.draw(me, contact, may=me.may(permissions.CONTACTS_EDIT))


def past(contact: ContactThen) -> None:
    """Draw what was known then, marked as past."""
    with st.container(key="card-past", gap="xxsmall"):
        st.markdown(
            "**"
            + _("As it was at the end of {day}").format(day=plain(shown_day(contact.on)))
            + "**"
            + (f" · {_('in the bin')}" if contact.in_bin else "")
        )
        st.button(
            _("Back to today"), icon=":material/undo:", type="tertiary", key="card-today", on_click=ask,
            args=("on", None),
        )  # fmt: skip
    card_groups.draw(who, contact, may=False)


def ask(name: str, value: str | None) -> None:
    """Put something into the address, or take it out."""
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def day_choice() -> None:
    """Draw the choice of the day whose contact is shown."""
    hold("card-on", then.on if then is not None else None)

    def choose() -> None:
        chosen = st.session_state["card-on"]
        ask("on", chosen.isoformat() if chosen is not None and chosen < today else None)

    st.date_input(
        _("As on"),
        None,
        _FIRST_DAY,
        today,
        key="card-on",
        on_change=choose,
        format=day_format(),
        width=150,
        label_visibility="collapsed",
    )


@st.fragment
def story(contact_id: int) -> None:
    """Draw the history, the newest first, a page at a time."""
    me = viewer()
    before = id_in(st.query_params.to_dict(), "before")
    try:
        lines = history.of_contact(me, contact_id, limit=PAGE + 1, before=before)
    except NotFound:
        st.rerun()
    with st.container(key=f"story-of-{contact_id}"):
        st.html(history_words.as_html(lines[:PAGE], me.time_zone))
    with st.container(horizontal=True, horizontal_alignment="right", key="pager"):
        if before is not None:
            st.button(
                _("Newest"), icon=":material/first_page:", type="tertiary", key="history-newest",
                on_click=ask, args=("before", None),
            )  # fmt: skip
        if len(lines) > PAGE:
            st.button(
                _("Earlier"), icon=":material/chevron_right:", type="tertiary", key="history-earlier",
                on_click=ask, args=("before", str(lines[PAGE - 1].act_id)),
            )  # fmt: skip


def day_in(text: str | None) -> date | None:
    """Return the past day that an address asks for; none for today, for days to come and for what is no day."""
    try:
        asked = date.fromisoformat(text or "")
    except ValueError:
        return None
    return asked if _FIRST_DAY <= asked < today else None


def nothing(title: str, why: str) -> None:
    """Say why there is no card, and where to go."""
    st.subheader(title, anchor=False)
    st.markdown(plain(why))


who = viewer()
today = datetime.now(ZoneInfo(who.time_zone)).date()
wanted = id_in(st.query_params.to_dict()) or 0
then: ContactThen | None = None
try:
    contact = contacts.detail(who, wanted)
    asked = day_in(st.query_params.get("on"))
    if asked is not None:
        then = card.on_day(who, wanted, asked)
except NotFound as error:
    if error.code == "not_yet":
        nothing(_("It was not there yet"), error.message)
        st.html(link.within(_("The contact today"), "/contact", {"id": str(wanted)}, "action"))
    else:
        nothing(_("There is no such contact"), _("It may have been deleted, or it is not yours to see."))
        st.page_link("contacts.py", label=_("All contacts"), icon=":material/chevron_left:")
    st.stop()

head(then or contact)
first, second = st.columns([1, 2], gap="large")
with first, st.container(key="card-left", gap="small"):
    if then is None:
        left(contact.id)
    else:
        past(then)
with second, st.container(key="card-right", gap="small"):
    with st.container(horizontal=True, vertical_alignment="center", key="card-history-head"):
        st.subheader(_("History"), anchor=False)
        st.space("stretch")
        st.caption(_("As on"), width="content")
        day_choice()
    story(contact.id)
