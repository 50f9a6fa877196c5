"""Days as the one who asks lives them: the instants at which they begin, across changes of the clock."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hooks.i18n import _
from services.errors import Refused
from services.filters.expression import Moment, Span

_FIRST, _LAST = date(1800, 1, 1), date(2999, 12, 31)


def within_reach(day: date) -> date:
    """Return the day. Raises Refused for one so far away that nothing can be reckoned with it."""
    if not _FIRST <= day <= _LAST:
        raise Refused("bad_day", _("A year from 1800 to 2999 is needed here."))
    return day


def begin(moment: Moment, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day, or the instant itself, in UTC."""
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    # A midnight that the clock skips is the moment of the skip; of one that it doubles the first counts.
    return datetime.combine(moment, time(), tzinfo=zone).astimezone(UTC)


def end(moment: Moment, zone: ZoneInfo) -> datetime:
    """Return the first instant after a day, or the one after an instant, in UTC."""
    if isinstance(moment, datetime):
        return begin(moment, zone) + timedelta(microseconds=1)
    return begin(moment + timedelta(days=1), zone)


def last(span: Span, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from (within) and to (without) of the last n: of days today and the n - 1 before; hours elapse."""
    if span.unit == "hour":
        return now - timedelta(hours=span.n), now + timedelta(microseconds=1)
    today = now.astimezone(zone).date()
    return begin(_moved(today, span, -1), zone), end(today, zone)


def following(span: Span, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from (within) and to (without) of the next n: of days today and the n - 1 after; hours elapse."""
    if span.unit == "hour":
        return now, now + timedelta(hours=span.n, microseconds=1)
    today = now.astimezone(zone).date()
    return begin(today, zone), end(_moved(today, span, 1), zone)


def _moved(day: date, span: Span, way: int) -> date:
    """Return the far end of a span that has `day` as its near end, both counted."""
    if span.unit in ("day", "week"):
        days = span.n * (7 if span.unit == "week" else 1) - 1
        reach = (_LAST - day).days if way > 0 else (day - _FIRST).days
        return day + timedelta(days=way * min(days, reach))
    months = day.year * 12 + day.month - 1 + way * span.n * (12 if span.unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if not _FIRST.year <= year <= _LAST.year:
        return _LAST if way > 0 else _FIRST
    far = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    # One month back from the 22nd begins on the 23rd: the 22nd is the near end, and no day is counted twice.
    return far - timedelta(days=way)
