"""Undo of an act, for 30 days: memberships, fields and the bin go back; what somebody changed since is left, and told.

An undo is an act itself, and rests on rows alone: those that the act began, those that it ended, and its reverse
deltas. So it knows nothing of what kind of act it was, and goes through the contacts a slice at a time as any deed.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import Select, and_, bindparam, exists, insert, literal, or_, select, union, update
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
from models.segment import Segment
from models.tag import Tag
from services import bulk, memberships, permissions, walls
from services.access import branches, sight_of_user, visible, visible_segment, would_see
from services.among import among
from services.deeds import Deed
from services.denials import note as note_denial
from services.errors import Conflict, NotFound, Told
from services.history import KEPT_FIELDS
from services.listing.query import Query
from services.membership import obstacle
from services.memberships import SEGMENTS, TAGS, Kept
from services.picked import hold, rows_changed
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

    Raises NotFound for an act that is not the viewer's, unless the viewer sees all contacts; Conflict
    `already_undone`, `too_late`; and whatever stands against doing the same by hand, if nothing of it may be done.
    """
    return bulk.do(viewer, commands.Undo(act_id=act_id))


def can_be_undone(viewer: Viewer, act: Act, work: Work) -> bool:
    """Say whether an act is still there to be undone by this viewer, rights aside."""
    return _is_ones_own(viewer, act) and _obstacle_of(act, work) is None


def _is_ones_own(viewer: Viewer, act: Act) -> bool:
    whose = viewer.is_system or act.actor_id == viewer.user_id or viewer.scope == "everyone"
    return whose and act.kind in UNDOABLE and act.detail.get("deed") not in _NOTHING


def _obstacle_of(act: Act, work: Work) -> Told | None:
    if act.undone_by_id is not None:
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
        self._tags = self._held_tags() if work.viewer.may(permissions.CONTACTS_EDIT) else set()
        kinds = set(
            work.session.scalars(select(col(Change.kind)).where(col(Change.act_id) == self._id).distinct())
        )
        self._fields = "updated" in kinds and work.viewer.may(permissions.CONTACTS_EDIT)
        self._bin = "deleted" in kinds and work.viewer.may(permissions.CONTACTS_DELETE)
        if not (self._segments or self._tags or self._fields or self._bin):
            self._refuse(why_not, kinds)
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
        self._met = 0
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
        merged = self._act.detail.get("tag_id") if self._act.detail.get("deed") == "tags_merged" else None
        there = or_(col(Tag.deleted_at).is_(None), col(Tag.id) == merged)
        wanted = select(col(Tag.id)).where(col(Tag.id).in_(self._touched(TAGS)), there).order_by(col(Tag.id))
        held = self.work.session.scalars(wanted if self.work.on_sqlite else wanted.with_for_update())
        return {tag_id for tag_id in held if tag_id is not None}

    def which(self, query: Query) -> Select[Any]:
        """Return the contacts that the act touched, as far as the viewer sees them."""
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
        sight = self.work.sight
        binned = and_(col(Contact.deleted_act_id) == self._id, or_(*branches(sight)))
        seen = or_(visible(sight), binned) if self._bin else visible(sight)
        touched = union(*parts).subquery()
        return select(col(Contact.id)).where(col(Contact.id).in_(select(touched.c[0])), seen)

    def begin(self, total: int) -> None:
        super().begin(total)
        self._act.undone_by_id = self.act_id
        undoing = self.work.session.get_one(Act, self.act_id)
        undoing.undo_of_id, undoing.undoable_until = self._id, None
        self._revive_merged()
        self._begin_turns(total)

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
                col(past.contact_id).in_(some),
            )
            .distinct()
        )
        for contact_id in work.session.scalars(again):
            self._conflict(contact_id, "joined_again")
        theirs = col(now.joined_act_id) == self._id
        ended = memberships.end(work, kept, id_, self.act_id, some, theirs)
        return ended, memberships.bring_back(work, kept, id_, self._id, self.act_id, some)

    def _revive_merged(self) -> None:
        """Have the tag that went into another one back."""
        if self._act.detail.get("deed") != "tags_merged":
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
            .where(col(Contact.id).in_(some), col(Change.kind) == "updated", visible(work.sight))
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
        held = (col(Contact.id).in_(some), col(Contact.deleted_act_id) == self._id)
        gone = or_(col(Contact.merged_into_id).is_not(None), col(Contact.erased_at).is_not(None))
        for contact_id in work.session.scalars(select(col(Contact.id)).where(*held, gone)):
            self._conflict(contact_id or 0, "gone")
        taken = _taken(work)
        holders = work.session.execute(taken.where(*held, ~gone)).all()
        hidden = {contact_id for contact_id, seen in holders if not seen}
        for contact_id in sorted({contact_id for contact_id, _seen in holders}):
            seen = contact_id not in hidden
            if not seen:
                note_denial(work, "undo", "email")
            self._conflict(contact_id, "taken" if seen else "not_available")
        clash = select(taken.subquery().c.contact_id)
        back = (*held, ~gone, col(Contact.id).not_in(clash))
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


def _taken(work: Work) -> Select[Any]:
    """Return (contact, whether the viewer sees the holder) for those whose unique value another one has by now."""
    other = aliased(Contact)
    same = or_(
        and_(
            col(other.email_key) == col(Contact.email_key),
            ~col(other.email_shared),
            ~col(Contact.email_shared),
        ),
        col(other.external_id) == col(Contact.external_id),
    )
    shown = col(other.id).in_(select(col(Contact.id)).where(visible(work.sight)).correlate(None))
    columns: list[Any] = [col(Contact.id).label("contact_id"), shown.label("seen")]
    found = select(*columns)
    return found.join(
        other, and_(col(other.deleted_at).is_(None), col(other.id) != col(Contact.id), same)
    ).distinct()


def _held_act(work: Work, act_id: int) -> Act:
    """Return the act, held so that nobody else undoes it meanwhile. Raises NotFound, and what stands against it."""
    wanted = select(Act).where(col(Act.id) == act_id)
    act = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    if act is None or not _is_ones_own(work.viewer, act):
        raise NotFound("not_found", _("There is no such action."))
    if (why := _obstacle_of(act, work)) is not None:
        raise why
    return act
