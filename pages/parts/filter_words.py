"""A filter in plain words: "Country is Brazil or France", "Added in the last 30 days"."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date  # noqa: N812 - hooks.i18n has a function of that name
from datetime import datetime
from typing import Any

from hooks.i18n import N_, _, country_name, date, datetime_, ngettext, number
from pages.parts.fields import source_name
from services.filters import FIELDS

_ONE = {
    "eq": N_("{field} is {value}"),
    "ne": N_("{field} is not {value}"),
    "in": N_("{field} is {value}"),
    "not_in": N_("{field} is not {value}"),
    "contains": N_("{field} contains {value}"),
    "not_contains": N_("{field} does not contain {value}"),
    "starts_with": N_("{field} starts with {value}"),
    "ends_with": N_("{field} ends with {value}"),
    "gt": N_("{field} is more than {value}"),
    "ge": N_("{field} is at least {value}"),
    "lt": N_("{field} is less than {value}"),
    "le": N_("{field} is at most {value}"),
    "before": N_("{field} before {value}"),
    "after": N_("{field} after {value}"),
    "between": N_("{field} from {first} to {last}"),
    "in_last": N_("{field} in the last {value}"),
    "not_in_last": N_("{field} not in the last {value}"),
    "in_next": N_("{field} in the next {value}"),
    "is_empty": N_("{field} is empty"),
    "is_not_empty": N_("{field} is not empty"),
    "has_any": N_("{field}: {value}"),
    "has_all": N_("{field}: {value}"),
    "has_none": N_("{field}: not {value}"),
}
_GROUPS = {"any": N_("any of ({parts})"), "all": N_("all of ({parts})"), "none": N_("none of ({parts})")}


def said(part: Any, *, names: Mapping[str, str], time_zone: str) -> str:
    """Return a condition or group in words; `names` are people by address. What is no such thing is shown raw.

    It is only for the eye: whether the filter holds, and where it is wrong, services/filters says.
    """
    if not isinstance(part, Mapping):
        return str(part)
    for kind, words in _GROUPS.items():
        if isinstance(inner := part.get(kind), list):
            parts = "; ".join(said(one, names=names, time_zone=time_zone) for one in inner)
            return _(words).format(parts=parts)
    field, op, value = str(part.get("field", "")), str(part.get("op", "")), part.get("value")
    if op not in _ONE:
        return f"{field} {op}".strip()
    show = _shown(field, names, time_zone)
    given = {"field": _(FIELDS[field].label) if field in FIELDS else field, "value": _values(op, value, show)}
    if op == "between" and isinstance(value, list) and len(value) == 2:
        given |= {"first": show(value[0]), "last": show(value[1])}
    elif op == "between":
        given |= {"first": show(value), "last": ""}
    return _(_ONE[op]).format(**given)


def _shown(field: str, names: Mapping[str, str], time_zone: str) -> Callable[[Any], str]:
    kinds: dict[str, Callable[[Any], str]] = {
        "country": lambda value: country_name(str(value)),
        "source": lambda value: source_name(str(value)),
        "responsible": lambda value: names.get(str(value), str(value)),
        "created": lambda value: _moment(str(value), time_zone),
        "updated": lambda value: _moment(str(value), time_zone),
    }
    return kinds.get(field, _plainly)


def _plainly(value: Any) -> str:
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _moment(text: str, time_zone: str) -> str:
    try:
        return date(Date.fromisoformat(text)) if len(text) == 10 else datetime_(_instant(text), time_zone)
    except ValueError:
        return text


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _values(op: str, value: Any, show: Callable[[Any], str]) -> str:
    if op in ("in_last", "not_in_last", "in_next"):
        return _span(value)
    if isinstance(value, list):
        return _listed([show(one) for one in value], together=op == "has_all")
    return "" if value is None else show(value)


def _listed(values: Sequence[str], *, together: bool, most: int = 5) -> str:
    """Return values as people list them; of many only the first few."""
    shown = list(values[:most])
    if more := len(values) - most:
        if more > 0:
            shown.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    if len(shown) < 2:
        return "".join(shown)
    pair = _("{some} and {last}") if together else _("{some} or {last}")
    return pair.format(some=", ".join(shown[:-1]), last=shown[-1])


def _span(value: Any) -> str:
    n = value.get("n") if isinstance(value, Mapping) else None
    if not isinstance(n, int):
        return str(value)
    words = {
        "hour": ngettext("{n} hour", "{n} hours", n),
        "day": ngettext("{n} day", "{n} days", n),
        "week": ngettext("{n} week", "{n} weeks", n),
        "month": ngettext("{n} month", "{n} months", n),
        "year": ngettext("{n} year", "{n} years", n),
    }
    return words.get(str(value.get("unit")), "{n}").format(n=number(n))
