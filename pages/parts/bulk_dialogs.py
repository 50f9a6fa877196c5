"""What is done less often with many contacts, each asked for in a dialog: out of a segment, a field, the bin."""

from typing import get_args

import streamlit as st

from hooks.i18n import LOCALES, _, language_name, ngettext, number
from models.bulk import BulkField, Command, Delete, RemoveFromSegment, SetField
from pages.parts import bulk_agreed, fields
from pages.parts.bulk_agreed import Agreed, Doing
from pages.parts.confirm import confirmed
from pages.parts.contact_list import pick
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.state import Picks
from pages.parts.words import plain

_FIELDS: tuple[BulkField, ...] = get_args(BulkField)
_LONGEST = 300


def ask(deed: str, doing: Doing) -> None:
    """Open the dialog of a deed."""
    bulk_agreed.forget()
    bodies = {"remove": _remove, "field": _field, "delete": _delete}
    titles = {
        "remove": _("Remove from segment"),
        "field": _("Set a field"),
        "delete": _("Delete contacts"),
    }
    icons = {"remove": "label_off", "field": "edit", "delete": "delete"}
    dialog(titles[deed], icon=f":material/{icons[deed]}:")(bodies[deed])(doing)


def _agreed(doing: Doing) -> Agreed:
    found = bulk_agreed.agreed(viewer(), doing)
    bulk_agreed.why_again(found)
    return found


def _remove(doing: Doing) -> None:
    found = _agreed(doing)
    known = fields.segments_open_to_hand(viewer())
    name = st.selectbox(
        _("Segment"), list(known), index=None, placeholder=_("Choose one"), key="bulk-remove-name"
    )
    words = _("Remove {n} from {segment}")
    words = words.format(n=number(found.n), segment=plain(name)) if name else _("Remove")
    if st.button(words, type="primary", disabled=not name, key="bulk-remove-yes") and name:
        _carry_out(found, RemoveFromSegment(segment_id=known[name]))


def _field(doing: Doing) -> None:
    found = _agreed(doing)
    field = st.selectbox(
        _("Field"), _FIELDS, format_func=fields.label, index=None, placeholder=_("Choose a field"),
        key="bulk-field-name",
    )  # fmt: skip
    if field is None:
        return
    value = _value(field)
    n = found.n
    if value is None:
        words = ngettext("Empty it for {n} contact", "Empty it for {n} contacts", n)
    else:
        words = ngettext("Set for {n} contact", "Set for {n} contacts", n)
    if st.button(words.format(n=number(n)), type="primary", key="bulk-field-yes"):
        _carry_out(found, SetField(field=field, value=value))


def _value(field: BulkField) -> str | int | None:
    """Draw the widget of a field; null empties it."""
    label, key = fields.label(field), f"bulk-field-{field}"
    if field == "country":
        return fields.country_box(None, key)
    if field == "language":
        language: str | None = st.selectbox(
            label, LOCALES, index=None, format_func=language_name, placeholder=_("Choose one"), key=key
        )
        return language
    if field == "importance":
        number_: int | None = st.number_input(label, 0, 1_000, value=None, step=1, key=key)
        return number_
    return (st.text_input(label, max_chars=_LONGEST, key=key) or "").strip() or None


def _delete(doing: Doing) -> None:
    found = _agreed(doing)
    st.markdown(_("In the bin they keep their history, and nobody finds them any more."))
    words = ngettext("Delete {n} contact", "Delete {n} contacts", found.n).format(n=number(found.n))
    if confirmed(words, "bulk-delete-yes"):
        _carry_out(found, Delete(), picks_too=True)


def _carry_out(found: Agreed, command: Command, *, picks_too: bool = False) -> None:
    """Do it and close the dialog; it stays, and asks again, where it is another number by now."""
    asks_again, done = bulk_agreed.do(found, command)
    if asks_again:
        st.rerun(scope="fragment")
    if done and picks_too:
        pick(Picks())
    st.rerun()
