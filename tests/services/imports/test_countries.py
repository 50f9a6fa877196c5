"""The country column means ISO 3166, in any case, or a country's name in the three languages."""

import pytest
from babel import Locale

from services.imports.countries import LANGUAGES, read_country
from services.imports.unreadable import Unreadable


@pytest.mark.parametrize("text", ["BR", "br", " Br ", "BRA", "bra", "Brazil", "Brasil", "BRÉSIL", "bresil"])
def test_a_country_is_known_by_its_codes_and_its_names(text):
    assert read_country(text) == "BR"


def test_namibia_is_not_taken_for_nothing():
    assert read_country("NA") == "NA"


@pytest.mark.parametrize("text", ["55", "+55", "(55)", "0055", "076"])
def test_a_dialling_code_in_the_country_column_is_named_as_such(text):
    found = read_country(text)
    assert isinstance(found, Unreadable)
    assert found.code == "country_dialling_code"
    assert "ISO 3166" in found.sentence()


@pytest.mark.parametrize("text", ["", "ZZ", "EU", "XX", "419", "Atlantis", "ZAR", "South", "BR/US"])
def test_what_is_no_country_is_refused(text):
    assert isinstance(read_country(text), Unreadable)


def test_no_name_means_different_countries_in_two_languages():
    meant: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            found = read_country(name)
            if len(code) == 2 and read_country(code) == code:
                assert found == code
                assert meant.setdefault(name, code) == code


def test_all_countries_of_iso_3166_and_kosovo_are_known():
    letters = [chr(letter) for letter in range(ord("A"), ord("Z") + 1)]
    known = {one + two for one in letters for two in letters if read_country(one + two) == one + two}
    assert len(known) == 250
