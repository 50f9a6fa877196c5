"""Whose turn it is to draw: what fifty people ask for at once is drawn one after another, and so sooner.

Python computes for one thread at a time. Pages that are drawn at the same moment share it in slices and all come late;
in a row each takes as long as alone, and of ten that wait only the last waits for all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

# Whoever waits for the database holds nobody up for longer than this: four pages that are drawn in a row.
_LONGEST_WAIT = 0.1

_place = Semaphore(1)


@contextmanager
def in_turn() -> Iterator[None]:
    """Draw once nobody else does, or has for too long."""
    mine = _place.acquire(timeout=_LONGEST_WAIT)
    try:
        yield
    finally:
        if mine:
            _place.release()
