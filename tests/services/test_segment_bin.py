"""A deleted segment comes back as it was, and who gains and loses by that is said before."""

from datetime import timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM
from models.base import now
from models.segment import SegmentCreate
from services import check, listing, segment_bin, segments
from services.errors import Conflict, Forbidden, NotFound
from services.listing import Query
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def sees(name: str) -> int:
    return listing.count(WORLD.viewer(name), Query()).n


def test_a_wall_comes_back_with_members_links_and_switch_as_was_foretold() -> None:
    rui, _eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    WORLD.user("Mia", "manager")
    south = WORLD.wall("Sul", teams=("South",))
    WORLD.contact("Ana", segments=["Sul"])
    hers = WORLD.contact("Bea", responsible=rui)
    from services import bulk

    bulk.add_to_segment(SYSTEM, south, Query(only=[hers]))
    before = (sees("Rui"), sees("Eva"))
    kept = segments.one(SYSTEM, south)
    segments.delete(WORLD.viewer("Mia"), south)
    assert before != (sees("Rui"), sees("Eva"))
    (gone,) = segment_bin.listed(SYSTEM)
    assert (gone.name, gone.members, gone.restricted, gone.by) == ("Sul", 2, True, "Mia")
    said = segment_bin.impact(SYSTEM, south)
    assert [(one.name, one.contacts) for one in said.loses] == [("Rui", 2)]
    assert [(one.name, one.contacts) for one in said.gains] == [("Eva", 1)]
    assert (said.blind, said.members) == (1, 2)
    assert segment_bin.bring_back(SYSTEM, south) == kept
    assert before == (sees("Rui"), sees("Eva"))
    assert next(one.problems for one in check.check(SYSTEM) if one.name == "walls") == []
    assert segment_bin.listed(SYSTEM) == []


def test_a_name_that_was_taken_since_needs_another_one() -> None:
    first = WORLD.label("Premium")
    segments.delete(SYSTEM, first)
    WORLD.label("premium")
    with pytest.raises(Conflict):
        segment_bin.bring_back(SYSTEM, first)
    assert segment_bin.bring_back(SYSTEM, first, name="Premium 2026").name == "Premium 2026"


def test_after_thirty_days_it_is_gone_for_good() -> None:
    first = WORLD.label("Premium")
    segments.delete(SYSTEM, first)
    with time_machine.travel(now() + timedelta(days=31)):
        assert segment_bin.listed(SYSTEM) == []
        with pytest.raises(NotFound):
            segment_bin.bring_back(SYSTEM, first)


def test_a_wall_comes_back_by_the_hand_of_somebody_who_sees_all() -> None:
    WORLD.user("Mia", "manager")
    south, label = WORLD.wall("Sul"), WORLD.label("Premium")
    for one in (south, label):
        segments.delete(SYSTEM, one)
    mia = WORLD.narrowed("Mia")
    assert [one.name for one in segment_bin.listed(mia)] == ["Premium"]
    with pytest.raises(NotFound):
        segment_bin.bring_back(mia, south)
    with pytest.raises(Forbidden):
        segment_bin.impact(mia, label)
    assert segment_bin.bring_back(mia, label).name == "Premium"


def test_several_are_switched_at_once_and_the_effect_of_all_is_foretold() -> None:
    WORLD.user("Rui", "advisor", "North")
    north, east = WORLD.wall("Norte", teams=("North",)), WORLD.wall("Leste", teams=("North",))
    label = segments.create(SYSTEM, SegmentCreate(name="Premium")).id
    WORLD.contact("Ana", segments=["Norte", "Leste"])
    WORLD.contact("Bea", segments=["Norte"])
    one = segments.impact_of_switching(SYSTEM, [north], active=False)
    assert [(person.name, person.contacts) for person in one.loses] == [("Rui", 1)]
    both = segments.impact_of_switching(SYSTEM, [north, east, label], active=False)
    assert [(person.name, person.contacts) for person in both.loses] == [("Rui", 2)]
    assert segments.switch(SYSTEM, [north, east, label], active=False) == 3
    assert sees("Rui") == 0
    assert [one.active for one in segments.listed(SYSTEM)] == [False, False, False]
    assert segments.switch(SYSTEM, [north, east, label], active=False) == 0
    assert (
        len([act for act in WORLD.acts("segment_changed") if act["fields"] == {"active": [True, False]}]) == 3
    )
    with pytest.raises(NotFound):
        segments.switch(SYSTEM, [north, 987], active=True)
    assert not segments.one(SYSTEM, north).active
