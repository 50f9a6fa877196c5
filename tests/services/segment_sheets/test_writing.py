"""Segments go out as a sheet that comes back without a change, as far as one may know of them."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hooks.viewer import SYSTEM
from models.segment import COLOURS, SegmentCreate
from services import people, segments
from services.errors import Conflict, Refused
from services.segment_sheets.writing import sheet
from tests.fixtures import Database
from tests.services.segment_sheets.loading import accepted, receive, there
from tests.worlds import World

HOSTILE = st.text(alphabet=st.sampled_from("'=+-@,|\"ab01 ()é%ßÅ#"), min_size=1, max_size=12)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
NAMES = st.one_of(HOSTILE, TEXT)
SEGMENTS = st.builds(
    SegmentCreate,
    name=NAMES,
    description=st.one_of(st.none(), NAMES, st.sampled_from(("two\nlines", "a;b", "tab\there", "yes"))),
    colour=st.sampled_from(COLOURS),
    restricted=st.booleans(),
    active=st.booleans(),
    teams=st.sets(st.sampled_from(("=North", "Équipe, 2", "'A"))).map(sorted),
    users=st.sets(st.sampled_from(("rui@example.com", "eva@example.com"))).map(sorted),
)


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind", "locale"), [("csv", "en"), ("csv", "pt_BR"), ("csv", "fr"), ("xlsx", "fr")])
def test_what_goes_out_comes_back_without_a_change(db: Database, kind: str, locale: str) -> None:
    world = World()
    for name in ("Rui", "Eva"):
        world.user(name)
    for name in ("=North", "Équipe, 2", "'A"):
        world.team(name)

    @settings(
        max_examples=15 if kind == "csv" else 4,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(SEGMENTS, min_size=1, max_size=4))
    def holds(wanted: list[SegmentCreate]) -> None:
        for one in wanted:
            # A name that another example took, or that is none.
            with suppress(Conflict, Refused):
                segments.create(SYSTEM, one)
        before = there()
        content = sheet(SYSTEM, kind, locale=locale)
        for links in ("add", "exactly"):
            read = accepted(
                receive(content, links=links, **({"language": locale[:2]} if kind == "csv" else {}))
            )
            assert (read.unchanged, read.rejected) == (len(before), 0), read.reasons
        assert there() == before

    holds()


def test_a_sheet_holds_what_one_may_know_of(db: Database) -> None:
    world = World()
    world.user("Rui", "advisor", "North")
    world.wall("Ours", teams=("North",))
    world.wall("Theirs")
    world.label("Label")
    lines = sheet(world.viewer("Rui"), "csv").decode("utf-8-sig").splitlines()
    assert lines == [
        "Segment,Description,Colour,Restricted,Active,Teams,Users",
        "Label,,blue,no,yes,,",
        "Ours,,blue,yes,yes,North,",
    ]


def test_a_sheet_that_goes_out_makes_the_same_segments_elsewhere(db: Database) -> None:
    world = World()
    world.user("Rui", "advisor", "North")
    world.wall("Norte", teams=("North",), users=("rui@example.com",), active=False)
    before = there()["Norte"]
    content = sheet(SYSTEM, "xlsx", locale="pt_BR")
    segments.delete(SYSTEM, before.id)
    assert accepted(receive(content)).created == 1
    assert there()["Norte"] == before.model_copy(update={"id": there()["Norte"].id})


def test_no_other_kind_of_file_is_written(db: Database) -> None:
    with pytest.raises(Refused):
        sheet(SYSTEM, "exe")
    assert people.users(SYSTEM) == []
