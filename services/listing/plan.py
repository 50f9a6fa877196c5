"""How a page is found: from the few contacts that one question leaves, or by walking along the order.

Neither engine's own plan is good enough for random combinations of filters and sorts. So each question's index is
asked how many contacts it has, up to a cap. If one has few, they are gathered, asked the other questions and
sorted. Else the order's index is walked in pieces, each asked all questions. Whoever has walked for a while without
a full page counts further, and turns to gathering as soon as walking on would cost more; where one of several parts is
enough, each is found for itself then, since the few of one may stand far behind.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from models.contact import Contact
from services.access import branches, visible
from services.filters import Source
from services.filters.sources import live
from services.listing.order import Place, Run
from services.listing.query import Asked

# So many contacts are gathered and sorted in less time than a walk might need.
FEW = 5_000
# So few that no other question needs to be asked how many it has.
VERY_FEW = 300
# So many steps are walked before anything else is tried.
PATIENCE = 6_000
# Where contacts that the viewer does not see are passed without a look at them, so many steps cost what one costs else.
_PASSED = 4
# As far as is counted then; more than that is never gathered but as a last resort.
MANY = 100_000
_FIRST_PIECE = 200
_LARGEST_PIECE = 20_000
# A piece where nothing can match is passed by its index alone: so many of its steps cost what one look costs.
_SKIPPED = 16


@dataclass(frozen=True)
class Chosen:
    """The question to begin with, and how many contacts its index has; null when more than the cap."""

    source: Source | None
    size: int | None


def choose(asked: Asked, cap: int | None = None, *, slow: bool = False) -> Chosen:
    """Return the source with the fewest contacts, of the quick ones or of the slow ones."""
    cap = FEW if cap is None else cap
    best = Chosen(None, None)
    for source in asked.sources:
        if source.slow is not slow:
            continue
        size = _size(asked, source, cap if best.size is None else best.size)
        if size is not None:
            best = Chosen(source, size)
        if best.size is not None and best.size <= VERY_FEW:
            break
    return best


def _size(asked: Asked, source: Source, cap: int) -> int | None:
    if source.about is not None:
        return source.about if source.about <= cap else None
    some = source.ids.limit(cap + 1).subquery()
    size = asked.work.session.scalar(select(func.count()).select_from(some)) or 0
    return size if size <= cap else None


def places(asked: Asked, limit: int, start: Place | None = None, *, backwards: bool = False) -> list[Place]:
    """Return up to `limit` places after `start`, in the order in which they are walked."""
    walk = Walk(asked, start, backwards=backwards)
    if not asked.questions:
        return walk.take(limit)
    best = choose(asked)
    if best.source is not None:
        return gather(asked, best.source, limit, start, backwards=backwards)
    found = walk.take(limit, PATIENCE * walk.steps_a_look)
    if len(found) >= limit or walk.is_over:
        return found
    best = choose(asked, MANY)
    if best.source is None and (apart := asked.apart):
        each = [places(one, limit, start, backwards=backwards) for one in apart]
        return asked.order.merged(each, backwards=backwards)[:limit]
    if best.source is None:
        best = choose(asked, MANY, slow=True)
    if best.size is not None:
        ahead = walk.visited * (limit - len(found)) / max(len(found), 0.1)
        worth = best.size * walk.steps_a_look
        if ahead < worth:
            found += walk.take(limit - len(found), worth)
        if len(found) < limit and not walk.is_over:
            return gather(asked, best.source, limit, start, backwards=backwards)
    return found + walk.take(limit - len(found))


def gather(
    asked: Asked, source: Source | None, limit: int | None, start: Place | None, *, backwards: bool
) -> list[Place]:
    """Return places from the contacts that `source` names, asked all questions and sorted."""
    id_: Any = col(Contact.id)
    value = asked.order.value
    wanted = select(id_, *([] if value is None else [value.label("value")])).where(asked.condition)
    if source is not None:
        # Only the way by id is open: an index of another question would be walked for each of them.
        wanted = wanted.where(id_.in_(source.ids)).with_hint(Contact, "NOT INDEXED", "sqlite")
    if not asked.order.is_walked:
        # What takes a look into other tables is found once for each contact, not for each comparison.
        once = wanted.cte("once").prefix_with("MATERIALIZED")
        id_, value = once.c.id, once.c.value
        wanted = select(id_, value)
    if start is not None:
        wanted = wanted.where(asked.order.after(value, id_, start, backwards=backwards))
    wanted = wanted.order_by(*asked.order.by_all(value, id_, backwards=backwards)).limit(limit)
    return [
        Place(row[1] if value is not None else None, row[0]) for row in asked.work.session.execute(wanted)
    ]


class Walk:
    """Goes along an order's index from a place on, and remembers how far it came."""

    def __init__(self, asked: Asked, start: Place | None, *, backwards: bool) -> None:
        self.asked = asked
        self.start = start
        self.backwards = backwards
        self.number = 0
        self.last = start
        self.piece = _FIRST_PIECE * self.steps_a_look
        self.visited = 0
        self.is_dry = False

    @cached_property
    def runs(self) -> list[Run]:
        """The runs that are left to walk."""
        order = self.asked.order
        runs = order.runs(self.asked.work, self.asked.along, backwards=self.backwards)
        if self.start is None:
            return runs
        return runs[order.first_run(runs, self.start, backwards=self.backwards) :]

    @property
    def steps_a_look(self) -> int:
        """How many steps cost what the look at a contact costs."""
        return _PASSED if self._sees_in_passing else 1

    @property
    def is_over(self) -> bool:
        """Say whether the end of the order is reached."""
        return self.number >= len(self.runs)

    def take(self, limit: int, steps: int | None = None) -> list[Place]:
        """Return up to `limit` places more; fewer at the end of the order, or after about so many steps."""
        found: list[Place] = []
        end = None if steps is None else self.visited + steps
        while not self.is_over and len(found) < limit and (end is None or self.visited < end):
            found += self._step(limit - len(found))
        return found

    def _step(self, wanted: int) -> list[Place]:
        run = self.runs[self.number]
        size = self.piece if self.asked.questions else wanted
        piece = self._piece(run, size)
        if self._has_none(piece):
            self._go_on(run, piece, size, size // _SKIPPED)
            return []
        rows = self._asked(run, piece, wanted) if self.asked.questions else self._rows(run, piece)
        if len(rows) == wanted:
            self.last = rows[-1]
            return rows
        self._go_on(run, piece, size, size)
        self.is_dry = not rows
        return rows

    def _has_none(self, piece: Any) -> bool:
        """Say whether an index tells at once that no contact of a piece matches.

        Contacts that came in together stand together in most orders, and may have nothing of what is asked for: all
        that a file has brought are the newest ones.
        """
        in_order = [one for one in self.asked.sources if one.in_order] if self.is_dry else []
        if not in_order:
            return False
        walked = piece.subquery("passed")
        low, high = self.asked.work.session.execute(
            select(func.min(walked.c.id), func.max(walked.c.id))
        ).one()
        return low is not None and not all(
            self.asked.work.session.scalar(one.between(low, high)) for one in in_order
        )

    def _piece(self, run: Run, size: int) -> Any:
        order, here = self.asked.order, self._is_within(run)
        key = [] if run.key is None else [run.key.label("key")]
        wanted = live(*([] if run.holds is None else [run.holds])).add_columns(*key)
        if self._sees_in_passing:
            wanted = wanted.add_columns(col(Contact.wall_set_id), col(Contact.responsible_id))
        if run.span is not None:
            # The place is a closer bound than the near end of its span, and an index takes only one.
            down = order.down is not self.backwards
            wanted = wanted.where(run.span.holds(run.key, low=down or not here, high=not down or not here))
        if here and self.last is not None:
            wanted = wanted.where(order.within(run.key, col(Contact.id), self.last, backwards=self.backwards))
        return wanted.order_by(*order.by(run.key, col(Contact.id), backwards=self.backwards)).limit(size)

    @property
    def _sees_in_passing(self) -> bool:
        """Say whether the access rule is asked of what is walked, before the contact itself is looked up.

        On PostgreSQL an index may hold its columns too; SQLite looks the contact up for them in any case.
        """
        return self.asked.work.sight.takes_lists

    def _is_within(self, run: Run) -> bool:
        """Say whether the last place is in this run."""
        if self.last is None:
            return False
        if run.span is None:
            return bool(run.value == self.last.value)
        return self.last.value is not None and run.span.has(self.last.value)

    def _rows(self, run: Run, wanted: Any) -> list[Place]:
        rows = self.asked.work.session.execute(wanted)
        return [Place(run.value if run.key is None else row[1], row[0]) for row in rows]

    def _asked(self, run: Run, piece: Any, wanted: int) -> list[Place]:
        walked = piece.subquery("walked")
        key = None if run.key is None else walked.c.key
        sight, held = self.asked.work.sight, self.asked.held
        rows = select(walked.c.id, *([] if key is None else [key]))
        if self._sees_in_passing:
            rows = rows.where(or_(*branches(sight, walked.c)))
        else:
            held = [visible(sight), *held]
        if held:
            rows = rows.join(Contact, col(Contact.id) == walked.c.id).where(*held)
        rows = rows.order_by(*self.asked.order.by(key, walked.c.id, backwards=self.backwards)).limit(wanted)
        return self._rows(run, rows)

    def _go_on(self, run: Run, piece: Any, size: int, cost: int) -> None:
        """Remember the end of the piece, or go over to the next run where it was the run's last."""
        ends = self._rows(run, piece.limit(1).offset(size - 1))
        if ends:
            self.last = ends[0]
            self.visited += cost
            self.piece = min(self.piece * 4, _LARGEST_PIECE * self.steps_a_look)
        else:
            self.number += 1
            self.last = None
