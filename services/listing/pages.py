"""A page of contacts, and how many there are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hooks.i18n import _, number
from hooks.viewer import Viewer
from models.contact import ContactRead, ContactRow
from services import permissions
from services.errors import Refused
from services.listing import counts, plan, rows
from services.listing.counts import Count
from services.listing.order import Place
from services.listing.query import Asked, Query, ask
from services.listing.unindexed import MOST_SORTED
from services.work import Work, unit_of_work

MOST = 1_000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Contacts in order; `next` and `previous` are cursors, null where there is nothing more."""

    items: list[Row]
    next: str | None
    previous: str | None


def page(
    viewer: Viewer, query: Query, limit: int = 50, *, after: str | None = None, before: str | None = None
) -> Page[ContactRead]:
    """Return the contacts that match and that the viewer sees, from a cursor on (`after`) or up to it (`before`).

    Raises Refused for a wrong filter, search, sort, limit (1 to 1,000) or cursor, and where more match than can be
    sorted by a field without an index.
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
        found = _places(asked, limit + 1, start, backwards=backwards)
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


def _places(asked: Asked, limit: int, start: Place | None, *, backwards: bool) -> list[Place]:
    if asked.order.is_walked:
        return plan.places(asked, limit, start, backwards=backwards)
    best = plan.choose(asked, MOST_SORTED)
    if best.source is None and counts.some(asked, MOST_SORTED).capped:
        raise Refused(
            "too_many_to_sort",
            _("Only {most} contacts or fewer can be sorted by {field}. Ask for fewer first.").format(
                most=number(MOST_SORTED), field=asked.order.field
            ),
        )
    return plan.gather(asked, best.source, limit, start, backwards=backwards)


def count(viewer: Viewer, query: Query, cap: int | None = None, *, within: Query | None = None) -> Count:
    """Return how many match, and match `within` too; with a `cap` no more than that are counted, nor for longer than
    a moment.

    Raises Refused for a wrong filter or search.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        asked = ask(work, query)
        if within is not None:
            asked = replace(asked, questions=[*asked.questions, *ask(work, within).questions])
        return Count(counts.every(asked), capped=False) if cap is None else counts.some(asked, cap)
