"""Ways to reach a contact: its e-mails, phones and messengers, read and written in their order, the primary first."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import column, delete, insert, select, table
from sqlmodel import col

from models.contact import Contact, ContactPoint, PointRead
from models.fold import fold
from models.search import contact_search, search_phones, search_places, search_text
from services import messengers
from services.values import Values
from services.work import AUDITED, Work

KINDS = ("emails", "phones", "messengers")


class Mark(NamedTuple):
    """What is noted of an address: whether it is shared, so that it identifies nobody, and what it is called."""

    shared: bool = False
    label: str | None = None


PLAIN = Mark()
Marks = Mapping[tuple[str, str | None, str], Mark]


def of(work: Work, contact: Contact) -> dict[str, list[Any]]:
    """Return `emails`, `phones` and `messengers` in order; messengers as pairs of platform and handle."""
    found: dict[str, list[Any]] = {
        "emails": [contact.email] if contact.email else [],
        "phones": [contact.phone] if contact.phone else [],
        "messengers": [],
    }
    for point in _further(work, contact):
        if point.kind == "messenger":
            found["messengers"].append([point.platform, point.value])
        else:
            found[f"{point.kind}s"].append(point.value)
    return found


def marks_of(work: Work, contact: Contact) -> Marks:
    """Return what is noted of each address of the contact, by kind, platform and key."""
    marks = {
        (point.kind, point.platform, point.key): Mark(point.shared, point.label)
        for point in _further(work, contact)
    }
    if contact.email:
        marks["email", None, contact.email] = Mark(contact.email_shared)
    return marks


def _further(work: Work, contact: Contact) -> Sequence[ContactPoint]:
    return work.session.scalars(
        select(ContactPoint)
        .where(col(ContactPoint.contact_id) == contact.id)
        .order_by(col(ContactPoint.position), col(ContactPoint.id))
    ).all()


def shown(reach: Mapping[str, Sequence[Any]], marks: Marks) -> list[PointRead]:
    """Return the ways to reach a contact as screens and the API show them."""
    points = [
        _shown(kind, None, value, place, marks)
        for kind in ("email", "phone")
        for place, value in enumerate(reach[f"{kind}s"])
    ]
    return points + [
        _shown("messenger", platform, handle, place, marks)
        for place, (platform, handle) in enumerate(reach["messengers"])
    ]


def _shown(kind: str, platform: str | None, value: str, place: int, marks: Marks) -> PointRead:
    link = messengers.whatsapp_of(value) if kind == "phone" else messengers.link(platform, value)
    key = fold(value) if kind == "messenger" else value
    label = marks.get((kind, platform, key), PLAIN).label
    return PointRead(kind=kind, platform=platform, value=value, label=label, primary=place == 0, link=link)


def write(work: Work, contact_id: int, values: Values, marks: Marks) -> None:
    """Write the further e-mails and phones and all messengers, in place of those that were."""
    work.session.execute(
        delete(ContactPoint).where(col(ContactPoint.contact_id) == contact_id),
        execution_options=AUDITED | {"synchronize_session": False},
    )
    points: list[tuple[str, str | None, str, str, int]] = [
        (kind, None, value, value, place)
        for kind, listed in (("email", values.emails), ("phone", values.phones))
        for place, value in enumerate(listed)
        if place
    ]
    points += [
        ("messenger", platform, handle, fold(handle), place)
        for place, (platform, handle) in enumerate(values.messengers)
    ]
    rows = [
        {
            "contact_id": contact_id,
            "kind": kind,
            "platform": platform,
            "value": value,
            "key": key,
            "position": place,
        }
        | marks.get((kind, platform, key), PLAIN)._asdict()
        for kind, platform, value, key, place in points
    ]
    if rows:
        work.session.execute(insert(ContactPoint), rows, execution_options=AUDITED)


def write_search(work: Work, contact: Contact, values: Values, *, new: bool = False) -> None:
    """Write the text by which the quick search finds the contact."""
    name = f"{contact.first_name or ''} {contact.last_name or ''}"
    codes = (contact.account_number, contact.external_id)
    key = "rowid" if work.on_sqlite else "contact_id"
    searched = table(contact_search.name, *(column(name) for name in (key, "text", "phones", "places")))
    if not new:
        work.session.execute(delete(searched).where(searched.c[key] == contact.id))
    row = {
        key: contact.id,
        "text": search_text([name, *values.emails, contact.organization, *codes]),
        "phones": search_phones(values.phones),
        "places": search_places(contact.street, contact.postcode),
    }
    work.session.execute(insert(searched).values(row))
