"""The lines of a filter, between what an address says and what widgets show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts import filter_builder, filter_lines
from pages.parts.filter_lines import Line, added, is_raw, lines_of, say, where_of, whole
from pages.parts.state import Expression, compact
from services.filters import FIELDS, parse

VALUES = {
    "text": "a",
    "several": ["BR", "FR"],
    "number": 5,
    "numbers": [1, 9],
    "day": "2026-05-31",
    "days": ["2026-05-01", "2026-05-31"],
    "span": {"n": 30, "unit": "day"},
    "nothing": None,
}
EVERY = [(field, op) for field in filter_lines.OFFERED for op in filter_lines.operators(field)]


def part(field: str, op: str) -> Expression:
    value = VALUES[filter_lines.shape_of(field, op)]
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(("field", "op"), EVERY)
def test_whatever_a_line_offers_is_a_filter_and_has_a_widget_and_a_word(field: str, op: str) -> None:
    parse({"v": 1, "where": part(field, op)})
    assert filter_lines.shape_of(field, op) in filter_builder._VALUES
    assert op in filter_builder._WORDS


@given(st.lists(st.sampled_from(EVERY), max_size=5))
def test_lines_say_the_filter_that_they_were_read_from(chosen: list[tuple[str, str]]) -> None:
    where = compact({"all": [part(*one) for one in chosen]}) if chosen else ""
    lines = lines_of(where)
    assert where_of(lines) == where
    assert not any(is_raw(line) for line in lines)


def test_one_code_and_one_of_several_are_the_same_line() -> None:
    (line,) = lines_of('{"field":"country","op":"ne","value":"BR"}')
    assert line.part == {"field": "country", "op": "not_in", "value": ["BR"]}


@pytest.mark.parametrize(
    "raw",
    [
        '{"any":[{"field":"country","op":"in","value":["BR"]}]}',
        '{"field":"country","op":"contains","value":"B"}',
        '{"field":"created","op":"before","value":"2026-05-31T14:00:00Z"}',
        '{"field":"created","op":"in_last","value":{"n":30}}',
        '{"field":"nonsense","op":"eq","value":1}',
    ],
)
def test_what_no_line_can_say_stays_as_it_came(raw: str) -> None:
    lines = added(lines_of(raw), "city")
    assert is_raw(lines[0])
    assert not is_raw(lines[1])
    assert where_of(lines) == f'{{"all":[{raw}]}}'


def test_an_incomplete_line_asks_nothing_yet() -> None:
    (line,) = added([], "city")
    assert where_of([line]) == ""
    assert where_of([say(line, value="Paris")]) == compact(
        {"all": [{"field": "city", "op": "contains", "value": "Paris"}]}
    )


def test_another_operator_keeps_the_value_that_it_can_take() -> None:
    line = Line(0, part("city", "contains"))
    assert say(line, op="starts_with").value == "a"
    assert say(line, op="is_empty").part == {"field": "city", "op": "is_empty"}
    assert say(Line(0, part("created", "in_last")), op="before").value is None


def test_a_column_that_is_asked_already_gets_no_second_line() -> None:
    lines = added([], "city")
    assert whole(lines, "city") == lines
    assert [line.field for line in whole(lines, "region")] == ["city", "region"]
    assert [line.id for line in whole(lines, "region")] == [0, 1]


def test_every_field_that_is_offered_exists_once() -> None:
    assert set(filter_lines.OFFERED) <= set(FIELDS)
    assert len(set(filter_lines.OFFERED)) == len(filter_lines.OFFERED)
