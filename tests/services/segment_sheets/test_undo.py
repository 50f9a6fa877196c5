"""A sheet of segments taken back: what it made goes, what it changed goes back, what somebody changed since is told."""

import pytest

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.segment import SegmentUpdate
from services import bulk, contacts, listing, segment_story, segments
from services.errors import Conflict, Forbidden, NotFound
from services.imports.undo import job, runs
from services.listing import Query
from services.overtaken import Overtaken
from services.segment_sheets import undo as sheet
from tests.fixtures import Database
from tests.services.imports.undoing import agree, lines, undone
from tests.services.segment_sheets.loading import load, there
from tests.worlds import World

WORLD = World()

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def people(db: Database) -> None:
    WORLD.user("Rui", "advisor", "North")
    WORLD.user("Leo", "advisor")
    WORLD.user("Mia", "manager")


def left(import_id: int) -> list[tuple[str, str | None, str]]:
    return [(one.name, one.field, one.code) for one in lines(import_id)]


def test_segments_are_as_they_were_with_their_walls_switches_and_links() -> None:
    WORLD.wall("Norte", teams=("North",))
    WORLD.label("Sul")
    ana = WORLD.contact("Ana", segments=["Norte", "Sul"])
    before = there()
    read = load(
        {"name": "Norte", "restricted": "no", "active": "no", "colour": "red", "users": "leo@example.com"},
        {"name": "Sul", "restricted": "yes", "teams": "North", "description": "Down there"},
        {"name": "Novo", "restricted": "yes", "users": "leo@example.com"},
    )
    assert (runs.reach(SYSTEM, read.id).removed, runs.reach(SYSTEM, read.id).restored) == (1, 2)
    told = undone(read.id)
    assert (told.state, told.kind, told.removed, told.restored, told.left) == ("done", "segments", 1, 2, 0)
    assert told.segments == ["Novo"]
    assert there() == before
    assert agree() == []
    assert segments.one(SYSTEM, before["Norte"].id).members == 1
    assert ana
    deeds = [line.deed for line in segment_story.lines(SYSTEM, before["Norte"].id)]
    assert deeds.count("segment_changed") == 2


def test_what_somebody_has_changed_or_used_since_is_left_and_told() -> None:
    WORLD.label("Sul")
    read = load(
        {"name": "Sul", "colour": "red", "active": "no"}, {"name": "Full"}, {"name": "Own"}, {"name": "Novo"}
    )
    by_name = there()
    segments.change(SYSTEM, by_name["Sul"].id, SegmentUpdate(colour="green"))
    segments.change(SYSTEM, by_name["Own"].id, SegmentUpdate(description="Mine"))
    ana = WORLD.contact("Ana")
    bulk.add_to_segment(SYSTEM, by_name["Full"].id, Query(only=[ana]))
    bulk.remove_from_segment(SYSTEM, by_name["Full"].id, Query(only=[ana]))
    told = undone(read.id)
    assert (told.removed, told.restored, told.left) == (1, 1, 3)
    assert sorted(left(read.id)) == [
        ("Full", None, "segment_used"), ("Own", None, "segment_touched"), ("Sul", "colour", "changed_since"),
    ]  # fmt: skip
    assert (there()["Sul"].colour, there()["Sul"].active) == ("green", True)
    assert [one.name for one in runs.conflicts(SYSTEM, read.id, limit=2).items] == ["Sul", "Full"]
    assert runs.conflicts(SYSTEM, read.id, after=2, limit=2).next is None


def test_a_wall_stands_where_somebody_has_decided_since_who_is_behind_it() -> None:
    WORLD.label("Sul")
    read = load({"name": "Sul", "restricted": "yes", "teams": "North", "colour": "red"})
    WORLD.user("Ivo", "advisor", "South")
    segments.change(SYSTEM, there()["Sul"].id, SegmentUpdate(teams=["South"]))
    assert undone(read.id).restored == 1
    sul = there()["Sul"]
    assert (sul.restricted, sul.teams, sul.colour) == (True, ["South"], "blue")
    assert sorted(left(read.id)) == [
        ("Sul", "restricted", "changed_since"),
        ("Sul", "teams", "changed_since"),
    ]


def test_before_an_undo_it_is_told_who_gains_and_who_loses_what_by_it() -> None:
    WORLD.wall("Norte", teams=("North",))
    WORLD.label("Sul")
    WORLD.contact("Ana", segments=["Norte"])
    WORLD.contact("Bia", segments=["Norte", "Sul"])
    WORLD.contact("Eva", segments=["Sul"], responsible="leo@example.com")
    read = load(
        {"name": "Norte", "restricted": "no"},
        {"name": "Sul", "restricted": "yes", "teams": "North"},
        {"name": "Novo", "restricted": "yes", "users": "leo@example.com"},
    )
    told = runs.reach(SYSTEM, read.id).impact
    assert told is not None
    gains, loses = ({one.name: one.contacts for one in found} for found in (told.gains, told.loses))
    assert (gains, loses, told.members, told.blind) == ({"Leo": 1}, {"Leo": 1, "Rui": 1}, 3, 0)
    before = {who: _seen_by(who) for who in ("Rui", "Leo", "Mia")}
    undone(read.id)
    assert {who: _seen_by(who) - seen for who, seen in before.items()} == {
        who: gains.get(who, 0) - loses.get(who, 0) for who in before
    }


def test_contacts_whose_responsible_an_undo_would_make_blind_are_counted() -> None:
    WORLD.user("Ivo", "advisor", "South")
    WORLD.wall("Norte", teams=("South",))
    ana = WORLD.contact("Ana", segments=["Norte"])
    read = load({"name": "Norte", "restricted": "no"})
    contacts.change(SYSTEM, ana, ContactUpdate(responsible="rui@example.com"))
    told = runs.reach(SYSTEM, read.id).impact
    assert told is not None
    assert (told.members, told.blind) == (1, 1)
    assert [one.name for one in told.loses] == ["Rui"]


def test_who_does_not_see_all_contacts_is_not_told_who_sees_what_by_an_undo() -> None:
    WORLD.user("Nia", "manager", "North")
    nia = WORLD.narrowed("Nia")
    read = load({"name": "Meu"}, viewer=nia)
    assert runs.reach(nia, read.id).impact is None


def _seen_by(name: str) -> int:
    return listing.count(WORLD.viewer(name), Query()).n


def test_a_segment_that_was_deleted_since_is_told_once_it_cannot_be_put_back() -> None:
    WORLD.label("Sul")
    read = load({"name": "Sul", "colour": "red"}, {"name": "Novo"})
    for name in ("Sul", "Novo"):
        segments.delete(SYSTEM, there()[name].id)
    assert (undone(read.id).removed, left(read.id)) == (0, [("Sul", None, "segment_gone")])


def test_a_sheet_is_undone_once_within_thirty_days_and_only_if_something_came_in(monkeypatch) -> None:
    read = load({"name": "Novo"})
    assert runs.possible(SYSTEM, [read.id]) == {read.id}
    monkeypatch.setattr("services.imports.undo.rules.UNDO_DAYS", -1)
    with pytest.raises(Conflict) as late:
        runs.begin(SYSTEM, read.id)
    monkeypatch.undo()
    undone(read.id)
    with pytest.raises(Conflict) as again:
        runs.begin(SYSTEM, read.id)
    nothing = load({"name": ""}, {"name": "x", "colour": "none of these"})
    with pytest.raises(Conflict) as empty:
        runs.begin(SYSTEM, nothing.id)
    assert [one.value.code for one in (late, again, empty)] == [
        "too_late",
        "already_undone",
        "nothing_came_in",
    ]
    assert runs.possible(SYSTEM, [read.id, nothing.id]) == set()


def test_it_takes_the_right_to_manage_segments_and_walls_are_left_to_whoever_may_turn_them() -> None:
    mia, rui = WORLD.viewer("Mia"), WORLD.viewer("Rui")
    WORLD.wall("Norte", teams=("North",))
    read = load({"name": "Norte", "restricted": "no", "colour": "red"}, {"name": "Novo"})
    with pytest.raises((Forbidden, NotFound)):
        runs.begin(rui, read.id)
    with pytest.raises((Forbidden, NotFound)):
        runs.begin(mia, read.id)
    own = load({"name": "Meu"}, viewer=mia)
    assert undone(own.id, mia).removed == 1


def test_an_undo_that_is_killed_before_its_end_is_done_once(monkeypatch) -> None:
    WORLD.label("Sul")
    read = load({"name": "Sul", "colour": "red"}, {"name": "Novo"})
    begun = runs.begin(SYSTEM, read.id)
    whole, close = sheet.take_back, job._close

    def dies(*_of, **_more):
        raise KeyboardInterrupt

    def overtaken(work, kept):
        monkeypatch.setattr(job.sheet, "take_back", whole)
        whole(work, kept)
        raise Overtaken

    monkeypatch.setattr(job.sheet, "take_back", overtaken)
    monkeypatch.setattr(job, "_close", dies)
    with pytest.raises(KeyboardInterrupt):
        job.carry_out(begun.id)
    assert there()["Sul"].colour == "blue"
    monkeypatch.setattr(job, "_close", close)
    job.carry_out(begun.id)
    told = runs.of_import(SYSTEM, read.id)
    assert (told.state, told.removed, told.restored, list(there())) == ("done", 1, 1, ["Sul"])
