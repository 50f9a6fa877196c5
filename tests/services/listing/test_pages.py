"""Pages: the same contacts in the same order, however they are found, forwards and backwards."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hooks.viewer import SYSTEM
from models.fold import fold
from services import listing
from services.errors import Refused
from services.filters import sources
from services.listing import Query, plan
from tests.fixtures import Database
from tests.services.filters import people
from tests.services.filters.evaluator import matching, standing
from tests.services.filters.test_filters import EXPRESSIONS
from tests.worlds import World

FOLDED = ("first_name", "last_name", "organization", "region", "city")
# What these people are not asked for.
UNSAID = ("language", "time_zone")


@pytest.fixture
def everyone(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[people.Everyone]:
    """Ninety people in the database, at a standing clock."""
    monkeypatch.setattr("services.work.now", lambda: people.NOW)
    invented = people.invent(3, 90)
    people.write(invented)
    return invented


@pytest.fixture(
    params=["gathered", "sampled", "walked", "walked in small steps", "taken apart", "out of patience"]
)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way in which a page may be found."""
    if request.param == "sampled":
        monkeypatch.setattr(sources, "_LEAST_SAMPLED_OF", -1)
        monkeypatch.setattr(sources, "_SAMPLED_ROWS", 1_000_000)
        monkeypatch.setattr(sources, "_COMMON", 0.5)
    elif request.param != "gathered":
        monkeypatch.setattr(plan, "FEW", 0)
        monkeypatch.setattr(plan, "MANY", 0)
    if request.param in ("walked in small steps", "taken apart"):
        monkeypatch.setattr(plan, "_FIRST_PIECE", 3)
        monkeypatch.setattr(plan, "_LARGEST_PIECE", 5)
    if request.param == "taken apart":
        monkeypatch.setattr(plan, "PATIENCE", 5)
    if request.param == "out of patience":
        monkeypatch.setattr(plan, "MANY", 1000)
        monkeypatch.setattr(plan, "PATIENCE", 20)
        monkeypatch.setattr(plan, "_FIRST_PIECE", 10)
    return request.param


def value_of(everyone: people.Everyone, one: people.Someone, field: str) -> Any:
    """What a person is sorted by."""
    if field == "opted_out":
        return min(standing(everyone, one, field), default=None)
    if field in UNSAID:
        return None
    if field == "name":
        return fold(f"{one.first_name or ''} {one.last_name or ''}") or None
    if field in ("email", "phone"):
        listed = getattr(one, f"{field}s")
        return fold(listed[0]) if listed else None
    if field in ("segments", "tags"):
        return min((fold(name) for name in getattr(one, field)), key=str.encode, default=None)
    if field == "messengers":
        return next((" ".join(filter(None, (kind, fold(handle)))) for kind, handle in one.messengers), None)
    if field == "street":
        return fold(one.address or "") or None
    value = None if field == "id" else getattr(one, field)
    return fold(value) or None if field in FOLDED and value else value


def in_order(everyone: people.Everyone, ids: list[int], sort: str) -> list[int]:
    """The ids in the order that `sort` asks for, by plain Python: empty values last, the id as the last key."""
    field, down = sort.removeprefix("-"), sort.startswith("-")
    found = [(value_of(everyone, one, field), one.id) for one in everyone.people if one.id in ids]

    def key(pair: tuple[Any, int]) -> tuple[Any, int]:
        value, id_ = pair
        return (value.encode() if isinstance(value, str) else value or 0, id_)

    full = sorted((pair for pair in found if pair[0] is not None), key=key, reverse=down)
    empty = sorted((pair for pair in found if pair[0] is None), key=key, reverse=down)
    return [id_ for _value, id_ in full + empty]


def walk(query: Query, limit: int) -> tuple[list[list[int]], list[list[int]]]:
    """Turn all pages to the last one, and all of them back to the first."""
    page = listing.page(SYSTEM, query, limit)
    forth = [[one.id for one in page.items]]
    while page.next:
        page = listing.page(SYSTEM, query, limit, after=page.next)
        forth.append([one.id for one in page.items])
    back = [forth[-1]]
    while page.previous:
        page = listing.page(SYSTEM, query, limit, before=page.previous)
        back.append([one.id for one in page.items])
    return forth, back


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tree=st.one_of(st.none(), EXPRESSIONS),
    sort=st.sampled_from([f"{sign}{name}" for name in listing.SORTS for sign in ("", "-")]),
    limit=st.sampled_from((1, 7, 50, 1000)),
)
@pytest.mark.slow
def test_pages_hold_every_match_once_and_in_order_both_ways(
    everyone: people.Everyone, way: str, tree: dict[str, Any] | None, sort: str, limit: int
) -> None:
    ids = [one.id for one in everyone.people]
    expected = in_order(everyone, matching(everyone, tree, "UTC") if tree else ids, sort)
    forth, back = walk(Query(filter=tree, sort=sort), max(limit, len(expected) // 8 or 1))
    assert [id_ for page in forth for id_ in page] == expected
    if len(forth) > 1:
        assert [id_ for page in reversed(back) for id_ in page] == expected
    assert listing.count(SYSTEM, Query(filter=tree)) == listing.Count(len(expected), capped=False)


@pytest.mark.slow
def test_what_was_changed_before_a_day_is_found_in_any_order(everyone: people.Everyone, way: str) -> None:
    conditions: list[dict[str, Any]] = [
        {"op": "before", "value": "2018-11-04"},
        {"op": "between", "value": ["2018-10-01", "2018-11-04"]},
        {"op": "not_in_last", "value": {"n": 10, "unit": "day"}},
    ]
    for condition, sort in product(conditions, ("created", "-created", "-updated")):
        tree = {"v": 1, "where": {"field": "updated", **condition}}
        expected = in_order(everyone, matching(everyone, tree, "UTC"), sort)
        assert 0 < len(expected) < len(everyone.people)
        forth, _back = walk(Query(filter=tree, sort=sort), 40)
        assert [id_ for page in forth for id_ in page] == expected


@pytest.mark.parametrize("sort", ["created", "-organization", "responsible", "-importance"])
def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after(
    everyone: people.Everyone, way: str, sort: str
) -> None:
    first = listing.page(SYSTEM, Query(sort=sort), 60)
    assert first.previous is None
    assert first.next
    last = listing.page(SYSTEM, Query(sort=sort), 60, after=first.next)
    assert last.next is None
    again = listing.page(SYSTEM, Query(sort=sort), 60, before=last.previous)
    assert again == first


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "WzEsMl0", "Wy1jcmVhdGVkLDEsMV0", "é", "A" * 5000, "WyJpZCIsbnVsbCwtMV0"]
)
def test_a_cursor_that_is_none_is_refused_in_a_sentence(everyone: people.Everyone, cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        listing.page(SYSTEM, Query(), after=cursor)
    assert refused.value.code == "bad_cursor"
    assert refused.value.message


def test_a_cursor_of_another_order_is_refused(everyone: people.Everyone) -> None:
    page = listing.page(SYSTEM, Query(sort="country"), 5)
    with pytest.raises(Refused):
        listing.page(SYSTEM, Query(sort="-country"), 5, after=page.next)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_from_one_to_a_thousand_contacts(everyone: people.Everyone, limit: int) -> None:
    with pytest.raises(Refused):
        listing.page(SYSTEM, Query(), limit)


def test_what_cannot_be_sorted_by_is_refused(everyone: people.Everyone) -> None:
    with pytest.raises(Refused, match="segments"):
        listing.page(SYSTEM, Query(sort="address"))


@pytest.mark.parametrize("cap", [3, 10, 90, 10_000])
def test_a_capped_count_stops_at_its_cap(everyone: people.Everyone, way: str, cap: int) -> None:
    tree = {"v": 1, "where": {"field": "importance", "op": "is_not_empty"}}
    for query, exact in ((Query(), 90), (Query(filter=tree), len(matching(everyone, tree, "UTC")))):
        assert listing.count(SYSTEM, query, cap) == listing.Count(min(exact, cap), capped=exact > cap)


def test_an_advisor_finds_and_counts_only_what_the_rule_opens(db: Database, way: str) -> None:
    world = World()
    bia = world.user("Bia", "advisor", "North")
    wall = world.wall("Hill", teams=("North",))
    world.wall("Lake")
    seen = [
        world.contact("Ana", segments=["Hill"]),
        world.contact("Rui", responsible=bia),
        world.contact("Eva"),
    ]
    world.contact("Ivo", segments=["Lake"])
    viewer = world.viewer("Bia")
    assert [one.id for one in listing.page(viewer, Query(sort="id")).items] == seen
    assert listing.count(viewer, Query(), 100) == listing.Count(3, capped=False)
    assert [one.first_name for one in listing.page(viewer, Query(segment_id=wall)).items] == ["Ana"]


@pytest.fixture
def named(db: Database) -> Callable[..., list[str]]:
    """A few people, and a search that returns the first names it finds."""
    world = World()
    world.contact("João", last_name="Gonçalves", phone="+5511961234567", organization="Fazenda São José")
    world.contact("Maria", last_name="Silva", email="maria.silva@example.com", external_id="X-77")
    world.contact("Zoé", last_name="O'Neill", phone="+33612345678", account_number="12-3456")
    world.contact("Ann", emails=["ann@example.com", "second@other.example"], phones=["+12125550123"])
    return lambda text: sorted(one.first_name for one in listing.page(SYSTEM, Query(search=text)).items)


SEARCHES = {
    "joao goncalves": ["João"],
    "GONÇALVES João": ["João"],
    "an": ["Ann"],
    "sao jose": ["João"],
    "example.com": ["Ann", "Maria"],
    "second@other": ["Ann"],
    "x-77": ["Maria"],
    "12-3456": ["João", "Zoé"],
    "o'neill": ["Zoé"],
    "96123-4567": ["João"],
    "(11) 96123": ["João"],
    "joão 11 9612": ["João"],
    "06 12 34 56 78": ["Zoé"],
    "+33 (0)6 12 34 56 78": ["Zoé"],
    "55": ["Ann", "João"],
    "0123": ["Ann"],
    '"silva"': [],
    "%": [],
    "maria joao": [],
    "": ["Ann", "João", "Maria", "Zoé"],
}


def test_a_search_finds_every_word_in_any_spelling(named: Callable[..., list[str]], way: str) -> None:
    assert {text: named(text) for text in SEARCHES} == SEARCHES


@pytest.mark.parametrize("text", ["a" * 301, "\x00", "\ud800"])
def test_a_search_that_nothing_could_match_is_refused(db: Database, text: str) -> None:
    with pytest.raises(Refused):
        listing.page(SYSTEM, Query(search=text))


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "segments", "op": "has_any", "value": ["Hill", "Lake"]},
        {"field": "tags", "op": "has_all", "value": ["vip"]},
        {"field": "city", "op": "eq", "value": "Oslo"},
        {"field": "importance", "op": "in", "value": [3, 4]},
    ],
)
@pytest.mark.parametrize("sort", ["-created", "id"])
def test_what_came_in_later_and_has_nothing_of_it_is_passed_without_a_look(
    db: Database, monkeypatch: pytest.MonkeyPatch, condition: dict[str, Any], sort: str
) -> None:
    world = World()
    world.wall("Hill")
    world.wall("Lake")
    asked_for = {"segments": ["Hill"], "tags": ["vip"], "city": "Oslo", "importance": 4}
    wanted = [world.contact(f"Old {number}", **asked_for) for number in range(4)]
    for number in range(40):
        world.contact(f"New {number}", city="Rome", importance=1)
    wanted.append(world.contact("Last", **asked_for))
    monkeypatch.setattr(plan, "FEW", 0)
    monkeypatch.setattr(plan, "MANY", 0)
    monkeypatch.setattr(plan, "_FIRST_PIECE", 2)
    monkeypatch.setattr(plan, "_LARGEST_PIECE", 4)
    looked_at: list[int] = []
    look = plan.Walk._asked

    def watched(walk: plan.Walk, *given: Any) -> list[Any]:
        looked_at.append(walk.piece)
        return look(walk, *given)

    monkeypatch.setattr(plan.Walk, "_asked", watched)
    found = listing.page(SYSTEM, Query(filter={"v": 1, "where": condition}, sort=sort))
    assert [one.id for one in found.items] == (wanted[::-1] if sort.startswith("-") else wanted)
    assert sum(looked_at) <= 20


@pytest.mark.parametrize("cap", [None, 1_000, 3])
def test_a_count_within_another_question_is_of_whom_both_match(db: Database, cap: int | None) -> None:
    world = World()
    north, south = world.label("North"), world.label("South")
    for place in range(5):
        world.contact(f"Ana {place}", country="BR", segments=["North", "South"])
        world.contact(f"Bia {place}", country="BR", segments=["North"])
        world.contact(f"Ana {place}", country="FR", segments=["South"])
    first = Query(segment_id=north, search="ana")
    second = Query(
        segment_id=south, filter={"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}
    )
    n = 5 if cap is None else min(5, cap)
    found = listing.count(SYSTEM, first, cap, within=second)
    assert found == listing.Count(n, capped=n < 5)


@pytest.mark.parametrize("sort", ["-phone", "phone", "id", "-created", "responsible"])
def test_each_of_several_parts_is_found_for_itself(everyone: people.Everyone, way: str, sort: str) -> None:
    parts = [{"field": "phones", "op": "is_empty"}, {"field": "address", "op": "starts_with", "value": "rua"}]
    tree = {"v": 1, "where": {"any": parts}}
    expected = in_order(everyone, matching(everyone, tree, "UTC"), sort)
    assert 0 < len(expected) < len(everyone.people)
    forth, back = walk(Query(filter=tree, sort=sort), 7)
    assert [id_ for page in forth for id_ in page] == expected
    assert [id_ for page in reversed(back) for id_ in page] == expected
