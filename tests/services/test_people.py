"""People, teams and roles, and the viewer that stands for one of them."""

import pytest

from hooks.viewer import SYSTEM, Viewer
from models.people import TeamCreate, UserCreate, UserUpdate
from services import passwords, people, roles, sessions, teams, tokens
from services.errors import Conflict, Forbidden, NotFound, Refused
from tests.fixtures import Database

PASSWORD = "a long enough one"


def add(name: str, role: str = "advisor", *named: str, password: str | None = None) -> int:
    command = UserCreate(
        email=f"{name}@example.com", name=name, role=role, teams=list(named), password=password
    )
    return people.add_user(SYSTEM, command).id


def viewer(user_id: int) -> Viewer:
    return people.viewer_of(user_id, "page")


def test_an_address_is_kept_in_lower_case_and_belongs_to_one_person(db: Database) -> None:
    made = people.add_user(SYSTEM, UserCreate(email=" Ana@Example.COM ", name="Ana", role="Advisor"))
    assert made.email == "ana@example.com"
    assert made.role == "advisor"
    with pytest.raises(Conflict, match="already") as refused:
        add("ANA")
    assert refused.value.code == "email_known"


def test_a_network_of_its_own_may_name_its_people_as_it_likes(db: Database) -> None:
    assert (
        people.add_user(SYSTEM, UserCreate(email="ana@panel", name="Ana", role="analyst")).email
        == "ana@panel"
    )


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("email", {"email": "no address"}),
        ("email", {"email": "@example.com"}),
        ("name", {"name": "  "}),
        ("name", {"name": "An\x00a"}),
        ("role", {"role": "emperor"}),
        ("teams", {"teams": ["Nowhere"]}),
        ("password", {"password": "short"}),
    ],
)
def test_what_does_not_fit_is_refused_and_named(db: Database, field: str, change: dict[str, object]) -> None:
    command = {"email": "ana@example.com", "name": "Ana", "role": "advisor"} | change
    with pytest.raises(Refused) as refused:
        people.add_user(SYSTEM, UserCreate.model_validate(command))
    assert list(refused.value.data["fields"]) == [field]
    assert people.users(SYSTEM) == []


def test_a_changed_role_and_team_count_from_the_next_request(db: Database) -> None:
    north = teams.add(SYSTEM, TeamCreate(name="North")).id
    add("boss", "administrator")
    ana = add("ana", "analyst")
    assert viewer(ana).scope == "everyone"
    assert not viewer(ana).may("contacts.edit")
    people.update_user(SYSTEM, ana, UserUpdate(role="advisor", teams=["north"]))
    assert viewer(ana).scope == "teams"
    assert viewer(ana).team_ids == (north,)
    assert viewer(ana).may("contacts.edit")
    people.update_user(SYSTEM, ana, UserUpdate(teams=[]))
    assert viewer(ana).team_ids == ()


def test_who_is_switched_off_is_out_at_once_everywhere(db: Database) -> None:
    add("boss", "administrator")
    ana = add("ana", password=PASSWORD)
    signed_in = sessions.sign_in("ana@example.com", PASSWORD, address="10.0.0.1")
    token = tokens.add(viewer(ana), "mine", ["read"]).secret
    people.update_user(SYSTEM, ana, UserUpdate(active=False))
    assert sessions.look_up(signed_in.cookie) is None
    assert tokens.look_up(token) is None
    with pytest.raises(NotFound):
        viewer(ana)
    with pytest.raises(NotFound):
        people.viewer_for_email("ana@example.com", "cli")
    people.update_user(SYSTEM, ana, UserUpdate(active=True))
    assert sessions.look_up(signed_in.cookie) is None
    assert tokens.look_up(token) is None


@pytest.mark.parametrize("change", [UserUpdate(active=False), UserUpdate(role="manager")])
def test_the_last_administrator_stays_one(db: Database, change: UserUpdate) -> None:
    boss = add("boss", "administrator")
    with pytest.raises(Conflict) as refused:
        people.update_user(SYSTEM, boss, change)
    assert refused.value.code == "last_administrator"
    assert viewer(boss).may("people.manage")
    add("other", "administrator")
    people.update_user(SYSTEM, boss, change)


def test_only_who_manages_people_may_change_them(db: Database) -> None:
    boss, ana = add("boss", "administrator"), add("ana", "manager")
    with pytest.raises(Forbidden):
        people.add_user(viewer(ana), UserCreate(email="b@example.com", name="B", role="advisor"))
    with pytest.raises(Forbidden):
        people.update_user(viewer(ana), ana, UserUpdate(role="administrator"))
    with pytest.raises(Forbidden):
        teams.add(viewer(ana), TeamCreate(name="North"))
    assert people.update_user(viewer(boss), ana, UserUpdate(name="Ana Maria")).name == "Ana Maria"


def test_one_changes_ones_own_language_and_no_role(db: Database) -> None:
    ana = add("ana")
    assert people.viewer_of(ana, "page", "pt-BR,pt;q=0.9").locale == "pt_BR"
    people.update_me(viewer(ana), UserUpdate(locale="fr", time_zone="Europe/Paris"))
    assert people.viewer_of(ana, "page", "pt-BR").locale == "fr"
    assert viewer(ana).time_zone == "Europe/Paris"
    with pytest.raises(Refused, match="spoken"):
        people.update_me(viewer(ana), UserUpdate(locale="tlh"))
    with pytest.raises(Refused, match="time zone"):
        people.update_me(viewer(ana), UserUpdate(time_zone="Mars/Olympus"))
    with pytest.raises(Forbidden):
        people.update_me(viewer(ana), UserUpdate(role="administrator"))


def test_a_new_password_ends_the_other_sessions(db: Database) -> None:
    ana = add("ana", password=PASSWORD)
    here = sessions.sign_in("ana@example.com", PASSWORD, address="10.0.0.1")
    there = sessions.sign_in("ana@example.com", PASSWORD, address="10.0.0.2")
    with pytest.raises(Refused, match="current"):
        people.change_password(viewer(ana), "not it at all", "another long one")
    kept = sessions.look_up(here.cookie)
    assert kept is not None
    people.change_password(viewer(ana), PASSWORD, "another long one", keep_session=kept.session_id)
    assert sessions.look_up(here.cookie) is not None
    assert sessions.look_up(there.cookie) is None
    assert sessions.sign_in("ana@example.com", "another long one", address="10.0.0.1").user_id == ana


def test_a_team_has_one_name_and_lists_its_active_people(db: Database) -> None:
    teams.add(SYSTEM, TeamCreate(name="Norte"))
    with pytest.raises(Conflict):
        teams.add(SYSTEM, TeamCreate(name=" NORTÉ "))
    add("ana", "advisor", "norte")
    gone = add("bea", "advisor", "norte")
    people.update_user(SYSTEM, gone, UserUpdate(active=False))
    assert [(team.name, team.users) for team in teams.listed(SYSTEM)] == [("Norte", ["ana@example.com"])]


def test_the_four_roles_come_with_their_defaults(db: Database) -> None:
    found = {role.name: role for role in roles.listed(SYSTEM)}
    assert list(found) == ["administrator", "manager", "advisor", "analyst"]
    assert found["advisor"].scope == "teams"
    assert found["analyst"].permissions == ["contacts.export", "contacts.view"]
    assert "segments.restrict" not in found["manager"].permissions


def test_a_password_is_never_kept_as_it_is(db: Database) -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert passwords.matches(PASSWORD, kept)
    assert not passwords.matches("another", kept)
    assert not passwords.matches("nobody has this password", None)
    assert not passwords.matches("x" * 2_000, kept)
