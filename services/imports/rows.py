"""From the cells of a row to the values of a contact, or to the one reason why the row cannot come in."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache

from models.fold import fold
from services.imports.countries import read_country
from services.imports.emails import read_email
from services.imports.harmless import plain_cell
from services.imports.phones import read_phone
from services.imports.unreadable import Unreadable
from services.values import TEXT_LIMITS

# The place of each field in a row's values; the text fields are those without a reader of their own.
FIELDS = (
    "country", "first_name", "last_name", "phone", "email", "account_number", "organization", "external_id",
    "region", "city", "postcode", "street", "language",
)  # fmt: skip
COUNTRY, FIRST, LAST, PHONE, EMAIL, EXTERNAL_ID = (
    FIELDS.index(name)
    for name in ("country", "first_name", "last_name", "phone", "email", "external_id")
)  # fmt: skip
SEGMENTS = "segments"
MAPPABLE = (*FIELDS, SEGMENTS)

# PostgreSQL cannot index a longer key; some single letters fold to eighteen.
_KEY_BYTES = 2_000
_FOLDS_SHORT = 36

Values = list[str | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is rejected: `field` and `text` name the cell, `detail` holds what the sentence needs."""

    code: str
    field: str | None = None
    text: str | None = None
    detail: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Read:
    """A row that can be read; `segments` are the names as typed, null where the file has no such column."""

    values: Values
    segments: tuple[str, ...] | None


class RowReader:
    """Reads the rows of one file by its mapping; `width` is the number of columns of the header."""

    def __init__(
        self, mapping: Mapping[int, str | None], width: int, *, country: str | None, join_overflow: bool
    ) -> None:
        at = {name: index for index, name in mapping.items() if name and index < width}
        self._texts = [
            (at[name], FIELDS.index(name), name, limit) for name, limit in TEXT_LIMITS.items() if name in at
        ]
        self._country, self._phone, self._email = at.get("country"), at.get("phone"), at.get("email")
        self._segments = at.get(SEGMENTS)
        self._width = width
        self._default_country = country
        self._joins_overflow = join_overflow and self._segments == width - 1

    def read(self, cells: Sequence[str]) -> Read | Refusal:
        """Return the row's values in the order of FIELDS, or the first reason why it cannot come in."""
        count = len(cells)
        overflow: Sequence[str] = ()
        if count > self._width:
            overflow = [cell for cell in cells[self._width :] if cell.strip()]
            if overflow and not self._joins_overflow:
                return Refusal("row_too_long", None, overflow[0], {"columns": self._width})
        values: Values = [None] * len(FIELDS)
        for index, place, name, limit in self._texts:
            if index < count and (text := _cell(cells[index])):
                if len(text) > limit or not _fits(text):
                    return _unfit(name, text, limit)
                values[place] = text
        refusal = self._read_reach(cells, values)
        if refusal is not None:
            return refusal
        if self._segments is None:
            return Read(values, None)
        names = _names(cells[self._segments]) if self._segments < count else ()
        if overflow:
            names = _names(";".join((*names, *overflow)))
        if any("\x00" in name for name in names):
            return _unfit(SEGMENTS, ";".join(names), len(cells[self._segments]))
        return Read(values, names)

    def _read_reach(self, cells: Sequence[str], values: Values) -> Refusal | None:
        """Read country, phone and e-mail into `values`."""
        count = len(cells)
        country = self._default_country
        if self._country is not None and self._country < count and (text := cells[self._country].strip()):
            read = read_country(text)
            if not isinstance(read, str):
                return _unreadable("country", read)
            values[COUNTRY] = country = read
        if self._phone is not None and self._phone < count and (text := _cell(cells[self._phone])):
            number = read_phone(text, country)
            if isinstance(number, Unreadable):
                return _unreadable("phone", number)
            values[PHONE] = number.e164
        if self._email is not None and self._email < count and (text := _cell(cells[self._email])):
            address = read_email(text)
            if not isinstance(address, str):
                return _unreadable("email", address)
            values[EMAIL] = address
        return None


def _cell(cell: str) -> str:
    """Return a cell without spaces around it, and without the apostrophe that keeps a spreadsheet from running it."""
    text = cell.strip()
    return plain_cell(text) if text[:1] == "'" else text


@lru_cache(maxsize=4096)
def _names(cell: str) -> tuple[str, ...]:
    """Return the names between semicolons, each once."""
    names: dict[str, str] = {}
    for name in plain_cell(cell).split(";"):
        if name.strip():
            names.setdefault(fold(name), name.strip())
    return tuple(names.values())


def _fits(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    if "\x00" in text:
        return False
    return len(text) <= _FOLDS_SHORT or len(fold(text).encode()) <= _KEY_BYTES


def _unfit(name: str, text: str, limit: int) -> Refusal:
    code = "text_not_kept" if "\x00" in text else "text_too_long"
    return Refusal(code, name, text[:200].replace("\x00", "\ufffd"), {"limit": limit})


def _unreadable(name: str, why: Unreadable) -> Refusal:
    return Refusal(why.code, name, why.text[:200].replace("\x00", "\ufffd"), dict(why.detail))
