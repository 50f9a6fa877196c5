"""Plugins as the people who run Carteira handle them."""

import subprocess
import sys
from pathlib import Path

import pytest

from hooks import manager
from hooks.manager import Plugins
from hooks.viewer import SYSTEM
from services import plugins
from services.errors import Forbidden, NotFound, Refused
from services.settings import HOME
from services.work import engine
from tests.fixtures import Database
from tests.worlds import World

MIGRATION = """
from alembic import op
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
def upgrade():
    op.execute("CREATE TABLE {name}_note (id INTEGER PRIMARY KEY)")
    {more}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of plugins in place of ours."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.setattr(manager, "HOME", folder)
    monkeypatch.setattr(manager, "_started", [])
    return folder


def state_of(home: Path, name: str) -> str:
    return {state.name: state.status for state in Plugins(plugins.disabled(), home=home).states}[name]


def with_migration(home: Path, name: str, more: str = "") -> None:
    plugins.new(SYSTEM, name, home)
    versions = home / name / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_note.py").write_text(MIGRATION.format(name=name, more=more))


def tables() -> set[str]:
    from sqlalchemy import inspect

    return set(inspect(engine()).get_table_names())


@pytest.mark.slow
def test_a_new_plugin_is_on_and_its_own_test_passes(db: Database, home: Path) -> None:
    folder = plugins.new(SYSTEM, "shouting", home)
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert written == ["README.md", "plugin.py", "plugin.toml", "tests/test_shouting.py"]
    assert [path.name for path in home.iterdir()] == ["shouting"]
    assert state_of(home, "shouting") == "on"
    passed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert passed.returncode == 0, passed.stdout


@pytest.mark.parametrize(
    "name", ["Shouting", "1st", "a-b", "a b", "../up", "", "class", "carteira", "x" * 41]
)
def test_a_name_that_no_module_may_have_is_refused(db: Database, home: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        plugins.new(SYSTEM, name, home)
    assert refused.value.code == "bad_name"
    assert list(home.iterdir()) == []


def test_a_name_that_is_taken_is_refused(db: Database, home: Path) -> None:
    plugins.new(SYSTEM, "shouting", home)
    with pytest.raises(Refused) as refused:
        plugins.new(SYSTEM, "shouting", home)
    assert refused.value.code == "name_known"


def test_a_plugin_that_is_switched_off_is_not_loaded_until_it_is_switched_on(
    db: Database, home: Path
) -> None:
    plugins.new(SYSTEM, "shouting", home)
    plugins.switch(SYSTEM, "shouting", on=False)
    assert state_of(home, "shouting") == "off"
    plugins.switch(SYSTEM, "shouting", on=True)
    assert state_of(home, "shouting") == "on"


def test_the_built_in_ones_stay_on_and_unknown_ones_are_not_found(db: Database) -> None:
    with pytest.raises(Refused):
        plugins.switch(SYSTEM, "basics", on=False)
    with pytest.raises(NotFound):
        plugins.switch(SYSTEM, "nowhere", on=False)


def test_only_who_may_manage_plugins_handles_them(db: Database, home: Path) -> None:
    world = World()
    world.user("Ana", "manager")
    ana = world.viewer("Ana")
    for attempt in (
        lambda: plugins.states(ana),
        lambda: plugins.switch(ana, "basics", on=False),
        lambda: plugins.new(ana, "shouting", home),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_plugin_brings_its_tables_without_being_loaded(db: Database, home: Path) -> None:
    with_migration(home, "shouting")
    (home / "shouting" / "plugin.py").write_text("raise RuntimeError('loaded')")
    plugins.migrate_all()
    assert "shouting_note" in tables()


def test_a_plugin_whose_migration_fails_is_named_and_nothing_else_suffers(db: Database, home: Path) -> None:
    with_migration(home, "broken", more='raise RuntimeError("no such thing")')
    with_migration(home, "shouting")
    plugins.start()
    found = {state.name: state for state in plugins.states(SYSTEM)}
    assert found["broken"].status == "failed"
    assert found["broken"].error == "RuntimeError: no such thing"
    assert found["shouting"].status == "on"
    assert "shouting_note" in tables()
    assert "broken_note" not in tables()


def test_the_tables_of_a_plugin_that_is_gone_stay_and_are_named(db: Database, home: Path) -> None:
    with_migration(home, "shouting")
    plugins.migrate_all()
    (home / "shouting").rename(home.parent / "elsewhere")
    plugins.start()
    assert plugins.orphans() == ["shouting"]
    assert "shouting_note" in tables()
