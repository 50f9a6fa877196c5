"""The filter in SQL gives what a plain Python one gives, whatever is asked, on both databases."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.contact import Contact
from services import filters
from services.access import visible
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.filters import people
from tests.services.filters.evaluator import matching

ZONES = ("America/Sao_Paulo", "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "UTC")


def parts(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Values as they stand, in other letters, and pieces of them."""

    def piece(text: str, start: int, length: int) -> str:
        return text[start % (len(text) + 1) :][: length or None]

    some = st.sampled_from(values)
    pieces = st.builds(piece, some, st.integers(0, 20), st.integers(0, 6))
    return st.one_of(
        some, some.map(str.upper), some.map(str.title), pieces, st.sampled_from(("", " ", "%", "é", "zz"))
    )


TEXTS = {
    "first_name": people.FIRST, "last_name": people.LAST, "email": people.MAIL, "emails": people.MAIL,
    "phone": people.PHONES, "phones": ("+55 (11) 96123-4567", *people.PHONES),
    "messengers": ("telegram", "@ana", "whatsapp", "ana"), "country": people.COUNTRIES,
    "organization": people.ORGANIZATIONS, "account_number": people.CODES, "external_id": ("A-100/7", *people.CODES),
    "source": people.SOURCES, "region": people.REGIONS, "city": people.CITIES, "postcode": people.POSTCODES,
    "address": people.STREETS,
}  # fmt: skip
LISTS = {"segments": people.SEGMENTS, "tags": people.TAGS, "opted_out": people.CHANNELS}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """One condition on any field, with any operator."""
    name = draw(st.sampled_from(sorted(filters.FIELDS)))
    field = filters.FIELDS[name]
    op = draw(st.sampled_from(field.operators))
    asked: dict[str, Any] = {"field": name, "op": op}
    if op not in ("is_empty", "is_not_empty"):
        asked["value"] = draw(_value(name, op))
    return asked


def _value(name: str, op: str) -> st.SearchStrategy[Any]:
    if name in LISTS:
        return st.lists(st.sampled_from(LISTS[name]), max_size=3)
    if op in ("in_last", "not_in_last", "in_next"):
        unit = st.sampled_from(("hour", "day", "week"))
        return st.fixed_dictionaries({"n": st.sampled_from((1, 2, 7, 8, 30, 31)), "unit": unit})
    if name in ("created", "updated"):
        days = st.sampled_from(("2018-11-03", "2018-11-04", "2018-11-09", "2018-11-10", "2017-11-10"))
        clock = st.sampled_from(("", "T00:00:00", "T12:00:00Z", "T23:59:59.999999-03:00", "T02:59:00+00:00"))
        one = st.builds("".join, st.tuples(days, clock))
    elif name in ("importance", "revenue"):
        one = st.sampled_from((0, 1, 2, 2.5, 3, 99, 99.5, 100, -5, 3_000_000_000, 2**52))
    elif name == "responsible":
        one = st.sampled_from((*people.USERS, people.USERS[0].upper()))
    else:
        one = parts(TEXTS[name])
    if op == "between":
        return st.lists(one, min_size=2, max_size=2)
    return st.lists(one, max_size=3) if op in ("in", "not_in") else one


def groups(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A group of up to three parts."""
    listed = st.lists(children, max_size=3)
    return st.one_of(*(st.fixed_dictionaries({kind: listed}) for kind in ("all", "any", "none")))


EXPRESSIONS = st.recursive(conditions(), groups, max_leaves=6).map(lambda where: {"v": 1, "where": where})


@pytest.fixture(params=[1, 2], ids=["one world", "another"])
def everyone(
    db: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[people.Everyone]:
    """Seventy people in the database, at a standing clock."""
    monkeypatch.setattr("services.work.now", lambda: people.NOW)
    invented = people.invent(request.param, 70)
    people.write(invented)
    return invented


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=EXPRESSIONS, zone=st.sampled_from(ZONES))
def test_sql_and_python_find_the_same_people(
    everyone: people.Everyone, tree: dict[str, Any], zone: str
) -> None:
    with unit_of_work(SYSTEM) as work:
        resolved = filters.resolve(work, filters.parse(tree))
        holds = filters.holds(work, resolved.where, ZoneInfo(zone))
        ids = work.session.scalars(
            select(col(Contact.id)).where(visible(work.sight), holds).order_by(Contact.id)
        )
        assert list(ids) == matching(everyone, tree, zone)


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=EXPRESSIONS, zone=st.sampled_from(ZONES))
def test_a_source_misses_nobody(everyone: people.Everyone, tree: dict[str, Any], zone: str) -> None:
    with unit_of_work(SYSTEM) as work:
        resolved = filters.resolve(work, filters.parse(tree))
        source = filters.source(work, resolved.where, ZoneInfo(zone))
        if source is not None:
            assert set(matching(everyone, tree, zone)) <= set(work.session.scalars(source.ids))
