"""Which letters the bytes of a file mean: a mark at its start, strict UTF-8, UTF-16 by its NULs, a code page.

Statistics are no judge here: on short files they see Big5 in Windows-1252.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from hooks.i18n import _, number
from services.errors import Refused

# What a person may choose; Python knows many more names for the same.
ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "windows-1252", "iso-8859-1", "iso-8859-15",
    "windows-1250", "windows-1251", "ibm850", "macintosh",
)  # fmt: skip
_BY_CODEC = {codecs.lookup(name).name: name for name in ENCODINGS}
_NEAREST = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le", "ascii": "utf-8"}

# The code page that spreadsheets use where the three languages are spoken.
_CODE_PAGE = {"en": "windows-1252", "pt": "windows-1252", "fr": "windows-1252"}

# UTF-32 first: its mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]")
# An end of a line as letters of one byte have it: beside each of those of two bytes stands a NUL.
_PLAIN_END = re.compile(rb"(?<!\0)(?:\r\n|\r|\n)(?!\0)")
# Of so many letters one NUL may have gone astray.
_LETTERS_A_NUL = 50


@dataclass(frozen=True)
class Encoding:
    """`name` is one of ENCODINGS; `mark` how many bytes before the text; `guessed`: to be confirmed."""

    name: str
    mark: int = 0
    guessed: bool = False


def encoding_of(path: Path, *, chosen: str | None = None, language: str | None = None) -> Encoding:
    """Return the encoding of a file, which is read to its end: one odd byte may stand in its last line.

    Raises Refused for a file that `chosen` cannot decode, or that is no text in any encoding known here.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if chosen is not None:
        return _chosen(path, sample, chosen)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return _readable(path, Encoding(name, len(mark)))
    if b"\0" in sample:
        wide = _wide(sample)
        if wide is not None:
            return _readable(path, Encoding(wide))
        is_text = _PLAIN_END.search(sample) and not _CONTROLS.search(sample)
        if not is_text or _are_many(sample.count(0), len(sample)):
            raise _no_text()
    odd = first_undecodable_line(path, Encoding("utf-8"))
    if odd is None:
        return Encoding("utf-8")
    if _CONTROLS.search(sample):
        raise _no_text()
    _refuse_nearly_utf8(path, odd)
    return _readable(path, Encoding(_CODE_PAGE.get(language or "", "windows-1252"), guessed=True))


def known_encoding(name: str) -> str:
    """Return the name in ENCODINGS that a person's spelling means. Raises Refused for an unknown one."""
    try:
        codec = codecs.lookup(name.strip().lower()).name
        found = _BY_CODEC.get(_NEAREST.get(codec, codec))
    except LookupError:
        found = None
    if found is None:
        raise Refused(
            "unknown_encoding",
            _("No encoding is called “{name}”; known are {names}.").format(
                name=name, names=", ".join(ENCODINGS)
            ),
        )
    return found


def first_undecodable_line(path: Path, encoding: Encoding) -> int | None:
    """Return the number of the first line that is no text in this encoding; null where all is well.

    A NUL is no text in any of them, but a few in a long text only spoil the cells in which they stand.
    """
    decoder = codecs.getincrementaldecoder(encoding.name)()
    lines, letters, nuls, first_nul = 1, 0, 0, 0
    with path.open("rb") as file:
        file.seek(encoding.mark)
        while True:
            block = file.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding.name, "replace")
                return lines + before.count("\n")
            if "\0" in text:
                first_nul = first_nul or lines + text[: text.index("\0")].count("\n")
                nuls += text.count("\0")
            lines, letters = lines + text.count("\n"), letters + len(text)
            if not block:
                return first_nul if _are_many(nuls, letters) else None


def _chosen(path: Path, sample: bytes, chosen: str) -> Encoding:
    name = known_encoding(chosen)
    family = name[:6]
    for mark, marked in _MARKS:
        if sample.startswith(mark) and marked[:6] == family:
            return _readable(path, Encoding(marked, len(mark)))
    if family in {"utf-16", "utf-32"} and chosen.strip().lower()[-2:] not in {"le", "be"}:
        wide = _wide(sample)
        name = wide if wide is not None and wide[:6] == family else name
    return _readable(path, Encoding(name))


def _readable(path: Path, encoding: Encoding) -> Encoding:
    line = first_undecodable_line(path, encoding)
    if line is None:
        return encoding
    raise Refused(
        "undecodable",
        _("Line {line} cannot be read as {encoding}; choose another encoding.").format(
            line=number(line), encoding=encoding.name
        ),
        line=line,
    )


def _are_many(nuls: int, letters: int) -> bool:
    return nuls > 1 + letters // _LETTERS_A_NUL


def _no_text() -> Refused:
    return Refused("binary_file", _("The file is no text: it looks like a program or an image."))


def _wide(sample: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 by where their NULs stand: Latin letters have them at fixed places."""
    quarter = max(1, len(sample) // 4)
    share = [sample[at::4].count(0) / quarter for at in range(4)]
    many, few = 0.4, 0.1
    if min(share[1:]) > many and share[0] < few:
        return "utf-32-le"
    if min(share[:3]) > many and share[3] < few:
        return "utf-32-be"
    if min(share[1], share[3]) > many and max(share[0], share[2]) < few:
        return "utf-16-le"
    if min(share[0], share[2]) > many and max(share[1], share[3]) < few:
        return "utf-16-be"
    return None


def _refuse_nearly_utf8(path: Path, line: int) -> None:
    """Refuse UTF-8 with a few odd bytes: by a code page, every accent in it would be two wrong letters."""
    letters = odd = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            wrong = text.count("\ufffd")
            letters += len(text) - len(text.encode("ascii", "ignore")) - wrong
            odd += wrong
    if letters > odd * 3:
        raise Refused(
            "mixed_encodings",
            _(
                "The file is UTF-8, but line {line} is not; put that line right, "
                "or choose an encoding for all."
            ).format(line=number(line)),
            line=line,
        )
