"""Invented phone numbers that are valid by the library's own patterns.

Every number follows a shape of its country and is held against the patterns of phonenumbers; asking the
library itself takes ten times as long and says the same, which a test holds.
"""

import re
from collections.abc import Callable
from random import Random

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from services.demo.countries import City, Country

KINDS = {"mobile": PhoneNumberType.MOBILE, "fixed": PhoneNumberType.FIXED_LINE}
_TRIES = 200

# National lengths that the library's example does not tell, where a country's numbers differ in length.
_FURTHER_LENGTHS = {("DE", "mobile"): {10}, ("DE", "fixed"): {10, 11}}


def phone_maker(country: Country, city: City, kind: str, random: Random) -> Callable[[], str]:
    """Return a function that makes E.164 numbers of a city; `kind` is mobile or fixed."""
    metadata = PhoneMetadata.metadata_for_region(country.code)
    assert metadata is not None
    prefix = f"+{metadata.country_code}"
    shapes = _fitting_shapes(country, city, kind)
    is_valid = _judge(metadata, kind)
    draw = random.random

    def make() -> str:
        for _try in range(_TRIES):
            start, digits = shapes[int(draw() * len(shapes))]
            number = f"{start}{int(draw() * 10**digits):0{digits}d}"
            if is_valid(number):
                return prefix + number
        raise AssertionError(f"no valid {kind} number of {city.name} in {_TRIES} tries")

    return make


def _fitting_shapes(country: Country, city: City, kind: str) -> tuple[tuple[str, int], ...]:
    """Return (fixed beginning, number of free digits) of the shapes as long as the library's example."""
    example = phonenumbers.example_number_for_type(country.code, KINDS[kind])
    assert example is not None
    lengths = {len(phonenumbers.national_significant_number(example))}
    lengths |= _FURTHER_LENGTHS.get((country.code, kind), set())
    # A set, since a shape without an area code is the same for all of them.
    filled = {shape.format(area=area) for shape in getattr(country, kind) for area in city.areas}
    return tuple((shape.rstrip("#"), shape.count("#")) for shape in sorted(filled) if len(shape) in lengths)


def _judge(metadata: PhoneMetadata, kind: str) -> Callable[[str], object]:
    described = metadata.mobile if kind == "mobile" else metadata.fixed_line
    assert described is not None
    assert metadata.general_desc is not None
    # Both must match the whole number, as in phonenumbers.is_valid_number.
    general, own = metadata.general_desc.national_number_pattern, described.national_number_pattern
    return re.compile(f"(?=(?:{general})$)(?:{own})$").match
