"""In which order contacts are listed, and how a place in that order is written down and found again.

Whatever the direction, empty values come last, and the id is the last key. An index cannot do that in one go, so
an order is walked in runs: the values along their index, then the empty ones by id. What has no index is not walked:
a short list is sorted by it, and a long one is not.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, tuple_
from sqlmodel import col

from hooks.i18n import _
from models.base import Instant, from_microseconds, to_microseconds
from models.contact import Contact
from models.people import User
from services.errors import Refused
from services.filters.spans import Along, Span
from services.listing.shown import Shown, shown, text_of
from services.listing.unindexed import UNINDEXED, value_of
from services.work import Work

DEFAULT = "-created"

# Field -> what it is sorted by. Each has an index (column, id) over live contacts.
_COLUMNS: Mapping[str, Any] = MappingProxyType(
    {
        "name": col(Contact.name_key),
        "first_name": col(Contact.first_name_key),
        "last_name": col(Contact.last_name_key),
        "email": col(Contact.email_key),
        "phone": col(Contact.phone),
        "country": col(Contact.country),
        "organization": col(Contact.organization_key),
        "account_number": col(Contact.account_number),
        "external_id": col(Contact.external_id),
        "source": col(Contact.source),
        "region": col(Contact.region_key),
        "city": col(Contact.city_key),
        "postcode": col(Contact.postcode),
        "importance": col(Contact.importance),
        "revenue": col(Contact.revenue),
        "created": col(Contact.created_at),
        "updated": col(Contact.changed_at),
    }
)
WALKED: tuple[str, ...] = ("id", "responsible", *_COLUMNS)
SORTS: tuple[str, ...] = (*WALKED, *UNINDEXED)

_INSTANTS = frozenset({"created", "updated"})
_NUMBERS = frozenset({"importance", "revenue"})
_TEXTS = frozenset(SORTS) - {"id"} - _INSTANTS - _NUMBERS
_NEVER_EMPTY = frozenset({"created", "updated", "source"})


@dataclass(frozen=True)
class Place:
    """A contact's place in an order: what it is sorted by, and its id."""

    value: Any
    id: int


@dataclass(frozen=True)
class Run:
    """A part of an order that an index has in a row: by `key` and id, or by id alone where `key` is null.

    A run with a key has the values of `span`; `value` is what all contacts of a run without one have in common.
    """

    holds: ColumnElement[bool] | None
    key: Any = None
    value: Any = None
    span: Span | None = None


@dataclass(frozen=True)
class Order:
    """A field to sort by, and whether downwards.

    `reckoned` is what is sorted by where that is no column; `names` is what is shown for a column's values, where the
    order is that of the names.
    """

    field: str
    down: bool
    reckoned: Any = None
    names: Shown | None = None

    @property
    def is_walked(self) -> bool:
        """Say whether an index has contacts in this order."""
        return self.field in WALKED

    @property
    def text(self) -> str:
        """The order as it is asked for: "-created"."""
        return f"-{self.field}" if self.down else self.field

    @property
    def value(self) -> Any:
        """What is sorted by, as an expression on `contact`; null for the id."""
        if self.reckoned is not None:
            return self.reckoned
        if self.field == "responsible":
            by = select(col(User.email_key)).where(col(User.id) == col(Contact.responsible_id))
            return by.correlate(Contact).scalar_subquery()
        return _COLUMNS.get(self.field)

    def runs(self, work: Work, along: Sequence[Along], *, backwards: bool) -> list[Run]:
        """Return the runs of this order, as they are walked, less what conditions along its column leave out."""
        mine = [one for one in along if one.column is self.column]
        left = reduce(Along.cut, mine) if mine else None
        if self.names is not None:
            runs = self._by_names(self.names, left)
        elif self.field == "responsible":
            runs = self._by_people(work, left)
        else:
            runs = self._by_column(left, downwards=self.down is not backwards)
            # Upwards or downwards, the empty ones are last.
            return [*runs[-1:], *runs[:-1]] if backwards and runs and runs[-1].key is None else runs
        return runs[::-1] if backwards else runs

    @property
    def column(self) -> Any:
        """The column that is sorted by; null for the id."""
        return col(Contact.responsible_id) if self.field == "responsible" else _COLUMNS.get(self.field)

    def _by_column(self, left: Along | None, *, downwards: bool) -> list[Run]:
        column = self.column
        if column is None:
            return [Run(None)]
        spans = (Span(),) if left is None else left.spans
        runs = [Run(None, column, span=span) for span in (reversed(spans) if downwards else spans)]
        if self.field in _NEVER_EMPTY or (left is not None and not left.empty):
            return runs
        return [*runs, Run(column.is_(None))]

    def _by_people(self, work: Work, left: Along | None) -> list[Run]:
        mine = self.column
        has_some = exists().where(col(Contact.deleted_at).is_(None), mine == col(User.id))
        email = col(User.email_key)
        people = select(email, col(User.id)).where(has_some)
        found = work.session.execute(people.order_by(email.desc() if self.down else email))
        runs = [
            Run(mine == id_, value=key)
            for key, id_ in found
            if left is None or any(span.has(id_) for span in left.spans)
        ]
        return [*runs, Run(mine.is_(None))] if left is None or left.empty else runs

    def _by_names(self, names: Shown, left: Along | None) -> list[Run]:
        column = self.column
        in_order = sorted(names.items(), key=lambda one: one[1].encode(), reverse=self.down)
        runs = [
            Run(column == value, value=name)
            for value, name in in_order
            if left is None or any(span.has(value) for span in left.spans)
        ]
        if self.field in _NEVER_EMPTY or (left is not None and not left.empty):
            return runs
        return [*runs, Run(column.is_(None))]

    def by(self, key: Any, id_: Any, *, backwards: bool) -> list[ColumnElement[Any]]:
        """Return what to sort a run by."""
        down = self.down is not backwards
        columns = [id_] if key is None else [key, id_]
        return [column.desc() if down else column.asc() for column in columns]

    def by_all(self, value: Any, id_: Any, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """Return what to sort contacts of several runs by; `value` and `id_` are the columns that hold them."""
        last = self.by(value, id_, backwards=backwards)
        if value is None or self.field in _NEVER_EMPTY:
            return last
        empty: ColumnElement[Any] = value.is_(None)
        return [empty.desc() if backwards else empty.asc(), *last]

    def within(self, key: Any, id_: Any, place: Place, *, backwards: bool) -> ColumnElement[bool]:
        """Return that a contact of the same run comes after `place`."""
        here: Any = id_
        there: Any = place.id
        if key is not None:
            here, there = tuple_(key, id_), tuple_(self.bound(place.value), place.id)
        return and_(here < there if self.down is not backwards else here > there)

    def after(self, value: Any, id_: Any, place: Place, *, backwards: bool) -> ColumnElement[bool]:
        """Return that a contact comes after `place`, in whichever run."""
        if value is None:
            return self.within(None, id_, place, backwards=backwards)
        if place.value is None:
            same = and_(value.is_(None), self.within(None, id_, place, backwards=backwards))
            return or_(value.is_not(None), same) if backwards else same
        down = self.down is not backwards
        there = self.bound(place.value)
        further = value < there if down else value > there
        same = and_(value == there, self.within(None, id_, place, backwards=backwards))
        return or_(further, same) if backwards else or_(further, same, value.is_(None))

    def merged(self, found: Iterable[Iterable[Place]], *, backwards: bool) -> list[Place]:
        """Return places that were found apart in this order, each once."""
        once = {place.id: place for places in found for place in places}.values()
        down = self.down is not backwards
        full = sorted((one for one in once if one.value is not None), key=_as_sorted, reverse=down)
        empty = sorted((one for one in once if one.value is None), key=lambda one: one.id, reverse=down)
        return [*empty, *full] if backwards else [*full, *empty]

    def bound(self, value: Any) -> Any:
        """Return a value of this order as a parameter of a statement."""
        return literal(value, Instant) if isinstance(value, datetime) else value

    def first_run(self, runs: list[Run], place: Place, *, backwards: bool) -> int:
        """Return which of `runs` the place is in, or the next one if its run is gone."""
        return next(
            (n for n, run in enumerate(runs) if not self._is_over(run, place, backwards=backwards)), len(runs)
        )

    def _is_over(self, run: Run, place: Place, *, backwards: bool) -> bool:
        """Say whether all of a run comes before `place`."""
        if run.key is None and self.column is not None and run.value == place.value:
            return False
        if place.value is None or (run.key is None and run.value is None):
            # The empty ones are last, so one of the two is past the other.
            return self.column is not None and (place.value is None) is not backwards
        down = self.down is not backwards
        if run.span is not None:
            return run.span.starts_after(place.value) if down else run.span.ends_before(place.value)
        return bool(run.value > place.value) if down else bool(run.value < place.value)

    # --- cursors

    def cursor(self, place: Place) -> str:
        """Return the place as an opaque text."""
        value = to_microseconds(place.value) if isinstance(place.value, datetime) else place.value
        packed = json.dumps([self.text, value, place.id], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def place(self, cursor: str) -> Place:
        """Return the place that a cursor stands for. Raises Refused for one that is not of this order."""
        try:
            packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            text, value, id_ = json.loads(packed)
            if text != self.text or type(id_) is not int or not 0 <= id_ < 2**63:
                raise ValueError
            return Place(self._value(value), id_)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise Refused(
                "bad_cursor", _("This place in the list is unknown. Begin again without it.")
            ) from None

    def _value(self, value: Any) -> Any:
        """Return the value that a cursor names. Raises ValueError for one that this order cannot have."""
        if value is None and self.field not in _NEVER_EMPTY:
            return None
        if self.field in _INSTANTS and type(value) is int:
            return from_microseconds(value)
        if self.field in _NUMBERS and type(value) is int and abs(value) < 2**63:
            return value
        if self.field in _TEXTS and isinstance(value, str) and "\x00" not in value:
            return value.encode().decode()
        raise ValueError


def _as_sorted(place: Place) -> tuple[Any, int]:
    """Return what a place with a value is sorted by: databases compare the bytes of a text."""
    return place.value.encode() if isinstance(place.value, str) else place.value, place.id


def read_order(work: Work, text: str) -> Order:
    """Return the order that "field" or "-field" asks for. Raises Refused for a field that has no order."""
    name = text.removeprefix("-")
    if name not in SORTS:
        raise Refused(
            "bad_sort",
            _("Contacts cannot be sorted by {field}. They can be by {known}.").format(
                field=name[:100], known=", ".join(SORTS)
            ),
        )
    down = text.startswith("-")
    if name in UNINDEXED:
        return Order(name, down, value_of(work, name))
    plain = Order(name, down)
    names = shown(work, name)
    return plain if names is None else Order(name, down, text_of(work, plain.column, names), names)
