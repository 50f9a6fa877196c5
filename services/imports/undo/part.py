"""One slice of an undo, within one unit of work: what becomes of each contact that the import touched."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, insert, literal, or_, select
from sqlmodel import col

from models.act import Act
from models.base import Instant
from models.change import Change
from models.contact import Contact
from services import denials, permissions, walls
from services.access import branches, visible, would_see
from services.among import among, within
from services.history import KEPT_FIELDS
from services.imports.undo import made
from services.imports.undo.keys import holding_back
from services.imports.undo.members import Members
from services.imports.undo.values import Values, to_bin
from services.picked import hold, rows_changed
from services.work import Work

Delta = dict[str, list[Any]]

# Fields of which a value can be another one's by now, which may be hidden.
_ASKING = ("external_id", "emails", "email_shared")


@dataclass(frozen=True)
class Left:
    """What is left as it is: a field of a contact, or all of it where `field` is empty; see models/import_undo.py."""

    contact_id: int
    field: str
    code: str
    about: int = 0


@dataclass
class Outcome:
    """What came of a slice of so many `contacts`; `missed` are those that the viewer does not see.

    `spent` says that the answers of the hour on what is hidden were used up.
    """

    contacts: int = 0
    removed: int = 0
    restored: int = 0
    missed: int = 0
    spent: bool = False
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True)
class Changed:
    """What the import did to a contact that was there: its delta, when, and whether it came out of the bin."""

    delta: Delta
    at: datetime
    is_restored: bool


class Part:
    """A slice of contacts, by a range of their ids.

    `act_id` is the undo's act, `of_act_id` the import's; `is_own` says that the viewer has loaded it: one takes back
    what one sees, and what one's own import alone has put out of one's sight.
    """

    def __init__(
        self,
        work: Work,
        *,
        act_id: int,
        of_act_id: int,
        is_own: bool,
        segments: Collection[int],
        tags: Collection[int],
    ) -> None:
        self._work, self._act_id, self._of, self._is_own = work, act_id, of_act_id, is_own
        self._members = Members(work, act_id, of_act_id, segments, tags)
        self._outcome = Outcome()

    def take_back(self, after: int, upto: int) -> Outcome:
        """Take back what the import did to the contacts above `after`, up to `upto`."""
        work, out = self._work, self._outcome
        self._members.hold()
        there = col(Change.contact_id) > after, col(Change.contact_id) <= upto
        new, changed = self._created(*there), self._changed(*there)
        moved = self._members.moved(after, upto) - set(new)
        out.contacts = len(new) + len(changed.keys() | moved)
        # Whoever still holds what others are to get back goes with them.
        if pulled := holding_back(work, self._of, changed):
            among_pulled = within(work, col(Change.contact_id), pulled)
            new, changed = [*new, *self._created(among_pulled)], changed | self._changed(among_pulled)
            moved |= pulled - set(new)
        asks = any(not one.delta.keys().isdisjoint(_ASKING) for one in changed.values())
        answers = denials.left_in_turn(work) if asks and not work.sight.everyone else None
        hold(work, among(work, {*new, *changed, *moved}))
        self._remove(new)
        self._put_back(changed, moved, answers)
        return out

    def _created(self, *which: ColumnElement[bool]) -> list[int]:
        wanted = select(col(Change.contact_id)).where(col(Change.act_id) == self._of, *which)
        return list(self._work.session.scalars(wanted.where(col(Change.kind) == "created")))

    def _changed(self, *which: ColumnElement[bool]) -> dict[int, Changed]:
        wanted = select(
            col(Change.contact_id), col(Change.data), col(Change.at), col(Change.kind) == "restored"
        ).where(col(Change.act_id) == self._of, col(Change.kind) != "created", *which)
        return {
            id_: Changed(data or {}, at, back) for id_, data, at, back in self._work.session.execute(wanted)
        }

    def _leave(self, contact_id: int, field_: str, code: str, about: int = 0) -> None:
        self._outcome.left.append(Left(contact_id, field_, code, about))

    # --- what the import made

    def _remove(self, ids: Collection[int]) -> None:
        """Put into the bin what nobody has touched since, and to which nothing is attached."""
        if not ids:
            return
        work = self._work
        touched, used = made.touched(work, self._of, ids), made.in_use(work, ids)
        live = select(col(Contact.id), visible(work.sight)).where(
            within(work, col(Contact.id), ids), col(Contact.deleted_at).is_(None)
        )
        going = []
        for contact_id, seen in work.session.execute(live):
            is_alone = contact_id not in touched and contact_id not in used
            if not (seen or (self._is_own and is_alone)):
                self._outcome.missed += 1
            elif is_alone:
                going.append(contact_id)
            else:
                self._leave(contact_id, "", "touched_since" if contact_id in touched else "in_use")
        self._bin(going)
        self._outcome.removed += len(going)

    def _bin(self, ids: Collection[int]) -> None:
        if not ids:
            return
        work = self._work
        those = within(work, col(Contact.id), ids)
        rows = select(literal(self._act_id), col(Contact.id), literal("deleted"), literal(work.now, Instant))
        rows_changed(
            work, insert(Change).from_select(["act_id", "contact_id", "kind", "at"], rows.where(those))
        )
        to_bin(work, self._act_id, ids)

    # --- what the import changed

    def _put_back(self, changed: dict[int, Changed], moved: Collection[int], answers: int | None) -> None:
        ids = {*changed, *moved}
        if not ids:
            return
        rows = {row.id: row for row in self._rows(ids)}
        reached = self._reached(rows.values())
        binned = self._to_the_bin_again({i: one for i, one in changed.items() if i in reached})
        values = Values(self._work, self._act_id, self._leave, answers)
        touching = {i: one.delta for i, one in changed.items() if i in reached and one.delta}
        done = values.put_back({i: rows[i] for i in reached}, touching, binned)
        self._outcome.spent |= values.is_spent
        done |= self._members.put_back(reached, self._leave)
        self._outcome.removed += len(binned)
        self._outcome.restored += len(done - binned)

    def _rows(self, ids: Iterable[int]) -> Iterable[Row[Any]]:
        work = self._work
        columns = [
            col(getattr(Contact, name))
            for name in {**KEPT_FIELDS, "email": "email", "phone": "phone"}.values()
        ]
        put_away = exists().where(col(Act.id) == col(Contact.deleted_act_id), col(Act.undo_of_id) == self._of)
        wanted = select(
            col(Contact.id), col(Contact.version), col(Contact.wall_set_id), col(Contact.deleted_at),
            col(Contact.merged_into_id), col(Contact.erased_at), visible(work.sight).label("seen"),
            or_(*branches(work.sight)).label("seen_if_live"), put_away.label("put_away"), *columns,
        ).where(within(work, col(Contact.id), ids))  # fmt: skip
        return work.session.execute(wanted).all()

    def _reached(self, rows: Iterable[Row[Any]]) -> set[int]:
        """Return which contacts the viewer can put back; what is in the bin is told to whoever may look into it.

        What an undo of this import has put there itself, an earlier one too, is nothing to tell.
        """
        found, hidden = set(), []
        may_tell = self._work.viewer.may(permissions.CONTACTS_DELETE)
        for row in rows:
            if row.deleted_at is not None:
                if row.seen_if_live and may_tell and not row.put_away:
                    gone = row.merged_into_id is not None or row.erased_at is not None
                    self._leave(row.id, "", "gone" if gone else "in_bin")
            elif row.seen:
                found.add(row.id)
            else:
                hidden.append(row)
        seen_again = self._seen_again(hidden) if self._is_own else set()
        self._outcome.missed += len(hidden) - len(seen_again)
        return found | seen_again

    def _seen_again(self, hidden: Collection[Row[Any]]) -> set[int]:
        """Return those that the viewer would see once their memberships are as they were before."""
        if not hidden:
            return set()
        work = self._work
        begun, ended = self._members.walls_of({row.id for row in hidden})
        sets = walls.walls_of_sets(work, {row.wall_set_id for row in hidden})
        return {
            row.id
            for row in hidden
            if (begun[row.id] or ended[row.id])
            and would_see(
                work.sight,
                frozenset((sets[row.wall_set_id] - begun[row.id]) | ended[row.id]),
                row.responsible_id,
            )
        }

    def _to_the_bin_again(self, changed: dict[int, Changed]) -> set[int]:
        """Return those that the import brought back from the bin and that nobody has touched since."""
        back = {i: one for i, one in changed.items() if one.is_restored}
        if not back:
            return set()
        kept = made.touched_since(self._work, self._of, {i: one.at for i, one in back.items()})
        kept |= made.in_use(self._work, back)
        for contact_id in sorted(kept):
            self._leave(contact_id, "", "used_since")
        return set(back) - kept
