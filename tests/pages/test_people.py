"""The page of people, teams and roles."""

from typing import Any

import pytest

from hooks.viewer import SYSTEM
from models.people import UserUpdate
from pages.parts import person_form
from pages.parts.state import from_address
from services import listing, people
from services.listing import Query
from tests.pages.conftest import Open
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_whose_contacts_are_left_without_sight_is_found_again_in_the_list(
    world: World, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user("Ana", "administrator")
    rui = world.user("Rui", "advisor")
    world.contact("Left", responsible=rui)
    world.contact("Another")
    user_id = world.viewer("Rui").user_id
    assert user_id is not None
    people.update_user(SYSTEM, user_id, UserUpdate(active=False))
    led: list[tuple[str, Any]] = []
    monkeypatch.setattr(person_form, "lead_to", lambda path, query: led.append((path, query)))
    app = open_page("people", "Ana")
    app.session_state["people-open"] = ("people", "contacts", user_id)
    app.run()
    assert not app.exception
    [(path, query)] = led
    found = listing.page(SYSTEM, Query(filter=from_address(query).expression)).items
    assert path == "/"
    assert [one.first_name for one in found] == ["Left"]
    app = open_page("contacts", "Ana", **query)
    assert app.button(key="filter-part-0").label == "Responsible is Rui"
