"""How fast about half of all contacts are put into a segment by one deed that can be undone."""

from time import perf_counter
from typing import Any

from bench.bases import answer
from hooks.viewer import SYSTEM
from models.segment import SegmentCreate
from services import bulk, segments
from services.listing import Query

# Two countries of the demonstration, 48 of 100 contacts.
_HALF = {"v": 1, "where": {"field": "country", "op": "in", "value": ["BR", "US"]}}


def measure(restricted: bool) -> dict[str, Any]:
    """Return the seconds, and how many contacts were added; behind a wall their wall sets are written too."""
    segment = segments.create(SYSTEM, SegmentCreate(name="Half of all", restricted=restricted))
    begun = perf_counter()
    done = bulk.add_to_segment(SYSTEM, segment.id, Query(filter=_HALF))
    return {"seconds": perf_counter() - begun, "added": done.done}


if __name__ == "__main__":
    answer(measure)
