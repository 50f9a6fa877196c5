"""The page of segments."""

import pytest

from models.segment import SegmentUpdate
from services import segments
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_each_segment_shows_the_contacts_that_the_person_sees(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    world.label("Premium")
    world.wall("Vault")
    world.contact("Open", segments=["Premium"])
    world.contact("Hidden", segments=["Premium", "Vault"])
    assert "2 contacts" in words(open_page("segments", "Ana"))
    seen = words(open_page("segments", "Bruno"))
    assert "1 contact" in seen
    assert "Vault" not in seen


def test_a_plain_segment_is_switched_at_once(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    premium = world.label("Premium")
    app = open_page("segments", "Ana")
    app.toggle(key=f"segment-active-{premium}").set_value(False).run()
    assert not app.exception
    assert not segments.one(world.viewer("Ana"), premium).active
    assert "switched off" in words(app)


def test_a_wall_asks_before_it_is_switched(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    vault = world.wall("Vault", teams=("North",))
    world.contact("Hidden", segments=["Vault"])
    app = open_page("segments", "Ana")
    app.toggle(key=f"segment-active-{vault}").set_value(False).run()
    assert segments.one(world.viewer("Ana"), vault).active
    assert app.toggle(key=f"segment-active-{vault}").value is True
    assert "1 person loses contacts" in words(app)


def test_who_may_not_manage_segments_has_no_button_for_it(world: World, open_page: Open) -> None:
    world.user("Alan", "analyst")
    premium = world.label("Premium")
    app = open_page("segments", "Alan")
    assert "Premium" in words(app)
    assert [button.key for button in app.main.button] == []
    assert f"segment-active-{premium}" not in [toggle.key for toggle in app.toggle]


def test_an_empty_page_says_what_a_segment_is_and_how_to_make_one(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    app = open_page("segments", "Ana")
    assert "A segment is a label on contacts" in words(app)
    assert app.button(key="segment-first")


def test_among_many_one_is_found_without_regard_to_accents(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    for place in range(13):
        world.label(f"Region {place}")
    world.label("Safra São João")
    app = open_page("segments", "Ana")
    app.text_input(key="segments-find").set_value("sao").run()
    assert "Safra São João" in words(app)
    assert "Region 3" not in words(app)


def test_a_switched_off_segment_comes_back_by_the_same_switch(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    premium = world.label("Premium")
    segments.change(world.viewer("Ana"), premium, SegmentUpdate(active=False))
    app = open_page("segments", "Ana")
    app.toggle(key=f"segment-active-{premium}").set_value(True).run()
    assert segments.one(world.viewer("Ana"), premium).active
