"""Who may put whom into which segment, and the segments of one contact. Many at once: services/bulk.py."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, insert, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.fold import fold
from models.segment import Segment, SegmentMember, SegmentPast
from services import permissions, walls
from services.access import Sight, visible_segment
from services.errors import Forbidden, Refused, Told
from services.work import AUDITED, Work


def obstacle(viewer: Viewer, sight: Sight, segment: Segment) -> Told | None:
    """Return why the viewer may not change by hand who is in this segment, or nothing when they may."""
    if segment.kind != "static":
        return Refused("dynamic_segment", _("{name} fills itself by a filter.").format(name=segment.name))
    if not segment.active:
        return Refused("inactive_segment", _("{name} is switched off.").format(name=segment.name))
    if not viewer.may(permissions.SEGMENTS_ASSIGN):
        return Forbidden("forbidden", _("Your role does not allow you to add to or take from segments."))
    if not segment.restricted:
        return None
    linked = sight.everyone or segment.id in sight.walls
    if not linked or not viewer.may(permissions.SEGMENTS_ASSIGN_RESTRICTED):
        return Forbidden(
            "forbidden",
            _("Your role does not allow you to put contacts behind {name}.").format(name=segment.name),
        )
    return None


def by_name(work: Work, names: Iterable[str]) -> list[Segment]:
    """Return the segments of these names that the viewer may read, each once. Raises Refused naming the unknown."""
    keys = {fold(name): name for name in names if fold(name)}
    found = {
        segment.name_key: segment
        for segment in work.session.scalars(
            select(Segment).where(col(Segment.name_key).in_(keys), visible_segment(work.sight))
        )
    }
    unknown = [name for key, name in keys.items() if key not in found]
    if unknown:
        wrong = _("There is no segment called {name}.").format(name=", ".join(unknown))
        raise Refused("unknown_segment", wrong, fields={"segments": wrong}, names=unknown)
    return [found[key] for key in keys]


def join(work: Work, contact_id: int, segments: Sequence[Segment]) -> None:
    """Put one contact into segments, within this unit's act. Raises the obstacle of the first that has one."""
    _require(work, segments)
    had = set(work.session.scalars(_memberships(contact_id)))
    fresh = [segment for segment in segments if segment.id not in had]
    if not fresh:
        return
    act_id = work.act()
    rows = [
        {"segment_id": segment.id, "contact_id": contact_id, "mode": "picked"}
        | {"joined_at": work.now, "joined_act_id": act_id}
        for segment in fresh
    ]
    work.session.execute(insert(SegmentMember), rows, execution_options=AUDITED)
    if any(segment.restricted for segment in fresh):
        walls.recompute(work, [contact_id])


def leave(work: Work, contact_id: int, segments: Sequence[Segment]) -> None:
    """Take one contact out of segments, within this unit's act; the memberships are kept as past ones."""
    _require(work, segments)
    act_id = work.act()
    for segment in segments:
        member = work.session.get(SegmentMember, (segment.id, contact_id))
        if member is None:
            continue
        past = {
            name: getattr(member, name)
            for name in ("segment_id", "contact_id", "mode", "joined_at", "joined_act_id")
        }
        work.session.execute(insert(SegmentPast).values(past | {"left_at": work.now, "left_act_id": act_id}))
        work.session.execute(
            delete(SegmentMember).where(
                col(SegmentMember.segment_id) == segment.id, col(SegmentMember.contact_id) == contact_id
            ),
            execution_options=AUDITED,
        )
    if any(segment.restricted for segment in segments):
        walls.recompute(work, [contact_id])


def set_exactly(work: Work, contact_id: int, names: Sequence[str]) -> None:
    """Leave the contact in exactly the segments of these names, of those whose names the viewer may read.

    Segments that do not change need no right; the switched-off and dynamic ones among the others are left alone.
    """
    wanted = by_name(work, names)
    present = work.session.scalars(
        select(Segment).where(col(Segment.id).in_(_memberships(contact_id)), visible_segment(work.sight))
    ).all()
    fresh = [segment for segment in wanted if segment not in present]
    gone = [
        segment
        for segment in present
        if segment not in wanted and segment.active and segment.kind == "static"
    ]
    if fresh:
        join(work, contact_id, fresh)
    if gone:
        leave(work, contact_id, gone)


def _require(work: Work, segments: Sequence[Segment]) -> None:
    walls.lock_segments(work, (segment.id or 0 for segment in segments if segment.restricted))
    for segment in segments:
        if (why := obstacle(work.viewer, work.sight, segment)) is not None:
            raise why


def _memberships(contact_id: int) -> Select[int]:
    return select(col(SegmentMember.segment_id)).where(
        col(SegmentMember.contact_id) == contact_id, col(SegmentMember.mode) != "excluded"
    )
