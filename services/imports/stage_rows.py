"""Stage the records of any file as Parquet of strings, group by group: what every importer ends in."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import pyarrow as pa

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
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.written = 0
        self._target, self._part = target, target.with_name(target.name + ".part")
        self._cells = pa.list_(pa.string())
        self._schema = pa.schema(
            [("row_no", pa.int64()), ("line", pa.int64()), ("cells", self._cells), ("kind", pa.string())]
        )
        self._out = pq.ParquetWriter(
            self._part, self._schema, compression="snappy", use_dictionary=["kind"], write_statistics=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()
        if error is None:
            self._part.replace(self._target)
        self._part.unlink(missing_ok=True)

    def write(self, group: Group) -> None:
        """Write a group of records, each of which gets the next number."""
        import pyarrow as pa

        count = len(group.rows)
        if count == 0:
            return
        ends = accumulate(map(len, group.rows), initial=0)
        kinds = ["row"] * count
        for at, kind in group.kinds.items():
            kinds[at] = kind
        columns = [
            _integers(range(self.written + 1, self.written + count + 1)),
            _integers(group.lines),
            pa.ListArray.from_buffers(
                self._cells,
                count,
                [None, pa.py_buffer(array("i", ends))],
                children=[_strings(list(chain.from_iterable(group.rows)))],
            ),
            _strings(kinds),
        ]
        self._out.write_table(pa.table(columns, schema=self._schema), row_group_size=count)
        self.written += count


# Made from buffers: pyarrow's own way from a list to an array imports pandas, which costs 70 MB.


def _strings(texts: list[str]) -> "pa.Array":
    import pyarrow as pa

    sizes = (len(text) if text.isascii() else len(text.encode()) for text in texts)
    ends = array("i", accumulate(sizes, initial=0))
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer("".join(texts).encode()))


def _integers(values: Sequence[int]) -> "pa.Array":
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(array("q", values))])
