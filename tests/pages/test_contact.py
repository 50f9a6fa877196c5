"""The card."""

import pytest

from models.contact import ContactUpdate
from services import contacts
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_the_card_shows_every_way_to_reach_the_person(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact(
        "João",
        last_name="Gonçalves",
        emails=["joao@example.com", "jg@example.com"],
        phones=["+5511961234567"],
        country="BR",
    )
    seen = words(open_page("contact", "Ana", id=str(contact_id)))
    for part in ("João Gonçalves", "mailto:joao@example.com", "mailto:jg@example.com", "tel:+5511961234567"):
        assert part in seen
    assert "https://wa.me/5511961234567" in seen
    assert "+55 11 96123-4567" in seen
    assert "Brazil" in seen


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
    assert buttons == ["contact-edit", "contact-delete"]


def test_a_change_is_saved_from_the_form(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    contact_id = world.contact("João", email="joao@example.com")
    app = open_page("contact", "Ana", id=str(contact_id))
    app.button(key="contact-edit").click().run()
    assert app.text_input(key="form-email").value == "joao@example.com"
