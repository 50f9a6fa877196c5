"""Memberships of many contacts: rows that begin, end, and come back, a slice of contacts a statement.

Segments and tags keep theirs alike, but for the mode.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.act import Act
from models.base import Instant
from models.segment import SegmentMember, SegmentPast
from models.tag import ContactTag, ContactTagPast
from services.picked import near, one_of, rows_changed, seen_still
from services.work import Work


@dataclass(frozen=True)
class Kept:
    """Where memberships of a kind are: those that hold, those that have ended, and what both say of one."""

    now: Any
    past: Any
    of: str
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a membership keeps when it ends."""
        return (self.of, "contact_id", "joined_at", "joined_act_id", *self.more)

    def is_of(self, table: Any, id_: int) -> ColumnElement[bool]:
        """Return the condition that a row is of this segment, or tag."""
        return col(getattr(table, self.of)) == id_


SEGMENTS = Kept(SegmentMember, SegmentPast, "segment_id", ("mode",))
TAGS = Kept(ContactTag, ContactTagPast, "tag_id")


def begin(work: Work, kept: Kept, id_: int, act_id: int, some: Select[Any], *, in_sight: bool = False) -> int:
    """Have those of `some` join that are not in it, and return how many that were.

    With `in_sight` those alone that the viewer sees by now. The segment, or tag, is held.
    """
    ids = (seen_still(work, some) if in_sight else some).subquery()
    fresh = select(ids.c.contact_id, literal(id_), literal(work.now, Instant), literal(act_id))
    names = ["contact_id", kept.of, "joined_at", "joined_act_id"]
    if kept.more:
        fresh, names = fresh.add_columns(literal("picked")), [*names, "mode"]
    if work.on_sqlite:
        there = exists().where(kept.is_of(kept.now, id_), col(kept.now.contact_id) == ids.c.contact_id)
        return rows_changed(work, insert(kept.now).from_select(names, fresh.where(~there)))
    joining = postgresql.insert(kept.now).from_select(names, fresh)
    # PostgreSQL takes a list that has just been begun for an empty one: it would go through all of it for each contact.
    return rows_changed(
        work, joining.on_conflict_do_nothing() if _any_among(work, kept, id_, some) else joining
    )


def _any_among(work: Work, kept: Kept, id_: int, some: Select[Any]) -> bool:
    """Say whether anybody is in it from the first of `some` to the last: to look out for them is dear."""
    there = exists().where(kept.is_of(kept.now, id_), near(work, col(kept.now.contact_id), some))
    return bool(work.session.scalar(select(there)))


def end(work: Work, kept: Kept, id_: int, act_id: int, some: Select[Any], *which: ColumnElement[bool]) -> int:
    """Make memberships past ones, of those of `some` for which all of `which` hold; return how many."""
    columns = [col(getattr(kept.now, name)) for name in kept.columns]
    ending = select(*columns, literal(work.now, Instant), literal(act_id)).where(
        kept.is_of(kept.now, id_), one_of(work, col(kept.now.contact_id), some), *which
    )
    ended = rows_changed(
        work, insert(kept.past).from_select([*kept.columns, "left_at", "left_act_id"], ending)
    )
    if ended:
        gone = left(kept, id_, act_id).where(one_of(work, col(kept.past.contact_id), some))
        of_them = one_of(work, col(kept.now.contact_id), some)
        rows_changed(
            work,
            delete(kept.now).where(kept.is_of(kept.now, id_), of_them, col(kept.now.contact_id).in_(gone)),
        )
    return ended


def left(kept: Kept, id_: int, act_id: int) -> Select[Any]:
    """Return the contacts whose membership an act has ended."""
    return select(col(kept.past.contact_id)).where(
        kept.is_of(kept.past, id_), col(kept.past.left_act_id) == act_id
    )


def joined(kept: Kept, id_: int, act_id: int) -> Select[Any]:
    """Return the contacts whose present membership an act has begun."""
    return select(col(kept.now.contact_id)).where(
        kept.is_of(kept.now, id_), col(kept.now.joined_act_id) == act_id
    )


def left_again(work: Work, kept: Kept, id_: int, act_id: int, some: Select[Any]) -> Select[Any]:
    """Return those of `some` whom an act took out and somebody once more since: that was decided later."""
    past, later, leaving = kept.past, aliased(kept.past), aliased(Act)
    return (
        select(col(past.contact_id))
        .join(later, and_(kept.is_of(later, id_), col(later.contact_id) == col(past.contact_id)))
        .join(leaving, col(leaving.id) == col(later.left_act_id))
        .where(
            kept.is_of(past, id_),
            col(past.left_act_id) == act_id,
            col(past.back_act_id).is_(None),
            one_of(work, col(past.contact_id), some),
            col(later.left_act_id) > act_id,
            col(leaving.undo_of_id).is_(None),
            ~_there(work, kept, id_, some),
        )
        .distinct()
    )


def _there(work: Work, kept: Kept, id_: int, some: Select[Any]) -> Exists:
    """Return the condition on past memberships of `some` that the contact is in it again."""
    now = col(kept.now.contact_id)
    return exists().where(kept.is_of(kept.now, id_), now == col(kept.past.contact_id), near(work, now, some))


def bring_back(work: Work, kept: Kept, id_: int, act_id: int, undo_id: int, some: Select[Any]) -> int:
    """Put back what `act_id` has ended, as it had been, as the doing of `undo_id`; return how many.

    Whoever is in it again is left alone, and so is whoever left again, and what should not be: a joining that was
    itself undone since, unless that was in part, and so perhaps not this one's.
    """
    past = kept.past
    there = _there(work, kept, id_, some)
    undone = aliased(Act)
    in_part = func.coalesce(col(undone.detail)["partly"].as_boolean(), false())
    void = exists().where(
        col(undone.id) == col(past.joined_act_id), col(undone.undone_by_id).is_not(None), ~in_part
    )
    which = (
        kept.is_of(past, id_),
        col(past.left_act_id) == act_id,
        col(past.back_act_id).is_(None),
        one_of(work, col(past.contact_id), some),
        col(past.contact_id).not_in(left_again(work, kept, id_, act_id, some)),
    )
    coming = select(*(col(getattr(past, name)) for name in kept.columns)).where(*which, ~there, ~void)
    back = rows_changed(work, insert(kept.now).from_select(list(kept.columns), coming))
    if back:
        again = there.where(col(kept.now.joined_act_id) == col(past.joined_act_id))
        rows_changed(work, update(past).where(*which, again).values(back_act_id=undo_id))
    return back
