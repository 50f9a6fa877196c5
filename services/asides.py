"""What is told of a job, and to it, while its one transaction is open: how far it is, and that it is to stop.

Rows on PostgreSQL, files beside the database on SQLite, where nobody else can write a row meanwhile.
"""

import json
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.doors import Kept
from services.work import engine, unit_of_work

_FAR, _STOP = "far", "stop"


def tell(job: str, progress: dict[str, Any]) -> None:
    """Say how far a job ("bulk:12") is."""
    _write(_FAR, job, progress)


def told(job: str) -> dict[str, Any]:
    """Return how far a job is, empty where it has not said."""
    return _read(_FAR, job) or {}


def ask_to_stop(job: str) -> None:
    """Ask a job to stop, as long as it has not ended."""
    _write(_STOP, job, {"asked": True})


def is_to_stop(job: str) -> bool:
    """Say whether a job was asked to stop."""
    return _read(_STOP, job) is not None


def forget(job: str) -> None:
    """Forget all that was told of a job that has ended."""
    folder = _folder()
    if folder is not None:
        for what in (_FAR, _STOP):
            _file(folder, what, job).unlink(missing_ok=True)
        return
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(delete(Kept).where(col(Kept.key).in_([_key(_FAR, job), _key(_STOP, job)])))


def _write(what: str, job: str, value: dict[str, Any]) -> None:
    folder = _folder()
    if folder is not None:
        folder.mkdir(exist_ok=True)
        kept = _file(folder, what, job)
        # Two may write of one job at once.
        part = kept.with_name(f"{kept.name}.{token_hex(4)}.part")
        part.write_text(json.dumps(value))
        part.replace(kept)
        return
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.merge(Kept(key=_key(what, job), value=value))


def _read(what: str, job: str) -> dict[str, Any] | None:
    folder = _folder()
    found: dict[str, Any] | None = None
    if folder is not None:
        with suppress(FileNotFoundError):
            found = json.loads(_file(folder, what, job).read_text())
        return found
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Kept, _key(what, job))
        return None if kept is None else dict(kept.value)


def _key(what: str, job: str) -> str:
    return f"aside:{what}:{job}"


def _file(folder: Path, what: str, job: str) -> Path:
    return folder / f"{job.replace(':', '-')}.{what}"


def _folder() -> Path | None:
    """Return where asides are files; null where they are rows."""
    return Path(f"{engine().url.database}.asides") if engine().dialect.name == "sqlite" else None
