"""What codes are called."""

import pytest

from hooks.i18n import LOCALES, use_locale
from models.contact import SOURCES
from services import terms


@pytest.mark.parametrize("locale", LOCALES)
def test_every_source_has_a_name_of_its_own_in_every_language(locale: str) -> None:
    with use_locale(locale):
        names = [terms.source_name(code) for code in SOURCES]
    assert len(set(names)) == len(SOURCES)
    assert not set(names) & set(SOURCES)


def test_the_source_is_not_called_what_the_button_says() -> None:
    with use_locale("fr"):
        assert terms.source_name("import") == "Importation de fichier"
