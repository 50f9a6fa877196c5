"""Workbooks for tests: XLSX by the writer that exports use, ODS and the old XLS put together by hand."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, **sheets: Rows) -> Path:
    """Write an XLSX file; a sheet whose name begins with "hidden" is hidden."""
    from xlsxwriter import Workbook

    with Workbook(
        str(path),
        {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "remove_timezone": True},
    ) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name.startswith("hidden"):
                sheet.hide()
            else:
                sheet.activate()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def ods(path: Path, rows: Rows) -> Path:
    """Write an ODS file with one sheet of text."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return ods_of(path, cells)


def ods_of(path: Path, cells: str) -> Path:
    """Write an ODS file with one sheet of these tags."""
    kinds = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    kinds += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0"?><office:document-content{kinds}><office:body><office:spreadsheet>'
        f'<table:table table:name="Clientes">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}"/>')
    return path


def xls(path: Path, rows: Rows, extra: bytes = b"") -> Path:
    """Write an XLS file (BIFF8 in a compound file) with one sheet of text, and `extra` records behind it."""
    cells = b"".join(
        record(
            0x0204, struct.pack("<HHH", y, x, 0) + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        )
        for y, row in enumerate(rows)
        for x, cell in enumerate(row)
    )
    begin = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))  # noqa: E731
    end = record(0x000A, b"")
    name = "Clientes"
    head = begin(0x0005)
    where = len(head) + 4 + 8 + len(name) + len(end)
    bound = record(
        0x0085, struct.pack("<IBB", where, 0, 0) + struct.pack("<BB", len(name), 0) + name.encode()
    )
    path.write_bytes(compound("Workbook", head + bound + end + begin(0x0010) + cells + extra + end))
    return path


def record(kind: int, content: bytes) -> bytes:
    """Return a record of an XLS file."""
    return struct.pack("<HH", kind, len(content)) + content


def compound(name: str, stream: bytes) -> bytes:
    """Return a compound file (one sector of allocation, one of directory) with one stream."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    allocation = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(called: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (called + "\0").encode("utf-16-le") if called else b""
        links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text), kind, 1)
            + links
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    directory += 2 * entry("", 0, 0xFFFFFFFF, 0, 0)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + allocation + directory + stream.ljust(sectors * 512, b"\0")


def vast(path: Path) -> Path:
    """Write an XLSX file with a cell at either end of the sheet: read as a table it has seventeen thousand million."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
        for row, cell in ((1, "A1"), (1048576, "XFD1048576"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0"?>{text}')
    return path
