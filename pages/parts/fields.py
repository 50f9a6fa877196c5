"""What the fields of a contact, and of a segment, are called, and small widgets that several forms share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from hooks.i18n import SOURCE_LOCALE, _, countries, country_name, current_locale
from hooks.viewer import Viewer
from pages.parts import link
from pages.parts.words import plain
from services import people, permissions, segments
from services.errors import Told
from services.field_names import field_name

Done = TypeVar("Done")


def label(field: str) -> str:
    """Return what a field is called, in the reader's language; a field without a name by its own."""
    return field_name(field)


def wrong(errors: Mapping[str, str], *names: str) -> None:
    """Say below a field what is wrong with it."""
    for name in names:
        if name in errors:
            st.markdown(f":small[:red[{plain(errors[name])}]]")


def offer_known(errors: Mapping[str, str]) -> None:
    """Lead to the contact that holds a unique value, by the id that lies under "known"."""
    if "known" in errors:
        st.html(link.within(_("Open that contact"), "/contact", {"id": errors["known"]}), width="content")


def errors_of(error: Told, known: Sequence[str]) -> dict[str, str]:
    """Return the sentence of each field of a form that an error speaks of; under "" what belongs to none."""
    told = dict(error.data.get("fields") or {})
    if isinstance(field := error.data.get("field"), str):
        told.setdefault(field, error.message)
    beside = {name: str(text) for name, text in told.items() if name in known} or {"": error.message}
    if "contact_id" in error.data:
        beside["known"] = str(error.data["contact_id"])
    return beside


def attempt(call: Callable[[], Done], key: str, known: Sequence[str]) -> Done | None:
    """Return what `call` does; when it is refused, null, and the reasons lie under `key` for `wrong`."""
    try:
        done = call()
    except Told as error:
        st.session_state[key] = errors_of(error, known)
        return None
    st.session_state[key] = {}
    return done


def day_format() -> str:
    """Return how days are written in a box, in the reader's language."""
    return "YYYY/MM/DD" if current_locale() == SOURCE_LOCALE else "DD/MM/YYYY"


def country_box(chosen: str | None, key: str, words: str | None = None) -> str | None:
    """Draw a choice of one country, by its name unless `words` say otherwise."""
    codes = [code for code, _name in countries()]
    picked: str | None = st.selectbox(
        words or label("country"),
        codes,
        index=codes.index(chosen) if chosen in codes else None,
        format_func=country_name,
        placeholder=_("Choose a country"),
        key=key,
    )
    return picked


def people_by_email(who: Viewer) -> dict[str, str]:
    """Return the active people: address to name."""
    return {person.email: person.name for person in people.users(who) if person.active}


def segments_open_to_hand(who: Viewer) -> dict[str, int]:
    """Return the segments that are offered in pickers, name to id: those whose members the person may change."""
    walls_too = who.may(permissions.SEGMENTS_ASSIGN_RESTRICTED)
    return {
        one.name: one.id
        for one in segments.known(who)
        if one.active and not one.dynamic and (walls_too or not one.restricted)
    }


def text_of(values: Mapping[str, Any], field: str) -> str:
    """Return a value for a text field."""
    value = values.get(field)
    return "" if value is None else str(value)
