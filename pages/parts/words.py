"""Text that people wrote, on its way into Streamlit: taken literally, never as Markdown."""

import re
from functools import lru_cache

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&^=@\"'/])")
_SPACES = re.compile(r"\s+")
# Links of addresses, icons and pictures by name are made after the marks were read. What an invisible letter stands
# in is none of them.
_MADE_LATER = re.compile(r"(?=https?://|www\.)|(?<=:)(?=material/|streamlit:)", re.IGNORECASE)
_INVISIBLE = "\u2060"
# They would show what stands after them in another order than it is written in.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))

# The colours of segments as Streamlit's badges call them.
_BADGES = {"grey": "gray"}


def plain(text: str) -> str:
    """Return `text` such that Markdown shows it letter by letter, on one line."""
    straight = _SPACES.sub(" ", text.translate(_TURNING)).strip()
    return _MARKS.sub(r"\\\1", _MADE_LATER.sub(_INVISIBLE, straight))


def badge(text: str, colour: str) -> str:
    """Return Markdown for a coloured badge with `text` taken literally."""
    return f":{_BADGES.get(colour, colour)}-badge[{plain(text)}]"


def name_of(first: str | None, last: str | None, organization: str | None = None) -> str:
    """Return what a contact is called: its names, else its organization, else an empty string."""
    return " ".join(part for part in (first, last) if part) or (organization or "")


@lru_cache(maxsize=4096)
def phone_shown(e164: str) -> str:
    """Return a number with the spaces that its country uses: +55 11 96123-4567."""
    import phonenumbers

    try:
        read = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return str(phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
