"""What the database knows under the keys of some rows: asked for thousands of keys at a time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import exists, select, text
from sqlmodel import col

from models.contact import Contact, ContactPoint
from models.segment import SegmentMember
from services.access import visible
from services.among import among
from services.imports.people import Directory, Person, Row, name_of
from services.imports.rows import EMAIL, FIELDS, PHONE
from services.work import Work

_COLUMNS = tuple(getattr(Contact, name) for name in FIELDS)


def holders(
    work: Work, external_ids: Sequence[str], emails: Sequence[str], phones: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Yield ("X…", "E…" or "P…" with the key, contact id) for the live contacts that have a key at any rank."""
    for sign, keys, column, kind in (
        ("X", external_ids, "external_id", None),
        ("E", emails, "email_key", "email"),
        ("P", phones, "phone", "phone"),
    ):
        if not keys:
            continue
        for key, contact_id in _with_column(work, column, keys):
            yield sign + key, contact_id
        if kind:
            for key, contact_id in _with_point(work, kind, keys):
                yield sign + key, contact_id


def directory_of(work: Work, rows: Iterable[Row], *, lock: bool, with_segments: bool) -> Directory:
    """Return the people whom the rows may mean: contacts that the viewer sees, and the keys of those hidden.

    With `lock` their rows are held to the end of the unit, and read as they stand then.
    """
    keys: tuple[dict[str, None], dict[str, None], dict[str, None]] = ({}, {}, {})
    for row in rows:
        for wanted, key in zip(keys, (row.external_id, row.email, row.phone), strict=True):
            if key is not None:
                wanted[key] = None
    ids = sorted({contact_id for _key, contact_id in holders(work, *(list(wanted) for wanted in keys))})
    directory = Directory()
    if not ids:
        return directory
    contacts = _contacts(work, ids, lock=lock)
    further = _points_of(work, ids)
    for found in contacts:
        _add(directory, found, further)
    if with_segments:
        _add_members(work, directory)
    return directory


def _with_column(work: Work, column: str, keys: Sequence[str]) -> Sequence[Any]:
    condition, given = _one_of(work, column, keys)
    question = f"SELECT {column}, id FROM contact WHERE deleted_at IS NULL AND {condition}"  # noqa: S608 - our own names
    return work.session.execute(text(question), given).all()


def _with_point(work: Work, kind: str, keys: Sequence[str]) -> Sequence[Any]:
    # Most contacts have one address of a kind, so most installations have few further ones, or none.
    if not work.session.scalar(select(exists().where(col(ContactPoint.kind) == kind))):
        return ()
    condition, given = _one_of(work, "p.key", keys)
    question = f"""
        SELECT p.key, p.contact_id FROM contact_point p JOIN contact c ON c.id = p.contact_id
        WHERE p.kind = :kind AND c.deleted_at IS NULL AND {condition}
    """  # noqa: S608 - our own names
    return work.session.execute(text(question), given | {"kind": kind}).all()


def _one_of(work: Work, column: str, keys: Sequence[str]) -> tuple[str, dict[str, Any]]:
    if work.on_sqlite:
        return f"{column} IN (SELECT value FROM json_each(:keys))", {"keys": json.dumps(keys)}  # noqa: S608
    return f"{column} = ANY(:keys)", {"keys": list(keys)}


def _contacts(work: Work, ids: Sequence[int], *, lock: bool) -> Sequence[Any]:
    wanted = (
        select(
            col(Contact.id), col(Contact.version), col(Contact.email_shared), col(Contact.wall_set_id),
            col(Contact.responsible_id), visible(work.sight).label("seen"), *_COLUMNS,
        )
        .where(col(Contact.id).in_(among(work, ids)), col(Contact.deleted_at).is_(None))
        .order_by(col(Contact.id))
    )  # fmt: skip
    if lock and not work.on_sqlite:
        wanted = wanted.with_for_update()
    return work.session.execute(wanted).all()


def _points_of(work: Work, ids: Sequence[int]) -> dict[int, list[tuple[str, str, bool]]]:
    further: dict[int, list[tuple[str, str, bool]]] = {}
    wanted = (
        select(
            col(ContactPoint.contact_id),
            col(ContactPoint.kind),
            col(ContactPoint.key),
            col(ContactPoint.shared),
        )
        .where(
            col(ContactPoint.contact_id).in_(among(work, ids)), col(ContactPoint.kind).in_(("email", "phone"))
        )
        .order_by(col(ContactPoint.contact_id), col(ContactPoint.kind), col(ContactPoint.position))
    )
    for contact_id, kind, key, shared in work.session.execute(wanted):
        further.setdefault(contact_id, []).append((kind, key, shared))
    return further


def _add(directory: Directory, found: Any, further: dict[int, list[tuple[str, str, bool]]]) -> None:
    contact_id, version, email_shared, wall_set_id, responsible_id, seen, *values = found
    if not seen:
        _add_hidden(directory, found, values)
        return
    points = further.get(contact_id, ())
    emails = [values[EMAIL]] if values[EMAIL] else []
    phones = [values[PHONE]] if values[PHONE] else []
    shared = {values[EMAIL]} if email_shared and values[EMAIL] else set()
    for kind, key, is_shared in points:
        (emails if kind == "email" else phones).append(key)
        if is_shared:
            shared.add(key)
    directory.add_known(
        Person(
            id=contact_id,
            version=version,
            had=values,
            values=values,
            emails=emails,
            phones=phones,
            shared=frozenset(shared),
            wall_set_id=wall_set_id,
            responsible_id=responsible_id,
            name=name_of(values),
            emails_had=len(emails),
            phones_had=len(phones),
        )
    )


def _add_hidden(directory: Directory, found: Any, values: Sequence[str | None]) -> None:
    """Take in the keys of a contact that the viewer does not see: they cannot be taken, and nothing else counts."""
    external_id, email = values[FIELDS.index("external_id")], values[EMAIL]
    if external_id:
        directory.taken_ids.add(external_id)
    if email and not found.email_shared:
        directory.taken_emails.add(email)


def _add_members(work: Work, directory: Directory) -> None:
    people = {person.id: person for person in directory.people if person.id is not None}
    members: dict[int, set[int]] = {}
    wanted = select(col(SegmentMember.contact_id), col(SegmentMember.segment_id)).where(
        col(SegmentMember.contact_id).in_(among(work, people)), col(SegmentMember.mode) != "excluded"
    )
    for contact_id, segment_id in work.session.execute(wanted):
        members.setdefault(contact_id, set()).add(segment_id)
    for contact_id, segment_ids in members.items():
        people[contact_id].members = frozenset(segment_ids)
