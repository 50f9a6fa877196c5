"""How a page is found: from the few contacts that one question leaves, or by walking along the order.

Neither engine's own plan is good enough for random combinations of filters and sorts. So each question's index is
asked how many contacts it has, up to a cap. If one has few, they are gathered, asked the other questions and
sorted. Else the order's index is walked in pieces, each asked all questions, until the page is full or the time is
up; then the smallest question's contacts are gathered after all, however many.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.contact import Contact
from services.filters import Source
from services.filters.sources import live
from services.listing.order import Place, Run
from services.listing.query import Asked

# So many contacts are gathered and sorted in less time than a walk might need.
FEW = 5_000
# So few that no other question needs to be asked how many it has.
VERY_FEW = 300
WALK_SECONDS = 0.04
_FIRST_PIECE = 200
_LARGEST_PIECE = 20_000


@dataclass(frozen=True)
class Chosen:
    """The question to begin with, and how many contacts its index has; null when more than the cap."""

    source: Source | None
    size: int | None


def choose(asked: Asked, *, few: int | None = None) -> Chosen:
    """Return the source with the fewest contacts."""
    cap = FEW if few is None else few
    best = Chosen(None, None)
    for question in asked.questions:
        source = question.find()
        if source is None:
            continue
        size = _size(asked, source, cap)
        if size is not None and (best.size is None or size < best.size):
            best = Chosen(source, size)
        if best.size is not None and best.size <= VERY_FEW:
            break
    return best


def _size(asked: Asked, source: Source, cap: int) -> int | None:
    some = source.ids.limit(cap + 1).subquery()
    size = asked.work.session.scalar(select(func.count()).select_from(some)) or 0
    return size if size <= cap else None


def places(asked: Asked, limit: int, start: Place | None = None, *, backwards: bool = False) -> list[Place]:
    """Return up to `limit` places after `start`, in the order in which they are walked."""
    if not asked.questions:
        return _walk_all(asked, limit, start, backwards=backwards)
    best = choose(asked)
    if best.source is not None:
        return gather(asked, best.source, limit, start, backwards=backwards)
    walk = Walk(asked, start, backwards=backwards)
    found = walk.take(limit, perf_counter() + WALK_SECONDS)
    if len(found) >= limit or walk.is_over:
        return found
    return [*found, *_without_end(asked, walk, limit - len(found))]


def gather(
    asked: Asked, source: Source | None, limit: int | None, start: Place | None, *, backwards: bool
) -> list[Place]:
    """Return places from the contacts that `source` names, asked all questions and sorted."""
    value = asked.order.value
    wanted = select(col(Contact.id), *([] if value is None else [value])).where(asked.condition)
    if source is not None:
        # Only the way by id is open: an index of another question would be walked for each of them.
        wanted = wanted.where(col(Contact.id).in_(source.ids)).with_hint(Contact, "NOT INDEXED", "sqlite")
    if start is not None:
        wanted = wanted.where(asked.order.after(start, backwards=backwards))
    wanted = wanted.order_by(*asked.order.by_all(backwards=backwards)).limit(limit)
    return [
        Place(row[1] if value is not None else None, row[0]) for row in asked.work.session.execute(wanted)
    ]


def _without_end(asked: Asked, walk: "Walk", limit: int) -> list[Place]:
    return walk.take(limit, None)


def _walk_all(asked: Asked, limit: int, start: Place | None, *, backwards: bool) -> list[Place]:
    """Return places where nothing is asked: everyone, seen by someone who sees everyone."""
    return Walk(asked, start, backwards=backwards).take(limit, None)


class Walk:
    """Goes along an order's index from a place on, and remembers how far it came."""

    def __init__(self, asked: Asked, start: Place | None, *, backwards: bool) -> None:
        self.asked = asked
        self.backwards = backwards
        self.runs = asked.order.runs(asked.work, backwards=backwards)
        self.number = 0 if start is None else asked.order.first_run(self.runs, start)
        self.last = start
        self.piece = _FIRST_PIECE
        self.visited = 0

    @property
    def is_over(self) -> bool:
        """Say whether the end of the order is reached."""
        return self.number >= len(self.runs)

    def take(self, limit: int, until: float | None) -> list[Place]:
        """Return up to `limit` places more; fewer at the end of the order, or when the time is up."""
        found: list[Place] = []
        while not self.is_over and len(found) < limit:
            if until is not None and perf_counter() > until:
                break
            found += self._step(limit - len(found))
        return found

    def _step(self, wanted: int) -> list[Place]:
        run = self.runs[self.number]
        size = self.piece if self.asked.questions else wanted
        piece = self._piece(run, size)
        rows = self._asked(run, piece, wanted) if self.asked.questions else self._rows(run, piece)
        if len(rows) == wanted:
            self.last = rows[-1]
            return rows
        self._go_on(run, piece, size)
        return rows

    def _piece(self, run: Run, size: int) -> Any:
        order = self.asked.order
        key = [] if run.key is None else [run.key.label("key")]
        wanted = live(*([] if run.holds is None else [run.holds])).add_columns(*key)
        if self.last is not None and (run.key is not None or run.value == self.last.value):
            here = order.within(run.key, col(Contact.id), self.last, backwards=self.backwards)
            wanted = wanted.where(here)
        return wanted.order_by(*order.by(run.key, col(Contact.id), backwards=self.backwards)).limit(size)

    def _rows(self, run: Run, wanted: Any) -> list[Place]:
        rows = self.asked.work.session.execute(wanted)
        return [Place(run.value if run.key is None else row[1], row[0]) for row in rows]

    def _asked(self, run: Run, piece: Any, wanted: int) -> list[Place]:
        walked = piece.subquery("walked")
        key = None if run.key is None else walked.c.key
        rows = (
            select(walked.c.id, *([] if key is None else [key]))
            .join(Contact, col(Contact.id) == walked.c.id)
            .where(self.asked.condition)
            .order_by(*self.asked.order.by(key, walked.c.id, backwards=self.backwards))
            .limit(wanted)
        )
        return self._rows(run, rows)

    def _go_on(self, run: Run, piece: Any, size: int) -> None:
        """Remember the end of the piece, or go over to the next run where it was the run's last."""
        ends = self._rows(run, piece.limit(1).offset(size - 1))
        if ends:
            self.last = ends[0]
            self.visited += size
            self.piece = min(self.piece * 4, _LARGEST_PIECE)
        else:
            self.number += 1
            self.last = None


def batches(asked: Asked, size: int) -> Iterator[list[int]]:
    """Yield the ids of all that match in their order, `size` at a time, within this unit's snapshot."""
    best = choose(asked)
    if best.source is not None:
        ids = [place.id for place in gather(asked, best.source, None, None, backwards=False)]
        yield from (ids[start : start + size] for start in range(0, len(ids), size))
        return
    walk = Walk(asked, None, backwards=False)
    walk.piece = max(size, _FIRST_PIECE)
    while batch := [place.id for place in walk.take(size, None)]:
        yield batch
