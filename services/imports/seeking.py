"""A first look for a text in rows as they are staged, without reading them: thousands at once, in their JSON.

It misses nothing that the fold finds in a row's cells, and may take rows for such as have it: whoever uses it looks
again. Reading and folding each of a million rows takes ten seconds.
"""

import re
import unicodedata
from collections.abc import Callable

from models.fold import fold

Look = Callable[[str], bool]

# What stands for itself in JSON, and in all ways of writing it folds to itself.
_RUN = re.compile(r"[!#-\[\]-~]+")
# Letters that NFKD leaves whole and the fold does not.
_WHOLE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"}


def _single(code: int) -> int:
    """Return what a letter of Latin-1 folds to, or a blank where it is nothing that is looked for."""
    folded = fold(chr(code))
    return ord(folded) if len(folded) == 1 and folded.isascii() else 0x20


_SINGLE = bytes(map(_single, range(256)))
# Those that fold to several are for the long way.
_OTHERS = bytes(code for code in range(256) if len(fold(chr(code))) > 1)


def look_for(text: str) -> Look:
    """Return what says of the JSON of rows whether the text may be in one of them."""
    runs = [run.encode() for run in _RUN.findall(fold(text))]

    def may_hold(content: str) -> bool:
        plain = _plain(content)
        return all(run in plain for run in runs)

    return may_hold if runs else lambda _content: True


def _plain(content: str) -> bytes:
    """Return the plain letters of a content as the fold has them; all others are gone, or blank."""
    try:
        latin = content.encode("latin-1")
    except UnicodeEncodeError:
        return _by_fold(content)
    plain = latin.translate(_SINGLE)
    return plain if latin.translate(None, _OTHERS) == latin else _by_fold(content)


def _by_fold(content: str) -> bytes:
    whole = unicodedata.normalize("NFKD", content).casefold()
    for letter, plain in _WHOLE.items():
        whole = whole.replace(letter, plain)
    return whole.encode("ascii", "ignore").lower()
