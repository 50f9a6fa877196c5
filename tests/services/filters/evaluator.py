"""A filter asked of people in plain Python: what the one in SQL is held to."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.fold import fold
from tests.services.filters.people import NOW, Everyone, Someone

CODES = {"country", "phone", "phones", "source", "external_id", "account_number", "postcode"}
LISTS = {"segments", "tags", "opted_out"}
SIGNS = str.maketrans("", "", " ().-/\u00a0")
LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def matching(everyone: Everyone, tree: dict[str, Any], zone: str) -> list[int]:
    """Return the ids of the people for whom the expression holds."""
    return [one.id for one in everyone.people if _node(everyone, one, tree["where"], ZoneInfo(zone))]


def _node(everyone: Everyone, one: Someone, node: dict[str, Any], zone: ZoneInfo) -> bool:
    for kind, verdict in (("all", all), ("any", any), ("none", lambda found: not any(found))):
        if kind in node:
            return verdict([_node(everyone, one, part, zone) for part in node[kind]])
    name, op, value = node["field"], node["op"], node.get("value")
    if name in LISTS:
        return _list(standing(everyone, one, name), op, value, str if name == "opted_out" else fold)
    if name in ("created", "updated"):
        return _instant(getattr(one, name), op, value, zone)
    if name in ("importance", "revenue"):
        return _number(getattr(one, name), op, value)
    return _text(name, _values(one, name), op, value)


def standing(everyone: Everyone, one: Someone, name: str) -> set[str]:
    if name != "opted_out":
        return getattr(one, name)
    reach = {*map(fold, one.emails), *one.phones}
    return one.opted_out | {channel for channel, key in everyone.closed if key in reach}


def _values(one: Someone, name: str) -> list[str]:
    if name in ("email", "emails"):
        return one.emails
    if name in ("phone", "phones"):
        return one.phones
    if name == "messengers":
        return [text for pair in one.messengers for text in pair if text]
    value = getattr(one, name)
    return [] if value is None else [value]


def _text(name: str, values: list[str], op: str, value: Any) -> bool:
    negated = {"ne": "eq", "not_in": "in", "not_contains": "contains", "is_empty": "is_not_empty"}
    if op in negated:
        return not _text(name, values, negated[op], value)
    if op == "is_not_empty":
        return bool(values)
    ours, theirs = _comparer(name, op), _comparer(name, op)
    wanted = [theirs(one) for one in (value if op == "in" else [value])]
    if name in ("phone", "phones"):
        wanted = [one.translate(SIGNS) for one in wanted]
    test: Callable[[str, str], bool] = {
        "eq": str.__eq__, "in": str.__eq__, "contains": str.__contains__, "starts_with": str.startswith,
        "ends_with": str.endswith,
    }[op]  # fmt: skip
    return any(test(ours(mine), one) for mine in values for one in wanted)


def _comparer(name: str, op: str) -> Callable[[str], str]:
    if name == "responsible":
        return str.lower
    if name not in CODES:
        return fold
    return str if op in ("eq", "in") else lambda text: text.translate(LOWER)


def _number(mine: int | None, op: str, value: Any) -> bool:
    if op in ("is_empty", "is_not_empty"):
        return (mine is None) is (op == "is_empty")
    if op in ("ne", "not_in"):
        return not _number(mine, {"ne": "eq", "not_in": "in"}[op], value)
    if mine is None:
        return False
    return {
        "eq": lambda: mine == value, "in": lambda: mine in value, "gt": lambda: mine > value,
        "ge": lambda: mine >= value, "lt": lambda: mine < value, "le": lambda: mine <= value,
        "between": lambda: value[0] <= mine <= value[1],
    }[op]()  # fmt: skip


def _list(mine: set[str], op: str, value: Any, comparer: Callable[[str], str]) -> bool:
    if op in ("is_empty", "is_not_empty"):
        return bool(mine) is (op == "is_not_empty")
    has, wanted = {comparer(one) for one in mine}, {comparer(one) for one in value}
    return {"has_any": bool(has & wanted), "has_all": wanted <= has, "has_none": not has & wanted}[op]


def _instant(mine: datetime, op: str, value: Any, zone: ZoneInfo) -> bool:
    if op in ("is_empty", "is_not_empty"):
        return op == "is_not_empty"
    if op == "not_in_last":
        return not _instant(mine, "in_last", value, zone)
    if op in ("in_last", "in_next"):
        return _span(mine, op, value, zone)
    if op == "between":
        return not _side(mine, value[0], zone, before=True) and not _side(mine, value[1], zone, before=False)
    return _side(mine, value, zone, before=op == "before")


def _side(mine: datetime, value: str, zone: ZoneInfo, *, before: bool) -> bool:
    if len(value) == 10:
        here, there = mine.astimezone(zone).date(), date.fromisoformat(value)
        return here < there if before else here > there
    moment = datetime.fromisoformat(value)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return mine < moment.astimezone(UTC) if before else mine > moment.astimezone(UTC)


def _span(mine: datetime, op: str, value: dict[str, Any], zone: ZoneInfo) -> bool:
    n, unit, past = value["n"], value["unit"], op == "in_last"
    if unit == "hour":
        reach = timedelta(hours=n)
        return NOW - reach <= mine <= NOW if past else NOW <= mine <= NOW + reach
    day, today = mine.astimezone(zone).date(), NOW.astimezone(zone).date()
    days = (today - day).days if past else (day - today).days
    return 0 <= days < n * {"day": 1, "week": 7}[unit]
