"""Write CSV as a spreadsheet opens it, and rejected rows as the file that they came from was written."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from hooks.i18n import best_locale, current_locale
from hooks.offers import FileShape
from models.fold import fold
from services.imports.harmless import safe_cell
from services.imports.headers import report_header, understand
from services.imports.stage_csv import BAD_QUOTES

_MARK = "\ufeff"


def delimiter_for(locale: str) -> str:
    """Return the delimiter by which a spreadsheet in that language splits a CSV file."""
    return "," if best_locale(locale) == "en" else ";"


def write_csv(
    target: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, exact: bool = False
) -> int:
    """Write `rows` below `header` as UTF-8 with a byte order mark; return their number.

    The delimiter is that of the header's language, else of the current one. Cells that a spreadsheet would
    run are made harmless, unless `exact`.
    """
    delimiter = delimiter_for(understand(header).language or current_locale())
    with target.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(header)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
            writer.writerow(row if exact else [safe_cell(cell) for cell in row])
        return count


def write_rejected_csv(
    target: Path, shape: FileShape, rows: Iterable[tuple[Sequence[str], int, str, str]], locale: str
) -> None:
    """Write rejected rows, (cells, row number, code, reason) each, as the file of `shape` was written.

    Cells stand exactly as they did, in the same encoding and columns; a row that was too long stays so, until
    the surplus cells are taken out. A report of an earlier import is replaced. A letter of a reason that the
    encoding lacks is written as its nearest plain one: cells have none such, since they come from it.
    """
    before = understand(shape.columns).report
    encoding = shape.encoding or "utf-8"
    # The sign that is shown for a NUL in a header is one that not every encoding has.
    columns = [
        name if _has(encoding, name) else name.replace("\ufffd", "\0")
        for at, name in enumerate(shape.columns)
        if at not in before
    ]
    delimiter = shape.delimiter or ","
    with target.open("w", encoding=encoding, newline="") as text:
        _begin(text, shape, delimiter)
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow([*columns, *(_within(encoding, name) for name in report_header(locale))])
        for cells, row_no, code, reason in rows:
            if code == BAD_QUOTES:
                text.write(_text_without_report(cells[0], delimiter) if before else cells[0])
                text.write(delimiter)
                writer.writerow([row_no, code, _within(encoding, reason)])
                continue
            own = without_report(cells, len(shape.columns), before)
            missing = [""] * (len(columns) - len(own))
            writer.writerow([*own, *missing, row_no, code, _within(encoding, reason)])


def without_report(cells: Sequence[str], columns: int, report: Sequence[int]) -> Sequence[str]:
    """Return a row's own cells; in a row that is too long the report stands behind the surplus ones."""
    if len(cells) > columns and tuple(report) == tuple(range(columns - 3, columns)):
        return cells[:-3]
    return [cell for at, cell in enumerate(cells) if at not in report]


def _text_without_report(record: str, delimiter: str) -> str:
    """Return the text of a record that could not be taken apart, without the report at its end."""
    mark = re.escape(delimiter)
    report = rf'{mark}\d+{mark}[a-z_]+{mark}(?:"(?:[^"]|"")*"|[^"{mark}]*)\Z'
    return re.sub(report, "", record)


def _begin(text: TextIO, shape: FileShape, delimiter: str) -> None:
    if shape.layout.get("mark"):
        text.write(_MARK)
    if shape.layout.get("sep_line"):
        text.write(f"sep={delimiter}\r\n")


def _within(encoding: str, text: str) -> str:
    """Return `text` in letters that the encoding has."""
    return text if _has(encoding, text) else "".join(_plain(encoding, letter) for letter in text)


def _plain(encoding: str, letter: str) -> str:
    choices = (letter, _PLAIN_SIGNS.get(letter, ""), fold(letter))
    return next((choice for choice in choices if choice and _has(encoding, choice)), "?")


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


_PLAIN_SIGNS = {"“": '"', "”": '"', "’": "'", "…": "...", "–": "-", "—": "-", "\u202f": " ", "\u00a0": " "}
