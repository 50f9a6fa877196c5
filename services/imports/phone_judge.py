"""The slow and full reading of a phone number: what phonenumbers says, under the rules of an import.

The library drops what it cannot use (words, extensions, second numbers). An import drops nothing, so each
of these is a reason to refuse the cell instead.
"""

import re
import unicodedata
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from services.imports.phones import LONGEST_CELL
from services.imports.unreadable import Unreadable

NO_PLACE = "001"  # the library's region of numbers that belong to no country: +800, +882 …

_LOST = re.compile(r"[+-]?\d+(?:[.,]\d*)?\s?[eE]\s?[+]?\d+")
_SPREADSHEET_FRACTION = re.compile(r"(\+?\d{6,})[.,]0+")
_PLUS = re.compile(r"[+＋]+")
_BETWEEN_DIGITS = r"-\u2010-\u2015\u2212\u30fc\uff0d\uff0f ()（）［］.\[\]/"
_SIGNS = re.compile(rf"[{_BETWEEN_DIGITS}]*[+＋]*[{_BETWEEN_DIGITS}\d]+")
_VANITY = re.compile(r"[-\d+(). ]*\d[-. ]?[A-Z][-A-Z. ]{2,}")
_BETWEEN_NUMBERS = re.compile(r"[/;,|\n]|\s[a-zà-ÿ]+\s", re.IGNORECASE)
_EXTENSION = re.compile(r"(?i)\d\W*(?:ext|extens\w*|ramal|anexo|poste|#|x)[^\d]{0,4}\d+\W*$")
_LEAST_DIGITS = 7


class Phone(NamedTuple):
    """A number as E.164, and the country: the given one, else the number's own (null for +800 and such)."""

    e164: str
    country: str | None


class _Reading(NamedTuple):
    """One way to read a cell: the number, or the reason why there is none that way."""

    number: PhoneNumber | None
    valid: bool
    error: str | None


def judge_phone(text: str, country: str | None) -> Phone | Unreadable:
    """Read a cell by phonenumbers alone; `country` is an ISO 3166 code, without it a dialling code is due."""
    if len(text) > LONGEST_CELL:
        return Unreadable("phone_not_a_number", text)
    written = _cleaned(text)
    refusal = _dropped_by_the_library(written, country)
    if refusal is not None:
        return Unreadable(refusal, text)
    digits = _digits(written)
    if digits.startswith("+"):
        return _dialled(text, digits, country)
    if digits.startswith("00"):
        dialled = _read("+" + digits[2:], None)
        if dialled.valid and _agrees(dialled, country):
            return _found(dialled, country)
        if country is None:
            return _dialled(text, "+" + digits[2:], country)
        at_home = _read(digits, country)
        if at_home.valid and _agrees(at_home, country):
            return _found(at_home, country)
        return _dialled(text, "+" + digits[2:], country)
    if country is None or not _code_of(country):
        return Unreadable("phone_needs_country", text)
    return _national(text, digits, country)


def _cleaned(text: str) -> str:
    """Return the text without invisible signs, `tel:`, and the `.0` that a spreadsheet hangs on a number."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    line = "".join(
        " " if unicodedata.category(sign) == "Zs" or sign == "\t" else sign for sign in visible
    ).strip()
    if line[:4].lower() == "tel:":
        line = line[4:].strip()
    fraction = _SPREADSHEET_FRACTION.fullmatch(line)
    return fraction[1] if fraction else line


def _dropped_by_the_library(written: str, country: str | None) -> str | None:
    if _LOST.fullmatch(written):
        return "phone_digits_lost"
    if not any(sign.isdecimal() for sign in written):
        return "phone_letters" if any(sign.isalpha() for sign in written) else "phone_not_a_number"
    pieces = _BETWEEN_NUMBERS.split(written)
    full = sum(sum(map(str.isdecimal, piece)) >= _LEAST_DIGITS for piece in pieces)
    if full > 1 or len(_PLUS.findall(written)) > 1:
        return "phone_several"
    if _EXTENSION.search(written):
        return "phone_extension"
    if any(sign.isalpha() for sign in written):
        return None if _VANITY.fullmatch(written) and _is_american(written, country) else "phone_letters"
    return None if _SIGNS.fullmatch(written) else "phone_not_a_number"


def _digits(written: str) -> str:
    """Return the plain digits, behind a + where the cell has one, and letters as the keys they stand on."""
    keys = written
    if any("A" <= sign <= "Z" for sign in written):
        keys = phonenumbers.convert_alpha_characters_in_number(written)
    return ("+" if _PLUS.search(written) else "") + str(phonenumbers.normalize_digits_only(keys))


def _is_american(written: str, country: str | None) -> bool:
    """Say whether letters can only be digits: where all numbers have ten, they are no word beside one."""
    digits = _digits(written)
    if digits.startswith("+"):
        return len(digits) == 12 and digits[1] == "1"
    return country is not None and _code_of(country) == 1 and len(digits.removeprefix("1")) == 10


def _dialled(text: str, digits: str, country: str | None) -> Phone | Unreadable:
    """Read `digits`, which begin with +, and hold the result against the country."""
    reading = _read(digits, None)
    if reading.valid and _agrees(reading, country):
        return _found(reading, country)
    if reading.number is None or country is None or _agrees(reading, country):
        return _failure(text, reading, country)
    return _contradiction(text, digits, reading, country)


def _national(text: str, digits: str, country: str) -> Phone | Unreadable:
    reading = _read(digits, country)
    if reading.valid and _agrees(reading, country):
        return _found(reading, country)
    if (
        reading.valid
    ):  # dialled with the country's own prefix for calls abroad, such as 011 in the United States
        return _contradiction(text, _formatted(reading, PhoneNumberFormat.E164), reading, country)
    if reading.error not in {"phone_without_area", "phone_too_short"}:
        dialled = _read("+" + digits, None)
        if dialled.valid and not _agrees(dialled, country):
            return _contradiction(text, "+" + digits, dialled, country)
    return _failure(text, reading, country)


def _read(digits: str, region: str | None) -> _Reading:
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException as error:
        return _Reading(None, False, _UNPARSED[error.error_type])
    if number.extension:
        return _Reading(None, False, "phone_extension")
    if phonenumbers.is_valid_number(number):
        return _Reading(number, True, None)
    return _Reading(number, False, _IMPOSSIBLE[phonenumbers.is_possible_number_with_reason(number)])


_UNPARSED = {
    NumberParseException.INVALID_COUNTRY_CODE: "phone_unknown_code",
    NumberParseException.NOT_A_NUMBER: "phone_not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "phone_not_a_number",
    NumberParseException.TOO_SHORT_NSN: "phone_not_a_number",
    NumberParseException.TOO_LONG: "phone_not_a_number",
}
_IMPOSSIBLE = {
    ValidationResult.IS_POSSIBLE: "phone_not_valid",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_without_area",
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
    ValidationResult.INVALID_LENGTH: "phone_not_valid",
    ValidationResult.INVALID_COUNTRY_CODE: "phone_unknown_code",
}


def _agrees(reading: _Reading, country: str | None) -> bool:
    """Say whether the dialling code is the country's, or the number belongs to no country."""
    if country is None or not _code_of(country) or reading.number is None:
        return True
    return reading.number.country_code == _code_of(country) or _home(reading.number) is None


def _code_of(country: str) -> int:
    return int(phonenumbers.country_code_for_region(country))


def _home(number: PhoneNumber) -> str | None:
    """Return the country that the number, valid or not, belongs to by its digits or by its dialling code."""
    assert number.country_code is not None
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code)
    return None if region == NO_PLACE else str(region)


def _found(reading: _Reading, country: str | None) -> Phone:
    assert reading.number is not None
    return Phone(_formatted(reading, PhoneNumberFormat.E164), country or _home(reading.number))


def _formatted(reading: _Reading, style: int) -> str:
    assert reading.number is not None
    return str(phonenumbers.format_number(reading.number, style))


def _failure(text: str, reading: _Reading, country: str | None) -> Unreadable:
    assert reading.error is not None
    if reading.number is None:
        return Unreadable(reading.error, text)
    place = country or _home(reading.number) or ""
    return Unreadable(reading.error, text, {"country": place})


def _contradiction(text: str, digits: str, dialled: _Reading, country: str) -> Unreadable:
    """Refuse with both readings, by the dialling code and by the country; the latter empty where invalid."""
    at_home = _read(digits.removeprefix("+"), country)
    national = at_home.valid and _agrees(at_home, country)
    assert dialled.number is not None
    detail = {
        "country": country,
        "dialled": _formatted(dialled, PhoneNumberFormat.INTERNATIONAL),
        "dialled_country": (_home(dialled.number) or "") if dialled.valid else "",
        "dialled_valid": "yes" if dialled.valid else "",
        "national": _formatted(at_home, PhoneNumberFormat.INTERNATIONAL) if national else "",
    }
    return Unreadable("phone_country_contradiction", text, detail)
