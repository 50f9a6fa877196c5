"""Undo of an act, for 30 days: memberships, fields and the bin go back; what somebody changed since is left, and told.

An undo is an act itself, and rests on rows alone: those that the act began, those that it ended, and its reverse
deltas. So it knows nothing of what kind of act it was, and goes through the contacts a slice at a time as any deed.

One takes back what one sees, and what one's own act alone has put out of one's sight: who hides a contact knows of it,
and would see it again the moment it is taken back. What another one did to hide it meanwhile counts as ever (A5).
"""

from collections.abc import Callable, Iterable
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models import bulk as commands
from models.act import Act
from models.base import Instant
from models.bulk import BulkRead
from models.change import Change
from models.contact import Contact
from models.people import User
from models.segment import Segment, WallSet
from models.tag import Tag
from services import bulk, denials, memberships, permissions, walls
from services.access import branches, sight_of_user, visible, visible_segment, would_see
from services.among import among
from services.deeds import Deed
from services.errors import Conflict, NotFound, Told
from services.history import KEPT_FIELDS
from services.listing.query import Query
from services.membership import obstacle
from services.memberships import SEGMENTS, TAGS, Kept
from services.picked import hold, one_of, rows_changed
from services.searchable import write_anew
from services.values import TWINS, folded
from services.work import AUDITED, Work

Turn = Callable[[Select[Any]], None]

UNDOABLE = frozenset({"bulk"})
# Acts of a kind that can be undone of which there is nothing to undo.
_NOTHING = frozenset({"export_exact"})
MOST_LISTED = 1_000


def undo(viewer: Viewer, act_id: int) -> BulkRead:
    """Take back what an act has done to the contacts that the viewer sees, a large one in the background.

    Raises NotFound for an act that is not the viewer's, unless the viewer may know of others'; Conflict
    `already_undone`, `too_late`; TooMany where contacts would come out of the bin and the hour's answers on hidden
    addresses are used up; and whatever stands against doing the same by hand, if nothing of it may be done.
    """
    return bulk.do(viewer, commands.Undo(act_id=act_id))


def can_be_undone(viewer: Viewer, act: Act, work: Work) -> bool:
    """Say whether an act is still there to be undone by this viewer, rights aside."""
    return _is_ones_own(viewer, act) and _obstacle_of(act, work) is None


def _is_ones_own(viewer: Viewer, act: Act) -> bool:
    whose = act.actor_id == viewer.user_id or permissions.may_know_acts(viewer)
    return whose and act.kind in UNDOABLE and act.detail.get("deed") not in _NOTHING


def _obstacle_of(act: Act, work: Work) -> Told | None:
    # What was out of sight for whoever undid it is left to those who see everything.
    left = work.sight.everyone and act.detail.get("partly")
    if act.undone_by_id is not None and not left:
        return Conflict("already_undone", _("This was undone already."), undone_by=act.undone_by_id)
    if act.state != "done" or act.undoable_until is None or act.undoable_until <= work.now:
        return Conflict("too_late", _("This can no longer be undone."))
    return None


class Undo(Deed):
    """Take back an act."""

    kind: ClassVar[str] = "undo"
    wants_contacts: ClassVar[bool] = False

    def __init__(self, work: Work, command: commands.Undo) -> None:
        super().__init__(work)
        self._act = _held_act(work, command.act_id)
        self._id = command.act_id
        # Segments are held first, then tags, then contacts, as everyone does.
        segment_ids = self._touched(SEGMENTS)
        walls.lock_segments(work, segment_ids)
        found = work.session.scalars(
            select(Segment).where(col(Segment.id).in_(segment_ids), visible_segment(work.sight))
        ).all()
        self._segments = {
            one.id: one for one in found if obstacle(work.viewer, work.sight, one) is None and one.id
        }
        why_not = [why for one in found if (why := obstacle(work.viewer, work.sight, one)) is not None]
        if self._merges:
            permissions.require(work.viewer, permissions.SEGMENTS_MANAGE)
        self._tags = self._held_tags() if work.viewer.may(permissions.CONTACTS_EDIT) else set()
        kinds = set(
            work.session.scalars(select(col(Change.kind)).where(col(Change.act_id) == self._id).distinct())
        )
        self._fields = "updated" in kinds and work.viewer.may(permissions.CONTACTS_EDIT)
        self._bin = "deleted" in kinds and work.viewer.may(permissions.CONTACTS_DELETE)
        if not (self._segments or self._tags or self._fields or self._bin):
            self._refuse(why_not, kinds)
        self._answers = denials.left_or_refuse(work) if self._bin and not work.sight.everyone else 0
        self.detail = {
            "deed": "undo",
            "of": self._act.detail.get("deed"),
            **{
                name: self._act.detail[name]
                for name in ("segment_id", "tag_id", "name", "field", "value")
                if name in self._act.detail
            },
        }
        self._conflicts: dict[int, str] = {}
        self._total = self._done = self._met = 0
        self._partly = False
        self._turns: dict[tuple[int, bool], Turn] = {}

    def _refuse(self, why_not: list[Told], kinds: set[str]) -> None:
        """Say why nothing can be taken back: the first thing that stands against it, or that nothing is left."""
        if why_not:
            raise why_not[0]
        for kind, needed in (
            ("updated", permissions.CONTACTS_EDIT),
            ("deleted", permissions.CONTACTS_DELETE),
        ):
            if kind in kinds:
                permissions.require(self.work.viewer, needed)
        if self._touched(TAGS):
            permissions.require(self.work.viewer, permissions.CONTACTS_EDIT)
            raise NotFound("not_found", _("Its tag is no longer there."))
        if self._touched(SEGMENTS):
            raise NotFound("not_found", _("Its segment is no longer there."))
        raise Conflict("nothing_left", _("Nothing of it is left to be undone."))

    @property
    def _merges(self) -> bool:
        return self._act.detail.get("deed") == "tags_merged"

    def _touched(self, kept: Kept) -> set[int]:
        """Return the segments, or tags, of which the act began or ended memberships."""
        now, past = col(getattr(kept.now, kept.of)), col(getattr(kept.past, kept.of))
        begun = select(now).where(col(kept.now.joined_act_id) == self._id).distinct()
        ended = select(past).where(
            col(kept.past.left_act_id) == self._id, col(kept.past.back_act_id).is_(None)
        )
        # What it is about is known, even where nothing of what it began is left.
        about = self._act.detail.get(kept.of)
        found = {*self.work.session.scalars(begun), *self.work.session.scalars(ended.distinct())}
        return found if about is None else found | {about}

    def _held_tags(self) -> set[int]:
        """Hold the tags that the act put on or took off, as far as they are there, or come back with it."""
        merged = self._act.detail.get("tag_id") if self._merges else None
        there = or_(col(Tag.deleted_at).is_(None), col(Tag.id) == merged)
        wanted = select(col(Tag.id)).where(col(Tag.id).in_(self._touched(TAGS)), there).order_by(col(Tag.id))
        held = self.work.session.scalars(wanted if self.work.on_sqlite else wanted.with_for_update())
        return {tag_id for tag_id in held if tag_id is not None}

    def which(self, query: Query) -> Select[Any]:
        """Return the contacts that the act touched, as far as they are within the viewer's reach."""
        touched, binned = self._contacts(), col(Contact.deleted_act_id) == self._id
        reach = (
            or_(self._reach(), and_(binned, or_(*branches(self.work.sight)))) if self._bin else self._reach()
        )
        return touched.where(reach)

    def _contacts(self) -> Select[Any]:
        parts: list[Any] = []
        for kept, ids in ((SEGMENTS, list(self._segments)), (TAGS, list(self._tags))):
            if not ids:
                continue
            now, past = col(getattr(kept.now, kept.of)), col(getattr(kept.past, kept.of))
            parts += [
                select(col(kept.now.contact_id)).where(col(kept.now.joined_act_id) == self._id, now.in_(ids)),
                select(col(kept.past.contact_id)).where(
                    col(kept.past.joined_act_id) == self._id, past.in_(ids)
                ),
                select(col(kept.past.contact_id)).where(
                    col(kept.past.left_act_id) == self._id, past.in_(ids)
                ),
            ]
        if self._fields or self._bin:
            parts.append(select(col(Change.contact_id)).where(col(Change.act_id) == self._id))
        touched = union(*parts).subquery()
        return select(col(Contact.id)).where(col(Contact.id).in_(select(touched.c[0])))

    def _reach(self) -> ColumnElement[bool]:
        """Return the condition on live contacts that the viewer sees, or would see but for this act."""
        ways = self._ways_back() if self._act.actor_id == self.work.viewer.user_id else []
        return or_(
            visible(self.work.sight), and_(col(Contact.deleted_at).is_(None), or_(*ways)) if ways else false()
        )

    def _ways_back(self) -> list[ColumnElement[bool]]:
        """Return the ways in which a contact would be seen again once this is taken back."""
        sight, past, now = self.work.sight, SEGMENTS.past, SEGMENTS.now
        if sight.everyone:
            return []
        ways: list[ColumnElement[bool]] = []
        for one in self._segments.values():
            if one.id in sight.open_walls:
                gone = exists().where(col(past.segment_id) == one.id, col(past.contact_id) == col(Contact.id))
                ways.append(gone.where(col(past.left_act_id) == self._id, col(past.back_act_id).is_(None)))
            elif one.restricted:
                alone = select(col(WallSet.id)).where(col(WallSet.key) == str(one.id)).scalar_subquery()
                open_then = SimpleNamespace(
                    wall_set_id=literal(0), responsible_id=col(Contact.responsible_id)
                )
                come = exists().where(col(now.segment_id) == one.id, col(now.contact_id) == col(Contact.id))
                mine = come.where(col(now.joined_act_id) == self._id)
                ways.append(and_(col(Contact.wall_set_id) == alone, or_(*branches(sight, open_then)), mine))
        if self._fields and self._act.detail.get("deed") == "set_responsible":
            done = aliased(Change)
            old = col(done.data)["responsible", 0].as_integer()
            then = SimpleNamespace(wall_set_id=col(Contact.wall_set_id), responsible_id=old)
            mine = exists().where(col(done.act_id) == self._id, col(done.contact_id) == col(Contact.id))
            still = col(Contact.responsible_id).is_not_distinct_from(self._act.detail["responsible"])
            ways.append(and_(still, mine.where(or_(*branches(sight, then)))))
        return ways

    def begin(self, total: int) -> None:
        super().begin(total)
        self._total, self._partly = total, self._how_many() > total
        undoing = self.work.session.get_one(Act, self.act_id)
        undoing.undo_of_id, undoing.undoable_until = self._id, None
        self._revive_merged()
        self._begin_turns(total)

    def _how_many(self) -> int:
        """Return how many contacts whoever sees everything could take back."""
        if self.work.sight.everyone:
            return 0
        live = or_(col(Contact.deleted_at).is_(None), col(Contact.deleted_act_id) == self._id)
        counted = select(func.count()).select_from(self._contacts().where(live).subquery())
        return self.work.session.scalar(counted) or 0

    def end(self) -> None:
        """Use the act up, where something came of it, or all was already as it had been before."""
        super().end()
        if self._done or (self._total and not self._met):
            self._act.undone_by_id = self.act_id
            self._act.detail = self._act.detail | {"partly": self._partly}

    def _begin_turns(self, total: int) -> None:
        """Have the one way over the one wall that most acts have go quickly, however many go it."""
        ways = [
            (one.id, out)
            for one in self._segments.values()
            for out in (True, False)
            if one.id and one.restricted and self._any(one.id, out=out)
        ]
        if len(ways) == 1:
            segment_id, out = ways[0]
            turn = walls.turning(self.work, segment_id, total, out=out)
            self._turns[ways[0]] = self._open.enter_context(turn)
        else:
            for segment_id, out in ways:
                move = walls.bring_out if out else walls.put_behind
                self._turns[segment_id, out] = partial(move, self.work, segment_id)

    def _any(self, segment_id: int, *, out: bool) -> bool:
        find = memberships.joined if out else memberships.left
        return self.work.session.scalar(find(SEGMENTS, segment_id, self._id).limit(1)) is not None

    def do(self, some: Select[Any], count: int) -> int:
        met, done = self._met, 0
        for segment_id in sorted(self._segments):
            done = max(done, self._segment_back(segment_id, some))
        for tag_id in sorted(self._tags):
            done = max(done, sum(self._memberships_back(TAGS, tag_id, some)))
        if self._fields:
            done = max(done, self._fields_back(some))
        if self._bin:
            done = max(done, self._out_of_the_bin(some))
        self.why["so_already"] += max(0, count - done - (self._met - met))
        self._done += done
        return done

    def told(self) -> dict[str, Any]:
        """Return the contacts that were left since somebody changed them, each with the reason."""
        return {"conflicts": [list(one) for one in self._conflicts.items()]}

    def _conflict(self, contact_id: int, code: str) -> None:
        self.why[code] += 1
        self._met += 1
        if len(self._conflicts) < MOST_LISTED:
            self._conflicts[contact_id] = code

    # --- memberships

    def _segment_back(self, segment_id: int, some: Select[Any]) -> int:
        ended, back = self._memberships_back(SEGMENTS, segment_id, some)
        if ended and (turn := self._turns.get((segment_id, True))):
            gone = memberships.left(SEGMENTS, segment_id, self.act_id)
            turn(gone.where(col(SEGMENTS.past.contact_id).in_(some)))
        if back and (turn := self._turns.get((segment_id, False))):
            past = SEGMENTS.past
            came = select(col(past.contact_id)).where(
                col(past.segment_id) == segment_id,
                col(past.left_act_id) == self._id,
                col(past.back_act_id) == self.act_id,
                col(past.contact_id).in_(some),
            )
            turn(came)
        return ended + back

    def _memberships_back(self, kept: Kept, id_: int, some: Select[Any]) -> tuple[int, int]:
        """End what the act began, and bring back what it ended; return how many of each."""
        work, now, past = self.work, kept.now, kept.past
        again = (
            select(col(past.contact_id))
            .join(now, and_(kept.is_of(now, id_), col(now.contact_id) == col(past.contact_id)))
            .where(
                kept.is_of(past, id_),
                col(past.joined_act_id) == self._id,
                col(now.joined_act_id) != self._id,
                one_of(work, col(past.contact_id), some),
            )
            .distinct()
        )
        for contact_id in work.session.scalars(again):
            self._conflict(contact_id, "joined_again")
        for contact_id in work.session.scalars(memberships.left_again(work, kept, id_, self._id, some)):
            self._conflict(contact_id, "changed_since")
        theirs = col(now.joined_act_id) == self._id
        ended = memberships.end(work, kept, id_, self.act_id, some, theirs)
        return ended, memberships.bring_back(work, kept, id_, self._id, self.act_id, some)

    def _revive_merged(self) -> None:
        """Have the tag that went into another one back."""
        if not self._merges:
            return
        gone = self.work.session.get_one(Tag, self._act.detail["tag_id"])
        taken = select(exists().where(col(Tag.name_key) == gone.name_key, col(Tag.deleted_at).is_(None)))
        if self.work.session.scalar(taken):
            raise Conflict("name_known", _("A tag of this name is there already."))
        gone.deleted_at = None
        self.work.session.flush()

    # --- fields

    def _fields_back(self, some: Select[Any]) -> int:
        work = self.work
        hold(work, some)
        columns = [col(getattr(Contact, name)) for name in KEPT_FIELDS.values()]
        rows = work.session.execute(
            select(col(Contact.id), col(Contact.wall_set_id), col(Change.data), *columns)
            .join(Change, and_(col(Change.contact_id) == col(Contact.id), col(Change.act_id) == self._id))
            .where(col(Contact.id).in_(some), col(Change.kind) == "updated", self._reach())
        ).all()
        sees = _Judge(work)
        fresh: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        changes = []
        for row in rows:
            back = {}
            for name, (old, new) in (row.data or {}).items():
                present = row._mapping[KEPT_FIELDS[name]] if name in KEPT_FIELDS else None
                if name not in KEPT_FIELDS or present not in (old, new):
                    self._conflict(row.id, "changed_since")
                elif name == "responsible" and not sees(row.wall_set_id, old):
                    self._conflict(row.id, "cannot_see")
                elif present != old:
                    back[name] = old
            if back:
                fresh.setdefault(tuple(back), []).append({"row_id": row.id} | _columns_of(back))
                delta = {name: [row._mapping[KEPT_FIELDS[name]], old] for name, old in back.items()}
                changes.append({
                    "act_id": self.act_id, "contact_id": row.id, "kind": "updated", "at": work.now, "data": delta,
                })  # fmt: skip
        if changes:
            work.session.execute(insert(Change), changes)
        for names, of_these in fresh.items():
            self._write(names, of_these)
        return len(changes)

    def _write(self, names: Iterable[str], rows: list[dict[str, Any]]) -> None:
        columns = [name for name in rows[0] if name != "row_id"]
        self.work.session.connection().execute(
            update(Contact)
            .where(col(Contact.id) == bindparam("row_id"))
            .values(
                **{name: bindparam(f"new_{name}") for name in columns},
                version=col(Contact.version) + 1,
                changed_at=self.work.now,
            ),
            [{"row_id": row["row_id"]} | {f"new_{name}": row[name] for name in columns} for row in rows],
            execution_options=AUDITED,
        )
        for name in names:
            write_anew(self.work, among(self.work, [row["row_id"] for row in rows]), name)

    # --- the bin

    def _out_of_the_bin(self, some: Select[Any]) -> int:
        work = self.work
        hold(work, some)
        sight = or_(*branches(work.sight))
        held = (col(Contact.id).in_(some), col(Contact.deleted_act_id) == self._id, sight)
        gone = or_(col(Contact.merged_into_id).is_not(None), col(Contact.erased_at).is_not(None))
        for contact_id in work.session.scalars(select(col(Contact.id)).where(*held, gone)):
            self._conflict(contact_id or 0, "gone")
        left = self._left_in_the_bin(*held, ~gone)
        back = (*held, ~gone, col(Contact.id).not_in(among(work, left)))
        rows = select(
            literal(self.act_id), col(Contact.id), literal("restored"), literal(work.now, Instant)
        ).where(*back)
        done = rows_changed(work, insert(Change).from_select(["act_id", "contact_id", "kind", "at"], rows))
        restored = select(col(Change.contact_id)).where(
            col(Change.act_id) == self.act_id,
            col(Change.kind) == "restored",
            col(Change.contact_id).in_(some),
        )
        live = {"deleted_at": None, "deleted_act_id": None, "changed_at": work.now}
        those = update(Contact).where(col(Contact.id).in_(restored), col(Contact.deleted_act_id) == self._id)
        rows_changed(work, those.values(**live, version=col(Contact.version) + 1))
        return done

    def _left_in_the_bin(self, *which: ColumnElement[bool]) -> set[int]:
        """Return those of `which` that cannot come back, since another one has by now what only one can have.

        Once the answers of the hour on what is hidden are used up, none comes back that would ask for another one.
        """
        work = self.work
        fields = {
            (contact_id, holder): field for contact_id, holder, field in work.session.execute(taken(*which))
        }
        holders = among(work, {holder for _contact, holder in fields})
        seen = set(
            work.session.scalars(
                select(col(Contact.id)).where(col(Contact.id).in_(holders), visible(work.sight))
            )
        )
        hidden = {contact_id: field for (contact_id, holder), field in fields.items() if holder not in seen}
        told = sorted(hidden)[: self._answers]
        spent: set[int] = set()
        if not work.sight.everyone and (len(told) < len(hidden) or not self._answers):
            asking = or_(
                and_(col(Contact.email_key).is_not(None), ~col(Contact.email_shared)),
                col(Contact.external_id).is_not(None),
            )
            after = col(Contact.id) > (told[-1] if told else 0)
            spent = set(work.session.scalars(select(col(Contact.id)).where(*which, asking, after)))
        self._answers -= len(told)
        for contact_id in told:
            denials.note(work, "undo", hidden[contact_id])
        left = {contact_id: "taken" for contact_id, _holder in fields}
        left |= dict.fromkeys(hidden, "not_available") | dict.fromkeys(spent, "too_many")
        for contact_id in sorted(left):
            self._conflict(contact_id, left[contact_id])
        return set(left)


class _Judge:
    """Says whether somebody, by id, would see contacts behind a wall set as their responsible."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[int, int], bool] = {}

    def __call__(self, wall_set_id: int, user_id: int | None) -> bool:
        """Say so; nobody is always right."""
        if user_id is None:
            return True
        key = (wall_set_id, user_id)
        if key not in self._known:
            work = self._work
            behind = walls.walls_of_sets(work, [wall_set_id])[wall_set_id]
            if not work.sight.everyone:
                behind &= frozenset(work.sight.walls)
            active = work.session.scalar(select(col(User.active)).where(col(User.id) == user_id))
            sees = would_see(sight_of_user(work.session, user_id), behind, user_id)
            self._known[key] = bool(active) and sees
        return self._known[key]


def _columns_of(values: dict[str, Any]) -> dict[str, Any]:
    columns = {KEPT_FIELDS[name]: value for name, value in values.items()}
    return columns | {f"{name}_key": folded(values[name]) for name in values if name in TWINS}


def taken(*which: ColumnElement[bool]) -> Any:
    """Return (contact, holder, field) for those of `which` whose unique value another one has by now."""
    holder = aliased(Contact)
    ids: tuple[Any, ...] = (col(Contact.id).label("contact_id"), col(holder.id).label("holder_id"))
    live = col(holder.deleted_at).is_(None)
    by_email = (
        select(*ids, literal("email").label("field"))
        .join(holder, col(holder.email_key) == col(Contact.email_key))
        .where(*which, live, ~col(holder.email_shared), ~col(Contact.email_shared))
    )
    by_external_id = (
        select(*ids, literal("external_id").label("field"))
        .join(holder, col(holder.external_id) == col(Contact.external_id))
        .where(*which, live)
    )
    return union(by_email, by_external_id)


def _held_act(work: Work, act_id: int) -> Act:
    """Return the act, held so that nobody else undoes it, though others may end what it began.

    Raises NotFound, and what stands against it.
    """
    wanted = select(Act).where(col(Act.id) == act_id)
    act = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update(key_share=True))
    if act is None or not _is_ones_own(work.viewer, act):
        raise NotFound("not_found", _("There is no such action."))
    if (why := _obstacle_of(act, work)) is not None:
        raise why
    return act
