"""Decode a CSV file once into lists of strings, so that a resumed import finds its place by row number.

Exact and in bounded memory for any size: rows are cut into groups, and no slice of rows may outgrow its
allowance.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.i18n import _, number
from hooks.offers import FileShape
from models.fold import fold
from services.errors import Refused
from services.imports.read_csv import is_blank
from services.imports.records import END, Records
from services.imports.stage_rows import GROUP_ROWS, Group, StagedWriter
from services.settings import settings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

BAD_QUOTES, TOTALS = "bad_quotes", "totals"
_SLICE_ROWS = 500
_SLICE_BYTES = 8_000_000
_GROUP_BYTES = 16_000_000
_BUFFER = 1 << 16
# In characters: a shorter line cannot have used up a slice's bytes alone, whatever the encoding.
_LONGEST_LINE = _SLICE_BYTES // 4
_TOTALS = frozenset((
    "total", "totals", "grand total", "subtotal", "sub-total", "sum", "totais", "total geral", "soma", "totaux",
    "total general", "sous-total", "somme",
))  # fmt: skip
_TOTALS_BEGIN = frozenset(name[:5] for name in _TOTALS)
_AMOUNT = re.compile(r"(?:[A-Z]{0,3}[$€£]? ?-?[\d.,\s\u202f%]*[€£%]?(?: ?[A-Z]{3})?)?")
_NEWLINE = re.compile(r"\r\n|\r|\n")

Progress = Callable[[int, int], None]


def stage_csv(path: Path, shape: FileShape, target: Path, progress: Progress | None = None) -> int:
    """Write every record after the header to `target`, as stage_rows.py does, and return their number.

    Each has its `line` (where the record begins in the file), `cells` (list of strings as they stood, whatever
    their number) and `kind`: "row", "blank", "header" for a repeated header, "totals" for one
    that adds others up, or "bad_quotes" for one whose quotation marks contradict each other; its only cell is the
    record as it stands in the file.
    `progress(done, of)` counts bytes; what it raises ends the work and leaves no file. Raises Refused for a
    file that cannot be read to its end.
    """
    size, begun = path.stat().st_size, 0
    with _Metered(str(path)) as raw, StagedWriter(target) as out:
        group = Group()
        for rows, lines, kind in _slices(raw, path, shape):
            if kind == BAD_QUOTES:
                group.kinds[len(group.rows)] = kind
            else:
                _mark(rows, shape.columns, len(group.rows), group.kinds)
            group.rows += rows
            group.lines += lines
            if len(group.rows) >= GROUP_ROWS or raw.tell() - begun > _GROUP_BYTES:
                out.write(group)
                group, begun = Group(), raw.tell()
                if progress:
                    progress(min(begun, size), size)
        out.write(group)
    if progress:
        progress(size, size)
    return out.written


class _TooMuch(Exception):
    """A slice of rows outgrew its allowance."""


class _Metered(io.FileIO):
    """A file that hands out no more bytes than it was allowed since the last time."""

    left = _SLICE_BYTES

    def readinto(self, buffer: "Buffer", /) -> int | None:
        if self.left <= 0:
            raise _TooMuch
        got = super().readinto(buffer)
        self.left -= got or 0
        return got


def _slices(
    raw: _Metered, path: Path, shape: FileShape
) -> Iterator[tuple[list[list[str]], Sequence[int], str]]:
    """Yield the records after the header, some at a time, with the line at which each begins, and their kind."""
    csv.field_size_limit(settings().imports.max_cell_chars)
    records = Records(iter(()), ",")
    try:
        with _text(raw, shape) as text:
            unseen = 1 if shape.layout.get("sep_line") and text.readline() else 0
            records = Records(text, shape.delimiter or ",", spaced=bool(shape.layout.get("spaced")))
            records.skip_header(int(shape.layout.get("above", 0)))
            while not records.ended:
                raw.left = _SLICE_BYTES
                first = unseen + records.read + 1
                rows, wrong = records.take(_SLICE_ROWS)
                behind = unseen + records.read - records.ended + 1
                if wrong is not None:
                    behind -= 1 + len(_NEWLINE.findall(wrong))
                if rows:
                    yield rows, _lines(rows, first, behind - 1), "row"
                if wrong is not None:
                    yield [[wrong]], [behind], BAD_QUOTES
    except _TooMuch as error:
        raise _too_long(path, shape, records.read) from error
    except csv.Error as error:
        raise _never_closed(path, shape) from error
    except UnicodeDecodeError as error:
        raise Refused(
            "undecodable",
            _("The file cannot be read as {encoding} to its end.").format(encoding=shape.encoding),
        ) from error


def _text(raw: io.RawIOBase, shape: FileShape) -> io.TextIOWrapper:
    raw.seek(int(shape.layout.get("mark", 0)))
    return io.TextIOWrapper(io.BufferedReader(raw, _BUFFER), encoding=shape.encoding, newline="")


def _lines(rows: list[list[str]], first: int, last: int) -> Sequence[int]:
    """Return where each record begins, when together they fill the lines from `first` to `last`."""
    if last - first + 1 == len(rows):
        return range(first, last + 1)
    heights = (1 + sum(len(_NEWLINE.findall(cell)) for cell in row) for row in rows)
    return list(accumulate(heights, initial=first))[:-1]


def _mark(rows: list[list[str]], header: Sequence[str], first: int, kinds: dict[int, str]) -> None:
    """Note which records hold nothing, add others up, or repeat the header, as in a file put together from several."""
    wanted = list(header)
    starts = {header[0], "\ufeff" + header[0]}
    for at, row in enumerate(rows, first):
        if not row or not row[0].strip("\x1a \t\r\n\xa0\ufeff") or row[0] in starts:
            if is_blank(row):
                kinds[at] = "blank"
            elif row[0] in starts and row[1:] == wanted[1:]:
                kinds[at] = "header"
        elif row[0][:5].lower() in _TOTALS_BEGIN and _is_totals(row):
            kinds[at] = TOTALS


def _is_totals(row: Sequence[str]) -> bool:
    """Say whether a row adds others up: it is called so, and holds nothing but amounts."""
    return fold(row[0]).rstrip(" :.") in _TOTALS and all(_AMOUNT.fullmatch(cell.strip()) for cell in row[1:])


def _too_long(path: Path, shape: FileShape, read: int) -> Refused:
    """Name what is too long, when the reader had `read` so many lines: the next line alone, or rows together."""
    done = read + bool(shape.layout.get("sep_line"))
    with _text(io.FileIO(path), shape) as text:
        for _line in islice(text, done):
            pass
        endless = len(text.readline(_LONGEST_LINE)) == _LONGEST_LINE
    if endless:
        return Refused(
            "line_too_long",
            _(
                "Line {line} of this file is longer than {most} MB; each contact should have a line of its own."
            ).format(line=number(done + 1), most=number(_LONGEST_LINE // 1_000_000)),
            line=done + 1,
        )
    return Refused(
        "rows_too_long",
        _("The rows after line {line} are too long for a list of contacts.").format(line=number(done)),
    )


def _never_closed(path: Path, shape: FileShape) -> Refused:
    """Name the record in which the trouble lies, by reading the file once more, record by record."""
    last: deque[str] = deque(maxlen=1)

    def noted(line: str) -> str:
        last.append(line)
        return line

    line = unseen = 1 if shape.layout.get("sep_line") else 0
    with _text(io.FileIO(path), shape) as text, suppress(csv.Error):
        reader = csv.reader(
            map(noted, chain(text, [END])), delimiter=shape.delimiter or ",",
            skipinitialspace=bool(shape.layout.get("spaced")),
        )  # fmt: skip
        for record in reader:
            if record and record[-1].endswith(END) and record != [END]:
                break
            line = unseen + reader.line_num
    most = number(settings().imports.max_cell_chars)
    if '"' not in last[0] and unseen + reader.line_num == line + 1:
        said = _("A cell in line {line} is longer than {most} characters.")
        return Refused("cell_too_long", said.format(line=number(line + 1), most=most), line=line + 1)
    return Refused(
        "never_closed",
        _(
            "A cell that begins in line {line} does not end within {most} characters: probably a quotation "
            "mark that is never closed."
        ).format(line=number(line + 1), most=most),
        line=line + 1,
    )
