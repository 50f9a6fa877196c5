"""What the bell tells: kinds and data in the database, sentences in the reader's language where they are shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import col

from hooks.viewer import Viewer
from models.doors import Notification
from services.work import Work, unit_of_work


def notify(work: Work, user_id: int | None, kind: str, data: dict[str, Any]) -> None:
    """Put a notice into a person's bell, within the unit that causes it. The system has no bell."""
    if user_id is not None:
        work.session.add(Notification(user_id=user_id, kind=kind, data=data, at=work.now))


def recent(viewer: Viewer, limit: int = 20) -> Sequence[Notification]:
    """Return the viewer's newest notices, newest first."""
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Notification)
            .where(col(Notification.user_id) == viewer.user_id)
            .order_by(col(Notification.id).desc())
            .limit(limit)
        ).all()
        work.session.expunge_all()
    return found


def unread(viewer: Viewer) -> int:
    """Return how many notices the viewer has not read."""
    with unit_of_work(viewer) as work:
        mine = (col(Notification.user_id) == viewer.user_id, col(Notification.read_at).is_(None))
        return work.session.scalar(select(func.count()).select_from(Notification).where(*mine)) or 0


def mark_read(viewer: Viewer) -> None:
    """Take all of the viewer's notices as read."""
    with unit_of_work(viewer, write=True) as work:
        work.session.execute(
            update(Notification)
            .where(col(Notification.user_id) == viewer.user_id, col(Notification.read_at).is_(None))
            .values(read_at=work.now)
        )
