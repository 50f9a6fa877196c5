"""The lines of a filter under somebody's hands: conditions that must all hold, some of them not yet complete.

Plain values, without a screen. What is more than such a line (a group, an operator that no widget says) stays as it
came, readable and whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pages.parts.state import Expression, compact, conditions
from services.filters import FIELDS
from services.filters.expression import UNITS

# How a value is asked for: by typing, by choosing several, by a number, two numbers, a day, two days, a span; or not.
Shape = Literal["text", "several", "number", "numbers", "day", "days", "span", "nothing"]

_TEXT = ("contains", "not_contains", "eq", "ne", "starts_with", "ends_with", "is_empty", "is_not_empty")
_CHOICE = ("in", "not_in", "is_empty", "is_not_empty")
_SEVERAL = ("has_any", "has_all", "has_none", "is_empty", "is_not_empty")
_NUMBER = ("eq", "ne", "ge", "le", "gt", "lt", "between", "is_empty", "is_not_empty")
_INSTANT = ("in_last", "not_in_last", "before", "after", "between")

# Codes of which all are known, and people: chosen, not typed.
_CHOSEN = frozenset({"country", "source"})
_ONE_OF = {"eq": "in", "ne": "not_in"}

# The most used ones first; "emails" and "phones" ask what "email" and "phone" do.
OFFERED = (
    "country", "segments", "tags", "responsible", "source", "created", "city", "email", "phone",
    "first_name", "last_name", "organization", "region", "postcode", "address", "messengers", "account_number",
    "external_id", "importance", "opted_out", "updated",
)  # fmt: skip
MOST_USED = OFFERED[:9]


@dataclass(frozen=True)
class Line:
    """A condition with a number of its own, by which its widgets are known."""

    id: int
    part: Expression

    @property
    def field(self) -> str:
        """What is asked, empty for what is no single condition."""
        return str(self.part.get("field", ""))

    @property
    def op(self) -> str:
        """How it is asked."""
        return str(self.part.get("op", ""))

    @property
    def value(self) -> Any:
        """What it is compared with, null until somebody says it."""
        return self.part.get("value")

    @property
    def shape(self) -> Shape:
        """How its value is asked for."""
        return shape_of(self.field, self.op)


def operators(field: str) -> Sequence[str]:
    """Return the operators that a line of this field offers."""
    kind = FIELDS[field].kind
    if field in _CHOSEN or kind == "person":
        return _CHOICE
    if kind in ("segments", "tags", "channels"):
        return _SEVERAL
    return {"number": _NUMBER, "instant": _INSTANT}.get(kind, _TEXT)


def shape_of(field: str, op: str) -> Shape:
    """Return how a value of this field and operator is asked for."""
    if op in ("is_empty", "is_not_empty"):
        return "nothing"
    if op in ("in", "not_in", "has_any", "has_all", "has_none"):
        return "several"
    if op in ("in_last", "not_in_last"):
        return "span"
    kind = FIELDS[field].kind
    if kind == "number":
        return "numbers" if op == "between" else "number"
    if kind == "instant":
        return "days" if op == "between" else "day"
    return "text"


def easy(part: Mapping[str, Any]) -> Expression | None:
    """Return a condition as a line says it, null for what no line can say."""
    field, op, value = part.get("field"), part.get("op"), part.get("value")
    if not isinstance(field, str) or field not in FIELDS or not set(part) <= {"field", "op", "value"}:
        return None
    if op in _ONE_OF and operators(field) is _CHOICE:
        op, value = _ONE_OF[op], [value]
    if not isinstance(op, str) or op not in operators(field) or not _fits(shape_of(field, op), value):
        return None
    return _part(field, op, value)


def _part(field: str, op: str, value: Any) -> Expression:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def _fits(shape: Shape, value: Any) -> bool:
    """Say whether a value is whole, and such as the widgets of a shape show it."""
    if shape == "nothing":
        return value is None
    if shape == "text":
        return isinstance(value, str) and bool(value.strip())
    if shape == "several":
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    if shape in ("numbers", "days"):
        one: Shape = "number" if shape == "numbers" else "day"
        return isinstance(value, list) and len(value) == 2 and all(_fits(one, bound) for bound in value)
    if shape == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    if shape == "day":
        return isinstance(value, str) and _is_day(value)
    return isinstance(value, dict) and _is_span(value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_span(value: Mapping[str, Any]) -> bool:
    n = value.get("n")
    return set(value) == {"n", "unit"} and type(n) is int and n > 0 and value["unit"] in UNITS


def lines_of(where: str) -> list[Line]:
    """Return the lines of a filter."""
    return [Line(place, easy(part) or part) for place, part in enumerate(conditions(where))]


def where_of(lines: Sequence[Line]) -> str:
    """Return the one condition that lines say as JSON, empty when they say nothing; what is incomplete is left out."""
    parts = [line.part for line in lines if is_raw(line) or easy(line.part)]
    return compact({"all": parts}) if parts else ""


def is_raw(line: Line) -> bool:
    """Say whether a line can only be read and taken away: it came with a link and says more than widgets can."""
    if line.field not in FIELDS or line.op not in operators(line.field):
        return True
    return line.value is not None and easy(line.part) is None


def say(line: Line, *, op: str | None = None, value: Any = None) -> Line:
    """Return a line with another operator, or another value; a value that the new operator can take is kept."""
    if op is None:
        return replace(line, part=_part(line.field, line.op, value))
    kept = line.value if line.shape == shape_of(line.field, op) else None
    return replace(line, part=_part(line.field, op, kept))


def whole(lines: Sequence[Line], field: str) -> list[Line]:
    """Return the lines with one of `field` among them, a new one where there is none that could be filled in."""
    if any(line.field == field and not is_raw(line) for line in lines):
        return list(lines)
    return added(lines, field)


def added(lines: Sequence[Line], field: str) -> list[Line]:
    """Return the lines with a new one of `field`, to be filled in."""
    new = 1 + max((line.id for line in lines), default=-1)
    return [*lines, Line(new, _part(field, operators(field)[0], None))]
