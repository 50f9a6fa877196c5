"""Memberships of segments and tags as they were before an import: what it began ends, what it ended comes back."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.act import Act
from models.base import Instant
from models.segment import Segment
from models.tag import Tag
from services import permissions, walls
from services.access import visible_segment
from services.among import among, within
from services.imports.write import Pen
from services.membership import obstacle
from services.memberships import SEGMENTS, TAGS, Kept
from services.picked import rows_changed
from services.work import Work

Leave = Callable[[int, str, str, int], None]
Walls = dict[int, set[int]]


class Members:
    """The memberships that an import (`of_act_id`) began and ended, of these segments and tags."""

    def __init__(
        self, work: Work, act_id: int, of_act_id: int, segments: Collection[int], tags: Collection[int]
    ) -> None:
        self._work, self._act_id, self._of = work, act_id, of_act_id
        self._touched = {SEGMENTS: list(segments), TAGS: list(tags)}
        self._open: dict[Kept, list[int]] = {SEGMENTS: [], TAGS: []}
        self._closed: list[int] = []
        self._walls: set[int] = set()

    def hold(self) -> None:
        """Hold the segments and tags, as far as they are there, and note which of them the viewer may change."""
        work = self._work
        walls.lock_segments(work, self._touched[SEGMENTS], read=True)
        found = work.session.scalars(
            select(Segment).where(col(Segment.id).in_(self._touched[SEGMENTS]), visible_segment(work.sight))
        ).all()
        for one in found:
            assert one.id is not None
            if obstacle(work.viewer, work.sight, one) is not None:
                self._closed.append(one.id)
                continue
            self._open[SEGMENTS].append(one.id)
            if one.restricted:
                self._walls.add(one.id)
        if work.viewer.may(permissions.CONTACTS_EDIT):
            there = select(col(Tag.id)).where(
                col(Tag.id).in_(self._touched[TAGS]), col(Tag.deleted_at).is_(None)
            )
            there = there.order_by(col(Tag.id))
            held = work.session.scalars(there if work.on_sqlite else there.with_for_update(read=True))
            self._open[TAGS] = [id_ for id_ in held if id_ is not None]

    def moved(self, after: int, upto: int) -> set[int]:
        """Return the contacts between these ids whose memberships the import began or ended."""
        found: set[int] = set()
        for kept, ids in self._touched.items():
            if ids:
                for table, which in ((kept.now, _begun(kept, self._of)), (kept.past, self._ever(kept))):
                    there = col(table.contact_id) > after, col(table.contact_id) <= upto
                    found.update(
                        self._work.session.scalars(
                            select(col(table.contact_id)).where(_of(kept, table, ids), *there, which)
                        )
                    )
        return found

    def _ever(self, kept: Kept) -> ColumnElement[bool]:
        return or_(col(kept.past.joined_act_id) + 0 == self._of, col(kept.past.left_act_id) + 0 == self._of)

    def walls_of(self, contact_ids: Collection[int]) -> tuple[Walls, Walls]:
        """Return, of each of these contacts, the walls that the import put it behind and brought it out of."""
        work, of_wall = self._work, sorted(self._walls)
        found: tuple[Walls, Walls] = (defaultdict(set), defaultdict(set))
        if of_wall:
            for walls_, rows in zip(
                found,
                (self._begun_in(of_wall, contact_ids), self._ended_in(of_wall, contact_ids)),
                strict=True,
            ):
                for contact_id, segment_id in work.session.execute(rows):
                    walls_[contact_id].add(segment_id)
        return found

    def _begun_in(self, ids: list[int], some: Collection[int]) -> Select[Any]:
        now = SEGMENTS.now
        return select(col(now.contact_id), col(now.segment_id)).where(
            _of(SEGMENTS, now, ids), within(self._work, col(now.contact_id), some), _begun(SEGMENTS, self._of)
        )

    def _ended_in(self, ids: list[int], some: Collection[int]) -> Select[Any]:
        past = SEGMENTS.past
        return select(col(past.contact_id), col(past.segment_id)).where(
            _of(SEGMENTS, past, ids),
            within(self._work, col(past.contact_id), some),
            *_ended(SEGMENTS, self._of),
        )

    def put_back(self, contact_ids: Collection[int], leave: Leave) -> set[int]:
        """Put the memberships of these contacts back, walls too; return those of whom any was."""
        work, done = self._work, set[int]()
        for kept, field in ((SEGMENTS, "segments"), (TAGS, "tags")):
            ids = self._open[kept]
            if not ids or not contact_ids:
                continue
            for contact_id, id_ in work.session.execute(
                _joined_again(work, kept, ids, self._of, contact_ids)
            ):
                leave(contact_id, field, "joined_again", id_)
            ended = self._end(kept, ids, contact_ids)
            later = self._left_later(kept, ids, contact_ids)
            for contact_id, id_ in sorted(later):
                leave(contact_id, field, "changed_since", id_)
            back = self._bring_back(kept, ids, contact_ids, later)
            if ended or back:
                done.update(work.session.scalars(_done(work, kept, ids, self._act_id, contact_ids)))
        if self._closed and contact_ids:
            for rows in (
                self._begun_in(self._closed, contact_ids),
                self._ended_in(self._closed, contact_ids),
            ):
                for contact_id, segment_id in work.session.execute(rows):
                    leave(contact_id, "segments", "may_not", segment_id)
        if self._walls and done:
            walls.recompute(work, done)
        return done

    def _end(self, kept: Kept, ids: list[int], some: Collection[int]) -> int:
        work, now = self._work, kept.now
        which = (_of(kept, now, ids), within(self._work, col(now.contact_id), some), _begun(kept, self._of))
        ending = select(
            *(col(getattr(now, name)) for name in kept.columns),
            literal(work.now, Instant),
            literal(self._act_id),
        ).where(*which)
        columns = [*kept.columns, "left_at", "left_act_id"]
        ended = rows_changed(work, insert(kept.past).from_select(columns, ending))
        if ended:
            rows_changed(work, delete(now).where(*which))
        return ended

    def _left_later(self, kept: Kept, ids: list[int], some: Collection[int]) -> set[tuple[int, int]]:
        """Return, as contact and segment or tag, what the import ended and somebody ended once more since."""
        work, past = self._work, kept.past
        later, leaving = aliased(past), aliased(Act)
        same = col(getattr(later, kept.of)) == col(getattr(past, kept.of))
        wanted = (
            select(col(past.contact_id), col(getattr(past, kept.of)))
            .join(later, and_(same, col(later.contact_id) == col(past.contact_id)))
            .join(leaving, col(leaving.id) == col(later.left_act_id))
            .where(
                _of(kept, past, ids),
                within(work, col(past.contact_id), some),
                *_ended(kept, self._of),
                col(later.left_act_id) + 0 > self._of,
                col(leaving.undo_of_id).is_(None),
                ~exists().where(*_same(kept)).correlate(past),
            )
        )
        return {(contact_id, id_) for contact_id, id_ in work.session.execute(wanted)}

    def _bring_back(
        self, kept: Kept, ids: list[int], some: Collection[int], later: Collection[tuple[int, int]]
    ) -> int:
        """Put back what the import ended, each by its key: PostgreSQL would join all of them with each other.

        What was ended once more `later` was decided then.
        """
        work, now, past = self._work, kept.now, kept.past
        gone = select(*(col(getattr(past, name)) for name in kept.columns)).where(
            _of(kept, past, ids),
            within(self._work, col(past.contact_id), some),
            col(past.joined_act_id) != self._of,
            *_ended(kept, self._of),
        )
        found = work.session.execute(gone).all()
        if not found:
            return 0
        members = select(col(getattr(now, kept.of)), col(now.contact_id)).where(
            _of(kept, now, ids), within(self._work, col(now.contact_id), some)
        )
        there = {tuple(row) for row in work.session.execute(members)}
        void = self._void({row.joined_act_id for row in found})
        pen = Pen(work)
        coming = [
            (of, contact_id, pen.instant(joined_at), *more)
            for of, contact_id, joined_at, *more in found
            if (of, contact_id) not in there and more[0] not in void and (contact_id, of) not in later
        ]
        pen.insert(now.__tablename__, kept.columns, coming)
        mark = "?" if work.on_sqlite else "%s"
        which = f"{kept.of} = {mark} AND contact_id = {mark} AND left_act_id = {int(self._of)}"
        if coming:
            work.session.connection().exec_driver_sql(
                f"UPDATE {past.__tablename__} SET back_act_id = {int(self._act_id)} WHERE {which}",  # noqa: S608
                [row[:2] for row in coming],
            )
        return len(coming)

    def _void(self, act_ids: Collection[int]) -> set[int]:
        """Return those of these acts that were wholly undone since: what they began should not be."""
        in_part = func.coalesce(col(Act.detail)["partly"].as_boolean(), false())
        undone = select(col(Act.id)).where(
            col(Act.id).in_(among(self._work, act_ids)), col(Act.undone_by_id).is_not(None), ~in_part
        )
        return {act_id for act_id in self._work.session.scalars(undone) if act_id is not None}


# Memberships are found by contact, or by segment and contact: by their act, an engine would go through all that the
# import ever moved, for each slice anew. Hence the sums, which no index answers.


def _begun(kept: Kept, act_id: int) -> ColumnElement[bool]:
    return col(kept.now.joined_act_id) + 0 == act_id


def _ended(kept: Kept, act_id: int) -> tuple[ColumnElement[bool], ...]:
    return col(kept.past.left_act_id) + 0 == act_id, col(kept.past.back_act_id).is_(None)


def _of(kept: Kept, table: Any, ids: list[int]) -> ColumnElement[bool]:
    return col(getattr(table, kept.of)).in_(ids)


def _same(kept: Kept) -> tuple[ColumnElement[bool], ...]:
    now, past = kept.now, kept.past
    return (
        col(getattr(now, kept.of)) == col(getattr(past, kept.of)),
        col(now.contact_id) == col(past.contact_id),
    )


def _joined_again(work: Work, kept: Kept, ids: list[int], act_id: int, some: Collection[int]) -> Select[Any]:
    now, past = kept.now, kept.past
    return (
        select(col(past.contact_id), col(getattr(past, kept.of)))
        .join(now, and_(*_same(kept)))
        .where(
            _of(kept, past, ids),
            within(work, col(past.contact_id), some),
            col(past.joined_act_id) + 0 == act_id,
            col(now.joined_act_id) + 0 != act_id,
        )
        .distinct()
    )


def _done(work: Work, kept: Kept, ids: list[int], act_id: int, some: Collection[int]) -> Select[Any]:
    past = kept.past
    by_it = or_(col(past.left_act_id) + 0 == act_id, col(past.back_act_id) + 0 == act_id)
    return select(col(past.contact_id)).where(
        _of(kept, past, ids), within(work, col(past.contact_id), some), by_it
    )
