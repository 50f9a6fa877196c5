"""The segments of one contact, while others turn those segments or have many contacts join them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from hooks.viewer import SYSTEM
from models.contact import ContactCreate, ContactUpdate
from models.segment import SegmentUpdate
from services import bulk, contacts, membership, overtaken, segments, walls
from services.check import check
from services.errors import NotFound, Refused
from services.listing import Query
from tests.fixtures import Database
from tests.worlds import World, wait_for_a_waiting_one

WORLD = World()
on_postgres = pytest.mark.parametrize("db", ["postgres"], indirect=True)

Deed = Callable[[int], object]


def restrict(segment_id: int) -> None:
    segments.change(SYSTEM, segment_id, SegmentUpdate(restricted=True))


def switch_off(segment_id: int) -> None:
    segments.change(SYSTEM, segment_id, SegmentUpdate(active=False))


def rename(segment_id: int) -> None:
    segments.change(SYSTEM, segment_id, SegmentUpdate(name="Gold"))


def delete_and_make_anew(segment_id: int) -> None:
    segments.delete(SYSTEM, segment_id)
    WORLD.label("Premium")


@pytest.fixture(params=["change", "creation"])
def join(db: Database, request: pytest.FixtureRequest) -> Callable[[], int]:
    """Have a contact join the segment of that name, and return its id."""
    ana = WORLD.contact("Ana")
    if request.param == "change":
        return lambda: contacts.change(SYSTEM, ana, ContactUpdate(segments=["Premium"])).id
    return lambda: contacts.create(SYSTEM, ContactCreate(first_name="Bea", segments=["Premium"])).id


def problems() -> list[str]:
    return next(looked.problems for looked in check(SYSTEM) if looked.name == "walls")


def before_it_is_held(patch: pytest.MonkeyPatch, deed: Deed, segment_id: int) -> None:
    """Let `deed` be done once, when the segment was looked at but is not held yet."""
    original, left = walls.lock_segments, [deed]

    def lock(*args: Any, **kwargs: Any) -> None:
        if left:
            left.pop()(segment_id)
        original(*args, **kwargs)

    patch.setattr(walls, "lock_segments", lock)


def meanwhile(
    patch: pytest.MonkeyPatch,
    pool: ThreadPoolExecutor,
    at: tuple[Any, str],
    call: Callable[[], object],
) -> list[Future[object]]:
    """Have `call` begun in another thread when the function `at` is first called, and go on once it waits."""
    original, begun = getattr(*at), list[Future[object]]()

    def first(*args: Any, **kwargs: Any) -> Any:
        if not begun:
            begun.append(pool.submit(call))
            wait_for_a_waiting_one()
        return original(*args, **kwargs)

    patch.setattr(*at, first)
    return begun


# --- a segment that turns


@on_postgres
def test_a_wall_that_is_put_up_just_before_is_not_lost(
    db: Database, monkeypatch: pytest.MonkeyPatch, join: Callable[[], int]
) -> None:
    WORLD.user("Rui", "advisor")
    before_it_is_held(monkeypatch, restrict, WORLD.label("Premium"))
    joined = join()
    assert problems() == []
    with pytest.raises(NotFound):
        contacts.detail(WORLD.viewer("Rui"), joined)


@on_postgres
def test_a_wall_that_is_put_up_meanwhile_waits_and_is_not_lost(
    db: Database, monkeypatch: pytest.MonkeyPatch, join: Callable[[], int]
) -> None:
    WORLD.user("Rui", "advisor")
    premium = WORLD.label("Premium")
    with ThreadPoolExecutor(1) as pool:
        begun = meanwhile(monkeypatch, pool, (membership, "obstacle"), lambda: restrict(premium))
        joined = join()
        begun[0].result()
    assert problems() == []
    with pytest.raises(NotFound):
        contacts.detail(WORLD.viewer("Rui"), joined)


@on_postgres
@pytest.mark.parametrize(
    ("deed", "code"),
    [(switch_off, "inactive_segment"), (rename, "unknown_segment")],
    ids=["switched off", "renamed"],
)
def test_a_segment_that_was_turned_just_before_is_not_joined(
    db: Database, monkeypatch: pytest.MonkeyPatch, join: Callable[[], int], deed: Deed, code: str
) -> None:
    premium = WORLD.label("Premium")
    before_it_is_held(monkeypatch, deed, premium)
    with pytest.raises(Refused) as refused:
        join()
    assert refused.value.code == code
    assert segments.one(SYSTEM, premium).members == 0


@on_postgres
def test_a_name_that_another_segment_has_by_then_leads_to_that_one(
    db: Database, monkeypatch: pytest.MonkeyPatch, join: Callable[[], int]
) -> None:
    before_it_is_held(monkeypatch, delete_and_make_anew, WORLD.label("Premium"))
    join()
    assert [(one.name, one.members) for one in segments.listed(SYSTEM)] == [("Premium", 1)]


@on_postgres
def test_a_segment_that_the_contact_joined_just_before_is_left_too(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    premium, other = WORLD.label("Premium"), WORLD.label("Other")
    ana = WORLD.contact("Ana", segments=["Other"])
    before_it_is_held(
        monkeypatch, lambda segment_id: bulk.add_to_segment(SYSTEM, segment_id, Query(only=[ana])), premium
    )
    assert contacts.change(SYSTEM, ana, ContactUpdate(segments=[])).segments == []
    assert segments.one(SYSTEM, other).members == segments.one(SYSTEM, premium).members == 0


# --- many who join at the same instant


@on_postgres
@pytest.mark.parametrize("restricted", [True, False])
def test_a_change_of_one_contact_and_one_of_many_never_wait_for_each_other(
    db: Database, monkeypatch: pytest.MonkeyPatch, restricted: bool
) -> None:
    monkeypatch.setattr(overtaken, "_TRIES", 1)
    premium = (WORLD.wall if restricted else WORLD.label)("Premium")
    ana, bea = WORLD.contact("Ana"), WORLD.contact("Bea")

    def one() -> None:
        contacts.change(SYSTEM, ana, ContactUpdate(city="Porto", segments=["Premium"]))

    def many() -> None:
        bulk.add_to_segment(SYSTEM, premium, Query(only=[ana, bea]))

    with ThreadPoolExecutor(1) as pool:
        begun = meanwhile(monkeypatch, pool, (contacts, "_change"), many)
        one()
        begun[0].result()
        contacts.change(SYSTEM, ana, ContactUpdate(segments=[]))
        begun = meanwhile(monkeypatch, pool, (bulk, "Picked"), one)
        many()
        begun[0].result()
    assert segments.one(SYSTEM, premium).members == 2
    assert problems() == []


@on_postgres
def test_two_contacts_that_change_places_do_not_wait_for_each_other(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overtaken, "_TRIES", 1)
    WORLD.wall("Norte"), WORLD.wall("Sul")
    ana, bea = WORLD.contact("Ana", segments=["Norte"]), WORLD.contact("Bea", segments=["Sul"])
    original, begun = membership.obstacle, list[Future[object]]()

    def first(*args: Any) -> Any:
        if not begun:
            begun.append(pool.submit(contacts.change, SYSTEM, bea, ContactUpdate(segments=["Norte"])))
            begun[0].result(20)
        return original(*args)

    monkeypatch.setattr(membership, "obstacle", first)
    with ThreadPoolExecutor(1) as pool:
        contacts.change(SYSTEM, ana, ContactUpdate(segments=["Sul"]))
    assert [contacts.detail(SYSTEM, one).segments for one in (ana, bea)] == [["Sul"], ["Norte"]]
    assert problems() == []
