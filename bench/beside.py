"""What everybody else waits for while an import runs: pages of 50 and single edits, asked by a process of its own.

Somebody asks for a page every tenth of a second, whatever sort, search or filter comes next, and changes a contact now
and then; first for so many seconds in which nothing else happens, then from the beginning of an import to its end.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, count, cycle
from random import Random
from time import perf_counter
from typing import Any

from bench.bases import answer
from bench.questions import filters, searches, sorts
from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from services import contacts
from services.imports import runs
from services.listing import Query, page
from services.work import unit_of_work

LIMIT = 50
_PAUSE = 0.1
_PAGES_AN_EDIT = 5
# Every so many of all filters, so that the whole round of questions is soon over.
_EVERY_FILTER = 4
_PATIENCE = 120
# Behind those whose values the questions ask for.
_EDITED = (4_001, 10_000)


def measure(seconds: float | None = None) -> dict[str, Any]:
    """Return the milliseconds of pages and of edits, within so many seconds or as long as an import runs."""
    asked = cycle(_questions())
    edits = _edits()
    for _question in range(20):  # what the first ones read stays in memory
        page(SYSTEM, next(asked), LIMIT)
    next(edits)
    if seconds is None:
        _wait_for_the_import()
    until = None if seconds is None else time.monotonic() + seconds
    found: dict[str, list[float]] = {"pages": [], "edits": []}
    while time.monotonic() < until if until is not None else _is_at_work():
        for _page in range(_PAGES_AN_EDIT):
            found["pages"].append(_timed(partial(page, SYSTEM, next(asked), LIMIT)))
            time.sleep(_PAUSE)
        found["edits"].append(next(edits))
        time.sleep(_PAUSE)
    return found


def _timed(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return round((perf_counter() - begun) * 1000, 2)


def _questions() -> list[Query]:
    """Return all lists that are asked for, mixed."""
    with unit_of_work(SYSTEM) as work:
        some = [one for number, one in enumerate(filters(work)) if number % _EVERY_FILTER == 0]
    mixed = [one.query for one in chain(sorts(), searches(), some)]
    Random(1).shuffle(mixed)
    return mixed


def _edits() -> Iterator[float]:
    """Change one contact after the other; yield the milliseconds."""
    ids = Random(2)
    for number in count():
        change = ContactUpdate(city=f"City {number}")
        yield _timed(partial(contacts.change, SYSTEM, ids.randrange(*_EDITED), change))


def _state() -> str | None:
    latest = runs.recent(SYSTEM, 1)
    return latest[0].state if latest else None


def _is_at_work() -> bool:
    return _state() in ("accepted", "running")


def _wait_for_the_import() -> None:
    """Return as soon as the import that is about to begin has begun."""
    deadline = time.monotonic() + _PATIENCE
    while not _is_at_work():
        assert time.monotonic() < deadline, "no import has begun"
        time.sleep(0.01)


if __name__ == "__main__":
    answer(measure)
