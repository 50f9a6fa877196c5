"""The house, built once a run and put back before every try."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.work import forget_engine
from tests.doors.house import House, build
from tests.fixtures import Database
from tests.waiting import until


@pytest.fixture(scope="session")
def kept_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, House]]:
    """Where the house is kept aside, and the house once it is built."""
    return tmp_path_factory.mktemp("house") / "data", {}


@pytest.fixture
def again(db: Database, kept_house: tuple[Path, dict[str, House]]) -> Callable[[], House]:
    """Return what puts the house back as it was built; for tests on SQLite."""
    assert db.on_sqlite
    aside, built = kept_house
    if not built:
        built["house"] = build()
        forget_engine()
        shutil.copytree(db.data_dir, aside)

    def put_back() -> House:
        forget_engine()
        # What is written down in the background, such as the use of a session, may come in between.
        until(lambda: shutil.rmtree(db.data_dir, ignore_errors=True) or not db.data_dir.exists())
        shutil.copytree(aside, db.data_dir)
        return built["house"]

    return put_back
