"""Heartbeats: who lives, and that a long write of somebody else does not hold them up."""

import os
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from hooks.viewer import SYSTEM
from services import beats
from services.work import unit_of_work
from tests.fixtures import Database


def make_silent(db: Database, process: str, seconds: float) -> None:
    """Move a process's last heartbeat into the past."""
    if db.on_sqlite:
        then = time.time() - seconds
        os.utime(db.data_dir / "carteira.db.alive" / process, (then, then))
        return
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(
            text("UPDATE worker SET beat_at = beat_at - make_interval(secs => :by) WHERE id = :id"),
            {"by": seconds, "id": process},
        )


def test_a_process_lives_from_its_first_beat_to_its_end(db: Database) -> None:
    assert beats.living() == {}
    beats.beat("worker-1")
    first = beats.living()["worker-1"]
    time.sleep(0.02)
    beats.beat("worker-1")
    assert beats.living()["worker-1"] > first
    beats.end("worker-1")
    beats.end("worker-1")
    assert beats.living() == {}


def test_silence_of_ten_seconds_is_death(db: Database) -> None:
    for process, seconds in (("worker-1", 9), ("worker-2", 11)):
        beats.beat(process)
        make_silent(db, process, seconds)
    assert set(beats.living()) == {"worker-1"}


def test_those_that_died_long_ago_are_forgotten(db: Database, set_environment: Callable[..., None]) -> None:
    for process, hours in (("worker-1", 1), ("worker-2", 30)):
        beats.beat(process)
        make_silent(db, process, hours * 3600)
    beats.forget_old()
    set_environment(CARTEIRA_JOBS__DEAD_SECONDS="1000000")
    assert set(beats.living()) == {"worker-1"}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_heartbeat_waits_for_no_writer(db: Database) -> None:
    writing, stop = threading.Event(), threading.Event()

    def hold() -> None:
        with unit_of_work(SYSTEM, write=True) as work:
            work.session.execute(text("UPDATE kept SET value = value"))
            writing.set()
            stop.wait(10)

    writer = threading.Thread(target=hold)
    writer.start()
    try:
        assert writing.wait(5)
        began = time.monotonic()
        beats.beat("worker-1")
        assert set(beats.living()) == {"worker-1"}
        assert time.monotonic() - began < 1
    finally:
        stop.set()
        writer.join()
