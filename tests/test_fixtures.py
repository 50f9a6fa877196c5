"""The ground that the other tests stand on."""

import pytest
from sqlalchemy import make_url, text

from hooks.viewer import SYSTEM
from services.migrate import is_migrated
from services.settings import HOME, settings
from services.work import engine, unit_of_work
from tests import postgres
from tests.fixtures import Database


def test_a_test_gets_a_migrated_database_with_the_four_roles(db: Database) -> None:
    assert is_migrated()
    with unit_of_work(SYSTEM) as work:
        names = work.session.execute(text("SELECT name FROM role ORDER BY id")).scalars().all()
    assert names == ["administrator", "manager", "advisor", "analyst"]


def test_the_engine_is_the_one_that_the_test_is_named_for(db: Database) -> None:
    assert engine().dialect.name.startswith(db.name)


def test_what_one_test_writes_another_does_not_see(db: Database) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        assert work.session.execute(text("SELECT count(*) FROM team")).scalar() == 0
        work.session.execute(text("DELETE FROM role_permission"))


def test_data_of_a_test_lie_in_a_folder_of_its_own(db: Database) -> None:
    assert settings().data == db.data_dir
    assert HOME not in db.data_dir.parents


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_a_used_database_is_put_back_to_what_it_was(
    db: Database, postgres_template: postgres.Template
) -> None:
    name = str(make_url(db.url).database)
    with postgres_template.cluster.connected(name) as server:
        server.execute("INSERT INTO team (name, name_key, created_at) VALUES ('North', 'north', now())")
        server.execute("DELETE FROM role_permission")
        server.execute("UPDATE role SET scope = 'mine'")
        assert postgres_template.sweep(name) is True
    with postgres_template.cluster.connected(name) as server:
        assert server.execute("SELECT count(*) FROM role_permission").fetchone() != (0,)
        assert server.execute("SELECT scope FROM role ORDER BY id").fetchone() == ("everyone",)
        inserted = (
            "INSERT INTO team (name, name_key, created_at) VALUES ('South', 'south', now()) RETURNING id"
        )
        assert server.execute(inserted).fetchone() == (1,)


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE one_more (id integer)",
        "ALTER TABLE team ADD one_more integer",
        "ALTER TABLE team DROP CONSTRAINT pk_team CASCADE",
    ],
)
def test_a_database_whose_tables_were_changed_is_not_used_again(
    db: Database, postgres_template: postgres.Template, change: str
) -> None:
    name = str(make_url(db.url).database)
    with postgres_template.cluster.connected(name) as server:
        server.execute(change.encode())
    assert postgres_template.sweep(name) is False
