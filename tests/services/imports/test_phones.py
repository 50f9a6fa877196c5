"""Phones: every notation of one number ends as one E.164, and nothing of a cell is dropped on the way."""

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from hooks.i18n import use_locale
from services.imports.phone_judge import Phone, judge_phone
from services.imports.phones import read_phone
from services.imports.unreadable import Unreadable

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("(11) 96123-4567", "BR", "+5511961234567"),
        ("011 96123-4567", "BR", "+5511961234567"),
        ("+55 11 96123-4567", "BR", "+5511961234567"),
        ("5511961234567", "BR", "+5511961234567"),
        ("005511961234567", "BR", "+5511961234567"),
        ("00 55 81 98765-4321", "BR", "+5581987654321"),
        ("0 15 11 96123-4567", "BR", "+5511961234567"),
        ("11961234567.0", "BR", "+5511961234567"),
        ("\u202a+55\u00a011 96123\u20114567\u202c", "BR", "+5511961234567"),
        ("tel:+55-11-96123-4567", "BR", "+5511961234567"),
        ("1133334444", "BR", "+551133334444"),
        ("55 99612-3456", "BR", "+5555996123456"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("030/12345678", "DE", "+493012345678"),
        ("06 698 12345", "IT", "+390669812345"),
        ("(011) 15 5123-4567", "AR", "+5491151234567"),
        ("912 345 678", "PT", "+351912345678"),
    ],
)
def test_every_notation_of_a_number_ends_as_the_same_e164(text, country, e164):
    assert read_phone(text, country) == Phone(e164, country)


def test_a_number_with_a_dialling_code_needs_no_country():
    assert read_phone("+351 912 345 678", None) == Phone("+351912345678", "PT")
    assert read_phone("00351912345678", None) == Phone("+351912345678", "PT")
    assert read_phone("+1 204 234 5678", None) == Phone("+12042345678", "CA")


def test_a_number_of_no_country_contradicts_none():
    assert read_phone("+800 1234 5678", "BR") == Phone("+80012345678", "BR")
    assert read_phone("+800 1234 5678", None) == Phone("+80012345678", None)


def test_countries_that_share_a_dialling_code_do_not_contradict_each_other():
    assert read_phone("+1 202 555 0123", "CA") == Phone("+12025550123", "CA")


@pytest.mark.parametrize("text", ["+351 912 345 678", "00351912345678", "351912345678"])
def test_a_dialling_code_that_contradicts_the_country_shows_both_readings(text):
    found = read_phone(text, "BR")
    assert isinstance(found, Unreadable)
    assert found.code == "phone_country_contradiction"
    assert found.detail["dialled"] == "+351 912 345 678"
    assert found.detail["dialled_country"] == "PT"
    assert found.detail["national"] == ""
    assert "+351 912 345 678 (Portugal)" in found.sentence()
    assert "Brazil" in found.sentence()


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "number (Brazil)."), ("pt_BR", "telefone (Brasil)."), ("fr", "téléphone (Brésil).")],
)
def test_a_country_is_named_without_the_article_that_some_languages_want(locale, said):
    with use_locale(locale):
        found = read_phone("12", "BR")
        assert isinstance(found, Unreadable)
        assert found.sentence().endswith(said)


def test_a_plus_that_was_put_before_an_area_code_shows_the_number_that_was_meant():
    found = read_phone("+11 96123-4567", "BR")
    assert isinstance(found, Unreadable)
    assert found.code == "phone_country_contradiction"
    assert found.detail["national"] == "+55 11 96123-4567"


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("5,51E+12", "BR", "phone_digits_lost"),
        ("5.51196E+12", "BR", "phone_digits_lost"),
        ("5E12", "BR", "phone_digits_lost"),
        ("11 96123-4567 ramal 12", "BR", "phone_extension"),
        ("(202) 555-0123 x45", "US", "phone_extension"),
        ("(202) 555-0123 ext. 45", "US", "phone_extension"),
        ("11 96123-4567 / 11 3333-4444", "BR", "phone_several"),
        ("030 1234567 / 030 1234568", "DE", "phone_several"),
        ("11 96123-4567; 11 3333-4444", "BR", "phone_several"),
        ("+55 11 96123-4567 +55 11 3333-4444", "BR", "phone_several"),
        ("11961234567 Ana", "BR", "phone_letters"),
        ("030 1234567 abc", "DE", "phone_letters"),
        ("none", "BR", "phone_letters"),
        ("?", "BR", "phone_not_a_number"),
        ("", "BR", "phone_not_a_number"),
        ("*11961234567", "BR", "phone_not_a_number"),
        ("11+961234567", "BR", "phone_not_a_number"),
        ("11961234567", None, "phone_needs_country"),
        ("11961234567", "AQ", "phone_needs_country"),
        ("+999 12345678", "BR", "phone_unknown_code"),
        ("12345", "BR", "phone_too_short"),
        ("119612345671234", "BR", "phone_too_long"),
        ("555-0123", "US", "phone_without_area"),
        ("00 96123-4567", "BR", "phone_country_contradiction"),
        ("11 16123-4567", "BR", "phone_not_valid"),
    ],
)
def test_what_is_no_number_is_named(text, country, code):
    found = read_phone(text, country)
    assert isinstance(found, Unreadable)
    assert found.code == code
    for locale in ("en", "pt_BR", "fr"):
        with use_locale(locale):
            assert "{" not in found.sentence()


@pytest.mark.parametrize(
    "kind", [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE]
)
def test_every_country_s_example_is_read_in_all_its_notations(kind):
    for region in REGIONS:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
            assert read_phone(phonenumbers.format_number(example, style), region) == Phone(e164, region)
        assert read_phone("00" + e164[1:], region) == Phone(e164, region)


# Told from others with the same dialling code by how their numbers begin.
LED = [region for region in REGIONS if phonenumbers.PhoneMetadata.metadata_for_region(region).leading_digits]
FOREIGN_DIGITS = [str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９")]


def written(rng: random.Random) -> tuple[str, str | None]:
    """Return a cell and a country: often right, often nearly right, sometimes garbage."""
    region = rng.choice(LED if rng.random() < 0.1 else REGIONS)
    kind = rng.choice(sorted(PhoneNumberType.values()))
    example = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    national = list(phonenumbers.national_significant_number(example))
    for _ in range(rng.choice((0, 1, 2, 6))):
        national[rng.randrange(len(national))] = rng.choice("0123456789")
    if region in LED and rng.random() < 0.5:
        national[3:] = rng.choices("0123456789", k=len(national[3:]))
    if rng.random() < 0.1:
        national = national[: rng.randrange(len(national))] + rng.choices("0123456789", k=rng.randrange(4))
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    lead = rng.choice(
        ("", "", "", "0", plan.national_prefix or "", "+", "+", "00", "011", "code", "+0", "015")
    )
    code = str(example.country_code)
    start = lead + code if lead in {"+", "00", "011"} else code if lead == "code" else lead
    digits = start + "".join(national)
    separators = rng.choice(("", "", " ", "-", ".", " -().", "/", "\u00a0", "x", "#;,"))
    text = "".join(
        sign + (rng.choice(separators) if separators and rng.random() < 0.3 else "") for sign in digits
    )
    text = rng.choice(
        (text, text, text, text, f" {text}", f"({text}", text + ".0", text + rng.choice(" -xA1E+"))
    )
    if rng.random() < 0.02:
        text = "".join(rng.choices("0123456789+-() .xE,٣９", k=rng.randrange(20)))
    if rng.random() < 0.02:
        text = text.translate(rng.choice(FOREIGN_DIGITS))
    country = rng.choice((region, region, region, region, rng.choice(REGIONS), None))
    return text, country


def compare(cases: int, seed: int) -> None:
    rng = random.Random(seed)
    valid = 0
    for _ in range(cases):
        text, country = written(rng)
        judged = judge_phone(text, country)
        assert read_phone(text, country) == judged, (text, country)
        valid += isinstance(judged, Phone)
    assert 0.2 < valid / cases < 0.9, "the cases no longer try both sides"


@pytest.mark.slow
def test_the_fast_path_agrees_with_the_library_on_ten_thousand_cells():
    compare(10_000, seed=2)


@pytest.mark.slow
def test_the_fast_path_agrees_with_the_library_on_a_hundred_thousand_cells():
    compare(100_000, seed=1)


def test_whatever_is_read_is_valid_to_the_library_and_reads_as_itself():
    rng = random.Random(3)
    for _ in range(2_000):
        found = read_phone(*written(rng))
        if isinstance(found, Phone):
            number = phonenumbers.parse(found.e164)
            assert phonenumbers.is_valid_number(number)
            assert read_phone(found.e164, found.country) == found
