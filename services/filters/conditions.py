"""A filter as a condition on `contact`, in two-valued logic: what is missing equals nothing, and no row vanishes."""

import json
from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlmodel import col

from models.base import Instant
from models.contact import Contact, ContactPoint, OptOut
from models.fold import fold
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services.access import visible_segment
from services.filters import days
from services.filters.expression import Condition, Node, Span
from services.filters.fields import OPPOSITES, FilterField
from services.work import Work

Holds = ColumnElement[bool]
# A column, or what is made of one.
Column = Any

# Longer lists travel as one parameter: SQLite takes 32,766 of them, and a plan a list length is waste.
_LISTED_FROM = 50
# What people write between the digits of a phone; kept numbers have none of it.
_PHONE_SIGNS = str.maketrans("", "", " ().-/\u00a0")
_ASCII_LOWER = str.maketrans({chr(n): chr(n + 32) for n in range(ord("A"), ord("Z") + 1)})


def holds(work: Work, node: Node, zone: ZoneInfo) -> Holds:
    """Return the condition on a row of `contact`. Names must have been resolved; days are those of `zone`."""
    if isinstance(node, Condition):
        return _Compiler(work, zone).condition(node)
    parts = [holds(work, part, zone) for part in node.parts]
    if node.kind == "all":
        return and_(true(), *parts)
    any_of = or_(false(), *parts)
    return any_of if node.kind == "any" else negated(any_of)


def negated(condition: Holds) -> Holds:
    """Return the opposite, which holds where `condition` is unknown."""
    return not_(func.coalesce(condition, false()))


def within(column: Column, values: Iterable[Any], *, on_sqlite: bool) -> Holds:
    """Return that the column is one of `values`, however many they are."""
    wanted = list(dict.fromkeys(values))
    listed: Any = wanted
    if not wanted:
        return false()
    if len(wanted) >= _LISTED_FROM and on_sqlite:
        listed = select(func.json_each(json.dumps(wanted)).table_valued("value").c.value)
    elif len(wanted) >= _LISTED_FROM:
        kind: Any = ARRAY(BigInteger if isinstance(wanted[0], int) else String)
        listed = select(func.unnest(cast(literal(wanted, kind), kind)))
    one_of: Holds = column.in_(listed)
    return one_of


def part_of(column: Column, op: str, text: str, *, on_sqlite: bool) -> Holds:
    """Return that the column contains `text`, begins or ends with it."""
    if not text:
        return and_(column >= "")
    if op == "contains":
        found = func.instr if on_sqlite else func.strpos
        return found(column, text) > 0
    if op == "starts_with":
        return func.substr(column, 1, len(text)) == text
    tail = func.substr(column, -len(text)) if on_sqlite else func.right(column, len(text))
    return tail == text


def words_of(field: FilterField, value: Any) -> Any:
    """Return what the field compares for a text as typed: folded, or a code as it stands."""
    if field.points == "phone":
        return value.translate(_PHONE_SIGNS)
    return fold(value) if field.kind == "text" else value


def lowered(value: str) -> str:
    """Return `value` with the letters A to Z in lower case, as both databases lower a code."""
    return value.translate(_ASCII_LOWER)


def whole_bounds(op: str, value: Any) -> tuple[int | None, int | None]:
    """Return the whole numbers from and to (both within, null is open) that stand in this relation to `value`."""
    if op == "between":
        return ceil(value[0]), floor(value[1])
    if op == "gt":
        return floor(value) + 1, None
    if op == "ge":
        return ceil(value), None
    return (None, ceil(value) - 1) if op == "lt" else (None, floor(value))


class _Compiler:
    def __init__(self, work: Work, zone: ZoneInfo) -> None:
        self.work = work
        self.zone = zone
        self.on_sqlite = work.on_sqlite

    def condition(self, node: Condition) -> Holds:
        opposite = OPPOSITES.get(node.op)
        if opposite:
            return negated(self.positive(node, opposite))
        return self.positive(node, node.op)

    def positive(self, node: Condition, op: str) -> Holds:
        kind = node.field.kind
        if kind in ("text", "code"):
            return self.words(node, op)
        if kind == "number":
            return self.number(node.field.column, op, node.value)
        if kind == "instant":
            return self.instant(node.field.column, op, node.value)
        if kind == "person":
            return self.person(node, op)
        return {"segments": self.segments, "tags": self.tags, "channels": self.channels}[kind](node, op)

    # --- texts and codes

    def words(self, node: Condition, op: str) -> Holds:
        field = node.field
        if op == "is_not_empty":
            if field.column is not None:
                return col_is_there(field.column)
            return self.point(field, lambda _key: true())
        test = self.test(field, op, node.value)
        ways = [] if field.column is None else [test(field.column)]
        if field.points:
            ways.append(self.point(field, test))
        return or_(*ways)

    def point(self, field: FilterField, test: Callable[[Column], Holds]) -> Holds:
        ways = test(col(ContactPoint.key))
        if field.points == "messenger":
            ways = or_(ways, test(func.lower(col(ContactPoint.platform))))
        return exists().where(
            col(ContactPoint.contact_id) == col(Contact.id), col(ContactPoint.kind) == field.points, ways
        )

    def test(self, field: FilterField, op: str, value: Any) -> Callable[[Column], Holds]:
        if op == "in":
            wanted = [words_of(field, one) for one in value]
            return lambda column: within(column, wanted, on_sqlite=self.on_sqlite)
        text = words_of(field, value)
        if op == "eq":
            return lambda column: column == text
        if field.kind == "text":
            return lambda column: part_of(column, op, text, on_sqlite=self.on_sqlite)
        small = lowered(text)
        return lambda column: part_of(func.lower(column), op, small, on_sqlite=self.on_sqlite)

    # --- numbers, instants, people

    def number(self, column: Column, op: str, value: Any) -> Holds:
        if op == "is_not_empty":
            return col_is_there(column)
        if op in ("eq", "in"):
            wanted = value if op == "in" else [value]
            whole = [int(one) for one in wanted if one == int(one)]
            return within(type_coerce(column, BigInteger), whole, on_sqlite=self.on_sqlite)
        return between(column, *(_big(bound) for bound in whole_bounds(op, value)))

    def instant(self, column: Column, op: str, value: Any) -> Holds:
        if op == "is_not_empty":
            return col_is_there(column)
        start, stop = instant_bounds(op, value, self.work, self.zone)
        return half_open(column, start, stop)

    def person(self, node: Condition, op: str) -> Holds:
        if op == "is_not_empty":
            return col_is_there(node.field.column)
        return within(node.field.column, node.ids or (), on_sqlite=self.on_sqlite)

    # --- what stands in rows of its own

    def segments(self, node: Condition, op: str) -> Holds:
        member = exists().where(
            col(SegmentMember.contact_id) == col(Contact.id), col(SegmentMember.mode) != "excluded"
        )
        if op == "is_not_empty":
            shown = select(col(Segment.id)).where(visible_segment(self.work.sight))
            return member.where(col(SegmentMember.segment_id).in_(shown))
        return self.several(
            node.ids or (), op, lambda ids: member.where(col(SegmentMember.segment_id).in_(ids))
        )

    def tags(self, node: Condition, op: str) -> Holds:
        stuck = exists().where(col(ContactTag.contact_id) == col(Contact.id))
        if op == "is_not_empty":
            live = select(col(Tag.id)).where(col(Tag.deleted_at).is_(None))
            return stuck.where(col(ContactTag.tag_id).in_(live))
        return self.several(node.ids or (), op, lambda ids: stuck.where(col(ContactTag.tag_id).in_(ids)))

    def channels(self, node: Condition, op: str) -> Holds:
        closed = node.value if isinstance(node.value, tuple) else ()
        return self.several(closed, "has_any" if op == "is_not_empty" else op, opted_out)

    def several(self, wanted: Sequence[Any], op: str, any_of: Callable[[Sequence[Any]], Holds]) -> Holds:
        if op == "has_all":
            return and_(true(), *(any_of([one]) for one in wanted))
        return any_of(wanted) if wanted else false()


def opted_out(channels: Sequence[Any]) -> Holds:
    """Return that one of these channels is closed, to the person or to an address of theirs."""
    closed = exists().where(col(OptOut.channel).in_(channels))
    mine = (col(ContactPoint.contact_id) == col(Contact.id), col(ContactPoint.kind).in_(("email", "phone")))
    further = select(col(ContactPoint.key)).where(*mine).correlate(Contact)
    return or_(
        closed.where(col(OptOut.contact_id) == col(Contact.id)),
        closed.where(col(OptOut.key) == col(Contact.email_key)),
        closed.where(col(OptOut.key) == col(Contact.phone)),
        closed.where(col(OptOut.key).in_(further)),
    )


def closed_channels(work: Work) -> list[str]:
    """Return the channels that are closed to anyone at all."""
    return sorted(work.session.scalars(select(col(OptOut.channel)).distinct()))


def col_is_there(column: Column) -> Holds:
    """Return that the column has a value."""
    return and_(column.is_not(None))


def _big(bound: int | None) -> Any:
    return None if bound is None else literal(bound, BigInteger)


def between(column: Column, low: Any, high: Any) -> Holds:
    """Return that the column lies from `low` to `high`, both within; null leaves a side open."""
    sides = [column >= low] if low is not None else []
    sides += [column <= high] if high is not None else []
    return and_(*sides)


def half_open(column: Column, start: Any, stop: Any) -> Holds:
    """Return that the column lies from `start` within to `stop` without; null leaves a side open."""
    sides = [column >= literal(start, Instant)] if start is not None else []
    sides += [column < literal(stop, Instant)] if stop is not None else []
    return and_(*sides)


def instant_bounds(op: str, value: Any, work: Work, zone: ZoneInfo) -> tuple[Any, Any]:
    """Return from (within) and to (without) of an instant's operator; null is open."""
    if isinstance(value, Span):
        return (days.following if op == "in_next" else days.last)(value, work.now, zone)
    if op == "between":
        return days.begin(value[0], zone), days.end(value[1], zone)
    return (None, days.begin(value, zone)) if op == "before" else (days.end(value, zone), None)
