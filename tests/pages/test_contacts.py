"""The list of contacts."""

import json

import pytest

from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
BRAZIL = json.dumps({"all": [{"field": "country", "op": "in", "value": ["BR"]}]})


def test_an_empty_base_offers_a_file_and_the_sample(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    seen = open_page("contacts", "Ana")
    assert "There are no contacts yet" in words(seen)
    assert "Load a file" in words(seen)


def test_a_person_counts_only_what_that_person_sees(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    world.wall("Vault")
    world.contact("Open")
    world.contact("Hidden", segments=["Vault"])
    assert "2 contacts" in words(open_page("contacts", "Ana"))
    assert "1 contact" in words(open_page("contacts", "Bruno"))


def test_the_search_narrows_the_list_and_stands_in_the_address(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João")
    world.contact("Maria")
    app = open_page("contacts", "Ana")
    app.text_input(key="contacts-search").set_value("joao").run()
    assert not app.exception
    assert "1 contact" in words(app)
    assert app.query_params["q"] == "joao"


def test_an_address_shows_a_colleague_the_same_question(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João", country="BR")
    world.contact("Maria", country="FR")
    app = open_page("contacts", "Ana", filter=BRAZIL)
    assert "1 contact" in words(app)
    app.button(key="filter-part-0").click().run()
    assert "2 contacts" in words(app)
    assert "filter" not in app.query_params


def test_a_filter_that_nobody_understands_is_told_and_can_be_cleared(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João")
    app = open_page("contacts", "Ana", filter='{"field":"nonsense","op":"eq","value":1}')
    assert app.error
    app.button(key="contacts-broken").click().run()
    assert not app.error
    assert "1 contact" in words(app)


def test_no_match_offers_the_way_back_to_all(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João")
    app = open_page("contacts", "Ana", q="zzz")
    assert "No contact matches" in words(app)
    app.button(key="contacts-all").click().run()
    assert "1 contact" in words(app)


def test_pages_are_turned_by_the_place_of_their_ends(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    for place in range(51):
        world.contact(f"Contact {place}")
    app = open_page("contacts", "Ana")
    assert "1–50 of 51" in words(app)
    app.button(key="icon-contacts-next").click().run()
    assert "51–51 of 51" in words(app)
    assert app.query_params["page"] == "2"
    assert app.button(key="icon-contacts-next").disabled
    app.button(key="icon-contacts-previous").click().run()
    assert "1–50 of 51" in words(app)
    assert "page" not in app.query_params


def test_only_who_may_is_offered_to_add_load_and_take_out(world: World, open_page: Open) -> None:
    world.user("Alan", "analyst")
    world.contact("João")
    keys = {button.key for button in open_page("contacts", "Alan").main.button}
    assert "bulk-export" in keys
    assert not keys & {"contacts-add", "contacts-import", "bulk-add", "bulk-delete"}


def test_a_step_back_from_a_card_finds_the_list_as_it_was(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João")
    app = open_page("contacts", "Ana", q="joao")
    app.query_params.clear()
    app.query_params["id"] = "1"
    app.run()
    assert app.query_params["q"] == "joao"
    assert "id" not in app.query_params
