"""Stage the records of any file as lists of strings, group by group: what every importer ends in.

A staged file is a small database, in which a group of some thousand records is one row of JSON.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

GROUP_ROWS = 5_000
_GROUP_CHARS = 16_000_000

# The cells of a record, the line at which it begins in its file, and "row", "blank", "header" or the code of the
# reason why it cannot come in.
Record = tuple[list[str], int, str]
Progress = Callable[[int, int], None]


def stage_rows(target: Path, records: Iterable[Record], progress: Callable[[int], None] | None = None) -> int:
    """Write records to `target` as an import reads them, and return their number; an error leaves no file.

    They are asked for one by one, so that a file of any size needs little memory. `progress(records)` is told after
    each group.
    """
    with StagedWriter(target) as out:
        group, size = Group(), 0
        for cells, line, kind in records:
            if kind != "row":
                group.kinds[len(group.rows)] = kind
            group.rows.append(cells)
            group.lines.append(line)
            size += sum(map(len, cells))
            if len(group.rows) >= GROUP_ROWS or size > _GROUP_CHARS:
                out.write(group)
                group, size = Group(), 0
                if progress:
                    progress(out.written)
        out.write(group)
    return out.written


@dataclass
class Group:
    """Records that are written together; `kinds` are those of the records that are no plain row."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)


class StagedWriter:
    """A staged file that is being written; it is there once all of it is. `written` is the number of records."""

    def __init__(self, target: Path) -> None:
        self.written = 0
        self._target, self._part = target, target.with_name(target.name + ".part")
        self._part.unlink(missing_ok=True)
        self._db = sqlite3.connect(self._part, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = OFF", "synchronous = OFF"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("BEGIN")
        self._db.execute("CREATE TABLE staged (first INTEGER PRIMARY KEY, rows INTEGER, content TEXT)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._db.execute("COMMIT")
            self._db.close()
            if error is None:
                self._part.replace(self._target)
        finally:
            self._part.unlink(missing_ok=True)

    def write(self, group: Group) -> None:
        """Write a group of records, each of which gets the next number."""
        count = len(group.rows)
        if count == 0:
            return
        content = orjson.dumps([group.rows, list(group.lines), list(group.kinds.items())]).decode()
        self._db.execute("INSERT INTO staged VALUES (?, ?, ?)", (self.written + 1, count, content))
        self.written += count
