"""The checks that Carteira makes of a cell, by the same two libraries; each raises ValueError in a sentence."""

from functools import cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


def country(text: str) -> str:
    """Return a country's code."""
    code = text.strip().upper()
    if code not in _COUNTRIES:
        raise ValueError(f"{text} is no country")
    return code


@cache
def phone(text: str, region: str) -> str:
    """Return a number as E.164."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise ValueError(str(error)) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text} is no phone number")
    if number.country_code != phonenumbers.country_code_for_region(region):
        raise ValueError(f"{text} is not of {region}")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@cache
def email(text: str) -> str:
    """Return an address in small letters; nothing where there is none."""
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def last_name(text: str) -> str:
    """Return the last name, which nobody lacks."""
    if not text:
        raise ValueError("the last name is missing")
    return text
