"""The parts of a plan, one after the other: the next one is read while the one before it is being committed."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from services.imports.plan import Part, Plan
from services.imports.short_plan import ShortPlan
from services.settings import settings


class Parts:
    """Hands out the parts of a plan. A commit leaves the interpreter to others, and that is when it reads ahead."""

    def __init__(self, plan: Plan | ShortPlan) -> None:
        self._plan = plan
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="next-part")
        self._ahead: tuple[int, Future[Part | None]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._reader.shutdown()

    def at(self, first: int) -> Part | None:
        """Return the part that begins at place `first`; none at the end of the plan."""
        self.read_on(first)
        assert self._ahead is not None
        part = self._ahead[1].result()
        self._ahead = None
        return part

    def read_on(self, first: int) -> None:
        """Begin to read the part that begins at place `first`, unless that is done already."""
        if self._ahead is not None and self._ahead[0] == first:
            return
        read = self._reader.submit(self._plan.part, first, settings().imports.chunk_rows)
        self._ahead = (first, read)
