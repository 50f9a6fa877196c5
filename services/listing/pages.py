"""A page of contacts, and how many there are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import Contact, ContactRead, ContactRow
from services import permissions
from services.errors import Refused
from services.filters.sources import live
from services.listing import plan, rows
from services.listing.query import Asked, Query, ask
from services.work import Work, unit_of_work

MOST = 1_000
_COUNT_SECONDS = 0.06
_PIECE = 20_000


Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Contacts in order; `next` and `previous` are cursors, null where there is nothing more."""

    items: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Count:
    """How many match; `capped` says that there are more, or may be."""

    n: int
    capped: bool


def page(
    viewer: Viewer, query: Query, limit: int = 50, *, after: str | None = None, before: str | None = None
) -> Page[ContactRead]:
    """Return the contacts that match and that the viewer sees, from a cursor on (`after`) or up to it (`before`).

    Raises Refused for a wrong filter, search, sort, limit (1 to 1,000) or cursor.
    """
    return _page(viewer, query, limit, after, before, rows.contacts)


def grid_page(
    viewer: Viewer,
    query: Query,
    fields: Collection[str],
    limit: int = 50,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[ContactRow]:
    """Return what `page` does, with all that a list whose columns are `fields` shows. Raises as `page`."""
    return _page(viewer, query, limit, after, before, lambda work, ids: rows.grid_rows(work, ids, fields))


def _page(
    viewer: Viewer,
    query: Query,
    limit: int,
    after: str | None,
    before: str | None,
    read: Callable[[Work, Sequence[int]], list[Row]],
) -> Page[Row]:
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    if not 1 <= limit <= MOST:
        raise Refused("bad_limit", _("A page has from 1 to {most} contacts.").format(most=MOST))
    with unit_of_work(viewer) as work:
        asked = ask(work, query)
        cursor, backwards = (before, True) if before is not None else (after, False)
        start = None if cursor is None else asked.order.place(cursor)
        found = plan.places(asked, limit + 1, start, backwards=backwards)
        more, found = len(found) > limit, found[:limit]
        if backwards:
            found.reverse()
        items = read(work, [place.id for place in found])
        ends = (asked.order.cursor(found[0]), asked.order.cursor(found[-1])) if found else (None, None)
        return Page(
            items,
            next=ends[1] if more or backwards else None,
            previous=ends[0] if (more if backwards else cursor is not None) else None,
        )


def count(viewer: Viewer, query: Query, cap: int | None = None) -> Count:
    """Return how many match; with a `cap` no more than that are counted, nor for longer than a moment.

    Raises Refused for a wrong filter or search.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        asked = ask(work, query)
        return Count(_all(asked), capped=False) if cap is None else _some(asked, cap)


def _all(asked: Asked) -> int:
    counted = select(func.count()).select_from(Contact).where(asked.condition)
    return asked.work.session.scalar(counted) or 0


def _some(asked: Asked, cap: int) -> Count:
    best = plan.choose(asked, max(cap, plan.FEW))
    if best.source is not None:
        some = select(col(Contact.id)).where(asked.condition, col(Contact.id).in_(best.source.ids))
        some = some.with_hint(Contact, "NOT INDEXED", "sqlite")
        return _counted(asked, some, cap)
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


def _counted(asked: Asked, some: Select[Any], cap: int) -> Count:
    n = asked.work.session.scalar(select(func.count()).select_from(some.limit(cap + 1).subquery())) or 0
    return Count(min(n, cap), capped=n > cap)
