"""Cells of fields that are neither text nor a way to reach somebody: the importance, the time zone."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from services.imports.unreadable import Unreadable
from services.values import NUMBER_LIMITS

# A whole number, with what programs write behind one: 5, 5.0, 1 000.
_WHOLE = re.compile(r"(\d{1,3}(?:[., \u00a0\u202f]?\d{3})?|\d+)(?:[.,]0{1,2})?")


def read_importance(text: str) -> int | Unreadable:
    """Return a rank of the team's own making."""
    found = _WHOLE.fullmatch(text)
    digits = "".join(sign for sign in found[1] if sign.isdecimal()) if found else ""
    least, most = NUMBER_LIMITS["importance"]
    if not digits or len(digits) > len(str(most)) or not least <= int(digits) <= most:
        return Unreadable("importance_not_valid", text)
    return int(digits)


def read_time_zone(text: str) -> str | Unreadable:
    """Return a time zone by its name, in any case."""
    return _zones().get(text.lower()) or Unreadable("time_zone_unknown", text)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


READERS: Mapping[str, Callable[[str], int | str | Unreadable]] = {
    "importance": read_importance,
    "time_zone": read_time_zone,
}
