"""Migrations run by themselves, once, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, inspect, text

import models
from models.base import is_lasting, metadata
from services.errors import NewerDatabase
from services.migrate import is_migrated, migrate
from services.settings import HOME
from services.work import engine
from tests.fixtures import Database

assert models


def test_the_tables_are_those_of_the_models(db: Database):
    def ours(one: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        if isinstance(one, ForeignKeyConstraint):
            return connection.dialect.name == "sqlite" or not is_lasting(one)
        return not (
            kind in ("table", "index") and (name or "").startswith(("contact_search", "ix_contact_search"))
        )

    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_a_newer_database_is_refused(db: Database):
    with engine().connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        migrate()


def test_tables_of_a_plugin_that_is_missing_are_no_newer_database(db: Database):
    with engine().connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE alembic_version_gone (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version_gone VALUES ('0007')"))
    migrate()
    assert is_migrated()


def test_two_processes_that_start_together_migrate_once(house: Path, set_environment):
    set_environment(CARTEIRA_DATABASE__URL=f"sqlite:///{house / 'fresh.db'}")
    command = [sys.executable, "-c", "from services.migrate import migrate; migrate()"]
    both = [subprocess.Popen(command, cwd=HOME) for _process in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert is_migrated()


def test_a_plugins_tables_come_by_its_own_scripts_and_a_failed_one_leaves_nothing(
    db: Database, tmp_path: Path
):
    scripts = tmp_path / "versions"
    scripts.mkdir()
    head = "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0001'\ndown_revision = None\n"
    column = "sa.Column('id', sa.Integer(), primary_key=True)"
    made = f"def upgrade():\n    op.create_table('extra_thing', {column})\n"
    script = scripts / "0001_first.py"
    script.write_text(head + made + "    raise RuntimeError('half way')\n")
    with pytest.raises(RuntimeError, match="half way"):
        migrate({"extra": tmp_path})
    assert "extra_thing" not in inspect(engine()).get_table_names()
    script.write_text(head + made)
    migrate({"extra": tmp_path})
    assert "extra_thing" in inspect(engine()).get_table_names()
    assert is_migrated({"extra": tmp_path})
