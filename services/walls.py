"""Wall sets: which restricted segments a contact is behind, interned on the contact for the access rule."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import select, text, update
from sqlmodel import col

from models.contact import Contact
from models.segment import Segment, SegmentMember, WallSet, WallSetSegment
from services.among import among
from services.work import AUDITED, Work

_CHUNK = 10_000


def lock_segments(work: Work, segment_ids: Iterable[int]) -> None:
    """Hold the segments' rows to the end of the unit: their switch must not turn under a change of members.

    Call it before `recompute`, in ascending order of ids, as everyone does; SQLite holds the whole database.
    """
    ids = sorted(set(segment_ids))
    if ids and not work.on_sqlite:
        work.session.execute(
            select(col(Segment.id))
            .where(col(Segment.id).in_(ids))
            .order_by(col(Segment.id))
            .with_for_update()
        )


def recompute(work: Work, contact_ids: Iterable[int]) -> None:
    """Write the wall set of these contacts anew, from their memberships as they stand in this unit.

    Their rows are locked first: two joins at once must not lose a wall.
    """
    ids = sorted(set(contact_ids))
    for start in range(0, len(ids), _CHUNK):
        _recompute(work, ids[start : start + _CHUNK])


def _recompute(work: Work, ids: Sequence[int]) -> None:
    if not work.on_sqlite:
        rows = select(col(Contact.id)).where(col(Contact.id).in_(among(work, ids)))
        work.session.execute(rows.order_by(col(Contact.id)).with_for_update())
    walls = work.session.execute(
        select(col(SegmentMember.contact_id), col(SegmentMember.segment_id))
        .join(Segment, col(Segment.id) == col(SegmentMember.segment_id))
        .where(
            col(SegmentMember.contact_id).in_(among(work, ids)),
            col(SegmentMember.mode) != "excluded",
            col(Segment.restricted),
            col(Segment.deleted_at).is_(None),
        )
        .order_by(col(SegmentMember.contact_id), col(SegmentMember.segment_id))
    )
    sets: dict[tuple[int, ...], list[int]] = {}
    behind: set[int] = set()
    for contact_id, of_one in groupby(walls, key=lambda row: row[0]):
        sets.setdefault(tuple(row[1] for row in of_one), []).append(contact_id)
        behind.add(contact_id)
    free = [contact_id for contact_id in ids if contact_id not in behind]
    if free:
        sets[()] = free
    for walls_of, members in sets.items():
        wall_set_id = intern_set(work, walls_of)
        work.session.execute(
            update(Contact)
            .where(col(Contact.id).in_(among(work, members)), col(Contact.wall_set_id) != wall_set_id)
            .values(wall_set_id=wall_set_id)
            .execution_options(synchronize_session=False, **AUDITED)
        )


def intern_set(work: Work, segment_ids: Sequence[int]) -> int:
    """Return the id of the wall set of these restricted segments; the empty one is 0."""
    if not segment_ids:
        return 0
    key = ",".join(str(segment_id) for segment_id in sorted(segment_ids))
    if not work.on_sqlite:
        # Two units that make the same set at once must end with one.
        work.session.execute(
            text("INSERT INTO wall_set (key) VALUES (:key) ON CONFLICT (key) DO NOTHING"), {"key": key}
        )
    found = work.session.scalar(select(col(WallSet.id)).where(col(WallSet.key) == key))
    if found is None:
        made = WallSet(key=key)
        work.session.add(made)
        work.session.flush()
        found = made.id
        assert found is not None
    if not work.session.get(WallSetSegment, (found, min(segment_ids))):
        work.session.add_all(WallSetSegment(wall_set_id=found, segment_id=one) for one in sorted(segment_ids))
        work.session.flush()
    return found
