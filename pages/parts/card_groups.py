"""The left side of the card: what is known of a contact, in groups that are edited where they stand."""

from collections.abc import Sequence
from html import escape
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from hooks.i18n import _, country_name, datetime_, language_name, languages, number
from hooks.viewer import Viewer
from models.contact import ContactDetail
from pages.parts import card_reach, card_ways, fields
from pages.parts.fields import label
from pages.parts.in_place import Editing, Values, group, listen
from pages.parts.words import badge, plain
from services import permissions, segments, tags
from services.terms import source_name
from services.values import NUMBER_LIMITS

Facts = list[tuple[str, str | None]]


def draw(who: Viewer, contact: ContactDetail, *, may: bool) -> None:
    """Draw all groups; `may` says whether they can be edited."""
    places = _places(contact)
    names = _names(contact)
    keys = _keys(contact)
    st.html(_facts_html([
        (label("source"), source_name(contact.source)),
        (label("created"), datetime_(contact.created, who.time_zone)),
        (label("updated"), datetime_(contact.updated, who.time_zone)),
    ]))  # fmt: skip
    group(contact, "names", _("Name"), shows=_shown(names), form=_names_form, may=may)
    group(
        contact, "reach", _("Contact details"), may=may, form=card_reach.form,
        shows=(lambda: card_ways.draw(contact, "card-ways")) if contact.points else None,
    )  # fmt: skip
    group(
        contact, "responsible", label("responsible"), may=may,
        shows=lambda: _say(contact.responsible_name or _("Nobody")),
        form=lambda editing: _responsible_form(who, editing),
    )  # fmt: skip
    group(
        contact, "segments", label("segments"), may=may and who.may(permissions.SEGMENTS_ASSIGN),
        shows=(lambda: _badges(contact.segments, _colours(segments.known(who)))) if contact.segments else None,
        form=lambda editing: _segments_form(who, editing),
    )  # fmt: skip
    group(
        contact, "tags", label("tags"), may=may,
        shows=(lambda: _badges(contact.tags, _colours(tags.known(who)))) if contact.tags else None,
        form=lambda editing: _tags_form(who, editing),
    )  # fmt: skip
    group(contact, "place", _("Address"), shows=_shown(places), form=_place_form, may=may)
    group(contact, "keys", _("Further details"), shows=_shown(keys), form=_keys_form, may=may)
    if may:
        listen(contact.id)


def _shown(facts: Facts) -> Any:
    """Return what draws facts, null where there are none."""
    told = [(term, said) for term, said in facts if said]
    return (lambda: st.html(_facts_html(told))) if told else None


def _facts_html(facts: Sequence[tuple[str, str | None]]) -> str:
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in facts if said)
    return f'<dl class="facts">{items}</dl>'


def _names(contact: ContactDetail) -> Facts:
    return [
        (label("first_name"), contact.first_name),
        (label("last_name"), contact.last_name),
        (label("organization"), contact.organization),
    ]


def _places(contact: ContactDetail) -> Facts:
    return [
        (label("street"), contact.street),
        (label("postcode"), contact.postcode),
        (label("city"), contact.city),
        (label("region"), contact.region),
        (label("country"), country_name(contact.country) if contact.country else None),
        (label("time_zone"), contact.time_zone),
    ]


def _keys(contact: ContactDetail) -> Facts:
    return [
        (label("account_number"), contact.account_number),
        (label("external_id"), contact.external_id),
        (label("language"), language_name(contact.language) if contact.language else None),
        (label("importance"), number(contact.importance) if contact.importance is not None else None),
    ]


def _say(text: str) -> None:
    st.markdown(plain(text))


def _colours(known: Any) -> dict[str, str]:
    return {one.name: one.colour for one in known}


def _badges(names: list[str], colours: dict[str, str]) -> None:
    st.markdown(" ".join(badge(name, colours.get(name, "grey")) for name in names))


def _text(editing: Editing, name: str) -> str | None:
    typed = st.text_input(label(name), fields.text_of(editing.base.model_dump(), name), key=f"edit-{name}")
    editing.wrong(name)
    return typed.strip() or None


def _names_form(editing: Editing) -> Values:
    return {name: _text(editing, name) for name in ("first_name", "last_name", "organization")}


def _place_form(editing: Editing) -> Values:
    given: Values = {name: _text(editing, name) for name in ("street", "postcode", "city", "region")}
    given["country"] = fields.country_box(editing.base.country, key="edit-country")
    editing.wrong("country")
    zones = sorted(available_timezones())
    zone = editing.base.time_zone
    given["time_zone"] = st.selectbox(
        label("time_zone"),
        zones,
        zones.index(zone) if zone in zones else None,
        placeholder=_("Choose a time zone"),
        key="edit-time_zone",
    )
    editing.wrong("time_zone")
    return given


def _keys_form(editing: Editing) -> Values:
    given: Values = {name: _text(editing, name) for name in ("account_number", "external_id")}
    editing.offer_known()
    base = editing.base
    words = dict(languages()) | ({base.language: language_name(base.language)} if base.language else {})
    given["language"] = st.selectbox(
        label("language"),
        list(words),
        list(words).index(base.language) if base.language else None,
        format_func=words.__getitem__,
        placeholder=_("Choose a language"),
        key="edit-language",
    )
    editing.wrong("language")
    least, most = NUMBER_LIMITS["importance"]
    given["importance"] = st.number_input(
        label("importance"), least, most, base.importance, step=1, key="edit-importance"
    )
    editing.wrong("importance")
    return given


def _responsible_form(who: Viewer, editing: Editing) -> Values:
    found = fields.people_by_email(who)
    kept = editing.base.responsible
    if kept and kept not in found:
        found[kept] = editing.base.responsible_name or kept
    chosen = st.selectbox(
        label("responsible"),
        list(found),
        list(found).index(kept) if kept else None,
        format_func=found.__getitem__,
        placeholder=_("Nobody"),
        label_visibility="collapsed",
        key="edit-responsible",
    )
    editing.wrong("responsible")
    return {"responsible": chosen}


def _segments_form(who: Viewer, editing: Editing) -> Values:
    had = editing.base.segments
    chosen = st.multiselect(
        label("segments"),
        list(dict.fromkeys([*had, *fields.segments_open_to_hand(who)])),
        had,
        placeholder=_("Choose segments"),
        label_visibility="collapsed",
        filter_mode="contains",
        select_all=False,
        key="edit-segments",
    )
    editing.wrong("segments")
    return {"segments": chosen}


def _tags_form(who: Viewer, editing: Editing) -> Values:
    had = editing.base.tags
    chosen = st.multiselect(
        label("tags"),
        list(dict.fromkeys([*had, *(one.name for one in tags.known(who))])),
        had,
        placeholder=_("Choose tags, or type a new one"),
        label_visibility="collapsed",
        filter_mode="contains",
        accept_new_options=True,
        select_all=False,
        key="edit-tags",
    )
    editing.wrong("tags", "name")
    return {"tags": chosen}
