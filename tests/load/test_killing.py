"""Two hundred kills of the worker, and one at every commit: an import of 20,000 rows ends as one that nobody disturbed.

`KILLS` makes it shorter while one looks for a cause; `-s` shows how many there were.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from hooks.viewer import SYSTEM
from models.imports import ImportOptions
from services import jobs
from services.imports import runs
from services.imports.undo import runs as undos
from services.settings import HOME
from services.work import forget_engine
from tests.fixtures import Database
from tests.services.imports.loading import ANA, closed, everything, file_of
from tests.waiting import until
from tests.worlds import World

pytestmark = [pytest.mark.long, pytest.mark.slow]

KILLS = int(os.environ.get("KILLS", "200"))
ROWS = 20_000
KILLS_AN_IMPORT = 10
# For a machine that has other things to do.
PATIENCE = 900
ENVIRONMENT = {
    "CARTEIRA_IMPORTS__CHUNK_ROWS": "1000",
    "CARTEIRA_JOBS__BEAT_SECONDS": "0.2",
    "CARTEIRA_JOBS__DEAD_SECONDS": "1",
    "CARTEIRA_JOBS__POLL_SECONDS": "0.1",
}
# Has the modules of a worker, and on each line of its input begins one as a process of its own, whose number it says.
# "worker" is the real one; "job N" carries out the job alone; "job N K after" dies behind its commit K, or before it.
NURSERY = """
import os, signal, sys
import dbos, sqlalchemy.dialects.postgresql.psycopg, phonenumbers, email_validator
from services import jobs, queue, worker
from services.imports import carry, runs

def mortal(number, when):
    from services import work
    dialect, commits = work.engine().dialect, [0]
    real = dialect.do_commit
    def commit(connection):
        commits[0] += 1
        if commits[0] == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(connection)
        if commits[0] == number and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
    dialect.do_commit = commit
    return commits

for line in sys.stdin:
    kind, *rest = line.split()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        if kind == "worker":
            os.dup2(2, 1)  # its log is no answer
            worker.run()
        commits = mortal(int(rest[1]), rest[2]) if len(rest) > 1 else mortal(0, "")
        jobs._function(jobs.KINDS[kind].body)(int(rest[0]))
        print(commits[0], flush=True)
        os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status), flush=True)
"""
WORLD = World()

_ROWS = [
    ANA
    | {
        "first": f"Ana {n % 9_000}",
        "email": f"ana{n % 9_000}@a.com" if n % 11 else "broken",
        "id": f"x{n % 9_000}" if n % 3 else "",
        "organization": f"Firm {n}",
        "segments": ("North", "South", "New;North", "Wall")[n % 4],
    }
    for n in range(ROWS)
]


class Nursery:
    """Where workers come from: a process that has everything loaded, so that a life costs no start."""

    def __init__(self, db: Database) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=HOME,
            env=db.environment | ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, *what: object) -> int:
        """Begin a life; return its process."""
        assert self._mother.stdin is not None
        self._mother.stdin.write(" ".join(map(str, what)) + "\n")
        self._mother.stdin.flush()
        return int(self.heard())

    def heard(self) -> str:
        """Return the next line that the nursery says."""
        assert self._mother.stdout is not None
        return self._mother.stdout.readline().strip()

    def close(self) -> None:
        """End it, when all its children are gone."""
        assert self._mother.stdin is not None
        self._mother.stdin.close()
        self._mother.wait(timeout=60)


@dataclass
class Kept:
    """A database and its files as they were at one moment, to begin from there again and again."""

    db: Database
    folder: Path
    cluster: Any

    def take(self) -> None:
        """Keep what is there now."""
        forget_engine()
        if not self.db.on_sqlite:
            name = make_url(self.db.url).database
            self.cluster.run(f"DROP DATABASE IF EXISTS {name}_kept WITH (FORCE)")
            self.cluster.run(f"CREATE DATABASE {name}_kept TEMPLATE {name} STRATEGY file_copy")
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.db.data_dir, self.folder)

    def bring_back(self) -> None:
        """Put all of it back."""
        forget_engine()
        if not self.db.on_sqlite:
            name = make_url(self.db.url).database
            self.cluster.run(f"DROP DATABASE {name} WITH (FORCE)")
            self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {name}_kept STRATEGY file_copy")
        shutil.rmtree(self.db.data_dir)
        shutil.copytree(self.folder, self.db.data_dir)


@pytest.fixture
def kept(db: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    cluster = None if db.on_sqlite else request.getfixturevalue("postgres_cluster")
    yield Kept(db, tmp_path / "kept", cluster)
    if cluster is not None:
        cluster.run(f"DROP DATABASE IF EXISTS {make_url(db.url).database}_kept WITH (FORCE)")


@contextmanager
def nursery(db: Database) -> Iterator[Nursery]:
    made = Nursery(db)
    try:
        yield made
    finally:
        made.close()


@dataclass
class Job:
    """Something that a worker does: how it is asked for, when it is over, and what is then to be seen."""

    kind: str
    begin: Callable[[], int]
    has_ended: Callable[[int], bool]


def _prepared() -> None:
    for name in ("North", "South"):
        WORLD.label(name)
    WORLD.wall("Wall")
    WORLD.contact("Ana 3", external_id="x3", email="ana3@a.com", organization="Old", segments=["North"])
    WORLD.contact("Ana 5", email="ana5@a.com", phone="+5511961234567")


def _accepted() -> int:
    _prepared()
    options = ImportOptions(unknown_segments="create", overwrite_segments=True)
    received = runs.receive(SYSTEM, "c.csv", [file_of(_ROWS)], options)
    return runs.accept(SYSTEM, received.id).id


def _import_has_ended(import_id: int) -> bool:
    return runs.get(SYSTEM, import_id).state in runs.ENDED


def _imported_and_undone() -> int:
    import_id = _accepted()
    runs.carry_out(import_id)
    return undos.begin(SYSTEM, import_id).id


def _undo_has_ended(undo_id: int) -> bool:
    return jobs.look("undo", undo_id)[0] not in jobs.KINDS["undo"].open_states


JOBS = {
    "import": Job("import", _accepted, _import_has_ended),
    "undo": Job("undo", _imported_and_undone, _undo_has_ended),
}


def ends(db: Database, job: Job, subject_id: int) -> dict[str, list[Any]]:
    """Return all that there is at the end."""
    assert job.has_ended(subject_id)
    closed(runs.get(SYSTEM, 1))
    found: dict[str, list[Any]] = json.loads(json.dumps(everything()))
    return found


@pytest.mark.parametrize("name", JOBS)
def test_a_worker_that_is_killed_at_random_moments_leaves_what_a_calm_one_leaves(
    db: Database, kept: Kept, set_environment: Callable[..., None], name: str
) -> None:
    set_environment(**ENVIRONMENT)
    job, chance = JOBS[name], random.Random(7)
    subject_id = job.begin()
    kept.take()
    with nursery(db) as house:
        calm = _life(house, job, subject_id, None)
        wanted = ends(db, job, subject_id)
        kills, seconds = 0, []
        while kills < KILLS:
            kept.bring_back()
            for _life_of_many in range(min(KILLS_AN_IMPORT, KILLS - kills)):
                moment = chance.uniform(0, calm / 2)
                if _life(house, job, subject_id, moment) < 0:
                    break
                kills += 1
                seconds.append(moment)
            _life(house, job, subject_id, None)
            assert ends(db, job, subject_id) == wanted
    print(f"{db.name}, {name}: {kills} kills within {calm:.1f} s, all ends alike")


def _life(house: Nursery, job: Job, subject_id: int, moment: float | None) -> float:
    """Let a worker live until the job is over, or for so many seconds after it took the job.

    Return the seconds for which it was at it; less than none if the job was over before the kill.
    """
    began = time.monotonic()
    worker = house.begin("worker")
    if moment is not None:
        until(lambda: _is_taken_by(worker) or job.has_ended(subject_id), seconds=PATIENCE)
        time.sleep(moment)
    else:
        until(lambda: job.has_ended(subject_id), seconds=PATIENCE)
    was_over = job.has_ended(subject_id)
    os.kill(worker, signal.SIGKILL)
    assert house.heard() == "killed"
    return -1.0 if was_over and moment is not None else time.monotonic() - began


def _is_taken_by(worker: int) -> bool:
    from services import pulse
    from services.work import unit_of_work

    with unit_of_work(SYSTEM) as work:
        return any(f"-{worker}-" in (lease.holder or "") for lease in pulse.leases(work).values())


@pytest.mark.parametrize("name", JOBS)
def test_a_job_that_is_killed_at_any_of_its_commits_ends_as_a_calm_one(
    db: Database, kept: Kept, set_environment: Callable[..., None], name: str
) -> None:
    set_environment(**ENVIRONMENT)
    job = JOBS[name]
    subject_id = job.begin()
    kept.take()
    with nursery(db) as house:
        house.begin(job.kind, subject_id)
        commits = int(house.heard())
        assert house.heard() == "0"
        wanted = ends(db, job, subject_id)
        deaths = [(number, when) for number in range(1, commits + 1) for when in ("before", "after")]
        if len(deaths) > KILLS:
            deaths = sorted(random.Random(1).sample(deaths, KILLS))
        for number, when in deaths:
            kept.bring_back()
            house.begin(job.kind, subject_id, number, when)
            assert house.heard() == "killed"
            house.begin(job.kind, subject_id)
            house.heard()
            assert house.heard() == "0"
            assert ends(db, job, subject_id) == wanted, (number, when)
    print(f"{db.name}, {name}: killed at {len(deaths)} sides of its {commits} commits, all ends alike")
