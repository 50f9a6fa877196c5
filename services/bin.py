"""The bin: deleted contacts, which can be brought back for as long as what deleted them can be undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act
from models.contact import Contact
from models.people import User
from services import permissions, reach
from services.access import branches
from services.contacts import refuse_taken
from services.denials import noting_unit
from services.errors import NotFound
from services.history import contact_as_kept, record
from services.overtaken import anew_when_overtaken
from services.values import Values
from services.work import AUDITED, UNDO_DAYS, Work, unit_of_work


@dataclass(frozen=True)
class Binned:
    """A contact in the bin: what it is called, when it went there and by whom, null for the system.

    `days_left` are those for which it can be brought back still, the last one counted.
    """

    id: int
    first_name: str | None
    last_name: str | None
    organization: str | None
    email: str | None
    phone: str | None
    deleted: datetime
    by: str | None
    days_left: int


def listed(viewer: Viewer, limit: int = 50, *, before: int | None = None) -> list[Binned]:
    """Return what the viewer would see if it were not in the bin, the last deed first.

    `before` is the id of the last one shown.
    """
    permissions.require(viewer, permissions.CONTACTS_DELETE)
    with unit_of_work(viewer) as work:
        wanted = (
            select(Contact, col(User.name))
            .outerjoin(Act, col(Act.id) == col(Contact.deleted_act_id))
            .outerjoin(User, col(User.id) == col(Act.actor_id))
            .where(within_reach(work))
            .order_by(col(Contact.deleted_at).desc(), col(Contact.id).desc())
            .limit(limit)
        )
        last = work.session.get(Contact, before) if before is not None else None
        if last is not None and last.deleted_at is not None:
            earlier = col(Contact.deleted_at) < last.deleted_at
            same = and_(col(Contact.deleted_at) == last.deleted_at, col(Contact.id) < before)
            wanted = wanted.where(or_(earlier, same))
        return [_read(work, contact, by) for contact, by in work.session.execute(wanted)]


@anew_when_overtaken
def bring_back(viewer: Viewer, contact_id: int) -> None:
    """Take a contact out of the bin, with its segments, tags and history.

    Raises NotFound for one that is not in the viewer's bin, Conflict `email_known` or `external_id_known` where
    another contact has it by now, NotAvailable where that one is hidden.
    """
    permissions.require(viewer, permissions.CONTACTS_DELETE)
    with noting_unit(viewer, "bin.bring_back", asks=True) as work:
        wanted = select(Contact).where(col(Contact.id) == contact_id, within_reach(work))
        contact = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update(key_share=True))
        if contact is None:
            raise NotFound("not_found", _("There is no such contact in the bin."))
        kept = contact_as_kept(contact) | reach.of(work, contact)
        refuse_taken(work, contact.email, Values.of(kept), but=contact_id)
        work.session.execute(
            update(Contact)
            .where(col(Contact.id) == contact_id)
            .values(deleted_at=None, deleted_act_id=None, changed_at=work.now, version=contact.version + 1),
            execution_options=AUDITED | {"synchronize_session": False},
        )
        work.act("edit", deed="restore")
        record(work, contact_id, "restored")


def within_reach(work: Work) -> ColumnElement[bool]:
    """Return the condition on contacts in the bin that the viewer can bring back."""
    sight = work.sight
    return and_(
        col(Contact.deleted_at) > work.now - timedelta(days=UNDO_DAYS),
        col(Contact.merged_into_id).is_(None),
        col(Contact.erased_at).is_(None),
        or_(*branches(sight)),
    )


def _read(work: Work, contact: Contact, by: str | None) -> Binned:
    assert contact.id is not None
    assert contact.deleted_at is not None
    left = contact.deleted_at + timedelta(days=UNDO_DAYS) - work.now
    return Binned(
        contact.id, contact.first_name, contact.last_name, contact.organization, contact.email, contact.phone,
        contact.deleted_at, by, left.days + 1,
    )  # fmt: skip
