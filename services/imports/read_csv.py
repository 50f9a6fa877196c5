"""Look at a CSV file: its encoding, its delimiter, its header and first rows, before any of it is loaded."""

import csv
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from hooks.i18n import _, ngettext, number
from hooks.offers import FileShape, ReadOptions
from services.errors import Refused
from services.imports.encodings import Encoding, encoding_of
from services.imports.headers import understand
from services.settings import MB, settings

DELIMITERS = (",", ";", "\t", "|")
ENDINGS = ("csv", "tsv", "txt")
ROWS_SHOWN = 20

_SAMPLE_CHARS = 1 << 16
# As many characters have, at most, so many bytes.
_SAMPLE_BYTES = 4 * _SAMPLE_CHARS
_SAMPLE_RECORDS = 200
# So many rows of titles may stand above the header, and so many rows alike tell it from them.
_MOST_ABOVE = 20
_STEADY = 3
_SEP_LINE = re.compile(r'"?sep=([^"])"?', re.IGNORECASE)
_SPELLED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}

_OTHER_KINDS = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"%PDF-", "pdf"), (b"\x1f\x8b", "packed"), (b"BZh", "packed"), (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"\xfd7zXZ", "packed"), (b"Rar!", "packed"), (b"\x7fELF", "program"), (b"MZ\x90", "program"),
    (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"SQLite format 3\0", "database"),
    (b"PAR1", "database"), (b"{\\rtf", "document"),
)  # fmt: skip
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|\?xml|svg)\b", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\{\s*"|\[\s*[\[{])')
_CARD = re.compile(rb"\s*BEGIN:V(?:CARD|CALENDAR)", re.IGNORECASE)


def may_be_csv(path: Path) -> bool:
    """Say whether a file is CSV by its name, or by its look where the name says nothing."""
    if path.suffix.lower().lstrip(".") in ENDINGS:
        return True
    return not path.suffix and _other_kind(_first_bytes(path)) is None


def inspect_csv(path: Path, options: ReadOptions) -> FileShape:
    """Return the shape of a CSV file; one column is a result. Raises Refused for anything else."""
    _refuse_other_kinds(path)
    if options.sheet:
        raise Refused(
            "no_sheets", _("A CSV file has no sheets."), fields={"sheet": _("A CSV file has no sheets.")}
        )
    _refuse_endless(path)
    encoding = encoding_of(path, chosen=options.encoding, language=options.language)
    sample, whole = _sample(path, encoding)
    if not sample.strip("\ufeff \t\r\n,;|\x1a"):
        raise Refused("empty_file", _("The file is empty."))
    told, text = _sep_line(sample)
    if whole and not text.strip():
        raise Refused("empty_file", _("The file is empty."))
    delimiter = _chosen_delimiter(options.delimiter) or told or _likeliest_delimiter(text, whole=whole)
    records = _records(text, delimiter, whole=whole)
    spaced = any(_is_spaced(cell, text, delimiter) for row in records for cell in row)
    if spaced:
        records = _records(text, delimiter, whole=whole, spaced=True)
    above, header, rows = header_and_rows(records)
    _refuse_without_header(header, text, whole=whole)
    _refuse_too_wide(header)
    return FileShape(
        format="csv",
        columns=_shown(header),
        first_rows=tuple(map(_shown, rows[:ROWS_SHOWN])),
        encoding=encoding.name,
        delimiter=delimiter,
        guessed=encoding.guessed,
        notes=_notes(above, header),
        layout={"mark": encoding.mark, "sep_line": told is not None, "above": above, "spaced": spaced},
    )


def _shown(record: Sequence[str]) -> tuple[str, ...]:
    """Return cells as they can be kept: a NUL cannot."""
    return tuple(cell.replace("\0", "\ufffd") for cell in record)


def _is_spaced(cell: str, text: str, delimiter: str) -> bool:
    """Say whether a cell has spaces before its quotation marks; within them they would be the value's own."""
    begins_so = cell.startswith(" ") and cell.lstrip(" ").startswith('"')
    return begins_so and any(before + cell in text for before in (delimiter, "\n", "\r"))


def header_and_rows(records: Sequence[list[str]]) -> tuple[int, list[str], list[list[str]]]:
    """Return how many filled records stand above the header, the header, and the filled records after it."""
    filled = [record for record in records if not is_blank(record)]
    above = _above_header(filled)
    return (above, filled[above], filled[above + 1 :]) if filled else (0, [], [])


def _above_header(filled: Sequence[list[str]]) -> int:
    """Return how many records are a title: all are narrower than the header below them, which names columns.

    A header of names that nobody knows is found where one cell alone stands above rows of a steady width.
    """
    known = understand(filled[0]).known if filled else 2
    if known >= 2:
        return 0
    widest = _width(filled[0])
    for at, record in enumerate(filled[1 : _MOST_ABOVE + 1], 1):
        width = _width(record)
        if width > widest and understand(record).known > max(known, 1):
            return at
        widest = max(widest, width)
    if known == 0 and _width(filled[0]) == 1 and len(filled) > _STEADY:
        for at in range(1, min(_MOST_ABOVE + 1, len(filled) - _STEADY + 1)):
            widths = {len(record) for record in filled[at : at + _STEADY]}
            if len(widths) == 1 and widths.pop() == _width(filled[at]) > 1:
                return at
    return 0


def _width(record: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in record)


def is_blank(record: Sequence[str]) -> bool:
    """Say whether a record holds nothing: no cell, empty ones, spaces, the end-of-file sign of DOS."""
    return not "".join(record).strip().strip("\x1a\ufeff")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _other_kind(start: bytes) -> str | None:
    for magic, kind in _OTHER_KINDS:
        if start.startswith(magic):
            return kind
    bare = start.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(bare):
        return "markup"
    if _JSON.match(bare):
        return "json"
    return "card" if _CARD.match(bare) else None


def _refuse_other_kinds(path: Path) -> None:
    size, most = path.stat().st_size, settings().imports.max_mb
    if size == 0:
        raise Refused("empty_file", _("The file is empty."))
    if size > most * MB:
        raise Refused(
            "file_too_large",
            _("The file has {size} MB; at most {most} MB are read at once.").format(
                size=number(size // MB), most=number(most)
            ),
        )
    sentences = {
        "zip": _("The file is a workbook or a ZIP archive, not CSV; save the sheet as CSV first."),
        "office": _("The file is an old Office document, not CSV; save the sheet as CSV first."),
        "pdf": _("The file is a PDF, not CSV."),
        "packed": _("The file is packed; unpack it first."),
        "program": _("The file is a program, not CSV."),
        "image": _("The file is an image, not CSV."),
        "database": _("The file is a database, not CSV."),
        "document": _("The file is a text document, not CSV."),
        "markup": _("The file is a web page or XML, not CSV; perhaps a sign-in page was saved in its place."),
        "json": _("The file is JSON, not CSV."),
        "card": _("The file is a calendar, not CSV."),
    }
    kind = _other_kind(_first_bytes(path))
    if kind is not None:
        raise Refused("not_csv", sentences[kind], kind=kind)


def _refuse_endless(path: Path) -> None:
    """Refuse a file whose first line does not end, before all of it is decoded to find out what it is."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE_BYTES)
    if len(start) == _SAMPLE_BYTES and not any(sign in start for sign in (b"\n", b"\r", b"\0")):
        raise _endless()


def _sample(path: Path, encoding: Encoding) -> tuple[str, bool]:
    """Return the first text of the file, with plain newlines, and whether that is all of it."""
    with path.open("rb") as file:
        file.seek(encoding.mark)
        with io.TextIOWrapper(file, encoding=encoding.name, newline=None) as text:
            sample = text.read(_SAMPLE_CHARS)
            return sample, not text.read(1)


def _sep_line(sample: str) -> tuple[str | None, str]:
    """Return the delimiter that a first line `sep=;` sets, and the text below that line."""
    first, newline, rest = sample.partition("\n")
    told = _SEP_LINE.fullmatch(first.rstrip())
    if told is None and first.startswith("sep=\t"):
        return "\t", rest
    return (told[1], rest) if told and newline else (None, sample)


def _chosen_delimiter(chosen: str | None) -> str | None:
    if not chosen:
        return None
    delimiter = _SPELLED.get(chosen.strip().lower(), chosen)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise Refused(
            "bad_delimiter",
            _("“{text}” is no delimiter; give one sign, such as ; or tab.").format(text=chosen),
        )
    return delimiter


def _likeliest_delimiter(text: str, *, whole: bool) -> str:
    """Return the delimiter with the most known names in the header, then the steadiest width."""

    def merit(delimiter: str) -> tuple[int, float, int]:
        records = _records(text, delimiter, whole=whole)
        _above, header, rows = header_and_rows(records)
        width = len(header)
        steady = sum(len(row) == width for row in rows) / len(rows) if rows and width > 1 else 0.0
        return understand(header).known, steady, width

    return max(DELIMITERS, key=merit)


def _records(text: str, delimiter: str, *, whole: bool, spaced: bool = False) -> list[list[str]]:
    """Read the records of a sample, less the last one of a sample that was cut off: it may be half."""
    csv.field_size_limit(settings().imports.max_cell_chars)
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=spaced)
    with suppress(csv.Error):  # an endless cell: what stands before it must do here, staging names the line
        records.extend(islice(reader, _SAMPLE_RECORDS))
    cut_off = not whole and 1 < len(records) < _SAMPLE_RECORDS
    return records[:-1] if cut_off else records


def _refuse_without_header(header: list[str], text: str, *, whole: bool) -> None:
    endless = not whole and "\n" not in text.strip("\n")
    if endless or (not header and '"' not in text):
        raise _endless()
    if not header:
        raise Refused("no_header", _("The first row cannot be read: a quotation mark in it is never closed."))


def _endless() -> Refused:
    return Refused(
        "line_too_long",
        _(
            "The first line of this file is longer than {most} characters; it should hold the names of the "
            "columns, and each contact a line of its own."
        ).format(most=number(settings().imports.max_cell_chars)),
    )


def _refuse_too_wide(header: list[str]) -> None:
    most = settings().imports.max_columns
    if len(header) > most:
        raise Refused(
            "too_many_columns",
            _("The file has {n} columns; at most {most} are read.").format(
                n=number(len(header)), most=number(most)
            ),
        )


def _notes(above: int, header: list[str]) -> tuple[str, ...]:
    if above:
        said = ngettext(
            "The {n} row above the names of the columns is passed over.",
            "The {n} rows above the names of the columns are passed over.",
            above,
        )
        return (said.format(n=number(above)),)
    looks_like_data = any("@" in name or name.strip().lstrip("+").isdecimal() for name in header)
    if looks_like_data and not understand(header).known:
        return (_("The first row looks like a contact; a file begins with the names of its columns."),)
    return ()
