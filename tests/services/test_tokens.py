"""Keys for programs."""

import pytest

from hooks.viewer import SYSTEM, Viewer
from models.people import UserCreate, UserUpdate
from services import people, tokens
from services.errors import Forbidden, NotFound, Refused
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
    assert permissions(tokens.add(ana, "people", ["users"]).secret) == {"contacts.view"}
    assert permissions(tokens.add(ana, "imports", ["imports:write"]).secret) == {
        "contacts.view",
        "contacts.import",
    }


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
