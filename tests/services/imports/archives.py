"""Parts of archives and workbooks for hostile files: put together by hand, so that every part of them can be wrong."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.services.imports.sheets import compound

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RICH = "urn:oasis:names:tc:opendocument:xmlns"

HEADER = ("Country Code", "First Name", "Last Name", "Mobile Number", "Email")
ANA = ("BR", "Ana", "Lima", "+5511961234567", "ana@example.com")

Parts = Mapping[str, bytes]


def zipped(parts: Parts, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these parts."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return whole.getvalue()


def row(number: int, *cells: str) -> str:
    """Return a row of an XLSX sheet: cells that are XML stand as they are, others as text."""
    made = (
        cell if cell.startswith("<c") else f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for letter, cell in zip("ABCDEFGHIJ", cells, strict=False)
    )
    return f'<row r="{number}">{"".join(made)}</row>'


GOOD_ROWS = row(1, *HEADER) + row(2, *ANA)


def sheet(rows: str = GOOD_ROWS, before: str = "", head: str = "") -> bytes:
    """Return the XML of a sheet; `before` stands before its root, `head` before its rows."""
    text = f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData></worksheet>'
    return f'<?xml version="1.0"?>{before}{text}'.encode()


def book(sheets: str = '<sheet name="One" sheetId="1" r:id="r1"/>', before: str = "") -> bytes:
    """Return the XML of a workbook with these sheets."""
    text = f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    return f'<?xml version="1.0"?>{before}{text}'.encode()


def relations(target: str = "worksheets/sheet1.xml", more: str = "") -> bytes:
    """Return what leads from the workbook to its sheet."""
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="{target}"{more}/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ).encode()


def xlsx_parts(content: bytes | None = None, **more: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook with one sheet; `more` are further ones, or others for `book` and `rels`."""
    parts = {
        "[Content_Types].xml": (
            f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": more.pop("book", book()),
        "xl/_rels/workbook.xml.rels": more.pop("rels", relations()),
        "xl/worksheets/sheet1.xml": sheet() if content is None else content,
    }
    if "strings" in more:
        parts["xl/sharedStrings.xml"] = more.pop("strings")
    return parts


def strings(*texts: str, before: str = "") -> bytes:
    """Return the XML of shared strings."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'<?xml version="1.0"?>{before}<sst xmlns="{MAIN}">{items}</sst>'.encode()


def laughs(deep: int = 12) -> str:
    """Return a document type in which ten times ten times ten… entities hide behind one."""
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, deep))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{nested}]>'


def ods_cells(*cells: str, attributes: str = "") -> str:
    """Return a row of an ODS table."""
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{attributes}>{made}</table:table-row>"


GOOD_ODS_ROWS = ods_cells(*HEADER) + ods_cells(*ANA)


def ods_parts(rows: str = GOOD_ODS_ROWS, before: str = "", manifest: str = "") -> dict[str, bytes]:
    """Return the parts of an ODS workbook with one sheet."""
    kinds = "".join(f' xmlns:{name}="{_RICH}:{name}:1.0"' for name in ("office", "table", "text"))
    return {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": (
            f'<?xml version="1.0"?>{before}<office:document-content{kinds}><office:body><office:spreadsheet>'
            f'<table:table table:name="One">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        ).encode(),
        "META-INF/manifest.xml": (
            f'<manifest:manifest xmlns:manifest="{_RICH}:manifest:1.0">{manifest}</manifest:manifest>'
        ).encode(),
    }


ENCRYPTED_ODS = (
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="99">'
    '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="x">'
    '<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="x"/>'
    "</manifest:encryption-data></manifest:file-entry>"
)


def record(kind: int, content: bytes = b"") -> bytes:
    """Return a record of the old XLS format."""
    return struct.pack("<HH", kind, len(content)) + content


def biff(records: bytes, before: bytes = b"") -> bytes:
    """Return an XLS file whose only sheet has these records; `before` stands in the globals."""
    begin = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))  # noqa: E731
    head, end = begin(0x0005) + before, record(0x000A)
    where = len(head) + 4 + 8 + 3 + len(end)
    bound = record(0x0085, struct.pack("<IBBBB", where, 0, 0, 3, 0) + b"One")
    return compound("Workbook", head + bound + end + begin(0x0010) + records + end)


def label(line: int, column: int, text: str) -> bytes:
    """Return a cell of text of an XLS sheet."""
    wide = text.encode("utf-16-le", "surrogatepass")
    return record(0x0204, struct.pack("<HHHHB", line, column, 0, len(wide) // 2, 1) + wide)


def lied_about(archive: bytes, name: str, size: int) -> bytes:
    """Return the archive with another unpacked size of a part, in its directory and before the part."""
    changed = bytearray(archive)
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(sign)
        while place >= 0:
            names = {b"PK\x03\x04": 30, b"PK\x01\x02": 46}[sign]
            if changed[place + names : place + names + len(name)] == name.encode():
                struct.pack_into("<I", changed, place + at, size)
            place = changed.find(sign, place + 4)
    return bytes(changed)


def flagged(archive: bytes, bit: int) -> bytes:
    """Return the archive with a flag set on all its parts: bit 0 says that they are encrypted."""
    changed = bytearray(archive)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(sign)
        while place >= 0:
            changed[place + at] |= 1 << bit
            place = changed.find(sign, place + 4)
    return bytes(changed)


def written(path: Path, content: bytes) -> Path:
    """Write a file, and return where it is."""
    path.write_bytes(content)
    return path
