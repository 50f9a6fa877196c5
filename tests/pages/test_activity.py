"""What administrators keep an eye on."""

import pytest
from sqlalchemy import insert

from hooks.viewer import SYSTEM
from models.base import now
from models.doors import Denial
from models.people import UserUpdate
from services import people
from services.work import unit_of_work
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def denied(world: World, n: int, door: str = "import", field: str = "email") -> None:
    """Note that Rui met `n` keys that were denied."""
    user_id = world.viewer("Rui").user_id
    with unit_of_work(SYSTEM, write=True) as work:
        rows = [{"user_id": user_id, "door": door, "field": field, "at": now()} for _row in range(n)]
        work.session.execute(insert(Denial), rows)


@pytest.fixture(autouse=True)
def someone(world: World) -> None:
    """Ana administers, Rui advises."""
    world.user("Ana", "administrator")
    world.user("Rui", "advisor")


def test_nothing_denied_is_said_so(open_page: Open) -> None:
    assert "No key has been denied yet" in words(open_page("activity", "Ana"))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ("Loading a file", "E-mail")),
        ("pt_BR", ("Carregar um arquivo", "E-mail")),
        ("fr", ("Chargement d’un fichier", "E-mail")),
    ],
)
def test_a_denied_key_is_told_in_the_readers_words(
    world: World, open_page: Open, locale: str, said: tuple[str, ...]
) -> None:
    denied(world, 1)
    people.update_me(world.viewer("Ana"), UserUpdate(locale=locale))
    seen = words(open_page("activity", "Ana"))
    assert [text for text in ("Rui", "rui@example.com", *said) if text not in seen] == []


def test_more_than_a_page_is_turned_and_the_address_says_where(world: World, open_page: Open) -> None:
    denied(world, 51)
    app = open_page("activity", "Ana")
    assert words(app).count("rui@example.com") == 50
    app.button(key="activity-earlier").click().run()
    assert words(app).count("rui@example.com") == 1
    colleague = open_page("activity", "Ana", before=app.query_params["before"])
    assert words(colleague).count("rui@example.com") == 1
    app.button(key="activity-newest").click().run()
    assert "before" not in app.query_params
    assert words(app).count("rui@example.com") == 50


def test_what_people_are_called_is_no_markup(world: World, open_page: Open) -> None:
    rui = world.viewer("Rui").user_id
    assert rui is not None
    people.update_user(world.viewer("Ana"), rui, UserUpdate(name="<img src=x>"))
    denied(world, 1)
    assert "<img" not in words(open_page("activity", "Ana"))


def test_others_are_told_whom_to_ask(world: World, open_page: Open) -> None:
    denied(world, 1)
    seen = words(open_page("activity", "Rui"))
    assert "Ask an administrator" in seen
    assert "Loading a file" not in seen
