"""E-mail addresses in a file: ordinary ones by a pattern, everything else by email-validator.

The library needs about 30 µs an address, the pattern one: a test holds both to the same answers.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from services.imports.unreadable import Unreadable

# Up to this length no part of an address can break one of the limits on its parts.
_SHORT = 64
_LONGEST = 254
# A longer cell is no address, whatever stands around it: nothing may be gone through for seconds.
_LONGEST_CELL = 2_000

_BETWEEN_ADDRESSES = re.compile(r"[\s;,/|]+")
_BRACKETED = re.compile(r"(?s)(.*)<([^<>]*)>")


def read_email(text: str) -> str | Unreadable:
    """Return a cell as an address in lower case, or why it is none.

    `mailto:`, angle brackets without a name and a separator at the end are taken off, since nothing is lost
    with them; a name beside the address would be lost, so it is refused.
    """
    if len(text) <= _SHORT and _ordinary()(text):
        return text.lower()
    return judge_email(text)


@lru_cache(maxsize=1)
def _ordinary() -> Callable[[str], re.Match[str] | None]:
    """Compile the pattern of addresses that need no second look: plain letters, and no reserved domain."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    reserved = "|".join(sorted({name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES}))
    local = r"[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+"
    label = r"[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+"
    last = rf"(?!(?i:{reserved})\Z)[A-Za-z]{{2,}}"
    return re.compile(rf"{local}@(?:{label}\.)+{last}", re.ASCII).fullmatch


def judge_email(text: str) -> str | Unreadable:
    """Read a cell by email-validator alone, without asking the network."""
    from email_validator import EmailNotValidError, validate_email

    if len(text) > _LONGEST_CELL:
        return Unreadable("email_too_long", text)
    address = _bare(text)
    bracketed = _BRACKETED.fullmatch(address)
    if bracketed:
        name, inner = bracketed[1].strip(" \t\"'"), bracketed[2].strip()
        if name:
            return Unreadable("email_several", text) if "@" in name else _with_name(text, inner)
        address = inner
    if "@" not in address:
        return Unreadable("email_without_at", text)
    if sum("@" in piece for piece in _BETWEEN_ADDRESSES.split(address)) > 1:
        return Unreadable("email_several", text)
    try:
        return str(validate_email(address, check_deliverability=False).normalized).lower()
    except EmailNotValidError:
        return _failure(text, address)


def _bare(text: str) -> str:
    address = text.strip().strip("\ufeff\u200b\u200e\u200f\u202a\u202c\u2060\xa0").strip()
    if address[:7].lower() == "mailto:":
        address = address[7:].lstrip()
    return address.rstrip(";, ")


def _with_name(text: str, inner: str) -> Unreadable:
    address = judge_email(inner)
    if isinstance(address, Unreadable):
        return Unreadable("email_not_valid", text)
    return Unreadable("email_with_name", text, {"address": address})


def _failure(text: str, address: str) -> Unreadable:
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    domain = address.rpartition("@")[2].lower()
    if any(domain == name or domain.endswith("." + name) for name in SPECIAL_USE_DOMAIN_NAMES):
        return Unreadable("email_unreachable_domain", text, {"domain": domain})
    return Unreadable("email_too_long" if len(address) > _LONGEST else "email_not_valid", text)
