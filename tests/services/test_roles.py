"""Roles: what a role allows counts from the next request, and nobody gives away what is not theirs."""

import pytest

from hooks.viewer import SYSTEM, Viewer
from models.people import RoleCreate, RoleUpdate, TeamUpdate, UserCreate, UserUpdate
from services import people, roles, teams
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.listing import Query, page
from tests.fixtures import Database
from tests.worlds import World

WORLD = World()

pytestmark = pytest.mark.usefixtures("db")


def role_id(name: str) -> int:
    return next(role.id for role in roles.listed(SYSTEM) if role.name == name)


def team_id(name: str) -> int:
    return next(team.id for team in teams.listed(SYSTEM) if team.name == name)


def seen_by(viewer: Viewer) -> int:
    return len(page(viewer, Query(), 1000).items)


def head_of_people() -> Viewer:
    """Somebody who manages people and roles, and contacts as an advisor does."""
    advisor = next(role for role in roles.listed(SYSTEM) if role.name == "advisor")
    roles.add(
        SYSTEM,
        RoleCreate(
            name="Head",
            scope="everyone",
            permissions=[*advisor.permissions, "people.manage", "roles.manage"],
        ),
    )
    WORLD.user("Hal", "head")
    return WORLD.viewer("Hal")


def test_a_role_has_its_permissions_and_always_the_one_to_see_contacts() -> None:
    made = roles.add(SYSTEM, RoleCreate(name=" Intern ", permissions=["contacts.add"]))
    assert (made.name, made.scope, made.permissions) == ("Intern", "mine", ["contacts.add", "contacts.view"])
    assert made in roles.listed(SYSTEM)


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("bad_name", RoleCreate(name=" ")),
        ("name_known", RoleCreate(name="ANALYST")),
        ("unknown_scope", RoleCreate(name="New", scope="galaxy")),
        ("unknown_permission", RoleCreate(name="New", permissions=["contacts.eat"])),
    ],
)
def test_what_does_not_fit_is_refused_and_named(code: str, command: RoleCreate) -> None:
    with pytest.raises((Refused, Conflict)) as refused:
        roles.add(SYSTEM, command)
    assert refused.value.code == code
    assert refused.value.data["fields"]
    assert len(roles.listed(SYSTEM)) == 4


def test_a_changed_role_counts_from_the_next_request_and_is_remembered() -> None:
    WORLD.user("Ana", "analyst")
    WORLD.contact("Rui", responsible=WORLD.user("Leo"))
    assert seen_by(WORLD.viewer("Ana")) == 1
    roles.change(SYSTEM, role_id("analyst"), RoleUpdate(scope="mine", permissions=["contacts.edit"]))
    assert seen_by(WORLD.viewer("Ana")) == 0
    assert WORLD.viewer("Ana").permissions == {"contacts.edit", "contacts.view"}
    [act] = WORLD.acts("role_changed")
    assert act["fields"]["scope"] == ["everyone", "mine"]
    assert act["fields"]["permissions"][1] == ["contacts.edit", "contacts.view"]


def test_what_a_change_of_scope_is_said_to_do_is_what_it_does() -> None:
    for name, team in (("Rui", "North"), ("Eva", "North"), ("Leo", "South")):
        WORLD.user(name, "advisor", team)
    WORLD.wall("Norte", teams=("North",))
    WORLD.contact("A", segments=["Norte"], responsible="rui@example.com")
    WORLD.contact("B", responsible="eva@example.com")
    WORLD.contact("C", responsible="leo@example.com")
    WORLD.contact("D")
    people_of_it = ("Rui", "Eva", "Leo")
    for scope in ("mine", "everyone"):
        before = {name: seen_by(WORLD.viewer(name)) for name in people_of_it}
        said = roles.impact(SYSTEM, role_id("advisor"), RoleUpdate(scope=scope))
        roles.change(SYSTEM, role_id("advisor"), RoleUpdate(scope=scope))
        after = {name: seen_by(WORLD.viewer(name)) for name in people_of_it}
        gains = {one.name: one.contacts for one in said.gains}
        loses = {one.name: one.contacts for one in said.loses}
        assert {name: gains.get(name, 0) - loses.get(name, 0) for name in people_of_it} == {
            name: after[name] - before[name] for name in people_of_it
        }
        assert said.members == 4
        if scope == "mine":
            assert said.blind == 1  # Rui's own contact is behind a wall that was open to his team alone


def test_nobody_gives_or_takes_a_permission_that_is_not_theirs() -> None:
    head = head_of_people()
    with pytest.raises(Forbidden) as refused:
        roles.add(head, RoleCreate(name="Mighty", permissions=["plugins.manage"]))
    assert refused.value.code == "beyond_yours"
    with pytest.raises(Forbidden):
        roles.change(head, role_id("administrator"), RoleUpdate(permissions=["people.manage"]))
    assert roles.change(head, role_id("analyst"), RoleUpdate(permissions=["contacts.add"])).permissions == [
        "contacts.add",
        "contacts.view",
    ]


def test_nobody_becomes_mightier_by_way_of_another_account() -> None:
    head = head_of_people()
    WORLD.user("Boss", "administrator")
    WORLD.user("Ana", "analyst")
    boss, ana = WORLD.viewer("Boss").user_id, WORLD.viewer("Ana").user_id
    assert boss
    assert ana
    for user_id, command in (
        (boss, UserUpdate(password="a long enough one")),
        (boss, UserUpdate(active=False)),
        (ana, UserUpdate(role="administrator")),
    ):
        with pytest.raises(Forbidden):
            people.update_user(head, user_id, command)
    people.update_user(head, ana, UserUpdate(role="advisor"))
    assert people.user(SYSTEM, ana).role == "advisor"


def test_nobody_becomes_mightier_by_way_of_the_own_account_or_a_wider_scope() -> None:
    role = RoleCreate(
        name="HR", scope="teams", permissions=["people.manage", "roles.manage", "contacts.export"]
    )
    roles.add(SYSTEM, role)
    WORLD.user("Hal", "hr", "North")
    WORLD.team("South")
    WORLD.user("Boss", "administrator")
    hal = WORLD.viewer("Hal")
    assert hal.user_id
    new = UserCreate(email="new@example.com", name="New", role="analyst", password="a long enough one")
    for door in (
        lambda: people.update_user(hal, hal.user_id or 0, UserUpdate(role="administrator")),
        lambda: people.update_user(hal, hal.user_id or 0, UserUpdate(role="analyst")),
        lambda: people.update_user(hal, hal.user_id or 0, UserUpdate(teams=["North", "South"])),
        lambda: people.add_user(hal, new),
        lambda: people.add_user(hal, new.model_copy(update={"role": "HR", "teams": ["South"]})),
        lambda: roles.change(hal, role_id("HR"), RoleUpdate(scope="everyone")),
        lambda: roles.change(hal, role_id("analyst"), RoleUpdate(permissions=[])),
        lambda: roles.add(hal, RoleCreate(name="Wide", scope="everyone")),
        lambda: teams.change(hal, team_id("South"), TeamUpdate(users=["hal@example.com"])),
        lambda: teams.delete(hal, team_id("South")),
    ):
        with pytest.raises(Forbidden) as refused:
            door()
        assert refused.value.code == "beyond_yours"
    people.add_user(hal, new.model_copy(update={"role": "HR", "teams": ["North"]}))
    roles.add(hal, RoleCreate(name="Narrow", scope="mine"))
    assert WORLD.viewer("Hal") == hal


def test_the_last_who_may_manage_people_or_roles_keeps_it() -> None:
    WORLD.user("Boss", "administrator")
    rest = [one for one in WORLD.viewer("Boss").permissions if one != "roles.manage"]
    for permissions in ([], rest):
        with pytest.raises(Conflict) as refused:
            roles.change(SYSTEM, role_id("administrator"), RoleUpdate(permissions=permissions))
        assert refused.value.code == "last_administrator"
    assert WORLD.viewer("Boss").may("roles.manage")


def test_a_role_that_somebody_has_stays() -> None:
    made = roles.add(SYSTEM, RoleCreate(name="Intern"))
    WORLD.user("Ana", "intern")
    with pytest.raises(Conflict, match="1 person"):
        roles.delete(SYSTEM, made.id)
    ana = WORLD.viewer("Ana").user_id
    assert ana
    people.update_user(SYSTEM, ana, UserUpdate(role="analyst"))
    roles.delete(SYSTEM, made.id)
    assert "Intern" not in [role.name for role in roles.listed(SYSTEM)]
    with pytest.raises(NotFound):
        roles.delete(SYSTEM, made.id)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_who_may_not_manage_roles_changes_none(db: Database) -> None:
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    for door in (
        lambda: roles.add(mia, RoleCreate(name="New")),
        lambda: roles.change(mia, role_id("analyst"), RoleUpdate(name="New")),
        lambda: roles.delete(mia, role_id("analyst")),
        lambda: roles.impact(mia, role_id("analyst"), RoleUpdate(scope="mine")),
    ):
        with pytest.raises(Forbidden):
            door()
