"""What the bell tells: kinds and data in the database, sentences in the reader's language where they are shown."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from hooks.viewer import Viewer
from models.doors import Notification, NotificationRead
from services.settings import settings
from services.work import Work, unit_of_work


def notify(work: Work, user_id: int | None, kind: str, data: dict[str, Any]) -> None:
    """Put a notice into a person's bell, within the unit that causes it. The system has no bell."""
    if user_id is not None:
        work.session.add(Notification(user_id=user_id, kind=kind, data=data, at=work.now))


def recent(viewer: Viewer, limit: int = 20, *, before: int | None = None) -> list[NotificationRead]:
    """Return the viewer's newest notices, newest first; those older than the notice `before`, where that is given."""
    mine = [col(Notification.user_id) == viewer.user_id]
    if before is not None:
        mine.append(col(Notification.id) < before)
    newest = select(Notification).where(*mine).order_by(col(Notification.id).desc()).limit(limit)
    with unit_of_work(viewer) as work:
        return [
            NotificationRead(
                id=one.id or 0, kind=one.kind, data=one.data, at=one.at, read=one.read_at is not None
            )
            for one in work.session.scalars(newest)
        ]


def unread(viewer: Viewer) -> int:
    """Return how many notices the viewer has not read."""
    with unit_of_work(viewer) as work:
        mine = (col(Notification.user_id) == viewer.user_id, col(Notification.read_at).is_(None))
        return work.session.scalar(select(func.count()).select_from(Notification).where(*mine)) or 0


def mark_read(viewer: Viewer, ids: Collection[int] | None = None) -> None:
    """Take the viewer's notices as read: all, or those of `ids`."""
    mine = [col(Notification.user_id) == viewer.user_id, col(Notification.read_at).is_(None)]
    if ids is not None:
        mine.append(col(Notification.id).in_(ids))
    with unit_of_work(viewer, write=True) as work:
        work.session.execute(update(Notification).where(*mine).values(read_at=work.now))


def forget_old(work: Work) -> None:
    """Delete the notices that have had their time, read or not."""
    long_ago = work.now - timedelta(days=settings().notices.keep_days)
    work.session.execute(delete(Notification).where(col(Notification.at) < long_ago))
