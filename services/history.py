"""What happened to a contact: change rows as reverse deltas, with joins and leaves of segments and tags."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, literal, select, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act
from models.change import Change
from models.contact import Contact
from models.imports import Import
from models.people import User
from models.segment import Segment, SegmentMember, SegmentPast
from models.tag import ContactTag, ContactTagPast, Tag
from services import permissions
from services.access import sees, visible_import, visible_segment
from services.errors import NotFound
from services.work import Work, unit_of_work

Delta = dict[str, list[Any]]
Members = Mapping[tuple[int, str], Collection[str]]


@dataclass(frozen=True)
class HistoryLine:
    """One act as far as it touched one contact.

    `kind` is created, updated, deleted, restored, merged, erased or members; `by` the person's name, null for
    the system; `undone_kind` the kind of the act that an undo took back; `import_id` is the import's, also of one that
    was undone, and `import_open` says whether the viewer may look at it. `fields` maps a field to (from, to);
    `joined` and `left` are names of segments the viewer may see, `tagged` and `untagged` those of tags.
    """

    act_id: int
    at: datetime
    by: str | None
    act_kind: str
    via: str
    kind: str
    import_id: int | None = None
    import_open: bool = False
    undone_kind: str | None = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    tagged: tuple[str, ...] = ()
    untagged: tuple[str, ...] = ()


def record(work: Work, contact_id: int, kind: str, delta: Delta | None = None) -> None:
    """Write what this unit's act did to a contact; a second change by the same act is laid over the first."""
    act_id = work.act()
    earlier = work.session.get(Change, (act_id, contact_id))
    if earlier is None:
        values = {"act_id": act_id, "contact_id": contact_id, "kind": kind, "at": work.now, "data": delta}
        work.session.execute(insert(Change).values(values))
    elif earlier.kind == "updated":
        work.session.execute(
            update(Change)
            .where(col(Change.act_id) == act_id, col(Change.contact_id) == contact_id)
            .values(kind=kind, data=laid_over(earlier.data or {}, delta or {}))
        )


def laid_over(first: Delta, second: Delta) -> Delta:
    """Return one delta for two that follow each other; what ends as it began is no change."""
    both = {name: [old, new] for name, (old, new) in first.items()}
    for name, (old, new) in second.items():
        both[name] = [both[name][0] if name in both else old, new]
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def of_contact(
    viewer: Viewer, contact_id: int, *, limit: int = 20, before: int | None = None
) -> Sequence[HistoryLine]:
    """Return the newest `limit` lines of a contact's history, newest first; `before` is the last act's id shown.

    Raises NotFound for a contact that the viewer does not see.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        if not sees(work.session, work.sight, contact_id):
            raise NotFound("not_found", _("There is no such contact."))
        members = _members(work, contact_id)
        return _lines(work, contact_id, _touching(work, contact_id, members, before, limit), members)


def _members(work: Work, contact_id: int) -> Members:
    """Return the names of segments that the viewer may see, and of tags, by the act and what it did with them.

    A contact has few: all are read, since by acts an engine would find those of everyone whom an import made.
    """
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for act_id, verb, name in work.session.execute(union_all(*_memberships(work, contact_id))):
        # A membership that an undo brought back has its past row still, which tells of the same joining.
        found[act_id, verb].add(name)
    return found


def _memberships(work: Work, contact_id: int) -> list[Select[Any]]:
    shown = visible_segment(work.sight)

    def of_segment(table: type[SegmentMember] | type[SegmentPast], act: Any, verb: str) -> Select[Any]:
        return (
            select(act.label("act_id"), literal(verb).label("verb"), col(Segment.name).label("name"))
            .join(Segment, col(Segment.id) == table.segment_id)
            .where(col(table.contact_id) == contact_id, act.is_not(None), shown)
        )

    def of_tag(table: type[ContactTag] | type[ContactTagPast], act: Any, verb: str) -> Select[Any]:
        return (
            select(act.label("act_id"), literal(verb).label("verb"), col(Tag.name).label("name"))
            .join(Tag, col(Tag.id) == table.tag_id)
            .where(col(table.contact_id) == contact_id, act.is_not(None))
        )

    return [
        of_segment(SegmentMember, col(SegmentMember.joined_act_id), "joined"),
        of_segment(SegmentPast, col(SegmentPast.joined_act_id), "joined"),
        of_segment(SegmentPast, col(SegmentPast.left_act_id), "left"),
        of_segment(SegmentPast, col(SegmentPast.back_act_id), "joined"),
        of_tag(ContactTag, col(ContactTag.joined_act_id), "tagged"),
        of_tag(ContactTagPast, col(ContactTagPast.joined_act_id), "tagged"),
        of_tag(ContactTagPast, col(ContactTagPast.left_act_id), "untagged"),
        of_tag(ContactTagPast, col(ContactTagPast.back_act_id), "tagged"),
    ]


def _touching(work: Work, contact_id: int, members: Members, before: int | None, limit: int) -> list[int]:
    """Return the acts that touched the contact, the last first."""
    mine = select(col(Change.act_id)).where(col(Change.contact_id) == contact_id)
    if before is not None:
        mine = mine.where(col(Change.act_id) < before)
    changed = work.session.scalars(mine.order_by(col(Change.act_id).desc()).limit(limit))
    joined = {act_id for act_id, _verb in members if before is None or act_id < before}
    return sorted({*changed, *joined}, reverse=True)[:limit]


def _lines(work: Work, contact_id: int, wanted: Sequence[int], members: Members) -> list[HistoryLine]:
    if not wanted:
        return []
    changes: dict[int, Change] = {
        change.act_id: change
        for change in work.session.scalars(
            select(Change).where(col(Change.contact_id) == contact_id, col(Change.act_id).in_(wanted))
        )
    }
    undone = aliased(Act)
    by_import = visible_import(work.viewer, work.sight).label("import_open")
    acts = work.session.execute(
        select(
            Act, col(User.name).label("by"), col(undone.kind).label("undone_kind"), col(Import.id), by_import
        )
        .outerjoin(User, col(User.id) == col(Act.actor_id))
        .outerjoin(undone, col(undone.id) == col(Act.undo_of_id))
        .outerjoin(Import, col(Import.act_id).in_((col(Act.id), col(Act.undo_of_id))))
        .where(col(Act.id).in_(wanted))
        .order_by(col(Act.id).desc())
    )
    return [_line(work, row, changes.get(row.Act.id), members) for row in acts]


def _line(work: Work, row: Row[Any], change: Change | None, members: Members) -> HistoryLine:
    act: Act = row.Act
    act_id = act.id
    assert act_id is not None
    delta = (change.data if change else None) or {}

    def names(verb: str) -> tuple[str, ...]:
        return tuple(sorted(members.get((act_id, verb), ())))

    return HistoryLine(
        act_id=act_id,
        at=act.started_at,
        by=row.by,
        act_kind=act.kind,
        via=act.via,
        kind=change.kind if change else "members",
        import_id=row.id,
        import_open=row.id is not None and bool(row.import_open),
        undone_kind=row.undone_kind,
        fields={
            name: (_shown(work, name, old), _shown(work, name, new)) for name, (old, new) in delta.items()
        },
        joined=names("joined"),
        left=names("left"),
        tagged=names("tagged"),
        untagged=names("untagged"),
    )


def _shown(work: Work, name: str, value: Any) -> Any:
    """Return a responsible's name for the id that the delta holds; all else as it is."""
    if name != "responsible" or value is None:
        return value
    user = work.session.get(User, value)
    return user.name if user else None


def contact_as_kept(contact: Contact) -> dict[str, Any]:
    """Return the fields of a contact that change rows speak of, by their names in a delta."""
    return {name: getattr(contact, column) for name, column in KEPT_FIELDS.items()}


# Name in a delta -> column. E-mails, phones and messengers are kept as whole ordered lists beside these.
KEPT_FIELDS = {
    name: name
    for name in (
        "first_name", "last_name", "organization", "country", "region", "city", "postcode", "street", "language",
        "time_zone", "account_number", "external_id", "importance", "revenue", "email_shared",
    )
} | {"responsible": "responsible_id"}  # fmt: skip
