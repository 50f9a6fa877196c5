"""One's own account."""

import pytest

from hooks.viewer import SYSTEM
from models.people import UserUpdate
from services import people, sessions, tokens
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

PASSWORD, NEW = "a long enough one", "another long one"


@pytest.fixture
def ana(world: World) -> int:
    """Ana, an administrator with a password."""
    world.user("Ana", "administrator")
    user_id = world.viewer("Ana").user_id
    assert user_id is not None
    people.update_user(SYSTEM, user_id, UserUpdate(password=PASSWORD))
    return user_id


def test_name_language_and_time_zone_are_ones_own(ana: int, world: World, open_page: Open) -> None:
    app = open_page("account", "Ana")
    app.text_input(key="account-name").input("Ana Souza").run()
    app.selectbox(key="account-language-en").select("fr").run()
    app.selectbox(key="account-time-zone").select("Europe/Paris").run()
    app.button(key="account-save").click().run()
    assert not app.exception
    viewer = people.viewer_of(ana, "page")
    assert (viewer.name, viewer.locale, viewer.time_zone) == ("Ana Souza", "fr", "Europe/Paris")
    assert "Mot de passe" in words(app)


def test_a_language_chosen_in_the_menu_is_that_of_the_account_too(
    ana: int, world: World, open_page: Open
) -> None:
    app = open_page("account", "Ana")
    assert app.selectbox(key="account-language-en").value == "en"
    people.update_me(world.viewer("Ana"), UserUpdate(locale="fr"))
    app.run()
    assert app.selectbox(key="account-language-fr").value == "fr"
    assert app.button(key="account-save").disabled


def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(ana: int, open_page: Open) -> None:
    elsewhere = sessions.open_for(ana)
    app = open_page("account", "Ana", tab="security")
    for present, new, told in (("wrong one", NEW, "not your current"), (PASSWORD, "short", "at least 8")):
        app.text_input(key="account-present").input(present)
        app.text_input(key="account-new").input(new)
        app.button(key="account-password-change").click().run()
        assert told in words(app)
    assert sessions.look_up(elsewhere.cookie) is not None
    app.text_input(key="account-present").input(PASSWORD)
    app.text_input(key="account-new").input(NEW)
    app.button(key="account-password-change").click().run()
    assert sessions.look_up(elsewhere.cookie) is None
    assert "Where you are signed in" in words(app)
    assert sessions.sign_in("ana@example.com", NEW, address="10.0.0.1").user_id == ana


def test_a_session_elsewhere_is_ended_and_this_one_is_marked(ana: int, open_page: Open) -> None:
    elsewhere = sessions.open_for(ana, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
    app = open_page("account", "Ana", tab="security")
    assert "**Firefox on Linux**" in words(app)
    assert words(app).count("this one") == 1
    found = sessions.look_up(elsewhere.cookie)
    assert found is not None
    app.button(key=f"session-end-{found.session_id}").click().run()
    assert sessions.look_up(elsewhere.cookie) is None
    assert "Firefox on Linux" not in words(app)


def test_an_administrator_finds_the_own_tokens_there_and_no_others(
    ana: int, world: World, open_page: Open
) -> None:
    world.user("Rui", "advisor")
    tokens.add(world.viewer("Rui"), "of Rui", ["read"])
    tokens.add(world.viewer("Ana"), "of Ana", ["contacts:read"])
    seen = words(open_page("account", "Ana", tab="tokens"))
    assert "of Ana" in seen
    assert "Read contacts" in seen
    assert "of Rui" not in seen
