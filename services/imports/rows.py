"""From the cells of a row to the values of a contact, or to the one reason why the row cannot come in."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hooks.i18n import language_code
from models.fold import fold
from services.imports.countries import read_country
from services.imports.emails import read_email
from services.imports.handles import PLATFORMS, Handle, key_of, pieces, platform_of, read_handle
from services.imports.harmless import ERRORS, MARKS, plain_cell
from services.imports.phones import is_dialled, read_phone
from services.imports.placeholders import is_placeholder, meant_in_earnest
from services.imports.plain_fields import READERS
from services.imports.postcodes import may_lack_zeros, with_zeros
from services.imports.programs import GOOGLE, Address, in_turn
from services.imports.unreadable import Unreadable
from services.values import TEXT_LIMITS

if TYPE_CHECKING:
    from services.imports.phone_judge import Phone

# The place of each field in a row's values; the text fields are those without a reader of their own.
FIELDS = (
    "country", "first_name", "last_name", "phone", "email", "account_number", "organization", "external_id",
    "region", "city", "postcode", "street", "language", "time_zone", "importance", "responsible",
)  # fmt: skip
COUNTRY, FIRST, LAST, PHONE, EMAIL, ORGANIZATION, EXTERNAL_ID, STREET, POSTCODE, LANGUAGE, RESPONSIBLE = (
    FIELDS.index(name)
    for name in (
        "country", "first_name", "last_name", "phone", "email", "organization", "external_id", "street", "postcode",
        "language", "responsible",
    )
)  # fmt: skip
# Where a contact keeps each of them.
COLUMNS_OF_FIELDS = tuple("responsible_id" if name == "responsible" else name for name in FIELDS)
SEGMENTS, TAGS = "segments", "tags"
FURTHER_EMAILS, FURTHER_PHONES, MIDDLE, WHOLE = "further_emails", "further_phones", "middle_name", "full_name"
FURTHER_STREET, MESSENGERS = "further_street", "messengers"
# Fields of a file that end in fields of the contact.
MERGED = (FURTHER_PHONES, FURTHER_EMAILS, FURTHER_STREET, MIDDLE, WHOLE)
MAPPABLE = (*FIELDS, SEGMENTS, TAGS, MESSENGERS, *MERGED, *PLATFORMS)

# PostgreSQL cannot index a longer key; some single letters fold to eighteen.
_KEY_BYTES = 2_000
_FOLDS_SHORT = 36
# Between several values of a cell in Google's files, and in a column of further addresses.
_AND = ":::"
_BETWEEN = re.compile(r":::|[;,|\n]")
# Between tags, in a cell without a semicolon.
_BETWEEN_TAGS = re.compile(r":::|,")
_SHORTENED = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+\d+")

# Text, a number, or null; the responsible of a row is a text until it is known who is meant, from then on an id.
Values = list[Any]
Notes = dict[str, object]
# Further e-mails, further phones.
Further = tuple[tuple[str, ...], tuple[str, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is rejected: `field` and `text` name the cell, `detail` holds what the sentence needs."""

    code: str
    field: str | None = None
    text: str | None = None
    detail: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Read:
    """A row that can be read; `segments` and `tags` are names as typed, null where the file has no such column.

    `doubt` is why its phone, which is dialled to another country than the row's, is taken only for a contact that has
    both already. `further` are addresses beside the first one, null where the row has none. `notes` are what the review
    says of the row beside what becomes of it; see reasons.py.
    """

    values: Values
    segments: tuple[str, ...] | None
    doubt: Refusal | None = None
    tags: tuple[str, ...] | None = None
    further: Further | None = None
    notes: Notes | None = None
    messengers: tuple[Handle, ...] = ()


class RowReader:
    """Reads the rows of one file by its mapping; `width` is the number of columns of the header.

    `report` are the columns that an earlier import's report put there: they are no part of a row. `program` exported
    the file: its country is an address's, which says nothing against a dialling code. Of the `addresses` that it tells
    apart a row brings the one that is mapped, or else the first that it has. `numbers` are the columns of a
    workbook whose digits are numbers, which keep no zeros in front. `services` are, by columns of messengers' handles,
    those that name the messenger.
    """

    def __init__(
        self,
        mapping: Mapping[int, str | None],
        width: int,
        *,
        country: str | None,
        join_overflow: bool,
        report: Sequence[int] = (),
        program: str | None = None,
        addresses: Sequence[Address] = (),
        numbers: Sequence[int] = (),
        services: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self._addresses = in_turn(mapping, addresses)
        at = {name: index for index, name in mapping.items() if name and index < width}
        self._texts = [
            (at[name], FIELDS.index(name), name, min(limit, _FOLDS_SHORT))
            for name, limit in TEXT_LIMITS.items()
            if name in at
        ]
        self._plain = [
            (at[name], FIELDS.index(name), name) for name in (*READERS, "responsible") if name in at
        ]
        self._country, self._phone, self._email = at.get("country"), at.get("phone"), at.get("email")
        self._segments, self._tags = at.get(SEGMENTS), at.get(TAGS)
        self._middle, self._whole = at.get(MIDDLE), at.get(WHOLE)
        self._further_emails, self._further_phones, self._further_street = (
            [index for index in sorted(mapping) if mapping[index] == name and index < width]
            for name in (FURTHER_EMAILS, FURTHER_PHONES, FURTHER_STREET)
        )
        self._merges = self._middle is not None or self._whole is not None or bool(self._further_street)
        self._numbers = [
            FIELDS.index(name) for name in ("external_id", "account_number", "postcode") if name in at
        ]
        self._restores = at["postcode"] if at.get("postcode") in numbers else None
        self._is_exported, self._names = program is not None, _names
        self._tag_names = _tag_names if program is None else _names
        self._first = _cell
        if program == GOOGLE:
            self._names, self._tag_names, self._first = _labels, _labels, _first
        self._has_further = program == GOOGLE or bool(self._further_emails or self._further_phones)
        self._handles = [
            (index, name)
            for name in (MESSENGERS, *PLATFORMS)
            for index in sorted(mapping)
            if mapping[index] == name and index < width
        ]
        self._services = services
        self._notes: Notes = {}
        self._width = width
        self._default_country = country
        ends_with_report = (
            tuple(report) == tuple(range(width - 3, width)) and max(at.values(), default=0) < width - 3
        )
        self._own_width = width - 3 if ends_with_report else width
        self._joins_overflow = join_overflow and self._segments == self._own_width - 1

    def read(self, cells: Sequence[str]) -> Read | Refusal:
        """Return the row's values in the order of FIELDS, or the first reason why it cannot come in."""
        self._notes = {}
        read = self._read(cells)
        if self._notes and isinstance(read, Refusal):
            return dataclasses.replace(read, detail={**self._notes, **read.detail})
        return read

    def _read(self, cells: Sequence[str]) -> Read | Refusal:
        overflow: Sequence[str] = ()
        if len(cells) > self._width:
            overflow = self._surplus(cells)
            if overflow and not self._joins_overflow:
                return Refusal("row_too_long", None, _kept(overflow[0]), {"columns": self._own_width})
        elif len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        cells = self._with_address(cells) if self._addresses else cells
        values: Values = [None] * len(FIELDS)
        doubt: Refusal | None = None
        refusal = self._read_texts(cells, values) or self._read_country(cells, values)
        if refusal is None and self._merges:
            refusal = self._add_street(cells, values) or self._merge_names(cells, values)
        if refusal is None and (doubt := self._read_phone(cells, values)) and values[PHONE] is None:
            refusal = doubt
        refusal = refusal or self._read_email(cells, values) or self._read_plain(cells, values)
        if refusal is not None:
            return refusal
        further: Further | None = None
        if self._has_further:
            found = self._read_further(cells, values)
            if isinstance(found, Refusal):
                return found
            further = found
        segments = None if self._segments is None else self._names(cells[self._segments])
        if segments is not None and overflow:
            segments = _names(";".join((*segments, *overflow)))
        tags = None if self._tags is None else self._tag_names(cells[self._tags])
        for name, typed in ((SEGMENTS, segments), (TAGS, tags)):
            if typed and any("\x00" in one for one in typed):
                return _refused("text_not_kept", name, ";".join(typed))
        read = Read(values, segments, doubt, tags, further, self._notes or None)
        return self._with_messengers(read, cells) if self._handles else read

    def _with_address(self, cells: Sequence[str]) -> Sequence[str]:
        """Return the cells with the first address that the row has in place of the mapped one, a country alone last."""
        mapped = self._addresses[0]
        for names in (mapped.keys() - {"country"}, mapped.keys() & {"country"}):
            for one in self._addresses:
                if any(cells[at].strip() for name in names for at in one.get(name, ())):
                    return cells if one is mapped else _moved(cells, one, mapped)
        return cells

    def _surplus(self, cells: Sequence[str]) -> list[str]:
        """Return the filled cells of a row that is too long which have no column; its report stands behind them."""
        end = len(cells) - (self._width - self._own_width)
        return [cell for cell in cells[self._own_width : end] if cell.strip()]

    def _number(self, text: str, country: str | None) -> "Phone | Unreadable":
        """Read a number by the row's country; the one that was chosen for all says nothing against a dialling code."""
        if (country is None or self._is_exported) and is_dialled(text):
            number = read_phone(text, None)
            if not isinstance(number, Unreadable) or text[:2] != "00":
                return number
        return read_phone(text, country or self._default_country)

    def _read_texts(self, cells: Sequence[str], values: Values) -> Refusal | None:
        for index, place, name, surely in self._texts:
            text = cells[index].strip()
            if text:
                if text[0] in MARKS:
                    text = plain_cell(text)
                    if not text:
                        continue
                elif text[0] == "#" and text.upper() in ERRORS:
                    return _refused("error_cell", name, text)
                if (len(text) > surely or "\x00" in text) and (refusal := _unfit(name, text)):
                    return refusal
                values[place] = text
        if values[EXTERNAL_ID] is not None:
            self._read_external_id(values)
        if values[LANGUAGE] is not None:
            values[LANGUAGE] = language_code(values[LANGUAGE])
        return _shortened(values, self._numbers)

    def _with_messengers(self, read: Read, cells: Sequence[str]) -> Read | Refusal:
        """Add the messengers of a row, each once."""
        found: dict[Handle, Handle] = {}
        others: list[str] = []
        for index, name in self._handles:
            for platform, text in self._named_handles(cells, index, name):
                handle = read_handle(text, platform, read.values[COUNTRY] or self._default_country)
                if not isinstance(handle, Unreadable):
                    found.setdefault(key_of(handle), handle)
                elif is_placeholder(text):
                    self._stands_for_nothing(name, text)
                elif index in self._services and platform is None:
                    others.append(_kept(text))
                else:
                    return _refused(handle.code, name, handle.text, {**handle.detail, "at": index})
        if others:
            self._notes["other_messengers"] = others
        read.messengers, read.notes = tuple(found.values()), self._notes or None
        return read

    def _named_handles(self, cells: Sequence[str], index: int, name: str) -> Iterator[tuple[str | None, str]]:
        """Yield the messenger, null where the text has to name it, and the text of each handle of a column."""
        if name != MESSENGERS or index not in self._services:
            own = None if name == MESSENGERS else name
            yield from ((own, text) for text in pieces(_cell(cells[index])))
            return
        services = [_cell(service) for service in cells[self._services[index]].split(_AND)]
        for at, piece in enumerate(cells[index].split(_AND)):
            if text := _cell(piece):
                service = services[min(at, len(services) - 1)]
                platform = platform_of(service)
                yield platform, text if platform or not service else f"{service} {text}"

    def _read_external_id(self, values: Values) -> None:
        text = values[EXTERNAL_ID]
        assert text is not None
        values[EXTERNAL_ID] = meant_in_earnest(text)
        if values[EXTERNAL_ID] is None:
            self._stands_for_nothing("external_id", text)

    def _stands_for_nothing(self, name: str, text: str) -> None:
        """Note a cell that counts as empty; of several columns for one field the first is told."""
        said = self._notes.setdefault("placeholders", {})
        assert isinstance(said, dict)
        said.setdefault(name, _kept(text))

    def _add_street(self, cells: Sequence[str], values: Values) -> Refusal | None:
        """Put further lines of the street behind the first, each once."""
        lines = [values[STREET] or ""]
        for index in self._further_street:
            text = _cell(cells[index])
            if text.upper() in ERRORS:
                return _refused("error_cell", FURTHER_STREET, text, {"at": index})
            lines.append(text)
        street = ", ".join(dict.fromkeys(filter(None, lines)))
        values[STREET] = street or None
        return _unfit("street", street)

    def _read_country(self, cells: Sequence[str], values: Values) -> Refusal | None:
        if self._country is not None and (text := _cell(cells[self._country])):
            read = read_country(text)
            if not isinstance(read, str):
                return _refused(read.code, "country", read.text, read.detail)
            values[COUNTRY] = read
        if self._restores is not None and (number := values[POSTCODE]) and number.isdecimal():
            # Whoever wrote digits as text meant all of them.
            if cells[self._restores].lstrip()[:1] not in MARKS:
                self._put_zeros_back(number, values)
        return None

    def _put_zeros_back(self, number: str, values: Values) -> None:
        country = values[COUNTRY]
        if country is None:
            if may_lack_zeros(number):
                self._notes["postcode_number"] = number
            return
        postcode = values[POSTCODE] = with_zeros(number, country)
        if postcode != number:
            self._notes["postcode_zeros"] = [number, postcode]

    def _read_phone(self, cells: Sequence[str], values: Values) -> Refusal | None:
        """Read the phone into `values`; return what speaks against it, there or not."""
        if self._phone is None or not (text := self._first(cells[self._phone])):
            return None
        number = self._number(text, values[COUNTRY])
        if not isinstance(number, Unreadable):
            values[PHONE] = number.e164
            return None
        if is_placeholder(text):
            self._stands_for_nothing("phone", text)
            return None
        if number.code == "phone_country_contradiction" and is_dialled(text):
            dialled = read_phone(text, None)
            values[PHONE] = None if isinstance(dialled, Unreadable) else dialled.e164
        return _refused(number.code, "phone", number.text, number.detail)

    def _read_email(self, cells: Sequence[str], values: Values) -> Refusal | None:
        if self._email is not None and (text := self._first(cells[self._email])):
            address = read_email(text)
            if isinstance(address, str):
                values[EMAIL] = address
            elif is_placeholder(text):
                self._stands_for_nothing("email", text)
            else:
                return _refused(address.code, "email", address.text, address.detail)
        return None

    def _read_plain(self, cells: Sequence[str], values: Values) -> Refusal | None:
        for index, place, name in self._plain:
            if not (text := _cell(cells[index])):
                continue
            read = READERS[name](text) if name in READERS else text
            if name in READERS and not isinstance(read, Unreadable):
                values[place] = read
            elif is_placeholder(text):
                self._stands_for_nothing(name, text)
            elif isinstance(read, Unreadable):
                return _refused(read.code, name, text)
            elif "\x00" in text:
                return _refused("text_not_kept", name, text)
            else:
                values[place] = text
        return None

    def _merge_names(self, cells: Sequence[str], values: Values) -> Refusal | None:
        """Put a middle name behind the first one, and take what is missing of both names from a whole one."""
        for part, at in ((MIDDLE, self._middle), (WHOLE, self._whole)):
            if at is not None and cells[at].strip().upper() in ERRORS:
                return _refused("error_cell", part, cells[at].strip())
        if self._middle is not None and (text := _cell(cells[self._middle])):
            values[FIRST] = f"{values[FIRST]} {text}" if values[FIRST] else text
        if self._whole is not None and (values[FIRST] is None or values[LAST] is None):
            text = " ".join(_cell(cells[self._whole]).split())
            if fold(text) != fold(values[ORGANIZATION] or ""):
                values[FIRST], values[LAST] = _both_names(text, values[FIRST], values[LAST])
        for place in (FIRST, LAST):
            if (name := values[place]) and (refusal := _unfit(FIELDS[place], name)):
                return refusal
        return None

    def _read_further(self, cells: Sequence[str], values: Values) -> Further | Refusal | None:
        """Return the addresses beside the first; where that one's cell is empty, the next one takes its place."""
        emails: dict[str, None] = {}
        for index, text in _pieces(cells, self._email, self._further_emails):
            address = read_email(text)
            if isinstance(address, str):
                emails[address] = None
            elif is_placeholder(text):
                self._stands_for_nothing(FURTHER_EMAILS, text)
            else:
                return _refused(address.code, FURTHER_EMAILS, address.text, {**address.detail, "at": index})
        phones: dict[str, None] = {}
        for index, text in _pieces(cells, self._phone, self._further_phones):
            number = self._number(text, values[COUNTRY])
            if not isinstance(number, Unreadable):
                phones[number.e164] = None
            elif is_placeholder(text):
                self._stands_for_nothing(FURTHER_PHONES, text)
            else:
                return _refused(number.code, FURTHER_PHONES, number.text, {**number.detail, "at": index})
        if not emails and not phones:
            return None
        further = tuple(
            _behind_first(values, place, found) for place, found in ((EMAIL, emails), (PHONE, phones))
        )
        return (further[0], further[1]) if any(further) else None


def _moved(cells: Sequence[str], one: Address, mapped: Address) -> Sequence[str]:
    """Return the cells with this address where the mapped one stands."""
    moved = list(cells)
    for name, places in mapped.items():
        brings = one.get(name, ())
        if name == "street" and FURTHER_STREET not in mapped:
            brings = (*brings, *one.get(FURTHER_STREET, ()))
        filled = [cells[at] for at in brings if cells[at].strip()]
        for at in places:
            moved[at] = ""
        moved[places[0]] = ", ".join(filled)
    return moved


def _first(cell: str) -> str:
    """Return the first address of a cell of Google's."""
    return _cell(cell.split(_AND, maxsplit=1)[0])


def _cell(cell: str) -> str:
    """Return a cell without spaces around it, and without what keeps a spreadsheet from running or changing it."""
    text = cell.strip()
    return plain_cell(text) if text and text[0] in MARKS else text


@lru_cache(maxsize=4096)
def _names(cell: str) -> tuple[str, ...]:
    """Return the names between semicolons, each once."""
    return _each_once(plain_cell(cell.strip()).split(";"))


@lru_cache(maxsize=4096)
def _tag_names(cell: str) -> tuple[str, ...]:
    """Return the tags between semicolons, or in a cell without one between commas or as Google has them."""
    text = plain_cell(cell.strip())
    return _each_once(text.split(";") if ";" in text else _BETWEEN_TAGS.split(text))


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        if name.strip():
            found.setdefault(fold(name), name.strip())
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _labels(cell: str) -> tuple[str, ...]:
    """Return the labels of a cell of Google's; those with a star are its own, and say nothing.

    A semicolon within one becomes a comma: the names of segments have none.
    """
    names = (name.strip().replace(";", ",") for name in plain_cell(cell).split(_AND))
    return tuple({fold(name): name for name in names if name and not name.startswith("* ")}.values())


def _pieces(cells: Sequence[str], first: int | None, further: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the addresses of the further columns, and those behind the first one in its own, with their columns."""
    if first is not None and _AND in cells[first]:
        yield from ((first, text) for piece in cells[first].split(_AND)[1:] if (text := _cell(piece)))
    for index in further:
        if cells[index].strip():
            yield from ((index, text) for piece in _BETWEEN.split(cells[index]) if (text := _cell(piece)))


def _behind_first(values: Values, place: int, found: dict[str, None]) -> tuple[str, ...]:
    if values[place] is None and found:
        values[place] = next(iter(found))
    return tuple(address for address in found if address != values[place])


def parted_name(text: str) -> tuple[str | None, str | None]:
    """Return the first and the last name of a whole one, parted at its comma ("Lima, Ana") or its first space."""
    last, comma, first = text.partition(",")
    if not comma:
        first, _space, last = text.partition(" ")
    return first.strip() or None, last.strip() or None


def _both_names(text: str, first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """Return both names where one at least is missing: from the whole one, if what is there is a part of it."""
    words = text.split()
    at = len(first.split()) if first else max(len(words) - len((last or "").split()), 0)
    for ahead, behind in (parted_name(text), (" ".join(words[:at]), " ".join(words[at:]))):
        if all(fold(one or "") == fold(part or one or "") for one, part in ((ahead, first), (behind, last))):
            return first or ahead or None, last or behind or None
    return first, last


def _unfit(name: str, text: str) -> Refusal | None:
    """Return why a long text cannot be kept, if it cannot."""
    if "\x00" in text:
        return _refused("text_not_kept", name, text)
    limit = TEXT_LIMITS[name]
    if len(text) > limit or (not text.isascii() and len(fold(text).encode()) > _KEY_BYTES):
        return _refused("text_too_long", name, text, {"limit": limit})
    return None


def _shortened(values: Values, places: Sequence[int]) -> Refusal | None:
    """Return why a number that a spreadsheet wrote as 5.51E+12 cannot come in, where there is one at these places."""
    for place in places:
        text = values[place]
        if text is not None and "+" in text and _SHORTENED.fullmatch(text):
            return _refused("digits_lost", FIELDS[place], text)
    return None


def _refused(code: str, name: str, text: str, detail: Mapping[str, object] = MappingProxyType({})) -> Refusal:
    return Refusal(code, name, _kept(text), dict(detail))


def _kept(text: str) -> str:
    """Return as much of a cell as is kept beside a reason; a NUL cannot be."""
    return text[:200].replace("\x00", "\ufffd")
