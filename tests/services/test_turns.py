"""Writers on SQLite: a long import leaves gaps of milliseconds, and whoever waits gets one of them."""

import sqlite3
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from hooks.viewer import SYSTEM
from services.settings import HOME
from services.work import _wait_for_its_turn, is_busy, unit_of_work
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

BUSY = """
import sys, time
from sqlalchemy import text
from hooks.viewer import SYSTEM
from services.work import unit_of_work
for _turn in range(int(sys.argv[1])):
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(text("UPDATE kept SET value = value"))
        print(flush=True)
        time.sleep(float(sys.argv[2]))
    time.sleep(0.015)
"""


def busy(db: Database, turns: int, seconds: float) -> "subprocess.Popen[bytes]":
    """Start a process that writes almost without a pause."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(turns), str(seconds)],
        cwd=HOME,
        env=db.environment,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def write() -> float:
    """Write something; return how long it had to wait."""
    began = time.monotonic()
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(text("UPDATE kept SET value = value"))
    return time.monotonic() - began


@pytest.mark.slow
def test_a_writer_comes_between_the_parts_of_a_long_import(db: Database) -> None:
    process = busy(db, turns=60, seconds=0.2)
    waits = []
    for _time in range(12):
        waits.append(write())
        time.sleep(0.05)
    assert process.poll() is None, "the import ended before the question was answered"
    process.kill()
    process.communicate()
    # SQLite's own waiting, which looks every 100 ms, takes a second and more on the average.
    assert sum(waits) / len(waits) < 0.6


def test_a_writer_gives_up_after_the_time_that_the_settings_name(db: Database, set_environment) -> None:
    set_environment(CARTEIRA_DATABASE__BUSY_SECONDS="0.5")
    process = busy(db, turns=1, seconds=5)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked") as told:
        write()
    assert is_busy(told.value)
    assert not is_busy(OperationalError("SELECT", None, sqlite3.OperationalError("no such table")))
    assert 0.4 < time.monotonic() - began < 3
    process.kill()
    process.communicate()


class Racing:
    """A connection that loses the race for SQLite's locks so many times before it wins."""

    def __init__(self, losses: int) -> None:
        self.losses = losses

    def execute(self, statement: str) -> None:
        """Lose, or win."""
        if statement == "BEGIN IMMEDIATE" and self.losses:
            self.losses -= 1
            lost = sqlite3.OperationalError("locking protocol")
            lost.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
            raise lost


def begin(losses: int, seconds: float) -> int:
    """Begin to write on a connection that races; return how often it has not lost yet."""
    driver = Racing(losses)
    _wait_for_its_turn(SimpleNamespace(connection=SimpleNamespace(driver_connection=driver)), seconds)
    return driver.losses


def test_a_race_for_the_locks_that_was_lost_is_run_again(db: Database) -> None:
    assert begin(losses=3, seconds=30) == 0


def test_a_race_that_is_always_lost_is_told_as_others_writing(db: Database) -> None:
    with pytest.raises(OperationalError, match="locking protocol") as told:
        begin(losses=1_000, seconds=0.1)
    assert is_busy(told.value)
