"""Teams: who is in one decides who sees what, so it is said before it is done."""

from collections.abc import Callable

import pytest

from hooks.viewer import SYSTEM, Viewer
from models.people import TeamUpdate, UserUpdate
from services import people, segments, teams
from services.errors import Conflict, NotFound, Refused
from services.impact import Impact
from services.listing import Query, page
from tests.worlds import World

WORLD = World()
STAFF = ("Rui", "Eva", "Leo", "Mia")

pytestmark = pytest.mark.usefixtures("db")


def team_id(name: str) -> int:
    return next(team.id for team in teams.listed(SYSTEM) if team.name == name)


def user_id(name: str) -> int:
    found = WORLD.viewer(name).user_id
    assert found is not None
    return found


def seen_by(viewer: Viewer) -> set[int]:
    return {one.id for one in page(viewer, Query(), 1000).items}


@pytest.fixture
def staffed() -> None:
    WORLD.user("Rui", "advisor", "North")
    WORLD.user("Eva", "advisor", "North", "South")
    WORLD.user("Leo", "advisor", "South")
    WORLD.user("Mia", "manager", "South")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul", teams=("South",), users=("rui@example.com",))
    WORLD.contact("A", segments=["Norte"], responsible="rui@example.com")
    WORLD.contact("B", segments=["Norte", "Sul"], responsible="eva@example.com")
    WORLD.contact("C", responsible="rui@example.com")
    WORLD.contact("D", responsible="leo@example.com")
    WORLD.contact("E", responsible="eva@example.com")
    WORLD.contact("F")


def test_a_team_is_renamed_and_refilled_and_it_is_remembered(staffed: None) -> None:
    found = teams.change(SYSTEM, team_id("North"), TeamUpdate(name="Norden", users=["leo@example.com"]))
    assert (found.name, found.users) == ("Norden", ["leo@example.com"])
    [act] = WORLD.acts("team_changed")
    assert act["fields"]["name"] == ["North", "Norden"]
    assert act["fields"]["users"] == [sorted([user_id("Rui"), user_id("Eva")]), [user_id("Leo")]]
    teams.change(SYSTEM, team_id("Norden"), TeamUpdate(users=["leo@example.com"]))
    assert len(WORLD.acts("team_changed")) == 1


def test_who_is_switched_off_stays_in_the_team(staffed: None) -> None:
    people.update_user(SYSTEM, user_id("Eva"), UserUpdate(active=False))
    eva = next(one.id for one in people.users(SYSTEM) if one.name == "Eva")
    teams.change(SYSTEM, team_id("South"), TeamUpdate(users=["rui@example.com"]))
    people.update_user(SYSTEM, eva, UserUpdate(active=True))
    assert people.user(SYSTEM, eva).teams == ["North", "South"]
    assert teams.one(SYSTEM, team_id("South")).users == ["eva@example.com", "rui@example.com"]


def test_what_does_not_fit_is_refused_and_named(staffed: None) -> None:
    for command, field in (
        (TeamUpdate(name="SOUTH"), "name"),
        (TeamUpdate(name=" "), "name"),
        (TeamUpdate(users=["nobody@example.com"]), "users"),
    ):
        with pytest.raises((Refused, Conflict)) as refused:
            teams.change(SYSTEM, team_id("North"), command)
        assert list(refused.value.data["fields"]) == [field]
    with pytest.raises(NotFound):
        teams.change(SYSTEM, 999, TeamUpdate(name="X"))


CHANGES: dict[str, tuple[Callable[[], Impact], Callable[[], object]]] = {
    "a team is emptied": (
        lambda: teams.impact(SYSTEM, team_id("North"), []),
        lambda: teams.change(SYSTEM, team_id("North"), TeamUpdate(users=[])),
    ),
    "a team gets other people": (
        lambda: teams.impact(SYSTEM, team_id("North"), ["leo@example.com", "mia@example.com"]),
        lambda: teams.change(
            SYSTEM, team_id("North"), TeamUpdate(users=["leo@example.com", "mia@example.com"])
        ),
    ),
    "a team is deleted": (
        lambda: teams.impact(SYSTEM, team_id("South"), None),
        lambda: teams.delete(SYSTEM, team_id("South")),
    ),
    "a person moves": (
        lambda: people.impact(SYSTEM, user_id("Eva"), UserUpdate(teams=["South"])),
        lambda: people.update_user(SYSTEM, user_id("Eva"), UserUpdate(teams=["South"])),
    ),
    "a person gets another role": (
        lambda: people.impact(SYSTEM, user_id("Mia"), UserUpdate(role="advisor")),
        lambda: people.update_user(SYSTEM, user_id("Mia"), UserUpdate(role="advisor")),
    ),
    "nothing is changed": (
        lambda: people.impact(SYSTEM, user_id("Rui"), UserUpdate(teams=["North"])),
        lambda: people.update_user(SYSTEM, user_id("Rui"), UserUpdate(teams=["North"])),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_is_said_to_do_is_what_it_does(staffed: None, change: str) -> None:
    say, do = CHANGES[change]
    before = {name: seen_by(WORLD.viewer(name)) for name in STAFF}
    said = say()
    do()
    after = {name: seen_by(WORLD.viewer(name)) for name in STAFF}
    assert {one.name: one.contacts for one in said.gains} == {
        name: len(after[name] - before[name]) for name in STAFF if after[name] - before[name]
    }
    assert {one.name: one.contacts for one in said.loses} == {
        name: len(before[name] - after[name]) for name in STAFF if before[name] - after[name]
    }
    own = {"Rui": {"A", "C"}, "Eva": {"B", "E"}, "Leo": {"D"}}
    ids = {one.first_name: one.id for one in page(SYSTEM, Query(), 100).items}
    lost = {name: before[name] - after[name] for name in own}
    assert said.blind == sum(ids[one] in lost[name] for name, ones in own.items() for one in ones)


def test_who_is_switched_off_loses_all_that_was_seen(staffed: None) -> None:
    seen = len(seen_by(WORLD.viewer("Leo")))
    said = people.impact(SYSTEM, user_id("Leo"), UserUpdate(active=False))
    assert [(one.name, one.contacts) for one in said.loses] == [("Leo", seen)]
    assert said.blind == 1


def test_a_deleted_team_leaves_its_people_and_opens_no_wall(staffed: None) -> None:
    teams.delete(SYSTEM, team_id("South"))
    assert people.user(SYSTEM, user_id("Leo")).teams == []
    assert next(one.teams for one in segments.listed(SYSTEM) if one.name == "Sul") == []
    assert [team.name for team in teams.listed(SYSTEM)] == ["North"]
    [act] = WORLD.acts("team_deleted")
    assert act["name"] == "South"
