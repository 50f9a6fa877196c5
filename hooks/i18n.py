"""Words, numbers and dates in the reader's language: English in the code, the rest in `locale/*.po`.

Babel is imported only where it is needed: English words, whole numbers, and catalogues that are compiled
already cost a cold start of the command line nothing.
"""

import gettext as _gettext
import io
import os
import tempfile
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date as Date  # noqa: N812 - a function below is called date
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from models.fold import fold

HOME = Path(__file__).resolve().parent.parent
DOMAIN = "carteira"
SOURCE_LOCALE = "en"
LOCALES = (SOURCE_LOCALE, "pt_BR", "fr")

_current: ContextVar[str] = ContextVar("locale", default=SOURCE_LOCALE)
_further_folders: list[Path] = []

# What stands between groups of three digits, so that a count needs no Babel. A test holds it to Babel.
_GROUP = {"en": ",", "pt_BR": ".", "fr": "\u202f"}

# Babel's list of territories holds regions of the world and codes kept for tests besides countries.
_NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)


# From here on how long ago something was is told in months and years.
_LONG_AGO = timedelta(days=25)


class use_locale:  # noqa: N801 - it is called like a function
    """Speak `locale` from here on; as a context manager, until its end.

    A locale that Carteira does not speak is answered by the nearest that it does.
    """

    def __init__(self, locale: str) -> None:
        self._token = _current.set(locale if locale in LOCALES else best_locale(locale))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.reset(self._token)


def current_locale() -> str:
    """Return the locale in force, one of LOCALES."""
    return _current.get()


def best_locale(wished: str | None) -> str:
    """Return the one of LOCALES that suits an Accept-Language header or a LANG variable best."""
    by_language = {locale.partition("_")[0]: locale for locale in LOCALES}
    ranked: list[tuple[float, str]] = []
    for part in (wished or "").replace(":", ",").split(","):
        tag, _semicolon, weight = part.partition(";")
        language = tag.strip().partition(".")[0].replace("-", "_").partition("_")[0].lower()
        if language in by_language:
            ranked.append((_weight(weight), by_language[language]))
    ranked = [choice for choice in ranked if choice[0] > 0]
    return max(ranked, key=lambda choice: choice[0])[1] if ranked else SOURCE_LOCALE


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


# --- words


def _(message: str) -> str:
    """Return `message` in the current locale; placeholders are left to the caller's `.format()`."""
    locale = _current.get()
    if locale == SOURCE_LOCALE or not message:
        return message
    return _catalogue(locale).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of a message that the current locale uses for `n`."""
    locale = _current.get()
    if locale == SOURCE_LOCALE:
        return one if n == 1 else many
    return _catalogue(locale).ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's name for it
    """Mark a text of a table for translation; `_()` translates it where it is shown."""
    return message


def add_folder(folder: Path) -> None:
    """Take the catalogues of a plugin that is installed as a package: `folder` holds fr/LC_MESSAGES/…"""
    if folder not in _further_folders:
        _further_folders.append(folder)
        _catalogue.cache_clear()


def catalogue_folders() -> list[Path]:
    """Return the folders that hold catalogues, the core's first."""
    return [HOME / "locale", *sorted(HOME.glob("plugins/*/locale")), *_further_folders]


@lru_cache(maxsize=len(LOCALES))
def _catalogue(locale: str) -> _gettext.NullTranslations:
    merged: _gettext.NullTranslations | None = None
    for folder in catalogue_folders():
        source = folder / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
        if not source.exists():
            continue
        part = _gettext.GNUTranslations(io.BytesIO(_compiled(source)))
        if merged is None:
            merged = part
        else:
            merged.add_fallback(part)
    return merged or _gettext.NullTranslations()


def _compiled(source: Path) -> bytes:
    """Return the machine form: from beside its source while that is unchanged, else compiled."""
    written_at = source.stat().st_mtime_ns
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns == written_at:
        return target.read_bytes()

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        made = read_po(text)
    machine = io.BytesIO()
    write_mo(machine, made)
    _keep(target, machine.getvalue(), written_at)
    return machine.getvalue()


def _keep(target: Path, content: bytes, written_at: int) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".mo")
    except OSError:
        return  # a checkout that may not be written to: each start compiles anew
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.utime(name, ns=(written_at, written_at))
    Path(name).replace(target)


# --- numbers, dates, names


def number(n: float | Decimal, digits: int | None = None) -> str:
    """Return 9237 as 9,237, 9.237 or 9 237; `digits` fixes those after the point."""
    if isinstance(n, int) and not digits:
        return f"{n:,}".replace(",", _GROUP[_current.get()])

    from babel.numbers import format_decimal

    if digits is None:
        return format_decimal(n, locale=_current.get())
    return format_decimal(n, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=_current.get())


def one_after_another(parts: Iterable[str]) -> str:
    """Return what is said in parts as one sentence: "3 added; 2 were so already"."""
    before, *more = parts
    for after in more:
        before = _("{before}; {after}").format(before=before, after=after)
    return before


def date(day: Date) -> str:
    """Return a day in the middle length: 22 de nov. de 2026."""
    from babel.dates import format_date

    return format_date(day, "medium", locale=_current.get())


def datetime_(instant: datetime, tz: tzinfo | str) -> str:
    """Return an instant as day, hour and minute in the reader's time zone."""
    from babel.dates import format_date, format_time, get_datetime_format, get_timezone

    zone = get_timezone(tz) if isinstance(tz, str) else tz
    local = instant.astimezone(zone)
    locale = _current.get()
    return (
        str(get_datetime_format("medium", locale=locale))
        .replace("'", "")
        .replace("{0}", format_time(local, "short", locale=locale))
        .replace("{1}", format_date(local, "medium", locale=locale))
    )


def relative(instant: datetime, now: datetime) -> str:
    """Return how long ago, or how far ahead, an instant lies: 3d ago, há 3 dias, il y a 3 j."""
    passed = instant - now
    if abs(passed.total_seconds()) < 1:
        return _("just now")

    from babel.dates import format_timedelta

    locale = _current.get()
    # French writes its narrow form with a sign, -3 j, which reads like a temperature, and shortens years to a letter.
    form: Literal["narrow", "short", "long"]
    form = "narrow" if locale == "en" else "short" if abs(passed) < _LONG_AGO else "long"
    return format_timedelta(passed, add_direction=True, format=form, locale=locale)


def country_name(code: str) -> str:
    """Return the name of a country by its ISO 3166 code, or the code where it has none."""
    return _countries(_current.get()).get(code.upper(), code)


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of every country, in the order of the names."""
    return sorted(_countries(_current.get()).items(), key=lambda country: fold(country[1]))


@lru_cache(maxsize=len(LOCALES))
def _countries(locale: str) -> dict[str, str]:
    from babel import Locale

    names = Locale.parse(locale).territories
    return {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


def language_name(code: str, *, own: bool = False) -> str:
    """Return the name of a language in the current one, or with `own` as its speakers write it."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(code.replace("-", "_"))
        name = locale.get_display_name(locale if own else _current.get())
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:] if name else code


def languages() -> list[tuple[str, str]]:
    """Return (code, name) of the languages that have a code of two letters, in the order of the names."""
    from babel import Locale

    names = Locale.parse(_current.get()).languages
    found = [(code, name[:1].upper() + name[1:]) for code, name in names.items() if len(code) == 2]
    return sorted(found, key=lambda language: fold(language[1]))


def language_code(text: str) -> str:
    """Return the code of a language that is written by its name in one of our languages; any other text as it is."""
    return _languages().get(fold(text), text)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for locale in LOCALES:
        names = Locale.parse(locale).languages
        for code in sorted(names, key=lambda one: (len(one), one)):
            if len(code.partition("_")[0]) == 2:
                found.setdefault(fold(names[code]), code.replace("_", "-"))
    return found
