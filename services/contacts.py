"""Make, change, delete and read single contacts. Lists are services/listing.py's."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import Contact, ContactCreate, ContactDetail, ContactUpdate
from models.people import User
from models.segment import WallSetSegment
from services import membership, permissions, reach, tagging
from services.access import sees, sight_of_user, visible, would_see
from services.among import among
from services.card import read, seen
from services.denials import not_available, noting_unit
from services.errors import Conflict, Refused
from services.history import contact_as_kept, record
from services.overtaken import anew_when_overtaken
from services.values import Values, cleaned, columns_of
from services.work import AUDITED, Work, unit_of_work


def detail(viewer: Viewer, contact_id: int) -> ContactDetail:
    """Return all that the card shows. Raises NotFound for a contact that the viewer does not see."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        return read(work, seen(work, contact_id))


@anew_when_overtaken
def create(viewer: Viewer, command: ContactCreate, *, source: str = "manual") -> ContactDetail:
    """Make a contact and return it.

    Raises Refused with `fields` for values that do not fit, Conflict `email_known` with the `contact_id`
    of the one that has this primary e-mail already, NotAvailable where that one is hidden.
    """
    permissions.require(viewer, permissions.CONTACTS_ADD)
    values = cleaned(command)
    if not values.says_something:
        raise Refused(
            "empty_contact", _("Give a name, an organization, an e-mail address or a phone number.")
        )
    asks = bool(values.emails and not values.email_shared) or bool(values.given.get("external_id"))
    with noting_unit(viewer, "contacts.create", asks=asks) as work:
        choice = membership.choose(work, command.segments or [])
        tagged = tagging.hold(work, command.tags or [])
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
        reach.write(work, contact_id, values, {})
        reach.write_search(work, _row(work, contact_id), values, new=True)
        record(work, contact_id, "created")
        membership.set_exactly(work, contact_id, choice)
        tagging.set_exactly(work, contact_id, tagged)
        _refuse_blind_responsible(work, contact_id, row["responsible_id"])
        # The maker is shown what was made, even when a wall then hides it.
        return read(work, _row(work, contact_id))


@anew_when_overtaken
def change(
    viewer: Viewer,
    contact_id: int,
    command: ContactUpdate,
    *,
    version: int | None = None,
    segments_seen: Sequence[str] | None = None,
    tags_seen: Sequence[str] | None = None,
) -> ContactDetail:
    """Change the fields that are set in `command` and return the contact; what is equal already is no change.

    `segments_seen` and `tags_seen` are the lists of which the command's were made: what bulk actions and imports,
    which leave the version as it is, added to them or took from them meanwhile then stays so.
    Raises NotFound, Refused with `fields`, Conflict `changed_meanwhile` when `version` is not the present
    one, `email_known` or NotAvailable for a unique value that another contact holds.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    permissions.require(viewer, permissions.CONTACTS_EDIT)
    asks = bool(command.model_fields_set & {"email", "emails", "email_shared", "external_id"})
    with noting_unit(viewer, "contacts.change", asks=asks) as work:
        choice = None
        if "segments" in command.model_fields_set:
            choice = membership.choose(work, command.segments or [], contact_id, seen=segments_seen)
        tagged = None
        if "tags" in command.model_fields_set:
            tagged = tagging.hold(work, command.tags or [], contact_id, seen=tags_seen)
        contact = seen(work, contact_id, lock=True)
        if version is not None and contact.version != version:
            raise Conflict(
                "changed_meanwhile",
                _("Someone changed this contact meanwhile. Look at it again, then save."),
                version=contact.version,
            )
        moved = choice is not None and membership.set_exactly(work, contact_id, choice)
        moved |= tagged is not None and tagging.set_exactly(work, contact_id, tagged)
        _change(work, contact, command, moved=moved)
        return read(work, _row(work, contact_id))


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
        act_id = work.act("edit" if len(found) == 1 else "bulk", deed="delete", done=len(found))
        work.session.execute(
            update(Contact)
            .where(col(Contact.id).in_(among(work, found)))
            .values(deleted_at=work.now, deleted_act_id=act_id, version=col(Contact.version) + 1),
            execution_options=AUDITED | {"synchronize_session": False},
        )
        for contact_id in found:
            record(work, contact_id, "deleted")
        return len(found)


def _change(work: Work, contact: Contact, command: ContactUpdate, *, moved: bool) -> None:
    """Write the fields; `moved` says that what the contact is in or tagged with changed, which is a new version too."""
    assert contact.id is not None
    ways = reach.of(work, contact)
    before = contact_as_kept(contact) | ways
    values = cleaned(command, country=contact.country, **ways)
    wanted = before | values.given | {kind: getattr(values, kind) for kind in reach.KINDS}
    if "responsible" in command.model_fields_set:
        wanted["responsible"] = _responsible_id(work, values.responsible)
    marks = reach.marks_of(work, contact)
    if values.emails[:1] != ways["emails"][:1] and "email_shared" not in command.model_fields_set:
        # It is the address that is shared, not whoever has it.
        first = ("email", None, values.emails[0]) if values.emails else None
        wanted["email_shared"] = first is not None and marks.get(first, reach.PLAIN).shared
    delta = {name: [before[name], wanted[name]] for name in before if before[name] != wanted[name]}
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
    if delta.keys() & set(reach.KINDS):
        reach.write(work, contact.id, merged, marks)
    reach.write_search(work, _row(work, contact.id), merged)
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
