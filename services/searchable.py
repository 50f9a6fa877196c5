"""The search text of many contacts, written anew after a field of theirs has changed."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from models.contact import Contact, ContactPoint
from models.search import search_phones, search_places, search_text
from services.work import Work

# Which part of the search text a field is in.
_PARTS = {"organization": "text", "postcode": "places", "street": "places"}
_FIELDS = (
    "id", "first_name", "last_name", "email", "organization", "account_number", "external_id", "street", "postcode",
)  # fmt: skip


def write_anew(work: Work, contact_ids: Select[Any], field: str) -> None:
    """Write what the search finds these contacts by, where `field` is a part of it."""
    if field not in _PARTS:
        return
    further = _further(work, contact_ids, "email") if _PARTS[field] == "text" else defaultdict(list)
    columns = [col(getattr(Contact, name)) for name in _FIELDS]
    found = work.session.execute(select(*columns).where(col(Contact.id).in_(contact_ids)))
    part = _PARTS[field]
    rows = [(_text(one, further[one.id]) if part == "text" else _places(one), one.id) for one in found]
    if rows:
        mark, key = ("?", "rowid") if work.on_sqlite else ("%s", "contact_id")
        work.session.connection().exec_driver_sql(
            f"UPDATE contact_search SET {part} = {mark} WHERE {key} = {mark}",  # noqa: S608 - our own names
            rows,
        )


def write_whole(work: Work, contact_ids: Select[Any]) -> None:
    """Write all that the search finds these contacts by."""
    emails, phones = (_further(work, contact_ids, kind) for kind in ("email", "phone"))
    columns = [col(getattr(Contact, name)) for name in (*_FIELDS, "phone")]
    found = work.session.execute(select(*columns).where(col(Contact.id).in_(contact_ids)))
    rows = [
        (
            _text(one, emails[one.id]),
            search_phones([one.phone, *phones[one.id]]),
            _places(one),
            one.id,
        )
        for one in found
    ]
    if rows:
        mark, key = ("?", "rowid") if work.on_sqlite else ("%s", "contact_id")
        work.session.connection().exec_driver_sql(
            f"UPDATE contact_search SET text = {mark}, phones = {mark}, places = {mark} WHERE {key} = {mark}",  # noqa: S608 - our own names
            rows,
        )


def _further(work: Work, contact_ids: Select[Any], kind: str) -> dict[int, list[str]]:
    found = defaultdict(list)
    points = (
        select(col(ContactPoint.contact_id), col(ContactPoint.value))
        .where(col(ContactPoint.contact_id).in_(contact_ids), col(ContactPoint.kind) == kind)
        .order_by(col(ContactPoint.position))
    )
    for contact_id, value in work.session.execute(points):
        found[contact_id].append(value)
    return found


def _text(one: Any, further: list[str]) -> str:
    name = f"{one.first_name or ''} {one.last_name or ''}"
    emails = [one.email, *further] if one.email else further
    return search_text([name, *emails, one.organization, one.account_number, one.external_id])


def _places(one: Any) -> str:
    return search_places(one.street, one.postcode)
