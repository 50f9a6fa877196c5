"""A filter in plain words, in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hooks.i18n import N_, _, country_name, date, datetime_, ngettext, number, one_after_another
from hooks.viewer import Viewer
from services.filters.expression import Condition, Expression, Node, Span, read
from services.terms import channel_name, source_name

_PHRASES: Mapping[str, str] = {
    "eq": N_("{field} is {value}"),
    "ne": N_("{field} is not {value}"),
    "in": N_("{field} is {value}"),
    "not_in": N_("{field} is not {value}"),
    "contains": N_("{field} contains {value}"),
    "not_contains": N_("{field} does not contain {value}"),
    "starts_with": N_("{field} begins with {value}"),
    "ends_with": N_("{field} ends with {value}"),
    "is_empty": N_("{field} is empty"),
    "is_not_empty": N_("{field} is filled in"),
    "gt": N_("{field} is more than {value}"),
    "ge": N_("{field} is at least {value}"),
    "lt": N_("{field} is less than {value}"),
    "le": N_("{field} is at most {value}"),
    "between": N_("{field} is from {low} to {high}"),
    "before": N_("{field} is before {value}"),
    "after": N_("{field} is after {value}"),
    "in_last": N_("{field} is in the last {span}"),
    "not_in_last": N_("{field} is not in the last {span}"),
    "in_next": N_("{field} is in the next {span}"),
    "has_any": N_("{field}: {value}"),
    "has_all": N_("{field}: all of {value}"),
    "has_none": N_("{field}: none of {value}"),
}


# Codes are said by their names where the whole of one is meant; "contains" asks for letters of the code itself.
_NAMES: Mapping[str, Callable[[str], str]] = {
    "country": country_name,
    "source": source_name,
    "opted_out": channel_name,
}
_WHOLE = ("eq", "ne", "in", "not_in", "has_any", "has_all", "has_none")


def describe(
    viewer: Viewer, given: str | Mapping[str, Any] | Expression, people: Mapping[str, str] | None = None
) -> str:
    """Return the filter as one line of plain text, people by their names where `people` has them by their addresses.

    Raises Refused for one that is wrong.
    """
    return _node(read(given).where, viewer, people or {}, inner=False)


def _node(node: Node, viewer: Viewer, people: Mapping[str, str], *, inner: bool) -> str:
    if isinstance(node, Condition):
        return _condition(node, viewer, people)
    if not node.parts:
        return _("nobody") if node.kind == "any" else _("everyone")
    said = [_node(part, viewer, people, inner=len(node.parts) > 1) for part in node.parts]
    if node.kind == "none":
        return _("none of: {parts}").format(parts=one_after_another(said))
    joined = said[0]
    for part in said[1:]:
        both = _("{first} and {second}") if node.kind == "all" else _("{first} or {second}")
        joined = both.format(first=joined, second=part)
    return f"({joined})" if inner and len(said) > 1 else joined


def _condition(node: Condition, viewer: Viewer, people: Mapping[str, str]) -> str:
    slots = {"field": _(node.field.label)}
    if node.op == "between" and isinstance(node.value, tuple):
        slots["low"], slots["high"] = (_value(node, one, viewer, people) for one in node.value)
    elif isinstance(node.value, Span):
        slots["span"] = _span(node.value)
    elif isinstance(node.value, tuple):
        slots["value"] = _listed([_value(node, one, viewer, people) for one in node.value], node.op)
    elif node.value is not None:
        slots["value"] = _value(node, node.value, viewer, people)
    return _(_PHRASES[node.op]).format(**slots)


def _listed(values: list[str], op: str) -> str:
    if len(values) < 2:
        return values[0] if values else "–"
    together = _("{first} and {second}") if op == "has_all" else _("{first} or {second}")
    return together.format(first=", ".join(values[:-1]), second=values[-1])


def _value(node: Condition, value: Any, viewer: Viewer, people: Mapping[str, str]) -> str:
    if node.field.name == "responsible" and node.op in _WHOLE:
        return people.get(value, value)
    if node.field.name in _NAMES and node.op in _WHOLE:
        return _NAMES[node.field.name](value)
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        zone = ZoneInfo(viewer.time_zone)
        return datetime_(value if value.tzinfo else value.replace(tzinfo=zone), viewer.time_zone)
    return date(value)


def _span(span: Span) -> str:
    said = {
        "hour": ngettext("{n} hour", "{n} hours", span.n),
        "day": ngettext("{n} day", "{n} days", span.n),
        "week": ngettext("{n} week", "{n} weeks", span.n),
        "month": ngettext("{n} month", "{n} months", span.n),
        "year": ngettext("{n} year", "{n} years", span.n),
    }[span.unit]
    return said.format(n=number(span.n))
