"""Two workers at once, a locked database, a server that goes and comes back: nothing is lost, nothing done twice."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from services.migrate import migrate
from services.work import forget_engine
from tests import postgres
from tests.fixtures import Database
from tests.services.imports.at_work import accepted, all_came_in_once, ended, worker, written
from tests.waiting import until

pytestmark = pytest.mark.slow

SMALL_PARTS = {"CARTEIRA_IMPORTS__CHUNK_ROWS": "200"}
ON_SQLITE = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@contextmanager
def locked(db: Database) -> Iterator[None]:
    """Hold what an import writes to, as a backup or a repair would."""
    other = create_engine(db.url)
    with other.connect() as connection:
        if db.on_sqlite:
            connection.connection.rollback()
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("LOCK TABLE contact, import IN ACCESS EXCLUSIVE MODE"))
        yield
        connection.rollback()
    other.dispose()


def held_up(db: Database, seconds: float, **environment: str) -> None:
    """Lock the database for so long in the middle of an import."""
    import_id = accepted(4_000)
    with worker(db, **SMALL_PARTS, **environment):
        until(lambda: written(import_id) >= 400, seconds=60)
        with locked(db):
            time.sleep(seconds)
        done = written(import_id)
        assert done < 4_000
        read = ended(import_id, seconds=90)
    assert (read.state, read.created) == ("done", 4_000)
    all_came_in_once(4_000)


def test_two_workers_share_the_imports_that_wait(db: Database) -> None:
    waiting = [accepted(1_500, first=n * 1_500) for n in range(4)]
    with worker(db, **SMALL_PARTS), worker(db, **SMALL_PARTS):
        ends = [ended(import_id, seconds=90) for import_id in waiting]
    assert {read.state for read in ends} == {"done"}
    assert [read.created for read in ends] == [1_500] * 4
    all_came_in_once(6_000)


def test_a_database_that_is_locked_for_two_seconds_is_waited_for(db: Database) -> None:
    held_up(db, 2)


@ON_SQLITE
def test_a_database_that_is_locked_for_longer_than_one_waits_is_tried_again(db: Database) -> None:
    held_up(db, 5, CARTEIRA_DATABASE__BUSY_SECONDS="1")


@pytest.mark.long
def test_a_database_that_is_locked_for_a_minute_is_tried_again(db: Database) -> None:
    held_up(db, 60)


# --- a server that goes and comes back


@dataclass
class Own:
    """A server of this test's own, which it may stop."""

    db: Database
    folder: Path
    server: "subprocess.Popen[bytes]"

    def stop(self, how: signal.Signals) -> None:
        """Stop it: SIGINT in order, SIGQUIT as if it had been killed."""
        self.server.send_signal(how)
        self.server.wait(timeout=60)
        forget_engine()

    def start(self) -> None:
        """Start it again."""
        self.server = postgres.serve(self.folder, safely=True)


@pytest.fixture
def own(house: Path, set_environment: Callable[..., None]) -> Iterator[Own]:
    folder = postgres.new_folder()
    postgres.initialise(folder)
    url = postgres.Cluster(str(folder), 0).url("postgres")
    (house / "data").mkdir()
    made = Own(Database("postgres", url, house / "data"), folder, postgres.serve(folder, safely=True))
    try:
        set_environment(CARTEIRA_DATABASE__URL=url)
        migrate()
        yield made
    finally:
        made.stop(signal.SIGQUIT)
        shutil.rmtree(folder)


@pytest.mark.parametrize(("how", "away"), [(signal.SIGINT, 1), (signal.SIGQUIT, 6)])
def test_a_server_that_is_restarted_in_the_middle_of_an_import_loses_nothing(
    own: Own, how: signal.Signals, away: float
) -> None:
    import_id = accepted(4_000)
    with worker(own.db, **SMALL_PARTS) as process:
        until(lambda: written(import_id) >= 400, seconds=60)
        done = written(import_id)
        own.stop(how)
        time.sleep(away)
        own.start()
        assert done <= written(import_id) < 4_000
        read = ended(import_id, seconds=90)
        assert process.poll() is None
    assert (read.state, read.created) == ("done", 4_000)
    all_came_in_once(4_000)
