"""The dialog that makes a contact, with what is wrong beside each field and the existing one where there is one."""

from typing import Any

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import ContactCreate, ContactDetail
from pages.parts import fields
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import label, wrong
from pages.parts.flash import flash
from pages.parts.place import lead_to
from pages.parts.words import name_of, plain
from services import contacts, permissions, tags
from services.errors import Told

_ERRORS = "form-errors"
_PAIRS = (("first_name", "last_name"), ("email", "phone"), ("country", "organization"))
_FIELDS = (*(name for pair in _PAIRS for name in pair), "responsible", "segments", "tags", "name")


def add() -> None:
    """Open the dialog that makes a contact."""
    st.session_state[_ERRORS] = {}
    dialog(_("New contact"), width="medium", icon=":material/person_add:")(_add)()


def _add() -> None:
    who = viewer()
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    with st.form("new-contact", border=False):
        if "" in errors:
            st.error(plain(errors[""]), icon=":material/error:")
        given = _names_and_ways(errors)
        shared = _known(who, errors)
        given |= _belonging(who, errors)
        done = st.form_submit_button(_("Add contact"), type="primary", key="new-contact-save")
    if not (done or shared):
        return
    values = {name: value for name, value in given.items() if value not in (None, "", [])}
    command = ContactCreate.model_validate(values | {"email_shared": shared})
    made = fields.attempt(lambda: contacts.create(viewer(), command), _ERRORS, _FIELDS)
    if made is None:
        st.rerun(scope="fragment")
    flash(_("{name} was added.").format(name=_called(made)))
    lead_to("/contact", {"id": str(made.id)})


def _names_and_ways(errors: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for pair in _PAIRS:
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                given[name] = _one(name)
                wrong(errors, name)
    return given


def _one(name: str) -> Any:
    if name == "country":
        return fields.country_box(None, key="form-country")
    hint = {"phone": _("With or without the dialling code")}.get(name)
    return st.text_input(label(name), placeholder=hint, key=f"form-{name}").strip()


def _known(who: Viewer, errors: dict[str, str]) -> bool:
    """Offer the contact that has the address already; say whether another one is to share it."""
    if "known" not in errors:
        return False
    with st.container(border=True, key="form-known", gap="small"):
        try:
            there = contacts.detail(who, int(errors["known"]))
        except Told:
            return False  # deleted or hidden since: the next try answers anew
        known = " · ".join(part for part in (_called(there), there.email, there.responsible_name) if part)
        st.markdown(f"**{plain(known)}**")
        with st.container(horizontal=True, vertical_alignment="center"):
            fields.offer_known(errors)
            return st.form_submit_button(
                _("Add anyway, as a shared address"),
                type="tertiary",
                key="new-contact-shared",
                help=_("A shared address identifies nobody, and messages reach it once."),
            )


def _belonging(who: Viewer, errors: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        found = fields.people_by_email(who)
        given["responsible"] = st.selectbox(
            label("responsible"),
            list(found),
            index=None,
            format_func=found.__getitem__,
            placeholder=_("Nobody"),
            key="form-responsible",
        )
        wrong(errors, "responsible")
    with right:
        given["segments"] = st.multiselect(
            label("segments"),
            list(fields.segments_open_to_hand(who)),
            placeholder=_("Choose segments"),
            disabled=not who.may(permissions.SEGMENTS_ASSIGN),
            key="form-segments",
            filter_mode="contains",
            select_all=False,
        )
        wrong(errors, "segments")
    given["tags"] = st.multiselect(
        label("tags"),
        [one.name for one in tags.known(who)],
        placeholder=_("Choose tags, or type a new one"),
        key="form-tags",
        filter_mode="contains",
        accept_new_options=who.may(permissions.CONTACTS_EDIT),
        select_all=False,
    )
    wrong(errors, "tags", "name")
    return given


def _called(contact: ContactDetail) -> str:
    return name_of(contact.first_name, contact.last_name, contact.organization) or _("The contact")
