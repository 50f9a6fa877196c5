"""The one thing that tells of what is hidden: a unique value that cannot be taken. It is limited and listed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.doors import Denial, DenialRead
from models.people import User
from services import permissions
from services.errors import NotAvailable, TooMany
from services.settings import settings
from services.work import Work, unit_of_work


def not_available(field: str) -> NotAvailable:
    """Return the error for a value of `field` that something hidden or erased holds: one wording for all."""
    return NotAvailable("not_available", sentence(), field=field)


def sentence() -> str:
    """Return the words for a value that cannot be taken, whatever holds it."""
    return _("This value is not available. Use another one, or ask an administrator.")


def left(work: Work) -> int:
    """Return how many more such answers the person may get within this hour, as of now."""
    return settings().access.not_available_per_hour if work.viewer.is_system else _left(work)


def left_in_turn(work: Work) -> int:
    """Return the same within a unit that writes: whatever else the person asks waits for the end of the unit.

    So a hundred tries at once get no more answers than one by one.
    """
    if not work.viewer.is_system:
        _wait_for_ones_turn(work)
    return left(work)


def left_or_refuse(work: Work) -> int:
    """Return the same as `left_in_turn`. Raises TooMany where none is left."""
    answers = left_in_turn(work)
    if answers == 0 and not work.viewer.is_system:
        wrong = _("Too many values were not available. Try again in an hour.")
        raise TooMany("too_many", wrong, retry_after=3600)
    return answers


def _left(work: Work) -> int:
    had = work.session.scalar(
        select(func.count())
        .select_from(Denial)
        .where(col(Denial.user_id) == work.viewer.user_id, col(Denial.at) > work.now - timedelta(hours=1))
    )
    return max(0, settings().access.not_available_per_hour - (had or 0))


def recent(viewer: Viewer, limit: int = 50, *, before: int | None = None) -> Sequence[DenialRead]:
    """Return who met such an answer, the newest first, those `before` an id where that is given.

    It is for those who look after people. The value that was asked for is not kept, and what holds it is not told.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    shown = (
        col(Denial.id),
        col(Denial.at),
        col(User.name),
        col(User.email),
        col(Denial.door),
        col(Denial.field),
    )
    wanted = select(*shown).outerjoin(User, col(User.id) == col(Denial.user_id))
    if before is not None:
        wanted = wanted.where(col(Denial.id) < before)
    with unit_of_work(viewer) as work:
        found = work.session.execute(wanted.order_by(col(Denial.id).desc()).limit(limit))
        return [DenialRead(**row._mapping) for row in found]


@contextmanager
def noting_unit(viewer: Viewer, door: str, *, asks: bool = True) -> Iterator[Work]:
    """Open a unit of work that writes, of which a `not_available` undoes all but the note of it.

    Raises TooMany once the hour's answers are used up, before anything is done that `asks` for a unique value:
    whether that value is free or not, since the difference would be one more answer. Whatever else the person asks
    at the same instant waits for this answer, so that a hundred at once get no more than one by one.
    """
    denied = None
    with unit_of_work(viewer, write=True) as work:
        if asks:
            left_or_refuse(work)
        try:
            with work.session.begin_nested():
                yield work
        except NotAvailable as error:
            note(work, door, error.data.get("field", ""))
            denied = error
    if denied is not None:
        raise denied


def note(work: Work, door: str, field: str) -> None:
    """Write down that the viewer met something hidden."""
    work.session.add(Denial(user_id=work.viewer.user_id, door=door, field=field, at=work.now))


def _wait_for_ones_turn(work: Work) -> None:
    if not work.on_sqlite:
        # Not so firmly that nothing could refer to the person meanwhile.
        mine = select(col(User.id)).where(col(User.id) == work.viewer.user_id)
        work.session.execute(mine.with_for_update(key_share=True))
