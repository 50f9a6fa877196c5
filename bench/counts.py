"""How long it takes to say how many match: exactly, and up to a cap as screens do."""

from time import perf_counter
from typing import Any

from bench.bases import answer
from bench.questions import combinations, filters, searches
from bench.viewers import viewers
from hooks.viewer import Viewer
from services.listing import Query, count
from services.work import unit_of_work

CAP = 10_000
_EVERY = 11  # of the single filters, so that a run stays short


def measure() -> dict[str, Any]:
    """Return, for each viewer, milliseconds of exact and capped counts of all, filters and combinations."""
    found: dict[str, Any] = {}
    for name, (viewer, sees) in viewers().items():
        figures = []
        for kind, query in _asked(viewer):
            count(viewer, query, CAP)
            begun = perf_counter()
            capped = count(viewer, query, CAP)
            middle = perf_counter()
            exact = count(viewer, query)
            ended = perf_counter()
            figures.append(
                {
                    "kind": kind,
                    "capped_ms": round((middle - begun) * 1000, 2),
                    "exact_ms": round((ended - middle) * 1000, 2),
                    "agree": capped.capped or capped.n == exact.n,
                }
            )
        found[name] = {"sees": sees, "counts": figures}
    return {"viewers": found}


def _asked(viewer: Viewer) -> list[tuple[str, Query]]:
    with unit_of_work(viewer) as work:
        some = [*list(filters(work))[::_EVERY], *searches(), *combinations(work, 30)]
    return [("all", Query()), *((one.kind, one.query) for one in some)]


if __name__ == "__main__":
    answer(measure)
