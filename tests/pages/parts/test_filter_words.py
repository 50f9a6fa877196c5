"""A filter reads in plain words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.i18n import use_locale
from pages.parts import filter_words
from services.filters import FIELDS, OPERATORS

NAMES = {"ana@example.com": "Ana Souza"}


def said(field: str, op: str, value: Any = None) -> str:
    part = {"field": field, "op": op, "value": value}
    return filter_words.said(part, names=NAMES, time_zone="America/Sao_Paulo")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("country", "in", ["BR", "FR"]), "Country is Brazil or France"),
        (("country", "eq", "BR"), "Country is Brazil"),
        (("created", "in_last", {"n": 30, "unit": "day"}), "Added in the last 30 days"),
        (("created", "in_last", {"n": 1, "unit": "day"}), "Added in the last 1 day"),
        (("created", "before", "2026-11-22"), "Added before Nov 22, 2026"),
        (("source", "in", ["import"]), "Source is Import"),
        (("responsible", "in", ["ana@example.com"]), "Responsible is Ana Souza"),
        (("segments", "has_any", ["Norte", "Sul", "Leste"]), "Segments: Norte, Sul or Leste"),
        (("segments", "has_all", ["Norte", "Sul"]), "Segments: Norte and Sul"),
        (("email", "is_empty", None), "E-mail is empty"),
        (("importance", "between", [1, 5]), "Importance from 1 to 5"),
    ],
)
def test_a_condition_reads_as_a_person_would_say_it(condition: tuple[str, str, Any], words: str) -> None:
    assert said(*condition) == words


def test_an_instant_is_told_by_the_clock_of_the_reader() -> None:
    assert said("created", "after", "2026-11-22T03:00:00+00:00") == "Added after Nov 22, 2026, 12:00\u202fAM"


def test_of_many_values_the_first_few_are_told() -> None:
    assert said("city", "in", [f"Town {n}" for n in range(9)]).endswith("Town 4 or 4 more")


def test_groups_are_told_with_their_parts() -> None:
    part = {"none": [{"field": "country", "op": "eq", "value": "BR"}]}
    assert filter_words.said(part, names={}, time_zone="UTC") == "none of (Country is Brazil)"


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_every_operator_of_every_field_has_words(locale: str) -> None:
    with use_locale(locale):
        for field in FIELDS.values():
            for op in OPERATORS[field.kind]:
                assert "{" not in said(field.name, op, [1, 2])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([*FIELDS, "nonsense"]), st.sampled_from([*filter_words._ONE, "nonsense"]))
def test_whatever_an_address_holds_is_told_without_an_error(value: Any, field: str, op: str) -> None:
    assert isinstance(said(field, op, value), str)
    assert isinstance(filter_words.said(value, names={}, time_zone="UTC"), str)
