"""What happened to a segment, and how it grew, as far as one sees."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM
from models.bulk import AddToSegment, RemoveFromSegment
from models.segment import SegmentUpdate
from services import bulk, segment_story, segments, undo
from services.errors import NotFound
from services.listing import Query
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
TODAY = datetime(2026, 6, 30, 12, tzinfo=UTC)


def days(segment_id: int, viewer=SYSTEM) -> list[tuple[int, int, int]]:
    """Return (joined, left, members) of the last four days."""
    now = segments.one(viewer, segment_id).members
    found = segment_story.growth(viewer, {segment_id: now})[segment_id]
    assert len(found) == 30
    return [(day.joined, day.left, day.members) for day in found[-4:]]


def test_joins_and_leaves_are_counted_a_day_at_a_time() -> None:
    with time_machine.travel(TODAY - timedelta(days=60)):
        premium = WORLD.label("Premium")
        old = [WORLD.contact(f"Old {place}", segments=["Premium"]) for place in range(3)]
    with time_machine.travel(TODAY - timedelta(days=2)):
        fresh = [WORLD.contact(f"Fresh {place}", segments=["Premium"]) for place in range(2)]
    with time_machine.travel(TODAY - timedelta(days=1)):
        removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), Query(only=[old[0], fresh[0]]))
    with time_machine.travel(TODAY):
        assert days(premium) == [(0, 0, 3), (2, 0, 5), (0, 2, 3), (0, 0, 3)]
        assert removed.act_id is not None
        undo.undo(SYSTEM, removed.act_id)
        assert days(premium) == [(0, 0, 3), (2, 0, 5), (0, 2, 3), (2, 0, 5)]


def test_contacts_that_one_does_not_see_are_in_no_number() -> None:
    WORLD.user("Rui", "advisor")
    premium = WORLD.label("Premium")
    WORLD.wall("Sul")
    WORLD.contact("Open", segments=["Premium"])
    WORLD.contact("Hidden", segments=["Premium", "Sul"])
    assert days(premium)[-1] == (2, 0, 2)
    assert days(premium, WORLD.viewer("Rui"))[-1] == (1, 0, 1)


def test_who_changed_what_is_told_with_names() -> None:
    WORLD.user("Mia", "manager")
    WORLD.user("Ada", "administrator")
    WORLD.team("North")
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    ada = WORLD.viewer("Ada")
    segments.change(ada, premium, SegmentUpdate(name="Gold", colour="orange"))
    segments.change(ada, premium, SegmentUpdate(name="Gold"))
    segments.change(ada, premium, SegmentUpdate(restricted=True, teams=["North"], users=["mia@example.com"]))
    bulk.do(WORLD.viewer("Mia"), AddToSegment(segment_id=premium), Query(only=[ana]))
    lines = segment_story.lines(SYSTEM, premium)
    assert [(line.deed, line.by, line.done) for line in lines] == [
        ("add_to_segment", "Mia", 1),
        ("segment_changed", "Ada", None),
        ("segment_changed", "Ada", None),
        ("segment_created", None, None),
    ]
    assert lines[1].fields == {"restricted": (False, True), "teams": ([], ["North"]), "users": ([], ["Mia"])}
    assert lines[2].fields["name"] == ("Premium", "Gold")
    assert [line.act_id for line in segment_story.lines(SYSTEM, premium, before=lines[1].act_id)] == [
        line.act_id for line in lines[2:]
    ]


def test_the_number_of_others_deeds_is_for_who_sees_all() -> None:
    WORLD.user("Rui", "advisor")
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    bulk.do(SYSTEM, AddToSegment(segment_id=premium), Query(only=[ana]))
    rui = WORLD.viewer("Rui")
    assert segment_story.lines(rui, premium)[0].done is None
    bulk.do(rui, RemoveFromSegment(segment_id=premium), Query(only=[ana]))
    assert segment_story.lines(rui, premium)[0].done == 1
    hidden = WORLD.wall("Sul")
    for call in (segment_story.lines, lambda who, one: segment_story.growth(who, {one: 0})):
        with pytest.raises(NotFound):
            call(rui, hidden)
