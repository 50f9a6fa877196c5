"""The growth of a segment as small pictures in HTML: how many there were each day, and how many joined and left."""

from collections.abc import Sequence
from html import escape

from hooks.i18n import _, date, number
from models.segment import SegmentDay

# The shortest bar that can be seen, in hundredths of the picture's height.
_LEAST = 6


def moved(days: Sequence[SegmentDay]) -> str:
    """Return how many joined and left in these days, in words."""
    joined, left = sum(day.joined for day in days), sum(day.left for day in days)
    return _("{joined} joined and {left} left in the last {n} days").format(
        joined=number(joined), left=number(left), n=number(len(days))
    )


def line(days: Sequence[SegmentDay]) -> str:
    """Return the number of members over these days, a thin bar a day."""
    values = [day.members for day in days]
    least, span = min(values), max(1, max(values) - min(values))
    drawn = "".join(
        f'<i style="height:{_LEAST + (value - least) / span * (100 - _LEAST):.0f}%"></i>' for value in values
    )
    said = escape(moved(days))
    return f'<span class="spark" role="img" aria-label="{said}" title="{said}">{drawn}</span>'


def bars(days: Sequence[SegmentDay]) -> str:
    """Return who joined, upwards, and who left, downwards, a bar a day."""
    most = max(1, *(max(day.joined, day.left) for day in days))
    drawn = "".join(_day(day, most) for day in days)
    return f'<div class="bars" role="img" aria-label="{escape(moved(days))}">{drawn}</div>'


def _day(day: SegmentDay, most: int) -> str:
    up, down = (_LEAST + n / most * (100 - _LEAST) if n else 0 for n in (day.joined, day.left))
    said = _("{day}: {joined} joined, {left} left, {n} at its end").format(
        day=date(day.day), joined=number(day.joined), left=number(day.left), n=number(day.members)
    )
    return (
        f'<span title="{escape(said)}"><b><i class="joined" style="height:{up:.0f}%"></i></b>'
        f'<b><i class="left" style="height:{down:.0f}%"></i></b></span>'
    )
