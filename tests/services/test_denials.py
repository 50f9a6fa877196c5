"""The list of keys that were denied."""

import pytest

from models.contact import ContactCreate
from services import contacts, denials
from services.errors import Forbidden, NotAvailable
from tests.fixtures import Database
from tests.worlds import World


@pytest.fixture
def world(db: Database) -> World:
    """A contact behind a wall, and two people of whom one does not see it."""
    world = World()
    world.user("Ana", "administrator")
    world.user("Rui", "advisor")
    world.wall("Vault")
    world.contact("Hidden", email="hidden@example.com", external_id="K-1", segments=["Vault"])
    return world


def guess(world: World, **key: str) -> None:
    with pytest.raises(NotAvailable):
        contacts.create(world.viewer("Rui"), ContactCreate.model_validate({"first_name": "X"} | key))


def test_who_met_a_hidden_key_is_listed_with_door_and_field_the_newest_first(world: World) -> None:
    guess(world, email="hidden@example.com")
    guess(world, external_id="K-1")
    found = denials.recent(world.viewer("Ana"))
    assert [(one.name, one.email, one.door, one.field) for one in found] == [
        ("Rui", "rui@example.com", "contacts.create", "external_id"),
        ("Rui", "rui@example.com", "contacts.create", "email"),
    ]


def test_neither_the_value_nor_what_holds_it_is_told(world: World) -> None:
    guess(world, email="hidden@example.com")
    told = denials.recent(world.viewer("Ana"))[0].model_dump_json()
    assert "hidden" not in told.lower()


def test_what_was_free_or_could_be_seen_is_not_listed(world: World) -> None:
    contacts.create(world.viewer("Rui"), ContactCreate(first_name="New", email="new@example.com"))
    assert denials.recent(world.viewer("Ana")) == []


def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    for _guess in range(5):
        guess(world, email="hidden@example.com")
    ana = world.viewer("Ana")
    every = [one.id for one in denials.recent(ana)]
    first = [one.id for one in denials.recent(ana, 2)]
    second = [one.id for one in denials.recent(ana, 2, before=first[-1])]
    assert (first, second) == (every[:2], every[2:4])
    assert [one.id for one in denials.recent(ana, 2, before=second[-1])] == every[4:]


def test_who_does_not_look_after_people_is_refused(world: World) -> None:
    with pytest.raises(Forbidden):
        denials.recent(world.viewer("Rui"))
