"""The page of exports."""

from datetime import timedelta

import pytest
import time_machine

from models.base import now
from services import exports
from services.listing import Query
from services.settings import settings
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def made(world: World) -> int:
    """An export of Ana's that has been written."""
    world.user("Ana", "administrator")
    world.contact("João")
    export = exports.request(world.viewer("Ana"), "csv", Query())
    exports.carry_out(export.id)
    return export.id


def test_a_finished_export_is_fetched_by_a_link_that_asks_again_who_comes(made: int, open_page: Open) -> None:
    seen = words(open_page("exports", "Ana"))
    assert "CSV · 1 contact" in seen
    assert f'href="/api/v1/exports/{made}/file"' in seen


def test_an_export_that_has_expired_is_told_and_has_no_link(made: int, open_page: Open) -> None:
    with time_machine.travel(now() + timedelta(hours=settings().exports.keep_hours + 1)):
        seen = words(open_page("exports", "Ana"))
    assert "expired" in seen
    assert "/file" not in seen


def test_nobody_sees_the_exports_of_others(world: World, made: int, open_page: Open) -> None:
    world.user("Maria", "manager")
    seen = words(open_page("exports", "Maria"))
    assert "Nothing has been exported yet" in seen
    assert f"/exports/{made}/" not in seen


def test_an_export_that_waits_for_its_job_says_so(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    world.contact("João")
    exports.request(world.viewer("Ana"), "xlsx", Query())
    assert "is being written" in words(open_page("exports", "Ana"))


def test_what_an_export_holds_is_said_and_it_can_be_taken_out_again_as_it_is_now(
    world: World, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    segment_id = world.label("Premium")
    world.contact("João", segments=["Premium"])
    asked = Query(
        segment_id=segment_id,
        search="jo",
        filter={"v": 1, "where": {"field": "first_name", "op": "ne", "value": "X"}},
    )
    first = exports.request(world.viewer("Ana"), "csv", asked, ["first_name", "tags"])
    exports.carry_out(first.id)
    app = open_page("exports", "Ana")
    assert "Premium, “jo”, First name is not X · 2 columns" in words(app)
    world.contact("Joana", segments=["Premium"])
    app.button(key=f"export-again-{first.id}").click().run()
    second, _first = exports.recent(world.viewer("Ana"))
    exports.carry_out(second.id)
    lines = exports.path_of(world.viewer("Ana"), second.id).read_text("utf-8-sig").splitlines()
    assert sorted(lines) == ["First Name,Tags", "Joana,", "João,"]


def test_the_list_goes_on_before_an_id_that_stands_in_the_address(
    world: World, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.parts.export_list.PAGE", 2)
    world.user("Ana", "administrator")
    ids = [exports.request(world.viewer("Ana"), "csv", Query()).id for _n in range(3)]
    for export_id in ids:
        exports.carry_out(export_id)
    app = open_page("exports", "Ana")
    app.button(key="exports-earlier").click().run()
    assert app.query_params["before"] == str(ids[1])
    assert [one.key for one in app.button if "again" in (one.key or "")] == [f"export-again-{ids[0]}"]
