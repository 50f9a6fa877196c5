"""Large deeds are left to a worker: all or nothing, whatever ends it, with the rights and the number of today."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.bulk import AddToSegment, Command, SetField
from models.doors import Notification
from models.people import UserUpdate
from models.segment import SegmentUpdate
from services import asides, bulk, jobs, listing, people, picked, segments, undo
from services.errors import Conflict, Forbidden, NotFound
from services.listing import Query
from services.settings import HOME
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.test_overtaken import overtake
from tests.waiting import until
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db", "small")
WORLD = World()
BRAZIL = {"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call three contacts many, and go through them two at a time."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(picked, "SLICE", 2)


@pytest.fixture
def five() -> list[int]:
    WORLD.user("Rui", "advisor", "North")
    return [WORLD.contact(f"Contact {place}", country="BR") for place in range(5)]


def want(command: Command, viewer: Viewer = SYSTEM, **more: Any) -> int:
    read = bulk.do(viewer, command, Query(filter=BRAZIL), **more)
    assert (read.state, read.contacts, read.act_id) == ("accepted", 5, None)
    assert read.id is not None
    return read.id


def members(segment_id: int) -> int:
    return segments.one(SYSTEM, segment_id).members


def notices(viewer: Viewer) -> list[tuple[str, Any, Any]]:
    with unit_of_work(SYSTEM) as work:
        mine = col(Notification.user_id) == viewer.user_id
        found = work.session.scalars(select(Notification).where(mine).order_by(col(Notification.id))).all()
        return [(one.kind, one.data.get("done"), one.data.get("skipped")) for one in found]


def test_a_large_one_waits_for_a_worker_and_a_small_one_for_nobody(five: list[int]) -> None:
    premium = WORLD.label("Premium")
    rui = WORLD.viewer("Rui")
    assert bulk.do(rui, AddToSegment(segment_id=premium), Query(only=five[:2])).state == "done"
    wanted = want(AddToSegment(segment_id=premium), rui, expected=5)
    assert members(premium) == 2
    assert jobs.idle_jobs() == [("bulk", wanted)]
    bulk.carry_out(wanted)
    done = bulk.get(rui, wanted)
    assert (done.state, done.done, done.skipped, done.why) == ("done", 3, 2, {"so_already": 2})
    assert members(premium) == 5
    assert notices(rui) == [("bulk_done", 3, 2)]
    bulk.carry_out(wanted)
    assert notices(rui) == [("bulk_done", 3, 2)]
    assert jobs.idle_jobs() == []


def test_a_large_one_is_undone_by_a_worker_too(five: list[int]) -> None:
    north = WORLD.wall("Norte", teams=("North",))
    WORLD.user("Eva", "advisor", "South")
    wanted = want(AddToSegment(segment_id=north))
    bulk.carry_out(wanted)
    assert listing.count(WORLD.viewer("Eva"), Query()).n == 0
    act_id = bulk.get(SYSTEM, wanted).act_id
    assert act_id is not None
    undoing = undo.undo(SYSTEM, act_id)
    assert (undoing.state, undoing.contacts) == ("accepted", 5)
    assert undoing.id is not None
    bulk.carry_out(undoing.id)
    assert bulk.get(SYSTEM, undoing.id).done == 5
    assert (members(north), listing.count(WORLD.viewer("Eva"), Query()).n) == (0, 5)


def test_another_number_by_then_asks_again_and_does_nothing(five: list[int]) -> None:
    premium, rui = WORLD.label("Premium"), WORLD.viewer("Rui")
    wanted = want(AddToSegment(segment_id=premium), rui)
    WORLD.contact("Late", country="BR")
    bulk.carry_out(wanted)
    failed = bulk.get(rui, wanted)
    assert (failed.state, failed.code, failed.act_id) == ("failed", "count_changed", None)
    assert failed.message == "It is 6 contacts by now, no longer 5."
    assert (members(premium), notices(rui)) == (0, [("bulk_failed", None, None)])
    second = bulk.again(rui, wanted)
    assert second.contacts == 6
    assert second.id is not None
    bulk.carry_out(second.id)
    assert members(premium) == 6


@pytest.mark.parametrize("lost", [UserUpdate(active=False), UserUpdate(role="analyst")])
def test_the_rights_of_its_owner_are_asked_again_when_it_runs(five: list[int], lost: UserUpdate) -> None:
    premium, rui = WORLD.label("Premium"), WORLD.viewer("Rui")
    wanted = want(AddToSegment(segment_id=premium), rui)
    assert rui.user_id is not None
    people.update_user(SYSTEM, rui.user_id, lost)
    bulk.carry_out(wanted)
    assert (bulk.get(rui, wanted).state, bulk.get(rui, wanted).code) == ("failed", "forbidden")
    assert members(premium) == 0


def test_a_token_may_no_more_later_than_when_it_asked(five: list[int]) -> None:
    premium, rui = WORLD.label("Premium"), WORLD.viewer("Rui")
    narrow = Viewer(rui.user_id, rui.email, rui.name, frozenset({"segments.assign"}), rui.scope, rui.team_ids)
    with pytest.raises(Forbidden):
        bulk.do(narrow, AddToSegment(segment_id=premium), Query(filter=BRAZIL))
    assert bulk.do(narrow, AddToSegment(segment_id=premium), Query(only=five)).state == "accepted"
    with pytest.raises(Forbidden):
        bulk.do(narrow, SetField(field="city", value="Lima"), Query(only=five))


def test_a_segment_that_was_switched_off_meanwhile_takes_nobody(five: list[int]) -> None:
    premium = WORLD.label("Premium")
    wanted = want(AddToSegment(segment_id=premium))
    segments.change(SYSTEM, premium, SegmentUpdate(active=False))
    bulk.carry_out(wanted)
    assert bulk.get(SYSTEM, wanted).code == "inactive_segment"
    assert members(premium) == 0


def test_one_that_nobody_has_begun_is_cancelled_at_once(five: list[int]) -> None:
    premium = WORLD.label("Premium")
    wanted = want(AddToSegment(segment_id=premium))
    assert bulk.cancel(SYSTEM, wanted).state == "cancelled"
    bulk.carry_out(wanted)
    assert members(premium) == 0
    assert bulk.cancel(SYSTEM, wanted).state == "cancelled"


def test_one_that_is_under_way_is_cancelled_before_it_commits(
    five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    premium, rui = WORLD.label("Premium"), WORLD.viewer("Rui")
    wanted = want(AddToSegment(segment_id=premium), rui)
    tell, seen = asides.tell, []

    def tell_and_stop(job: str, progress: dict[str, Any]) -> None:
        tell(job, progress)
        seen.append(bulk.get(rui, wanted).progress["of"])
        bulk.cancel(rui, wanted)

    monkeypatch.setattr(asides, "tell", tell_and_stop)
    bulk.carry_out(wanted)
    assert seen[0] == 5
    assert (bulk.get(rui, wanted).state, members(premium)) == ("cancelled", 0)
    assert notices(rui) == [("bulk_cancelled", None, None)]
    assert asides.told(f"bulk:{wanted}") == {}


def test_a_new_segment_is_made_with_its_members_or_not_at_all(five: list[int]) -> None:
    command = AddToSegment(make="New one")
    wanted = want(command)
    assert segments.listed(SYSTEM) == []
    bulk.carry_out(wanted)
    assert [(one.name, one.members) for one in segments.listed(SYSTEM)] == [("New one", 5)]
    with pytest.raises(Conflict):
        bulk.do(SYSTEM, AddToSegment(make="NEW ONE"), Query(filter=BRAZIL))


def test_others_know_nothing_of_it(five: list[int]) -> None:
    wanted = want(AddToSegment(segment_id=WORLD.label("Premium")), WORLD.viewer("Rui"))
    WORLD.user("Eva", "advisor", "North")
    for call in (bulk.get, bulk.cancel, bulk.again):
        with pytest.raises(NotFound):
            call(WORLD.viewer("Eva"), wanted)
    assert bulk.recent(WORLD.viewer("Eva")) == []
    assert [one.id for one in bulk.recent(WORLD.viewer("Rui"))] == [wanted]


_DYING = """
import os, signal, sys
from services import asides, bulk, picked
picked.SLICE = 2
def die(job, progress):
    if progress["done"] >= 2:
        os.kill(os.getpid(), signal.SIGKILL)
bulk._SECONDS_BETWEEN = 0
asides.tell = die
bulk.carry_out(int(sys.argv[1]))
"""


@pytest.mark.slow
def test_killed_half_way_it_has_done_nothing_and_is_done_by_the_next_one(
    db: Database, five: list[int], set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_JOBS__BEAT_SECONDS="0.5", CARTEIRA_JOBS__DEAD_SECONDS="2")
    north = WORLD.wall("Norte")
    wanted = want(AddToSegment(segment_id=north))
    died = subprocess.run(
        [sys.executable, "-c", _DYING, str(wanted)], cwd=HOME, env=db.environment, timeout=60, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert (bulk.get(SYSTEM, wanted).state, members(north)) == ("running", 0)
    worker = subprocess.Popen(
        [sys.executable, "-c", "from services import worker; worker.run(None)"], cwd=HOME, env=db.environment
    )
    try:
        until(lambda: bulk.get(SYSTEM, wanted).state == "done")
    finally:
        worker.kill()
        worker.wait()
    assert (bulk.get(SYSTEM, wanted).done, members(north)) == (5, 5)


def test_to_stop_one_that_begins_at_the_same_instant_is_not_lost(
    five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk_id = want(SetField(field="city", value="Lima"))
    overtake(monkeypatch, bulk, "get", lambda: bulk._begin(bulk_id))
    assert bulk.cancel(SYSTEM, bulk_id).state == "running"
    assert asides.is_to_stop(f"bulk:{bulk_id}")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_two_notes_of_one_job_do_not_take_each_others_file(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, Path, "write_text", lambda: asides.ask_to_stop("bulk:1"))
    asides.tell("bulk:1", {"done": 1})
    assert asides.told("bulk:1") == {"done": 1}
    assert asides.is_to_stop("bulk:1")


def test_nothing_told_of_one_that_keeps_failing_is_kept(five: list[int]) -> None:
    bulk_id = want(SetField(field="city", value="Lima"))
    asides.tell(f"bulk:{bulk_id}", {"done": 1})
    jobs._give_up("bulk", bulk_id, jobs.KINDS["bulk"].failed)
    failed = bulk.get(SYSTEM, bulk_id)
    assert (failed.state, failed.message) == ("failed", jobs.FAILED_WHOLE)
    assert asides.told(f"bulk:{bulk_id}") == {}
