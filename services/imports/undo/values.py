"""The values of contacts as they were before an import: fields, and the ordered lists of ways to reach them."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlmodel import col

from models.contact import Contact, ContactPoint
from models.fold import fold
from services.among import among, within
from services.history import KEPT_FIELDS
from services.imports.undo.unique import Back, Keys
from services.imports.write import Pen
from services.picked import rows_changed
from services.searchable import write_whole
from services.values import TWINS, folded
from services.work import AUDITED, Work

Delta = Mapping[str, list[Any]]
Leave = Callable[[int, str, str], None]
Rows = Mapping[int, Row[Any]]

_LISTS = {"emails": "email", "phones": "phone", "messengers": "messenger"}
_SEARCHED = frozenset({
    "first_name", "last_name", "organization", "account_number", "external_id", "street", "postcode", "emails",
    "phones",
})  # fmt: skip
_POINT = ("contact_id", "kind", "platform", "value", "key", "shared", "label", "position")


def to_bin(work: Work, act_id: int, contact_ids: Collection[int]) -> None:
    """Put contacts into the bin as the doing of `act_id`; that they are there is noted by the caller."""
    gone = {"deleted_at": work.now, "deleted_act_id": act_id, "version": col(Contact.version) + 1}
    if contact_ids:
        those = within(work, col(Contact.id), contact_ids)
        rows_changed(work, update(Contact).where(those).values(**gone))


class Values:
    """Puts back what an import has changed, as the doing of `act_id`, and leaves what somebody has changed since.

    `answers` is as in unique.py; `is_spent` says afterwards that they were used up.
    """

    def __init__(self, work: Work, act_id: int, leave: Leave, answers: int | None) -> None:
        self._work, self._act_id, self._leave, self._answers = work, act_id, leave, answers
        self._points: dict[int, list[Row[Any]]] = {}
        self.is_spent = False

    def put_back(self, rows: Rows, deltas: Mapping[int, Delta], binned: Collection[int]) -> set[int]:
        """Put back what these deltas changed, and `binned` into the bin; return those to which anything happened."""
        self._read_points(id_ for id_, delta in deltas.items() if not delta.keys().isdisjoint(_LISTS))
        back = {id_: self._back(rows[id_], deltas[id_]) for id_ in sorted(deltas)}
        settled = Keys(self._work, rows, back, binned, self._leave, self._answers).settle()
        self.is_spent = settled.is_spent
        back = {id_: going for id_, going in back.items() if going}
        to_bin(self._work, self._act_id, binned)
        self._free(settled.free)
        self._write(rows, back)
        self._note(rows, back, binned)
        return {*back, *binned}

    def _read_points(self, contact_ids: Iterable[int]) -> None:
        wanted = select(*(col(getattr(ContactPoint, name)) for name in _POINT)).where(
            within(self._work, col(ContactPoint.contact_id), contact_ids)
        )
        in_order = wanted.order_by(
            col(ContactPoint.contact_id), col(ContactPoint.position), col(ContactPoint.id)
        )
        for point in self._work.session.execute(in_order):
            self._points.setdefault(point.contact_id, []).append(point)

    def _back(self, row: Row[Any], delta: Delta) -> dict[str, Any]:
        going = {}
        for name, (old, new) in delta.items():
            present = self._present(row, name)
            if present == old:
                continue
            if present == new:
                going[name] = old
            else:
                self._leave(row.id, name, "changed_since")
        # It is the address that is shared: where the addresses stay, so does this.
        if "emails" in delta and "emails" not in going and self._present(row, "emails") != delta["emails"][0]:
            going.pop("email_shared", None)
        return going

    def _present(self, row: Row[Any], name: str) -> Any:
        if name not in _LISTS:
            return row._mapping[KEPT_FIELDS[name]]
        points = [one for one in self._points.get(row.id, ()) if one.kind == _LISTS[name]]
        if name == "messengers":
            return [[one.platform, one.value] for one in points]
        first = row.email if name == "emails" else row.phone
        return [*([first] if first else []), *(one.value for one in points)]

    # --- writing

    def _free(self, free: Mapping[str, Collection[int]]) -> None:
        for column, contact_ids in free.items():
            if contact_ids:
                self._work.session.execute(
                    update(Contact)
                    .where(within(self._work, col(Contact.id), contact_ids))
                    .values({column: None}),
                    execution_options=AUDITED | {"synchronize_session": False},
                )

    def _write(self, rows: Rows, back: Back) -> None:
        pen = Pen(self._work)
        now = pen.instant(self._work.now)
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for id_, going in back.items():
            wanted = _columns(rows[id_], going) | {"version": rows[id_].version + 1, "changed_at": now}
            by_columns.setdefault(tuple(wanted), []).append((*wanted.values(), id_))
        for columns, values in by_columns.items():
            pen.update("contact", columns, values, "id")
        self._write_points(pen, rows, back)
        searched = [id_ for id_, going in back.items() if not _SEARCHED.isdisjoint(going)]
        write_whole(self._work, among(self._work, searched))

    def _write_points(self, pen: Pen, rows: Rows, back: Back) -> None:
        fresh: list[tuple[Any, ...]] = []
        for name, kind in _LISTS.items():
            those = {id_: going[name] for id_, going in back.items() if name in going}
            if not those:
                continue
            self._work.session.execute(
                delete(ContactPoint).where(
                    within(self._work, col(ContactPoint.contact_id), those), col(ContactPoint.kind) == kind
                ),
                execution_options=AUDITED | {"synchronize_session": False},
            )
            for id_, listed in those.items():
                fresh += self._points_of(rows[id_], kind, listed)
        pen.insert("contact_point", _POINT, fresh)

    def _points_of(self, row: Row[Any], kind: str, listed: list[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of these addresses; what was noted of one stays with it, whatever its rank."""
        noted = {(one.platform, one.key): (one.shared, one.label) for one in self._points.get(row.id, ())}
        if kind == "email" and row.email:
            noted.setdefault((None, row.email), (row.email_shared, None))
        found = []
        for position, one in enumerate(listed):
            platform, value = one if kind == "messenger" else (None, one)
            key = fold(value) if kind == "messenger" else value
            if position or kind == "messenger":
                shared, label = noted.get((platform, key), (False, None))
                found.append((row.id, kind, platform, value, key, shared, label, position))
        return found

    def _note(self, rows: Rows, back: Back, binned: Collection[int]) -> None:
        pen = Pen(self._work)
        now = pen.instant(self._work.now)
        changes = []
        for id_ in sorted({*back, *binned}):
            going = back.get(id_, {})
            delta = {name: [self._present(rows[id_], name), old] for name, old in going.items()}
            kept = json.dumps(delta, ensure_ascii=False) if delta else None
            changes.append((self._act_id, id_, "deleted" if id_ in binned else "updated", now, kept))
        pen.insert("change", ("act_id", "contact_id", "kind", "at", "data"), changes)


def _columns(row: Row[Any], going: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that change, twins included."""
    columns = {KEPT_FIELDS[name]: value for name, value in going.items() if name in KEPT_FIELDS}
    columns |= {f"{name}_key": folded(columns[name]) for name in TWINS if name in columns}
    if "first_name" in columns or "last_name" in columns:
        first, last = (columns.get(name, row._mapping[name]) for name in ("first_name", "last_name"))
        columns["name_key"] = folded(f"{first or ''} {last or ''}")
    if "emails" in going:
        columns["email"] = columns["email_key"] = next(iter(going["emails"]), None)
    if "phones" in going:
        columns["phone"] = next(iter(going["phones"]), None)
    return columns
