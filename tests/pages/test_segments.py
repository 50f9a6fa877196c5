"""The page of segments."""

import pytest

from models.segment import SegmentUpdate
from pages.parts import segment_page
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


def test_what_was_done_to_a_segment_is_paged_in_the_address(
    world: World, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_page, "_LINES", 2)
    world.user("Ana", "administrator")
    premium = world.label("Premium")
    for name in ("First", "Second", "Third"):
        segments.change(world.viewer("Ana"), premium, SegmentUpdate(name=name))
    app = open_page("segments", "Ana", id=str(premium))
    assert "Premium" not in words(app)
    app.button(key="segment-story-earlier").click().run()
    assert not app.exception
    assert app.query_params["id"] == str(premium)
    assert "Premium" in words(app)
    app.button(key="segment-story-newest").click().run()
    assert app.query_params.keys() == {"id"}
    assert "Premium" not in words(app)


def test_who_may_not_manage_segments_has_no_button_for_it(world: World, open_page: Open) -> None:
    world.user("Alan", "analyst")
    premium = world.label("Premium")
    app = open_page("segments", "Alan")
    assert "Premium" in words(app)
    assert [button.key for button in app.main.button] == [f"segment-open-{premium}"]
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


def test_several_are_switched_after_a_look_at_what_all_of_them_do(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    ids = [world.wall(name, teams=("North",)) for name in ("East", "West")]
    world.contact("Hidden", segments=["East", "West"])
    app = open_page("segments", "Ana")
    for one in ids:
        app.checkbox(key=f"segment-pick-{one}").check()
    app.run()
    assert "**2** segments picked" in words(app)
    app.session_state["segments-open"] = ("switch-off", None)
    app.run()
    assert "1 person loses contacts" in words(app)
    app.session_state["segments-open"] = ("switch-off", None)  # a browser keeps the dialog open by itself
    app.button(key="segment-switch-several").click().run()
    assert not app.exception
    assert [one.active for one in segments.listed(world.viewer("Ana"))] == [False, False]


def test_one_segment_tells_who_is_in_it_who_sees_it_and_what_was_done(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    vault = world.wall("Vault", teams=("North",), users=("bruno@example.com",))
    world.contact("Hidden", segments=["Vault"])
    segments.change(world.viewer("Ana"), vault, SegmentUpdate(description="For the harvest"))
    said = words(open_page("segments", "Ana", id=str(vault)))
    for part in ("1 contact", "North, Bruno", "1 joined and 0 left", "For the harvest", "Description"):
        assert part in said
    gone = open_page("segments", "Bruno", id="987")
    assert "There is no such segment" in words(gone)
    gone.button(key="segment-none").click().run()
    assert "Vault" in words(gone)


def test_links_are_changed_by_their_initials(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno Lima", "advisor", "North")
    vault = world.wall("Vault", teams=("North",))
    world.contact("Hidden", segments=["Vault"])
    app = open_page("segments", "Ana")
    assert "NO" in app.button(key=f"segment-linked-{vault}").label
    app.button(key=f"segment-linked-{vault}").click().run()
    app.session_state["segments-open"] = ("links", vault)
    app.multiselect(key="segment-teams").set_value([]).run()
    assert "1 person loses contacts" in words(app)
    app.session_state["segments-open"] = ("links", vault)
    app.button(key="segment-save").click().run()
    assert segments.one(world.viewer("Ana"), vault).teams == []


@pytest.mark.parametrize("deed", ["links", "edit"])
def test_teams_and_people_are_linked_each_by_its_own_box(world: World, open_page: Open, deed: str) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor", "North")
    world.user("Carla", "advisor", "South")
    vault = world.wall("Vault", teams=("North",), users=("bruno@example.com",))
    world.contact("Hidden", segments=["Vault"])
    app = open_page("segments", "Ana")
    app.session_state["segments-open"] = (deed, vault)
    app.run()
    assert "loses contacts" not in words(app)
    app.session_state["segments-open"] = (deed, vault)
    app.multiselect(key="segment-teams").set_value(["North", "South"])
    app.multiselect(key="segment-users").set_value(["carla@example.com"]).run()
    app.session_state["segments-open"] = (deed, vault)
    app.button(key="segment-save").click().run()
    assert not app.exception
    found = segments.one(world.viewer("Ana"), vault)
    assert (found.teams, found.users) == (["North", "South"], ["carla@example.com"])


def test_before_one_is_deleted_it_says_how_many_contacts_lose_it_or_that_none_does(
    world: World, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    full, empty = world.label("Premium"), world.label("Norte")
    world.contact("Bia", segments=["Premium"])
    app = open_page("segments", "Ana")
    app.session_state["segments-open"] = ("delete", full)
    assert "**1** contact loses this label" in words(app.run())
    app.session_state["segments-open"] = ("delete", empty)
    assert "No contact loses this label" in words(app.run())


def test_a_deleted_one_is_brought_back_from_the_bin(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.user("Bruno", "advisor")
    vault = world.wall("Vault")
    world.contact("Hidden", segments=["Vault"])
    segments.delete(world.viewer("Ana"), vault)
    world.label("Vault")
    app = open_page("bin", "Ana", tab="segments")
    assert "1 contact" in words(app)
    app.button(key=f"segment-back-{vault}").click().run()
    assert "1 person loses contacts" in words(app)
    app.button(key="segment-back-yes").click().run()
    app.button(key=f"segment-back-{vault}").click().run()
    assert not app.exception
    assert len(segments.listed(world.viewer("Ana"))) == 1
