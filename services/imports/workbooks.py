"""Workbooks (XLSX, XLS, ODS): a sheet is read in a process of its own, and from there on treated as CSV.

The sheet as CSV lies beside the upload, so that it is read once for as long as the import has files.
"""

import errno
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from hooks.i18n import _, ngettext, number
from hooks.offers import FileShape, ReadOptions
from services.errors import Refused
from services.imports import sheet_child
from services.imports.harmless import plain_cell
from services.imports.headers import report_header, understand
from services.imports.read_csv import inspect_csv
from services.imports.stage_csv import stage_csv
from services.imports.write_csv import without_report
from services.imports.write_xlsx import write_xlsx
from services.settings import MB, settings

ENDINGS = ("xlsx", "xls", "ods")

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENDINGS_OF_ARCHIVES = (".xlsx", ".xlsm", ".xlsb", ".ods")
# The end of an archive, with the longest comment there can be and the record of a large one before it.
_LONGEST_END = 65_535 + 22 + 76
# A directory that contradicts itself is read with whatever error Python comes upon first.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, struct.error,
)  # fmt: skip
# What is in the archive of a workbook, and in no other archive.
_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_MOST_PARTS = 10_000
# In bytes: a directory of that many parts is shorter.
_LONGEST_DIRECTORY = 2_000_000
# Tables of text shrink to a tenth or a twentieth; what shrinks to less than this was made to burst.
_TIGHTEST = 300
_CSV = ReadOptions(encoding="utf-8", delimiter=",")
# A small workbook is read in a second: one that takes longer was made to.
_SECONDS = 4
_SECONDS_A_MB = 4
_LONGEST_WAIT = 30
_at_once = threading.BoundedSemaphore(2)


def may_be_workbook(path: Path) -> bool:
    """Say whether a file is a workbook by what is in it; for an old one its name decides, too."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_ZIP):
        return _is_workbook_archive(path)
    return start == _OFFICE and path.suffix.lower() in (".xls", ".xlsx", "")


def inspect_workbook(path: Path, options: ReadOptions) -> FileShape:
    """Return the shape of a sheet: the one that was chosen, or the first. Raises Refused in one sentence."""
    _refuse_what_bursts(path)
    told, sheet = _converted(path, options.sheet)
    try:
        shape = inspect_csv(sheet, _CSV)
    except Refused as error:
        if error.code == "empty_file":
            raise Refused(
                "empty_sheet", _("The sheet {sheet} is empty.").format(sheet=told["sheet"])
            ) from error
        raise
    layout = {
        "sheet": told["sheet"],
        "sheets": told["sheets"],
        "above": shape.layout["above"],
        "numbers": told.get("numbers", []),
        "rejected_ending": ".xlsx",
    }
    notes = (*shape.notes, *_said_of_hidden(told["hidden"]))
    return replace(
        shape, format="workbook", encoding=None, delimiter=None, guessed=False, layout=layout, notes=notes,
        first_rows=tuple(tuple(as_in_sheet(row)) for row in shape.first_rows),
    )  # fmt: skip


def as_in_sheet(cells: Iterable[str]) -> list[str]:
    """Return cells as they stand in their sheet: digits that are text are not marked as such there."""
    return [plain_cell(cell) if cell.startswith('="') else cell for cell in cells]


def stage_workbook(
    path: Path, shape: FileShape, target: Path, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write every record of the sheet to `target`, as stage_csv does."""
    _told, sheet = _converted(path, str(shape.layout["sheet"]))
    layout = {"mark": 0, "above": shape.layout.get("above", 0)}
    return stage_csv(sheet, replace(shape, encoding="utf-8", delimiter=",", layout=layout), target, progress)


def write_rejected_workbook(
    target: Path, shape: FileShape, rows: Iterable[tuple[Sequence[str], int, str, str]], locale: str
) -> None:
    """Write rejected rows, (cells, row number, code, reason) each, as a workbook with the columns of the sheet."""
    before = understand(shape.columns).report
    places = [at for at in range(len(shape.columns)) if at not in before]
    columns = [shape.columns[at] for at in places]
    # A number that is read again as text would not get back the zeros of a postcode.
    numbers = {to for to, at in enumerate(places) if at in shape.layout.get("numbers", ())}

    def lines() -> Iterable[list[str]]:
        for cells, row_no, code, reason in rows:
            own = without_report(cells, len(shape.columns), before)
            yield [*own, *[""] * (len(columns) - len(own)), str(row_no), code, reason]

    write_xlsx(target, [*columns, *report_header(locale)], lines(), exact=True, numbers=numbers)


def _is_workbook_archive(path: Path) -> bool:
    length = _directory_length(path)
    if length is None:
        return path.suffix.lower() in _ENDINGS_OF_ARCHIVES
    if length > _LONGEST_DIRECTORY:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    return file.read(100).decode("ascii", "replace").strip() == _OPEN_DOCUMENT
            return not names.isdisjoint(_PARTS)
    except _DAMAGES:
        return path.suffix.lower() in _ENDINGS_OF_ARCHIVES


def _directory_length(path: Path) -> int | None:
    """Return how many bytes an archive's directory says it has, which is read whole; null where there is none."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_END))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        return None
    record = end[max(0, at - 76) : at - 20] if end[max(0, at - 20) :].startswith(b"PK\x06\x07") else b""
    if record.startswith(b"PK\x06\x06"):
        return int(struct.unpack_from("<Q", record, 40)[0])
    return int(struct.unpack_from("<I", end, at + 12)[0])


def _refuse_what_bursts(path: Path) -> None:
    """Look at the archive's directory before anything is unpacked. Raises Refused."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except _DAMAGES as error:
        raise _unreadable() from error
    if any(one.flag_bits & 1 for one in parts):
        raise _protected()
    packed, unpacked = (
        sum(sizes) for sizes in ([one.compress_size for one in parts], [one.file_size for one in parts])
    )
    most = settings().imports.max_unpacked_mb * MB
    if len(parts) > _MOST_PARTS or unpacked > most or (unpacked > MB and unpacked > packed * _TIGHTEST):
        raise _too_large()


def _converted(path: Path, wanted: str | None) -> tuple[dict[str, Any], Path]:
    """Return what there is to say of a sheet, and the sheet as CSV."""
    name = f"sheet-{sha256((wanted or '').encode()).hexdigest()[:12]}"
    sheet, told_at = path.with_name(f"{name}.csv"), path.with_name(f"{name}.json")
    if told_at.exists():
        return json.loads(told_at.read_text()), sheet
    part = path.with_name(f"{name}-{token_hex(4)}.part")
    try:
        told = _read_apart(path, part, wanted)
        part.replace(sheet)
    finally:
        part.unlink(missing_ok=True)
    part.write_text(json.dumps(told))
    part.replace(told_at)
    return told, sheet


def _read_apart(path: Path, target: Path, wanted: str | None) -> dict[str, Any]:
    """Have a process of its own read the sheet. Raises Refused for what cannot be read, or not within its limits."""
    limits = settings().imports
    seconds = min(limits.workbook_seconds, _SECONDS + _SECONDS_A_MB * path.stat().st_size // MB)
    question = [str(path), str(target), wanted or "", limits.workbook_memory_mb, seconds, limits.max_mb]
    try:
        with _at_once:
            # Without our surroundings, in which there are secrets.
            done = subprocess.run(
                [sys.executable, "-I", sheet_child.__file__],
                input=json.dumps(question).encode(),
                capture_output=True,
                timeout=max(_LONGEST_WAIT, 2 * seconds),
                check=False,
                env={},
            )
        told: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else _ended_by(done.returncode)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _too_large() from error
    match told.get("wrong"):
        case None:
            return told
        case "no_such_sheet":
            raise _no_such_sheet(wanted, told["sheets"])
        case "password":
            raise _protected()
        case "unreadable":
            raise _unreadable()
        case "no_room":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case _:
            raise _too_large()


def _ended_by(code: int) -> dict[str, Any]:
    """Say what is wrong with a workbook whose reader did not come to say it: it met its limits, or fell over."""
    limits = (signal.SIGABRT, signal.SIGXCPU, signal.SIGKILL)
    return {"wrong": "too_large" if -code in limits else "unreadable"}


def _said_of_hidden(rows: int) -> list[str]:
    said = ngettext(
        "The sheet has {n} hidden row; it is read like the others.",
        "The sheet has {n} hidden rows; they are read like the others.",
        rows,
    )
    return [said.format(n=number(rows))] if rows else []


def _no_such_sheet(wanted: str | None, sheets: Sequence[str]) -> Refused:
    if not sheets:
        return Refused("no_sheets", _("The workbook has no sheet with a table."))
    wrong = _("The workbook has no sheet {sheet}; there are {known}.").format(
        sheet=wanted, known=", ".join(sheets)
    )
    return Refused("no_such_sheet", wrong, fields={"sheet": wrong})


def _protected() -> Refused:
    return Refused("password", _("The workbook is protected by a password; save it without one."))


def _unreadable() -> Refused:
    return Refused("unreadable_workbook", _("The workbook is damaged, or none that can be read."))


def _too_large() -> Refused:
    return Refused(
        "too_large_a_workbook",
        _(
            "The workbook needs more than {mb} MB of memory, or too long, to be read; save the sheet as CSV."
        ).format(mb=number(settings().imports.workbook_memory_mb)),
    )
