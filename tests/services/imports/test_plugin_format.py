"""A kind of file that a plugin brings: the one of the documentation, loaded like any other."""

import re
from pathlib import Path

import pytest

from hooks import manager
from hooks.viewer import SYSTEM
from services.imports import files, runs
from services.settings import HOME
from tests.services.imports.loading import closed, outcomes

LEADS = b"""{"country": "BR", "first": "Ana", "last": "Lima", "email": "ana@example.com"}
{"country": "BR", "first": "Bob", "last": "Reis", "email": "no address"}
"""


@pytest.fixture
def leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documentation's importer as the only plugin beside the built-in one."""
    text = (HOME / "docs" / "your-first-plugin.md").read_text(encoding="utf-8")
    code = next(
        block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "importers" in block
    )
    folder = tmp_path / "plugins" / "leads"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text('title = "Leads"\n')
    (folder / "plugin.py").write_text(code)
    (tmp_path / "plugins" / "basics").symlink_to(manager.PACKAGE / "basics")
    monkeypatch.setattr(manager, "_started", [manager.Plugins(home=tmp_path / "plugins")])
    assert [state.status for state in manager.plugins().states] == ["on", "on"]


@pytest.mark.usefixtures("db", "leads")
def test_a_plugin_s_kind_of_file_is_reviewed_loaded_and_given_back() -> None:
    assert "jsonl" in files.endings(SYSTEM)
    received = runs.receive(SYSTEM, "leads.jsonl", [LEADS])
    seen = runs.inspect(SYSTEM, received.id)
    assert (seen.format, seen.encoding, seen.missing) == ("leads", None, [])
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    assert outcomes(closed(runs.get(SYSTEM, received.id))) == ["created", "email_without_at"]
    back = runs.rejected_file(SYSTEM, received.id).read_bytes().replace(b"no address", b"bob@example.com")
    again = runs.receive(SYSTEM, "back.csv", [back])
    runs.accept(SYSTEM, again.id)
    runs.carry_out(again.id)
    assert outcomes(closed(runs.get(SYSTEM, again.id))) == ["created"]
