"""Wall sets written for many contacts at once, against the memberships that they stand for."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, delete, event, insert, select, text, update
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.contact import Contact
from models.segment import Segment, SegmentMember, SegmentUpdate
from services import bulk, contacts, segments, walls
from services.listing import Query
from services.work import AUDITED, Work, engine, unit_of_work
from tests.fixtures import Database
from tests.worlds import World, wait_for_a_waiting_one

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
SEGMENTS, CONTACTS = 5, 6


def keys() -> dict[int, str]:
    """Return the walls that each contact, in the bin too, is said to be behind."""
    question = text("SELECT contact.id, key FROM contact JOIN wall_set ON wall_set.id = wall_set_id")
    with unit_of_work(SYSTEM) as work:
        return dict(work.session.execute(question).all())


def keys_by_hand() -> dict[int, str]:
    """Return the walls that each contact is behind by its memberships, and by nothing else."""
    question = text("""
        SELECT contact_id, segment_id FROM segment_member JOIN segment ON segment.id = segment_id
        WHERE mode <> 'excluded' AND restricted AND deleted_at IS NULL ORDER BY segment_id
    """)
    with unit_of_work(SYSTEM) as work:
        found: dict[int, list[str]] = {one or 0: [] for one in work.session.scalars(select(col(Contact.id)))}
        for contact_id, segment_id in work.session.execute(question):
            found[contact_id].append(str(segment_id))
    return {contact_id: ",".join(behind) for contact_id, behind in found.items()}


@pytest.fixture
def people(db: Database) -> list[int]:
    """Contacts, of whom the last is in the bin, beside segments that are plain to begin with."""
    ids = [WORLD.contact(f"Contact {number}") for number in range(CONTACTS)]
    contacts.delete(SYSTEM, ids[-1:])
    for number in range(SEGMENTS):
        WORLD.label(f"Segment {number}")
    return ids


SETS = st.lists(st.sets(st.integers(0, CONTACTS - 1)), min_size=SEGMENTS, max_size=SEGMENTS)
KINDS = st.lists(
    st.sampled_from(("plain", "wall", "closed", "deleted")), min_size=SEGMENTS, max_size=SEGMENTS
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "leave", "restrict", "free", "delete", "restore")),
        st.integers(0, SEGMENTS - 1),
        st.sets(st.integers(0, CONTACTS - 1)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(joined=SETS, excluded=SETS, kinds=KINDS, steps=STEPS)
def test_sets_written_at_once_are_those_computed_one_by_one(
    people: list[int],
    joined: list[set[int]],
    excluded: list[set[int]],
    kinds: list[str],
    steps: list[tuple[str, int, set[int]]],
):
    with unit_of_work(SYSTEM, write=True) as work:
        ids = sorted(one for one in work.session.scalars(select(col(Segment.id))) if one)
        members = {
            segment_id: {people[at] for at in some} for segment_id, some in zip(ids, joined, strict=True)
        }
        _lay_out(
            work, kinds, members, {ids[at]: {people[one] for one in some} for at, some in enumerate(excluded)}
        )
        walls.recompute(work, people)
        for deed, at, some in steps:
            _step(work, deed, ids[at], {people[one] for one in some})
            at_once = _sets(work)
            walls.recompute(work, people)
            assert at_once == _sets(work)
    assert keys() == keys_by_hand()


def _lay_out(
    work: Work, kinds: list[str], members: dict[int, set[int]], excluded: dict[int, set[int]]
) -> None:
    work.session.execute(delete(SegmentMember), execution_options=AUDITED)
    for kind, segment_id in zip(kinds, members, strict=True):
        values = {"restricted": kind != "plain", "active": kind != "closed"}
        gone = work.now if kind == "deleted" else None
        work.session.execute(
            update(Segment).where(col(Segment.id) == segment_id).values(values | {"deleted_at": gone})
        )
        _join(work, segment_id, members[segment_id], "picked")
        _join(work, segment_id, excluded[segment_id] - members[segment_id], "excluded")


def _step(work: Work, deed: str, segment_id: int, some: set[int]) -> None:
    """Change members or the wall itself, and have the sets written as services do; what is so already stays."""
    restricted, is_deleted = work.session.execute(
        select(col(Segment.restricted), col(Segment.deleted_at).is_not(None)).where(
            col(Segment.id) == segment_id
        )
    ).one()
    is_wall = restricted and not is_deleted
    there = set(work.session.scalars(_of(segment_id)))
    if deed == "join":
        outside = some - set(work.session.scalars(_of(segment_id, every_mode=True)))
        _join(work, segment_id, outside, "picked")
        if is_wall:
            walls.put_behind(work, segment_id, _picked(outside))
    elif deed == "leave":
        leaving = some & there
        mine = col(SegmentMember.segment_id) == segment_id, col(SegmentMember.contact_id).in_(leaving)
        work.session.execute(delete(SegmentMember).where(*mine), execution_options=AUDITED)
        if is_wall:
            walls.bring_out(work, segment_id, _picked(leaving))
    else:
        values: dict[str, Any] = {
            "restrict": {"restricted": True},
            "free": {"restricted": False},
            "delete": {"deleted_at": work.now},
            "restore": {"deleted_at": None},
        }[deed]
        work.session.execute(update(Segment).where(col(Segment.id) == segment_id).values(values))
        will_be = values.get("restricted", restricted) and (
            not is_deleted if "deleted_at" not in values else values["deleted_at"] is None
        )
        if will_be and not is_wall:
            walls.put_behind(work, segment_id, _of(segment_id))
        if is_wall and not will_be:
            walls.bring_out(work, segment_id, _of(segment_id))


def _join(work: Work, segment_id: int, some: set[int], mode: str) -> None:
    same = {"segment_id": segment_id, "mode": mode, "joined_at": work.now, "joined_act_id": work.act()}
    if some:
        rows = [same | {"contact_id": contact_id} for contact_id in some]
        work.session.execute(insert(SegmentMember), rows, execution_options=AUDITED)


def _of(segment_id: int, *, every_mode: bool = False) -> Select[int]:
    members = select(col(SegmentMember.contact_id)).where(col(SegmentMember.segment_id) == segment_id)
    return members if every_mode else members.where(col(SegmentMember.mode) != "excluded")


def _picked(some: set[int]) -> Select[int]:
    return select(col(Contact.id)).where(col(Contact.id).in_(some))  # type: ignore[return-value]


def _sets(work: Work) -> dict[int, int]:
    return dict(work.session.execute(select(col(Contact.id), col(Contact.wall_set_id))).all())


def test_a_wall_is_turned_and_deleted_with_its_members_in_the_bin(people: list[int]):
    with unit_of_work(SYSTEM) as work:
        ids = sorted(one for one in work.session.scalars(select(col(Segment.id))) if one)
    bulk.add_to_segment(SYSTEM, ids[0], Query(only=people))
    bulk.add_to_segment(SYSTEM, ids[1], Query(only=people[:3]))
    contacts.delete(SYSTEM, people[:1])
    for segment_id in ids[:2]:
        segments.change(SYSTEM, segment_id, SegmentUpdate(restricted=True))
        assert keys() == keys_by_hand()
    assert keys()[people[0]] == f"{ids[0]},{ids[1]}"
    segments.change(SYSTEM, ids[0], SegmentUpdate(restricted=False))
    assert keys() == keys_by_hand()
    segments.delete(SYSTEM, ids[1])
    assert set(keys().values()) == {""}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_index_that_was_dropped_for_many_stands_again(people: list[int], monkeypatch: pytest.MonkeyPatch):
    def indexes() -> list[str]:
        with unit_of_work(SYSTEM) as work:
            of_contact = (
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'contact' AND sql IS NOT NULL ORDER BY 1"
            )
            return list(work.session.scalars(text(of_contact)))

    before = indexes()
    assert any("ix_contact_access" in one for one in before)
    north = WORLD.wall("Norte")
    statements: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *told: statements.append(told[2]))
    monkeypatch.setattr(walls, "_REBUILD_FROM", 1)
    bulk.add_to_segment(SYSTEM, north, Query(only=people))
    assert any(one.startswith("DROP INDEX") for one in statements)
    assert indexes() == before
    assert keys() == keys_by_hand()


def test_a_set_is_made_once_and_the_empty_one_is_there(db: Database):
    north, south = WORLD.wall("Norte"), WORLD.wall("Sul")
    with unit_of_work(SYSTEM, write=True) as work:
        both = walls.intern_set(work, [south, north])
        found = walls.intern_sets(work, [frozenset({north, south}), frozenset(), frozenset({south})])
    assert found[frozenset({north, south})] == both
    assert found[frozenset()] == 0
    assert found[frozenset({south})] not in (0, both)


def _at_once(
    first: Callable[[], object],
    second: Callable[[], object],
    patch: pytest.MonkeyPatch,
    *,
    after: Callable[[], object] = lambda: None,
    before: Callable[[], object] = lambda: None,
) -> None:
    """Do both, each in a thread; `before` and `after` are called around the writing of its sets."""
    original = walls.turning

    @contextmanager
    def turning(*given: Any, **named: Any) -> Iterator[Callable[[Select[Any]], None]]:
        with original(*given, **named) as turn:

            def turned(contact_ids: Select[Any]) -> None:
                before()
                turn(contact_ids)
                after()

            yield turn if named.get("out") else turned

    patch.setattr(walls, "turning", turning)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(first), pool.submit(second)]
        for one in done:
            one.result()


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_two_joins_at_once_do_not_lose_a_wall(people: list[int], monkeypatch: pytest.MonkeyPatch):
    north, south = WORLD.wall("Norte"), WORLD.wall("Sul")
    is_first = iter((True, False))
    _at_once(
        lambda: bulk.add_to_segment(SYSTEM, north, Query(only=people)),
        lambda: bulk.add_to_segment(SYSTEM, south, Query(only=people)),
        monkeypatch,
        after=lambda: next(is_first) and wait_for_a_waiting_one(),
    )
    assert keys() == keys_by_hand()
    assert set(keys().values()) == {"", f"{north},{south}"}


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_two_joins_that_have_both_begun_do_not_wait_for_each_other(
    people: list[int], monkeypatch: pytest.MonkeyPatch
):
    north, south = WORLD.wall("Norte"), WORLD.wall("Sul")
    _at_once(
        lambda: bulk.add_to_segment(SYSTEM, north, Query(only=people)),
        lambda: bulk.add_to_segment(SYSTEM, south, Query(only=people)),
        monkeypatch,
        before=Barrier(2, timeout=20).wait,
    )
    assert set(keys().values()) == {"", f"{north},{south}"}


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_a_join_of_many_and_a_turned_switch_at_once_do_not_lose_a_wall(
    people: list[int], monkeypatch: pytest.MonkeyPatch
):
    north, label = WORLD.wall("Norte"), WORLD.label("Premium")
    bulk.add_to_segment(SYSTEM, label, Query(only=people[:3]))
    is_first = iter((True, False))
    _at_once(
        lambda: bulk.add_to_segment(SYSTEM, north, Query(only=people)),
        lambda: segments.change(SYSTEM, label, SegmentUpdate(restricted=True)),
        monkeypatch,
        after=lambda: next(is_first) and wait_for_a_waiting_one(),
    )
    assert keys() == keys_by_hand()
    assert {keys()[one] for one in people[:3]} == {",".join(map(str, sorted((north, label))))}


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_a_segment_that_becomes_a_wall_while_it_is_deleted_leaves_no_wall(
    people: list[int], monkeypatch: pytest.MonkeyPatch
):
    label = WORLD.label("Premium")
    bulk.add_to_segment(SYSTEM, label, Query(only=people))
    turned = Event()
    _at_once(
        lambda: segments.change(SYSTEM, label, SegmentUpdate(restricted=True)),
        lambda: turned.wait(20) and segments.delete(SYSTEM, label),
        monkeypatch,
        after=lambda: (turned.set(), wait_for_a_waiting_one()),
    )
    assert keys() == keys_by_hand()
    assert set(keys().values()) == {""}
