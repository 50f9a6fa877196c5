"""Contacts by their ids, as grids, the API, the command line and exports show them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import case, select
from sqlmodel import col

from models.contact import Contact, ContactPoint, ContactRead, ContactRow, OptOut
from models.people import User
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services import messengers
from services.access import visible_segment
from services.filters.conditions import closed_channels, within
from services.work import Work

_COLUMNS = (
    "first_name", "last_name", "email", "phone", "country", "organization", "account_number", "external_id",
)  # fmt: skip
_FURTHER = (
    "version", "region", "city", "postcode", "street", "language", "time_zone", "importance", "revenue", "source",
)  # fmt: skip

# What a person's list can show of a contact.
FIELDS = (
    "name", "first_name", "last_name", "email", "phone", "messengers", "organization", "segments", "tags", "country",
    "region", "city", "postcode", "street", "account_number", "external_id", "responsible", "source", "importance",
    "revenue", "language", "time_zone", "opted_out", "created", "updated",
)  # fmt: skip


def contacts(work: Work, ids: Sequence[int]) -> list[ContactRead]:
    """Return the contacts in the order of `ids`, with the segments that the viewer may know of."""
    found, segments, tags = _values(work, ids, _COLUMNS), segments_of(work, ids), tags_of(work, ids)
    return [ContactRead(**found[id_], segments=_names(segments[id_]), tags=_names(tags[id_])) for id_ in ids]


def grid_rows(work: Work, ids: Sequence[int], fields: Collection[str]) -> list[ContactRow]:
    """Return the contacts in the order of `ids`, with what further rows hold as far as `fields` name it."""
    found, segments, tags = (
        _values(work, ids, _COLUMNS + _FURTHER),
        segments_of(work, ids),
        tags_of(work, ids),
    )
    if "messengers" in fields:
        for id_, handles in _messengers(work, ids).items():
            found[id_]["messengers"] = handles
    if "opted_out" in fields:
        for id_, channels in _opted_out(work, found).items():
            found[id_]["opted_out"] = channels
    return [
        ContactRow(
            **found[id_],
            segments=_names(segments[id_]),
            segment_colours=[colour for _name, colour in segments[id_]],
            tags=_names(tags[id_]),
            tag_colours=[colour for _name, colour in tags[id_]],
        )
        for id_ in ids
    ]


def _values(work: Work, ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    columns = [col(getattr(Contact, name)) for name in names]
    asked = select(
        col(Contact.id),
        *columns,
        col(User.email),
        col(User.name),
        col(Contact.created_at),
        col(Contact.changed_at),
    ).outerjoin(User, col(User.id) == col(Contact.responsible_id))
    keys = ("id", *names, "responsible", "responsible_name", "created", "updated")
    return {
        row[0]: dict(zip(keys, row, strict=True))
        for row in work.session.execute(asked.where(_of(work, Contact.id, ids)))
    }


def segments_of(work: Work, ids: Sequence[int], *more: Any) -> dict[int, list[tuple[str, str]]]:
    """Return name and colour of the contacts' segments, as far as the viewer may know them and `more` holds."""
    asked = (
        select(
            col(SegmentMember.contact_id),
            col(Segment.name),
            case((col(Segment.active), col(Segment.colour)), else_="grey"),
        )
        .join(Segment, col(Segment.id) == col(SegmentMember.segment_id))
        .where(
            _of(work, SegmentMember.contact_id, ids),
            col(SegmentMember.mode) != "excluded",
            visible_segment(work.sight),
            *more,
        )
        .order_by(col(Segment.name_key))
    )
    return _by_contact(work, asked)


def tags_of(work: Work, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return name and colour of the contacts' tags."""
    asked = (
        select(col(ContactTag.contact_id), col(Tag.name), col(Tag.colour))
        .join(Tag, col(Tag.id) == col(ContactTag.tag_id))
        .where(_of(work, ContactTag.contact_id, ids), col(Tag.deleted_at).is_(None))
        .order_by(col(Tag.name_key))
    )
    return _by_contact(work, asked)


def _messengers(work: Work, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the contacts' handles, each after its platform."""
    asked = (
        select(col(ContactPoint.contact_id), col(ContactPoint.platform), col(ContactPoint.value))
        .where(_of(work, ContactPoint.contact_id, ids), col(ContactPoint.kind) == "messenger")
        .order_by(col(ContactPoint.position))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for contact_id, platform, value in work.session.execute(asked):
        found[contact_id].append(f"{messengers.name_of(platform)} {value}" if platform else value)
    return found


def _opted_out(work: Work, found: dict[int, dict[str, Any]]) -> dict[int, list[str]]:
    """Return the channels that are closed to the contacts or to an address of theirs."""
    ids = list(found)
    holders: dict[str, set[int]] = defaultdict(set)
    for id_, values in found.items():
        for address in filter(None, (values["email"], values["phone"])):
            holders[address].add(id_)
    further = select(col(ContactPoint.key), col(ContactPoint.contact_id)).where(
        _of(work, ContactPoint.contact_id, ids), col(ContactPoint.kind).in_(("email", "phone"))
    )
    for key, id_ in work.session.execute(further):
        holders[key].add(id_)
    # The indexes begin with the channel.
    channels = closed_channels(work)
    closed: dict[int, set[str]] = defaultdict(set)
    by_person = select(col(OptOut.channel), col(OptOut.contact_id)).where(
        col(OptOut.channel).in_(channels), _of(work, OptOut.contact_id, ids)
    )
    for channel, id_ in work.session.execute(by_person):
        closed[id_].add(channel)
    by_address = select(col(OptOut.channel), col(OptOut.key)).where(
        col(OptOut.channel).in_(channels), within(col(OptOut.key), holders, on_sqlite=work.on_sqlite)
    )
    for channel, key in work.session.execute(by_address):
        for id_ in holders[key]:
            closed[id_].add(channel)
    return {id_: sorted(channels) for id_, channels in closed.items()}


def _of(work: Work, column: Any, ids: Sequence[int]) -> Any:
    return within(col(column), ids, on_sqlite=work.on_sqlite)


def _by_contact(work: Work, asked: Any) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for contact_id, name, colour in work.session.execute(asked):
        found[contact_id].append((name, colour))
    return found


def _names(coloured: Sequence[tuple[str, str]]) -> list[str]:
    return [name for name, _colour in coloured]
