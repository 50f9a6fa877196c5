"""The records of a CSV text, some hundreds at a time, as fast as Python reads CSV.

A quotation mark within a quoted cell that is not doubled leaves open where the cell ends. Such a record is handed
out as it stands, since every reading of it would be a guess.
"""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from services.imports.read_csv import is_blank

if TYPE_CHECKING:
    import _csv

# Read as a last line of its own, unless a quotation mark before it is still open. Half a letter, which no decoder
# gives out.
END = "\udfff"


class Records:
    """Reads lines as records. `read` is how many lines were read, `ended` says that there is no more.

    `spaced` says that spaces between a delimiter and a quotation mark are no part of a cell.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, *, spaced: bool = False) -> None:
        self._delimiter, self._spaced = delimiter, spaced
        self._lines = self._noted(chain(lines, [END]))
        self._since: list[str] = []
        self._strict = self._reader(self._lines, strict=True)
        self.read = 0
        self.ended = False

    def _reader(self, lines: Iterator[str], *, strict: bool = False) -> "_csv.Reader":
        return csv.reader(lines, delimiter=self._delimiter, skipinitialspace=self._spaced, strict=strict)

    def skip_header(self, above: int = 0) -> None:
        """Read past the header, so many filled records above it, and all blank ones between them."""
        for record in self._reader(self._lines):
            if not is_blank(record):
                if above == 0:
                    break
                above -= 1

    def take(self, most: int) -> tuple[list[list[str]], str | None]:
        """Return the next records, at most so many, and the one behind them if its quotation marks are wrong.

        Raises csv.Error where a cell is too long or never ends.
        """
        self._since.clear()
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._strict, most))
        except csv.Error:
            return rows, self._as_it_stands(len(rows))
        if rows and rows[-1] == [END]:
            rows.pop()
            self.ended = True
        elif len(rows) < most:
            raise csv.Error("never closed")
        return rows, None

    def _noted(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self.read += 1
            self._since.append(line)
            yield line

    def _as_it_stands(self, after: int) -> str:
        """Return the record behind the first `after` ones since the last call, to where a lenient reader ends it."""
        good = self._reader(iter(self._since), strict=True)
        deque(islice(good, after), maxlen=0)
        begin = good.line_num
        record = next(self._reader(chain(self._since[begin:], self._lines)))
        if record[-1].endswith(END):
            raise csv.Error("never closed")
        return "".join(self._since[begin:]).rstrip("\r\n")
