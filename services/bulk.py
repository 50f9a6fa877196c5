"""Many contacts at once into a segment or out of it: the picked ones, or all that match, in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, Select, delete, exists, func, insert, literal, select
from sqlmodel import col

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.base import Instant
from models.contact import Contact
from models.segment import Segment, SegmentMember, SegmentPast
from services import permissions, walls
from services.access import visible_segment
from services.errors import Conflict, NotFound, Refused
from services.listing.query import Query, ask
from services.membership import obstacle
from services.overtaken import anew_when_overtaken
from services.work import AUDITED, Work, unit_of_work


@dataclass(frozen=True)
class Done:
    """What came of it: `done` contacts were changed, `skipped` were so already."""

    done: int
    skipped: int


@anew_when_overtaken
def add_to_segment(
    viewer: Viewer,
    segment_id: int,
    query: Query,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> Done:
    """Put every contact that matches, and that the viewer sees, into a segment.

    Raises NotFound for a segment that the viewer cannot see, what services/membership.py holds against it, and
    Refused `no_condition` for a query without one unless `all_contacts` was chosen in words. Where `expected` says
    how many contacts were agreed to, Conflict `count_changed` with the present `count` if it is another one.
    """
    with unit_of_work(viewer, write=True) as work:
        segment = _open_segment(work, segment_id, query, all_contacts)
        found, total = matching(work, query, expected)
        act_id = work.act("bulk", deed="add_to_segment", segment_id=segment_id, name=segment.name)
        there = exists().where(
            col(SegmentMember.segment_id) == segment_id, col(SegmentMember.contact_id) == col(Contact.id)
        )
        fresh = found.where(~there).add_columns(
            literal(segment_id), literal("picked"), literal(work.now, Instant), literal(act_id)
        )
        columns = ["contact_id", "segment_id", "mode", "joined_at", "joined_act_id"]
        added = _rows(work, insert(SegmentMember).from_select(columns, fresh))
        if segment.restricted:
            walls.put_behind(work, segment_id, _joined(segment_id, act_id))
        return Done(added, total - added)


@anew_when_overtaken
def remove_from_segment(
    viewer: Viewer,
    segment_id: int,
    query: Query,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> Done:
    """Take every contact that matches, and that the viewer sees, out of a segment; the memberships become past ones.

    Raises as `add_to_segment`.
    """
    with unit_of_work(viewer, write=True) as work:
        segment = _open_segment(work, segment_id, query, all_contacts)
        found, total = matching(work, query, expected)
        act_id = work.act("bulk", deed="remove_from_segment", segment_id=segment_id, name=segment.name)
        kept = ("segment_id", "contact_id", "mode", "joined_at", "joined_act_id")
        ending = select(
            *(col(getattr(SegmentMember, name)) for name in kept), literal(work.now, Instant), literal(act_id)
        ).where(col(SegmentMember.segment_id) == segment_id, col(SegmentMember.contact_id).in_(found))
        removed = _rows(work, insert(SegmentPast).from_select([*kept, "left_at", "left_act_id"], ending))
        gone = select(col(SegmentPast.contact_id)).where(
            col(SegmentPast.segment_id) == segment_id, col(SegmentPast.left_act_id) == act_id
        )
        _rows(
            work,
            delete(SegmentMember).where(
                col(SegmentMember.segment_id) == segment_id, col(SegmentMember.contact_id).in_(gone)
            ),
        )
        if segment.restricted:
            walls.bring_out(work, segment_id, gone)
        return Done(removed, total - removed)


def _open_segment(work: Work, segment_id: int, query: Query, all_contacts: bool) -> Segment:
    permissions.require(work.viewer, permissions.SEGMENTS_ASSIGN)
    if query.only is None or query.filter is not None or query.search is not None:
        # How many match a question says something of contacts; ids, and what comes of them, the caller knows.
        permissions.require(work.viewer, permissions.CONTACTS_VIEW)
    if query.asks_nothing and not all_contacts:
        raise Refused("no_condition", _("Choose contacts first, or say that all contacts are meant."))
    walls.lock_segments(work, [segment_id])
    segment = work.session.scalar(
        select(Segment).where(col(Segment.id) == segment_id, visible_segment(work.sight))
    )
    if segment is None:
        raise NotFound("not_found", _("There is no such segment."))
    if (why := obstacle(work.viewer, work.sight, segment)) is not None:
        raise why
    return segment


def matching(work: Work, query: Query, expected: int | None) -> tuple[Select[Any], int]:
    """Return the question for the ids, and how many it finds. Raises Conflict where others were agreed to."""
    found = select(col(Contact.id)).where(ask(work, query).condition)
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if expected is not None and total != expected:
        raise Conflict(
            "count_changed",
            ngettext(
                "It is {n} contact by now, no longer {expected}.",
                "It is {n} contacts by now, no longer {expected}.",
                total,
            ).format(n=number(total), expected=number(expected)),
            count=total,
        )
    return found, total


def _rows(work: Work, statement: Any) -> int:
    options = AUDITED | {"synchronize_session": False, "preserve_rowcount": True}
    done = work.session.execute(statement, execution_options=options)
    assert isinstance(done, CursorResult)
    return done.rowcount


def _joined(segment_id: int, act_id: int) -> Select[int]:
    return select(col(SegmentMember.contact_id)).where(
        col(SegmentMember.segment_id) == segment_id, col(SegmentMember.joined_act_id) == act_id
    )
