"""The house, built once a run and put back before every try."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from services.work import forget_engine
from tests.doors.house import House, build
from tests.fixtures import Database


@pytest.fixture(scope="session")
def kept_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, House]]:
    """Where the house is kept aside, and the house once it is built."""
    return tmp_path_factory.mktemp("house") / "data", {}


def _wait_for_what_is_written_aside() -> None:
    """Wait for a request's threads, which may note the use of a session when its answer is there already.

    A database that is taken away from under SQLite and put back as another file confuses its locks.
    """
    for thread in threading.enumerate():
        if thread.name.startswith("AnyIO"):
            thread.join(timeout=60)
            assert not thread.is_alive()


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
        _wait_for_what_is_written_aside()
        forget_engine()
        shutil.rmtree(db.data_dir)
        shutil.copytree(aside, db.data_dir)
        return built["house"]

    return put_back
