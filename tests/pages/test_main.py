"""The frame: nobody gets past it signed out, and everybody sees only where they have business."""

import pytest

from models.people import UserUpdate
from services import people, sessions
from services.permissions import DEFAULT_ROLES
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
PAGES = ("contacts", "segments", "imports", "exports", "activity", "contact")


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_signed_out_sees_the_way_in_and_nothing_else(
    world: World, open_page: Open, page: str
) -> None:
    world.contact("Secretly")
    app = open_page(page, None)
    assert not app.exception
    assert "/login?next=" in words(app)
    assert "Secretly" not in words(app)
    assert not app.button


@pytest.mark.parametrize("role", DEFAULT_ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn_for_every_role(world: World, open_page: Open, role: str, page: str) -> None:
    world.user("Ana", role, "North")
    contact_id = world.contact("Zé", email="ze@example.com", phones=["+5511961234567"])
    app = open_page(page, "Ana", **({"id": str(contact_id)} if page == "contact" else {}))
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("locale", ["pt_BR", "fr"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn_in_every_language(world: World, open_page: Open, locale: str, page: str) -> None:
    world.user("Ana", "administrator")
    people.update_me(world.viewer("Ana"), UserUpdate(locale=locale))
    contact_id = world.contact("Zé")
    app = open_page(page, "Ana", **({"id": str(contact_id)} if page == "contact" else {}))
    assert not app.exception


def test_an_analyst_is_not_led_to_imports(world: World, open_page: Open) -> None:
    world.user("Alan", "analyst")
    led = [link.value for link in open_page("segments", "Alan").sidebar.get("page_link")]
    assert "Exports" in led
    assert not {"Imports", "Activity"} & set(led)


def test_administrators_find_administration_below_the_daily_work(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    app = open_page("segments", "Ana")
    *places, _profile, _security, _tokens = [link.value for link in app.sidebar.get("page_link")]
    assert places[-1] == "Activity"
    assert "Administration" in [caption.value for caption in app.sidebar.caption]


def test_a_session_that_ends_closes_the_open_window_at_its_next_step(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    app = open_page("segments", "Ana")
    assert app.button(key="segment-add")
    for session in sessions.mine(world.viewer("Ana")):
        sessions.end(world.viewer("Ana"), session.id)
    assert not app.run().button
    assert "/login?next=" in words(app)


def test_a_person_chooses_light_or_dark_for_good(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Rui", "advisor")
    app = open_page("segments", "Ana")
    assert app.segmented_control(key="frame-theme").value == "System"
    app.segmented_control(key="frame-theme").set_value("Dark").run()
    assert not app.exception
    assert open_page("imports", "Ana").segmented_control(key="frame-theme").value == "Dark"
    assert open_page("imports", "Rui").segmented_control(key="frame-theme").value == "System"


def test_a_person_chooses_a_language_for_good(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    app = open_page("segments", "Ana")
    app.selectbox(key="frame-language").select("fr").run()
    assert not app.exception
    assert app.selectbox(key="frame-language").value == "fr"
    assert open_page("segments", "Ana").selectbox(key="frame-language").value == "fr"
