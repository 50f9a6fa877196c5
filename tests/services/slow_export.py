"""A job for the tests of jobs: an export that counts its steps in its row, and begins again where it stopped.

As a program it is a worker whose exports are of this kind.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.base import now
from models.export import Export
from services import jobs, pulse, worker
from services.settings import settings
from services.work import unit_of_work

HERE = "tests.services.slow_export"
STEPS = 25
STEP_SECONDS = 0.1


def accepted() -> int:
    """Make an export that nobody has begun, and nobody has submitted."""
    with unit_of_work(SYSTEM, write=True) as work:
        export = Export(format="csv", created_at=work.now, rows=0)
        work.session.add(export)
        work.session.flush()
        assert export.id is not None
        return export.id


def carry_out(export_id: int) -> None:
    """Count to STEPS, one unit a step, and note in a file who did which step."""
    while True:
        with unit_of_work(SYSTEM, write=True) as work:
            pulse.confirm(work)
            export = work.session.get(Export, export_id)
            assert export is not None
            assert export.rows is not None
            if export.rows >= STEPS:
                export.state, export.ended_at = "done", work.now
                work.session.add(export)
                return
            export.state, export.rows = "running", export.rows + 1
            work.session.add(export)
            step = export.rows
        with diary(export_id).open("a") as lines:
            lines.write(f"{step} {os.getpid()}\n")
        time.sleep(STEP_SECONDS)


def holds_the_lock(export_id: int) -> None:
    """Write for seconds in one transaction, as a large step of an import does."""
    with unit_of_work(SYSTEM, write=True) as work:
        pulse.confirm(work)
        work.session.execute(
            update(Export).where(col(Export.id) == export_id).values(state="done", ended_at=now())
        )
        with diary(export_id).open("a") as lines:
            lines.write(f"1 {os.getpid()}\n")
        time.sleep(4)


def fails(_export_id: int) -> None:
    """Fail each time."""
    raise RuntimeError("no disk")


def diary(export_id: int) -> Path:
    """Return the file that says who did what."""
    return settings().data / f"export-{export_id}.txt"


def use(body: str) -> None:
    """Have exports carried out by a function of this module, in this process."""
    jobs.KINDS["export"] = replace(jobs.KINDS["export"], body=f"{HERE}:{body}")


if __name__ == "__main__":
    use(sys.argv[1])
    worker.run(int(sys.argv[2]) if len(sys.argv) > 2 else None)
