"""Read one sheet of a workbook into CSV, in a process of its own that may use only so much memory and time.

Run by its path, with nothing of Carteira around it: a workbook may be made to exhaust or to crash whoever reads it.
Arguments: the workbook, where to write, the sheet's name or nothing, megabytes of memory, seconds of CPU, megabytes
to write. It says on standard output, as JSON, which sheets there are and which it has read, or what is wrong.
"""

import csv
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

_MB = 1 << 20
# A spreadsheet keeps fifteen digits of a number.
_DIGITS = 10**15


def main(source: str, target: str, wanted: str, memory_mb: str, seconds: str, file_mb: str) -> dict[str, Any]:
    """Write the sheet; return what there is to say of the workbook."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    _limit(int(memory_mb) * _MB, int(seconds), int(file_mb) * _MB)
    try:
        with CalamineWorkbook.from_path(source) as book:
            sheets = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            chosen = wanted or next(iter(sheets), "")
            if chosen not in sheets:
                return {"wrong": "no_such_sheet", "sheets": sheets}
            with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - stands alone
                writer = csv.writer(file)
                writer.writerows(
                    [_text(cell) for cell in row] for row in book.get_sheet_by_name(chosen).iter_rows()
                )
    except PasswordError:
        return {"wrong": "password"}
    except (CalamineError, ValueError) as error:
        return {"wrong": "unreadable", "error": str(error)[:500]}
    return {"sheets": sheets, "sheet": chosen}


def _limit(memory: int, seconds: int, written: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, days as ISO 8601 has them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else ""


def _number(value: float) -> str:
    """Return a number in full; one that has lost digits is written as such, so that it is never taken for whole."""
    if abs(value) >= _DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
