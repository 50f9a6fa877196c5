"""The form that makes and changes a contact; both in a dialog, with what is wrong beside each field."""

from typing import Any

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import ContactCreate, ContactDetail, ContactUpdate
from pages.parts import fields
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import label, wrong
from pages.parts.flash import flash
from pages.parts.place import lead_to
from pages.parts.words import name_of, plain
from services import contacts, permissions
from services.errors import Conflict, Told

_SHORT = ("first_name", "last_name", "email", "phone", "country", "organization")
_FIELDS = (
    *_SHORT, "emails", "phones", "account_number", "external_id", "responsible", "segments", "street",
    "postcode", "city", "region",
)  # fmt: skip


def add() -> None:
    """Open the dialog that makes a contact."""
    st.session_state["form-errors"] = {}
    dialog(_("New contact"), width="medium", icon=":material/person_add:")(_add)()


def edit(contact_id: int) -> None:
    """Open the dialog that changes a contact."""
    st.session_state["form-errors"] = {}
    st.session_state.pop(f"editing-{contact_id}", None)
    dialog(_("Edit contact"), width="large", icon=":material/edit:")(_edit)(contact_id)


def _add() -> None:
    who = viewer()
    with st.form("new-contact", border=False):
        given = _names_and_ways({})
        given |= _belonging(who, {})
        done = st.form_submit_button(_("Add contact"), type="primary", key="new-contact-save")
    if not done:
        return
    made = _try(lambda: contacts.create(who, ContactCreate(**_cleaned(given, {}))))
    if made is None:
        st.rerun(scope="fragment")
    flash(_("{name} was added.").format(name=_called(made)))
    lead_to("/contact", {"id": str(made.id)})


def _edit(contact_id: int) -> None:
    who = viewer()
    opened = st.session_state.setdefault(f"editing-{contact_id}", contacts.detail(who, contact_id))
    before = opened.model_dump()
    before["emails"] = "\n".join(
        one.value for one in opened.points if one.kind == "email" and not one.primary
    )
    before["phones"] = "\n".join(
        one.value for one in opened.points if one.kind == "phone" and not one.primary
    )
    with st.form(f"contact-{contact_id}", border=False):
        given = _names_and_ways(before)
        left, right = st.columns(2)
        with left:
            given["emails"] = st.text_area(
                _("Further e-mails, one a line"), before["emails"], height=76, key="form-emails"
            )
        with right:
            given["phones"] = st.text_area(
                _("Further phones, one a line"), before["phones"], height=76, key="form-phones"
            )
        given |= _belonging(who, before)
        given |= _address(before)
        done = st.form_submit_button(_("Save"), type="primary", key="contact-save")
    if not done:
        return
    command = ContactUpdate(**_cleaned(given, before))
    saved = _try(
        lambda: contacts.change(
            who, contact_id, command, version=opened.version, segments_seen=opened.segments
        )
    )
    if saved is None:
        st.rerun(scope="fragment")
    st.session_state.pop(f"editing-{contact_id}", None)
    flash(_("Saved."))
    st.rerun()


def _names_and_ways(before: dict[str, Any]) -> dict[str, Any]:
    errors = _errors()
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    given: dict[str, Any] = {}
    for pair in (("first_name", "last_name"), ("email", "phone"), ("country", "organization")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                given[name] = _one(name, before)
                wrong(errors, name)
                if name == "email":
                    _offer_known(errors)
    return given


def _one(name: str, before: dict[str, Any]) -> Any:
    if name == "country":
        return fields.country_box(before.get("country"), key="form-country")
    hint = {"phone": _("With or without the dialling code")}.get(name)
    return st.text_input(label(name), fields.text_of(before, name), placeholder=hint, key=f"form-{name}")


def _belonging(who: Viewer, before: dict[str, Any]) -> dict[str, Any]:
    errors = _errors()
    given: dict[str, Any] = {}
    had = list(before.get("segments") or [])
    left, right = st.columns(2)
    with left:
        found = fields.people_by_email(who)
        if (kept := before.get("responsible")) and kept not in found:
            found[kept] = before.get("responsible_name") or kept
        emails = list(found)
        given["responsible"] = st.selectbox(
            label("responsible"),
            emails,
            index=emails.index(kept) if kept else None,
            format_func=lambda email: found[email],
            placeholder=_("Nobody"),
            key="form-responsible",
        )
        wrong(errors, "responsible")
    with right:
        names = list(dict.fromkeys([*had, *fields.segments_open_to_hand(who)]))
        given["segments"] = st.multiselect(
            label("segments"),
            names,
            had,
            placeholder=_("Choose segments"),
            disabled=not who.may(permissions.SEGMENTS_ASSIGN),
            key="form-segments",
            filter_mode="contains",
            select_all=False,
        )
        wrong(errors, "segments")
    return given


def _address(before: dict[str, Any]) -> dict[str, Any]:
    errors = _errors()
    given: dict[str, Any] = {}
    rows = (("account_number", "external_id"), ("street", "postcode"), ("city", "region"))
    for pair in rows:
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                given[name] = st.text_input(label(name), fields.text_of(before, name), key=f"form-{name}")
                wrong(errors, name)
    return given


def _errors() -> dict[str, str]:
    found: dict[str, str] = st.session_state.get("form-errors", {})
    return found


def _try(call: Any) -> ContactDetail | None:
    """Carry out and return what was made, or keep what is wrong for the form to say."""
    try:
        made: ContactDetail = call()
    except Told as error:
        kept = fields.errors_of(error, _FIELDS)
        if isinstance(error, Conflict) and "contact_id" in error.data:
            kept["known"] = str(error.data["contact_id"])
        st.session_state["form-errors"] = kept
        return None
    st.session_state["form-errors"] = {}
    return made


def _offer_known(errors: dict[str, str]) -> None:
    if "known" in errors:
        st.page_link(
            "contact.py",
            label=_("Open that contact"),
            icon=":material/arrow_forward:",
            query_params={"id": errors["known"]},
        )


def _cleaned(given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return what the form changes: empty text is null, lists of addresses begin with the main one."""
    values = {
        name: value.strip() or None if isinstance(value, str) else value for name, value in given.items()
    }
    for one, many in (("email", "emails"), ("phone", "phones")):
        if many in values:
            further = [line.strip() for line in (values.pop(many) or "").splitlines() if line.strip()]
            main = values.pop(one)
            values[many] = [main, *further] if main else further
            had = [before.get(one), *before.get(many, "").splitlines()]
            if values[many] == [line for line in had if line]:
                del values[many]
    same = {name for name, value in values.items() if before and value == before.get(name)}
    return {
        name: value
        for name, value in values.items()
        if name not in same and (before or value not in (None, []))
    }


def _called(contact: ContactDetail) -> str:
    return name_of(contact.first_name, contact.last_name, contact.organization) or _("The contact")
