"""The ground that the other tests stand on."""

from sqlalchemy import text

from hooks.viewer import SYSTEM
from services.migrate import is_migrated
from services.settings import HOME, settings
from services.work import engine, unit_of_work
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
