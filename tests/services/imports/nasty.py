"""A hundred files and more that nobody would want to load: made by hand, each with the name that it comes with.

Some are traps for programs, some are what people load by mistake, some are good contacts in bad company. Each is to
end in a report whose counts close, or in a refusal of one sentence.
"""

# ruff: noqa: PLW0108 - each file is made when it is wanted, not when this is read

import bz2
import gzip
import io
import json
import lzma
import pickle
import random
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.services.imports import archives as made
from tests.services.imports.archives import (
    ANA,
    GOOD_ROWS,
    HEADER,
    flagged,
    lied_about,
    row,
    xlsx_parts,
    zipped,
)
from tests.services.imports.sheets import compound

GOOD = ",".join(HEADER) + "\n" + ",".join(ANA) + "\n"
TOP = ",".join(HEADER) + "\n"


@dataclass(frozen=True)
class Nasty:
    """A file as it comes: its name and how its bytes are made. `large` ones take seconds to make and to read."""

    file_name: str
    make: Callable[[], bytes]
    large: bool = False


def _marked(head: bytes) -> bytes:
    return head + random.Random(7).randbytes(3_000)


def _rows(*lines: str) -> bytes:
    return (TOP + "".join(f"{line}\n" for line in lines)).encode()


def _cell(text: str, column: str = "First Name", times: int = 1) -> bytes:
    """Return a file in which this text stands in one column of otherwise good rows."""
    at = HEADER.index(column) if column in HEADER else len(HEADER)
    quoted = '"' + text.replace('"', '""') + '"'
    lines = []
    for n in range(times):
        cells = [*ANA[:3], "", f"ana{n}@example.com", ""]
        cells[at] = quoted
        lines.append(",".join(cells))
    return "\n".join((",".join((*HEADER, "Segments")), *lines, "")).encode()


def _sqlite() -> bytes:
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE contact (name TEXT)")
        return db.serialize()


def _tar() -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as out:
        entry = tarfile.TarInfo("../../contacts.csv")
        entry.size = len(GOOD)
        out.addfile(entry, io.BytesIO(GOOD.encode()))
    return whole.getvalue()


# --- workbooks


def _xlsx(content: bytes | None = None, **more: bytes) -> Callable[[], bytes]:
    return lambda: zipped(xlsx_parts(content, **more))


def _shared(before: str = "", count: int = 1) -> Callable[[], bytes]:
    cells = row(1, *HEADER) + row(2, "BR", '<c r="B2" t="s"><v>0</v></c>', *ANA[2:])
    text = "&a11;" if before else "a" * 1000
    return lambda: zipped(xlsx_parts(made.sheet(cells), strings=made.strings(*[text] * count, before=before)))


def _external(address: str) -> Callable[[], bytes]:
    before = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{address}">]>'
    return _xlsx(made.sheet(row(1, *HEADER) + row(2, "BR", "&x;", *ANA[2:]), before))


def _with_parts(parts: dict[str, bytes]) -> Callable[[], bytes]:
    return lambda: zipped(xlsx_parts() | parts)


def _wrong_sum() -> bytes:
    whole = bytearray(zipped(xlsx_parts(), zipfile.ZIP_STORED))
    at = whole.find(b"Ana")
    whole[at : at + 3] = b"Eva"
    return bytes(whole)


def _cut(whole: bytes, part: float) -> Callable[[], bytes]:
    return lambda: whole[: int(len(whole) * part)]


def _sparse() -> bytes:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return zipped(xlsx_parts(made.sheet(GOOD_ROWS + far)))


def _many_sheets() -> bytes:
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 1001))
    return zipped(xlsx_parts(book=made.book(sheets)))


def _locked() -> bytes:
    """Return the container into which a workbook with a password is put."""
    return compound("EncryptedPackage", random.Random(1).randbytes(8_000))


def _in_circles() -> bytes:
    """Return an XLS file whose sectors follow each other in a circle."""
    whole = bytearray(made.biff(made.label(0, 0, "Email")))
    struct.pack_into("<I", whole, 512 + 4 * 4, 2)
    return bytes(whole)


def _xls(*cells: str, more: bytes = b"", before: bytes = b"") -> Callable[[], bytes]:
    header = b"".join(made.label(0, at, name) for at, name in enumerate(HEADER))
    line = b"".join(made.label(1, at, cell) for at, cell in enumerate(cells or ANA))
    return lambda: made.biff(header + line + more, before)


def _ods(rows: str | None = None, **more: str) -> Callable[[], bytes]:
    parts = made.ods_parts(made.GOOD_ODS_ROWS if rows is None else rows, **more)
    return lambda: zipped(parts)


def _directory_of(parts: int) -> bytes:
    """Return an archive whose directory names so many empty parts."""
    name = b"xl/workbook.xml"
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, *[0] * 7, len(name), *[0] * 6) + name
    directory = entry * parts
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, len(directory), len(local), 0)
    return local + directory + end


_TEN_MILLION = "<row/>" * 10_000_000
_REPEATED = ' table:number-rows-repeated="1048576"'

_WORKBOOKS = {
    "a cell at either end of the sheet": Nasty("a.xlsx", _sparse),
    "ten million rows of nothing": Nasty(
        "a.xlsx", lambda: zipped(xlsx_parts(made.sheet(_TEN_MILLION))), large=True
    ),
    "shared strings by the million": Nasty("a.xlsx", _shared(count=60_000), large=True),
    "entities within entities": Nasty("a.xlsx", _xlsx(made.sheet(row(1, "&a11;"), made.laughs()))),
    "entities in shared strings": Nasty("a.xlsx", _shared(made.laughs())),
    "entities in the book": Nasty("a.xlsx", _xlsx(book=made.book('<sheet name="&a11;"/>', made.laughs()))),
    "an entity from a file": Nasty("a.xlsx", _external("file:///etc/hostname")),
    "an entity from the network": Nasty("a.xlsx", _external("http://127.0.0.1:9/x")),
    "a document type from the network": Nasty(
        "a.xlsx", _xlsx(made.sheet(before='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'))
    ),
    "an XLSX cut in the middle": Nasty("a.xlsx", _cut(zipped(xlsx_parts()), 0.5)),
    "an XLSX cut at its end": Nasty("a.xlsx", _cut(zipped(xlsx_parts()), 0.98)),
    "an ODS cut in the middle": Nasty("a.ods", _cut(zipped(made.ods_parts()), 0.5)),
    "an XLS cut in the middle": Nasty("a.xls", lambda: _xls()()[:2_500]),
    "an XLS of a header alone": Nasty("a.xls", lambda: _xls()()[:512]),
    "a wrong checksum": Nasty("a.xlsx", _wrong_sum),
    "parts that climb out of the archive": Nasty(
        "a.xlsx", _with_parts({"../../../../tmp/out.txt": b"x", "..\\..\\out.txt": b"x", "/etc/out": b"x"})
    ),
    "a sheet outside of the archive": Nasty(
        "a.xlsx", _xlsx(rels=made.relations("../../../../../etc/passwd"))
    ),
    "a sheet on the network": Nasty(
        "a.xlsx", _xlsx(rels=made.relations("http://127.0.0.1:9/s.xml", ' TargetMode="External"'))
    ),
    "an XLSX with a password": Nasty("a.xlsx", _locked),
    "an XLSX with a password, named XLS": Nasty("a.xls", _locked),
    "an XLS with a password": Nasty(
        "a.xls", _xls(before=made.record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)))
    ),
    "an ODS with a password": Nasty("a.ods", _ods(manifest=made.ENCRYPTED_ODS)),
    "parts marked as encrypted": Nasty("a.xlsx", lambda: flagged(zipped(xlsx_parts()), 0)),
    "six thousand parts": Nasty("a.xlsx", _with_parts({f"xl/media/{n}": b"" for n in range(6_000)})),
    "a directory without an end": Nasty("a.xlsx", lambda: _directory_of(400_000)),
    "a small size that is a lie": Nasty(
        "a.xlsx",
        lambda: lied_about(
            zipped(xlsx_parts(made.sheet(_TEN_MILLION[:12_000_000]))), "xl/worksheets/sheet1.xml", 900
        ),
        large=True,
    ),
    "a large size that is a lie": Nasty(
        "a.xlsx", lambda: lied_about(zipped(xlsx_parts()), "xl/worksheets/sheet1.xml", 0xFFFFFFF0)
    ),
    "an archive of a workbook": Nasty("a.zip", lambda: zipped({"a.xlsx": zipped(xlsx_parts())})),
    "an archive within an archive, named XLSX": Nasty(
        "a.xlsx", lambda: zipped({"b.zip": zipped({"c.zip": b"PK"})})
    ),
    "a text document": Nasty("a.docx", lambda: zipped({"word/document.xml": b"<x/>"})),
    "a text document named XLSX": Nasty("a.xlsx", lambda: zipped({"word/document.xml": b"<x/>"})),
    "a book without sheets": Nasty("a.xlsx", _xlsx(book=made.book(""))),
    "a book of nothing": Nasty("a.xlsx", lambda: zipped({"xl/workbook.xml": b"<workbook/>"})),
    "a book that is no XML": Nasty("a.xlsx", _xlsx(book=b"\x00\xff" * 500)),
    "a sheet that is no XML": Nasty("a.xlsx", _xlsx(b"\x00\xff" * 5_000)),
    "a sheet that breaks off": Nasty("a.xlsx", _xlsx(made.sheet()[:-60])),
    "tags that never close": Nasty("a.xlsx", _xlsx(made.sheet('<c r="A1" t="e" ' * 50_000))),
    "elements a hundred thousand deep": Nasty("a.xlsx", _xlsx(made.sheet("<row>" * 100_000))),
    "attributes by the thousand": Nasty(
        "a.xlsx", _xlsx(made.sheet("<row " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>"))
    ),
    "a thousand sheets": Nasty("a.xlsx", _many_sheets),
    "a sheet with a hostile name": Nasty(
        "a.xlsx", _xlsx(book=made.book('<sheet name="../../\u202e&quot;;x" sheetId="1" r:id="r1"/>'))
    ),
    "macros": Nasty("a.xlsm", _with_parts({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(4_000)})),
    "a binary workbook of noise": Nasty("a.xlsb", lambda: zipped({"xl/workbook.bin": _marked(b"\x83\x01")})),
    "an Apple workbook": Nasty(
        "a.numbers", lambda: zipped({"Index/Document.iwa": b"x", "Metadata/a.plist": b"x"})
    ),
    "an Apple workbook named XLSX": Nasty("a.xlsx", lambda: zipped({"Index/Document.iwa": b"x"})),
    "an index of a string that is not there": Nasty(
        "a.xlsx", _xlsx(made.sheet(row(1, *HEADER) + row(2, '<c r="A2" t="s"><v>999</v></c>', *ANA[1:])))
    ),
    "numbers that are none": Nasty(
        "a.xlsx",
        _xlsx(
            made.sheet(row(1, *HEADER) + row(2, "BR", "<c r='B2'><v>nan</v></c>", "<c r='C2'><v>inf</v></c>"))
        ),
    ),
    "numbers without an end": Nasty(
        "a.xlsx", _xlsx(made.sheet(row(1, *HEADER) + row(2, "BR", f"<c r='B2'><v>{'9' * 30_000}</v></c>")))
    ),
    "days outside of all calendars": Nasty(
        "a.xlsx", _xlsx(made.sheet(row(1, *HEADER) + row(2, "BR", "<c r='B2' t='d'><v>99999-99-99</v></c>")))
    ),
    "formulas": Nasty(
        "a.xlsx",
        _xlsx(
            made.sheet(
                row(1, *HEADER) + row(2, "BR", "<c r='B2' t='str'><f>cmd|' /c calc'!A0</f><v>x</v></c>")
            )
        ),
    ),
    "places outside of all sheets": Nasty(
        "a.xlsx",
        _xlsx(made.sheet(GOOD_ROWS + '<row r="99999999999"><c r="ZZZZ99999999999"><v>1</v></c></row>')),
    ),
    "a place that is none": Nasty("a.xlsx", _xlsx(made.sheet('<row r="0"><c r="?-1"><v>1</v></c></row>'))),
    "a dimension that is a lie": Nasty("a.xlsx", _xlsx(made.sheet(head='<dimension ref="A1:XFD1048576"/>'))),
    "sixteen thousand columns": Nasty(
        "a.xlsx", _xlsx(made.sheet(row(1, *HEADER, '<c r="XFD1"><v>1</v></c>') + row(2, *ANA)))
    ),
    "a cell too long for a workbook": Nasty(
        "a.xlsx", _xlsx(made.sheet(row(1, *HEADER) + row(2, "BR", "a" * 40_000)))
    ),
    "NULs in cells of an old workbook": Nasty("a.xls", _xls("BR", "Ana\0\0", "\0", *ANA[3:])),
    "half letters in an old workbook": Nasty("a.xls", _xls("BR", "Ana\ud800", "\udfff", *ANA[3:])),
    "an old workbook in circles": Nasty("a.xls", _in_circles),
    "an old workbook of zeros": Nasty("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9_000)),
    "an old workbook with a vast sheet": Nasty(
        "a.xls",
        _xls(
            more=made.record(0x0200, struct.pack("<IIHHH", 0, 65_536, 0, 256, 0))
            + made.label(65_535, 255, "x")
        ),
    ),
    "an old workbook whose records are too long": Nasty(
        "a.xls", _xls(more=struct.pack("<HH", 0x0204, 0xFFFF))
    ),
    "columns repeated without an end": Nasty(
        "a.ods",
        _ods(
            made.GOOD_ODS_ROWS + f"<table:table-row{_REPEATED}>"
            '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
            "</table:table-cell></table:table-row>"
        ),
    ),
    "rows repeated a million times": Nasty(
        "a.ods", _ods(made.GOOD_ODS_ROWS + made.ods_cells(*ANA, attributes=_REPEATED))
    ),
    "a number of repetitions without an end": Nasty(
        "a.ods", _ods(made.ods_cells("x", attributes=' table:number-rows-repeated="99999999999999999999"'))
    ),
    "empty rows to the end, as programs write them": Nasty(
        "a.ods",
        _ods(made.GOOD_ODS_ROWS + f"<table:table-row{_REPEATED}><table:table-cell/></table:table-row>"),
    ),
    "entities in an ODS": Nasty("a.ods", _ods(made.ods_cells("&a11;"), before=made.laughs())),
    "an entity from a file in an ODS": Nasty(
        "a.ods",
        _ods(made.ods_cells("&x;"), before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    ),
    "parts packed by bzip2": Nasty("a.xlsx", lambda: zipped(xlsx_parts(), zipfile.ZIP_BZIP2)),
    "parts packed by LZMA": Nasty("a.xlsx", lambda: zipped(xlsx_parts(), zipfile.ZIP_LZMA)),
    "a program before a workbook": Nasty("a.xlsx", lambda: b"MZ\x90\0" + bytes(500) + zipped(xlsx_parts())),
    "zeros behind the sign of an archive": Nasty("a.xlsx", lambda: b"PK\x03\x04" + bytes(100_000)),
    "an empty archive": Nasty("a.xlsx", lambda: zipped({})),
}

# --- what is no table at all

_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Password</form></body></html>"

_OTHERS = {
    "a program for Linux": Nasty("contacts", lambda: _marked(b"\x7fELF\x02\x01\x01")),
    "a program for Linux, named CSV": Nasty("a.csv", lambda: _marked(b"\x7fELF\x02\x01\x01")),
    "a program for Windows, named CSV": Nasty("a.csv", lambda: _marked(b"MZ\x90\0\x03")),
    "a program for Windows": Nasty("invoice.csv.exe", lambda: _marked(b"MZ\x90\0\x03")),
    "a script": Nasty("a.csv", lambda: b"#!/bin/sh\nrm -rf ~\n"),
    "a PDF": Nasty("a.pdf", lambda: _marked(b"%PDF-1.7\n")),
    "a PDF named CSV": Nasty("a.csv", lambda: _marked(b"%PDF-1.7\n")),
    "an image": Nasty("a.png", lambda: _marked(b"\x89PNG\r\n\x1a\n")),
    "an image named CSV": Nasty("a.csv", lambda: _marked(b"\xff\xd8\xff\xe0")),
    "an image named XLSX": Nasty("a.xlsx", lambda: _marked(b"\x89PNG\r\n\x1a\n")),
    "a web page": Nasty("a.html", lambda: _PAGE),
    "a web page named CSV": Nasty("export.csv", lambda: _PAGE),
    "a web page named XLS, as some programs write it": Nasty(
        "a.xls",
        lambda: b"<html><table><tr><td>Email</td></tr><tr><td>ana@example.com</td></tr></table></html>",
    ),
    "JSON": Nasty("a.json", lambda: json.dumps([{"email": "ana@example.com"}]).encode()),
    "JSON named CSV": Nasty("a.csv", lambda: json.dumps([{"email": "ana@example.com"}]).encode()),
    "JSON nested without an end": Nasty("a.csv", lambda: b"[" * 100_000),
    "a mailbox": Nasty("inbox.mbox", lambda: b"From ana@example.com Mon Jan  1\nSubject: Hi\n\nHello\n"),
    "a mailbox named CSV": Nasty("a.csv", lambda: b"From ana@example.com Mon Jan  1\nSubject: Hi\n\nHello\n"),
    "a database named CSV": Nasty("a.csv", _sqlite),
    "a database": Nasty("a.sqlite", _sqlite),
    "a pickle": Nasty("a.csv", lambda: pickle.dumps({"email": "ana@example.com"})),
    "XML": Nasty("a.xml", lambda: b'<?xml version="1.0"?><contacts/>'),
    "rich text named CSV": Nasty("a.csv", lambda: b"{\\rtf1 Ana}"),
    "packed by gzip": Nasty("a.csv", lambda: gzip.compress(GOOD.encode())),
    "packed by bzip2": Nasty("a.csv", lambda: bz2.compress(GOOD.encode())),
    "packed by xz": Nasty("a.csv", lambda: lzma.compress(GOOD.encode())),
    "packed by RAR": Nasty("a.rar", lambda: _marked(b"Rar!\x1a\x07\x01\0")),
    "packed by 7z, named XLSX": Nasty("a.xlsx", lambda: _marked(b"7z\xbc\xaf\x27\x1c")),
    "a tape": Nasty("a.tar", _tar),
    "a tape named CSV": Nasty("a.csv", _tar),
    "a calendar named CSV": Nasty("a.csv", lambda: b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"),
    "zeros": Nasty("a.csv", lambda: bytes(1_000_000)),
    "noise": Nasty("a.csv", lambda: random.Random(3).randbytes(200_000)),
    "noise without a name": Nasty("x", lambda: random.Random(4).randbytes(200_000)),
    "nothing": Nasty("a.csv", lambda: b""),
    "nothing, named XLSX": Nasty("a.xlsx", lambda: b""),
    "one byte": Nasty("a.csv", lambda: b"\xff"),
}

# --- text that is hardly a table

_MARKS = "".join(chr(0x300 + n % 2 * 0x16) for n in range(30_000))
_BIDI = "\u202e\u2066moc.elpmaxe\u2069"

_TEXTS = {
    "a mark and nothing else": Nasty("a.csv", lambda: b"\xef\xbb\xbf"),
    "a wide mark and nothing else": Nasty("a.csv", lambda: b"\xff\xfe"),
    "blank rows": Nasty("a.csv", lambda: b"\r\n\r\n ; ; \r\n,,,\r\n\x1a"),
    "a header": Nasty("a.csv", lambda: TOP.encode()),
    "a header without a newline": Nasty("a.csv", lambda: TOP.strip().encode()),
    "a header and blank rows": Nasty("a.csv", lambda: (TOP + ",,,,\n\n" * 500).encode()),
    "a header of one column": Nasty("a.csv", lambda: b"Email\nana@example.com\nbia@example.com\n"),
    "a header of one letter": Nasty("a.csv", lambda: b"x"),
    "a header with every name twice": Nasty(
        "a.csv", lambda: b"Email,Email,email,Phone,Phone\na@a.com,b@a.com,,,\n"
    ),
    "a header of empty names": Nasty("a.csv", lambda: b",,,,\na,b,c,d,e\n"),
    "a header that is long": Nasty("a.csv", lambda: ("x" * 32_000 + ",Email\n,ana@example.com\n").encode()),
    "a header that climbs": Nasty("a.csv", lambda: b"../../etc/passwd,Email,C:\\x\n1,ana@example.com,2\n"),
    "a header that runs": Nasty(
        "a.csv", lambda: b"=cmd|'/c calc'!A0,Email,<script>alert(1)</script>\n1,ana@example.com,2\n"
    ),
    "names of fields that are none": Nasty(
        "a.csv", lambda: b"id,__class__,wall_set_id,deleted_at,Email\n1,2,3,4,ana@example.com\n"
    ),
    "two hundred megabytes in one line": Nasty("a.csv", lambda: b"Email," * 33_000_000, large=True),
    "two hundred megabytes of old letters in one line": Nasty(
        "a.csv", lambda: b"\xe9" * 200_000_000, large=True
    ),
    "two hundred megabytes below a header": Nasty(
        "a.csv", lambda: TOP.encode() + b"x" * 200_000_000, large=True
    ),
    "two hundred megabytes of quotation marks": Nasty(
        "a.csv", lambda: TOP.encode() + b'"' * 200_000_000, large=True
    ),
    "a million columns": Nasty("a.csv", lambda: b",".join(b"c%d" % n for n in range(1_000_000))),
    "five hundred and one columns": Nasty("a.csv", lambda: b",".join(b"c%d" % n for n in range(501)) + b"\n"),
    "a row of a million columns": Nasty("a.csv", lambda: TOP.encode() + b"," * 1_000_000 + b"\n"),
    "fifty rows of a million columns": Nasty(
        "a.csv", lambda: TOP.encode() + (b"," * 1_000_000 + b"\n") * 50, large=True
    ),
    "a hundred thousand quotation marks": Nasty("a.csv", lambda: TOP.encode() + b'"' * 100_000 + b"\n"),
    "a hundred thousand quotation marks in the header": Nasty("a.csv", lambda: b'"' * 100_000 + b"\n"),
    "quotation marks that contradict each other": Nasty(
        "a.csv", lambda: _rows(*['BR,"Ana "Nina"",x,,'] * 2_000)
    ),
    "a quotation mark that is never closed": Nasty("a.csv", lambda: _rows('BR,"Ana,Lima,,')),
    "a quotation mark never closed in the header": Nasty("a.csv", lambda: ('"' + GOOD * 20_000).encode()),
    "a quotation mark never closed before many rows": Nasty(
        "a.csv", lambda: (TOP + 'BR,"' + "BR,Ana,x,,\n" * 900_000).encode(), large=True
    ),
    "NULs in cells": Nasty("a.csv", lambda: _rows("BR,An\0a,Lima,,ana@example.com")),
    "NULs behind every line": Nasty("a.csv", lambda: GOOD.replace("\n", "\0\n").encode()),
    "wide text with half a letter": Nasty(
        "a.csv", lambda: b"\xff\xfe" + GOOD.replace("Ana", "A\ud800a").encode("utf-16-le", "surrogatepass")
    ),
    "wide text with half a letter the other way": Nasty(
        "a.csv",
        lambda: b"\xfe\xff" + GOOD.replace("Ana", "\udc00\ud800").encode("utf-16-be", "surrogatepass"),
    ),
    "wide text of an odd length": Nasty("a.csv", lambda: GOOD.encode("utf-16")[:-1]),
    "wide text without a mark": Nasty("a.csv", lambda: GOOD.encode("utf-16-be")),
    "widest text cut off": Nasty("a.csv", lambda: GOOD.encode("utf-32")[:-2]),
    "widest text beyond all letters": Nasty("a.csv", lambda: b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 50),
    "a wide mark before narrow text": Nasty("a.csv", lambda: b"\xff\xfe" + GOOD.encode()),
    "an odd byte in the middle": Nasty(
        "a.csv",
        lambda: (
            (TOP + "BR,João,Conceição,,j@example.com\n" * 900).encode() + b"BR,Jo\xe3o,x,,k@example.com\n"
        ),
    ),
    "two encodings in one file": Nasty(
        "a.csv", lambda: _rows("BR,João,,,a@example.com") + "BR,José,,,b@example.com\n".encode("cp1252")
    ),
    "letters in more bytes than they need": Nasty(
        "a.csv", lambda: _rows("BR,Ana,,,a@example.com") + b"BR,\xc0\x80\xe0\x80\x80,,,\n"
    ),
    "halves of letters in narrow text": Nasty(
        "a.csv", lambda: TOP.encode() + b"BR,\xed\xa0\x80\xed\xb0\x80,x,,\n"
    ),
    "every byte there is": Nasty("a.csv", lambda: TOP.encode() + bytes(range(1, 256)) + b"\n"),
    "a cell of a megabyte": Nasty("a.csv", lambda: _cell("a" * 1_000_000)),
    "a cell as long as may be": Nasty("a.csv", lambda: _cell("a" * 32_000)),
    "a thousand cells as long as may be": Nasty("a.csv", lambda: _cell("é" * 32_000, times=300), large=True),
    "accents one upon another": Nasty("a.csv", lambda: _cell("a" + _MARKS)),
    "accents one upon another in names of segments": Nasty(
        "a.csv", lambda: _cell("a" + _MARKS, "Segments", times=100), large=True
    ),
    "accents one upon another in a country": Nasty(
        "a.csv", lambda: _cell("a" + _MARKS, "Country Code", times=100)
    ),
    "accents one upon another in an address": Nasty(
        "a.csv", lambda: _cell("a" + _MARKS + "@example.com", "Email", times=100)
    ),
    "accents one upon another in the header": Nasty(
        "a.csv", lambda: ("a" + _MARKS + ",Email\n,ana@example.com\n").encode()
    ),
    "letters that grow": Nasty("a.csv", lambda: _cell("\ufdfa" * 200)),
    "a phone of brackets": Nasty(
        "a.csv", lambda: _cell("1" + "(" * 32_000 + "*", "Mobile Number", times=100)
    ),
    "a phone of digits": Nasty("a.csv", lambda: _cell("1" * 32_000, "Mobile Number", times=100)),
    "a phone of extensions": Nasty("a.csv", lambda: _cell("1#" * 16_000, "Mobile Number", times=100)),
    "an address of brackets": Nasty("a.csv", lambda: _cell("<a@" * 10_000, "Email", times=100)),
    "an address of dots": Nasty("a.csv", lambda: _cell("a." * 15_000 + "@example.com", "Email", times=100)),
    "ten thousand segments in a cell": Nasty(
        "a.csv", lambda: _cell(";".join(f"s{n}" for n in range(5_000)), "Segments", times=50)
    ),
    "thousands of segments that nobody has": Nasty(
        "a.csv",
        lambda: (
            ",".join((*HEADER, "Segments"))
            + "\n"
            + "".join(f"BR,Ana,Lima,,a{n}@example.com,segment {n}\n" for n in range(4_000))
        ).encode(),
    ),
    "thousands of rows of one person": Nasty(
        "a.csv", lambda: (TOP + "BR,Ana,Lima,,ana@example.com\n" * 5_000).encode()
    ),
    "control signs": Nasty(
        "a.csv", lambda: _cell("".join(map(chr, (*range(1, 10), 11, 12, *range(14, 32), 127))) + "Ana")
    ),
    "separators of lines that are none": Nasty("a.csv", lambda: _cell("Ana\u2028\u2029\x0b\x0c\x85Lima")),
    "letters that turn the text round": Nasty("a.csv", lambda: _cell(_BIDI)),
    "letters that nobody sees": Nasty("a.csv", lambda: _cell("\u200b\u200d\u2060\ufeff\u00ad")),
    "letters that are none": Nasty("a.csv", lambda: _cell("\ufffe\uffff\U0010ffff\ufdd0")),
    "formulas in cells": Nasty(
        "a.csv",
        lambda: _rows("BR,=1+1,@SUM(A1),,+a@example.com", 'BR,"=HYPERLINK(""http://x"")",-1,,b@example.com'),
    ),
    "code for the database": Nasty("a.csv", lambda: _cell("'); DROP TABLE contact; --")),
    "code for the browser": Nasty(
        "a.csv", lambda: _cell("<img src=x onerror=alert(1)>::JSCODE::alert(1)::JSCODE::")
    ),
    "code for gettext": Nasty("a.csv", lambda: _cell("{0} {name!r} %s %(x)d {", "Mobile Number")),
    "the end of an old file in the middle": Nasty(
        "a.csv", lambda: GOOD.encode() + b"\x1a" + b"FR,Bia,Reis,,bia@example.com\n"
    ),
    "carriage returns alone": Nasty("a.csv", lambda: GOOD.replace("\n", "\r").encode()),
    "ends of lines in confusion": Nasty(
        "a.csv", lambda: b"Email\r\n\n\ra@example.com\r\r\nb@example.com\n\r"
    ),
    "a separator that is a quotation mark": Nasty(
        "a.csv", lambda: b'sep="\nEmail"Phone\nana@example.com"1\n'
    ),
    "a separator that is nothing": Nasty("a.csv", lambda: b"sep=\nEmail\nana@example.com\n"),
    "a separator that is a space": Nasty("a.csv", lambda: b"sep= \nEmail Phone\nana@example.com 1\n"),
    "a separator that is a letter": Nasty("a.csv", lambda: b"sep=a\nEmaila\n"),
    "a separator and nothing else": Nasty("a.csv", lambda: b"sep=;\n"),
    "a report of an earlier import, once more": Nasty(
        "a.csv", lambda: b"Email,row,code,reason\nana@example.com,99999999999999999999,x,y\n"
    ),
    "rows of growing length": Nasty(
        "a.csv", lambda: (TOP + "".join("a," * n + "\n" for n in range(600))).encode()
    ),
    "a row of commas": Nasty("a.csv", lambda: _rows("," * 400)),
}

# --- cards that are broken


def _card(*lines: str | bytes, times: int = 1) -> Callable[[], bytes]:
    """Return a vCard file: a card with these lines, and a good one behind it."""
    good = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lima;Ana\r\nEMAIL:ana@example.com\r\nEND:VCARD\r\n"
    plain = [line.encode() if isinstance(line, str) else line for line in lines]
    broken = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Reis;Bia\r\n" + b"\r\n".join((*plain, b"END:VCARD", b""))
    return lambda: broken * times + good


_CARDS = {
    "a card that only begins": Nasty("a.vcf", lambda: b"BEGIN:VCARD"),
    "a card that never ends": Nasty("a.vcf", lambda: b"BEGIN:VCARD\nN:Lima;Ana\nEMAIL:ana@example.com\n"),
    "a card that only ends": Nasty("a.vcf", lambda: b"END:VCARD\n"),
    "a card within a card": Nasty("a.vcf", _card("AGENT:", "BEGIN:VCARD", "N:Sol;Eva", "END:VCARD")),
    "cards within cards without an end": Nasty("a.vcf", lambda: b"BEGIN:VCARD\n" * 50_000),
    "fifty thousand empty cards": Nasty("a.vcf", lambda: b"BEGIN:VCARD\nEND:VCARD\n" * 50_000, large=True),
    "a card of nothing": Nasty("a.vcf", lambda: b"BEGIN:VCARD\nVERSION:9.9\nEND:VCARD\n"),
    "a card without a version": Nasty("a.vcf", lambda: b"BEGIN:VCARD\nFN:Ana\nTEL:1\nEND:VCARD\n"),
    "a card with lines that are none": Nasty("a.vcf", _card("no colon", ":", ";;;:", "=", "\x00:\x00", " ")),
    "a card that begins with a folded line": Nasty("a.vcf", lambda: b" BEGIN:VCARD\n N:x\nEND:VCARD\n"),
    "a card folded a hundred thousand times": Nasty("a.vcf", _card("NOTE:a", *[" b"] * 100_000)),
    "a photo of megabytes": Nasty("a.vcf", _card("PHOTO;ENCODING=BASE64:" + "QUJD" * 1_000_000), large=True),
    "a photo that never ends": Nasty(
        "a.vcf", lambda: b"BEGIN:VCARD\nPHOTO;ENCODING=b:" + b"QUJD" * 2_000_000, large=True
    ),
    "a note of megabytes": Nasty("a.vcf", _card("NOTE:" + "x" * 6_000_000), large=True),
    "quoted-printable that breaks off": Nasty(
        "a.vcf", _card("FN;ENCODING=QUOTED-PRINTABLE:An=", "=C3=", "=ZZ=")
    ),
    "quoted-printable to the end of the file": Nasty(
        "a.vcf", lambda: b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:Ana=\n"
    ),
    "half letters in quoted-printable": Nasty(
        "a.vcf", _card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=ED=A0=80=C3=28")
    ),
    "NULs in quoted-printable": Nasty(
        "a.vcf", _card("TITLE;ENCODING=QUOTED-PRINTABLE:=00=00", "ORG;ENCODING=QUOTED-PRINTABLE:A=00")
    ),
    "base64 that is none": Nasty("a.vcf", _card("ORG;ENCODING=BASE64:%%%%", "TITLE;ENCODING=b:QQ")),
    "charsets that are none": Nasty(
        "a.vcf", _card("FN;CHARSET=KLINGON:Ana", "ORG;CHARSET=rot13:x", "TITLE;CHARSET=:y")
    ),
    "a charset that is wide": Nasty("a.vcf", _card("ORG;CHARSET=UTF-16;ENCODING=QUOTED-PRINTABLE:=FF=FEA")),
    "bytes that are no text": Nasty("a.vcf", _card(b"ORG:\xff\xfe\x80", b"NOTE:\xc3")),
    "quotation marks without an end": Nasty(
        "a.vcf", _card('TEL;TYPE="cell:1', 'ADR;X="' + "a" * 50_000, '"' * 50_000 + ":x")
    ),
    "parameters by the thousand": Nasty(
        "a.vcf", _card("TEL;" + ";".join(f"X{n}=1" for n in range(50_000)) + ":1")
    ),
    "parts by the thousand": Nasty(
        "a.vcf", _card("N:" + ";" * 100_000, "ADR:" + ";" * 100_000, "ORG:" + "\\\\;" * 50_000)
    ),
    "phones by the thousand": Nasty("a.vcf", _card(*[f"TEL:+55119{n:08}" for n in range(2_000)])),
    "addresses by the thousand": Nasty("a.vcf", _card(*[f"EMAIL:a{n}@example.com" for n in range(2_000)])),
    "a wide card": Nasty("a.vcf", lambda: _card("ORG:Açaí")().decode().encode("utf-16")),
    "a wide card cut off": Nasty("a.vcf", lambda: _card("ORG:Açaí")().decode().encode("utf-16")[:-3]),
    "a web page named as a card": Nasty("a.vcf", lambda: _PAGE),
    "zeros named as a card": Nasty("a.vcf", lambda: bytes(100_000)),
    "noise behind the beginning of a card": Nasty("a.vcf", lambda: _marked(b"BEGIN:VCARD\r\n")),
    "a card in one line of megabytes": Nasty("a.vcf", lambda: b"BEGIN:VCARD " * 2_000_000, large=True),
}

NASTY: dict[str, Nasty] = _WORKBOOKS | _OTHERS | _TEXTS | _CARDS

HOSTILE_NAMES = (
    "../../../../etc/passwd.csv", "..\\..\\windows\\x.csv", "C:\\x.csv", "/etc/cron.d/x.csv", "CON.csv", "NUL.csv",
    "a" * 300 + ".csv", "é" * 300 + ".csv", "\u202evsc.exe.csv", "👨‍👩‍👧.csv", "a\0b.csv", "a\nb.csv", "a\udce9.csv",
    "<script>.csv", "=cmd.csv", "{0}%s.csv", "a.CSV", "a .csv ", "", ".", "..", ".csv", "~", "-rf", "x.csv/..",
    "a.csv\0.exe",
)  # fmt: skip
