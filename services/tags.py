"""Tags: words on contacts. Whoever edits contacts sets them, whoever makes segments looks after the words."""

from sqlalchemy import func, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act
from models.bulk import PutTagOn, TakeTagOff
from models.contact import Contact
from models.fold import fold
from models.segment import COLOURS
from models.tag import ContactTag, Tag, TagCreate, TagKnown, TagRead, TagUpdate
from services import bulk, memberships, permissions
from services.access import visible
from services.bulk import Done
from services.deeds import held_tag
from services.errors import Conflict, Refused
from services.listing.query import Query
from services.memberships import TAGS
from services.names import on_one_line
from services.overtaken import anew_when_overtaken
from services.work import Work, unit_of_work

NAME_LIMIT = 60


def listed(viewer: Viewer) -> list[TagRead]:
    """Return all tags by name, and on how many contacts that the viewer sees each stands."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        counted = (
            select(col(ContactTag.tag_id), func.count().label("contacts"))
            .join(Contact, col(Contact.id) == col(ContactTag.contact_id))
            .where(visible(work.sight))
            .group_by(col(ContactTag.tag_id))
            .subquery()
        )
        rows = work.session.execute(
            select(Tag, func.coalesce(counted.c.contacts, 0))
            .outerjoin(counted, counted.c.tag_id == col(Tag.id))
            .where(col(Tag.deleted_at).is_(None))
            .order_by(col(Tag.name_key))
        )
        return [_read(tag, contacts) for tag, contacts in rows]


def known(viewer: Viewer) -> list[TagKnown]:
    """Return all tags by name, for pickers and for their colours: nothing is counted."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        live = select(Tag).where(col(Tag.deleted_at).is_(None)).order_by(col(Tag.name_key))
        return [
            TagKnown(id=tag.id or 0, name=tag.name, colour=tag.colour) for tag in work.session.scalars(live)
        ]


@anew_when_overtaken
def create(viewer: Viewer, command: TagCreate) -> TagRead:
    """Make a tag. Raises Refused with `fields`, Conflict `name_known`."""
    permissions.require(viewer, permissions.CONTACTS_EDIT)
    with unit_of_work(viewer, write=True) as work:
        return _read(held_tag(work, make(work, command.name, command.colour)), 0)


def make(work: Work, name: str, colour: str = "grey") -> int:
    """Make a tag within this unit and return its id. Whoever calls has checked the rights; raises as `create`."""
    tag = Tag(
        name=_fitting_name(work, name), name_key=fold(name), colour=_colour(colour), created_at=work.now
    )
    work.session.add(tag)
    work.session.flush()
    assert tag.id is not None
    work.act_beside("edit", deed="tag_created", tag_id=tag.id, name=tag.name)
    return tag.id


@anew_when_overtaken
def change(viewer: Viewer, tag_id: int, command: TagUpdate) -> TagRead:
    """Rename or colour a tag, wherever it stands. Raises NotFound and as `create`."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        tag = held_tag(work, tag_id)
        before = {"name": tag.name, "colour": tag.colour}
        if command.name is not None:
            tag.name, tag.name_key = _fitting_name(work, command.name, but=tag_id), fold(command.name)
        if command.colour is not None:
            tag.colour = _colour(command.colour)
        fields = {
            name: [old, getattr(tag, name)] for name, old in before.items() if old != getattr(tag, name)
        }
        if fields:
            work.act("edit", deed="tag_changed", tag_id=tag_id, name=tag.name, fields=fields)
        return _read(tag, _count(work, tag_id))


@anew_when_overtaken
def merge(viewer: Viewer, tag_id: int, into_id: int) -> TagRead:
    """Have `into_id` stand wherever `tag_id` did, and delete that one. Raises NotFound, Refused for one tag twice."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    if tag_id == into_id:
        raise Refused("same_tag", _("Choose another tag to merge this one with."))
    with unit_of_work(viewer, write=True) as work:
        # In ascending order, so that two merges at once do not wait for each other.
        found = {one: held_tag(work, one) for one in sorted((tag_id, into_id))}
        act_id = work.act("bulk", deed="tags_merged", tag_id=tag_id, into_id=into_id, name=found[tag_id].name)
        seen = _count(work, tag_id)
        theirs = select(col(ContactTag.contact_id)).where(col(ContactTag.tag_id) == tag_id)
        memberships.begin(work, TAGS, into_id, act_id, theirs)
        memberships.end(work, TAGS, tag_id, act_id, theirs)
        found[tag_id].deleted_at = work.now
        _note(work, act_id, seen)
        return _read(found[into_id], _count(work, into_id))


def remove(viewer: Viewer, tag_id: int) -> int:
    """Delete a tag and return on how many contacts, of those the viewer sees, it stood. Contacts stay."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        tag = held_tag(work, tag_id)
        contacts = _count(work, tag_id)
        tag.deleted_at = work.now
        work.act("edit", deed="tag_deleted", tag_id=tag_id, name=tag.name, contacts=contacts)
        return contacts


def put_on(
    viewer: Viewer, tag_id: int, query: Query, *, all_contacts: bool = False, expected: int | None = None
) -> Done:
    """Set a tag on every contact that matches and that the viewer sees, however many these are.

    Raises NotFound and as services/bulk.py's `do`.
    """
    return bulk.here(viewer, PutTagOn(tag_id=tag_id), query, all_contacts=all_contacts, expected=expected)


def take_off(
    viewer: Viewer, tag_id: int, query: Query, *, all_contacts: bool = False, expected: int | None = None
) -> Done:
    """Take a tag off every contact that matches and that the viewer sees. Raises as `put_on`."""
    return bulk.here(viewer, TakeTagOff(tag_id=tag_id), query, all_contacts=all_contacts, expected=expected)


def _note(work: Work, act_id: int, done: int) -> None:
    act = work.session.get_one(Act, act_id)
    act.detail = act.detail | {"done": done, "skipped": 0}


def _count(work: Work, tag_id: int) -> int:
    counted = (
        select(func.count())
        .select_from(ContactTag)
        .join(Contact, col(Contact.id) == col(ContactTag.contact_id))
        .where(col(ContactTag.tag_id) == tag_id, visible(work.sight))
    )
    return work.session.scalar(counted) or 0


def _fitting_name(work: Work, name: str, but: int | None = None) -> str:
    wrong = None
    if not fold(name) or len(name) > NAME_LIMIT:
        wrong = _("A tag has between 1 and {n} characters.").format(n=NAME_LIMIT)
    elif not on_one_line(name):
        wrong = _("A tag stands on one line, without control characters.")
    elif ";" in name:
        wrong = _("A tag cannot hold a semicolon: it separates tags in files.")
    if wrong:
        raise Refused("bad_name", wrong, fields={"name": wrong})
    same = select(col(Tag.id)).where(col(Tag.name_key) == fold(name), col(Tag.deleted_at).is_(None))
    found = work.session.scalar(same)
    if found is not None and found != but:
        wrong = _("A tag of this name is there already.")
        raise Conflict("name_known", wrong, fields={"name": wrong})
    return name.strip()


def _colour(colour: str) -> str:
    if colour not in COLOURS:
        wrong = _("{colour} is none of the colours: {known}.").format(colour=colour, known=", ".join(COLOURS))
        raise Refused("bad_colour", wrong, fields={"colour": wrong})
    return colour


def _read(tag: Tag, contacts: int) -> TagRead:
    assert tag.id is not None
    return TagRead(id=tag.id, name=tag.name, colour=tag.colour, contacts=contacts)
