"""A count that holds while nothing is written, so that whoever turns pages does not have all counted anew."""

from dataclasses import dataclass
from time import monotonic

from sqlalchemy import func, select
from sqlmodel import col

from hooks.viewer import Viewer
from models.act import Act
from services import permissions
from services.listing import counts
from services.listing.counts import Count
from services.listing.query import Query, ask
from services.work import unit_of_work

# A filter may ask for the last hours, and an import writes for minutes under one act.
_KEPT_SECONDS = 60


@dataclass(frozen=True)
class Kept:
    """A count, what it is of, and the last act that it knows."""

    count: Count
    viewer: Viewer
    query: Query
    cap: int
    last_act: int
    at: float


def count_kept(viewer: Viewer, query: Query, cap: int, before: Kept | None = None) -> Kept:
    """Return how many match, up to `cap`: what was counted `before`, where that is of the same question and viewer,
    a few seconds old at most, and nothing was written since.

    Raises Refused for a wrong filter or search.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        last = work.session.scalar(select(func.max(col(Act.id)))) or 0
        if (
            before is not None
            and (before.viewer, before.query, before.cap, before.last_act) == (viewer, query, cap, last)
            and monotonic() - before.at < _KEPT_SECONDS
        ):
            return before
        return Kept(counts.some(ask(work, query), cap), viewer, query, cap, last, monotonic())
