"""Make, change, delete and read single contacts. Lists are services/listing.py's."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import column, insert, select, table, update
from sqlalchemy import delete as sql_delete
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import Contact, ContactCreate, ContactDetail, ContactPoint, ContactUpdate, PointRead
from models.people import User
from models.search import contact_search, search_phones, search_places, search_text
from models.segment import Segment, SegmentMember, WallSetSegment
from models.tag import ContactTag, Tag
from services import permissions
from services.access import sees, sight_of_user, visible, visible_segment, would_see
from services.among import among
from services.denials import not_available, noting_unit
from services.errors import Conflict, NotFound, Refused
from services.history import contact_as_kept, record
from services.membership import Choice, choose, set_exactly
from services.overtaken import anew_when_overtaken
from services.values import Values, cleaned, columns_of
from services.work import AUDITED, Work, unit_of_work


class Mark(NamedTuple):
    """What is noted of an address: whether it is shared, so that it identifies nobody, and what it is called."""

    shared: bool = False
    label: str | None = None


Marks = Mapping[tuple[str, str], Mark]
_PLAIN = Mark()


def detail(viewer: Viewer, contact_id: int) -> ContactDetail:
    """Return all that the card shows. Raises NotFound for a contact that the viewer does not see."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        return _read(work, _seen(work, contact_id))


@anew_when_overtaken
def create(viewer: Viewer, command: ContactCreate, *, source: str = "manual") -> ContactDetail:
    """Make a contact and return it.

    Raises Refused with `fields` for values that do not fit, Conflict `email_known` with the `contact_id`
    of the one that has this primary e-mail already, NotAvailable where that one is hidden.
    """
    permissions.require(viewer, permissions.CONTACTS_ADD)
    values = cleaned(command)
    if not (values.emails or values.phones or values.names_something):
        raise Refused(
            "empty_contact", _("Give a name, an organization, an e-mail address or a phone number.")
        )
    asks = bool(values.emails and not values.email_shared) or bool(values.given.get("external_id"))
    with noting_unit(viewer, "contacts.create", asks=asks) as work:
        choice = choose(work, command.segments or [])
        refuse_taken(work, values.emails[0] if values.emails else None, values)
        row = columns_of(values) | {
            "responsible_id": _responsible_id(work, values.responsible),
            "source": source,
            "created_at": work.now,
            "changed_at": work.now,
            "created_act_id": work.act("edit"),
        }
        made = work.session.execute(
            insert(Contact).values(row).returning(col(Contact.id)), execution_options=AUDITED
        )
        contact_id = made.scalar_one()
        _write_points(work, contact_id, values.emails, values.phones, {})
        _write_search(work, contact_id, new=True)
        record(work, contact_id, "created")
        set_exactly(work, contact_id, choice)
        _refuse_blind_responsible(work, contact_id, row["responsible_id"])
        # The maker is shown what was made, even when a wall then hides it.
        return _read(work, _row(work, contact_id))


@anew_when_overtaken
def change(
    viewer: Viewer,
    contact_id: int,
    command: ContactUpdate,
    *,
    version: int | None = None,
    segments_seen: Sequence[str] | None = None,
) -> ContactDetail:
    """Change the fields that are set in `command` and return the contact; what is equal already is no change.

    `segments_seen` is the list of which the command's was made: what bulk actions and imports, which leave the
    version as it is, added to it or took from it meanwhile then stays so.
    Raises NotFound, Refused with `fields`, Conflict `changed_meanwhile` when `version` is not the present
    one, `email_known` or NotAvailable for a unique value that another contact holds.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    permissions.require(viewer, permissions.CONTACTS_EDIT)
    asks = bool(command.model_fields_set & {"email", "emails", "email_shared", "external_id"})
    with noting_unit(viewer, "contacts.change", asks=asks) as work:
        choice = None
        if "segments" in command.model_fields_set:
            choice = choose(work, command.segments or [], contact_id, seen=segments_seen)
        contact = _seen(work, contact_id, lock=True)
        if version is not None and contact.version != version:
            raise Conflict(
                "changed_meanwhile",
                _("Someone changed this contact meanwhile. Look at it again, then save."),
                version=contact.version,
            )
        _change(work, contact, command, choice)
        return _read(work, _row(work, contact_id))


@anew_when_overtaken
def delete(viewer: Viewer, contact_ids: Collection[int]) -> int:
    """Put contacts into the bin; return how many went. Those that the viewer does not see are passed over."""
    permissions.require(viewer, permissions.CONTACTS_DELETE)
    with unit_of_work(viewer, write=True) as work:
        seen = col(Contact.id).in_(among(work, contact_ids)), visible(work.sight)
        wanted = select(col(Contact.id)).where(*seen).order_by(col(Contact.id))
        if not work.on_sqlite:
            wanted = wanted.with_for_update(key_share=True)
        found = [contact_id for contact_id in work.session.scalars(wanted) if contact_id is not None]
        if not found:
            return 0
        act_id = work.act("edit" if len(found) == 1 else "bulk", deed="delete")
        work.session.execute(
            update(Contact)
            .where(col(Contact.id).in_(among(work, found)))
            .values(deleted_at=work.now, deleted_act_id=act_id, version=col(Contact.version) + 1),
            execution_options=AUDITED | {"synchronize_session": False},
        )
        for contact_id in found:
            record(work, contact_id, "deleted")
        return len(found)


def _change(work: Work, contact: Contact, command: ContactUpdate, choice: Choice | None) -> None:
    assert contact.id is not None
    emails, phones = _points(work, contact)
    before = contact_as_kept(contact) | {"emails": emails, "phones": phones}
    values = cleaned(command, country=contact.country, emails=emails, phones=phones)
    wanted = dict(before)
    wanted |= values.given
    wanted["emails"], wanted["phones"] = values.emails, values.phones
    if "responsible" in command.model_fields_set:
        wanted["responsible"] = _responsible_id(work, values.responsible)
    marks = _marks(work, contact)
    if values.emails[:1] != emails[:1] and "email_shared" not in command.model_fields_set:
        # It is the address that is shared, not whoever has it.
        wanted["email_shared"] = bool(values.emails) and marks.get(("email", values.emails[0]), _PLAIN).shared
    delta = {name: [before[name], wanted[name]] for name in before if before[name] != wanted[name]}
    moved = choice is not None and set_exactly(work, contact.id, choice)
    counted = {"version": contact.version + 1}
    if not delta:
        if moved:
            _set(work, contact.id, counted)
        return
    merged = Values.of(wanted)
    refuse_taken(work, merged.emails[0] if merged.emails else None, merged, but=contact.id)
    _set(
        work,
        contact.id,
        columns_of(merged) | {"responsible_id": wanted["responsible"], "changed_at": work.now} | counted,
    )
    if {"emails", "phones"} & delta.keys():
        _write_points(work, contact.id, merged.emails, merged.phones, marks)
    _write_search(work, contact.id)
    record(work, contact.id, "updated", delta)
    if "responsible" in delta:
        _refuse_blind_responsible(work, contact.id, wanted["responsible"])


def _set(work: Work, contact_id: int, columns: Mapping[str, Any]) -> None:
    work.session.execute(
        update(Contact).where(col(Contact.id) == contact_id).values(columns),
        execution_options=AUDITED | {"synchronize_session": False},
    )


def _row(work: Work, contact_id: int) -> Contact:
    found = work.session.get(Contact, contact_id, populate_existing=True)
    assert found is not None
    return found


def _seen(work: Work, contact_id: int, *, lock: bool = False) -> Contact:
    wanted = select(Contact).where(col(Contact.id) == contact_id, visible(work.sight))
    if lock and not work.on_sqlite:
        # Not so firmly that a membership that others write meanwhile could not refer to it, as in services/walls.py.
        wanted = wanted.with_for_update(key_share=True)
    found = work.session.scalar(wanted)
    if found is None:
        raise NotFound("not_found", _("There is no such contact."))
    return found


def _points(work: Work, contact: Contact) -> tuple[list[str], list[str]]:
    """Return the contact's e-mails and phones in order, the primary ones first."""
    further = work.session.scalars(
        select(ContactPoint)
        .where(col(ContactPoint.contact_id) == contact.id)
        .order_by(col(ContactPoint.position))
    ).all()
    emails = [contact.email] if contact.email else []
    phones = [contact.phone] if contact.phone else []
    emails += [point.value for point in further if point.kind == "email"]
    phones += [point.value for point in further if point.kind == "phone"]
    return emails, phones


def _marks(work: Work, contact: Contact) -> Marks:
    """Return what is noted of each address of the contact, by kind and key, beside the address itself."""
    found = work.session.execute(
        select(
            col(ContactPoint.kind), col(ContactPoint.key), col(ContactPoint.shared), col(ContactPoint.label)
        ).where(col(ContactPoint.contact_id) == contact.id)
    )
    marks = {(kind, key): Mark(shared, label) for kind, key, shared, label in found}
    if contact.email:
        marks["email", contact.email] = Mark(contact.email_shared)
    return marks


def _write_points(
    work: Work, contact_id: int, emails: Sequence[str], phones: Sequence[str], marks: Marks
) -> None:
    further = col(ContactPoint.kind).in_(("email", "phone"))
    work.session.execute(
        sql_delete(ContactPoint).where(col(ContactPoint.contact_id) == contact_id, further),
        execution_options=AUDITED | {"synchronize_session": False},
    )
    rows = [
        {"contact_id": contact_id, "kind": kind, "value": value, "key": value, "position": position}
        | marks.get((kind, value), _PLAIN)._asdict()
        for kind, listed in (("email", emails), ("phone", phones))
        for position, value in enumerate(listed)
        if position
    ]
    if rows:
        work.session.execute(insert(ContactPoint), rows, execution_options=AUDITED)


def _write_search(work: Work, contact_id: int, *, new: bool = False) -> None:
    contact = _row(work, contact_id)
    emails, phones = _points(work, contact)
    name = f"{contact.first_name or ''} {contact.last_name or ''}"
    codes = (contact.account_number, contact.external_id)
    key = "rowid" if work.on_sqlite else "contact_id"
    searched = table(contact_search.name, *(column(name) for name in (key, "text", "phones", "places")))
    if not new:
        work.session.execute(sql_delete(searched).where(searched.c[key] == contact_id))
    values = {
        key: contact_id,
        "text": search_text([name, *emails, contact.organization, *codes]),
        "phones": search_phones(phones),
        "places": search_places(contact.street, contact.postcode),
    }
    work.session.execute(insert(searched).values(values))


def refuse_taken(work: Work, email: str | None, values: Values, but: int | None = None) -> None:
    """Raise Conflict, or NotAvailable, where a live contact but this one holds a unique value of these."""
    live = (col(Contact.deleted_at).is_(None), col(Contact.id) != (but or 0))
    if email and not values.email_shared:
        same = select(col(Contact.id)).where(
            col(Contact.email_key) == email, ~col(Contact.email_shared), *live
        )
        _refuse_holder(work, work.session.scalar(same), "email")
    if values.given.get("external_id"):
        same = select(col(Contact.id)).where(col(Contact.external_id) == values.given["external_id"], *live)
        _refuse_holder(work, work.session.scalar(same), "external_id")


def _refuse_holder(work: Work, holder: int | None, field: str) -> None:
    if holder is None:
        return
    if not sees(work.session, work.sight, holder):
        raise not_available(field)
    known = {
        "email": _("A contact with this e-mail address is there already."),
        "external_id": _("A contact with this external ID is there already."),
    }[field]
    raise Conflict(f"{field}_known", known, contact_id=holder, fields={field: known})


def _responsible_id(work: Work, email: str | None) -> int | None:
    if not email:
        return None
    found = work.session.scalar(
        select(col(User.id)).where(col(User.email_key) == email.strip().lower(), col(User.active))
    )
    if found is None:
        wrong = _("Nobody who is active has this e-mail address.")
        raise Refused("unknown_responsible", wrong, fields={"responsible": wrong})
    return found


def _refuse_blind_responsible(work: Work, contact_id: int, responsible_id: int | None) -> None:
    """Refuse a responsible who would not see the contact, as far as the walls go that the viewer may name."""
    if responsible_id is None:
        return
    behind = (
        select(col(WallSetSegment.segment_id))
        .join(Contact, col(Contact.wall_set_id) == col(WallSetSegment.wall_set_id))
        .where(col(Contact.id) == contact_id)
    )
    known = frozenset(work.session.scalars(behind))
    if not work.sight.everyone:
        known &= frozenset(work.sight.walls)
    if not would_see(sight_of_user(work.session, responsible_id), known, responsible_id):
        wrong = _("This person could not see the contact: it is behind a wall that is not open to them.")
        raise Refused("responsible_cannot_see", wrong, fields={"responsible": wrong})


def _read(work: Work, contact: Contact) -> ContactDetail:
    assert contact.id is not None
    responsible = work.session.get(User, contact.responsible_id) if contact.responsible_id else None
    emails, phones = _points(work, contact)
    points: list[tuple[str, str | None, str, str | None, bool]]
    points = [("email", None, value, None, place == 0) for place, value in enumerate(emails)]
    points += [("phone", None, value, None, place == 0) for place, value in enumerate(phones)]
    points += [
        ("messenger", point.platform, point.value, point.label, point.position == 0)
        for point in work.session.scalars(
            select(ContactPoint)
            .where(col(ContactPoint.contact_id) == contact.id, col(ContactPoint.kind) == "messenger")
            .order_by(col(ContactPoint.position))
        )
    ]
    fields = {name: getattr(contact, name) for name in ContactDetail.model_fields if hasattr(contact, name)}
    return ContactDetail(
        **fields
        | {
            "responsible": responsible.email if responsible else None,
            "responsible_name": responsible.name if responsible else None,
            "segments": _segments_of(work, contact.id),
            "tags": _tags_of(work, contact.id),
            "created": contact.created_at,
            "updated": contact.changed_at,
            "points": [_point(*point) for point in points],
        }
    )


def _point(kind: str, platform: str | None, value: str, label: str | None, primary: bool) -> PointRead:
    return PointRead(kind=kind, platform=platform, value=value, label=label, primary=primary)


def _segments_of(work: Work, contact_id: int) -> list[str]:
    return list(
        work.session.scalars(
            select(col(Segment.name))
            .join(SegmentMember, col(SegmentMember.segment_id) == col(Segment.id))
            .where(
                col(SegmentMember.contact_id) == contact_id,
                col(SegmentMember.mode) != "excluded",
                visible_segment(work.sight),
            )
            .order_by(col(Segment.name_key))
        )
    )


def _tags_of(work: Work, contact_id: int) -> list[str]:
    return list(
        work.session.scalars(
            select(col(Tag.name))
            .join(ContactTag, col(ContactTag.tag_id) == col(Tag.id))
            .where(col(ContactTag.contact_id) == contact_id, col(Tag.deleted_at).is_(None))
            .order_by(col(Tag.name_key))
        )
    )
