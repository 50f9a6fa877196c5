"""How long the files of imports are kept: they are personal data, and go when they have had their time.

What became of the rows stays, as numbers and as the list of rows; nothing goes that a job may still need.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

from sqlalchemy import delete, select
from sqlmodel import col

from hooks.i18n import N_
from hooks.viewer import SYSTEM
from models.base import now
from models.imports import Import, ImportRow
from services.imports.tally import Tally
from services.settings import settings
from services.work import unit_of_work

NOT_LOADED = N_("The file was not loaded in time, so it was deleted. Nothing came in.")

_AT_WORK = frozenset({"planning", "accepted", "running"})
_WAITING = frozenset({"received", "planned"})
# Longer than any upload takes, whose folder is there before its import is.
_UNNAMED = timedelta(days=1)


@dataclass(frozen=True)
class _Named:
    """What a folder's import needs of it."""

    id: int
    state: str
    since: datetime
    plan: str | None


def forget_old_files() -> int:
    """Delete the files of imports that ended, or were left waiting, long ago, and files that nobody names.

    Return how many folders went.
    """
    folders = [folder for folder in (settings().data / "imports").glob("*") if folder.is_dir()]
    named = _named()
    long_ago = now() - timedelta(days=settings().imports.keep_days)
    gone = 0
    for folder in folders:
        of = named.get(folder.name)
        if of is None:
            if _is_left(folder):
                rmtree(folder)
                gone += 1
        elif of.state not in _AT_WORK:
            if of.since < long_ago and _let_go(of.id, long_ago):
                rmtree(folder)
                gone += 1
            else:
                _forget_leavings(folder, of.plan)
    return gone


def _named() -> dict[str, _Named]:
    """Return the imports by the names of their folders."""
    with unit_of_work(SYSTEM) as work:
        found = work.session.execute(
            select(
                col(Import.id),
                col(Import.file),
                col(Import.state),
                col(Import.created_at),
                col(Import.ended_at),
                col(Import.progress),
            )
        )
        return {
            Path(file).parent.name: _Named(id_, state, ended_at or created_at, progress.get("plan"))
            for id_, file, state, created_at, ended_at, progress in found
        }


def _let_go(import_id: int, long_ago: datetime) -> bool:
    """Note that an import has no files any more, unless a job began meanwhile; one that waits ends so."""
    with unit_of_work(SYSTEM, write=True) as work:
        wanted = select(Import).where(col(Import.id) == import_id)
        kept = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
        if kept is None or kept.state in _AT_WORK or (kept.ended_at or kept.created_at) >= long_ago:
            return False
        if kept.state in _WAITING:
            work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == import_id))
            kept.counts = Tally(rows=Tally.of(kept.counts).rows).kept()
            kept.state, kept.message, kept.ended_at = "cancelled", NOT_LOADED, work.now
        # The first rows of the file are in its shape.
        kept.shape = (kept.shape or {}) | {"first_rows": []}
        kept.progress = kept.progress | {"files_deleted": True, "plan": None}
        work.session.add(kept)
        return True


def _forget_leavings(folder: Path, plan: str | None) -> None:
    """Delete what runs that were killed have left beside the files of an import that is not at work."""
    for path in (*folder.glob("*.part"), *folder.glob("plan-*")):
        if path.name != plan and _is_left(path):
            path.unlink(missing_ok=True)


def _is_left(path: Path) -> bool:
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return changed < now() - _UNNAMED
