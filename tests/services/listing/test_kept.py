"""A count that is kept while pages are turned: the same number as counted anew."""

import pytest

from hooks.viewer import SYSTEM
from models.segment import SegmentUpdate
from services import contacts, listing, segments
from services.listing import Query, counts
from tests.fixtures import Database
from tests.worlds import World

CAP = 100


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was counted, in turn."""
    numbers: list[int] = []
    some = counts.some

    def counting(*given: object) -> counts.Count:
        found = some(*given)  # type: ignore[arg-type]
        numbers.append(found.n)
        return found

    monkeypatch.setattr("services.listing.counts.some", counting)
    return numbers


def test_it_is_counted_once_while_nothing_is_written(db: Database, counted: list[int]) -> None:
    world = World()
    world.contact("Ana")
    first = listing.count_kept(SYSTEM, Query(), CAP)
    again = listing.count_kept(SYSTEM, Query(), CAP, first)
    assert again.count == listing.Count(1, capped=False)
    assert counted == [1]


def test_another_question_or_person_is_counted_anew(db: Database, counted: list[int]) -> None:
    world = World()
    world.user("Bia", "advisor", "North")
    world.wall("Lake")
    world.contact("Ana")
    world.contact("Ivo", segments=["Lake"])
    kept = listing.count_kept(SYSTEM, Query(), CAP)
    assert listing.count_kept(SYSTEM, Query(search="ana"), CAP, kept).count.n == 1
    assert listing.count_kept(world.viewer("Bia"), Query(), CAP, kept).count.n == 1
    assert listing.count_kept(SYSTEM, Query(), 1, kept).count == listing.Count(1, capped=True)
    assert len(counted) == 4


def test_what_is_written_is_counted(db: Database) -> None:
    world = World()
    world.user("Bia", "advisor", "North")
    lake = world.wall("Lake")
    gone = world.contact("Ana")
    world.contact("Ivo", segments=["Lake"])
    bia = world.viewer("Bia")
    kept = listing.count_kept(bia, Query(), CAP)
    segments.change(SYSTEM, lake, SegmentUpdate(teams=["North"]))
    kept = listing.count_kept(bia, Query(), CAP, kept)
    assert kept.count.n == 2
    contacts.delete(SYSTEM, [gone])
    assert listing.count_kept(bia, Query(), CAP, kept).count.n == 1


def test_after_a_while_it_is_counted_anew(
    db: Database, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = listing.count_kept(SYSTEM, Query(), CAP)
    monkeypatch.setattr("services.listing.kept.monotonic", lambda: kept.at + 60)
    listing.count_kept(SYSTEM, Query(), CAP, kept)
    assert counted == [0, 0]
