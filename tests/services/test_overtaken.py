"""Two people who do the same at one instant: the later one is answered as if it had come a moment later."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.contact import ContactCreate, ContactUpdate
from models.segment import SegmentCreate, SegmentUpdate
from services import contacts, listing, overtaken, segments
from services.errors import Conflict, NotAvailable
from services.listing import Query
from services.overtaken import Overtaken, anew_when_overtaken
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World

WORLD = World()
on_postgres = pytest.mark.parametrize("db", ["postgres"], indirect=True)


def overtake(patch: pytest.MonkeyPatch, module: Any, name: str, call: Callable[[], object]) -> None:
    """Let `call` be done by another one just after the first who comes through this check has done so."""
    original, calls = getattr(module, name), count()

    def check(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if next(calls) == 0:
            call()
        return found

    patch.setattr(module, name, check)


@on_postgres
@pytest.mark.parametrize("key", [{"email": "ana@example.com"}, {"external_id": "K-1"}])
def test_whoever_makes_a_contact_a_moment_later_is_led_to_the_first(
    db: Database, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    overtake(monkeypatch, contacts, "columns_of", lambda: WORLD.contact("Ana", **key))
    with pytest.raises(Conflict) as conflict:
        WORLD.contact("Ana", **key)
    first = listing.page(SYSTEM, Query()).items
    assert [one.id for one in first] == [conflict.value.data["contact_id"]]
    assert conflict.value.code == f"{next(iter(key))}_known"


@on_postgres
def test_an_address_that_another_contact_got_a_moment_before(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bea = WORLD.contact("Ana"), WORLD.contact("Bea")
    one = ContactUpdate(email="one@example.com")
    overtake(monkeypatch, contacts, "columns_of", lambda: contacts.change(SYSTEM, ana, one))
    with pytest.raises(Conflict) as conflict:
        contacts.change(SYSTEM, bea, one)
    assert (conflict.value.code, conflict.value.data["contact_id"]) == ("email_known", ana)


@on_postgres
def test_whoever_does_not_see_the_one_who_came_first_is_not_told_of_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    WORLD.user("Rui", "advisor")
    WORLD.wall("Norte")
    ana = {"email": "ana@example.com"}
    overtake(monkeypatch, contacts, "columns_of", lambda: WORLD.contact("Ana", segments=["Norte"], **ana))
    with pytest.raises(NotAvailable) as refused:
        contacts.create(WORLD.viewer("Rui"), ContactCreate.model_validate({"first_name": "Ana"} | ana))
    assert "contact_id" not in refused.value.data


@on_postgres
@pytest.mark.parametrize(
    "call",
    [
        lambda _other: segments.create(SYSTEM, SegmentCreate(name="premium")),
        lambda other: segments.change(SYSTEM, other, SegmentUpdate(name="premium")),
    ],
    ids=["create", "change"],
)
def test_a_name_that_another_segment_got_a_moment_before(
    db: Database, monkeypatch: pytest.MonkeyPatch, call: Callable[[int], object]
) -> None:
    other = WORLD.label("Other")
    overtake(monkeypatch, segments, "fitting_name", lambda: WORLD.label("Premium"))
    with pytest.raises(Conflict) as conflict:
        call(other)
    assert conflict.value.code == "name_known"


@on_postgres
def test_what_met_a_deadlock_is_done_anew_and_nothing_of_it_is_left_or_done_twice(db: Database) -> None:
    WORLD.contact("Ana"), WORLD.contact("Bea")
    meeting, tries = Barrier(2, timeout=20), count()

    @anew_when_overtaken
    def lock(first: int, second: int) -> None:
        with unit_of_work(SYSTEM, write=True) as work:
            rename = text("UPDATE contact SET importance = coalesce(importance, 0) + 1 WHERE id = :id")
            work.session.execute(rename, {"id": first})
            if next(tries) < 2:
                meeting.wait()
            work.session.execute(rename, {"id": second})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lock, (1, 2), (2, 1)))
    assert next(tries) == 3
    assert [contacts.detail(SYSTEM, contact_id).importance for contact_id in (1, 2)] == [2, 2]


def test_who_is_always_overtaken_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overtaken.time, "sleep", lambda _seconds: None)
    tries = count()

    @anew_when_overtaken
    def never() -> None:
        next(tries)
        raise Overtaken

    with pytest.raises(Conflict, match="Try again"):
        never()
    assert next(tries) == 5


def test_other_errors_are_not_tried_again(db: Database) -> None:
    tries = count()

    @anew_when_overtaken
    def wrong() -> None:
        next(tries)
        with unit_of_work(SYSTEM, write=True) as work:
            work.session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        wrong()
    assert next(tries) == 1
