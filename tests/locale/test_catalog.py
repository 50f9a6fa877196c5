"""The tool that collects texts and names what a translation lacks, on a small checkout of its own."""

import importlib.util
from pathlib import Path

import pytest

from services.settings import HOME

spec = importlib.util.spec_from_file_location("catalog", HOME / "locale" / "catalog.py")
assert spec is not None
assert spec.loader is not None
catalog = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalog)


def complaints(home: Path) -> list[str]:
    return [line for line in sorted(catalog.faults(home)) if line.startswith("core fr")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A checkout that says three things, with finished catalogues."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "contacts.py").write_text(
        'title = _("Contacts of {name}")\nmail = N_("E-mail")\n'
        'number = ngettext("{n} contact.", "{n} contacts.", n)\n'
    )
    catalog.update(tmp_path)
    for locale, title, mail, one, many in (
        ("pt_BR", "Contatos de {name}", "Correio", "{n} contato.", "{n} contatos."),
        ("fr", "Contacts chez {name}", "Courriel", "Un contact.", "{n} contacts en tout."),
    ):
        path = catalogue_of(tmp_path, locale)
        text = path.read_text()
        text = text.replace(
            'msgid "Contacts of {name}"\nmsgstr ""', f'msgid "Contacts of {{name}}"\nmsgstr "{title}"'
        )
        text = text.replace('msgid "E-mail"\nmsgstr ""', f'msgid "E-mail"\nmsgstr "{mail}"')
        text = text.replace('msgstr[0] ""', f'msgstr[0] "{one}"').replace(
            'msgstr[1] ""', f'msgstr[1] "{many}"'
        )
        path.write_text(text)
    return tmp_path


def catalogue_of(home: Path, locale: str = "fr") -> Path:
    return home / "locale" / locale / "LC_MESSAGES" / "carteira.po"


def change(home: Path, before: str, after: str) -> None:
    text = catalogue_of(home).read_text()
    assert before in text
    catalogue_of(home).write_text(text.replace(before, after))


def test_finished_catalogues_pass(home: Path) -> None:
    assert list(catalog.faults(home)) == []


def test_updating_keeps_translations_and_changes_nothing_the_second_time(home: Path) -> None:
    before = catalogue_of(home).read_bytes()
    catalog.update(home)
    assert catalogue_of(home).read_bytes() == before


def test_a_new_text_is_missing_until_it_is_translated(home: Path) -> None:
    (home / "pages" / "segments.py").write_text('_("Segments of this team")')
    assert complaints(home) == ["core fr: not in the catalogue: 'Segments of this team'"]
    catalog.update(home)
    assert complaints(home) == ["core fr: not translated: 'Segments of this team'"]


def test_a_text_inside_a_formatted_string_is_collected_too(home: Path) -> None:
    (home / "pages" / "segments.py").write_text("line = f'{name} ({_(\"switched off\")})'")
    assert complaints(home) == ["core fr: not in the catalogue: 'switched off'"]


def test_a_text_that_left_the_code_leaves_the_catalogue(home: Path) -> None:
    (home / "pages" / "contacts.py").write_text('N_("E-mail")')
    assert len(complaints(home)) == 2
    catalog.update(home)
    assert list(catalog.faults(home)) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("chez {name}", "chez {nom}", "other placeholders (name, nom)"),
        ("chez {name}", "chez lui", "other placeholders (name)"),
        ("chez {name}", "chez {name", "broken placeholder"),
        ("{n} contacts en tout.", "tous les contacts.", "other placeholders (n)"),
        ("{n} contacts en tout.", "{n} contacts", "ends otherwise"),
        ('"Contacts chez', '" Contacts chez', "other spaces at its ends"),
        ('msgid "E-mail"', '#, fuzzy\nmsgid "E-mail"', "fuzzy"),
        ("Courriel", "E-mail", "the same as in English"),
    ],
)
def test_a_bad_translation_is_named_with_its_fault(home: Path, before: str, after: str, fault: str) -> None:
    change(home, before, after)
    assert [fault in line for line in complaints(home)] == [True]


def test_a_word_may_be_the_same_when_it_is_listed_and_the_list_holds_no_more(home: Path) -> None:
    change(home, "Courriel", "E-mail")
    (home / "locale" / "same.toml").write_text('fr = ["E-mail"]')
    assert list(catalog.faults(home)) == []
    (home / "locale" / "same.toml").write_text('fr = ["E-mail", "Menu"]')
    assert complaints(home) == ["core fr: listed as the same word, but no text: 'Menu'"]


def test_a_plugin_has_catalogues_of_its_own(home: Path) -> None:
    plugin = home / "plugins" / "visits"
    plugin.mkdir(parents=True)
    (plugin / "plugin.toml").touch()
    (plugin / "plugin.py").write_text('_("Plan a visit")')
    catalog.update(home)
    assert 'msgid "Plan a visit"' in (plugin / "locale/fr/LC_MESSAGES/carteira.po").read_text()
    assert "visits fr: not translated: 'Plan a visit'" in catalog.faults(home)
