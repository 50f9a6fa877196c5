"""The cards of a vCard file, one after the other, with their properties as they stand: vCard 2.1, RFC 2426, RFC 6350.

Folded lines, quoted-printable with its soft line breaks and base64 are put together; photos, sounds and keys are
passed over. What is undecoded stays bytes, held as Latin-1, since each property may have a charset of its own.
"""

import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hooks.i18n import _, number
from services.errors import Refused

_PIECE = 1 << 16
# In characters: a card of text is never that long, and memory must not grow with the file.
_LONGEST_CARD = 4_000_000
_PASSED_OVER = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
_HEAD = re.compile(r'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARTS = {sign: re.compile(rf"(?:\\.|[^\\{sign}])+|{sign}|\\", re.DOTALL) for sign in ";,"}
_NO_PREFERENCE = 101


class Undecodable(Exception):
    """A value is no text in the charset that its property names."""


@dataclass(slots=True)
class Property:
    """A line of a card: `types` in small letters, `preference` the lower the better, `raw` as it stands."""

    name: str
    types: frozenset[str]
    parameters: dict[str, str]
    preference: int
    raw: str

    def text(self, encoding: str) -> str:
        """Return the whole value. Raises Undecodable."""
        return self._plain(self.raw, encoding)

    def parts(self, encoding: str, sign: str = ";") -> list[str]:
        """Return the values between semicolons, or another sign. Raises Undecodable."""
        found = [""]
        for piece in _PARTS[sign].findall(self.raw):
            if piece == sign:
                found.append("")
            else:
                found[-1] += piece
        return [self._plain(part, encoding).strip() for part in found]

    def _plain(self, raw: str, encoding: str) -> str:
        return _ESCAPED.sub(_unescaped, self._decoded(raw.encode("latin-1"), encoding)).strip()

    def _decoded(self, value: bytes, encoding: str) -> str:
        way = self.parameters.get("ENCODING", "").upper()
        charset = self.parameters.get("CHARSET")
        try:
            if way == "QUOTED-PRINTABLE":
                value = binascii.a2b_qp(value)
            elif way in ("B", "BASE64"):
                value = binascii.a2b_base64(value)
            return value.decode(charset or encoding)
        except (ValueError, LookupError) as error:
            # Old phones write quoted-printable in their own code page, and do not say so.
            if way == "QUOTED-PRINTABLE" and not charset:
                return value.decode("windows-1252", "replace")
            raise Undecodable from error


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if sign in "nN":
        return "\n"
    return sign if sign in ",;:\\" else found[0]


@dataclass(slots=True)
class Card:
    """A card that begins in `line`; `is_whole` is false where its end is missing."""

    line: int
    properties: list[Property] = field(default_factory=list)
    is_whole: bool = True
    size: int = 0

    def add(self, text: str) -> None:
        """Take in a line; one that is no property goes on with the one before. Raises Refused for far too much."""
        self.size += len(text)
        if self.size > _LONGEST_CARD:
            raise _too_long(self.line)
        head = _head_of(text)
        if head is None:
            if self.properties:
                self.properties[-1].raw += " " + text
            return
        self.properties.append(_property(*head))


class Cards:
    """Reads the cards of a file. `at` is how many bytes were read."""

    def __init__(self, path: Path, encoding: str, mark: int = 0) -> None:
        self._path, self._encoding, self._mark = path, encoding, mark
        self.at = 0

    def __iter__(self) -> Iterator[Card]:
        """Yield every card, one that is cut off too. Raises Refused for one that would exhaust the memory."""
        card: Card | None = None
        nested, has_agent = 0, False
        for line, text in _unfolded(self.lines()):
            told = text[:20].upper().replace(" ", "")
            if told.startswith("BEGIN:VCARD"):
                if card is not None and has_agent:
                    nested, has_agent = nested + 1, False
                    continue
                if card is not None:
                    card.is_whole = False
                    yield card
                card, nested = Card(line), 0
            elif told.startswith("END:VCARD"):
                if nested:
                    nested -= 1
                elif card is not None:
                    yield card
                    card = None
            elif card is not None and not nested:
                has_agent = told.startswith("AGENT") and text.rstrip().endswith(":")
                card.add(text)
        if card is not None:
            card.is_whole = False
            yield card

    def lines(self) -> Iterator[tuple[int, str, bool]]:
        """Yield the lines, (number, text, whether it only goes on with the line before): long ones in pieces."""
        wide = self._encoding[:6] in ("utf-16", "utf-32")
        with self._path.open("rb") as raw:
            raw.seek(self._mark)
            with io.TextIOWrapper(raw, encoding=self._encoding if wide else "latin-1", newline=None) as text:
                line, goes_on = 0, False
                while piece := text.readline(_PIECE):
                    line += not goes_on
                    ends = piece.endswith("\n")
                    piece = piece[:-1] if ends else piece
                    yield line, piece.encode().decode("latin-1") if wide else piece, goes_on
                    goes_on = not ends
                    self.at = raw.tell()


def charset_of(encoding: str) -> str:
    """Return the charset of values in a file: what was wide is held as UTF-8."""
    return "utf-8" if encoding[:6] in ("utf-16", "utf-32") else encoding


def name_of(text: str) -> str:
    """Return the name of a property, without its group and parameters, in capitals."""
    return re.split("[;:]", text, maxsplit=1)[0].rpartition(".")[2].strip().upper()


def _unfolded(lines: Iterator[tuple[int, str, bool]]) -> Iterator[tuple[int, str]]:
    """Yield whole lines, without those of photos and the like."""
    parts: list[str] = []
    begun = size = 0
    passed = quoted = soft = keeps_space = False
    for line, text, goes_on in lines:
        folded = text[:1] in (" ", "\t")
        if parts and (goes_on or soft or folded or (passed and _BASE64.fullmatch(text))):
            more = text
            if folded and not goes_on and not soft:
                more = " " + text.lstrip() if keeps_space else text[1:]
            soft = quoted and more.endswith("=")
            if not passed:
                parts.append(more[:-1] if soft else more)
                size += len(more)
                if size > _LONGEST_CARD:
                    raise _too_long(begun)
            continue
        if parts and not passed:
            yield begun, "".join(parts)
        parts = []
        if not text.strip("\x1a\ufeff \t"):
            continue
        name = name_of(text[:200])
        passed = name in _PASSED_OVER
        quoted = "QUOTED-PRINTABLE" in text[:200].upper()
        if name == "VERSION":
            keeps_space = text.rstrip().endswith("2.1")
        soft = quoted and text.endswith("=")
        parts, begun, size = [text[:-1] if soft else text], line, len(text)
    if parts and not passed:
        yield begun, "".join(parts)


def _head_of(text: str) -> tuple[str, str] | None:
    head, colon, value = text.partition(":")
    if '"' in head and (found := _HEAD.fullmatch(text)):
        head, value = found[1], found[2]
    return (head, value) if colon else None


def _property(head: str, value: str) -> Property:
    name, *written = _between_semicolons(head)
    types: set[str] = set()
    parameters: dict[str, str] = {}
    for one in written:
        key, equals, given = one.partition("=")
        key, given = key.strip().upper(), given.strip().strip('"')
        if not equals and key in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"):
            parameters["ENCODING"] = key
        elif not equals:
            types.add(key.lower())
        elif key == "TYPE":
            types.update(part.strip().lower() for part in given.split(","))
        else:
            parameters[key] = given
    preference = parameters.get("PREF", "")
    rank = int(preference) if preference.isascii() and preference.isdecimal() else _NO_PREFERENCE
    return Property(
        name_of(name), frozenset(types), parameters, min(rank, 1) if "pref" in types else rank, value
    )


def _between_semicolons(head: str) -> list[str]:
    """Return the parts of a head; within quotation marks a semicolon parts nothing."""
    found: list[list[str]] = [[]]
    for place, piece in enumerate(head.split('"')):
        if place % 2:
            found[-1].append(f'"{piece}"')
        else:
            more, *others = piece.split(";")
            found[-1].append(more)
            found += ([one] for one in others)
    return ["".join(pieces) for pieces in found]


def _too_long(line: int) -> Refused:
    return Refused(
        "card_too_long",
        _("The card that begins in line {line} is longer than any contact can be.").format(line=number(line)),
        line=line,
    )
