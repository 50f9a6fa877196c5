"""Plugins as they are found and loaded."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hooks import i18n, manager
from hooks.i18n import _, use_locale

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Harvester"
msgstr "Moissonneuse"
"""


def test_a_plugin_that_is_an_installed_package_brings_its_translations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "carteira_harvest"
    words = package / "locale" / "fr" / "LC_MESSAGES"
    words.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (words / "carteira.po").write_text(CATALOGUE)
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("harvest", "carteira_harvest", manager.GROUP)
    monkeypatch.setattr(manager, "entry_points", lambda group: [point])
    monkeypatch.setattr(i18n, "_further_folders", [])
    (tmp_path / "plugins").mkdir()
    found = manager.Plugins(home=tmp_path / "plugins")
    assert [(one.name, one.status) for one in found.states] == [("harvest", "on")]
    try:
        with use_locale("fr"):
            assert _("Harvester") == "Moissonneuse"
    finally:
        i18n._catalogue.cache_clear()
