"""Deleted segments: for thirty days they can be brought back, with their members, links, switch and wall."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, false, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act
from models.fold import fold
from models.people import User
from models.segment import Segment, SegmentGone, SegmentRead
from services import impact as impacts
from services import permissions, segments, walls
from services.denials import noting_unit
from services.errors import NotFound
from services.impact import Impact
from services.overtaken import anew_when_overtaken
from services.work import UNDO_DAYS, Work, unit_of_work


def listed(viewer: Viewer) -> list[SegmentGone]:
    """Return the segments that the viewer can bring back, the last one deleted first."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Segment).where(_within_reach(work)).order_by(col(Segment.deleted_at).desc())
        ).all()
        return [_gone(work, segment) for segment in found]


@anew_when_overtaken
def bring_back(viewer: Viewer, segment_id: int, *, name: str | None = None) -> SegmentRead:
    """Bring a segment back as it was, under another `name` where one is given, and return it.

    Raises NotFound, Conflict `name_known` or NotAvailable where its name was taken since, and for a wall Forbidden
    without everyone's scope.
    """
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with noting_unit(viewer, "segments.create") as work:
        walls.lock_segments(work, [segment_id])
        segment = _one(work, segment_id)
        segment.name = segments.fitting_name(work, name or segment.name, but=segment_id)
        segment.name_key = fold(segment.name)
        segment.deleted_at = None
        work.session.flush()
        if segment.restricted:
            walls.put_behind(work, segment_id, segments.members(segment_id))
        work.act("edit", deed="segment_restored", segment_id=segment_id, name=segment.name)
        return segments.read(work, [segment])[0]


def impact(viewer: Viewer, segment_id: int) -> Impact:
    """Return who would gain and lose what if the segment came back. Raises NotFound, Forbidden."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer) as work:
        segment = _one(work, segment_id)
        segments.require_seeing_all(work)
        return impacts.of_change(work, segment, impacts.wall_of(work, segment))


def _within_reach(work: Work) -> ColumnElement[bool]:
    """Return the condition on `segment`: deleted not long ago, and a wall only for who sees all contacts."""
    recent = col(Segment.deleted_at) > work.now - timedelta(days=UNDO_DAYS)
    return recent if work.sight.everyone else and_(recent, col(Segment.restricted) == false())


def _one(work: Work, segment_id: int) -> Segment:
    found = work.session.scalar(select(Segment).where(col(Segment.id) == segment_id, _within_reach(work)))
    if found is None:
        raise NotFound("not_found", _("There is no such segment in the bin."))
    return found


def _gone(work: Work, segment: Segment) -> SegmentGone:
    assert segment.id is not None
    assert segment.deleted_at is not None
    acts = work.session.execute(
        select(col(Act.detail), col(User.name))
        .outerjoin(User, col(User.id) == col(Act.actor_id))
        .where(col(Act.segment_id) == segment.id)
        .order_by(col(Act.id).desc())
    )
    by = next((name for detail, name in acts if detail.get("deed") == "segment_deleted"), None)
    return SegmentGone(
        id=segment.id,
        name=segment.name,
        colour=segment.colour,
        restricted=segment.restricted,
        members=segments.count(work, segment.id),
        deleted=segment.deleted_at,
        by=by,
    )
