"""The one way in which text is compared, sorted and made unique."""

import unicodedata

# Letters that NFKD leaves whole although readers take them for their plain neighbours.
_PLAIN = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ı": "i"}
)


def fold(text: str) -> str:
    """Return `text` without case, accents, and spaces at either end; inner runs of spaces become one.

    Folding twice changes nothing: fold(fold(x)) == fold(x).
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_PLAIN)
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())
