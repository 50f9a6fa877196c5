"""Contacts by their ids, as grids, the API, the command line and exports show them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.contact import Contact, ContactRead
from models.people import User
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services.access import visible_segment
from services.filters.conditions import within
from services.work import Work

_COLUMNS = (
    "first_name", "last_name", "email", "phone", "country", "organization", "account_number", "external_id",
)  # fmt: skip


def contacts(work: Work, ids: Sequence[int]) -> list[ContactRead]:
    """Return the contacts in the order of `ids`, with the segments that the viewer may know of."""
    columns = [col(getattr(Contact, name)) for name in _COLUMNS]
    asked = select(
        col(Contact.id), *columns, col(User.email), col(Contact.created_at), col(Contact.changed_at)
    ).outerjoin(User, col(User.id) == col(Contact.responsible_id))
    rows = {row[0]: row for row in work.session.execute(asked.where(_of(work, Contact.id, ids)))}
    segments, tags = segments_of(work, ids), tags_of(work, ids)
    return [
        ContactRead(
            id=id_,
            **dict(zip(_COLUMNS, row[1:-3], strict=True)),
            responsible=row[-3],
            segments=segments[id_],
            tags=tags[id_],
            created=row[-2],
            updated=row[-1],
        )
        for id_, row in ((id_, rows[id_]) for id_ in ids)
    ]


def segments_of(work: Work, ids: Sequence[int], *more: Any) -> dict[int, list[str]]:
    """Return the names of the contacts' segments, as far as the viewer may know them and `more` holds."""
    asked = (
        select(col(SegmentMember.contact_id), col(Segment.name))
        .join(Segment, col(Segment.id) == col(SegmentMember.segment_id))
        .where(
            _of(work, SegmentMember.contact_id, ids),
            col(SegmentMember.mode) != "excluded",
            visible_segment(work.sight),
            *more,
        )
        .order_by(col(Segment.name_key))
    )
    return _names(work, asked)


def tags_of(work: Work, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the contacts' tags."""
    asked = (
        select(col(ContactTag.contact_id), col(Tag.name))
        .join(Tag, col(Tag.id) == col(ContactTag.tag_id))
        .where(_of(work, ContactTag.contact_id, ids), col(Tag.deleted_at).is_(None))
        .order_by(col(Tag.name_key))
    )
    return _names(work, asked)


def _of(work: Work, column: Any, ids: Sequence[int]) -> Any:
    return within(col(column), ids, on_sqlite=work.on_sqlite)


def _names(work: Work, asked: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for contact_id, name in work.session.execute(asked):
        found[contact_id].append(name)
    return found
