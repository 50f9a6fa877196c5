"""How fast about half of all contacts are put into a segment, and taken out, by one deed that can be undone."""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from bench.bases import answer
from hooks.viewer import SYSTEM
from models.segment import SegmentCreate
from services import bulk, segments
from services.bulk import Done
from services.listing import Query

# Two countries of the demonstration, 48 of 100 contacts.
_HALF = {"v": 1, "where": {"field": "country", "op": "in", "value": ["BR", "US"]}}


def measure(restricted: bool) -> dict[str, Any]:
    """Return the seconds, and how many contacts were added; behind a wall their wall sets are written too.

    `processor` are the seconds without those of others who share the machine, on SQLite; `leaving` is the way back.
    """
    segment = segments.create(SYSTEM, SegmentCreate(name="Half of all", restricted=restricted))
    joining = _timed(lambda: bulk.add_to_segment(SYSTEM, segment.id, Query(filter=_HALF)))
    leaving = _timed(lambda: bulk.remove_from_segment(SYSTEM, segment.id, Query(segment_id=segment.id)))
    return joining | {"added": joining["contacts"], "leaving": leaving}


def _timed(deed: Callable[[], Done]) -> dict[str, Any]:
    begun, begun_here = perf_counter(), process_time()
    done = deed()
    return {
        "seconds": perf_counter() - begun,
        "processor": process_time() - begun_here,
        "contacts": done.done,
    }


if __name__ == "__main__":
    answer(measure)
