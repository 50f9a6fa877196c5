"""Whose turn it is to draw: what fifty people ask for at once is drawn one after another, and so sooner.

Python computes for one thread at a time. Pages that are drawn at the same moment share it in slices, hinder each other
and all come late; in a row each takes as long as alone, and of ten that wait only the last waits for all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from time import monotonic

# A page that takes longer waits for its database, not for Python, and the next one begins beside it. It is the turn
# that is bounded, not the waiting: people who gave up waiting would draw at once, and slow all others down for good.
_LONGEST_TURN = 0.06

_door = Lock()
_drawn = Event()
_until = 0.0


@contextmanager
def in_turn() -> Iterator[None]:
    """Draw once the one before has drawn, or had its time."""
    global _drawn, _until
    mine = Event()
    with _door:
        _drawn.wait(max(0.0, _until - monotonic()))
        _drawn, _until = mine, monotonic() + _LONGEST_TURN
    try:
        yield
    finally:
        mine.set()
