"""The contacts that one deed is about, held as a list of their own: counted once, and gone through in slices."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CursorResult,
    Executable,
    MetaData,
    ScalarSelect,
    Select,
    Table,
    and_,
    func,
    insert,
    select,
    text,
    true,
)  # fmt: skip
from sqlmodel import col

from models.base import BigId
from models.contact import Contact
from services.access import visible
from services.work import AUDITED, Work

SLICE = 25_000
_MANY = 1_000

_PICKED = Table(
    "picked_contact",
    MetaData(),
    Column("contact_id", BigId, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


class Picked:
    """So many contacts; whoever has them drops them before the unit's end."""

    def __init__(self, work: Work, which: Select[Any]) -> None:
        self._work = work
        _PICKED.create(work.session.connection(), checkfirst=False)
        self.total = rows_changed(work, insert(_PICKED).from_select(["contact_id"], which))
        if not work.on_sqlite and self.total > _MANY:
            # Nobody else looks after the statistics of a table that lives for one transaction.
            work.session.execute(text("ANALYZE picked_contact"))

    def slices(self) -> Iterator[tuple[Select[Any], int]]:
        """Yield selects of the ids, in their order, and how many are in each."""
        last = 0
        while True:
            ids = (
                select(_PICKED.c.contact_id)
                .where(_PICKED.c.contact_id > last)
                .order_by(_PICKED.c.contact_id)
                .limit(SLICE)
                .subquery()
            )
            ends = select(func.max(ids.c.contact_id), func.count())
            upto, count = self._work.session.execute(ends).one()
            if not count:
                return
            yield (
                select(_PICKED.c.contact_id).where(_PICKED.c.contact_id > last, _PICKED.c.contact_id <= upto),
                count,
            )
            last = upto

    def drop(self) -> None:
        """Drop the list."""
        _PICKED.drop(self._work.session.connection(), checkfirst=False)


def hold(work: Work, some: Select[Any]) -> None:
    """Hold the contacts' rows to the end of the unit, in the order that everyone does; SQLite holds everything.

    Not so firmly that history could not refer to them.
    """
    if not work.on_sqlite:
        rows = select(col(Contact.id)).where(col(Contact.id).in_(some)).order_by(col(Contact.id))
        held = rows.with_for_update(key_share=True).subquery()
        work.session.execute(select(func.count()).select_from(held))


def seen_still(work: Work, some: Select[Any]) -> Select[Any]:
    """Return those of picked contacts that the viewer sees by now; on SQLite nobody writes meanwhile."""
    if work.on_sqlite:
        return some
    ids = col(Contact.id)
    return select(ids.label("contact_id")).where(one_of(work, ids, some), visible(work.sight))


def one_of(work: Work, ids: Any, some: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that an id is one of a slice of picked contacts."""
    return and_(ids.in_(some), near(work, ids, some))


def near(work: Work, ids: Any, some: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that an id lies between the first and the last of a slice of picked contacts.

    PostgreSQL is told: it would go through all rows there are for each slice, above all those of a list that has
    just been begun, which it takes for an empty one.
    """
    return true() if work.on_sqlite else ids.between(*_ends(some))


def _ends(some: Select[Any]) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Return the first and the last id of picked contacts."""
    ids = some.subquery().c.contact_id
    return select(func.min(ids)).scalar_subquery(), select(func.max(ids)).scalar_subquery()


def rows_changed(work: Work, statement: Executable) -> int:
    """Carry out a statement on audited tables, and return how many rows it touched."""
    options = AUDITED | {"synchronize_session": False, "preserve_rowcount": True}
    done = work.session.execute(statement, execution_options=options)
    assert isinstance(done, CursorResult)
    return done.rowcount


def matching(condition: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of the contacts for which `condition` holds."""
    return select(col(Contact.id)).where(condition)
