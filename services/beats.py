"""Where heartbeats are kept: rows on PostgreSQL, files beside the database on SQLite.

On SQLite one writer at a time has the whole file, for seconds in a long import. A heartbeat that had to wait for it
would come too late, and the living would be taken for dead.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.base import now
from models.doors import Worker
from services.settings import settings
from services.work import engine, unit_of_work

_LONG_AGO = timedelta(days=1)


def beat(process: str) -> None:
    """Note that a process is alive now."""
    folder = _folder()
    if folder is not None:
        folder.mkdir(exist_ok=True)
        (folder / process).touch()
        return
    with unit_of_work(SYSTEM, write=True) as work:
        noted = update(Worker).where(col(Worker.id) == process).values(beat_at=func.clock_timestamp())
        if not work.session.execute(noted).rowcount:  # type: ignore[attr-defined]
            moment = work.session.execute(select(func.clock_timestamp())).scalar_one()
            work.session.add(Worker(id=process, started_at=moment, beat_at=moment))


def end(process: str) -> None:
    """Note that a process is gone."""
    folder = _folder()
    if folder is not None:
        (folder / process).unlink(missing_ok=True)
        return
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(delete(Worker).where(col(Worker.id) == process))


def living() -> dict[str, datetime]:
    """Return the processes that are alive, each with its last heartbeat."""
    oldest = clock() - timedelta(seconds=settings().jobs.dead_seconds)
    return {process: beat_at for process, beat_at in _all().items() if beat_at > oldest}


def clock() -> datetime:
    """Return the moment by the one clock that all processes share."""
    if _folder() is not None:
        return now()
    with unit_of_work(SYSTEM) as work:
        moment: datetime = work.session.execute(select(func.clock_timestamp())).scalar_one()
        return moment


def forget_old() -> None:
    """Forget the processes that died long ago."""
    oldest = clock() - _LONG_AGO
    for process, beat_at in _all().items():
        if beat_at < oldest:
            end(process)


def _all() -> dict[str, datetime]:
    folder = _folder()
    if folder is None:
        with unit_of_work(SYSTEM) as work:
            return {worker.id: worker.beat_at for worker in work.session.scalars(select(Worker))}
    found = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            found[path.name] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue  # it ended between the two looks
    return found


def _folder() -> Path | None:
    """Return where heartbeats are files; null where they are rows."""
    database = engine().url.database
    return Path(f"{database}.alive") if engine().dialect.name == "sqlite" else None
