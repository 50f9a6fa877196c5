"""The quick search: every word, folded, as a part of a name, e-mail, organization, account number or external ID.

A word of digits and phone signs also finds any run of digits in a phone; several in a row are tried as one phone as
people write it at home, with spaces and a leading zero.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, column, exists, func, or_, table
from sqlmodel import col

from hooks.i18n import _
from models.contact import Contact
from models.fold import fold
from models.search import contact_search
from services.errors import Refused
from services.filters.sources import Source, match_words, sqlite_search, texts_source
from services.work import Work

_LONGEST = 300
_PHONE_WORD = re.compile(r"[0-9+()./\-]*[0-9][0-9+()./\-]*")
# Shorter runs of digits mean just what they say; from here on they are long enough to be a phone.
_WHOLE_PHONE = 6
_SURELY_PHONE = 8

# What stands behind SQLite's search index: its rows by contact id, without a detour through the index.
_sqlite_texts = table("contact_search_content", column("id"), column("c0"), column("c1"))


@dataclass(frozen=True)
class Words:
    """Words of which each must be found, or else, if they are digits that could be one, all of them as a phone."""

    words: tuple[str, ...]
    phone: str = ""


def read_search(text: str | None) -> list[Words]:
    """Return what to look for; nothing for a blank text. Raises Refused for one that is too long."""
    if not text or not text.strip():
        return []
    if len(text) > _LONGEST or "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise Refused("bad_search", _("Look for less: {n} characters at most.").format(n=_LONGEST))
    found: list[Words] = []
    digits: list[str] = []
    for word in [*fold(text).split(), ""]:
        if _PHONE_WORD.fullmatch(word):
            digits.append(word)
            continue
        if digits:
            found.append(_digit_words(digits))
            digits = []
        if word:
            found.append(Words((word,)))
    return found


def _digit_words(words: list[str]) -> Words:
    phone = _written_at_home("".join(words))
    # "06 12 34 56 78" is a phone and nothing else: such short runs by themselves would be found anywhere.
    in_pieces = len(phone) >= _SURELY_PHONE and min(len(_digits(word)) for word in words) < 3
    return Words(() if in_pieces else tuple(words), phone)


def _written_at_home(phone: str) -> str:
    """Return the digits of a phone without the zeros that are only dialled within a country or to leave it."""
    bare = _digits(phone.replace("(0)", "")).lstrip("0")
    return bare if len(bare) >= _WHOLE_PHONE else ""


def _digits(word: str) -> str:
    return "".join(sign for sign in word if sign in "0123456789")


def found(work: Work, search: list[Words]) -> ColumnElement[bool]:
    """Return the condition on `contact` that its search text holds all of it."""
    if work.on_sqlite:
        texts, text, phones = _sqlite_texts, _sqlite_texts.c.c0, _sqlite_texts.c.c1
        mine = _sqlite_texts.c.id == col(Contact.id)
    else:
        texts, text, phones = contact_search, contact_search.c.text, contact_search.c.phones
        mine = contact_search.c.contact_id == col(Contact.id)
    has = func.instr if work.on_sqlite else func.strpos

    def holds(group: Words) -> ColumnElement[bool]:
        ways = [and_(*(_one(has, text, phones, word) for word in group.words))] if group.words else []
        return or_(*ways, *([has(phones, group.phone) > 0] if group.phone else []))

    return exists().select_from(texts).where(mine, *(holds(group) for group in search))


def _one(has: Any, text: Any, phones: Any, word: str) -> ColumnElement[bool]:
    in_text: ColumnElement[bool] = has(text, word) > 0
    return or_(in_text, has(phones, _digits(word)) > 0) if _PHONE_WORD.fullmatch(word) else in_text


def search_source(work: Work, search: list[Words]) -> Source | None:
    """Return where the search index has the contacts, null where the words are too short or too common for it."""
    if work.on_sqlite:
        matches = [match for match in map(_match, search) if match]
        return Source((sqlite_search(" AND ".join(matches)),)) if matches else None
    known = [group for group in search if _has_trigrams(group)]
    if not known:
        return None
    return texts_source(work, lambda texts: and_(*(_like(group, texts) for group in known)))


def _match(group: Words) -> str:
    """Return what asks SQLite's search index for these words, empty where it could not narrow anything."""
    words = [_match_one(word) for word in group.words]
    if words and not any(words):
        return ""
    ways = [f"({' AND '.join(filter(None, words))})"] if words else []
    return f"({' OR '.join([*ways, *([match_words(group.phone)] if group.phone else [])])})"


def _match_one(word: str) -> str:
    if not _PHONE_WORD.fullmatch(word):
        return match_words(word)
    digits = _digits(word)
    if len(digits) < 3:
        # Too short to be looked up, and found in any phone: it narrows nothing.
        return ""
    return match_words(word) if digits == word else f"(({match_words(word)}) OR ({match_words(digits)}))"


def _has_trigrams(group: Words) -> bool:
    """Say whether PostgreSQL's index knows all these words."""
    return all(len(_digits(word) if _PHONE_WORD.fullmatch(word) else word) >= 3 for word in group.words)


def _like(group: Words, texts: Any) -> ColumnElement[bool]:
    def one(word: str) -> ColumnElement[bool]:
        in_text: ColumnElement[bool] = texts.text.contains(word, autoescape=True)
        if not _PHONE_WORD.fullmatch(word):
            return in_text
        return or_(in_text, texts.phones.contains(_digits(word)))

    ways = [and_(*(one(word) for word in group.words))] if group.words else []
    return or_(*ways, *([texts.phones.contains(group.phone)] if group.phone else []))
