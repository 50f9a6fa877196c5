"""Workbooks that nobody means well with, or that were cut off on their way: each ends in one sentence, and soon."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from hooks.viewer import SYSTEM
from models.imports import ImportOptions
from services import plugins
from services.errors import Refused
from services.imports import files
from tests.fixtures import Database
from tests.services.imports.sheets import vast, xlsx


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def _with_sheet(path: Path, sheet: bytes, *, strings: bytes | None = None) -> Path:
    """Write a workbook whose only sheet is this XML."""
    whole = io.BytesIO()
    with Workbook(whole) as out:
        out.add_worksheet().write(0, 0, "x")
    with zipfile.ZipFile(whole) as read:
        files = {name: read.read(name) for name in read.namelist()}
    files["xl/worksheets/sheet1.xml"] = sheet
    if strings is not None:
        files["xl/sharedStrings.xml"] = strings
    return _zip(path, files)


_SPREADSHEET = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _sheet(rows: bytes, before: bytes = b"") -> bytes:
    return b"<?xml version='1.0'?>" + before + b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (
        _SPREADSHEET, rows,
    )  # fmt: skip


def _many_strings(path: Path) -> Path:
    text = b"<si><t>" + b"a" * 1000 + b"</t></si>"
    strings = b"<sst %s>%s</sst>" % (_SPREADSHEET, text * 60_000)
    return _with_sheet(path, _sheet(b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings)


def _bomb(path: Path) -> Path:
    return _with_sheet(path, _sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' + b"<row></row>" * 10_000_000))


def _entities(path: Path) -> Path:
    nested = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    return _with_sheet(
        path,
        _sheet(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>',
            b"<!DOCTYPE x [%s]>" % nested,
        ),
    )


def _outside(path: Path) -> Path:
    return _with_sheet(
        path,
        _sheet(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
            b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        ),
    )


def _cut_off(path: Path) -> Path:
    xlsx(path, One=[["Name", "Email"], *[[f"Ana {n}", f"a{n}@example.com"] for n in range(500)]])
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def _many_files(path: Path) -> Path:
    return _zip(path, {"xl/workbook.xml": b"<workbook/>"} | {f"xl/media/{n}": b"" for n in range(6_000)})


NASTY: dict[str, Callable[[Path], Path]] = {
    "sparse": vast,
    "bomb": _bomb,
    "cut off": _cut_off,
    "many files": _many_files,
    "no sheet": lambda path: _zip(path, {"xl/workbook.xml": b"<workbook/>"}),
    "empty zip": lambda path: _zip(path, {}),
    "zeros": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100_000)) and path,
    "old zeros": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9_000)) and path,
    "entities": _entities,
    "strings": _many_strings,
    "outside": _outside,
    "no XML": lambda path: _with_sheet(path, b"\x00\xff" * 5_000),
}


@pytest.mark.parametrize("kind", [*NASTY])
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_hostile_workbook_ends_in_a_sentence_before_it_takes_much(
    db: Database, tmp_path: Path, kind: str
) -> None:
    plugins.start()
    path = NASTY[kind](tmp_path / "nasty.xlsx")
    begun = time.process_time(), time.monotonic()
    with pytest.raises(Refused) as refused:
        files.inspect(SYSTEM, path, ImportOptions())
    assert refused.value.message.endswith(".")
    assert time.process_time() - begun[0] < 2
    assert time.monotonic() - begun[1] < 30
    assert not list(tmp_path.glob("*.part"))
