"""A disk that is full: said in words, nothing done twice, and the rest comes in once there is room."""

import errno
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from hooks.viewer import SYSTEM
from services import jobs
from services.imports import files, runs
from services.pulse import Pulse
from services.room import NO_ROOM, is_full
from services.settings import HOME
from services.work import engine, forget_engine, unit_of_work
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database
from tests.services.imports.at_work import accepted, all_came_in_once, asked, ended, people, written
from tests.services.imports.loading import closed

# Files may have half a megabyte, as where a quota ends.
_WORKER_WITHOUT_ROOM = """
import cli, resource
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
cli.main(["worker"])
"""
ON_SQLITE = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("db", ["postgres"], indirect=True)


@contextmanager
def full_after(pages: int) -> Iterator[None]:
    """Let SQLite take only so many pages more, as where the disk ends."""
    most = asked("PRAGMA page_count") + pages
    forget_engine()

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    event.listen(engine(), "connect", limit)
    try:
        yield
    finally:
        forget_engine()


@pytest.fixture
def pulse(
    db: Database, monkeypatch: pytest.MonkeyPatch, set_environment: Callable[..., None]
) -> Iterator[Pulse]:
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="200")
    monkeypatch.setattr(jobs, "AGAIN_IN", 0.0)
    # To draw all that was at hand when a job fell over takes longer than the job.
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    made = Pulse("run").start()
    yield made
    made.stop()


@pytest.mark.slow
@ON_SQLITE
def test_an_import_goes_on_once_the_full_database_has_room(db: Database, pulse: Pulse) -> None:
    import_id = accepted(1_000)
    with full_after(pages=160):
        jobs.carry_out(pulse, "import", import_id)
        assert 0 < written(import_id) < 1_000
    jobs.carry_out(pulse, "import", import_id)
    read = closed(runs.get(SYSTEM, import_id))
    assert (read.state, read.created) == ("done", 1_000)
    all_came_in_once(1_000)


@pytest.mark.slow
@ON_SQLITE
def test_an_import_that_finds_the_database_full_again_and_again_says_so(db: Database, pulse: Pulse) -> None:
    import_id = accepted(1_000)
    with full_after(pages=160):
        for _try in range(jobs.TRIES):
            jobs.carry_out(pulse, "import", import_id)
        read = closed(runs.get(SYSTEM, import_id))
        assert (read.state, read.message) == ("failed", NO_ROOM)
        assert (read.rows, read.created > 0) == (1_000, True)
    assert asked("SELECT count(*) FROM notification") == 0  # nobody owns what the system does
    again = runs.receive(SYSTEM, "people.csv", [people(1_000)])
    runs.accept(SYSTEM, again.id)
    jobs.carry_out(pulse, "import", again.id)
    second = closed(runs.get(SYSTEM, again.id))
    assert (second.state, second.created + read.created) == ("done", 1_000)
    assert asked("SELECT count(*) FROM contact") == 1_000


@pytest.mark.slow
@ON_POSTGRES
def test_a_worker_whose_data_folder_is_full_says_so_and_goes_on_working(db: Database) -> None:
    large, small = accepted(30_000), accepted(100, first=40_000)
    environment = db.environment | {"CARTEIRA_JOBS__POLL_SECONDS": "0.1"}
    worker = subprocess.Popen([sys.executable, "-c", _WORKER_WITHOUT_ROOM], cwd=HOME, env=environment)
    try:
        read = ended(large, seconds=120)
        assert (read.state, read.message, read.created) == ("failed", NO_ROOM, 0)
        assert ended(small, seconds=60).state == "done"
        assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
    left = [path.name for path in files.path_of(_import(large)).parent.iterdir()]
    assert not [name for name in left if name.endswith((".part", ".db"))]


def _fill() -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(
            text("INSERT INTO kept (key, value) VALUES ('x', :much)"), {"much": "x" * 2_000_000}
        )


def _import(import_id: int) -> Any:
    from models.imports import Import

    with unit_of_work(SYSTEM) as work:
        found = work.session.get(Import, import_id)
        work.session.expunge_all()
        return found


@ON_SQLITE
def test_an_upload_for_which_there_is_no_room_is_told_and_leaves_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: object, _target: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    client = program(token_of(add_person("boss", "administrator")))
    monkeypatch.setattr(files, "_copy", full)
    answer = client.post("/api/v1/imports", content=people(1))
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (507, "no_room", NO_ROOM)
    assert not list((db.data_dir / "imports").glob("*"))


@ON_SQLITE
def test_want_of_room_is_known_whoever_tells_of_it(db: Database) -> None:
    with full_after(pages=1), pytest.raises(OperationalError) as on_sqlite:
        _fill()
    assert is_full(on_sqlite.value)

    class OnPostgres(Exception):
        sqlstate = "53100"

    assert is_full(OperationalError("INSERT", None, OnPostgres()))
    assert is_full(OSError(errno.EDQUOT, "quota"))
    assert not is_full(OSError(errno.ENOENT, "none"))
    assert not is_full(ValueError())
