"""Write what was settled: contacts, history, memberships, walls and search text, some thousand rows a statement."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import delete, insert, literal, select, text
from sqlmodel import col

from models.act import Act
from models.base import Instant, to_microseconds
from models.change import Change
from models.contact import ContactPoint
from models.fold import fold
from models.search import search_phones, search_places
from models.segment import Segment, SegmentMember, SegmentPast
from services import segments, walls
from services.among import among
from services.history import laid_over
from services.imports.filled import filled
from services.imports.labels import Labels
from services.imports.people import fold_often, name_of
from services.imports.rows import COLUMNS_OF_FIELDS, EMAIL, EXTERNAL_ID, FIELDS, PHONE
from services.imports.settle import Deed
from services.imports.tag_names import Tags
from services.tags import make as make_tag
from services.values import TWINS, folded
from services.work import AUDITED, Work

_AT = {name: place for place, name in enumerate(FIELDS)}
_ORGANIZATION, _ACCOUNT, _STREET, _POSTCODE = (
    _AT[name] for name in ("organization", "account_number", "street", "postcode")
)  # fmt: skip
_CREATED = (
    "id", "version", *COLUMNS_OF_FIELDS, "first_name_key", "last_name_key", "name_key", "email_key",
    *(f"{name}_key" for name in TWINS if name not in ("first_name", "last_name")),
    "email_shared", "source", "wall_set_id", "created_at", "changed_at", "created_act_id",
)  # fmt: skip
_SEARCHED = ("text", "phones", "places")
# To begin and end a statement is a third of what it costs SQLite to add one row.
_ROWS_A_STATEMENT = 100
_FURTHER_TWINS = tuple(_AT[name] for name in TWINS if name not in ("first_name", "last_name"))


class Pen:
    """The quick way into the tables: executemany on SQLite, COPY on PostgreSQL, past the unit's session."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.on_sqlite = work.on_sqlite
        self.search_key = "rowid" if self.on_sqlite else "contact_id"
        self._connection = work.session.connection()

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows whose values are in the form of the engine at hand; see `instant`."""
        if not rows:
            return
        if self.on_sqlite:
            self._insert_on_sqlite(table, *filled(columns, rows))
            return
        names = ", ".join(f'"{column}"' for column in columns)
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def _insert_on_sqlite(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows, many a statement where SQLite need not keep what stood before it; the unit takes it back anyway."""
        names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
        into = f'INTO "{table}" ({names}) VALUES ({marks})'
        single = len(rows)
        if self._work.trusts_references and table != "contact_search":
            single %= _ROWS_A_STATEMENT
        together = len(rows) - single
        if together:
            self._connection.exec_driver_sql(
                f"INSERT OR FAIL {into}" + f", ({marks})" * (_ROWS_A_STATEMENT - 1),
                [
                    tuple(chain.from_iterable(rows[at : at + _ROWS_A_STATEMENT]))
                    for at in range(0, together, _ROWS_A_STATEMENT)
                ],
            )
        if single:
            self._connection.exec_driver_sql(f"INSERT {into}", list(rows[together:]))

    def update(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: str) -> None:
        """Set `columns` of rows that are found by `key`, the last value of each tuple."""
        mark = "?" if self.on_sqlite else "%s"
        setting = ", ".join(f'"{column}" = {mark}' for column in columns)
        self._connection.exec_driver_sql(
            f'UPDATE "{table}" SET {setting} WHERE "{key}" = {mark}',  # noqa: S608 - our own names
            list(rows),
        )

    def labels_of(self, contact_ids: Sequence[int]) -> dict[tuple[int | None, str, str], str]:
        """Return what further e-mails and phones of these contacts are called, by contact, kind and key."""
        point = ContactPoint
        wanted = select(col(point.contact_id), col(point.kind), col(point.key), col(point.label)).where(
            col(point.contact_id).in_(among(self._work, contact_ids)),
            col(point.kind).in_(("email", "phone")),
            col(point.label).is_not(None),
        )
        found = self._work.session.execute(wanted)
        return {(contact_id, kind, key): label for contact_id, kind, key, label in found if label}

    def forget_points(self, contact_ids: Sequence[int]) -> None:
        """Delete all further e-mails and phones of these contacts."""
        self._work.session.execute(
            delete(ContactPoint).where(
                col(ContactPoint.contact_id).in_(among(self._work, contact_ids)),
                col(ContactPoint.kind).in_(("email", "phone")),
            ),
            execution_options=AUDITED | {"synchronize_session": False},
        )

    def instant(self, moment: datetime) -> Any:
        """Return an instant as the engine keeps it."""
        return to_microseconds(moment) if self.on_sqlite else moment

    def new_ids(self, count: int) -> Sequence[int]:
        """Return ids for new contacts that nobody else gets."""
        if self.on_sqlite:
            given = self._work.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'contact'"))
            return range((given or 0) + 1, (given or 0) + 1 + count)
        question = (
            "SELECT nextval(pg_get_serial_sequence('contact', 'id')) FROM generate_series(1, :n) ORDER BY 1"
        )
        return self._work.session.scalars(text(question), {"n": count}).all()


def carry_out(work: Work, deeds: Sequence[Deed], labels: Labels, tags: Tags, act_id: int) -> None:
    """Do all deeds within this unit and as this act's doing. Contacts that are made get their ids."""
    pen = Pen(work)
    made = [deed for deed in deeds if deed.is_new]
    changed = [deed for deed in deeds if not deed.is_new]
    _make_segments(work, labels, deeds, act_id)
    _make_tags(work, tags, deeds, act_id)
    changing = [deed for deed in changed if deed.changes or deed.is_restored]
    _free_external_ids(pen, changing)
    _free_emails(pen, changing, made)
    _make_contacts(work, pen, made, act_id)
    _change_contacts(work, pen, changing, act_id)
    _move_members(work, pen, deeds, labels, act_id)
    _put_tags_on(work, pen, deeds, tags, act_id)
    _put_behind_walls(work, changed, labels)


def _make_segments(work: Work, labels: Labels, deeds: Sequence[Deed], act_id: int) -> None:
    """Make the segments that somebody is to join and that are not there yet, and note them for the act's undo."""
    wanted = dict.fromkeys(key for deed in deeds for key in deed.joins if key not in labels.usable)
    if not wanted:
        return
    for key in wanted:
        made = Segment(name=labels.new_names[key], name_key=key, created_at=work.now)
        made.restricted, made.active = False, True
        labels.usable[key] = segments.add(work, made)
    act = work.session.get(Act, act_id)
    assert act is not None
    made_ids = [*act.detail.get("segments_made", ()), *(labels.usable[key] for key in wanted)]
    act.detail = act.detail | {"segments_made": made_ids}
    work.session.add(act)


def _make_tags(work: Work, tags: Tags, deeds: Sequence[Deed], act_id: int) -> None:
    """Make the tags that somebody is to get and that are not there yet, and note them for the act's undo."""
    wanted = dict.fromkeys(key for deed in deeds for key in deed.tags if key not in tags.known)
    if not wanted:
        return
    for key in wanted:
        tags.known[key] = make_tag(work, tags.names[key])
    act = work.session.get(Act, act_id)
    assert act is not None
    made_ids = [*act.detail.get("tags_made", ()), *(tags.known[key] for key in wanted)]
    act.detail = act.detail | {"tags_made": made_ids}
    work.session.add(act)


def _put_tags_on(work: Work, pen: Pen, deeds: Sequence[Deed], tags: Tags, act_id: int) -> None:
    now = pen.instant(work.now)
    rows = [(tags.known[key], deed.person.id, now, act_id) for deed in deeds for key in deed.tags]
    pen.insert("contact_tag", ("tag_id", "contact_id", "joined_at", "joined_act_id"), rows)


def _make_contacts(work: Work, pen: Pen, deeds: Sequence[Deed], act_id: int) -> None:
    now = pen.instant(work.now)
    sets = {behind: walls.intern_set(work, sorted(behind)) for behind in {deed.walls for deed in deeds}}
    contacts, found_by = [], []
    for contact_id, deed in zip(pen.new_ids(len(deeds)), deeds, strict=True):
        deed.person.id, deed.person.version = contact_id, 1
        values = deed.values
        email = values[EMAIL] = deed.emails[0] if deed.emails else None
        values[PHONE] = deed.phones[0] if deed.phones else None
        first, last = name_of(values)
        name = f"{first} {last}".strip()
        twins = [fold_often(text) if (text := values[place]) else None for place in _FURTHER_TWINS]
        contacts.append((
            contact_id, 1, *values, first or None, last or None, name or None, email,
            *[twin or None for twin in twins],
            int(email in deed.shared), "import", sets[deed.walls], now, now, act_id,
        ))  # fmt: skip
        found_by.append(_found_by(deed, name, twins[0]))
    pen.insert("contact", _CREATED, contacts)
    pen.insert(
        "change",
        ("act_id", "contact_id", "kind", "at"),
        [(act_id, row[0], "created", now) for row in contacts],
    )
    pen.insert("contact_search", (*_SEARCHED, pen.search_key), found_by)
    _write_further(pen, [deed for deed in deeds if len(deed.emails) > 1 or len(deed.phones) > 1])
    _write_messengers(pen, deeds)


def _free_external_ids(pen: Pen, deeds: Sequence[Deed]) -> None:
    """Take from contacts the external IDs that they lose: another contact of this part may get them."""
    losing = [(None, deed.person.id) for deed in deeds if deed.changes.get("external_id", (None,))[0]]
    if losing:
        pen.update("contact", ("external_id",), losing, "id")


def _free_emails(pen: Pen, changing: Sequence[Deed], made: Sequence[Deed]) -> None:
    """Take from contacts the primary addresses that they give up and another contact of this part gets."""
    turned = [deed for deed in changing if "emails" in deed.changes]
    losing = [(deed.changes["emails"][0][:1], deed) for deed in turned]
    losing = [(had, deed) for had, deed in losing if had and had != deed.emails[:1]]
    if losing:
        taken = {deed.emails[0] for deed in (*turned, *made) if deed.emails}
        freed = [(None, deed.person.id) for had, deed in losing if had[0] in taken]
        if freed:
            pen.update("contact", ("email_key",), freed, "id")


def _change_contacts(work: Work, pen: Pen, deeds: Sequence[Deed], act_id: int) -> None:
    if not deeds:
        return
    now = pen.instant(work.now)
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for deed in deeds:
        deed.person.version += 1
        wanted = _columns(deed) | {"version": deed.person.version, "changed_at": now}
        by_columns.setdefault(tuple(wanted), []).append((*wanted.values(), deed.person.id))
    for columns, rows in by_columns.items():
        pen.update("contact", columns, rows, "id")
    _write_changes(work, pen, deeds, act_id)
    _write_search_anew(pen, deeds)
    _write_further(pen, [deed for deed in deeds if not deed.changes.keys().isdisjoint(("emails", "phones"))])
    _write_messengers(pen, deeds)


def _columns(deed: Deed) -> dict[str, Any]:
    """Return the columns that change, twins included."""
    columns: dict[str, Any] = {"deleted_at": None, "deleted_act_id": None} if deed.is_restored else {}
    for name in deed.changes:
        if name == "emails":
            columns["email"] = columns["email_key"] = deed.emails[0]
        elif name == "phones":
            columns["phone"] = deed.phones[0]
        elif name == "email_shared":
            columns["email_shared"] = deed.emails[0] in deed.shared
        elif name != "messengers":
            columns[COLUMNS_OF_FIELDS[_AT[name]]] = deed.values[_AT[name]]
            if name in TWINS:
                columns[f"{name}_key"] = folded(deed.values[_AT[name]])
    if "first_name" in columns or "last_name" in columns:
        columns["name_key"] = " ".join(name_of(deed.values)).strip() or None
    return columns


def _write_changes(work: Work, pen: Pen, deeds: Sequence[Deed], act_id: int) -> None:
    """Write reverse deltas; where this act changed a contact before, in an earlier part, one is laid over the other."""
    ids = [deed.person.id for deed in deeds if deed.person.id is not None]
    wanted = select(col(Change.contact_id), col(Change.kind), col(Change.data)).where(
        col(Change.act_id) == act_id, col(Change.contact_id).in_(among(work, ids))
    )
    earlier = {contact_id: (kind, data) for contact_id, kind, data in work.session.execute(wanted)}
    fresh, again = [], []
    for deed in deeds:
        kind, data = earlier.get(deed.person.id, (None, None))
        if kind is None:
            delta = json.dumps(deed.changes, ensure_ascii=False) if deed.changes else None
            did = "restored" if deed.is_restored else "updated"
            fresh.append((act_id, deed.person.id, did, pen.instant(work.now), delta))
        elif kind in ("updated", "restored"):
            again.append(
                (json.dumps(laid_over(data or {}, deed.changes), ensure_ascii=False), deed.person.id)
            )
    pen.insert("change", ("act_id", "contact_id", "kind", "at", "data"), fresh)
    mark = "?" if work.on_sqlite else "%s"
    statement = f"UPDATE change SET data = {mark} WHERE act_id = {int(act_id)} AND contact_id = {mark}"  # noqa: S608
    if again:
        work.session.connection().exec_driver_sql(statement, again)


def _write_search_anew(pen: Pen, deeds: Sequence[Deed]) -> None:
    rows = []
    for deed in deeds:
        organization = deed.values[_ORGANIZATION]
        name = " ".join(name_of(deed.values)).strip()
        rows.append(_found_by(deed, name, fold_often(organization) if organization else None))
    pen.update("contact_search", _SEARCHED, rows, pen.search_key)


def _found_by(deed: Deed, name: str, organization: str | None) -> tuple[str, str, str, int | None]:
    """Return what a contact is found by, and its id; its name and organization are folded already."""
    values = deed.values
    texts = [name, *[email if email.isascii() else fold(email) for email in deed.emails], organization]
    texts += [fold(text) for text in (values[_ACCOUNT], values[EXTERNAL_ID]) if text]
    street, postcode = values[_STREET], values[_POSTCODE]
    return (
        "\n".join([text for text in texts if text]),
        search_phones(deed.phones),
        search_places(street, postcode) if street or postcode else "",
        deed.person.id,
    )


def _write_further(pen: Pen, deeds: Sequence[Deed]) -> None:
    """Write the further e-mails and phones of these contacts, in place of those they had."""
    known = [deed.person.id for deed in deeds if deed.changes and deed.person.id is not None]
    labels = pen.labels_of(known) if known else {}
    if known:
        pen.forget_points(known)
    rows = [
        (
            deed.person.id, kind, address, address, address in deed.shared,
            labels.get((deed.person.id, kind, address)), position,
        )
        for deed in deeds
        for kind, addresses in (("email", deed.emails), ("phone", deed.phones))
        for position, address in enumerate(addresses)
        if position
    ]  # fmt: skip
    pen.insert("contact_point", ("contact_id", "kind", "value", "key", "shared", "label", "position"), rows)


def _write_messengers(pen: Pen, deeds: Sequence[Deed]) -> None:
    """Write the messengers that come to these contacts, behind those they have."""
    rows = [
        (deed.person.id, "messenger", platform, handle, fold(handle), False, position)
        for deed in deeds
        if deed.messengers
        for position, (platform, handle) in enumerate(deed.messengers, deed.person.messengers_had)
    ]
    pen.insert(
        "contact_point", ("contact_id", "kind", "platform", "value", "key", "shared", "position"), rows
    )


def _move_members(work: Work, pen: Pen, deeds: Sequence[Deed], labels: Labels, act_id: int) -> None:
    """Write joins, and move ended memberships to the past ones."""
    now = pen.instant(work.now)
    joins = [
        (labels.usable[key], deed.person.id, "picked", now, act_id) for deed in deeds for key in deed.joins
    ]
    pen.insert("segment_member", ("segment_id", "contact_id", "mode", "joined_at", "joined_act_id"), joins)
    leaving: dict[int, list[int]] = {}
    for deed in deeds:
        for segment_id in deed.leaves:
            assert deed.person.id is not None
            leaving.setdefault(segment_id, []).append(deed.person.id)
    for segment_id, contact_ids in leaving.items():
        _end_memberships(work, segment_id, contact_ids, act_id)


def _end_memberships(work: Work, segment_id: int, contact_ids: Iterable[int], act_id: int) -> None:
    ending = (
        col(SegmentMember.segment_id) == segment_id,
        col(SegmentMember.contact_id).in_(among(work, contact_ids)),
    )
    past = ("segment_id", "contact_id", "mode", "joined_at", "joined_act_id", "left_at", "left_act_id")
    ended = select(
        col(SegmentMember.segment_id), col(SegmentMember.contact_id), col(SegmentMember.mode),
        col(SegmentMember.joined_at), col(SegmentMember.joined_act_id),
        literal(work.now, Instant), literal(act_id),
    ).where(*ending)  # fmt: skip
    work.session.execute(insert(SegmentPast).from_select(past, ended))
    work.session.execute(
        delete(SegmentMember).where(*ending),
        execution_options=AUDITED | {"synchronize_session": False},
    )


def _put_behind_walls(work: Work, deeds: Sequence[Deed], labels: Labels) -> None:
    """Compute the walls anew of contacts that joined or left one. Those that were made have theirs already."""
    moved = [
        deed.person.id
        for deed in deeds
        if deed.person.id is not None
        and (
            deed.is_restored
            or labels.walls.intersection((*deed.leaves, *(labels.usable[key] for key in deed.joins)))
        )
    ]
    walls.recompute(work, moved)
