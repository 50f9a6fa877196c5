"""Jobs are carried out once, by somebody, whatever dies: on both engines, with processes of their own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.doors import Kept, Notification
from models.export import Export
from services import beats, jobs, pulse
from services.imports import runs
from services.pulse import Interrupted, Pulse
from services.settings import HOME
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services import slow_export
from tests.waiting import until

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have exports carried out by another body, in this process, until the test ends."""
    monkeypatch.setitem(jobs.KINDS, "export", jobs.KINDS["export"])
    return slow_export.use


@pytest.fixture
def soon_dead(set_environment: Callable[..., None]) -> None:
    """Shorten death, for tests that are not about its seconds."""
    set_environment(CARTEIRA_JOBS__BEAT_SECONDS="0.5", CARTEIRA_JOBS__DEAD_SECONDS="2")


@pytest.fixture
def start(db: Database) -> Iterator[Start]:
    """Start workers, and end them with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(body: str = "carry_out", *arguments: str) -> "subprocess.Popen[bytes]":
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.services.slow_export", body, *arguments],
            cwd=HOME,
            env=db.environment,
        )
        started.append(worker)
        until(lambda: any(f"-{worker.pid}-" in name for name in beats.living()))
        return worker

    yield begin
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def export(export_id: int) -> Export:
    with unit_of_work(SYSTEM) as work:
        found = work.session.get(Export, export_id)
        assert found is not None
        work.session.expunge_all()
        return found


def is_done(export_id: int) -> bool:
    return export(export_id).state == "done"


def has_begun(export_id: int) -> bool:
    return (export(export_id).rows or 0) >= 3


def each_step_was_done_once(export_id: int) -> bool:
    steps = [int(line.split()[0]) for line in slow_export.diary(export_id).read_text().splitlines()]
    return sorted(steps) == list(range(1, slow_export.STEPS + 1))


def steps(export_id: int) -> int:
    return slow_export.diary(export_id).read_text().count("\n")


def who_does(export_id: int, workers: "list[subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
    last = int(slow_export.diary(export_id).read_text().split()[-1])
    return next(worker for worker in workers if worker.pid == last)


def stop_between_two_units(worker: "subprocess.Popen[bytes]", export_id: int) -> None:
    """Stop a process just after it has noted a step: a transaction that stands still holds everybody up."""
    done = steps(export_id)
    while steps(export_id) == done:
        time.sleep(0.005)
    worker.send_signal(signal.SIGSTOP)


@contextmanager
def beating(role: str = "worker") -> Iterator[Pulse]:
    made = Pulse(role).start()  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.stop()


# --- the queue


@pytest.mark.slow
def test_a_submitted_job_is_carried_out_by_the_worker(db: Database, start: Start) -> None:
    worker = start()
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    jobs.submit("export", wanted)
    until(lambda: is_done(wanted))
    assert each_step_was_done_once(wanted)
    assert str(worker.pid) in slow_export.diary(wanted).read_text()


@pytest.mark.slow
def test_a_job_whose_place_in_the_queue_was_lost_is_found_by_its_row(db: Database, start: Start) -> None:
    before, after = slow_export.accepted(), None
    start()
    after = slow_export.accepted()
    until(lambda: is_done(before) and is_done(after))
    assert each_step_was_done_once(before)
    assert each_step_was_done_once(after)


def test_without_a_worker_to_submit_is_to_leave_the_row(db: Database) -> None:
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    assert jobs.idle_jobs() == [("export", wanted)]


# --- death and take-over


@pytest.mark.slow
def test_a_killed_workers_job_is_taken_over_within_fifteen_seconds(db: Database, start: Start) -> None:
    two = [start(), start()]
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    until(lambda: has_begun(wanted))
    first = who_does(wanted, two)
    first.kill()
    first.wait()
    done = steps(wanted)
    took = until(lambda: steps(wanted) > done, seconds=15)
    assert took > 5, "the other did not wait for the first to be dead"
    until(lambda: is_done(wanted))
    assert each_step_was_done_once(wanted)


@pytest.mark.slow
def test_a_worker_that_stood_still_lets_go_of_the_job_that_was_taken_over(
    db: Database, soon_dead: None, start: Start
) -> None:
    two = [start(), start()]
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    until(lambda: has_begun(wanted))
    first = who_does(wanted, two)
    stop_between_two_units(first, wanted)
    done = steps(wanted)
    until(lambda: steps(wanted) > done)
    first.send_signal(signal.SIGCONT)
    until(lambda: is_done(wanted))
    assert each_step_was_done_once(wanted)


@pytest.mark.slow
def test_sigterm_ends_a_worker_cleanly_and_frees_its_job_at_once(db: Database, start: Start) -> None:
    wanted = slow_export.accepted()
    first = start()
    until(lambda: has_begun(wanted))
    first.terminate()
    assert first.wait(timeout=60) == 0
    assert not beats.living()
    assert jobs.idle_jobs() == [("export", wanted)]
    start()
    until(lambda: is_done(wanted))
    assert each_step_was_done_once(wanted)


def test_a_worker_whose_parent_is_gone_ends_too(db: Database) -> None:
    starts_a_worker = (
        "import os, subprocess, sys, time;"
        "command = [sys.executable, '-m', 'tests.services.slow_export', 'carry_out', str(os.getpid())];"
        "subprocess.Popen(command); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", starts_a_worker], cwd=HOME, env=db.environment)
    until(pulse.worker_alive)
    parent.kill()
    parent.wait()
    until(lambda: not beats.living())


# --- one runner at a time


def leased_to_a_silent_process(db: Database) -> None:
    beats.beat("worker-silent")
    minute_ago = time.time() - 60
    if db.on_sqlite:
        os.utime(db.data_dir / "carteira.db.alive" / "worker-silent", (minute_ago, minute_ago))
    with unit_of_work(SYSTEM, write=True) as work:
        if not db.on_sqlite:
            work.session.execute(text("UPDATE worker SET beat_at = beat_at - interval '1 minute'"))
        work.session.add(Kept(key="job:export:1", value={"holder": "worker-silent"}))


def test_a_job_has_one_holder_at_a_time(db: Database) -> None:
    with beating() as one, beating() as other:
        assert pulse.take(one, "export:1")
        assert not pulse.take(other, "export:1")
        pulse.give_back(one, "export:1")
        assert pulse.take(other, "export:1")
        pulse.give_back(other, "export:1")


def test_the_lease_of_a_process_without_a_heartbeat_is_free(db: Database) -> None:
    leased_to_a_silent_process(db)
    with beating() as mine:
        assert pulse.take(mine, "export:1")
        pulse.give_back(mine, "export:1")


def test_nobody_judges_others_while_its_own_heartbeat_does_not_get_through(db: Database) -> None:
    leased_to_a_silent_process(db)
    with beating() as mine:
        mine._steady_since = time.monotonic()
        assert not pulse.take(mine, "export:1")


def test_a_job_that_was_taken_over_stops_at_its_next_unit(db: Database) -> None:
    with beating() as mine:
        assert pulse.take(mine, "export:1")
        with unit_of_work(SYSTEM, write=True) as work:
            pulse.confirm(work)
            kept = work.session.get(Kept, "job:export:1")
            assert kept is not None
            kept.value = {"holder": "worker-other"}
        with pytest.raises(Interrupted), unit_of_work(SYSTEM, write=True) as work:
            pulse.confirm(work)
        pulse.give_back(mine, "export:1")


# --- failures


def test_a_job_that_fails_is_tried_again_and_then_told_to_its_owner(
    db: Database, kinds: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds("fails")
    monkeypatch.setattr(jobs, "AGAIN_IN", 0.05)
    wanted = slow_export.accepted()
    with beating() as mine:
        for _time in range(jobs.TRIES):
            assert jobs.is_open("export", wanted)
            jobs.carry_out(mine, "export", wanted)
            jobs.carry_out(mine, "export", wanted)
            time.sleep(0.2)
    assert export(wanted).state == "failed"
    assert export(wanted).message == jobs.FAILED


def test_an_import_that_keeps_failing_ends_with_counts_that_close(
    db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = replace(jobs.KINDS["import"], body=f"{slow_export.HERE}:fails")
    monkeypatch.setitem(jobs.KINDS, "import", broken)
    monkeypatch.setattr(jobs, "AGAIN_IN", 0.0)
    (tmp_path / "people.csv").write_text("First Name,Last Name,Country,Email\nAna,Lima,BR,ana@example.com\n")
    received = runs.receive(SYSTEM, "people.csv", tmp_path / "people.csv")
    runs.accept(SYSTEM, received.id)
    with beating() as mine:
        for _time in range(jobs.TRIES):
            jobs.carry_out(mine, "import", received.id)
    ended = runs.get(SYSTEM, received.id)
    assert (ended.state, ended.message) == ("failed", jobs.FAILED)
    counted = ended.created + ended.updated + ended.unchanged + ended.skipped + ended.rejected
    assert ended.rows == counted
    with unit_of_work(SYSTEM) as work:
        assert pulse.leases(work) == {}


# --- in the foreground


@pytest.mark.slow
def test_a_foreground_job_runs_here_when_no_worker_lives(db: Database, kinds: Callable[[str], None]) -> None:
    kinds("carry_out")
    wanted = slow_export.accepted()
    seen: list[str] = []
    jobs.wait_or_run_here("export", wanted, lambda state, _progress: seen.append(state))
    assert is_done(wanted)
    assert "running" in seen
    assert str(os.getpid()) in slow_export.diary(wanted).read_text()
    assert not beats.living()


@pytest.mark.slow
def test_a_foreground_job_is_left_to_a_worker_that_lives(
    db: Database, kinds: Callable[[str], None], start: Start
) -> None:
    kinds("fails")
    start()
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    jobs.wait_or_run_here("export", wanted)
    assert is_done(wanted)


@pytest.mark.slow
def test_a_foreground_run_finishes_what_others_left(db: Database, kinds: Callable[[str], None]) -> None:
    kinds("carry_out")
    left = slow_export.accepted()
    found: list[tuple[str, int]] = []
    jobs.finish_what_others_left(lambda kind, subject_id: found.append((kind, subject_id)))
    assert found == [("export", left)]
    assert is_done(left)


# --- a database that is held for seconds


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_worker_lives_through_a_writer_that_holds_the_database_for_seconds(
    db: Database, soon_dead: None, start: Start
) -> None:
    first, second = start(), start()
    wanted = slow_export.accepted()
    stop = threading.Event()

    def hold() -> None:
        while not stop.is_set():
            with unit_of_work(SYSTEM, write=True) as work:
                work.session.execute(text("UPDATE kept SET value = value"))
                time.sleep(3)

    writer = threading.Thread(target=hold)
    writer.start()
    try:
        time.sleep(9)
        assert first.poll() is None
        assert second.poll() is None
    finally:
        stop.set()
        writer.join()
    until(lambda: is_done(wanted))
    assert each_step_was_done_once(wanted)


@pytest.mark.slow
def test_a_job_in_one_long_transaction_is_done_once(db: Database, start: Start) -> None:
    start("holds_the_lock")
    wanted = slow_export.accepted()
    jobs.submit("export", wanted)
    until(lambda: slow_export.diary(wanted).exists())
    until(lambda: is_done(wanted))
    assert steps(wanted) == 1


def test_a_failure_that_an_owner_has_is_in_the_bell(db: Database, kinds: Callable[[str], None]) -> None:
    kinds("fails")
    wanted = slow_export.accepted()
    with unit_of_work(SYSTEM, write=True) as work:
        role = work.session.execute(text("SELECT min(id) FROM role")).scalar()
        work.session.execute(
            text(
                'INSERT INTO "user" (id, email, email_key, name, role_id, active, created_at)'
                " VALUES (1, 'a@example.com', 'a@example.com', 'Ana', :role, true, :at)"
            ),
            {"role": role, "at": 0 if db.on_sqlite else work.now},
        )
        work.session.execute(text("UPDATE export SET owner_id = 1"))
    jobs._give_up("export", wanted, jobs.FAILED)
    with unit_of_work(SYSTEM) as work:
        kinds_of_notices = work.session.scalars(select(col(Notification.kind))).all()
    assert kinds_of_notices == ["export_failed"]
