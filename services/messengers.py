"""Messengers: how a handle on each is read as people write it, and the link that opens the conversation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from hooks.i18n import _
from models.fold import fold

if TYPE_CHECKING:
    from services.imports.unreadable import Unreadable

# What people paste instead of the name: the address of a profile, with or without its question.
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:wa\.me|api\.whatsapp\.com|t\.me|telegram\.me|m\.me|facebook\.com|instagram\.com|ig\.me/m)/",
    re.IGNORECASE,
)
# Whoever has no name on Facebook has an address with a number, and WhatsApp's own buttons have one with a phone.
_NUMBERED = re.compile(
    r"(?:profile\.php/?\?(?:.*&)?id=|send/?\?(?:.*&)?phone=)(?:\+|%2B)?(\d+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Platform:
    """A messenger: `name` as it calls itself, the same in every language.

    `handle` matches a name on it in full, null where people are found by phone alone; `sign` is written before it.
    `link` makes an address of a handle that was read.
    """

    name: str
    link: Callable[[str], str]
    handle: re.Pattern[str] | None = None
    sign: str = ""
    phones_too: bool = False


def _digits(phone: str) -> str:
    return phone.removeprefix("+")


PLATFORMS: Mapping[str, Platform] = {
    "whatsapp": Platform("WhatsApp", lambda phone: f"https://wa.me/{_digits(phone)}"),
    "telegram": Platform(
        "Telegram",
        lambda handle: f"https://t.me/{handle.removeprefix('@')}",
        re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}"),
        sign="@",
        phones_too=True,
    ),
    "messenger": Platform(
        "Messenger",
        lambda handle: f"https://m.me/{handle}",
        re.compile(r"(?!profile\.php$)[A-Za-z0-9.]{5,50}"),
    ),
    "instagram": Platform(
        "Instagram",
        lambda handle: f"https://instagram.com/{handle.removeprefix('@')}",
        re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9._]{1,30}(?<!\.)"),
        sign="@",
    ),
    "viber": Platform("Viber", lambda phone: f"viber://chat?number={quote(phone, safe='')}"),
    "skype": Platform(
        "Skype",
        lambda handle: f"skype:{quote(handle, safe=':')}?chat",
        re.compile(r"(?:live:)?[A-Za-z0-9.][A-Za-z0-9.,_-]{4,63}"),
    ),
}


def name_of(platform: str) -> str:
    """Return what a messenger is called; one that is not known here by its own name."""
    return PLATFORMS[platform].name if platform in PLATFORMS else platform


def link(platform: str | None, handle: str) -> str | None:
    """Return the address that opens the conversation, null for a messenger that is not known here."""
    known = PLATFORMS.get(platform or "")
    return known.link(handle) if known else None


def read(platform: str, text: str, country: str | None) -> tuple[str, str]:
    """Return platform and handle in their kept form; phones as E.164, nationally written ones by `country`.

    Raises ValueError with a sentence for what does not fit.
    """
    key = platform.strip().lower()
    if key not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise ValueError(
            _("{platform} is none of the messengers: {known}.").format(platform=platform, known=known)
        )
    found = judged(key, text, country)
    if isinstance(found, tuple):
        return found
    raise ValueError(found.sentence())


def key_of(handle: str) -> str:
    """Return what a handle is compared by."""
    return fold(handle)


def judged(key: str, text: str, country: str | None) -> "tuple[str, str] | Unreadable":
    """Return the messenger of this key and the handle in its kept form, or why the text is none."""
    from services.imports.unreadable import Unreadable

    known_as = PLATFORMS[key]
    written = _without_address(text)
    if known_as.handle is None or (known_as.phones_too and written.startswith("+")):
        phone = _phone(written, country, dialled=written != text.strip())
        return phone if isinstance(phone, Unreadable) else (key, phone)
    handle = written.removeprefix("@")
    if not known_as.handle.fullmatch(handle):
        return Unreadable("messenger_not_valid", text, {"messenger": known_as.name})
    return key, known_as.sign + handle


def _without_address(text: str) -> str:
    written = text.strip()
    found = _ADDRESS.match(written)
    if not found:
        return written
    name, _mark, asked = written[found.end() :].partition("?")
    number = _NUMBERED.match(f"{name}?{asked}")
    return number[1] if number else name.strip("/")


def _phone(text: str, country: str | None, *, dialled: bool) -> "str | Unreadable":
    """Return a number as E.164; in an address it begins with its dialling code, without the plus."""
    from services.imports.phones import read_phone
    from services.imports.unreadable import Unreadable

    if dialled and not text.startswith("+"):
        text = f"+{text}"
    found = read_phone(text, None if text.startswith("+") else country)
    return found if isinstance(found, Unreadable) else found.e164


@lru_cache(maxsize=4096)
def whatsapp_of(phone: str) -> str | None:
    """Return the WhatsApp link of a phone, null for one that is no mobile."""
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    mobile = kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return link("whatsapp", phone) if mobile else None
