"""How long an import takes with everything on, and what memory it needs above an idle process.

The process does what a worker does: it is up, has read its settings and opened its database; then a file comes.
"""

import os
import resource
import threading
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from bench.bases import answer
from bench.messy import SEGMENTS
from hooks.viewer import SYSTEM
from models.segment import SegmentCreate
from services import plugins, segments
from services.imports import runs
from services.migrate import migrate
from services.settings import settings
from services.work import engine, unit_of_work

_MB = 1 << 20
_LOOK_SECONDS = 0.02


def measure(file: str, review: bool = False, before: str | None = None) -> dict[str, Any]:
    """Return seconds, counts and memory (MB) of one import of `file`; with `review` of a dry run before it too.

    `before` is a file that the process has loaded already, as one that has been up for a while.
    """
    migrate()
    plugins.start()
    known = {one.name for one in segments.listed(SYSTEM)}
    for name in SEGMENTS:
        if name not in known:
            segments.create(SYSTEM, SegmentCreate(name=name))
    with unit_of_work(SYSTEM) as work:
        work.session.connection()
    if before is not None:
        runs.carry_out(runs.accept(SYSTEM, runs.receive(SYSTEM, Path(before).name, Path(before)).id).id)
    with _Peak() as peak:
        begun, used = perf_counter(), _processor()
        received = runs.receive(SYSTEM, Path(file).name, Path(file))
        reviewed = None
        if review:
            runs.review(SYSTEM, received.id)
            runs.carry_out_review(received.id)
            reviewed = perf_counter() - begun
            begun, used = perf_counter(), _processor()
        runs.accept(SYSTEM, received.id)
        runs.carry_out(received.id)
        seconds, processor = perf_counter() - begun, _processor() - used
    ended = runs.get(SYSTEM, received.id)
    cache = settings().database.cache_mb if engine().dialect.name == "sqlite" else 0
    return {
        "seconds": seconds,
        "processor": processor,
        "review_seconds": reviewed,
        "state": ended.state,
        "counts": {
            name: getattr(ended, name)
            for name in ("rows", "created", "updated", "unchanged", "skipped", "rejected")
        },
        "idle_mb": round(peak.before / _MB, 1),
        "peak_mb": round(peak.most / _MB, 1),
        "cache_mb": cache,
        "above_mb": round((peak.most - peak.before) / _MB - cache, 1),
    }


def _processor() -> float:
    """Return the processor time of this process and of its ended children, in seconds."""
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime


class _Peak:
    """The most memory that this process and its children hold together, looked at fifty times a second."""

    def __enter__(self) -> Self:
        self.before = self.most = _resident()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.most = max(self.most, _resident())


def _resident() -> int:
    """Return the bytes in memory of this process and of all below it."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in _tree(os.getpid()))


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:  # it has just ended
        return []
    return [pid, *(below for child in children for below in _tree(int(child)))]


if __name__ == "__main__":
    answer(measure)
