"""Messengers in a file: a cell of a messenger's own column, or of one that names the messenger before each handle."""

import re

from services import messengers
from services.imports.unreadable import Unreadable

# Columns of one messenger each.
PLATFORMS = tuple(messengers.PLATFORMS)

Handle = tuple[str, str]

_BETWEEN = re.compile(r"[;|\n]")
_NAMED = re.compile(r"\s*([^\s:/]+)\s*(?::\s*(?!//)|\s)\s*(.+)", re.DOTALL)
_HOSTS = {
    "wa.me": "whatsapp", "t.me": "telegram", "telegram.me": "telegram", "m.me": "messenger",
    "facebook.com": "messenger", "instagram.com": "instagram", "ig.me": "instagram",
}  # fmt: skip
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([a-z]+\.[a-z]+)/", re.IGNORECASE)
_ALSO_CALLED = {
    "facebook": "messenger",
    "facebookmessenger": "messenger",
    "insta": "instagram",
    "tg": "telegram",
}


def pieces(cell: str) -> list[str]:
    """Return what stands between the marks of a cell."""
    return [text for piece in _BETWEEN.split(cell) if (text := piece.strip())]


def read_handle(text: str, platform: str | None, country: str | None) -> Handle | Unreadable:
    """Return platform and handle in their kept form; without a `platform` the text has to name it."""
    if platform is None:
        platform, text = _named(text)
        if platform is None:
            return Unreadable("messenger_unknown", text)
    return messengers.judged(platform, text, country)


def platform_of(name: str) -> str | None:
    """Return the messenger that is called so."""
    key = "".join(sign for sign in name.lower() if sign.isalnum())
    return key if key in messengers.PLATFORMS else _ALSO_CALLED.get(key)


def key_of(handle: Handle) -> Handle:
    """Return what two handles have alike that are one."""
    return handle[0], messengers.key_of(handle[1])


def _named(text: str) -> tuple[str | None, str]:
    if (address := _HOST.match(text)) and (host := _HOSTS.get(address[1].lower())):
        return host, text
    found = _NAMED.fullmatch(text)
    platform = platform_of(found[1]) if found else None
    return (platform, found[2]) if found and platform else (None, text)
