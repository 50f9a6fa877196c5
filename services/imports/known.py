"""What the database knows under the keys of some rows: asked for thousands of keys at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, exists, or_, select, text
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.contact import Contact, ContactPoint
from models.segment import SegmentMember
from models.tag import ContactTag
from services.access import branches, visible
from services.among import among, among_texts
from services.imports.people import Directory, Person, Row, name_of
from services.imports.rows import COLUMNS_OF_FIELDS, COUNTRY, EMAIL, EXTERNAL_ID, PHONE
from services.work import Work

# External IDs, e-mails and phones, each once.
Keys = tuple[dict[str, None], dict[str, None], dict[str, None]]

_COLUMNS = tuple(getattr(Contact, name).label(f"value_{name}") for name in COLUMNS_OF_FIELDS)


def holders(
    work: Work, external_ids: Sequence[str], emails: Sequence[str], phones: Sequence[str]
) -> list[tuple[str, int]]:
    """Return ("X…", "E…" or "P…" with the key, contact id) for the live contacts that have a key at any rank."""
    found: list[tuple[str, int]] = []
    with _fresh_plans(work):
        found += [("X" + key, of) for key, of in _with_column(work, "external_id", external_ids)]
        found += [("E" + key, of) for key, of in _with_column(work, "email_key", emails)]
        found += [("E" + key, of) for key, of in _with_point(work, "email", emails)]
        found += [("P" + key, of) for key, of in _with_column(work, "phone", phones)]
        found += [("P" + key, of) for key, of in _with_point(work, "phone", phones)]
    return found


@contextmanager
def _fresh_plans(work: Work) -> Iterator[None]:
    """Have PostgreSQL plan each of these questions anew.

    A plan that was kept from when the table was empty goes through all keys for every contact. Everything else is
    better off with kept plans, checks of foreign keys above all.
    """
    if work.on_sqlite:
        yield
        return
    work.session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    yield
    work.session.execute(text("SET LOCAL plan_cache_mode = auto"))


def binned_keys(work: Work) -> Iterator[tuple[str, int]]:
    """Yield ("X…", "E…" or "P…" with the key, contact id) for contacts in the bin, of those the viewer would see."""
    columns = (col(Contact.external_id), col(Contact.email_key), col(Contact.phone), col(Contact.id))
    question = select(*columns).where(in_bin(work)).execution_options(yield_per=5_000)
    for *keys, contact_id in work.session.execute(question):
        yield from ((sign + key, contact_id) for sign, key in zip("XEP", keys, strict=True) if key)


def directory_of(
    work: Work, rows: Sequence[Row], *, lock: bool, with_segments: bool, with_tags: bool, with_bin: bool
) -> Directory:
    """Return the people whom the rows may mean: contacts that the viewer sees, and the keys of those hidden.

    With `lock` their rows are held to the end of the unit, and read as they stand then. With `with_bin` contacts in
    the bin can be meant too.
    """
    keys: Keys = (
        {row.external_id: None for row in rows if row.external_id is not None},
        {row.email: None for row in rows if row.email is not None},
        {row.phone: None for row in rows if row.phone is not None},
    )
    for row in rows:
        if row.emails or row.phones:
            keys[1].update(dict.fromkeys(row.emails))
            keys[2].update(dict.fromkeys(row.phones))
    ids = sorted({contact_id for _key, contact_id in holders(work, *(list(wanted) for wanted in keys))})
    directory = Directory()
    if ids:
        contacts = _contacts(work, ids, lock=lock)
        further = _points_of(work, ids)
        for found in contacts:
            _add(directory, found, further)
    if with_bin:
        _add_binned(work, directory, keys, lock=lock)
    if with_segments and directory.people:
        _add_members(work, directory)
    if with_tags and directory.people:
        _add_tags(work, directory)
    if directory.people and any(row.messengers for row in rows):
        _add_messengers(work, directory)
    return directory


def _with_column(work: Work, column: str, keys: Sequence[str]) -> Sequence[Any]:
    if not keys:
        return ()
    question = f"""
        SELECT k.key, c.id FROM {_keys(work)} CROSS JOIN contact c
        WHERE c.{column} = k.key AND c.deleted_at IS NULL
    """  # noqa: S608 - our own names
    return work.session.execute(text(question), _given(work, keys)).all()


def _with_point(work: Work, kind: str, keys: Sequence[str]) -> Sequence[Any]:
    # Most contacts have one address of a kind, so most installations have few further ones, or none.
    if not keys or not work.session.scalar(select(exists().where(col(ContactPoint.kind) == kind))):
        return ()
    # SQLite takes tables that are crossed in this order; left to itself it goes through all addresses, and for each
    # through all keys.
    question = f"""
        SELECT k.key, p.contact_id FROM {_keys(work)} CROSS JOIN contact_point p CROSS JOIN contact c
        WHERE p.kind = :kind AND p.key = k.key AND c.id = p.contact_id AND c.deleted_at IS NULL
    """  # noqa: S608 - our own names
    return work.session.execute(text(question), _given(work, keys) | {"kind": kind}).all()


def _keys(work: Work) -> str:
    if work.on_sqlite:
        return "(SELECT value AS key FROM json_each(:keys)) AS k"
    return "unnest(CAST(:keys AS text[])) AS k (key)"


def _given(work: Work, keys: Sequence[str]) -> dict[str, Any]:
    return {"keys": orjson.dumps(keys).decode() if work.on_sqlite else list(keys)}


def _contacts(work: Work, ids: Sequence[int], *, lock: bool, in_bin: bool = False) -> Sequence[Any]:
    live = col(Contact.deleted_at).is_(None)
    wanted = (
        select(
            col(Contact.id), col(Contact.version), col(Contact.email_shared), col(Contact.wall_set_id),
            col(Contact.responsible_id), visible(work.sight).label("seen"), *_COLUMNS,
        )
        .where(col(Contact.id).in_(among(work, ids)), ~live if in_bin else live)
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
    if found.seen:
        directory.add_known(_person(found, further))
    else:
        _add_hidden(directory, found)


def _person(found: Any, further: dict[int, list[tuple[str, str, bool]]]) -> Person:
    contact_id, version, email_shared, wall_set_id, responsible_id, _seen, *values = found
    emails = [values[EMAIL]] if values[EMAIL] else []
    phones = [values[PHONE]] if values[PHONE] else []
    shared = {values[EMAIL]} if email_shared and values[EMAIL] else set()
    for kind, key, is_shared in further.get(contact_id, ()):
        (emails if kind == "email" else phones).append(key)
        if is_shared:
            shared.add(key)
    return Person(
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
        known_in=values[COUNTRY],
        known_by=frozenset(phones),
    )


def in_bin(work: Work) -> ColumnElement[bool]:
    """Hold for contacts in the bin that the viewer would see, and that can come back."""
    gone = col(Contact.deleted_at).is_not(None)
    whole = and_(col(Contact.erased_at).is_(None), col(Contact.merged_into_id).is_(None))
    return and_(gone, whole, or_(*branches(work.sight)))


def _can_come_back() -> ColumnElement[bool]:
    """Hold for contacts in the bin whose unique values nobody has taken meanwhile."""
    live = aliased(Contact)
    same_id = col(live.external_id) == col(Contact.external_id)
    same_email = and_(
        col(live.email_key) == col(Contact.email_key), ~col(live.email_shared), ~col(Contact.email_shared)
    )
    return and_(*(~exists().where(col(live.deleted_at).is_(None), same) for same in (same_id, same_email)))


def _add_binned(work: Work, directory: Directory, keys: Keys, *, lock: bool) -> None:
    """Take in the contacts in the bin that have one of these keys; of several with one key, the last one binned.

    The bin is asked anew, whatever was in it when the plan was made.
    """
    columns = (col(Contact.external_id), col(Contact.email_key), col(Contact.phone))
    has_one = or_(*(column.in_(among_texts(work, of)) for column, of in zip(columns, keys, strict=True)))
    wanted = select(col(Contact.id)).where(in_bin(work), has_one, _can_come_back())
    ids = [
        of for of in work.session.scalars(wanted.order_by(col(Contact.deleted_at).desc())) if of is not None
    ]
    found = {row.id: row for row in _contacts(work, ids, lock=lock, in_bin=True)}
    further = _points_of(work, ids)
    for contact_id in ids:
        if contact_id in found:
            person = _person(found[contact_id], further)
            person.in_bin = True
            directory.add_binned(person)


def _add_hidden(directory: Directory, found: Any) -> None:
    """Take in the keys of a contact that the viewer does not see: they cannot be taken, nothing else counts."""
    _id, _version, email_shared, _wall_set_id, _responsible_id, _seen, *values = found
    if values[EXTERNAL_ID]:
        directory.taken_ids.add(values[EXTERNAL_ID])
    if values[EMAIL] and not email_shared:
        directory.taken_emails.add(values[EMAIL])


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


def _add_messengers(work: Work, directory: Directory) -> None:
    people = {person.id: person for person in directory.people if person.id is not None}
    wanted = (
        select(col(ContactPoint.contact_id), col(ContactPoint.platform), col(ContactPoint.value))
        .where(col(ContactPoint.contact_id).in_(among(work, people)), col(ContactPoint.kind) == "messenger")
        .order_by(col(ContactPoint.contact_id), col(ContactPoint.position))
    )
    for contact_id, platform, handle in work.session.execute(wanted):
        people[contact_id].messengers.append((platform, handle))
        people[contact_id].messengers_had += 1


def _add_tags(work: Work, directory: Directory) -> None:
    people = {person.id: person for person in directory.people if person.id is not None}
    tags: dict[int, set[int]] = {}
    wanted = select(col(ContactTag.contact_id), col(ContactTag.tag_id)).where(
        col(ContactTag.contact_id).in_(among(work, people))
    )
    for contact_id, tag_id in work.session.execute(wanted):
        tags.setdefault(contact_id, set()).add(tag_id)
    for contact_id, tag_ids in tags.items():
        people[contact_id].tags = frozenset(tag_ids)
