"""Who gains and loses what, where many segments change at once: said before, true after."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.contact import Contact
from models.segment import Segment, SegmentUpdate
from services import contacts, impact, segments
from services.access import visible
from services.work import unit_of_work
from tests.worlds import World

WORLD = World()
SEGMENTS = ("North", "South", "West")
PEOPLE = ("Rui", "Eva", "Leo")

state = st.fixed_dictionaries({
    "restricted": st.booleans(),
    "active": st.booleans(),
    "teams": st.sets(st.sampled_from(("T1", "T2"))).map(sorted),
    "users": st.sets(st.sampled_from(("leo@example.com", "rui@example.com"))).map(sorted),
})  # fmt: skip
states = st.lists(state, min_size=3, max_size=3)
RAISED = [{"restricted": False, "active": True, "teams": [], "users": []}] * 3
WALLS = [{"restricted": True, "active": True, "teams": ["T1"], "users": ["leo@example.com"]}] * 3


def seen_by(viewer: Viewer) -> set[int]:
    with unit_of_work(viewer) as work:
        found = work.session.scalars(select(col(Contact.id)).where(visible(work.sight)))
        return {one for one in found if one is not None}


def become(ids: list[int], states: list[dict[str, object]]) -> None:
    for segment_id, one in zip(ids, states, strict=True):
        segments.change(SYSTEM, segment_id, SegmentUpdate.model_validate(one))


def told(found: tuple[impact.PersonImpact, ...]) -> dict[str, int]:
    return {one.name: one.contacts for one in found}


def counted(of: dict[str, set[int]]) -> dict[str, int]:
    return {name: len(ids) for name, ids in of.items() if ids}


@pytest.mark.slow
def test_what_many_changes_at_once_are_said_to_do_is_what_they_do(db: object) -> None:
    WORLD.user("Rui", "advisor", "T1")
    WORLD.user("Eva", "advisor", "T2")
    WORLD.user("Leo", "advisor")
    ids = [WORLD.label(name) for name in SEGMENTS]
    responsible = {}
    for n in range(8):
        named = [name for at, name in enumerate(SEGMENTS) if n >> at & 1]
        for of in ("rui@example.com", None):
            made = WORLD.contact(f"C{n}", segments=named, responsible=of)
            responsible[made] = of
    contacts.delete(SYSTEM, [WORLD.contact("Gone", segments=list(SEGMENTS))])

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @example(RAISED, WALLS)
    @example(WALLS, RAISED)
    @given(states, states)
    def holds(before: list[dict[str, object]], after: list[dict[str, object]]) -> None:
        become(ids, before)
        with unit_of_work(SYSTEM) as work:
            stood = {one: impact.wall_of(work, work.session.get_one(Segment, one)) for one in ids}
        seen = {name: seen_by(WORLD.viewer(name)) for name in PEOPLE}
        become(ids, after)
        with unit_of_work(SYSTEM) as work:
            stands = {one: impact.wall_of(work, work.session.get_one(Segment, one)) for one in ids}
        sees = {name: seen_by(WORLD.viewer(name)) for name in PEOPLE}
        become(ids, before)
        with unit_of_work(SYSTEM) as work:
            said = impact.of_changes(work, {one: (stood[one], stands[one]) for one in ids})
        assert told(said.gains) == counted({name: sees[name] - seen[name] for name in PEOPLE})
        assert told(said.loses) == counted({name: seen[name] - sees[name] for name in PEOPLE})
        lost = seen["Rui"] - sees["Rui"]
        assert said.blind == sum(responsible[one] is not None for one in lost)

    holds()
