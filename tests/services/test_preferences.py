"""What a person prefers."""

import pytest

from hooks.viewer import SYSTEM
from services import preferences
from services.errors import Refused
from services.preferences import ColumnChoice
from tests.fixtures import Database
from tests.worlds import World


@pytest.fixture
def world(db: Database) -> World:
    """Ana and Bruno."""
    made = World()
    made.user("Ana")
    made.user("Bruno")
    return made


def test_columns_are_kept_for_the_one_who_chose_them(world: World) -> None:
    wanted = (ColumnChoice("name", 320), ColumnChoice("city"))
    preferences.keep_columns(world.viewer("Ana"), wanted)
    assert preferences.columns(world.viewer("Ana")) == wanted
    assert preferences.columns(world.viewer("Bruno")) == ()


def test_the_last_choice_counts_and_none_is_the_way_back(world: World) -> None:
    ana = world.viewer("Ana")
    preferences.keep_columns(ana, [ColumnChoice("name")])
    preferences.keep_columns(ana, [ColumnChoice("city", 100), ColumnChoice("name")])
    assert preferences.columns(ana) == (ColumnChoice("city", 100), ColumnChoice("name"))
    preferences.keep_columns(ana, [])
    assert preferences.columns(ana) == ()


@pytest.mark.parametrize(
    "chosen",
    [
        [ColumnChoice("password_hash")],
        [ColumnChoice("name"), ColumnChoice("name")],
        [ColumnChoice("name", 5)],
        [ColumnChoice("name", 10**6)],
    ],
)
def test_what_no_list_could_show_is_refused(world: World, chosen: list[ColumnChoice]) -> None:
    with pytest.raises(Refused):
        preferences.keep_columns(world.viewer("Ana"), chosen)
    assert preferences.columns(world.viewer("Ana")) == ()


def test_the_fields_of_a_filter_are_kept_in_their_order(world: World) -> None:
    ana = world.viewer("Ana")
    preferences.keep_columns(ana, [ColumnChoice("name")])
    preferences.keep_filter_fields(ana, ["city", "country"])
    assert preferences.filter_fields(ana) == ("city", "country")
    assert preferences.filter_fields(world.viewer("Bruno")) == ()
    preferences.keep_filter_fields(ana, [])
    assert preferences.filter_fields(ana) == ()
    assert preferences.columns(ana) == (ColumnChoice("name"),)


@pytest.mark.parametrize("chosen", [["password_hash"], ["city", "city"]])
def test_what_no_filter_could_ask_is_refused(world: World, chosen: list[str]) -> None:
    with pytest.raises(Refused):
        preferences.keep_filter_fields(world.viewer("Ana"), chosen)


def test_the_system_prefers_nothing(world: World) -> None:
    assert preferences.columns(SYSTEM) == ()
    with pytest.raises(Refused):
        preferences.keep_columns(SYSTEM, [ColumnChoice("name")])
