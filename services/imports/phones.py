"""Phones in a file: ordinary forms by phonenumbers' own patterns, everything else by phonenumbers itself.

The library needs about 30 µs a number, its patterns alone 2: a test holds both to the same answers.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from services.imports.unreadable import Unreadable

if TYPE_CHECKING:
    from services.imports.phone_judge import Phone

Matches = Callable[[str], re.Match[str] | None]

_LONGEST_CODE = 3
# As long as the library reads at most.
LONGEST_CELL = 250


def read_phone(text: str, country: str | None) -> "Phone | Unreadable":
    """Return a cell as E.164 with its country, or why it is no number.

    `country` is an ISO 3166 code in capitals. With one, the number needs no dialling code and may have it
    (`+`, `00` or bare); a code that contradicts it is refused with both readings. Without one, the number
    needs its dialling code.
    """
    digits = _plain_digits(text) if len(text) <= LONGEST_CELL else None
    if digits is not None:
        found = _at_home(digits, country) if country else _abroad(digits)
        if found is not None:
            return found
    return _judge()(text, country)


def is_dialled(text: str) -> bool:
    """Say whether a cell begins with a dialling code, or looks like it."""
    return text.lstrip(" (")[:1] in ("+", "＋") or text[:2] == "00"


def country_of(phone: str | None, chosen: str | None, *, by_itself: bool = False) -> str | None:
    """Return the country of a contact that names none: the chosen one, unless its number is dialled elsewhere.

    Where none is chosen, the number gives it only if it may decide `by_itself`.
    """
    if phone is None or (chosen is None and not by_itself):
        return chosen
    if chosen is None:
        alone = read_phone(phone, None)
        return None if isinstance(alone, Unreadable) else alone.country
    plan = _plan(chosen)
    if plan is not None and phone.startswith("+" + plan.code):
        return chosen
    read = read_phone(phone, None)
    return chosen if isinstance(read, Unreadable) else read.country or chosen


class _Plan(NamedTuple):
    """A country's numbering plan, compiled from the library's metadata.

    `valid` matches every national number of the dialling code that the library calls valid; `general` and
    `prefix` are the country's own, `prefix_abroad` that of the code's main country, `abroad` what is dialled
    before a foreign code. `rewritten` is what a prefix turns into that holds a part of the number.
    """

    country: str
    code: str
    valid: Matches
    general: Matches
    prefix: Matches
    prefix_abroad: Matches
    abroad: Matches
    rewritten: str | None
    phone: "Callable[[str, str], Phone]"


def _plain_digits(text: str) -> str | None:
    """Return the digits, behind a + where the cell has one, or null for a cell of another form."""
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isdigit():
        if digits.rstrip("0").endswith("."):
            return None  # perhaps the fraction that a spreadsheet writes
        digits = digits.replace("(", "").replace(")", "").replace(".", "")
        if not digits.removeprefix("+").isdigit():
            return None
    return digits if digits.isascii() else None


def _at_home(digits: str, country: str) -> "Phone | None":
    plan = _plan(country)
    if plan is None:
        return None
    code = plan.code
    if digits[0] == "+":
        return _after_code(plan, digits[1:])
    if digits[:2] == "00":
        return _after_code(plan, digits[2:])
    if plan.abroad(digits):
        return None
    prefix = plan.prefix(digits)
    if digits.startswith(code):
        return _with_bare_code(plan, digits, prefix)
    if prefix is not None and prefix.end():
        if prefix.lastindex is None:
            digits = digits[prefix.end() :]
        elif plan.rewritten and prefix.lastindex == prefix.re.groups:
            digits = prefix.expand(plan.rewritten) + digits[prefix.end() :]
        else:
            return None  # a carrier's code
    if plan.general(digits) and plan.valid(digits):
        return plan.phone(f"+{code}{digits}", country)
    return None


def _after_code(plan: _Plan, digits: str) -> "Phone | None":
    """Read digits that begin with the dialling code."""
    if not digits.startswith(plan.code):
        return None
    national = digits[len(plan.code) :]
    if not plan.valid(national):
        return None
    prefix = plan.prefix_abroad(national)
    if prefix is not None and prefix.end():
        return None
    return plan.phone("+" + digits, plan.country)


def _with_bare_code(plan: _Plan, digits: str, prefix: re.Match[str] | None) -> "Phone | None":
    """Read digits that begin with the dialling code or, by chance, with an area code of the same digits."""
    if plan.general(digits):
        if (prefix is None or not prefix.end()) and plan.valid(digits):
            return plan.phone(f"+{plan.code}{digits}", plan.country)
        return None
    national = digits[len(plan.code) :]
    within = plan.prefix(national)
    if (within is not None and within.end()) or not plan.general(national):
        return None
    return _after_code(plan, digits)


def _abroad(digits: str) -> "Phone | None":
    if digits[0] == "+":
        digits = digits[1:]
    elif digits[:2] == "00":
        digits = digits[2:]
    else:
        return None
    plan = _plan_of_code(digits[:_LONGEST_CODE])
    return None if plan is None else _after_code(plan, digits)


@lru_cache(maxsize=1)
def _judge() -> "Callable[[str, str | None], Phone | Unreadable]":
    from services.imports.phone_judge import judge_phone

    # What is no number stands in many rows: "12345", "see card".
    return lru_cache(maxsize=1024)(judge_phone)


@lru_cache(maxsize=1024)
def _plan_of_code(first: str) -> _Plan | None:
    """Return the plan of the country whose dialling code `first` begins with; null where several share it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    for length in range(1, len(first) + 1):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(first[:length]))
        if regions:
            return _plan(regions[0]) if len(regions) == 1 else None
    return None


@lru_cache(maxsize=512)
def _plan(country: str) -> _Plan | None:
    """Compile a country's plan; null for one that the library does not know."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    from services.imports.phone_judge import Phone

    own: Any = PhoneMetadata.metadata_for_region(country, None)
    if own is None:
        return None
    sharing = COUNTRY_CODE_TO_REGION_CODE[own.country_code]
    regions: list[Any] = [PhoneMetadata.metadata_for_region(region, None) for region in sharing]
    return _Plan(
        country,
        str(own.country_code),
        re.compile(_valid_in_any(regions)).fullmatch,
        re.compile(own.general_desc.national_number_pattern).fullmatch,
        re.compile(own.national_prefix_for_parsing or "(?!)").match,
        re.compile(regions[0].national_prefix_for_parsing or "(?!)").match,
        re.compile(own.international_prefix or "(?!)").match,
        own.national_prefix_transform_rule,
        Phone,
    )


def _valid_in_any(regions: list[Any]) -> str:
    """Return the pattern of all valid numbers of a dialling code, in the order in which the library asks.

    A region that is told by its leading digits gets every number that begins with them, valid or not.
    """
    taken = [region.leading_digits for region in regions if region.leading_digits]
    parts = []
    for region in regions:
        guard = ""
        if region.leading_digits:
            guard = f"(?={region.leading_digits})"
        elif taken:
            guard = "".join(f"(?!{lead})" for lead in taken)
        parts.append(guard + _valid_in(region))
    return "|".join(f"(?:{part})" for part in parts)


def _valid_in(region: Any) -> str:
    kinds = (
        region.mobile, region.fixed_line, region.toll_free, region.premium_rate, region.shared_cost,
        region.voip, region.personal_number, region.pager, region.uan, region.voicemail,
    )  # fmt: skip
    written = dict.fromkeys(
        _of_kind(kind) for kind in kinds if kind is not None and kind.national_number_pattern
    )
    general = _of_kind(region.general_desc)
    return f"(?={general}\\Z)(?:{'|'.join(written)})"


def _of_kind(kind: Any) -> str:
    pattern = f"(?:{kind.national_number_pattern})"
    if not kind.possible_length:
        return pattern
    lengths = "|".join(f"\\d{{{length}}}" for length in kind.possible_length if length > 0)
    return f"(?=(?:{lengths})\\Z){pattern}" if lengths else "(?!)"
