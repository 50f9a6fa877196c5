"""Stretches of a column's values, which an index has in a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, literal, true


@dataclass(frozen=True)
class Span:
    """Values from `low` to `high`; null leaves a side open, and the flags say whether a bound is within."""

    low: Any = None
    high: Any = None
    low_in: bool = True
    high_in: bool = True

    def holds(self, column: Any, *, low: bool = True, high: bool = True) -> ColumnElement[bool]:
        """Return that the column lies within; without `low` or `high` that side is left open."""
        if low and high and self.is_point:
            # Said so, an index has the ids of one value in order.
            return and_(true(), column == _bound(self.low))
        sides: list[ColumnElement[bool]] = []
        if self.low is None and self.high is None:
            sides.append(column.is_not(None))
        if low and self.low is not None:
            bound = _bound(self.low)
            sides.append(column >= bound if self.low_in else column > bound)
        if high and self.high is not None:
            bound = _bound(self.high)
            sides.append(column <= bound if self.high_in else column < bound)
        return and_(true(), *sides)

    @property
    def is_point(self) -> bool:
        """Say whether it is one value."""
        return self.low is not None and self.low == self.high and self.low_in and self.high_in

    def starts_after(self, value: Any) -> bool:
        """Say whether all of it is greater than `value`."""
        return self.low is not None and (self.low > value or (self.low == value and not self.low_in))

    def ends_before(self, value: Any) -> bool:
        """Say whether all of it is less than `value`."""
        return self.high is not None and (self.high < value or (self.high == value and not self.high_in))

    def has(self, value: Any) -> bool:
        """Say whether `value` lies within."""
        return not self.starts_after(value) and not self.ends_before(value)

    def cut(self, other: "Span") -> "Span | None":
        """Return what lies in both, null where nothing does."""
        low = max((self, other), key=lambda span: (span.low is not None, span.low, not span.low_in))
        high = min((self, other), key=lambda span: (span.high is None, span.high, span.high_in))
        both = Span(low.low, high.high, low.low_in, high.high_in)
        empty = both.low is not None and both.high is not None and both.ends_before(both.low)
        reversed_ = both.low is not None and both.high is not None and both.low > both.high
        return None if empty or reversed_ else both


@dataclass(frozen=True)
class Along:
    """What a condition leaves of one column: spans upwards and apart, and maybe what has no value."""

    column: Any
    spans: tuple[Span, ...]
    empty: bool = False

    def cut(self, other: "Along") -> "Along":
        """Return what two conditions on the same column leave together."""
        pairs = (mine.cut(theirs) for mine in self.spans for theirs in other.spans)
        return Along(self.column, tuple(span for span in pairs if span), self.empty and other.empty)


def points(values: Iterable[Any]) -> tuple[Span, ...]:
    """Return a span for each value, upwards."""
    return tuple(Span(value, value) for value in sorted(set(values)))


def gaps(values: Iterable[Any]) -> tuple[Span, ...]:
    """Return the spans between and beside the values, upwards."""
    edges = sorted(set(values))
    if not edges:
        return (Span(),)
    between = [Span(low, high, False, False) for low, high in pairwise(edges)]
    return (Span(None, edges[0], high_in=False), *between, Span(edges[-1], None, low_in=False))


def prefix(text: str) -> Span:
    """Return the span of what begins with `text`."""
    stem = text.rstrip("\U0010ffff")
    if not stem:
        return Span(text)
    following = ord(stem[-1]) + 1
    # Surrogates are no letters, and stand in no database.
    return Span(text, stem[:-1] + chr(0xE000 if following == 0xD800 else following), high_in=False)


def _bound(value: Any) -> Any:
    # Numbers may be larger than the column: PostgreSQL must not be told that they are as small.
    return literal(value, BigInteger) if isinstance(value, int) else value
