"""Waiting for what others do: threads, processes, the browser."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], seconds: float = 90) -> float:
    """Wait until something holds; return how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
