"""Imports that workers of their own carry out, while somebody pulls the floor from under them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.imports import ImportOptions, ImportRead
from services import beats
from services.imports import runs
from services.settings import HOME
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.imports.loading import closed
from tests.waiting import until

HEADER = "Country Code,First Name,Last Name,Mobile Number,Email,External ID,Segments\n"


def people(rows: int, first: int = 0) -> bytes:
    """Return a file of so many people, none of them twice."""
    lines = (
        f"BR,Ana{n},Lima{n},11 96{n % 1_000_000:07},ana{n}@example.com,X{n},{('', 'North')[n % 2]}\n"
        for n in range(first, first + rows)
    )
    return (HEADER + "".join(lines)).encode()


def accepted(rows: int, first: int = 0) -> int:
    """Return an import of so many people that waits for a worker."""
    options = ImportOptions(unknown_segments="create")
    received = runs.receive(SYSTEM, "people.csv", [people(rows, first)], options)
    return runs.accept(SYSTEM, received.id).id


@contextmanager
def worker(db: Database, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Let a worker live for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "worker"], cwd=HOME, env=db.environment | environment
    )
    try:
        until(
            lambda: process.poll() is not None or any(f"-{process.pid}-" in one for one in beats.living()), 90
        )
        assert process.poll() is None
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def written(import_id: int) -> int:
    """Return how many rows are done; what is counted before the writing begins is something else."""
    progress = runs.get(SYSTEM, import_id).progress
    return progress.done if progress.phase == "writing" else 0


def ended(import_id: int, seconds: float = 60) -> ImportRead:
    """Wait for the end of an import; its counts close."""
    until(lambda: runs.get(SYSTEM, import_id).state in runs.ENDED, seconds)
    return closed(runs.get(SYSTEM, import_id))


def asked(question: str) -> Any:
    """Return the one value that a question to the database has."""
    with unit_of_work(SYSTEM) as work:
        return work.session.execute(text(question)).scalar_one()


def all_came_in_once(rows: int) -> None:
    """Say that there are so many contacts, each with its history, and none twice."""
    assert asked("SELECT count(*) FROM contact") == rows
    assert asked("SELECT count(DISTINCT email_key) FROM contact") == rows
    assert asked("SELECT count(*) FROM change WHERE kind = 'created'") == rows
    assert asked("SELECT count(*) FROM import_row WHERE outcome = 'created'") == rows
    assert asked("SELECT count(*) FROM contact_search") == rows
    assert asked("SELECT count(*) FROM segment_member") == rows // 2
