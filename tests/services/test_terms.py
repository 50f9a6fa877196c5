"""What codes are called."""

import pytest

from hooks.i18n import LOCALES, use_locale
from models.contact import SOURCES
from services import terms
from services.permissions import DEFAULT_ROLES


@pytest.mark.parametrize("locale", LOCALES)
def test_every_source_has_a_name_of_its_own_in_every_language(locale: str) -> None:
    with use_locale(locale):
        names = [terms.source_name(code) for code in SOURCES]
    assert len(set(names)) == len(SOURCES)
    assert not set(names) & set(SOURCES)


def test_the_source_is_not_called_what_the_button_says() -> None:
    with use_locale("fr"):
        assert terms.source_name("import") == "Importation de fichier"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["administrator", "manager", "advisor", "analyst"]),
        ("pt_BR", ["administrador", "gestor", "consultor", "analista"]),
        ("fr", ["administrateur", "responsable d’équipe", "conseiller", "analyste"]),
    ],
)
def test_the_roles_of_a_fresh_installation_are_called_as_the_glossary_has_it(
    locale: str, words: list[str]
) -> None:
    with use_locale(locale):
        assert [terms.role_name(name) for name in DEFAULT_ROLES] == words
        assert terms.role_name("Night shift") == "Night shift"
        assert terms.role_title("key accounts EU") == "key accounts EU"
