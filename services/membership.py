"""Who may put whom into which segment, and the segments of one contact. Many at once: services/bulk.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, insert, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.fold import fold
from models.segment import Segment, SegmentMember, SegmentPast
from services import permissions, walls
from services.access import Sight, visible_segment
from services.errors import Forbidden, Refused, Told
from services.overtaken import Overtaken
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


@dataclass(frozen=True)
class Choice:
    """The segments that one contact is to be in, by name; `held` are those that it may thereby join or leave.

    `seen` is the list that was changed into this one, null where there was none.
    """

    names: Sequence[str]
    held: frozenset[int]
    seen: Sequence[str] | None = None


def choose(
    work: Work, names: Sequence[str], contact_id: int | None = None, *, seen: Sequence[str] | None = None
) -> Choice:
    """Hold the segments that the contact, or one still to be made, will join or leave, to the end of the unit.

    Call it before the contact is held or made: whoever has many contacts join holds the segment first.
    """
    named = select(col(Segment.id)).where(col(Segment.name_key).in_({fold(name) for name in names}))
    present = select(col(Segment.id)).where(col(Segment.id).in_(_memberships(contact_id)))
    ids = set(work.session.scalars(named.where(visible_segment(work.sight))))
    ids ^= set(work.session.scalars(present.where(visible_segment(work.sight))))
    held = frozenset(segment_id for segment_id in ids if segment_id is not None)
    walls.lock_segments(work, held, read=True)
    # Whoever had the segments before may have linked or unlinked them.
    del work.sight
    return Choice(names, held, seen)


def _by_name(work: Work, names: Iterable[str]) -> list[Segment]:
    """Return the segments of these names that the viewer may read, each once. Raises Refused naming the unknown."""
    keys = {fold(name): name for name in names if fold(name)}
    wanted = select(Segment).where(col(Segment.name_key).in_(keys), visible_segment(work.sight))
    found = {segment.name_key: segment for segment in _as_they_stand(work, wanted)}
    unknown = [name for key, name in keys.items() if key not in found]
    if unknown:
        wrong = _("There is no segment called {name}.").format(name=", ".join(unknown))
        raise Refused("unknown_segment", wrong, fields={"segments": wrong}, names=unknown)
    return [found[key] for key in keys]


def set_exactly(work: Work, contact_id: int, choice: Choice) -> bool:
    """Leave the contact in exactly the chosen segments, of those whose names the viewer may read; say if any changed.

    Where the choice tells what list was seen, only what differs from it changes: whatever the contact joined or left
    meanwhile stays so. Segments that do not change need no right; the switched-off and dynamic ones among the others
    are left alone. Raises Refused for a name that leads to no segment, and the obstacle of the first segment that has
    one.
    """
    seen = {fold(name) for name in choice.seen or ()}
    kept = seen & {fold(name) for name in choice.names}
    wanted = _by_name(work, (name for name in choice.names if fold(name) not in kept))
    member = col(Segment.id).in_(_memberships(contact_id))
    present = _as_they_stand(work, select(Segment).where(member, visible_segment(work.sight)))
    fresh = [segment for segment in wanted if segment not in present]
    gone = [
        segment
        for segment in present
        if segment not in wanted
        and (segment.name_key in seen - kept if choice.seen is not None else True)
        and segment.active
        and segment.kind == "static"
    ]
    _require(work, choice, [*fresh, *gone])
    _join(work, contact_id, fresh)
    _leave(work, contact_id, gone)
    if any(segment.restricted for segment in [*fresh, *gone]):
        walls.recompute(work, [contact_id])
    return bool(fresh or gone)


def _join(work: Work, contact_id: int, fresh: Sequence[Segment]) -> None:
    if not fresh:
        return
    act_id = work.act()
    rows = [
        {"segment_id": segment.id, "contact_id": contact_id, "mode": "picked"}
        | {"joined_at": work.now, "joined_act_id": act_id}
        for segment in fresh
    ]
    work.session.execute(insert(SegmentMember), rows, execution_options=AUDITED)


def _leave(work: Work, contact_id: int, gone: Sequence[Segment]) -> None:
    """Take one contact out of segments; the memberships are kept as past ones."""
    for segment in gone:
        act_id = work.act()
        member = work.session.get_one(SegmentMember, (segment.id, contact_id))
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


def _require(work: Work, choice: Choice, segments: Iterable[Segment]) -> None:
    for segment in segments:
        if segment.id not in choice.held:
            raise Overtaken
        if (why := obstacle(work.viewer, work.sight, segment)) is not None:
            raise why


def _as_they_stand(work: Work, wanted: Select[Segment]) -> Sequence[Segment]:
    """Return segments as they are now that they are held, whatever this unit read of them before."""
    return work.session.scalars(wanted, execution_options={"populate_existing": True}).all()


def _memberships(contact_id: int | None) -> Select[int]:
    return select(col(SegmentMember.segment_id)).where(
        col(SegmentMember.contact_id) == contact_id, col(SegmentMember.mode) != "excluded"
    )
