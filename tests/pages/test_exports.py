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
