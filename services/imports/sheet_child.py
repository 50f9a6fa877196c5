"""Read one sheet of a workbook into CSV, in a process of its own that may use only so much memory and time.

Run by its path, with nothing of Carteira around it: a workbook may be made to exhaust or to crash whoever reads it.
It reads its arguments from standard input, a list in JSON: the workbook, where to write, the sheet's name or nothing,
megabytes of memory, seconds of CPU, megabytes to write. It says on standard output, as JSON, which sheets there are
and which it has read, or what is wrong.
"""

import csv
import errno
import json
import math
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat

_MB = 1 << 20
# A spreadsheet keeps fifteen digits of a number.
_DIGITS = 10**15
_BLOCK = 1 << 20
# What a tag with its value may reach beyond the place where it begins.
_AHEAD = 4_096

_OPEN_DOCUMENT = "content.xml"
_SHOWN_ERROR = re.compile(
    r"#(?:N/[AD]|REF!|DIV/0!|NUM!|NULL!|(?:VALUE|VALOR|VALEUR|WERT)!|(?:NAME|NOME|NOM)\?)|Err:\d{3}"
)
_OLD_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_SHORTEST_STREAM = 4_096
_MOST_REPEATED = 100_000
_MOST_PIECES = 10_000
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HIDDEN_OR_ERROR = re.compile(
    rb"<(?:\w+:)?(?:row\b[^<>]*?\shidden=[\"'](?:1|true)[\"'][^<>]*>|c\b([^<>]*?\st=[\"']e[\"'][^<>]*)>)"
)
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_OF_TEXT = re.compile(rb"\st=[\"'](?!n[\"'])")
_ZEROS = re.compile(r"0+(?:[- /]0+)*")
_SHOWN_ZEROS = re.compile(r"\d{2,}(?:[- /]\d+)*|\d(?:[- /]\d+)+")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")


def main(source: str, target: str, wanted: str, memory_mb: int, seconds: int, file_mb: int) -> dict[str, Any]:
    """Write the sheet; return what there is to say of the workbook."""
    from python_calamine import PasswordError

    _limit(memory_mb * _MB, seconds, file_mb * _MB)
    try:
        return _written(source, target, wanted)
    except PasswordError:
        return {"wrong": "password"}
    except MemoryError:
        return {"wrong": "too_large"}
    except OSError as error:
        by_number = {errno.EFBIG: "too_large", errno.ENOSPC: "no_room", errno.EDQUOT: "no_room"}
        return {"wrong": by_number.get(error.errno or 0, "unreadable"), "error": str(error)[:500]}
    except BaseException as error:  # noqa: BLE001 - the reader panics with something that is no Exception
        return {"wrong": "password" if _is_encrypted(source) else "unreadable", "error": str(error)[:500]}


def _written(source: str, target: str, wanted: str) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_path(source) as book:
        sheets = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not sheets or (wanted and wanted not in sheets):
            return {"wrong": "no_such_sheet", "sheets": sheets}
        # The first that holds anything, where none was chosen.
        chosen = wanted or next((name for name in sheets if book.get_sheet_by_name(name).height), sheets[0])
        sheet = book.get_sheet_by_name(chosen)
        marks, hidden = _marks(source, chosen)
        first = sheet.start[1] if sheet.start else 0
        shown = {
            number: {column - first: value for column, value in of.items()} for number, of in marks.items()
        }
        numbers, digits = _write(target, sheet.iter_rows(), shown, frozenset())
        if both := numbers & digits:
            _write(target, sheet.iter_rows(), shown, both)
    return {"sheets": sheets, "sheet": chosen, "hidden": hidden, "numbers": sorted(numbers)}


def _write(
    target: str, rows: Iterable[list[Any]], shown: dict[int, dict[int, str]], told: Collection[int]
) -> tuple[set[int], set[int]]:
    """Write rows as CSV, some cells as they are shown; return the columns with numbers, and with digits as text.

    In the columns `told` digits that are text are marked as such: ="00123".
    """
    numbers: set[int] = set()
    digits: set[int] = set()
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - stands alone
        writer = csv.writer(file)
        for number, row in enumerate(rows, 1):
            cells = [_text(cell) for cell in row]
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell.strip().isdecimal():
                        digits.add(at)
                        if at in told:
                            cells[at] = f'="{cells[at].strip()}"'
                elif type(cell) in (int, float):
                    numbers.add(at)
            for at, value in shown.get(number, {}).items():
                if 0 <= at < len(cells):
                    cells[at] = value
            writer.writerow(cells)
    return numbers, digits


def _limit(memory: int, seconds: int, written: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_encrypted(source: str) -> bool:
    """Say whether this is the container that a workbook is put into when it gets a password."""
    with open(source, "rb") as file:  # noqa: PTH123 - stands alone
        text = file.read(_BLOCK)
        if not text.startswith(_OFFICE):
            return False
        while text:
            if _ENCRYPTED in text:
                return True
            block = file.read(_BLOCK)
            text = text[-len(_ENCRYPTED) :] + block if block else b""
    return False


def _text(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, days as ISO 8601 has them."""
    if isinstance(cell, str):
        # Old programs fill the end of a cell with NULs, which are no text.
        return cell.replace("\0", "") if "\0" in cell else cell
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
    if not math.isfinite(value):
        return "#NUM!"
    if abs(value) >= _DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


# --- what the reader does not tell: error cells, which it takes for empty ones, zeros in front of numbers, which the
# format of a cell adds, and hidden rows


def _marks(path: str, name: str) -> tuple[dict[int, dict[int, str]], int]:
    """Return cells of a sheet of a workbook that are to be read otherwise, and how many rows are hidden.

    The cells are (row, column from 0, value).
    """
    errors: dict[int, dict[int, str]] = {}
    hidden = 0
    if not zipfile.is_zipfile(path):
        return _old_marks(path, name)
    with zipfile.ZipFile(path) as packed:
        if _OPEN_DOCUMENT in packed.namelist():
            with packed.open(_OPEN_DOCUMENT) as file:
                return _open_document_marks(file, name)
        part = _part_of(packed, name)
        if part is None:
            return errors, hidden
        padded = _padded_styles(packed)
        wanted = _wanted(padded)
        with packed.open(part) as file:
            for tag, text in _tags(file, wanted):
                if wanted is not _HIDDEN_OR_ERROR and tag[2] is not None:
                    _mark_padded(errors, tag[2], tag[3].decode(), padded, text)
                elif tag[1] is None:
                    hidden += 1
                elif place := _PLACE.search(tag[1]):
                    value = _VALUE.search(text)
                    row = errors.setdefault(int(place[2]), {})
                    row[_column(place[1])] = value[1].decode(errors="replace") if value else "#N/A"
    return errors, hidden


def _padded_styles(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return, by the number of a style, the format of those that write zeros in front of a number: 00000\\-000."""
    try:
        styles = packed.read("xl/styles.xml")
    except KeyError:
        return {}
    formats = {
        _attribute(tag, b"numFmtId"): _attribute(tag, b"formatCode") for tag in _FORMAT.findall(styles)
    }
    padding = {number: code for number, one in formats.items() if (code := _zeros_of(_plain(one)))}
    if not padding:
        return {}
    cells = styles.partition(b"cellXfs")[2].partition(b"cellXfs")[0]
    used = [_attribute(tag, b"numFmtId") for tag in _STYLE.findall(cells)]
    return {str(at): padding[number] for at, number in enumerate(used) if number in padding}


def _zeros_of(code: str) -> str | None:
    """Return a format of zeros with what stands between them, without its marks; null for any other one."""
    bare = code.partition(";")[0].replace("\\", "").replace('"', "")
    return bare if _ZEROS.fullmatch(bare) and bare.count("0") > 1 else None


def _wanted(padded: dict[str, str]) -> re.Pattern[bytes]:
    """Return the pattern of the tags to look at."""
    if not padded:
        return _HIDDEN_OR_ERROR
    styles = "|".join(padded).encode()
    own = rb"|<(?:\w+:)?c\b([^<>]*?\ss=[\"'](" + styles + rb")[\"'][^<>]*)>"
    return re.compile(_HIDDEN_OR_ERROR.pattern + own)


def _mark_padded(
    marks: dict[int, dict[int, str]], cell: bytes, style: str, padded: dict[str, str], text: bytes
) -> None:
    place, value = _PLACE.search(cell), _VALUE.search(text.partition(b"</c>")[0])
    if cell.endswith(b"/") or not place or not value or _OF_TEXT.search(cell):
        return
    shown = _padded(value[1].decode(errors="replace"), padded[style])
    if shown is not None:
        marks.setdefault(int(place[2]), {})[_column(place[1])] = shown


def _padded(number: str, code: str) -> str | None:
    """Return a whole number as a format of zeros shows it; null where it has no zeros in front."""
    if not (number.isascii() and number.isdecimal()) or len(number) >= code.count("0"):
        return None
    digits = iter(number.zfill(code.count("0")))
    return "".join(next(digits) if sign == "0" else sign for sign in code)


def _open_document_marks(file: IO[bytes], name: str) -> tuple[dict[int, dict[int, str]], int]:
    """Return the same of a sheet of an ODS file, in which rows and cells may be told once for many."""
    sheet = _OpenDocumentSheet(name)
    parser = expat.ParserCreate()
    parser.StartElementHandler = sheet.begin
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.text
    while block := file.read(_BLOCK):
        parser.Parse(block)
    parser.Parse(b"", True)
    return sheet.errors, sheet.hidden


class _OpenDocumentSheet:
    """What there is to note of one table of an OpenDocument file, tag by tag."""

    def __init__(self, name: str) -> None:
        self.errors: dict[int, dict[int, str]] = {}
        self.hidden = 0
        self._name = name
        self._within = self._is_hidden = self._holds = False
        self._row = self._column = 0
        self._rows = self._cells = 1
        self._cell: dict[str, str] | None = None
        self._said: list[str] = []
        self._wrong: dict[int, str] = {}

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "table":
            self._within = attributes.get("table:name") == self._name
        elif self._within and kind == "table-row":
            self._rows = _times(attributes.get("table:number-rows-repeated"))
            self._is_hidden = attributes.get("table:visibility") in ("collapse", "filter")
            self._column, self._holds, self._wrong = 0, False, {}
        elif self._within and kind in ("table-cell", "covered-table-cell"):
            self._cells = _times(attributes.get("table:number-columns-repeated"))
            self._cell, self._said = attributes, []

    def text(self, text: str) -> None:
        if self._cell is not None and len(self._said) < _MOST_PIECES:
            self._said.append(text)

    def end(self, tag: str) -> None:
        kind = tag.rpartition(":")[2]
        if kind in ("table-cell", "covered-table-cell") and self._cell is not None:
            said = "".join(self._said).strip()
            self._holds = self._holds or bool(said)
            if _is_error(self._cell, said):
                told = said[:20] if said.startswith("#") else "#VALUE!"
                columns = range(self._column, self._column + min(self._cells, _MOST_REPEATED))
                self._wrong |= dict.fromkeys(columns, told)
            elif _is_padded(self._cell, said):
                columns = range(self._column, self._column + min(self._cells, _MOST_REPEATED))
                self._wrong |= dict.fromkeys(columns, said)
            self._column += self._cells
            self._cell = None
        elif kind == "table-row" and self._within:
            # Rows that hold nothing are told once for all that are left of the sheet.
            rows = min(self._rows, _MOST_REPEATED) if self._holds else 0
            if self._is_hidden:
                self.hidden += rows
            if self._wrong:
                self.errors |= {self._row + at: self._wrong for at in range(1, rows + 1)}
            self._row += self._rows
        elif kind == "table":
            self._within = False


def _times(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else 1


def _is_error(cell: dict[str, str], said: str) -> bool:
    """Say whether a formula came to nothing; old programs write a zero, and the error as what is shown."""
    if cell.get("calcext:value-type") == "error":
        return True
    computed = cell.get("office:value-type", "string") != "string" or "table:formula" in cell
    return computed and bool(_SHOWN_ERROR.fullmatch(said))


def _is_padded(cell: dict[str, str], said: str) -> bool:
    """Say whether a whole number is shown with zeros in front."""
    if said[:1] != "0" or cell.get("office:value-type") != "float" or not _SHOWN_ZEROS.fullmatch(said):
        return False
    return re.sub(r"\D", "", said).lstrip("0") == cell.get("office:value")


def _old_marks(path: str, name: str) -> tuple[dict[int, dict[int, str]], int]:
    """Return the same of a sheet of an XLS file, record by record."""
    errors: dict[int, dict[int, str]] = {}
    hidden = nested = 0
    book = _stream_in(path)
    begins = {
        _sheet_name(record): struct.unpack_from("<I", record)[0]
        for kind, record in _records(book, 0)
        if kind == 0x85
    }
    for kind, record in _records(book, begins[name]) if name in begins else ():
        nested += (kind == 0x809) - (kind == 0x0A)
        if nested == 0:
            break
        if kind == 0x208 and len(record) >= 14:
            _row, first, behind, *_others, flags = struct.unpack_from("<7H", record)
            hidden += bool(flags & 0x20 and behind > first)
        elif kind == 0x205 and len(record) >= 8 and record[7]:
            row, column = struct.unpack_from("<HH", record)
            errors.setdefault(row + 1, {})[column] = _OLD_ERRORS.get(record[6], "#N/A")
        elif kind == 0x06 and len(record) >= 14 and record[6] == 2 and record[12:14] == b"\xff\xff":
            row, column = struct.unpack_from("<HH", record)
            errors.setdefault(row + 1, {})[column] = _OLD_ERRORS.get(record[8], "#N/A")
    return errors, hidden


def _sheet_name(record: bytes) -> str:
    length, wide = record[6], record[7] & 1
    return record[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _stream_in(path: str) -> bytes:
    """Return the workbook within a compound file ([MS-CFB]); nothing where it has none of the usual kind."""
    with open(path, "rb") as file:  # noqa: PTH123 - stands alone
        whole = file.read()
    if not whole.startswith(_OFFICE) or len(whole) < 1024:
        return b""
    size = 1 << min(struct.unpack_from("<H", whole, 30)[0], 16)
    sectors = len(whole) // size

    def sector(number: int) -> bytes:
        return whole[(number + 1) * size : (number + 2) * size]

    def numbers(content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))

    listed, further = numbers(whole[76:512]), struct.unpack_from("<I", whole, 68)[0]
    while further < sectors and len(listed) <= sectors:
        *more, further = numbers(sector(further)) or [sectors]
        listed += more
    following = [number for one in listed if one < sectors for number in numbers(sector(one))]

    def chain(number: int) -> bytes:
        found: list[bytes] = []
        while number < len(following) and len(found) <= sectors:
            found.append(sector(number))
            number = following[number]
        return b"".join(found)

    directory = chain(struct.unpack_from("<I", whole, 48)[0])
    for at in range(0, len(directory) - 127, 128):
        if directory[at : at + 18] == "Workbook\0".encode("utf-16-le"):
            begin, length = struct.unpack_from("<II", directory, at + 116)
            # What is shorter lies elsewhere; no spreadsheet writes so little.
            return chain(begin)[:length] if length >= _SHORTEST_STREAM else b""
    return b""


def _tags(file: IO[bytes], wanted: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """Yield each tag that is wanted with the text that follows it."""
    text = b""
    while block := file.read(_BLOCK):
        text += block
        certain = len(text) - _AHEAD
        for tag in wanted.finditer(text):
            if tag.start() >= certain:
                break
            yield tag, text[tag.end() : tag.end() + 200]
        text = text[max(certain, 0) :]
    for tag in wanted.finditer(text):
        yield tag, text[tag.end() : tag.end() + 200]


def _part_of(packed: zipfile.ZipFile, name: str) -> str | None:
    """Return the file in which a sheet of an XLSX workbook lies; none for another kind."""
    try:
        book = packed.read("xl/workbook.xml")
        relations = packed.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return None
    targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _RELATION.findall(relations)}
    for tag in _SHEET.findall(book):
        if _plain(_attribute(tag, b"name")) == name:
            target = targets.get(_attribute(tag, b"r:id"), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return part if part in packed.namelist() else None
    return None


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + re.escape(name) + rb"\s*=\s*[\"']([^\"']*)[\"']", tag)
    return found[1].decode(errors="replace") if found else ""


def _plain(text: str) -> str:
    for sign, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(sign, plain)
    return text


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*json.load(sys.stdin))))
