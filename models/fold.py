"""The one way in which text is compared, sorted and made unique."""

import unicodedata

# They are not seen: they join their neighbours or keep them apart, as Persian, Hindi and emoji need it, and say which
# way a space or a stop belongs where Hebrew or Arabic stands beside Latin.
MARKS = "\u200c\u200d\u200e\u200f\u061c"

# Letters that NFKD leaves whole although readers take them for their plain neighbours.
_PLAIN = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ı": "i"}
    | dict.fromkeys(MARKS)
)

_LONG = 200


def fold(text: str) -> str:
    """Return `text` without case, accents, marks, and spaces at either end; inner runs of spaces become one.

    Folding twice changes nothing: fold(fold(x)) == fold(x).
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = text.translate(_PLAIN).casefold()
    if len(text) > _LONG:
        # Marks one upon another by the thousand take minutes to be put in order, only to be left out.
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_PLAIN)
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())
