"""A filter as people and programs write it, read with its limits and with the path to whatever is wrong in it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from hooks.i18n import _
from services.errors import Refused
from services.filters.fields import FIELDS, FilterField

DEEPEST = 6
MOST_CONDITIONS = 200
MOST_VALUES = 10_000
_LONGEST_TEXT = 1_000
_LARGEST_NUMBER = 2**53
_MOST_UNITS = 10_000
_YEARS = range(1800, 3000)
UNITS = ("hour", "day", "week", "month", "year")

# A day is the whole of it in the time zone of whoever asks; a moment without a zone is that zone's too.
Moment = date | datetime


@dataclass(frozen=True)
class Span:
    """So many units up to now, or from now on."""

    n: int
    unit: str


Value = str | float | Moment | Span | None | tuple[str, ...] | tuple[float, ...] | tuple[Moment, ...]


@dataclass(frozen=True)
class Condition:
    """One question to one field. `ids` stand for the names in `value` once they have been looked up."""

    field: FilterField
    op: str
    value: Value
    path: str
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Group:
    """Conditions and groups of which all, any or none must hold."""

    kind: Literal["all", "any", "none"]
    parts: "tuple[Node, ...]"


Node = Condition | Group


@dataclass(frozen=True)
class Expression:
    """A filter as a whole."""

    where: Node

    @property
    def has_condition(self) -> bool:
        """Say whether it asks anything; what asks nothing matches everyone or nobody."""
        return _holds_condition(self.where)


def _holds_condition(node: Node) -> bool:
    return isinstance(node, Condition) or any(_holds_condition(part) for part in node.parts)


def read(given: str | Mapping[str, Any] | Expression) -> Expression:
    """Return the filter of a JSON text or of what one was parsed into. Raises Refused with its `path`."""
    if isinstance(given, Expression):
        return given
    if not isinstance(given, str):
        return parse(given)
    try:
        tree = json.loads(given)
    except (ValueError, RecursionError):
        raise _wrong("", _("The filter is no JSON.")) from None
    return parse(tree)


def parse(tree: Any) -> Expression:
    """Return the filter that a tree of dicts and lists describes.

    Raises Refused `bad_filter` whose data has the `path` to the first thing that is wrong ("where.all[2].op").
    """
    if not isinstance(tree, Mapping):
        raise _wrong("", _('A filter is an object such as {"v": 1, "where": …}.'))
    _refuse_other_keys(tree, {"v", "where"}, "")
    if tree.get("v") != 1 or isinstance(tree["v"], bool):
        raise _wrong("v", _("The version of a filter is 1."))
    if "where" not in tree:
        raise _wrong("where", _("A filter needs a condition or a group in where."))
    return Expression(_Parser().node(tree["where"], "where", 0))


class _Parser:
    def __init__(self) -> None:
        self._conditions = 0
        self._values = 0

    def node(self, tree: Any, path: str, depth: int) -> Node:
        if not isinstance(tree, Mapping):
            raise _wrong(path, _("A condition or a group is an object."))
        return self.condition(tree, path) if "field" in tree else self.group(tree, path, depth + 1)

    def group(self, tree: Mapping[str, Any], path: str, depth: int) -> Group:
        if depth > DEEPEST:
            raise _wrong(path, _("A filter is at most {n} groups deep.").format(n=DEEPEST))
        kinds: tuple[Literal["all", "any", "none"], ...] = ("all", "any", "none")
        kind = next((kind for kind in kinds if kind in tree), None)
        if kind is None:
            raise _wrong(path, _("A condition needs a field, a group one of all, any and none."))
        _refuse_other_keys(tree, {kind}, path)
        parts = tree[kind]
        if not isinstance(parts, list | tuple):
            raise _wrong(f"{path}.{kind}", _("A group holds a list."))
        return Group(
            kind, tuple(self.node(part, f"{path}.{kind}[{n}]", depth) for n, part in enumerate(parts))
        )

    def condition(self, tree: Mapping[str, Any], path: str) -> Condition:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            raise _wrong(path, _("A filter has at most {n} conditions.").format(n=MOST_CONDITIONS))
        _refuse_other_keys(tree, {"field", "op", "value"}, path)
        name, op = tree["field"], tree.get("op")
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            raise _wrong(f"{path}.field", _("There is no field {name}.").format(name=_shown(name)))
        if op not in field.operators:
            raise _wrong(
                f"{path}.op",
                _("{field} knows no operator {op}; it knows {known}.").format(
                    field=field.name, op=_shown(op), known=", ".join(field.operators)
                ),
            )
        value = _reader(field, op)(tree.get("value"), f"{path}.value")
        self._values += len(value) if isinstance(value, tuple) else 1
        if self._values > MOST_VALUES:
            raise _wrong(path, _("A filter has at most {n} values.").format(n=MOST_VALUES))
        return Condition(field, op, value, path)


Reader = Callable[[Any, str], Value]


def _reader(field: FilterField, op: str) -> Reader:
    if op in ("is_empty", "is_not_empty"):
        return _nothing
    if op in ("in_last", "not_in_last", "in_next"):
        return _span
    one = {"number": _number, "instant": _moment}.get(field.kind, _text)
    if op == "between":
        return lambda value, path: _pair(one, value, path)
    if op in ("in", "not_in", "has_any", "has_all", "has_none"):
        return lambda value, path: _several(one, value, path)
    return one


def _nothing(value: Any, path: str) -> None:
    if value is not None:
        raise _wrong(path, _("This operator takes no value."))


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, _("A text is needed here."))
    if len(value) > _LONGEST_TEXT:
        raise _wrong(path, _("A text is at most {n} characters long.").format(n=_LONGEST_TEXT))
    # Neither database keeps these, so nothing could equal them.
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _wrong(path, _("This text holds a character that cannot be kept."))
    return value


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(path, _("A number is needed here."))
    if not math.isfinite(value) or abs(value) > _LARGEST_NUMBER:
        raise _wrong(path, _("This number is too large."))
    return value


def _moment(value: Any, path: str) -> Moment:
    written = _text(value, path)
    try:
        moment = date.fromisoformat(written) if len(written) <= 10 else datetime.fromisoformat(written)
    except ValueError:
        raise _wrong(
            path, _("A day (2026-05-31) or an instant (2026-05-31T14:00:00Z) is needed here.")
        ) from None
    if moment.year not in _YEARS:
        raise _wrong(path, _("A year from 1800 to 2999 is needed here."))
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else moment


def _span(value: Any, path: str) -> Span:
    if not isinstance(value, Mapping):
        raise _wrong(path, _('A span such as {"n": 30, "unit": "day"} is needed here.'))
    _refuse_other_keys(value, {"n", "unit"}, path)
    n, unit = value.get("n"), value.get("unit")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= _MOST_UNITS:
        raise _wrong(f"{path}.n", _("A whole number from 1 to {n} is needed here.").format(n=_MOST_UNITS))
    if unit not in UNITS:
        raise _wrong(f"{path}.unit", _("The unit is one of {units}.").format(units=", ".join(UNITS)))
    return Span(n, unit)


def _several(one: Callable[[Any, str], Any], value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(path, _("A list is needed here."))
    return tuple(one(item, f"{path}[{n}]") for n, item in enumerate(value))


def _pair(one: Callable[[Any, str], Any], value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _wrong(path, _("A list of two is needed here: from and to."))
    return _several(one, value, path)


def _refuse_other_keys(tree: Mapping[str, Any], known: set[str], path: str) -> None:
    for key in tree:
        if key not in known:
            raise _wrong(
                f"{path}.{key}".lstrip("."), _("There is nothing called {key} here.").format(key=_shown(key))
            )


def _shown(name: Any) -> str:
    return name[:100] if isinstance(name, str) else json.dumps(name, default=str)[:100]


def _wrong(path: str, sentence: str) -> Refused:
    where = f"{path}: {sentence}" if path else sentence
    return Refused("bad_filter", where, path=path)
