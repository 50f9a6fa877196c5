"""The list of keys that were denied."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.contact import ContactCreate, ContactUpdate
from services import contacts, denials, history
from services.errors import Forbidden, NotAvailable, TooMany
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


def test_many_guesses_at_once_get_no_more_answers_than_one_by_one(
    world: World, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="2")
    guesser = world.viewer("Rui")
    together = Barrier(8, timeout=20)

    def told(_guess: int) -> str:
        together.wait()
        with pytest.raises((NotAvailable, TooMany)) as refused:
            contacts.create(guesser, ContactCreate(first_name="X", email="hidden@example.com"))
        return refused.value.code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(told, range(8)))
    assert codes == ["not_available"] * 2 + ["too_many"] * 6
    assert len(denials.recent(world.viewer("Ana"))) == 2


def test_many_who_are_refused_nothing_at_once_are_all_served(
    world: World, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="1")
    rui = world.viewer("Rui")

    def made(number: int) -> int:
        return contacts.create(rui, ContactCreate(first_name="X", email=f"{number}@example.com")).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(made, range(6)))) == 6


def test_a_refusal_undoes_all_but_the_note(world: World) -> None:
    world.label("Premium")
    own = contacts.create(world.viewer("Rui"), ContactCreate(first_name="Own")).id
    with pytest.raises(NotAvailable):
        contacts.change(
            world.viewer("Rui"), own, ContactUpdate(email="hidden@example.com", segments=["Premium"])
        )
    kept = contacts.detail(world.viewer("Rui"), own)
    assert (kept.version, kept.segments, kept.email) == (1, [], None)
    assert len(history.of_contact(world.viewer("Rui"), own)) == 1
    assert [one.door for one in denials.recent(world.viewer("Ana"))] == ["contacts.change"]
