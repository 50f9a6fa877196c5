"""Read back what an importer staged: groups of a few thousand rows, each a checkpoint of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Group:
    """Rows that follow each other: row `first + i` begins in `lines[i]`, is of `kinds[i]`, has `cells[i]`."""

    first: int
    cells: list[list[str]]
    kinds: list[str]
    lines: list[int]


class Staged:
    """A staged file. `rows` is the number of records, `groups` that of the row groups."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path)
        self.rows: int = self._file.metadata.num_rows
        self.groups: int = self._file.metadata.num_row_groups

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def group(self, at: int) -> Group:
        """Return the row group at position `at`, from 0."""
        table = self._file.read_row_group(at, use_threads=False)
        numbers = table.column("row_no")
        cells = table.column("cells").combine_chunks()
        flat = cells.flatten().to_pylist()
        ends = cells.offsets.to_pylist()
        return Group(
            first=numbers[0].as_py(),
            cells=[flat[begin:end] for begin, end in pairwise(end - ends[0] for end in ends)],
            kinds=table.column("kind").to_pylist(),
            lines=table.column("line").to_pylist(),
        )

    def from_row(self, row_no: int) -> Iterator[Group]:
        """Yield the groups that hold row `row_no` and later ones."""
        begin = 0
        for at in range(self.groups):
            begin += self._file.metadata.row_group(at).num_rows
            if begin >= row_no:
                yield self.group(at)
