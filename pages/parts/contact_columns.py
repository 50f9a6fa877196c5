"""The columns of the list of contacts: which there are, what stands in their cells, and which a person has chosen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from hooks.i18n import _, country_name, language_name, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.contact import ContactRow
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.filter_lines import OFFERED
from pages.parts.grid import Column, Kind
from pages.parts.held import hold
from pages.parts.state import GridEvent
from pages.parts.words import name_of, phone_shown
from services import listing, preferences
from services.preferences import NARROWEST, WIDEST, ColumnChoice
from services.terms import channel_name, source_name

USUAL = ("name", "phone", "email", "organization", "segments", "country", "responsible", "created")
# Its link opens the card, so it is always there.
FIXED = "name"

# Column -> what a filter on it asks; the others cannot be asked.
ASKED_AS: Mapping[str, str] = {field: field for field in listing.FIELDS if field in OFFERED} | {
    "name": "first_name",
    "street": "address",
}

_BOX = "contacts-columns"

# Field -> how it is drawn, its least width, its share of what is left.
_SHAPES: Mapping[str, tuple[Kind, int, int]] = {
    "name": ("opens", 150, 3),
    "first_name": ("text", 120, 2),
    "last_name": ("text", 120, 2),
    "email": ("text", 140, 3),
    "phone": ("text", 148, 2),
    "messengers": ("text", 140, 2),
    "organization": ("text", 115, 2),
    "segments": ("badges", 145, 3),
    "tags": ("badges", 140, 2),
    "country": ("text", 126, 1),
    "region": ("text", 110, 2),
    "city": ("text", 110, 2),
    "postcode": ("text", 100, 1),
    "street": ("text", 150, 2),
    "account_number": ("text", 130, 1),
    "external_id": ("text", 110, 1),
    "responsible": ("text", 115, 2),
    "source": ("text", 100, 1),
    "importance": ("number", 100, 1),
    "revenue": ("number", 100, 1),
    "language": ("text", 100, 1),
    "time_zone": ("text", 140, 1),
    "opted_out": ("text", 110, 1),
    "created": ("quiet", 104, 1),
    "updated": ("quiet", 108, 1),
}


def chosen(who: Viewer) -> tuple[ColumnChoice, ...]:
    """Return the columns that a person sees, in order."""
    return preferences.columns(who) or tuple(ColumnChoice(field) for field in USUAL)


def columns(
    choices: Sequence[ColumnChoice],
    asked: Collection[str] = (),
    editable: Collection[str] = (),
    *,
    is_long: bool = False,
) -> list[Column]:
    """Return the grid's columns; `asked` are the fields that the filter asks for, `editable` those written in.

    Where the list `is_long`, headers say what it cannot be sorted by as it is.
    """
    return [_column(one, asked, one.field in editable, is_long) for one in choices]


def _column(one: ColumnChoice, asked: Collection[str], editable: bool, is_long: bool) -> Column:
    kind, width, flex = _SHAPES[one.field]
    name = fields.label(one.field)
    hint = too_long_for(one.field) if is_long and one.field in listing.UNINDEXED else name
    field = ASKED_AS.get(one.field)
    filtered = None if field is None else field in asked
    return Column(
        one.field, name, kind, width, flex, sortable=True,
        drawn=one.width, hint=hint, filtered=filtered, editable=editable,
    )  # fmt: skip


def too_long_for(field: str) -> str:
    """Say that a list has too many contacts to be sorted by a field, and what helps."""
    return _("Too many contacts to sort by {field}: narrow the list to {n} or fewer").format(
        field=fields.label(field), n=number(listing.MOST_SORTED)
    )


# --- cells


Cell = Callable[[ContactRow, datetime], Any]

_CELLS: Mapping[str, Cell] = {
    "name": lambda one, _moment: name_of(one.first_name, one.last_name),
    "phone": lambda one, _moment: phone_shown(one.phone) if one.phone else "",
    "messengers": lambda one, _moment: ", ".join(one.messengers),
    "segments": lambda one, _moment: list(zip(one.segments, one.segment_colours, strict=True)),
    "tags": lambda one, _moment: list(zip(one.tags, one.tag_colours, strict=True)),
    "country": lambda one, _moment: country_name(one.country) if one.country else "",
    "responsible": lambda one, _moment: one.responsible_name,
    "source": lambda one, _moment: source_name(one.source),
    "importance": lambda one, _moment: "" if one.importance is None else number(one.importance),
    "revenue": lambda one, _moment: "" if one.revenue is None else number(Decimal(one.revenue) / 100, 2),
    "language": lambda one, _moment: language_name(one.language) if one.language else "",
    "opted_out": lambda one, _moment: ", ".join(channel_name(channel) for channel in one.opted_out),
    "created": lambda one, moment: relative(one.created, moment),
    "updated": lambda one, moment: relative(one.updated, moment),
}


def rows(items: Sequence[ContactRow], shown: Sequence[str]) -> list[dict[str, Any]]:
    """Return contacts as the grid draws them, with no more than the fields that are shown."""
    moment = now()
    return [
        {"id": item.id, "version": item.version} | {field: _cell(item, field, moment) for field in shown}
        for item in items
    ]


def _cell(item: ContactRow, field: str, moment: datetime) -> Any:
    return _CELLS[field](item, moment) if field in _CELLS else getattr(item, field)


# --- what a person chooses


def on_event(event: GridEvent) -> None:
    """Keep the order and the widths of columns that were drawn in the grid."""
    if event.name not in ("columnMoved", "columnResized"):
        return
    who = viewer()
    had = {one.field: one for one in chosen(who)}
    told = dict(event.columns)
    # Another window may have added or taken away a column meanwhile: that stays.
    order = [field for field in told if field in had] + [field for field in had if field not in told]
    _keep(who, [ColumnChoice(field, _within(told.get(field, had[field].width))) for field in order])


def _within(width: int | None) -> int | None:
    return None if width is None else min(max(width, NARROWEST), WIDEST)


def _keep(who: Viewer, choices: Sequence[ColumnChoice]) -> None:
    usual = tuple(ColumnChoice(field) for field in USUAL)
    preferences.keep_columns(who, () if tuple(choices) == usual else choices)


def chooser(choices: Sequence[ColumnChoice]) -> None:
    """Draw "Columns ▾": which columns there are, which are shown, and in which order."""
    box = st.popover(
        _("Columns"), icon=":material/view_column:", type="tertiary", key=_BOX, on_change="rerun"
    )
    if not box.open:
        return
    shown = [one.field for one in choices]
    with box:
        with st.container(width=300, height=360, gap=None, border=False, key="column-choices"):
            for place, field in enumerate(shown):
                _line(field, place, len(shown))
            for field in listing.FIELDS:
                if field not in shown:
                    _line(field)
        usual = list(choices) == [ColumnChoice(field) for field in USUAL]
        st.button(
            _("Back to the usual columns"),
            type="tertiary",
            key="columns-usual",
            disabled=usual,
            on_click=lambda: _keep(viewer(), ()),
        )


def _line(field: str, place: int | None = None, of: int = 0) -> None:
    name = fields.label(field)
    with st.container(
        horizontal=True, vertical_alignment="center", wrap=False, gap="xsmall", key=f"column-line-{field}"
    ):
        hold(f"column-{field}", place is not None)
        st.checkbox(name, key=f"column-{field}", disabled=field == FIXED, on_change=_toggle, args=(field,))
        if place is None:
            return
        st.space("stretch")
        for way, icon, words in (
            (-1, "arrow_upward", _("Move {field} towards the front")),
            (1, "arrow_downward", _("Move {field} towards the end")),
        ):
            st.button(
                words.format(field=name),
                icon=f":material/{icon}:",
                type="tertiary",
                key=f"icon-column-{field}-{way}",
                disabled=not 0 <= place + way < of,
                on_click=_move,
                args=(field, way),
            )


def _toggle(field: str) -> None:
    who = viewer()
    rest = [one for one in chosen(who) if one.field != field]
    _keep(who, [*rest, ColumnChoice(field)] if st.session_state[f"column-{field}"] else rest)


def _move(field: str, way: int) -> None:
    who = viewer()
    choices = list(chosen(who))
    place = next((at for at, one in enumerate(choices) if one.field == field), None)
    if place is None or not 0 <= place + way < len(choices):
        return
    choices[place], choices[place + way] = choices[place + way], choices[place]
    _keep(who, choices)
