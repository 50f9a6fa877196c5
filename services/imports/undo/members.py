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
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.act import Act
from models.base import Instant
from models.segment import Segment
from models.tag import Tag
from services import permissions, walls
from services.access import visible_segment
from services.among import among
from services.membership import obstacle
from services.memberships import SEGMENTS, TAGS, Kept
from services.picked import rows_changed
from services.work import AUDITED, Work

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
            some = among(work, contact_ids)
            for walls_, rows in zip(
                found, (self._begun_in(of_wall, some), self._ended_in(of_wall, some)), strict=True
            ):
                for contact_id, segment_id in work.session.execute(rows):
                    walls_[contact_id].add(segment_id)
        return found

    def _begun_in(self, ids: list[int], some: Select[Any]) -> Select[Any]:
        now = SEGMENTS.now
        return select(col(now.contact_id), col(now.segment_id)).where(
            _of(SEGMENTS, now, ids), col(now.contact_id).in_(some), _begun(SEGMENTS, self._of)
        )

    def _ended_in(self, ids: list[int], some: Select[Any]) -> Select[Any]:
        past = SEGMENTS.past
        return select(col(past.contact_id), col(past.segment_id)).where(
            _of(SEGMENTS, past, ids), col(past.contact_id).in_(some), *_ended(SEGMENTS, self._of)
        )

    def put_back(self, contact_ids: Collection[int], leave: Leave) -> set[int]:
        """Put the memberships of these contacts back, walls too; return those of whom any was."""
        work, done = self._work, set[int]()
        some = among(work, contact_ids)
        for kept, field in ((SEGMENTS, "segments"), (TAGS, "tags")):
            ids = self._open[kept]
            if not ids or not contact_ids:
                continue
            for contact_id, id_ in work.session.execute(_joined_again(kept, ids, self._of, some)):
                leave(contact_id, field, "joined_again", id_)
            ended = self._end(kept, ids, some)
            back = self._bring_back(kept, ids, some)
            if ended or back:
                done.update(work.session.scalars(_done(kept, ids, self._act_id, some)))
        if self._closed and contact_ids:
            for rows in (self._begun_in(self._closed, some), self._ended_in(self._closed, some)):
                for contact_id, segment_id in work.session.execute(rows):
                    leave(contact_id, "segments", "may_not", segment_id)
        if self._walls and done:
            walls.recompute(work, done)
        return done

    def _end(self, kept: Kept, ids: list[int], some: Select[Any]) -> int:
        work, now = self._work, kept.now
        which = (_of(kept, now, ids), col(now.contact_id).in_(some), _begun(kept, self._of))
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

    def _bring_back(self, kept: Kept, ids: list[int], some: Select[Any]) -> int:
        work, now, past = self._work, kept.now, kept.past
        there = exists().where(*_same(kept))
        undone = aliased(Act)
        in_part = func.coalesce(col(undone.detail)["partly"].as_boolean(), false())
        # What was itself undone since, wholly, should not be.
        void = exists().where(
            col(undone.id) == col(past.joined_act_id), col(undone.undone_by_id).is_not(None), ~in_part
        )
        which = (
            _of(kept, past, ids),
            col(past.contact_id).in_(some),
            col(past.joined_act_id) != self._of,
            *_ended(kept, self._of),
        )
        coming = select(*(col(getattr(past, name)) for name in kept.columns)).where(*which, ~there, ~void)
        back = rows_changed(work, insert(now).from_select(list(kept.columns), coming))
        if back:
            again = exists().where(*_same(kept), col(now.joined_act_id) == col(past.joined_act_id))
            marked = update(past).where(*which, again).values(back_act_id=self._act_id)
            work.session.execute(marked, execution_options=AUDITED | {"synchronize_session": False})
        return back


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


def _joined_again(kept: Kept, ids: list[int], act_id: int, some: Select[Any]) -> Select[Any]:
    now, past = kept.now, kept.past
    return (
        select(col(past.contact_id), col(getattr(past, kept.of)))
        .join(now, and_(*_same(kept)))
        .where(
            _of(kept, past, ids),
            col(past.contact_id).in_(some),
            col(past.joined_act_id) + 0 == act_id,
            col(now.joined_act_id) + 0 != act_id,
        )
        .distinct()
    )


def _done(kept: Kept, ids: list[int], act_id: int, some: Select[Any]) -> Select[Any]:
    past = kept.past
    by_it = or_(col(past.left_act_id) + 0 == act_id, col(past.back_act_id) + 0 == act_id)
    return select(col(past.contact_id)).where(_of(kept, past, ids), col(past.contact_id).in_(some), by_it)
