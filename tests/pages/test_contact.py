"""The card."""

from datetime import UTC, datetime

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from services import bulk, contacts
from services.listing import Query
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_the_card_shows_who_it_is_and_how_to_begin_a_conversation(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact(
        "João",
        last_name="Gonçalves",
        email="joao@example.com",
        phones=["+5511961234567"],
        country="BR",
        tags=["Fair"],
    )
    seen = words(open_page("contact", "Ana", id=str(contact_id)))
    for part in ("João Gonçalves", "mailto:joao@example.com", "tel:+5511961234567", "Brazil", "Fair"):
        assert part in seen
    assert "https://wa.me/5511961234567" in seen


def test_a_hidden_contact_and_one_that_never_was_are_told_in_the_same_words(
    world: World, open_page: Open
) -> None:
    world.user("Bruno", "advisor", "North")
    world.wall("Vault")
    hidden = world.contact("Secretly", segments=["Vault"])
    told = words(open_page("contact", "Bruno", id=str(hidden)))
    assert "There is no such contact" in told
    assert "Secretly" not in told
    assert told == words(open_page("contact", "Bruno", id="999999"))


def test_the_history_says_what_changed_from_and_to(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact("João", organization="Old firm")
    contacts.change(world.viewer("Ana"), contact_id, ContactUpdate(organization="New <b>firm</b>"))
    seen = words(open_page("contact", "Ana", id=str(contact_id)))
    assert "<s>Old firm</s> → <b>New &lt;b&gt;firm&lt;/b&gt;</b>" in seen
    assert "Contact added" in seen


def test_what_people_wrote_never_becomes_markup(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    nasty = '<img src=x onerror="alert(1)">'
    contact_id = world.contact(nasty, organization=nasty, street=nasty)
    app = open_page("contact", "Ana", id=str(contact_id))
    assert "<img" not in "".join(part.value for part in app.html)
    assert "onerror\\=" in app.title[0].value


def test_only_who_may_has_buttons_to_edit_and_delete(world: World, open_page: Open) -> None:
    world.user("Alan", "analyst")
    world.user("Maria", "manager")
    contact_id = world.contact("João")
    buttons = [button.key for button in open_page("contact", "Alan", id=str(contact_id)).main.button]
    assert buttons == []
    buttons = [button.key for button in open_page("contact", "Maria", id=str(contact_id)).main.button]
    groups = ("names", "reach", "responsible", "segments", "tags", "place", "keys")
    assert buttons == ["contact-delete", *(f"icon-edit-{name}" for name in groups)]


def edit(app: AppTest, group: str) -> AppTest:
    return app.button(key=f"icon-edit-{group}").click().run()


def test_a_group_is_edited_where_it_stands_and_what_was_typed_stays_when_it_is_wrong(
    world: World, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact("João", external_id="7", emails=["joao@example.com"])
    other = world.contact("Bea", external_id="8")
    app = edit(open_page("contact", "Ana", id=str(contact_id)), "keys")
    app.text_input(key="edit-external_id").set_value("8")
    app.button(key="edit-save").click().run()
    assert app.text_input(key="edit-external_id").value == "8"
    assert any("external ID is there already" in one.value for one in app.markdown)
    assert f"/contact?id={other}" in words(app)
    app.text_input(key="edit-external_id").set_value("9")
    app.button(key="edit-save").click().run()
    assert contacts.detail(SYSTEM, contact_id).external_id == "9"
    assert [one.key for one in app.main.text_input] == []


def test_what_another_one_changed_meanwhile_stays_and_of_the_same_field_one_chooses(
    world: World, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    world.user("Rui", "manager")
    contact_id = world.contact("João", city="Porto", region="Norte")
    app = edit(open_page("contact", "Ana", id=str(contact_id)), "place")
    contacts.change(world.viewer("Rui"), contact_id, ContactUpdate(city="Lisboa", region="Sul"))
    app.text_input(key="edit-city").set_value("Braga")
    app.button(key="edit-save").click().run()
    assert app.radio[0].options == ["Yours: Braga", "Rui: Lisboa"]
    app.radio[0].set_value("theirs")
    app.text_input(key="edit-street").set_value("Rua Nova 1")
    app.button(key="edit-save").click().run()
    saved = contacts.detail(SYSTEM, contact_id)
    assert (saved.city, saved.region, saved.street) == ("Lisboa", "Sul", "Rua Nova 1")


def test_segments_that_came_meanwhile_stay_when_a_list_is_saved(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    labels = {name: world.label(name) for name in ("Came", "Had", "Taken")}
    contact_id = world.contact("João", segments=["Had"])
    app = edit(open_page("contact", "Ana", id=str(contact_id)), "segments")
    bulk.add_to_segment(SYSTEM, labels["Came"], Query(only=[contact_id]))
    app.multiselect(key="edit-segments").set_value(["Had", "Taken"])
    app.button(key="edit-save").click().run()
    assert contacts.detail(SYSTEM, contact_id).segments == ["Came", "Had", "Taken"]


def test_why_a_contact_may_not_be_taken_from_behind_a_wall_is_said_where_it_was_tried(
    world: World, open_page: Open
) -> None:
    world.user("Bruno", "advisor", "North")
    world.wall("Norte", teams=("North",))
    contact_id = world.contact("João", segments=["Norte"])
    app = edit(open_page("contact", "Bruno", id=str(contact_id)), "segments")
    assert app.multiselect(key="edit-segments").options == ["Norte"]
    app.multiselect(key="edit-segments").set_value([])
    app.button(key="edit-save").click().run()
    assert "does not allow you to put contacts behind" in app.error[0].value
    assert contacts.detail(SYSTEM, contact_id).segments == ["Norte"]


def test_who_gives_a_contact_away_is_told_that_it_is_no_longer_seen(world: World, open_page: Open) -> None:
    world.user("Bruno", "advisor", "North")
    mia = world.user("Mia", "advisor", "South")
    contact_id = world.contact("João")
    app = edit(open_page("contact", "Bruno", id=str(contact_id)), "responsible")
    app.selectbox(key="edit-responsible").set_value(mia)
    app.button(key="edit-save").click().run()
    assert contacts.detail(SYSTEM, contact_id).responsible == mia
    # The browser is led to the list, whose run says so.
    app.run()
    assert "no longer see" in app.toast[0].value


def test_the_history_comes_in_pages_that_the_address_names(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact("João")
    for number in range(25):
        contacts.change(SYSTEM, contact_id, ContactUpdate(city=f"City {number}"))
    app = open_page("contact", "Ana", id=str(contact_id))
    assert "City 24" in words(app)
    assert "City 3<" not in words(app)
    app.button(key="history-earlier").click().run()
    assert "City 3<" in words(app)
    assert "Contact added" in words(app)
    assert app.query_params["before"]
    app.button(key="history-newest").click().run()
    assert "City 24" in words(app)


def test_the_past_is_marked_as_such_and_cannot_be_edited(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        contact_id = world.contact("João", city="Porto")
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC)):
        contacts.change(SYSTEM, contact_id, ContactUpdate(city="Lisboa"))
    app = open_page("contact", "Ana", id=str(contact_id), on="2026-03-02")
    assert "Mar 2, 2026" in words(app)
    assert "<dd>Porto</dd>" in words(app)
    assert [button.key for button in app.main.button] == ["card-today"]
    app.button(key="card-today").click().run()
    assert "<dd>Lisboa</dd>" in words(app)
    early = words(open_page("contact", "Ana", id=str(contact_id), on="2026-02-01"))
    assert "added on Mar 1" in early
    assert "Porto" not in early
