"""What can be done with many contacts, a class each: who may, what is written, a slice of contacts at a time."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, and_, cast, func, insert, literal, null, select, true, update
from sqlalchemy import Integer as SqlInteger
from sqlalchemy import String as SqlString
from sqlmodel import col

from hooks.i18n import _
from models import bulk as commands
from models.base import Instant
from models.change import Change
from models.contact import Contact, ContactUpdate
from models.people import User
from models.segment import Segment, SegmentCreate
from models.tag import Tag
from services import memberships, permissions, segments, walls
from services.access import sight_of_user, visible, visible_segment, would_see
from services.errors import NotFound, Refused
from services.listing.query import Query, ask
from services.membership import obstacle
from services.memberships import SEGMENTS, TAGS
from services.picked import hold, matching, rows_changed, seen_still
from services.searchable import write_anew
from services.values import TWINS, cleaned, folded
from services.work import Work


class Deed(ABC):
    """A deed that is about to be done within a unit. Making one checks the rights, and holds what it needs.

    `detail` is what its act keeps; `why` counts the contacts that are left as they are, by reason.
    """

    kind: ClassVar[str] = "bulk"
    wants_contacts: ClassVar[bool] = True

    def __init__(self, work: Work) -> None:
        self.work = work
        self.act_id = 0
        self.detail: dict[str, Any] = {}
        self.why: Counter[str] = Counter()
        self._open = ExitStack()

    def which(self, query: Query) -> Select[Any]:
        """Return the contacts that it is about."""
        return matching(ask(self.work, query).condition)

    def begin(self, total: int) -> None:
        """Make the act, for so many contacts."""
        self.act_id = self.work.act(self.kind, **self.detail)

    @abstractmethod
    def do(self, some: Select[Any], count: int) -> int:
        """Do it to some contacts, `count` of them, and return how many were changed."""

    def end(self) -> None:
        """Do what is done once, at the end."""
        self._open.close()

    def told(self) -> dict[str, Any]:
        """Return what its act keeps of the outcome, beside the counts."""
        return {}


# --- segments and tags


class _OfSegment(Deed):
    _out: ClassVar[bool]

    def __init__(self, work: Work, name: str, segment_id: int) -> None:
        super().__init__(work)
        permissions.require(work.viewer, permissions.SEGMENTS_ASSIGN)
        self.segment = open_segment(work, segment_id)
        self.detail = {"deed": name, "segment_id": segment_id, "name": self.segment.name}
        self._turn: Callable[[Select[Any]], None] | None = None

    @property
    def _id(self) -> int:
        assert self.segment.id is not None
        return self.segment.id

    def begin(self, total: int) -> None:
        super().begin(total)
        if self.segment.restricted:
            self._turn = self._open.enter_context(walls.turning(self.work, self._id, total, out=self._out))

    def _turned(self, done: int, touched: Select[Any], some: Select[Any], count: int) -> None:
        """Write the walls of those that moved: of all, for whom less is to be asked, or of some."""
        if self._turn is not None and done:
            self._turn(some if done == count else touched)


class AddToSegment(_OfSegment):
    """Put contacts into a segment, one that is there or a new one."""

    _out = False

    def __init__(self, work: Work, command: commands.AddToSegment) -> None:
        segment_id = command.segment_id
        if segment_id is None:
            permissions.require(work.viewer, permissions.SEGMENTS_ASSIGN)
            permissions.require(work.viewer, permissions.SEGMENTS_MANAGE)
            segment_id = segments.make(work, SegmentCreate(name=command.make or ""))
        super().__init__(work, command.deed, segment_id)

    def do(self, some: Select[Any], count: int) -> int:
        done = memberships.begin(self.work, SEGMENTS, self._id, self.act_id, some, in_sight=True)
        joined = memberships.joined(SEGMENTS, self._id, self.act_id)
        self._turned(done, joined.where(col(SEGMENTS.now.contact_id).in_(some)), some, count)
        self.why["so_already"] += count - done
        return done


class RemoveFromSegment(_OfSegment):
    """Take contacts out of a segment."""

    _out = True

    def __init__(self, work: Work, command: commands.RemoveFromSegment) -> None:
        super().__init__(work, command.deed, command.segment_id)

    def do(self, some: Select[Any], count: int) -> int:
        seen = col(SEGMENTS.now.contact_id).in_(seen_still(self.work, some))
        done = memberships.end(self.work, SEGMENTS, self._id, self.act_id, some, seen)
        gone = memberships.left(SEGMENTS, self._id, self.act_id)
        self._turned(done, gone.where(col(SEGMENTS.past.contact_id).in_(some)), some, count)
        self.why["so_already"] += count - done
        return done


class _OfTag(Deed):
    def __init__(self, work: Work, name: str, tag_id: int) -> None:
        super().__init__(work)
        permissions.require(work.viewer, permissions.CONTACTS_EDIT)
        self.tag_id = tag_id
        self.detail = {"deed": name, "tag_id": tag_id, "name": held_tag(work, tag_id).name}


class PutTagOn(_OfTag):
    """Set a tag, one that is there or a new one."""

    def __init__(self, work: Work, command: commands.PutTagOn) -> None:
        tag_id = command.tag_id
        if tag_id is None:
            permissions.require(work.viewer, permissions.CONTACTS_EDIT)
            from services.tags import make

            tag_id = make(work, command.make or "")
        super().__init__(work, command.deed, tag_id)

    def do(self, some: Select[Any], count: int) -> int:
        done = memberships.begin(self.work, TAGS, self.tag_id, self.act_id, some, in_sight=True)
        self.why["so_already"] += count - done
        return done


class TakeTagOff(_OfTag):
    """Take a tag off."""

    def __init__(self, work: Work, command: commands.TakeTagOff) -> None:
        super().__init__(work, command.deed, command.tag_id)

    def do(self, some: Select[Any], count: int) -> int:
        seen = col(TAGS.now.contact_id).in_(seen_still(self.work, some))
        done = memberships.end(self.work, TAGS, self.tag_id, self.act_id, some, seen)
        self.why["so_already"] += count - done
        return done


def open_segment(work: Work, segment_id: int) -> Segment:
    """Hold a segment whose members the viewer may change. Raises NotFound, and the obstacle where there is one."""
    walls.lock_segments(work, [segment_id])
    wanted = select(Segment).where(col(Segment.id) == segment_id, visible_segment(work.sight))
    segment = work.session.scalar(wanted)
    if segment is None:
        raise NotFound("not_found", _("There is no such segment."))
    if (why := obstacle(work.viewer, work.sight, segment)) is not None:
        raise why
    return segment


def held_tag(work: Work, tag_id: int) -> Tag:
    """Return a tag, held to the end of the unit: it must not go while it is put on contacts. Raises NotFound."""
    wanted = select(Tag).where(col(Tag.id) == tag_id, col(Tag.deleted_at).is_(None))
    found = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    if found is None:
        raise NotFound("not_found", _("There is no such tag."))
    return found


# --- fields


class _OfField(Deed):
    """`column` of contacts becomes `value`; a delta says what it was."""

    def __init__(self, work: Work, field: str, column: str, value: Any) -> None:
        super().__init__(work)
        _require_editing(work)
        self._field, self._column, self._value = field, col(getattr(Contact, column)), value
        self._set: dict[str, Any] = {column: value}

    def _may(self, some: Select[Any]) -> ColumnElement[bool]:
        """Return the condition on contacts that may be given the value."""
        return true()

    def do(self, some: Select[Any], count: int) -> int:
        work = self.work
        hold(work, some)
        those = and_(col(Contact.id).in_(some), visible(work.sight))
        other = self._column.is_distinct_from(self._value)
        may = self._may(some)
        counted = select(func.count().filter(~other), func.count().filter(other, ~may)).where(those)
        so_already, left = work.session.execute(counted).one()
        self.why.update(so_already=so_already, cannot_see=left)
        changing = (those, other, may)
        delta = _delta(work, self._field, self._column, self._value)
        rows = select(
            literal(self.act_id), col(Contact.id), literal("updated"), literal(work.now, Instant), delta
        ).where(*changing)
        done = rows_changed(
            work, insert(Change).from_select(["act_id", "contact_id", "kind", "at", "data"], rows)
        )
        changed = select(col(Change.contact_id)).where(
            col(Change.act_id) == self.act_id, col(Change.contact_id).in_(some)
        )
        if done:
            version = {"version": col(Contact.version) + 1, "changed_at": work.now}
            rows_changed(
                work, update(Contact).where(col(Contact.id).in_(changed)).values(**self._set, **version)
            )
            write_anew(work, changed, self._field)
        return done


class SetResponsible(_OfField):
    """Make somebody responsible, as far as that person would see the contacts, or nobody."""

    def __init__(self, work: Work, command: commands.SetResponsible) -> None:
        # Before anybody is looked up by address.
        _require_editing(work)
        user_id, name = _person(work, command.responsible)
        super().__init__(work, "responsible", "responsible_id", user_id)
        self.detail = {"deed": command.deed, "responsible": user_id, "name": name}
        self._sight = None if user_id is None else sight_of_user(work.session, user_id)
        self._sets: dict[int, bool] = {}

    def _may(self, some: Select[Any]) -> ColumnElement[bool]:
        if self._sight is None:
            return true()
        behind = select(col(Contact.wall_set_id)).where(col(Contact.id).in_(some)).distinct()
        fresh = set(self.work.session.scalars(behind)) - self._sets.keys()
        for set_id, known in walls.walls_of_sets(self.work, fresh).items():
            # As far as the walls go that the viewer may name, as with one contact.
            told = known if self.work.sight.everyone else known & frozenset(self.work.sight.walls)
            self._sets[set_id] = would_see(self._sight, told, self._value)
        return col(Contact.wall_set_id).in_([set_id for set_id, seen in self._sets.items() if seen])


class SetField(_OfField):
    """Give a field one value."""

    def __init__(self, work: Work, command: commands.SetField) -> None:
        name = command.field
        try:
            update_ = ContactUpdate.model_validate({name: command.value})
        except ValueError:
            wrong = _("This value does not fit the field.")
            raise Refused("values_do_not_fit", wrong, fields={name: wrong}) from None
        value = cleaned(update_).given[name]
        super().__init__(work, name, name, value)
        if name in TWINS:
            self._set[f"{name}_key"] = folded(value)
        self.detail = {"deed": command.deed, "field": name, "value": value}


def _require_editing(work: Work) -> None:
    permissions.require(work.viewer, permissions.CONTACTS_VIEW)
    permissions.require(work.viewer, permissions.CONTACTS_EDIT)


def _person(work: Work, email: str | None) -> tuple[int | None, str | None]:
    if not email:
        return None, None
    found = work.session.execute(
        select(col(User.id), col(User.name)).where(
            col(User.email_key) == email.strip().lower(), col(User.active)
        )
    ).first()
    if found is None:
        wrong = _("Nobody who is active has this e-mail address.")
        raise Refused("unknown_responsible", wrong, fields={"responsible": wrong})
    return found.id, found.name


def _delta(work: Work, name: str, old: Any, new: Any) -> ColumnElement[Any]:
    """Return `{name: [old, new]}` as the database keeps it, the old value being a column."""
    said: ColumnElement[Any]
    if new is None:
        said = null() if work.on_sqlite else cast(null(), SqlString)
    else:
        said = cast(literal(new), SqlInteger if isinstance(new, int) else SqlString)
    if work.on_sqlite:
        return func.json_object(name, func.json_array(old, said))
    return func.json_build_object(cast(literal(name), SqlString), func.json_build_array(old, said))


# --- the bin


class Delete(Deed):
    """Put contacts into the bin."""

    def __init__(self, work: Work, command: commands.Delete) -> None:
        super().__init__(work)
        permissions.require(work.viewer, permissions.CONTACTS_DELETE)
        self.detail = {"deed": command.deed}

    def do(self, some: Select[Any], count: int) -> int:
        work = self.work
        hold(work, some)
        live = (col(Contact.id).in_(some), visible(work.sight))
        rows = select(
            literal(self.act_id), col(Contact.id), literal("deleted"), literal(work.now, Instant)
        ).where(*live)
        done = rows_changed(work, insert(Change).from_select(["act_id", "contact_id", "kind", "at"], rows))
        gone = {"deleted_at": work.now, "deleted_act_id": self.act_id, "version": col(Contact.version) + 1}
        rows_changed(work, update(Contact).where(*live).values(**gone))
        return done


def ready(work: Work, command: Any) -> Deed:
    """Return a deed whose rights are checked, within the unit that will do it. Raises as the deed does."""
    from services.undo import Undo

    known: dict[type, Callable[[Work, Any], Deed]] = {
        commands.AddToSegment: AddToSegment,
        commands.RemoveFromSegment: RemoveFromSegment,
        commands.PutTagOn: PutTagOn,
        commands.TakeTagOff: TakeTagOff,
        commands.SetResponsible: SetResponsible,
        commands.SetField: SetField,
        commands.Delete: Delete,
        commands.Undo: Undo,
    }
    return known[type(command)](work, command)
