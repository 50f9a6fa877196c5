"""How many contacts match: all of them, or as many as are counted in a moment."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from models.contact import Contact
from services.filters.sources import live
from services.listing import plan
from services.listing.query import Asked

_COUNT_SECONDS = 0.06
_PIECE = 20_000


@dataclass(frozen=True)
class Count:
    """How many match; `capped` says that there are more, or may be."""

    n: int
    capped: bool


def every(asked: Asked) -> int:
    """Return how many match, however long that takes."""
    counted = select(func.count()).select_from(Contact).where(asked.condition)
    return asked.work.session.scalar(counted) or 0


def some(asked: Asked, cap: int) -> Count:
    """Return how many match, counting no more than `cap` and for no longer than a moment."""
    best = plan.choose(asked, max(cap, plan.FEW))
    if best.source is not None:
        chosen = select(col(Contact.id)).where(asked.condition, col(Contact.id).in_(best.source.ids))
        return _counted(asked, chosen.with_hint(Contact, "NOT INDEXED", "sqlite"), cap)
    if not asked.questions:
        return _counted(asked, live(), cap)
    found, start, until = 0, 0, perf_counter() + _COUNT_SECONDS
    while found <= cap:
        walked = live(col(Contact.id) > start).order_by(col(Contact.id)).limit(_PIECE)
        end = asked.work.session.scalar(walked.offset(_PIECE - 1).limit(1))
        within = [col(Contact.id) > start, *([col(Contact.id) <= end] if end is not None else [])]
        piece = select(func.count()).select_from(Contact).where(asked.condition, *within)
        found += asked.work.session.scalar(piece) or 0
        if end is None:
            break
        if perf_counter() > until:
            return Count(min(found, cap), capped=True)
        start = end
    return Count(min(found, cap), capped=found > cap)


def _counted(asked: Asked, chosen: Select[Any], cap: int) -> Count:
    n = asked.work.session.scalar(select(func.count()).select_from(chosen.limit(cap + 1).subquery())) or 0
    return Count(min(n, cap), capped=n > cap)
