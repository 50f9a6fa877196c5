"""A sheet of segments taken back, in one transaction: what it made goes, what it changed goes back.

Each change of a segment is an act that keeps what stood before and the import that made it. A segment in which contacts
have been since, and whatever somebody has changed since, is left and told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import col

from models.act import Act
from models.imports import Import
from models.segment import Segment, SegmentMember, SegmentPast, SegmentUpdate
from services import impact, segments, walls
from services.access import visible_segment
from services.among import among
from services.impact import Impact
from services.segment_sheets.compare import Detail, Known, as_wall, known
from services.work import Work

_LINKED = ("teams", "users")
_RESTRICTING = frozenset(("restricted", *_LINKED))

# The segment, the field that was left (none for the whole of it), and the code that says why.
Left = tuple[int, str, str]


@dataclass
class Outcome:
    """What was taken back: segments that went, by name, how many were put back, and what was left."""

    gone: list[str] = field(default_factory=list)
    restored: int = 0
    missed: int = 0
    left: list[Left] = field(default_factory=list)


def take_back(work: Work, kept: Import) -> Outcome:
    """Take a sheet back within this unit, as far as the viewer may. Whoever calls has checked the right to undo it."""
    outcome = Outcome()
    acts = _acts(work, kept)
    walls.lock_segments(work, sorted({act.segment_id for act in acts if act.segment_id is not None}))
    readable, decided = _readable(work, acts), _decided(work, acts)
    house = known(work)
    for act in acts:
        segment = work.session.get_one(Segment, act.segment_id)
        if segment.deleted_at is not None:
            # What it made may go another way, too; what it changed cannot be put back.
            if act.detail["deed"] == "segment_changed":
                outcome.left.append((segment.id or 0, "", "segment_gone"))
        elif segment.id not in readable:
            outcome.missed += 1
        elif act.detail["deed"] == "segment_created":
            _remove(work, act, segment, house, outcome)
        else:
            _put_back(
                work, act, segment, house, outcome, overtaken=decided.get(segment.id, 0) > (act.id or 0)
            )
    return outcome


def foreseen(work: Work, kept: Import) -> Impact:
    """Return who would gain and lose what by taking a sheet back; nothing is written, for whoever sees all contacts.

    What the sheet made goes only while no contact has been in it, so it hides nothing and shows nothing.
    """
    house, acts = known(work), _acts(work, kept)
    readable, decided = _readable(work, acts), _decided(work, acts)
    turns = {}
    for act in acts:
        segment = work.session.get_one(Segment, act.segment_id)
        if act.detail["deed"] == "segment_changed" and segment.deleted_at is None and segment.id in readable:
            stands = house.stands(segment)
            overtaken = decided.get(segment.id, 0) > (act.id or 0)
            going, _left = _way_back(act, stands, house, overtaken=overtaken)
            turns[segment.id or 0] = (as_wall(stands), as_wall(stands | going))
    return impact.of_changes(work, {one: turn for one, turn in turns.items() if turn[0] != turn[1]})


def _readable(work: Work, acts: Sequence[Act]) -> set[int | None]:
    """Return the segments of these acts whose names the viewer may read."""
    ids = {act.segment_id for act in acts if act.segment_id is not None}
    wanted = select(col(Segment.id)).where(col(Segment.id).in_(among(work, ids)), visible_segment(work.sight))
    return set(work.session.scalars(wanted))


def _acts(work: Work, kept: Import) -> Sequence[Act]:
    """Return what the sheet did to segments, the last first."""
    until = kept.ended_at or work.now
    wanted = select(Act).where(
        col(Act.kind) == "edit",
        col(Act.started_at) >= kept.created_at,
        col(Act.started_at) <= until,
        col(Act.segment_id).is_not(None),
        col(Act.detail)["import_id"].as_integer() == kept.id,
    )
    return work.session.scalars(wanted.order_by(col(Act.id).desc())).all()


def _remove(work: Work, act: Act, segment: Segment, house: Known, outcome: Outcome) -> None:
    assert segment.id is not None
    if work.session.scalar(select(_is_used(segment.id))):
        outcome.left.append((segment.id, "", "segment_used"))
    elif work.session.scalar(select(_is_changed_since(act))):
        outcome.left.append((segment.id, "", "segment_touched"))
    elif segment.restricted and not house.may_restrict:
        outcome.left.append((segment.id, "", "may_not"))
    else:
        segment.deleted_at = work.now
        work.session.flush()
        work.act_beside("edit", deed="segment_deleted", segment_id=segment.id, name=segment.name, members=0)
        outcome.gone.append(segment.name)


def _is_used(segment_id: int) -> Any:
    """Hold where a contact is in the segment, or has been."""
    is_in = exists().where(col(SegmentMember.segment_id) == segment_id)
    return is_in | exists().where(col(SegmentPast.segment_id) == segment_id)


def _is_changed_since(act: Act) -> Any:
    return exists().where(
        col(Act.segment_id) == act.segment_id, col(Act.id) > act.id, col(Act.undone_by_id).is_(None)
    )


def _decided(work: Work, acts: Sequence[Act]) -> dict[int | None, int]:
    """Return, by segment, the last act by which somebody has changed who sees its contacts."""
    ids = {act.segment_id for act in acts if act.segment_id is not None}
    later = select(col(Act.segment_id), col(Act.id), col(Act.detail)).where(
        col(Act.segment_id).in_(among(work, ids)), col(Act.undone_by_id).is_(None)
    )
    return {
        segment_id: act_id or 0
        for segment_id, act_id, detail in work.session.execute(later.order_by(col(Act.id)))
        if not _RESTRICTING.isdisjoint((detail or {}).get("fields", ()))
    }


def _put_back(
    work: Work, act: Act, segment: Segment, house: Known, outcome: Outcome, *, overtaken: bool
) -> None:
    going, left = _way_back(act, house.stands(segment), house, overtaken=overtaken)
    outcome.left += left
    if going:
        named = {
            name: [house.names[name, one] for one in value] if name in _LINKED else value
            for name, value in going.items()
        }
        segments.alter(work, segment, SegmentUpdate.model_validate(named))
        outcome.restored += 1


def _way_back(act: Act, stands: Detail, house: Known, *, overtaken: bool) -> tuple[Detail, list[Left]]:
    """Return the fields of a segment that go back, links by their ids, and what is left.

    Who sees is one decision: where it is `overtaken`, half of it put back could open what somebody has meant to hide.
    """
    going: Detail = {}
    left: list[Left] = []
    for name, (old, new) in act.detail["fields"].items():
        if stands[name] == old:
            continue
        if stands[name] != new or (overtaken and name in _RESTRICTING):
            left.append((stands["id"], name, "changed_since"))
        elif name in _RESTRICTING and not house.may_restrict:
            left.append((stands["id"], name, "may_not"))
        elif name in _LINKED:
            # Who is no more cannot see again.
            going[name] = [one for one in old if (name, one) in house.names]
        else:
            going[name] = old
    return going, left
