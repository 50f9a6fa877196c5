"""Read back what an importer staged: groups of a few thousand rows, each a checkpoint of its own."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson


@dataclass(frozen=True)
class Group:
    """Rows that follow each other: row `first + i` begins in `lines[i]`, is of `kinds[i]`, has `cells[i]`."""

    first: int
    cells: list[list[str]]
    kinds: list[str]
    lines: list[int]


class Staged:
    """A staged file. `rows` is the number of records, `groups` that of the groups they are in."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        found = self._db.execute("SELECT first, rows FROM staged ORDER BY first").fetchall()
        self._firsts: list[int] = [first for first, _rows in found]
        self._lasts: list[int] = [first + rows - 1 for first, rows in found]
        self.rows: int = sum(rows for _first, rows in found)
        self.groups = len(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def group(self, at: int) -> Group:
        """Return the group at position `at`, from 0."""
        first = self._firsts[at]
        return _read(first, self._content(first))

    def from_row(self, row_no: int) -> Iterator[Group]:
        """Yield the groups that hold row `row_no` and later ones."""
        for at in self._from(row_no):
            yield self.group(at)

    def spans(self, row_no: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the last row of the same groups, which are not read."""
        for at in self._from(row_no):
            yield self._firsts[at], self._lasts[at]

    def holding(self, first: int, may_hold: Callable[[str], bool]) -> Group | None:
        """Return the group that begins with row `first`, unless its JSON cannot hold what is looked for."""
        content = self._content(first)
        return _read(first, content) if may_hold(content) else None

    def _from(self, row_no: int) -> range:
        begin = max(0, bisect_right(self._firsts, row_no) - 1) if row_no <= self.rows else self.groups
        return range(begin, self.groups)

    def _content(self, first: int) -> str:
        (content,) = self._db.execute("SELECT content FROM staged WHERE first = ?", (first,)).fetchone()
        return str(content)


def _read(first: int, content: str) -> Group:
    cells, lines, other_kinds = orjson.loads(content)
    kinds = ["row"] * len(cells)
    for place, kind in other_kinds:
        kinds[place] = kind
    return Group(first, cells, kinds, lines)
