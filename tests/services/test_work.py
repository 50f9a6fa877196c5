"""One use case, one transaction: on both engines, with two processes at once."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, text

from hooks.viewer import SYSTEM
from models.contact import Contact
from services.settings import HOME, settings
from services.work import (
    empty_log,
    engine,
    log_emptied_aside,
    roomy_cache,
    trusted_references,
    unit_of_work,
)
from tests.fixtures import Database

# Reads a number, waits, writes it back plus one: without a lock from the first read on, adds get lost.
_ADD = """
import time
from sqlalchemy import text
from hooks.viewer import SYSTEM
from services.work import unit_of_work
for _turn in range(20):
    with unit_of_work(SYSTEM, write=True) as work:
        lock = "" if work.on_sqlite else " FOR UPDATE"
        had = work.session.execute(text("SELECT count FROM sign_in_failure WHERE key = 'n'" + lock)).scalar()
        time.sleep(0.002)
        work.session.execute(text("UPDATE sign_in_failure SET count = :n WHERE key = 'n'"), {"n": had + 1})
"""


@pytest.mark.slow
def test_two_processes_that_check_then_write_lose_nothing(db: Database):
    with unit_of_work(SYSTEM, write=True) as work:
        at = "0" if work.on_sqlite else "now()"
        work.session.execute(text(f"INSERT INTO sign_in_failure (key, count, last_at) VALUES ('n', 0, {at})"))
    both = [
        subprocess.Popen([sys.executable, "-c", _ADD], cwd=HOME, env=db.environment) for _process in range(2)
    ]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    with unit_of_work(SYSTEM) as work:
        assert work.session.execute(text("SELECT count FROM sign_in_failure")).scalar() == 40


@pytest.mark.usefixtures("db")
def test_an_error_takes_everything_back_and_calls_nobody():
    called: list[str] = []

    def fail() -> None:
        with unit_of_work(SYSTEM, write=True) as work:
            work.act("edit")
            work.after_commit(lambda: called.append("told"))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()
    with unit_of_work(SYSTEM) as work:
        assert work.session.execute(text("SELECT count(*) FROM act")).scalar() == 0
    assert called == []


@pytest.mark.usefixtures("db")
def test_contacts_are_not_written_without_history():
    with pytest.raises(AssertionError, match="without history"), unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(insert(Contact).values(source="manual"))


@pytest.mark.parametrize("aside", [False, True])
def test_after_long_work_all_of_it_stands_in_the_database_itself(db: Database, aside: bool):
    with log_emptied_aside() as empty_aside:
        with unit_of_work(SYSTEM, write=True) as work:
            at = "0" if work.on_sqlite else "now()"
            work.session.execute(
                text(f"INSERT INTO sign_in_failure (key, count, last_at) VALUES ('n', 1, {at})")
            )
        (empty_aside if aside else empty_log)()
    if engine().dialect.name == "sqlite":
        # Opened so, SQLite looks at nothing but this file.
        alone = sqlite3.connect(f"file:{engine().url.database}?immutable=1", uri=True)
        assert alone.execute("SELECT count FROM sign_in_failure").fetchone() == (1,)
        alone.close()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("db")
def test_long_work_has_more_memory_for_pages_and_nobody_after_it():
    def cache() -> int:
        with unit_of_work(SYSTEM) as work:
            return -work.session.execute(text("PRAGMA cache_size")).scalar_one()

    usual = settings().database.cache_mb * 1024
    assert cache() == usual
    with roomy_cache():
        assert cache() > usual
        with ThreadPoolExecutor(1) as others:
            assert others.submit(cache).result() == usual
    assert cache() == usual


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("db")
def test_references_are_taken_for_good_by_whoever_says_so_and_by_nobody_after_it():
    def are_checked() -> bool:
        with unit_of_work(SYSTEM) as work:
            return bool(work.session.execute(text("PRAGMA foreign_keys")).scalar_one())

    assert are_checked()
    with trusted_references():
        assert not are_checked()
        with ThreadPoolExecutor(1) as others:
            assert others.submit(are_checked).result()
    assert are_checked()
