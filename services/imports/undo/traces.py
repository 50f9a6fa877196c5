"""Contacts that others have touched and left as they had been: each of their acts was undone, and nothing remains."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.act import Act
from models.change import Change
from services.among import within
from services.history import Delta, laid_over
from services.memberships import SEGMENTS, TAGS, Kept
from services.work import Work


def traceless(work: Work, act_id: int, contact_ids: Collection[int]) -> set[int]:
    """Return those of these contacts that are as the act has left them, all that others did being undone."""
    left = set(contact_ids)
    left -= _changed(work, act_id, left)
    for kept in (SEGMENTS, TAGS):
        left -= _moved(work, kept, act_id, left)
    return left


def _changed(work: Work, act_id: int, contact_ids: Collection[int]) -> set[int]:
    """Return those of whom a value, or an act that nobody has undone, remains."""
    undone = or_(col(Act.undone_by_id).is_not(None), col(Act.undo_of_id).is_not(None))
    wanted = (
        select(col(Change.contact_id), col(Change.kind), col(Change.data), undone)
        .join(Act, col(Act.id) == col(Change.act_id))
        .where(within(work, col(Change.contact_id), contact_ids), col(Change.act_id) != act_id)
        .order_by(col(Change.at), col(Change.act_id))
    )
    found: set[int] = set()
    deltas: dict[int, Delta] = defaultdict(dict)
    for contact_id, kind, data, is_undone in work.session.execute(wanted):
        deltas[contact_id] = laid_over(deltas[contact_id], data or {})
        if not is_undone or kind in ("merged", "erased"):
            found.add(contact_id)
    return found | {contact_id for contact_id, delta in deltas.items() if delta}


def _moved(work: Work, kept: Kept, act_id: int, contact_ids: Collection[int]) -> set[int]:
    """Return those whose memberships are others than the act has begun."""
    now, past = kept.now, kept.past
    begun = select(col(now.contact_id)).where(
        within(work, col(now.contact_id), contact_ids), col(now.joined_act_id) != act_id
    )
    leaving: Any = aliased(Act)
    ended_and_back = and_(col(past.joined_act_id) == act_id, col(past.back_act_id).is_not(None))
    begun_and_undone = and_(
        col(past.joined_act_id) != act_id,
        func.coalesce(col(leaving.undo_of_id), 0) == col(past.joined_act_id),
    )
    gone = (
        select(col(past.contact_id))
        .join(leaving, col(leaving.id) == col(past.left_act_id))
        .where(within(work, col(past.contact_id), contact_ids), ~or_(ended_and_back, begun_and_undone))
    )
    return {*work.session.scalars(begun), *work.session.scalars(gone)}
