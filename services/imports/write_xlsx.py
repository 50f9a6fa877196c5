"""Write workbooks row by row, in memory that does not grow, with nothing in them that runs."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.i18n import _, number
from services.errors import Refused
from services.imports.harmless import safe_cell

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_SHEET_ROWS = 1_048_575  # below the header


def write_xlsx(
    target: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, exact: bool = False
) -> int:
    """Write `rows` below `header`, every cell as text; return their number.

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
            written = _fill(sheet, islice(waiting, _SHEET_ROWS), exact=exact)
            count += written
            if written < _SHEET_ROWS:
                return count


def _fill(sheet: "Worksheet", rows: Iterable[Sequence[str]], *, exact: bool) -> int:
    row_no = 0
    for row_no, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            text = cell if exact else safe_cell(cell)
            if text and sheet.write_string(row_no, at, text) != 0:
                raise Refused(
                    "cell_too_long",
                    _("A cell of row {row} is longer than a workbook can hold; take CSV instead.").format(
                        row=number(row_no)
                    ),
                )
    return row_no
