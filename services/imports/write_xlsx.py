"""Write workbooks row by row, in memory that does not grow, with nothing in them that runs."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.i18n import _, number
from services.errors import Refused
from services.imports.harmless import plain_cell, safe_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_SHEET_ROWS = 1_048_575  # below the header
_EXACT_DIGITS = 15  # that a number of a workbook keeps


def write_xlsx(
    target: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    exact: bool = False,
    numbers: Collection[int] = (),
) -> int:
    """Write `rows` below `header`, every cell as text but digits in the columns `numbers`; return their number.

    More rows than a sheet holds go on in a further sheet with the same header. Cells are made harmless as in
    CSV, unless `exact`: a sheet may be saved as CSV. Raises Refused for a cell that no workbook can hold.
    """
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(target.parent),
    }
    count, waiting = 0, iter(rows)
    with Workbook(str(target), options) as book:
        bold = book.add_format({"bold": True})
        while True:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for at, name in enumerate(header):
                sheet.write_string(0, at, name, bold)
            written = _fill(book, sheet, islice(waiting, _SHEET_ROWS), exact=exact, numbers=numbers)
            count += written
            if written < _SHEET_ROWS:
                return count


def _fill(
    book: "Workbook",
    sheet: "Worksheet",
    rows: Iterable[Sequence[str]],
    *,
    exact: bool,
    numbers: Collection[int],
) -> int:
    row_no = 0
    padded: dict[int, Format] = {}
    for row_no, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if at in numbers and cell.isdecimal() and len(cell) <= _EXACT_DIGITS:
                # A format shows the zeros that a number has not.
                length = len(cell) if cell.startswith("0") else 0
                if length not in padded:
                    padded[length] = book.add_format({"num_format": "0" * length or "General"})
                sheet.write_number(row_no, at, int(cell), padded[length])
                continue
            text = cell if exact else safe_cell(cell)
            if at in numbers and text.startswith('="'):
                text = plain_cell(text)
            if text and sheet.write_string(row_no, at, text) != 0:
                raise Refused(
                    "cell_too_long",
                    _("A cell of row {row} is longer than a workbook can hold; take CSV instead.").format(
                        row=number(row_no)
                    ),
                )
    return row_no
