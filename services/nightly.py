"""What is tidied up once a night: ended jobs and deeds, files of exports and imports, sessions, answers, notices."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, or_, select
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.base import now
from models.bulk import Bulk
from models.doors import Kept, Repeat, Session, SignInFailure
from models.export import Export
from services import beats, notifications
from services import pulse as pulses
from services.imports.retention import forget_old_files
from services.pulse import Pulse
from services.settings import settings
from services.work import unit_of_work

HOUR = 3
_DONE = "nightly"
_JOB = "nightly:0"
_REPEATS = timedelta(hours=24)
_FAILURES = timedelta(days=1)
_LONGEST_EXPORT = timedelta(days=1)

log = structlog.get_logger(__name__)


def nightly_if_due(pulse: Pulse) -> None:
    """Tidy up once a night, whichever worker comes first; a night that was missed is made up for."""
    night = _night(now())
    if _last_night() == night or not pulses.take(pulse, _JOB):
        return
    try:
        if _last_night() != night:
            tidy_up()
            _note(night)
    finally:
        pulses.give_back(pulse, _JOB)


def tidy_up() -> None:
    """Delete what has had its time."""
    from services import queue

    queue.forget_old(settings().jobs.keep_days)
    files, uploads = _forget_exports(), forget_old_files()
    with unit_of_work(SYSTEM, write=True) as work:
        long_ago = work.now - timedelta(days=settings().jobs.keep_days)
        work.session.execute(
            delete(Session).where(or_(col(Session.expires_at) < long_ago, col(Session.ended_at) < long_ago))
        )
        work.session.execute(delete(Repeat).where(col(Repeat.at) < work.now - _REPEATS))
        work.session.execute(delete(SignInFailure).where(col(SignInFailure.last_at) < work.now - _FAILURES))
        work.session.execute(delete(Bulk).where(col(Bulk.ended_at) < long_ago))
        notifications.forget_old(work)
    beats.forget_old()
    log.info("tidied up", expired_exports=files, import_folders=uploads)


def _forget_exports() -> int:
    """Delete the files of expired exports; their rows stay, as the ledger of who took out what."""
    with unit_of_work(SYSTEM, write=True) as work:
        expired = work.session.scalars(
            select(Export).where(col(Export.expires_at) < work.now, col(Export.path).is_not(None))
        ).all()
        for export in expired:
            assert export.path is not None
            (settings().data / export.path).unlink(missing_ok=True)
            export.path = None
            work.session.add(export)
        kept = set(work.session.scalars(select(col(Export.path)).where(col(Export.path).is_not(None))))
    _forget_unnamed(kept)
    return len(expired)


def _forget_unnamed(kept: set[str | None]) -> None:
    """Delete what exports that were killed have left behind, once nobody can be writing it any more."""
    long_ago = (now() - _LONGEST_EXPORT).timestamp()
    for path in (settings().data / "exports").glob("*"):
        if str(path.relative_to(settings().data)) not in kept and path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def _night(moment: datetime) -> str:
    """Return the day, the company's, whose small hours this night is."""
    return (moment.astimezone(ZoneInfo(settings().time.zone)) - timedelta(hours=HOUR)).date().isoformat()


def _last_night() -> str | None:
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Kept, _DONE)
        return None if kept is None else str(kept.value.get("night"))


def _note(night: str) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.merge(Kept(key=_DONE, value={"night": night}))
