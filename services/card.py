"""What the card shows: a contact as it is now, and as it was at the end of any day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from hooks.i18n import _
from hooks.i18n import date as shown_day
from hooks.viewer import Viewer
from models.act import Act
from models.change import Change
from models.contact import Contact, ContactDetail, ContactThen
from models.people import User
from models.segment import Segment, SegmentMember, SegmentPast
from models.tag import ContactTag, ContactTagPast, Tag
from services import permissions, reach
from services.access import visible, visible_segment
from services.errors import NotFound
from services.filters.days import end, within_reach
from services.history import contact_as_kept
from services.memberships import SEGMENTS, TAGS, Kept
from services.work import Work, unit_of_work

# For keys and names.
Question = Select[*tuple[str, str]]

_TOUCHING = ("created", "updated", "restored", "merged")


def seen(work: Work, contact_id: int, *, lock: bool = False) -> Contact:
    """Return a contact that the viewer sees. Raises NotFound."""
    wanted = select(Contact).where(col(Contact.id) == contact_id, visible(work.sight))
    if lock and not work.on_sqlite:
        # Not so firmly that a membership that others write meanwhile could not refer to it, as in services/walls.py.
        wanted = wanted.with_for_update(key_share=True)
    found = work.session.scalar(wanted)
    if found is None:
        raise NotFound("not_found", _("There is no such contact."))
    return found


def read(work: Work, contact: Contact) -> ContactDetail:
    """Return a contact as it is now."""
    kept = contact_as_kept(contact) | reach.of(work, contact)
    return ContactDetail(
        **_fields(work, contact, kept),
        segments=_names(work, _segments_now(contact.id, work)),
        tags=_names(work, _tags_now(contact.id)),
        updated=contact.changed_at,
    )


def on_day(viewer: Viewer, contact_id: int, day: date) -> ContactThen:
    """Return a contact as it was at the end of a day in the viewer's time zone.

    What it was in and tagged with is called by the names of today, and left out where the viewer may not see it now.
    Raises NotFound for a contact that the viewer does not see, and `not_yet` for a day before it was added; Refused
    `bad_day` for one beyond reckoning.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        contact = seen(work, contact_id)
        until = end(within_reach(day), ZoneInfo(viewer.time_zone))
        if contact.created_at >= until:
            added = contact.created_at.astimezone(ZoneInfo(viewer.time_zone)).date()
            raise NotFound("not_yet", _("This contact was added on {day}.").format(day=shown_day(added)))
        kept = contact_as_kept(contact) | reach.of(work, contact)
        for change in _changes(work, contact_id, col(Change.at) >= until):
            kept |= {name: old for name, (old, _new) in (change.data or {}).items() if name in kept}
        before = _changes(work, contact_id, col(Change.at) < until)
        return ContactThen(
            **_fields(work, contact, kept),
            segments=_names(work, *_segments_then(contact_id, until, work)),
            tags=_names(work, *_tags_then(contact_id, until)),
            updated=next((one.at for one in before if one.kind in _TOUCHING), contact.created_at),
            on=day,
            in_bin=next(
                (one.kind == "deleted" for one in before if one.kind in ("deleted", "restored")), False
            ),
        )


def _changes(work: Work, contact_id: int, when: Any) -> Sequence[Change]:
    """Return the changes of a time, the last first."""
    wanted = select(Change).where(col(Change.contact_id) == contact_id, when)
    return work.session.scalars(wanted.order_by(col(Change.at).desc(), col(Change.act_id).desc())).all()


def _fields(work: Work, contact: Contact, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return all but memberships of what is shown, for values as change rows speak of them."""
    responsible = work.session.get(User, kept["responsible"]) if kept["responsible"] else None
    known = ContactDetail.model_fields.keys()
    return {name: value for name, value in kept.items() if name in known} | {
        "id": contact.id,
        "version": contact.version,
        "source": contact.source,
        "email": kept["emails"][0] if kept["emails"] else None,
        "phone": kept["phones"][0] if kept["phones"] else None,
        "points": reach.shown(kept, reach.marks_of(work, contact)),
        "responsible": responsible.email if responsible else None,
        "responsible_id": responsible.id if responsible else None,
        "responsible_name": responsible.name if responsible else None,
        "created": contact.created_at,
    }


def _names(work: Work, *questions: Question) -> list[str]:
    """Return the names that questions for keys and names find, each once, in the order of the keys."""
    found = {key: name for question in questions for key, name in work.session.execute(question)}
    return [found[key] for key in sorted(found)]


def _segments(table: type[SegmentMember] | type[SegmentPast], contact_id: int | None, work: Work) -> Question:
    return (
        select(col(Segment.name_key), col(Segment.name))
        .join(table, col(table.segment_id) == col(Segment.id))
        .where(
            col(table.contact_id) == contact_id, col(table.mode) != "excluded", visible_segment(work.sight)
        )
    )


def _segments_now(contact_id: int | None, work: Work) -> Question:
    return _segments(SegmentMember, contact_id, work)


def _segments_then(contact_id: int, until: datetime, work: Work) -> list[Question]:
    return [
        _segments(table, contact_id, work).where(*_held(SEGMENTS, table, until))
        for table in (SegmentMember, SegmentPast)
    ]


def _held(kept: Kept, table: Any, until: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a membership held at an instant.

    One that an undo brought back has the date of its joining again; the time in between its past row tells.
    """
    gap = aliased(kept.past)
    back = aliased(Act)
    away = (
        exists()
        .where(col(getattr(gap, kept.of)) == getattr(table, kept.of), col(gap.contact_id) == table.contact_id)
        .where(col(gap.joined_act_id) == table.joined_act_id, col(gap.left_at) < until)
        .where(col(back.id) == col(gap.back_act_id), col(back.started_at) >= until)
    )
    held = [col(table.joined_at) < until, ~away]
    return held if table is kept.now else [*held, col(table.left_at) >= until]


def _tags(table: type[ContactTag] | type[ContactTagPast], contact_id: int | None) -> Question:
    return (
        select(col(Tag.name_key), col(Tag.name))
        .join(table, col(table.tag_id) == col(Tag.id))
        .where(col(table.contact_id) == contact_id)
    )


def _tags_now(contact_id: int | None) -> Question:
    return _tags(ContactTag, contact_id).where(col(Tag.deleted_at).is_(None))


def _tags_then(contact_id: int, until: datetime) -> list[Question]:
    there = or_(col(Tag.deleted_at).is_(None), col(Tag.deleted_at) >= until)
    return [
        _tags(table, contact_id).where(there, *_held(TAGS, table, until))
        for table in (ContactTag, ContactTagPast)
    ]
