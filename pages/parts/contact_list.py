"""The list of contacts: what is asked, what matches, what is picked, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from pages.parts import cell_edits, contact_columns, filter_builder
from pages.parts.flash import flash
from pages.parts.held import hold
from pages.parts.state import (
    DEFAULT_SORT,
    GridEvent,
    ListState,
    Picks,
    asked_in,
    conditions,
    from_address,
    to_address,
    without,
)
from pages.parts.words import plain
from services import filters, listing, people
from services.errors import Told
from services.listing import MOST_SORTED, UNINDEXED, Count, Query

_PICKS = "contacts-picks"
_EPOCH = "contacts-epoch"
_SORTED = "contacts-sorted"
_SHOWN = "contacts-shown"
_COUNTED = "contacts-counted"
# The rows on the screen that are among all that matched another question, where those are picked.
_REACH = "contacts-reach"
_FILTER = "filter"
_FILTER_BOX = "contacts-filter"
_FILTER_LABEL = "contacts-filter-label"

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
    contact_columns.on_event(event)
    if cell_edits.take(event.edits):
        # What was refused is on the screen still: the grid takes the rows anew.
        st.session_state[_EPOCH] = epoch() + 1
    if event.name == "rowOpened":
        go(replace(state, contact=event.row))
    if event.name == "filterAsked":
        filter_by_column(event.field)
    chosen, shown = picks(), event.shown
    if is_of_another_question(chosen, state):
        reach: frozenset[int] = st.session_state.get(_REACH, frozenset())
        shown = tuple(one for one in shown if one in reach)
        if not reach.issuperset(event.picked):
            flash(_("All that matched another filter are picked. Clear that to pick others."), "info")
            st.session_state[_EPOCH] = epoch() + 1
    st.session_state[_PICKS] = chosen.on_page(shown, event.picked, state.question)
    # What is sorted by may not be among the columns, and then only a click says so.
    if event.name == "sortChanged" and event.sort != state.sort:
        st.session_state[_SORTED] = (event.sort, st.session_state.get(_SORTED, ("", 0))[1])
        go(state.asking(sort=event.sort))


def is_of_another_question(chosen: Picks, state: ListState) -> bool:
    """Say whether all that match are picked, but of what was asked before."""
    return chosen.everything and chosen.under != state.question


def ticked(who: Viewer, state: ListState, shown: Sequence[int]) -> list[bool]:
    """Return which of the rows shown are picked. Where what they were picked under is gone, nothing is any more."""
    chosen = picks()
    if not is_of_another_question(chosen, state):
        return [chosen.has(one) for one in shown]
    query = query_of(asked_in(chosen.under), only=shown)
    try:
        reach = frozenset(one.id for one in listing.grid_page(who, query, ["name"], len(shown)).items)
    except Told:
        pick(Picks())
        return [False for _one in shown]
    st.session_state[_REACH] = reach
    return [one in reach and chosen.has(one) for one in shown]


def turned(shown: Sequence[int]) -> None:
    """Note which rows are shown: on another page the grid takes our flags over."""
    if st.session_state.get(_SHOWN) != list(shown):
        st.session_state[_SHOWN] = list(shown)
        st.session_state[_EPOCH] = epoch() + 1


def is_long(count: Count) -> bool:
    """Say whether a list has too many contacts to be sorted by what no index has in a row."""
    return count.capped or count.n > MOST_SORTED


def as_sorted(state: ListState, count: Count) -> tuple[ListState, str]:
    """Return a list as it can be sorted, and the field by which it is asked to be but has too many contacts."""
    field = state.sort.removeprefix("-")
    if field not in UNINDEXED or not is_long(count):
        return state, ""
    return state.asking(sort=DEFAULT_SORT), field


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


# --- what is asked


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
    """Draw the filter."""
    box = st.popover(_filter_label(state), icon=":material/filter_list:", key=_FILTER_BOX, on_change="rerun")
    if box.open:
        with box, st.container(width=380, gap="small", key="filter-lines"):
            filter_builder.draw(who, _FILTER, _asked, _filter_by)


def _asked() -> str:
    return present().where


def _filter_by(where: str) -> None:
    go(present().asking(where=where))


def filter_by_column(column: str) -> None:
    """Open the filter with a line for what a column shows."""
    field = contact_columns.ASKED_AS.get(column)
    if field is not None:
        filter_builder.begin(_FILTER, _asked, field)
        st.session_state[_FILTER_BOX] = True


def _filter_label(state: ListState) -> str:
    """Return "Filter · 3"; while the popover is open, as it was when it opened: another label closes it."""
    if st.session_state.get(_FILTER_BOX) and _FILTER_LABEL in st.session_state:
        return str(st.session_state[_FILTER_LABEL])
    parts = conditions(state.where)
    label = _("Filter") + (f" · {number(len(parts))}" if parts else "")
    st.session_state[_FILTER_LABEL] = label
    return label


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
    names = people.names(who) if '"responsible"' in state.where else None
    for place, part in enumerate(conditions(state.where)):
        try:
            words = filters.describe(who, {"v": 1, "where": part}, names)
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


# --- counts


def count_of(who: Viewer, state: ListState) -> Count:
    """Return how many contacts a list has, counted anew only where that may be another number than on the last page.

    Raises Refused for a wrong filter or search.
    """
    kept = listing.count_kept(who, query_of(state), CAP, st.session_state.get(_COUNTED))
    st.session_state[_COUNTED] = kept
    return kept.count


def counted(n: int, capped: bool) -> str:
    """Return a count as people read it: 1,234 or 10,000+."""
    return f"{number(n)}+" if capped else number(n)


def contacts_counted(n: int, capped: bool) -> str:
    """Return a count of contacts in words."""
    return ngettext("{n} contact", "{n} contacts", n).format(n=counted(n, capped))
