"""The list of contacts: what is asked, what matches, what is picked, and what can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from hooks.i18n import _, countries, country_name, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.contact import SOURCES, ContactRead
from models.segment import SegmentKnown
from pages.parts import fields
from pages.parts.grid import Column
from pages.parts.state import (
    GridEvent,
    ListState,
    Picks,
    SimpleFilter,
    asked_in,
    conditions,
    from_address,
    simple_of,
    to_address,
    where_of,
    without,
)
from pages.parts.words import name_of, phone_shown, plain
from services import filters, people, segments
from services.errors import Told
from services.listing import Query
from services.terms import source_name

_PICKS = "contacts-picks"
_EPOCH = "contacts-epoch"
_SORTED = "contacts-sorted"
_SHOWN = "contacts-shown"
_FILTER_LABEL = "contacts-filter-label"
_DAYS = (1, 7, 30, 90, 365)

# Counts are shown up to here.
CAP = 10_000


# --- state


def present() -> ListState:
    """Return what the address asks for."""
    return from_address(st.query_params.to_dict())


def go(state: ListState) -> None:
    """Make the address ask for `state`."""
    st.query_params.from_dict(to_address(state))


def picks() -> Picks:
    """Return what is picked in this window."""
    found: Picks = st.session_state.setdefault(_PICKS, Picks())
    return found


def pick(chosen: Picks) -> None:
    """Take these picks; the grid adopts them, whatever was ticked in it."""
    st.session_state[_PICKS] = chosen
    st.session_state[_EPOCH] = epoch() + 1


def epoch() -> int:
    """Return the number that tells the grid whether our flags are newer than its ticks."""
    return int(st.session_state.setdefault(_EPOCH, 0))


def sorted_by(sort: str) -> int:
    """Return a number that changes when the order was changed outside the grid: it then begins anew."""
    known, turn = st.session_state.setdefault(_SORTED, (sort, 0))
    if known != sort:
        turn += 1
        st.session_state[_SORTED] = (sort, turn)
    return int(turn)


def on_event(event: GridEvent) -> None:
    """Take over what was done in the grid."""
    state = present()
    st.session_state[_PICKS] = picks().on_page(event.shown, event.picked, state.question)
    if event.sort != state.sort:
        st.session_state[_SORTED] = (event.sort, st.session_state.get(_SORTED, ("", 0))[1])
        go(state.asking(sort=event.sort))


def turned(shown: Sequence[int]) -> None:
    """Note which rows are shown: on another page the grid takes our flags over."""
    if st.session_state.get(_SHOWN) != list(shown):
        st.session_state[_SHOWN] = list(shown)
        st.session_state[_EPOCH] = epoch() + 1


def query_of(state: ListState, only: Sequence[int] | None = None) -> Query:
    """Return the question of a list as services take it, of `only` these contacts where that is given."""
    return Query(
        filter=state.expression,
        search=state.search,
        sort=state.sort,
        segment_id=state.segment,
        import_id=state.imported,
        only=only,
    )


def query_of_picks(chosen: Picks) -> Query:
    """Return the question that finds what is picked, whatever is asked now."""
    if not chosen.everything:
        return Query(only=sorted(chosen.ids))
    return replace(query_of(asked_in(chosen.under)), excluded=sorted(chosen.ids))


def hold(key: str, value: Any) -> None:
    """Have a widget show `value`; one that does is not touched, since somebody may be typing in it."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


# --- what is asked


def segment_menu(who: Viewer, state: ListState) -> SegmentKnown | None:
    """Draw "All contacts ▾"; return the segment that is open."""
    chosen = next((one for one in segments.known(who) if one.id == state.segment), None)
    menu = st.popover(
        plain(chosen.name) if chosen else _("All contacts"),
        key="contacts-segment",
        type="tertiary",
        on_change="rerun",
    )
    if menu.open:
        found = segments.listed(who)
        with menu, st.container(gap=None, key="segment-choices"):
            _segment_choice(None, _("All contacts"), None, chosen is None)
            for one in found:
                _segment_choice(one.id, one.name, one.members, chosen is not None and one.id == chosen.id)
            if not found:
                st.caption(_("There are no segments yet."))
    return chosen


def _segment_choice(segment_id: int | None, name: str, members: int | None, chosen: bool) -> None:
    count = f" :small[{number(members)}]" if members is not None else ""
    label = f"**{plain(name)}**" if chosen else plain(name)
    st.button(
        label + count,
        type="tertiary",
        width="stretch",
        key=f"segment-choice-{segment_id or 0}",
        on_click=_open_segment,
        args=(segment_id,),
    )


def _open_segment(segment_id: int | None) -> None:
    go(present().asking(segment=segment_id))
    st.session_state["contacts-segment"] = False


def search_box(state: ListState) -> None:
    """Draw the quick search."""
    hold("contacts-search", state.search)
    st.text_input(
        _("Search"),
        type="search",
        live="350ms",
        placeholder=_("Name, e-mail, phone, organization…"),
        label_visibility="collapsed",
        icon=":material/search:",
        key="contacts-search",
        width=320,
        on_change=lambda: go(present().asking(search=(st.session_state["contacts-search"] or "").strip())),
    )


def filter_box(who: Viewer, state: ListState) -> None:
    """Draw the simple filter."""
    box = st.popover(
        _filter_label(state), icon=":material/filter_list:", key="contacts-filter", on_change="rerun"
    )
    if not box.open:
        return
    simple = simple_of(state.where)
    with box, st.container(width=360, gap="small"):
        if simple is None:
            st.markdown(_("This filter came with a link and says more than these fields can."))
            st.button(
                _("Start anew"), key="contacts-filter-anew", on_click=_filter_by, args=(SimpleFilter(),)
            )
            return
        _filter_fields(who, simple)


def _filter_label(state: ListState) -> str:
    """Return "Filter · 3"; while the popover is open, as it was when it opened: another label closes it."""
    if st.session_state.get("contacts-filter") and _FILTER_LABEL in st.session_state:
        return str(st.session_state[_FILTER_LABEL])
    parts = conditions(state.where)
    label = _("Filter") + (f" · {number(len(parts))}" if parts else "")
    st.session_state[_FILTER_LABEL] = label
    return label


def _filter_fields(who: Viewer, simple: SimpleFilter) -> None:
    names = fields.people_by_email(who)
    offered: tuple[tuple[str, str, Sequence[str], Callable[[str], str]], ...] = (
        ("countries", fields.label("country"), [code for code, _name in countries()], country_name),
        ("segments", fields.label("segments"), [one.name for one in segments.known(who)], str),
        ("sources", fields.label("source"), SOURCES, source_name),
        ("responsibles", fields.label("responsible"), list(names), lambda email: names.get(email, email)),
    )
    for name, label, options, shown in offered:
        chosen = list(getattr(simple, name))
        hold(f"filter-{name}", chosen)
        st.multiselect(
            label,
            list(dict.fromkeys([*options, *chosen])),
            format_func=shown,
            placeholder=_("Any"),
            key=f"filter-{name}",
            filter_mode="contains",
            select_all=False,
            on_change=_filter_from_fields,
        )
    hold("filter-days", simple.days)
    st.pills(
        _("Added in the last … days"),
        sorted({*_DAYS, *([simple.days] if simple.days else [])}),
        format_func=number,
        key="filter-days",
        on_change=_filter_from_fields,
    )


def _filter_from_fields() -> None:
    held = st.session_state
    _filter_by(
        SimpleFilter(
            **{
                name: tuple(held.get(f"filter-{name}") or ())
                for name in ("countries", "segments", "sources", "responsibles")
            },
            days=held.get("filter-days"),
        )
    )


def _filter_by(simple: SimpleFilter) -> None:
    go(present().asking(where=where_of(simple)))


def filter_chips(who: Viewer, state: ListState) -> None:
    """Draw each part of what is asked in words, with a cross that takes it away."""
    if state.imported is not None:
        st.button(
            plain(_("New in import #{id}").format(id=state.imported)),
            icon=":material/close:",
            icon_position="right",
            key="filter-import",
            on_click=lambda: go(present().asking(imported=None)),
        )
    for place, part in enumerate(conditions(state.where)):
        try:
            words = filters.describe(who, {"v": 1, "where": part})
        except Told:
            # What is wrong is said where the list would be; here is the cross that takes the part away.
            words = _("A part that cannot be read")
        st.button(
            plain(words),
            icon=":material/close:",
            icon_position="right",
            key=f"filter-part-{place}",
            on_click=lambda place=place: go(present().asking(where=without(present().where, place))),
        )
    if len(conditions(state.where)) > 1:
        st.button(
            _("Clear filter"),
            type="tertiary",
            key="filter-clear",
            on_click=lambda: go(present().asking(where="")),
        )


# --- what is shown


def columns() -> list[Column]:
    """Return the grid's columns."""
    return [
        Column("name", fields.label("name"), "opens", width=150, flex=3, sortable=True),
        Column("phone", fields.label("phone"), width=150, flex=2, sortable=True),
        Column("email", fields.label("email"), width=160, flex=3, sortable=True),
        Column("organization", fields.label("organization"), width=130, flex=2, sortable=True),
        Column("segments", fields.label("segments"), "badges", width=160, flex=3),
        Column("country", fields.label("country"), width=100, flex=1, sortable=True),
        Column("responsible", fields.label("responsible"), width=120, flex=2, sortable=True),
        Column("created", fields.label("created"), "quiet", width=95, flex=1, sortable=True),
    ]


def as_rows(who: Viewer, items: Sequence[ContactRead]) -> list[dict[str, Any]]:
    """Return contacts as the grid draws them."""
    names = {person.email: person.name for person in people.users(who)}
    colours = {one.name: one.colour if one.active else "grey" for one in segments.known(who)}
    moment = now()
    return [
        {
            "id": item.id,
            "name": name_of(item.first_name, item.last_name),
            "phone": phone_shown(item.phone) if item.phone else "",
            "email": item.email,
            "organization": item.organization,
            "segments": [(name, colours.get(name, "grey")) for name in item.segments],
            "country": country_name(item.country) if item.country else "",
            "responsible": names.get(item.responsible or "", item.responsible),
            "created": relative(item.created, moment),
        }
        for item in items
    ]


def counted(n: int, capped: bool) -> str:
    """Return a count as people read it: 1,234 or 10,000+."""
    return f"{number(n)}+" if capped else number(n)


def contacts_counted(n: int, capped: bool) -> str:
    """Return a count of contacts in words."""
    return ngettext("{n} contact", "{n} contacts", n).format(n=counted(n, capped))
