"""How long a page of 50 takes: the whole use case, from the open unit of work to shapes ready to be drawn."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter, process_time
from typing import Any

from bench.bases import answer
from bench.questions import Question, combinations, filters, searches, short_sorts, sorts
from bench.viewers import viewers
from hooks.viewer import Viewer
from services.listing import page
from services.work import unit_of_work

LIMIT = 50
_TIMES = 9

# Wall time and this process's own time, in milliseconds.
Spent = tuple[float, float]

# A list that takes longer than this is asked fewer times: its figure is beyond doubt.
_SLOW_MS = 400.0
_DEEP = 100_000
_DEEP_SORTS = ("-created", "name", "-revenue", "responsible")


def measure(kinds: Sequence[str], times: int = _TIMES) -> dict[str, Any]:
    """Return, for each viewer, the milliseconds of every question of these kinds and of deep pages."""
    found: dict[str, Any] = {}
    for name, (viewer, sees) in viewers().items():
        asked = list(_questions(viewer, kinds))
        figures = [_figure(question, _times(_pager(viewer, question), times)) for question in asked]
        if "deep" in kinds:
            figures += [_figure(question, spent) for question, spent in _deep(viewer, sees, times)]
        found[name] = {"sees": sees, "questions": figures}
    return {"viewers": found}


def _questions(viewer: Viewer, kinds: Sequence[str]) -> Iterator[Question]:
    with unit_of_work(viewer) as work:
        if "sort" in kinds:
            yield from sorts()
        if "short sort" in kinds:
            yield from short_sorts(work)
        if "filter" in kinds:
            yield from filters(work)
        if "search" in kinds:
            yield from searches()
        if "combination" in kinds:
            yield from combinations(work)


def _figure(question: Question, spent: Sequence[Spent]) -> dict[str, Any]:
    wall, processor = ([round(one, 2) for one in each] for each in zip(*spent, strict=True))
    known = {"kind": question.kind, "name": question.name, "common": question.common}
    return known | {"ms": wall, "processor_ms": processor}


def _pager(viewer: Viewer, question: Question, after: str | None = None) -> Callable[[], object]:
    return lambda: page(viewer, question.query, LIMIT, after=after)


def _times(call: Callable[[], object], times: int) -> list[Spent]:
    """Return what some calls take, after one that is not counted."""
    if _once(call)[0] > _SLOW_MS:
        times = 2
    return [_once(call) for _time in range(times)]


def _once(call: Callable[[], object]) -> Spent:
    begun, used = perf_counter(), process_time()
    call()
    return (perf_counter() - begun) * 1000, (process_time() - used) * 1000


def _deep(viewer: Viewer, sees: int, times: int) -> Iterator[tuple[Question, list[Spent]]]:
    """Turn a page far down, and one back."""
    for sort in _DEEP_SORTS:
        cursor: str | None = None
        passed = 0
        while passed + 1_000 < min(_DEEP, sees):
            cursor = page(viewer, Question("", "", sort=sort).query, 1_000, after=cursor).next
            passed += 1_000
        question = Question("deep", f"{sort} after {passed}", sort=sort)
        yield question, _times(_pager(viewer, question, cursor), times)


if __name__ == "__main__":
    answer(measure)
