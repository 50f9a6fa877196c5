"""The filter over the list of contacts, line by line."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hooks.viewer import SYSTEM
from models.tag import TagCreate
from pages.parts.filter_lines import MOST_USED, Line, added
from services import preferences, tags
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

Deed = Callable[[], Any]


@pytest.fixture
def app(world: World, open_page: Open) -> AppTest:
    """The list as Ana sees it, with its filter open."""
    world.user("Ana", "administrator")
    world.contact("João", city="Campinas")
    tags.create(SYSTEM, TagCreate(name="VIP"))
    found = open_page("contacts", "Ana")
    run(found)
    return found


def run(app: AppTest, deed: Deed | None = None) -> None:
    app.session_state["contacts-filter"] = True  # a browser keeps the box open by itself
    if deed is not None:
        deed()
    app.run()
    assert not app.exception


def begin(app: AppTest, field: str, op: str | None = None) -> None:
    """Have one line, of this field and operator, to be filled in."""
    run(app, lambda: app.session_state.__setitem__("filter-lines", added([], field)))
    if op is not None:
        run(app, lambda: app.selectbox(key="filter-0-op").select(op))


def asked(app: AppTest) -> Any:
    parts = json.loads(app.query_params["filter"])["all"]
    return [part.get("value", part["op"]) for part in parts]


def test_a_field_begins_a_line_that_asks_nothing_until_it_is_filled_in(app: AppTest) -> None:
    run(app, lambda: app.selectbox(key="filter-others").select("organization"))
    assert "**Organization**" in words(app)
    assert "filter" not in app.query_params
    run(app, lambda: app.text_input(key="filter-0-text").set_value("  acme "))
    assert asked(app) == ["acme"]
    run(app, lambda: app.selectbox(key="filter-0-op").select("is_empty"))
    assert asked(app) == ["is_empty"]
    run(app, lambda: app.button(key="icon-filter-0-away").click())
    assert "filter" not in app.query_params


def test_days_are_asked_from_and_to(app: AppTest) -> None:
    begin(app, "created", "between")
    run(app, lambda: app.date_input(key="filter-0-from").set_value(date(2026, 5, 1)))
    assert "filter" not in app.query_params
    run(app, lambda: app.date_input(key="filter-0-to").set_value(date(2026, 5, 31)))
    assert asked(app) == [["2026-05-01", "2026-05-31"]]
    run(app, lambda: app.selectbox(key="filter-0-op").select("before"))
    run(app, lambda: app.date_input(key="filter-0-day").set_value(date(2026, 5, 31)))
    assert asked(app) == ["2026-05-31"]


def test_numbers_are_asked_from_and_to(app: AppTest) -> None:
    begin(app, "importance", "between")
    run(app, lambda: app.number_input(key="filter-0-from").set_value(1))
    run(app, lambda: app.number_input(key="filter-0-to").set_value(3))
    assert asked(app) == [[1, 3]]
    run(app, lambda: app.selectbox(key="filter-0-op").select("ge"))
    run(app, lambda: app.number_input(key="filter-0-number").set_value(2))
    assert asked(app) == [2]


def test_the_last_days_are_asked_by_number_and_unit(app: AppTest) -> None:
    begin(app, "created")
    run(app, lambda: app.selectbox(key="filter-0-unit").select("week"))
    assert "filter" not in app.query_params
    run(app, lambda: app.number_input(key="filter-0-n").set_value(2))
    assert asked(app) == [{"n": 2, "unit": "week"}]


@pytest.mark.parametrize(
    ("field", "choice"),
    [
        ("country", "BR"),
        ("source", "manual"),
        ("tags", "VIP"),
        ("responsible", "ana@example.com"),
        ("opted_out", "email"),
    ],
)
def test_what_is_known_is_chosen_by_name(app: AppTest, field: str, choice: str) -> None:
    begin(app, field)
    run(app, lambda: app.multiselect(key="filter-0-several").select(choice))
    assert asked(app) == [[choice]]


def test_what_came_with_a_link_and_is_nested_is_read_and_kept_beside_a_new_line(
    app: AppTest, open_page: Open
) -> None:
    nested = {"any": [{"field": "country", "op": "in", "value": ["BR"]}, {"field": "city", "op": "is_empty"}]}
    app = open_page("contacts", "Ana", filter=json.dumps(nested))
    run(app)
    assert "Country is Brazil or City is empty" in words(app).replace("\\", "")
    run(app, lambda: app.selectbox(key="filter-others").select("region"))
    run(app, lambda: app.text_input(key="filter-1-text").set_value("SP"))
    assert json.loads(app.query_params["filter"])["all"] == [
        nested,
        {"field": "region", "op": "contains", "value": "SP"},
    ]
    run(app, lambda: app.button(key="icon-filter-0-away").click())
    assert asked(app) == ["SP"]


def test_a_line_that_is_not_complete_outlives_another_that_is_changed(app: AppTest) -> None:
    both = [*added([], "organization"), Line(7, {"field": "region", "op": "contains"})]
    run(app, lambda: app.session_state.__setitem__("filter-lines", both))
    run(app, lambda: app.text_input(key="filter-7-text").set_value("SP"))
    assert asked(app) == ["SP"]
    assert "**Organization**" in words(app)


def test_which_fields_are_offered_first_is_changed_and_remembered(app: AppTest, world: World) -> None:
    run(app, lambda: app.button(key="filter-fields-change").click())
    run(app, lambda: app.multiselect(key="filter-fields-chosen").set_value(["postcode", "city"]))
    assert preferences.filter_fields(world.viewer("Ana")) == ("postcode", "city")
    assert app.button_group(key="filter-used").options == ["Postcode", "City"]
    assert "postcode" not in app.selectbox(key="filter-others").options
    run(app, lambda: app.multiselect(key="filter-fields-chosen").set_value([]))
    assert len(app.button_group(key="filter-used").options) == len(MOST_USED)
