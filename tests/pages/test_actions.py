"""The page of bulk actions."""

import pytest

from hooks.viewer import SYSTEM
from models.bulk import AddToSegment, PutTagOn, SetField
from models.contact import ContactUpdate
from services import bulk, contacts, segments
from services.listing import Query
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_ones_own_acts_are_listed_and_undone(world: World, open_page: Open) -> None:
    for name in ("Ana", "Rui"):
        world.user(name, "advisor")
    premium, contact = world.label("Premium"), world.contact("Bia")
    bulk.do(world.viewer("Ana"), AddToSegment(segment_id=premium), Query(only=[contact]))
    bulk.do(world.viewer("Rui"), PutTagOn(make="Theirs"), Query(only=[contact]))
    app = open_page("actions", "Ana")
    assert "1 contact added to Premium" in words(app)
    assert "Theirs" not in words(app)
    undo = next(button for button in app.button if str(button.key).startswith("action-undo-"))
    undo.click().run()
    assert not app.exception
    assert segments.one(SYSTEM, premium).members == 0
    assert "undone" in words(app)
    assert "Undone for 1 contact" in words(app)


def test_who_looks_after_people_sees_those_of_everybody(world: World, open_page: Open) -> None:
    world.user("Boss", "administrator")
    world.user("Rui", "advisor")
    contact = world.contact("Bia")
    bulk.do(world.viewer("Rui"), SetField(field="country", value="BR"), Query(only=[contact]))
    assert r"Country of 1 contact\: Brazil" in words(open_page("actions", "Boss"))


def test_what_an_undo_has_left_is_told_by_name(world: World, open_page: Open) -> None:
    world.user("Ana", "advisor")
    contact = world.contact("Bia")
    ana = world.viewer("Ana")
    bulk.do(ana, SetField(field="city", value="Lima"), Query(only=[contact]))
    contacts.change(SYSTEM, contact, ContactUpdate(city="Cusco"))
    app = open_page("actions", "Ana")
    next(button for button in app.button if str(button.key).startswith("action-undo-")).click().run()
    app.run()
    assert "1 was changed since" in words(app)
    next(button for button in app.button if str(button.key).startswith("action-left-")).click().run()
    assert "Bia" in words(app)


def test_a_large_one_that_met_another_number_can_be_wanted_again(
    world: World, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    world.user("Ana", "advisor")
    world.contact("Bia")
    read = bulk.do(world.viewer("Ana"), SetField(field="city", value="Lima"), Query(), all_contacts=True)
    world.contact("Cid")
    assert read.id is not None
    bulk.carry_out(read.id)
    app = open_page("actions", "Ana")
    assert "It is 2 contacts by now, no longer 1" in words(app)
    app.button(key=f"action-again-{read.id}").click().run()
    assert [one.state for one in bulk.recent(world.viewer("Ana"))] == ["accepted", "failed"]


def test_a_notice_leads_to_the_act_alone(world: World, open_page: Open) -> None:
    for name in ("Ana", "Rui"):
        world.user(name, "advisor")
    premium, contact = world.label("Premium"), world.contact("Bia")
    ana = world.viewer("Ana")
    act = bulk.do(ana, AddToSegment(segment_id=premium), Query(only=[contact])).act_id
    bulk.do(ana, PutTagOn(make="Other"), Query(only=[contact]))
    app = open_page("actions", "Ana", act=str(act))
    assert "1 contact added to Premium" in words(app)
    assert "Other" not in words(app)
    assert "There is no such action" in words(open_page("actions", "Rui", act=str(act)))


def test_nothing_yet_says_what_will_be_here(world: World, open_page: Open) -> None:
    world.user("Ana", "advisor")
    assert "Pick contacts in the list" in words(open_page("actions", "Ana"))
