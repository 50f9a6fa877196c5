"""The bell: what a person was told, what is read of it, and how long it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM, Viewer
from services import notifications
from services.work import unit_of_work
from tests.worlds import World

START = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def ana(db) -> Viewer:
    world = World()
    world.user("Ana", "advisor")
    return world.viewer("Ana")


def tell(viewer: Viewer, *kinds: str) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        for kind in kinds:
            notifications.notify(work, viewer.user_id, kind, {})


def kinds(viewer: Viewer, **asked: int) -> list[str]:
    return [one.kind for one in notifications.recent(viewer, **asked)]


def test_the_newest_come_first_and_earlier_ones_page_by_page(ana: Viewer):
    tell(ana, "a", "b", "c", "d", "e")
    assert kinds(ana, limit=2) == ["e", "d"]
    last = notifications.recent(ana, 2)[-1].id
    assert kinds(ana, limit=2, before=last) == ["c", "b"]


def test_one_is_read_by_itself_and_all_at_once(ana: Viewer):
    tell(ana, "a", "b", "c")
    newest = notifications.recent(ana)[0]
    notifications.mark_read(ana, [newest.id])
    assert [one.read for one in notifications.recent(ana)] == [True, False, False]
    assert notifications.unread(ana) == 2
    notifications.mark_read(ana)
    assert notifications.unread(ana) == 0


def test_nobody_reads_or_marks_what_others_were_told(ana: Viewer):
    world = World()
    world.user("Rui", "administrator")
    tell(ana, "a")
    rui = world.viewer("Rui")
    notifications.mark_read(rui, [notifications.recent(ana)[0].id])
    notifications.mark_read(rui)
    assert notifications.recent(rui) == []
    assert notifications.unread(ana) == 1


def forget() -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        notifications.forget_old(work)


def test_what_had_its_time_is_forgotten(ana: Viewer):
    with time_machine.travel(START, tick=False) as clock:
        tell(ana, "old")
        clock.shift(timedelta(days=89))
        tell(ana, "new")
        forget()
        assert kinds(ana) == ["new", "old"]
        clock.shift(timedelta(days=2))
        forget()
        assert kinds(ana) == ["new"]
