"""What is written in the cells of the list."""

import pytest
import streamlit as st

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from pages.parts import cell_edits
from pages.parts.state import Edit
from services import contacts
from tests.fixtures import Database
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A window of Ana's; return what it is told."""
    said: list[str] = []
    monkeypatch.setattr(cell_edits, "flash", lambda text, _icon="": said.append(text))
    monkeypatch.setattr("streamlit.session_state", {})
    return said


@pytest.fixture
def world(db: Database, told: list[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """Ana, who edits, and Alan, who does not."""
    made = World()
    made.user("Ana", "administrator")
    made.user("Alan", "analyst")
    monkeypatch.setattr(cell_edits, "viewer", lambda: made.viewer("Ana"))
    return made


def said() -> str:
    return str(st.session_state["edits-offered"][0])


def city(contact_id: int) -> str | None:
    return contacts.detail(SYSTEM, contact_id).city


def test_what_is_written_is_saved_once_however_often_it_is_told(world: World, told: list[str]) -> None:
    joao = world.contact("João", city="Paris")
    edit = Edit("a", joao, 1, "city", "Campinas")
    assert not cell_edits.take([edit])
    contacts.change(SYSTEM, joao, ContactUpdate(city="Santos"))
    assert not cell_edits.take([edit])
    assert city(joao) == "Santos"
    assert told == []


def test_what_was_written_last_is_taken_back_unless_somebody_wrote_since(
    world: World, told: list[str]
) -> None:
    joao = world.contact("João", city="Paris")
    cell_edits.take([Edit("a", joao, 1, "city", "Campinas")])
    assert cell_edits.take_back_last()
    assert (city(joao), said()) == ("Paris", "City is Paris again.")
    assert not cell_edits.take([Edit("b", joao, 1, "city", "Santos")])
    contacts.change(SYSTEM, joao, ContactUpdate(city="Lyon"))
    assert not cell_edits.take_back_last()
    assert city(joao) == "Lyon"
    assert "Someone changed this contact meanwhile" in told[0]
    assert not cell_edits.take_back_last()
    assert len(told) == 1


def test_what_was_written_is_taken_back_step_by_step(world: World, told: list[str]) -> None:
    joao, maria = world.contact("João", city="Paris"), world.contact("Maria")
    edits = [
        Edit("a", joao, 1, "city", "Campinas"),
        Edit("b", maria, 1, "city", "Santos"),
        Edit("c", joao, 1, "city", "Lyon"),
    ]
    assert not cell_edits.take(edits)
    back = Edit("d")
    assert not cell_edits.take([*edits, back])
    assert (city(joao), city(maria)) == ("Campinas", "Santos")
    assert not cell_edits.take([*edits, back, Edit("e"), Edit("f")])
    assert (city(joao), city(maria)) == ("Paris", None)
    assert said() == "City is Paris again."
    assert cell_edits.take([back, Edit("g")])
    assert (said(), told) == ("City is Paris again.", [])


def test_between_two_edits_the_first_of_them_is_taken_back(world: World, told: list[str]) -> None:
    joao = world.contact("João", city="Paris")
    cell_edits.take([Edit("a", joao, 1, "city", "Campinas"), Edit("b"), Edit("c", joao, 1, "region", "SP")])
    found = contacts.detail(SYSTEM, joao)
    assert (found.city, found.region) == ("Paris", "SP")


def test_quick_edits_of_one_row_follow_each_other(world: World, told: list[str]) -> None:
    joao = world.contact("João", city="Paris")
    first = Edit("a", joao, 1, "city", "Campinas")
    assert not cell_edits.take([first])
    assert not cell_edits.take([first, Edit("b", joao, 1, "region", "SP"), Edit("c", joao, 1, "city", "")])
    found = contacts.detail(SYSTEM, joao)
    assert (found.city, found.region, found.version) == (None, "SP", 4)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(world: World, told: list[str]) -> None:
    joao = world.contact("João", city="Paris")
    contacts.change(SYSTEM, joao, ContactUpdate(city="Santos"))
    assert cell_edits.take([Edit("a", joao, 1, "city", "Campinas")])
    assert city(joao) == "Santos"
    assert "Someone changed this contact meanwhile" in told[0]
    assert cell_edits.take([Edit("b", joao, 1, "city", "Campinas")])


def test_what_is_the_same_in_other_signs_changes_nothing_and_is_shown_as_it_is_kept(
    world: World, told: list[str]
) -> None:
    joao = world.contact("João", phone="+5511961234567")
    assert cell_edits.take([Edit("a", joao, 1, "phone", "+55 (11) 96123 4567")])
    assert contacts.detail(SYSTEM, joao).version == 1
    assert told == []


def test_what_does_not_fit_is_refused_with_its_reason(world: World, told: list[str]) -> None:
    joao, maria = world.contact("João", email="joao@example.com"), world.contact("Maria")
    assert cell_edits.take([Edit("a", maria, 1, "email", "nonsense")])
    assert cell_edits.take([Edit("b", maria, 1, "email", "joao@example.com")])
    assert cell_edits.take([Edit("c", 999, 1, "city", "Paris")])
    assert len(set(told)) == 3
    assert contacts.detail(SYSTEM, maria).email is None
    assert contacts.detail(SYSTEM, joao).version == 1


def test_what_is_no_cell_to_write_in_is_left_alone(world: World, told: list[str]) -> None:
    joao = world.contact("João")
    assert not cell_edits.take([Edit("a", joao, 1, "responsible", "ana@example.com")])
    assert contacts.detail(SYSTEM, joao).version == 1


def test_only_who_may_edit_writes(world: World, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    joao = world.contact("João", city="Paris")
    assert cell_edits.editable(world.viewer("Ana")) == cell_edits.EDITABLE
    assert cell_edits.editable(world.viewer("Alan")) == frozenset()
    monkeypatch.setattr(cell_edits, "viewer", lambda: world.viewer("Alan"))
    assert cell_edits.take([Edit("a", joao, 1, "city", "Campinas")])
    assert city(joao) == "Paris"
