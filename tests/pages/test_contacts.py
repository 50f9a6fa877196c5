"""The list of contacts."""

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Checkbox, Selectbox

from hooks.viewer import SYSTEM, Viewer
from models.tag import TagCreate
from pages.parts import bulk_bar, contact_columns, contact_list
from pages.parts.state import GridEvent, ListState, Picks
from services import bulk, contacts, preferences, segments, tags
from services.preferences import ColumnChoice
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


def test_columns_are_chosen_put_in_order_and_remembered(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "administrator")
    world.contact("João", city="Campinas")
    app = open_page("contacts", "Ana")

    def run(part: AppTest | Button | Checkbox) -> None:
        app.session_state["contacts-columns"] = True  # a browser keeps the box open by itself
        part.run()
        assert not app.exception

    run(app)
    run(app.checkbox(key="column-city").check())
    run(app.checkbox(key="column-phone").uncheck())
    run(app.button(key="icon-column-city--1").click())
    wanted = ["name", "email", "organization", "segments", "country", "responsible", "city", "created"]
    assert chosen(world, "Ana") == wanted
    assert app.checkbox(key="column-name").disabled
    assert chosen(world, "Bruno") == list(contact_columns.USUAL)
    run(app)
    run(app.button(key="columns-usual").click())
    assert chosen(world, "Ana") == list(contact_columns.USUAL)


def chosen(world: World, person: str) -> list[str]:
    return [one.field for one in contact_columns.chosen(world.viewer(person))]


def test_what_is_drawn_in_the_grid_is_kept_beside_what_another_window_added(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user("Ana", "administrator")
    ana = world.viewer("Ana")
    monkeypatch.setattr(contact_columns, "viewer", lambda: ana)
    preferences.keep_columns(ana, [ColumnChoice("name"), ColumnChoice("city"), ColumnChoice("email")])
    drawn = (("email", 5000), ("name", None), ("phone", 100))
    contact_columns.on_event(GridEvent("1", "columnResized", "name", (), (), 0, drawn))
    assert preferences.columns(ana) == (
        ColumnChoice("email", 1200), ColumnChoice("name"), ColumnChoice("city"),
    )  # fmt: skip
    contact_columns.on_event(GridEvent("2", "selectionChanged", "name", (), (), 0, (("name", 90),)))
    assert len(preferences.columns(ana)) == 3


def test_a_contact_opens_beside_the_list_and_is_closed_again(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor")
    world.wall("Vault")
    hidden = world.contact("Hilda", email="hilda@example.com", segments=["Vault"], city="Campinas")
    world.contact("Otto")
    app = open_page("contacts", "Ana", contact=str(hidden), q="a")
    assert [head.value for head in app.subheader] == ["Hilda"]
    assert all(said in words(app) for said in ("Campinas", "Vault", "Open card"))
    app.button(key="icon-panel-close").click().run()
    assert dict(app.query_params) == {"q": "a"}
    assert not app.subheader
    assert "Hilda" not in words(open_page("contacts", "Bruno", contact=str(hidden)))


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


def picking(open_page: Open, chosen: Picks, **query: str) -> AppTest:
    """Open the list with rows picked, as the grid would report it."""
    app = open_page("contacts", "Ana", **query)
    app.session_state["contacts-picks"] = chosen
    return app.run()


@pytest.fixture
def three(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three contacts, two of them in Brazil, and Ana, who may do everything."""
    # AppTest runs whole pages, in which a fragment cannot ask to be drawn anew.
    monkeypatch.setattr("streamlit.rerun", lambda scope="app": None)
    world.user("Ana", "administrator")
    world.label("Premium")
    return [world.contact(name, country=country) for name, country in (("A", "BR"), ("B", "BR"), ("C", "FR"))]


def add_to_premium(app: AppTest) -> None:
    app.session_state["bulk-add"] = True
    app.run()
    app.selectbox(key="bulk-add-name").select("Premium").run()
    app.button(key="bulk-add-yes").click().run()
    app.run()
    assert not app.exception


def test_another_number_than_was_shown_is_asked_about_again(
    three: list[int], world: World, open_page: Open
) -> None:
    asked = ListState(where=BRAZIL)
    app = picking(open_page, Picks(everything=True, under=asked.question), filter=BRAZIL)

    def run(part: AppTest | Button | Selectbox) -> None:
        app.session_state["bulk-add"] = True  # a browser keeps the box open by itself
        part.run()

    run(app)
    run(app.selectbox(key="bulk-add-name").select("Premium"))
    assert app.button(key="bulk-add-yes").label == "Add 2 to Premium"
    world.contact("D", country="BR")
    run(app.button(key="bulk-add-yes").click())
    assert members("Premium") == 0
    run(app)
    assert app.warning[0].value == "It is 3 contacts by now, no longer 2\\."
    assert app.button(key="bulk-add-yes").label == "Add 3 to Premium"
    run(app.button(key="bulk-add-yes").click())
    assert members("Premium") == 3
    app.run()
    assert "bulk-agreed" not in app.session_state


def test_a_tag_is_put_on_what_is_picked_and_taken_off_again(three: list[int], open_page: Open) -> None:
    app = picking(open_page, Picks(frozenset(three[:2]), under=ListState().question))

    def run(part: AppTest | Button | Selectbox) -> None:
        app.session_state["bulk-tag"] = True
        part.run()

    tags.create(SYSTEM, TagCreate(name="VIP"))
    run(app)
    run(app.selectbox(key="bulk-tag-name").select("VIP"))
    assert app.button(key="bulk-tag-yes").label == "Put on 2"
    run(app.button(key="bulk-tag-yes").click())
    assert [(one.name, one.contacts) for one in tags.listed(SYSTEM)] == [("VIP", 2)]
    app.session_state["contacts-picks"] = Picks(frozenset(three[:1]), under=ListState().question)
    app.run()  # closes the box
    run(app)
    run(app.selectbox(key="bulk-tag-name").select("VIP"))
    run(app.button(key="bulk-tag-off").click())
    assert not app.exception
    assert [(one.name, one.contacts) for one in tags.listed(SYSTEM)] == [("VIP", 1)]


def members(name: str) -> int:
    return next(one.members for one in segments.listed(SYSTEM) if one.name == name)


def test_all_contacts_are_touched_once_they_were_chosen_in_words(three: list[int], open_page: Open) -> None:
    app = picking(open_page, Picks(frozenset(three[:1]), under=ListState().question))
    assert app.button(key="bulk-all").label == "Select all 3 contacts"
    app.button(key="bulk-all").click().run()
    assert "All **3** contacts picked" in words(app)
    add_to_premium(app)
    assert members("Premium") == 3


def test_all_that_match_under_a_filter_are_not_all_contacts(three: list[int], open_page: Open) -> None:
    app = picking(
        open_page, Picks(frozenset(three[:1]), under=ListState(where=BRAZIL).question), filter=BRAZIL
    )
    assert app.button(key="bulk-all").label == "Select all 2 that match"
    app.button(key="bulk-all").click().run()
    assert "**2** picked" in words(app)
    assert not app.session_state["contacts-picks"].all_contacts
    add_to_premium(app)
    assert members("Premium") == 2


def test_everything_under_no_condition_is_refused_unless_all_contacts_was_said(
    three: list[int], open_page: Open
) -> None:
    app = picking(open_page, Picks(everything=True, under=ListState().question))
    add_to_premium(app)
    assert members("Premium") == 0
    assert "say that all contacts are meant" in " ".join(toast.value for toast in app.toast)


def test_all_that_matched_stay_picked_under_another_filter_and_no_other_row_is_ticked(
    three: list[int], open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    under = ListState(where=BRAZIL)
    ticks: list[list[bool]] = []
    monkeypatch.setattr("pages.parts.grid.grid", lambda *_, picked, **__: ticks.append(list(picked)))
    app = picking(open_page, Picks(everything=True, under=under.question), sort="name")
    assert "**2** picked" in words(app)
    assert ticks[-1] == [True, True, False]
    app = picking(open_page, Picks(everything=True, under=under.question), q="c")
    assert "2 no longer match" in words(app)
    assert ticks[-1] == [False]


def test_picks_under_a_segment_that_is_gone_are_let_go(
    three: list[int], world: World, open_page: Open
) -> None:
    gone = world.label("Gone")
    segments.delete(world.viewer("Ana"), gone)
    app = picking(open_page, Picks(everything=True, under=ListState(segment=gone).question))
    assert not app.exception
    assert "3 contacts" in words(app)
    assert not app.session_state["contacts-picks"]


@pytest.mark.parametrize(
    ("box", "says"), [("bulk-add", "Make Show and add 1"), ("bulk-tag", "Make Show and put it on 1")]
)
def test_a_name_that_there_is_not_yet_is_said_to_be_made(
    three: list[int], open_page: Open, box: str, says: str
) -> None:
    app = picking(open_page, Picks(frozenset(three[:1]), under=ListState().question))
    app.session_state[box] = True
    app.session_state[f"{box}-name"] = "Show"
    app.run()
    assert not app.exception
    assert app.button(key=f"{box}-yes").label == says
    assert bulk_bar.known_or_new({"São João": 7}, " sao joao", "tag_id") == {"tag_id": 7}


def test_a_row_beside_all_that_matched_is_not_picked_with_them(
    three: list[int], open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Picks(everything=True, under=ListState(where=BRAZIL).question)
    app = picking(open_page, chosen)
    event = GridEvent("1", "selectionChanged", "-created", tuple(three), (three[0], three[2]), 0)
    kept = {key: app.session_state[key] for key in ("contacts-picks", "contacts-reach")}
    assert kept["contacts-reach"] == frozenset(three[:2])
    monkeypatch.setattr("streamlit.session_state", kept)
    monkeypatch.setattr(contact_list, "present", ListState)
    contact_list.on_event(event)
    assert kept["contacts-picks"].ids == frozenset([three[1]])
    assert "Clear that to pick others" in str(kept["flash"])


def test_to_take_out_all_contacts_says_so(three: list[int], open_page: Open) -> None:
    assert open_page("contacts", "Ana").button(key="bulk-export").label == "Export all 3"
    app = open_page("contacts", "Ana", filter=BRAZIL)
    assert app.button(key="bulk-export").label == "Export 2"
    app = picking(open_page, Picks(frozenset(three[:1]), True, True, ListState().question))
    assert app.button(key="bulk-export").label == "Export 2"


def test_what_was_done_is_said_with_the_way_back(three: list[int], world: World, open_page: Open) -> None:
    rui = world.user("Rui", "advisor")
    app = picking(open_page, Picks(frozenset(three[:2]), under=ListState().question))

    def run(part: AppTest | Button | Selectbox) -> None:
        app.session_state["bulk-responsible"] = True
        part.run()

    run(app)
    run(app.selectbox(key="bulk-responsible-name").select(rui))
    assert app.button(key="bulk-responsible-yes").label == "Set for 2 contacts"
    run(app.button(key="bulk-responsible-yes").click())
    app.run()
    assert not app.exception
    assert "Rui is responsible for 2 contacts" in words(app)
    assert contacts.detail(SYSTEM, three[0]).responsible == rui
    app.button(key="undo-offer-yes").click().run()
    assert contacts.detail(SYSTEM, three[0]).responsible is None
    app.run()
    assert "Undone for 2 contacts" in words(app)
    assert "undo-offer-yes" not in {button.key for button in app.button}


def test_a_large_one_is_followed_and_can_be_cancelled(
    three: list[int], open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    app = picking(open_page, Picks(frozenset(three), under=ListState().question))
    add_to_premium(app)
    assert members("Premium") == 0
    app.run()
    app.button(key="undo-offer-cancel").click().run()
    assert [one.state for one in bulk.recent(world_viewer())] == ["cancelled"]


def world_viewer() -> Viewer:
    return World().viewer("Ana")


def test_a_segment_is_found_in_the_menu_and_switched_off_there(three: list[int], open_page: Open) -> None:
    for place in range(8):
        World().label(f"Region {place}")
    app = open_page("contacts", "Ana")
    app.session_state["contacts-segment"] = True
    app.run()
    app.session_state["contacts-segment"] = True
    app.text_input(key="segment-menu-find").set_value("prem").run()
    keys = {str(button.key) for button in app.button}
    assert len([key for key in keys if key.startswith("segment-choice-")]) == 1
    premium = next(one.id for one in segments.listed(SYSTEM) if one.name == "Premium")
    app.session_state["segment-menu-open"] = ("switch", premium)
    app.run()
    assert not app.exception
    assert not segments.one(SYSTEM, premium).active


def test_a_list_that_is_too_long_says_so_and_keeps_its_usual_order(
    world: World, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_list, "MOST_SORTED", 1)
    world.user("Ana", "administrator")
    world.contact("Rui", street="B", country="BR")
    world.contact("Eva", street="A", country="FR")
    assert "Too many contacts to sort by Street" in words(open_page("contacts", "Ana", sort="street"))
    assert "Too many" not in words(open_page("contacts", "Ana", sort="street", filter=BRAZIL))
    assert "Too many" not in words(open_page("contacts", "Ana", sort="country"))
