"""Words, numbers and dates in three languages."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from hooks import i18n
from hooks.i18n import LOCALES, _, best_locale, current_locale, ngettext, number, use_locale

CATALOGUE = """
msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Segments"
msgstr "{word}"

msgid "{{n}} segment"
msgid_plural "{{n}} segments"
msgstr[0] "{{n}} {one}"
msgstr[1] "{{n}} {many}"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout with a Portuguese catalogue of its own."""
    monkeypatch.setattr(i18n, "HOME", tmp_path)
    i18n._catalogue.cache_clear()
    write(tmp_path / "locale", "Segmentos")
    yield tmp_path
    i18n._catalogue.cache_clear()


def write(folder: Path, word: str) -> Path:
    path = folder / "pt_BR" / "LC_MESSAGES" / "carteira.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CATALOGUE.format(locale="pt_BR", word=word, one="segmento", many="segmentos"))
    i18n._catalogue.cache_clear()
    return path


def test_english_is_what_the_code_says() -> None:
    assert _("Segments") == "Segments"
    assert [ngettext("{n} segment", "{n} segments", n) for n in (0, 1, 2)] == [
        "{n} segments",
        "{n} segment",
        "{n} segments",
    ]


def test_a_text_is_said_in_the_language_in_force_and_only_there(home: Path) -> None:
    with use_locale("pt_BR"):
        assert _("Segments") == "Segmentos"
        assert ngettext("{n} segment", "{n} segments", 0) == "{n} segmento"
        assert ngettext("{n} segment", "{n} segments", 5) == "{n} segmentos"
    assert _("Segments") == "Segments"


def test_a_text_without_translation_stays_english(home: Path) -> None:
    with use_locale("pt_BR"):
        assert _("Nowhere to be found") == "Nowhere to be found"
        assert _("") == ""


def test_a_plugin_brings_words_of_its_own_and_changes_none_of_the_core(home: Path) -> None:
    own = write(home / "plugins" / "visits" / "locale", "Pedaços")
    own.write_text(own.read_text() + '\nmsgid "Visit"\nmsgstr "Visita"\n')
    i18n._catalogue.cache_clear()
    with use_locale("pt_BR"):
        assert (_("Visit"), _("Segments")) == ("Visita", "Segmentos")


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(home: Path) -> None:
    with use_locale("pt_BR"):
        assert _("Segments") == "Segmentos"
        machine = home / "locale" / "pt_BR" / "LC_MESSAGES" / "carteira.mo"
        first = machine.stat().st_ino
        i18n._catalogue.cache_clear()
        assert _("Segments") == "Segmentos"
        assert machine.stat().st_ino == first
        write(home / "locale", "Fatias")
        assert _("Segments") == "Fatias"
        assert machine.stat().st_ino != first


@pytest.mark.parametrize(
    "lines", ["", "from hooks.i18n import use_locale; use_locale('pt_BR'); _('Segments'); "]
)
def test_a_cold_start_does_without_babel(lines: str) -> None:
    with use_locale("pt_BR"):
        _("Segments")  # compiled by now
    code = f"import sys; from hooks.i18n import _, number; {lines}number(9237); print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("wished", "spoken"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("de-DE,de;q=0.9,fr;q=0.5,en;q=0.3", "fr"),
        ("fr;q=0.2,en;q=0.7", "en"),
        ("en;q=0,fr;q=0.1", "fr"),
        ("fr_CA.UTF-8", "fr"),
        ("de:pt:fr", "pt_BR"),
        ("C", "en"),
        ("*", "en"),
        ("fr;q=much", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_language_is_the_nearest_one_spoken(wished: str | None, spoken: str) -> None:
    assert best_locale(wished) == spoken


def test_a_language_may_be_set_without_an_end() -> None:
    before = use_locale("fr-CH")
    assert current_locale() == "fr"
    before.__exit__(None, None, None)
    assert current_locale() == "en"


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(LOCALES))
def test_whole_numbers_look_as_babel_writes_them(n: int, locale: str) -> None:
    with use_locale(locale):
        assert number(n) == format_decimal(n, locale=locale)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", ("1,234.5", "2.00", "Nov 22, 2026", "3d ago", "Brazil")),
        ("pt_BR", ("1.234,5", "2,00", "22 de nov. de 2026", "há 3 dias", "Brasil")),
        ("fr", ("1\u202f234,5", "2,00", "22 nov. 2026", "il y a 3\xa0j", "Brésil")),
    ],
)
def test_numbers_days_and_countries_look_as_readers_know_them(locale: str, expected: tuple[str, ...]) -> None:
    now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    with use_locale(locale):
        assert (
            number(1234.5),
            number(2, 2),
            i18n.date(date(2026, 11, 22)),
            i18n.relative(now - timedelta(days=3), now),
            i18n.country_name("BR"),
        ) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(3, "il y a 3\u00a0j"), (26, "il y a 1 mois"), (1100, "il y a 3 ans")]
)
def test_months_and_years_are_no_single_letters(days: int, expected: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with use_locale("fr"):
        assert i18n.relative(now - timedelta(days=days), now) == expected


def test_an_instant_is_shown_in_the_zone_of_the_reader() -> None:
    instant = datetime(2026, 11, 22, 3, tzinfo=UTC)
    with use_locale("fr"):
        assert i18n.datetime_(instant, "America/Sao_Paulo") == "22 nov. 2026, 00:00"
        assert i18n.datetime_(instant, "Europe/Paris") == "22 nov. 2026, 04:00"


@pytest.mark.parametrize("locale", LOCALES)
def test_countries_come_in_the_order_in_which_a_reader_seeks_them(locale: str) -> None:
    with use_locale(locale):
        names = dict(i18n.countries())
    assert len(names) == 250
    assert {"BR", "FR", "US", "NA", "XK"} <= names.keys()
    assert not {"EU", "ZZ", "UN"} & names.keys()


def test_accents_do_not_send_a_country_to_the_end() -> None:
    with use_locale("pt_BR"):
        order = [name for _code, name in i18n.countries()]
    assert order.index("África do Sul") < order.index("Albânia")


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert i18n.country_name("QQ") == "QQ"
    assert i18n.language_name("not a language") == "not a language"
    assert i18n.language_name("pt-BR") == i18n.language_name("pt_BR") != "pt-BR"


@pytest.mark.parametrize(
    ("text", "code"),
    [("Portuguese", "pt"), ("ANGLAIS", "en"), ("frances", "fr"), ("Brazilian Portuguese", "pt-BR"), ("pt-BR", "pt-BR")],
)  # fmt: skip
def test_a_language_is_known_by_its_name_in_any_of_ours(text: str, code: str) -> None:
    assert i18n.language_code(text) == code


def test_languages_are_called_as_their_speakers_call_them() -> None:
    names = [i18n.language_name(locale, own=True) for locale in LOCALES]
    assert names == ["English", "Português (Brasil)", "Français"]


def test_parts_are_said_one_after_another_with_the_space_that_french_has_before_the_mark() -> None:
    parts = ["3 added", "2 were so", "1 is hidden"]
    assert i18n.one_after_another(parts) == "3 added; 2 were so; 1 is hidden"
    with use_locale("fr"):
        assert i18n.one_after_another(parts[:2]) == "3 added\u00a0; 2 were so"
