"""Keys for programs."""

from dataclasses import replace

import pytest

from hooks.viewer import SYSTEM, Viewer
from models.contact import ContactCreate
from models.people import TeamCreate, TeamUpdate, UserCreate, UserUpdate
from models.segment import SegmentCreate
from services import bulk, contacts, listing, people, roles, segments, teams, tokens
from services.errors import Forbidden, NotFound, Refused
from services.listing import Query
from tests.fixtures import Database


def person(name: str = "ana", role: str = "advisor") -> Viewer:
    command = UserCreate(email=f"{name}@example.com", name=name, role=role)
    return people.viewer_of(people.add_user(SYSTEM, command).id, "cli")


def permissions(secret: str) -> frozenset[str]:
    known = tokens.look_up(secret)
    assert known is not None
    return known.viewer.permissions


def test_a_token_is_never_more_than_its_person_nor_than_its_scopes(db: Database) -> None:
    ana = person()
    assert permissions(tokens.add(ana, "all", ["all"]).secret) == ana.permissions
    assert permissions(tokens.add(ana, "reader", ["read"]).secret) == {"contacts.view", "contacts.export"}
    assert permissions(tokens.add(ana, "one", ["contacts.edit"]).secret) == {"contacts.edit"}
    assert permissions(tokens.add(ana, "people", ["users"]).secret) == {"people.read"}
    assert permissions(tokens.add(ana, "imports", ["imports:write"]).secret) == {
        "contacts.view",
        "contacts.import",
    }


@pytest.mark.parametrize(
    "scope", ["users", "teams:read", "people:write", "segments", "segments:read", "plan"]
)
def test_no_area_but_those_of_contacts_opens_contacts(db: Database, scope: str) -> None:
    boss = person("boss", "administrator")
    known = tokens.look_up(tokens.add(boss, "narrow", [scope]).secret)
    assert known is not None
    contact = contacts.create(SYSTEM, ContactCreate(first_name="Ana"))
    everyone = Query(filter={"v": 1, "where": {"field": "first_name", "op": "eq", "value": "Ana"}})
    label = segments.create(SYSTEM, SegmentCreate(name="Premium")).id
    for ask in (
        lambda: listing.page(known.viewer, Query()),
        lambda: listing.count(known.viewer, Query()),
        lambda: contacts.detail(known.viewer, contact.id),
        lambda: bulk.add_to_segment(known.viewer, label, everyone),
        lambda: bulk.add_to_segment(known.viewer, label, replace(everyone, only=[contact.id])),
    ):
        with pytest.raises(Forbidden):
            ask()


@pytest.mark.parametrize(
    ("scope", "read"),
    [
        ("users:read", {"people"}),
        ("teams", {"people"}),
        ("people.manage", {"people"}),
        ("roles.manage", {"people"}),
        ("segments:read", {"segments"}),
        ("segments.manage", {"segments"}),
        ("contacts:read", {"people", "segments"}),
        ("plan", set()),
    ],
)
def test_an_area_reads_what_it_is_called(db: Database, scope: str, read: set[str]) -> None:
    boss = person("boss", "administrator")
    north = teams.add(SYSTEM, TeamCreate(name="North"))
    label = segments.create(SYSTEM, SegmentCreate(name="Premium")).id
    known = tokens.look_up(tokens.add(boss, "narrow", [scope]).secret)
    assert known is not None
    doors = {
        "people": (
            lambda: people.users(known.viewer),
            lambda: people.user(known.viewer, boss.user_id or 0),
            lambda: teams.listed(known.viewer),
            lambda: teams.one(known.viewer, north.id),
            lambda: roles.listed(known.viewer),
        ),
        "segments": (
            lambda: segments.listed(known.viewer),
            lambda: segments.known(known.viewer),
            lambda: segments.one(known.viewer, label),
        ),
    }
    for area, calls in doors.items():
        for call in calls:
            if area in read:
                assert call()
            else:
                with pytest.raises(Forbidden):
                    call()


def test_who_changes_people_is_shown_what_came_of_it(db: Database) -> None:
    boss = person("boss", "administrator")
    known = tokens.look_up(tokens.add(boss, "narrow", ["people.manage"]).secret)
    assert known is not None
    made = people.add_user(known.viewer, UserCreate(email="new@example.com", name="New", role="advisor"))
    assert people.update_user(known.viewer, made.id, UserUpdate(name="Newer")).name == "Newer"
    team = teams.add(known.viewer, TeamCreate(name="North"))
    assert teams.change(known.viewer, team.id, TeamUpdate(users=["new@example.com"])).users == [
        "new@example.com"
    ]


def test_contacts_are_put_into_a_segment_by_id_without_being_seen(db: Database) -> None:
    boss = person("boss", "administrator")
    known = tokens.look_up(tokens.add(boss, "narrow", ["segments:write"]).secret)
    assert known is not None
    contact = contacts.create(SYSTEM, ContactCreate(first_name="Ana"))
    label = segments.create(SYSTEM, SegmentCreate(name="Premium")).id
    assert bulk.add_to_segment(known.viewer, label, Query(only=[contact.id])).done == 1


def test_a_changed_role_counts_in_the_tokens_next_request(db: Database) -> None:
    ana = person()
    secret = tokens.add(ana, "all", ["all"]).secret
    people.update_user(SYSTEM, ana.user_id or 0, UserUpdate(role="analyst"))
    assert permissions(secret) == {"contacts.view", "contacts.export"}


def test_a_token_is_shown_once_and_ends_when_told(db: Database) -> None:
    ana, bea = person(), person("bea")
    made = tokens.add(ana, "mine", ["read"])
    assert made.secret not in repr(tokens.mine(ana))
    assert [one.name for one in tokens.mine(ana)] == ["mine"]
    assert tokens.mine(bea) == []
    with pytest.raises(NotFound):
        tokens.end(bea, made.id)
    tokens.end(ana, made.id)
    assert tokens.look_up(made.secret) is None
    assert tokens.mine(ana) == []


def test_only_who_manages_people_makes_tokens_for_others(db: Database) -> None:
    ana, boss = person(), person("boss", "administrator")
    with pytest.raises(Forbidden):
        tokens.add(ana, "not mine", ["read"], user_id=boss.user_id)
    assert permissions(tokens.add(boss, "for ana", ["all"], user_id=ana.user_id).secret) == ana.permissions


def test_no_token_makes_another_and_none_is_without_a_scope(db: Database) -> None:
    ana = person()
    known = tokens.look_up(tokens.add(ana, "all", ["all"]).secret)
    assert known is not None
    with pytest.raises(Forbidden):
        tokens.add(known.viewer, "child", ["all"])
    for scopes in ([], ["everything"], ["contacts.fly"]):
        with pytest.raises(Refused):
            tokens.add(ana, "odd", scopes)
