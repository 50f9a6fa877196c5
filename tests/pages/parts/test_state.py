"""What an address says, and what a grid's events do to it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.state import (
    Edit,
    GridEvent,
    ListState,
    Picks,
    asked_in,
    compact,
    conditions,
    event_of,
    from_address,
    to_address,
    without,
)

TEXT = st.text(max_size=20)
IDS = st.none() | st.integers(1, 10**9)
PART = st.fixed_dictionaries({"field": st.just("country"), "op": st.just("in"), "value": st.lists(TEXT)})
WHERE = st.lists(PART, max_size=3).map(lambda parts: compact({"all": parts}) if parts else "")


def test_the_address_of_the_plain_list_is_empty() -> None:
    assert to_address(ListState()) == {}


@given(WHERE, TEXT, IDS, IDS, st.sampled_from(["-created", "name", "-email"]))
def test_an_address_leads_back_to_the_same_list(
    where: str, search: str, segment: int | None, imported: int | None, sort: str
) -> None:
    state = ListState(segment, imported, search.strip(), where, sort, contact=imported)
    assert from_address(to_address(state)) == state
    assert asked_in(state.question) == replace(state, sort="-created", contact=None)
    assert from_address(to_address(state.forth("cursor"))) == state.forth("cursor")


@given(
    st.dictionaries(
        st.sampled_from(["segment", "import", "q", "filter", "sort", "after", "before", "page", "contact"]),
        TEXT,
    )
)
def test_an_address_that_makes_no_sense_is_no_error(query: dict[str, str]) -> None:
    state = from_address(query)
    assert from_address(to_address(state)) == state


def test_an_expression_as_the_command_line_takes_it_is_read_from_an_address() -> None:
    whole = '{"v":1,"where":{"field":"country","op":"eq","value":"BR"}}'
    state = from_address({"filter": whole})
    assert state.expression == json.loads(whole)


def test_a_part_of_a_filter_is_taken_away_by_itself() -> None:
    brazil: dict[str, object] = {"field": "country", "op": "in", "value": ["BR"]}
    lately: dict[str, object] = {"field": "created", "op": "in_last", "value": {"n": 30, "unit": "day"}}
    where = compact({"all": [brazil, lately]})
    assert without(where, 0) == compact({"all": [lately]})
    assert without(without(where, 0), 0) == ""
    assert len(conditions(where)) == 2


@pytest.mark.parametrize("where", ['{"any":[]}', '{"all":[5]}', '{"all":{}}', '{"all":[],"none":[]}'])
def test_what_is_no_list_of_parts_is_one_part(where: str) -> None:
    assert conditions(where) == [json.loads(where)]


def test_a_new_question_begins_at_its_first_page() -> None:
    deep = ListState().forth("a").forth("b")
    assert deep.page == 3
    assert deep.asking(search="ana") == ListState(search="ana")


def test_the_way_back_to_the_first_page_needs_no_cursor() -> None:
    second = ListState().forth("a")
    assert second.back("b") == ListState()
    assert second.forth("c").back("b") == ListState(before="b", page=2)


def test_ticks_on_one_page_leave_those_of_other_pages() -> None:
    first = Picks().on_page([1, 2, 3], [1, 2], "q")
    second = first.on_page([4, 5], [5], "q")
    assert second.ids == {1, 2, 5}
    assert second.on_page([1, 2, 3], [2], "q").ids == {2, 5}


def test_of_all_that_match_those_are_left_out_that_a_person_let_go() -> None:
    picks = Picks(everything=True, under="q").on_page([1, 2, 3], [1, 3], "q")
    assert picks.ids == {2}
    assert picks.has(99)
    assert not picks.has(2)
    assert not picks.on_page([1, 2, 3], [1, 2, 3], "q").ids


def test_picks_remember_the_question_under_which_the_first_was_made() -> None:
    picks = Picks().on_page([1], [1], "old").on_page([2], [2], "new")
    assert picks.under == "old"
    assert Picks().on_page([2], [2], "new").under == "new"


def test_nothing_picked_is_false_and_all_that_match_is_true() -> None:
    assert not Picks()
    assert Picks(everything=True)


def test_a_grid_that_has_told_nothing_yet_has_no_event() -> None:
    assert event_of(None) is None
    assert event_of({}) is None


def test_a_grid_tells_order_and_ticks() -> None:
    told = {
        "mark": "1",
        "name": "sortChanged",
        "sort": [{"field": "name", "direction": "desc"}],
        "shown": [1, "2", 3],
        "picked": [2],
        "epoch": 4,
        "columns": [["name", None], ["city", 140], ["broken"], 7],
    }
    columns = (("name", None), ("city", 140))
    assert event_of(told) == GridEvent("1", "sortChanged", "-name", (1, 2, 3), (2,), 4, columns)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@given(
    st.fixed_dictionaries(
        {"mark": TEXT}
        | dict.fromkeys(("sort", "shown", "picked", "epoch", "columns", "edits", "row", "field"), JSON)
    )
)
def test_whatever_a_browser_sends_is_an_event_or_nothing(told: dict[str, object]) -> None:
    event = event_of(told)
    assert event is None or all(isinstance(one, int) and one > 0 for one in (*event.shown, *event.picked))


def test_a_grid_tells_what_was_written_and_which_row_was_opened() -> None:
    edit = {"mark": "e", "id": 7, "version": 3, "field": "city", "value": "Paris"}
    told = {"mark": "1", "row": 7, "edits": [edit, edit | {"version": None}, edit | {"value": 5}, "x"]}
    told["edits"] += [{"mark": "u", "undo": True}, {"mark": 5, "undo": True}, {"undo": True}]
    event = event_of(told)
    assert event is not None
    assert event.row == 7
    assert event.edits == (Edit("e", 7, 3, "city", "Paris"), Edit("u"))


@pytest.mark.parametrize("shown", [True, "x", -1, 1.5, None])
def test_only_an_id_stands_for_a_row(shown: object) -> None:
    event = event_of({"mark": "1", "shown": [shown, 7]})
    assert event is not None
    assert event.shown == (7,)
