"""The growth of a segment as small pictures: a line of how many there were, bars of who joined and left each day."""

from collections.abc import Sequence
from html import escape

from hooks.i18n import _, date, number
from models.segment import SegmentDay

_WIDTH, _HEIGHT, _EDGE = 90, 22, 2
_BAR, _GAP, _HALF = 14, 4, 56


def moved(days: Sequence[SegmentDay]) -> str:
    """Return how many joined and left in these days, in words."""
    joined, left = sum(day.joined for day in days), sum(day.left for day in days)
    return _("{joined} joined and {left} left in the last {n} days").format(
        joined=number(joined), left=number(left), n=number(len(days))
    )


def line(days: Sequence[SegmentDay]) -> str:
    """Return the number of members over these days as a line."""
    values = [day.members for day in days]
    least, most = min(values), max(values)
    across, up = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1), _HEIGHT - 2 * _EDGE
    points = " ".join(
        f"{_EDGE + at * across:.1f},{_HEIGHT - _EDGE - (value - least) / max(1, most - least) * up:.1f}"
        for at, value in enumerate(values)
    )
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(moved(days))}"><title>{escape(moved(days))}</title>'
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-linejoin="round" stroke-linecap="round"></polyline></svg>'
    )


def bars(days: Sequence[SegmentDay]) -> str:
    """Return who joined, upwards, and who left, downwards, a bar a day."""
    most = max(1, *(max(day.joined, day.left) for day in days))
    width, height = len(days) * (_BAR + _GAP), 2 * _HALF + 2
    drawn = "".join(_day(at, day, most) for at, day in enumerate(days))
    middle = _HALF + 1
    return (
        f'<svg class="bars" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(moved(days))}">'
        f'<line x1="0" x2="{width}" y1="{middle}" y2="{middle}" stroke="currentColor" stroke-opacity="0.3"></line>'
        f"{drawn}</svg>"
    )


def _day(at: int, day: SegmentDay, most: int) -> str:
    left = at * (_BAR + _GAP)
    up, down = day.joined / most * _HALF, day.left / most * _HALF
    said = _("{day}: {joined} joined, {left} left, {n} at its end").format(
        day=date(day.day), joined=number(day.joined), left=number(day.left), n=number(day.members)
    )
    return (
        f"<g><title>{escape(said)}</title>"
        f'<rect x="{left}" y="0" width="{_BAR + _GAP}" height="{2 * _HALF + 2}" fill="transparent"></rect>'
        f'<rect class="joined" x="{left}" y="{_HALF - up:.1f}" width="{_BAR}" height="{up:.1f}" rx="1"></rect>'
        f'<rect class="left" x="{left}" y="{_HALF + 2}" width="{_BAR}" height="{down:.1f}" rx="1"></rect></g>'
    )
