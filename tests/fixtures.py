"""What all tests share: a fresh migrated database on either engine, and settings that nobody else has.

Loaded by pyproject.toml, so that tests in plugins/ have it too.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import Engine, create_engine, event

from services.migrate import migrate
from services.settings import settings
from services.work import engine, forget_engine
from tests import postgres

ENGINES = ("sqlite", "postgres")


@dataclass(frozen=True)
class Database:
    """The database that the settings point to during a test, and the data folder beside it."""

    name: str
    url: str
    data_dir: Path

    @property
    def on_sqlite(self) -> bool:
        """Say which engine this is."""
        return self.name == "sqlite"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a child process works on the same data."""
        return {**os.environ, "CARTEIRA_DATA_DIR": str(self.data_dir), "CARTEIRA_DATABASE__URL": self.url}


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run have."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def run_pid(worker_id: str) -> int:
    """The process that lives as long as the run does."""
    return os.getpid() if worker_id == "master" else os.getppid()


@pytest.fixture(scope="session")
def postgres_cluster(shared_dir: Path, run_pid: int) -> postgres.Cluster:
    """The throw-away PostgreSQL of this run."""
    try:
        return postgres.cluster(shared_dir, run_pid)
    except postgres.PostgresMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings of their own for every test: an empty config.toml and a data folder that nobody else has."""
    for name in list(os.environ):
        if name.startswith("CARTEIRA_"):
            monkeypatch.delenv(name)
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("CARTEIRA_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("CARTEIRA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CARTEIRA_JOBS__POLL_SECONDS", "0.1")
    read_anew()
    yield tmp_path
    read_anew()
    # A command that ran in this process has tied the log to a standard error that ends with its test.
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with a thousandth of the work: tests sign in often, and guard nothing."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    light = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    monkeypatch.setattr("services.passwords.hasher", lambda: light)


def read_anew() -> None:
    """Forget what this process knows of its settings and its database."""
    forget_engine()
    settings.cache_clear()


_compiled: dict[str, Engine] = {}


@pytest.fixture(autouse=True)
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test know the statements that earlier ones have compiled, as a process knows its own: a fifth of its time.

    They are kept with an engine and by its dialect, and every test has an engine of its own.
    """

    def make(*arguments: Any, **options: Any) -> Engine:
        made = create_engine(*arguments, **options)
        known = _compiled.get(made.dialect.name)
        if known is None:
            # It has asked its database what it can do by the time that others take after it.
            event.listen(made, "connect", lambda *_: _compiled.setdefault(made.dialect.name, made))
        else:
            made.dialect, made._compiled_cache = known.dialect, known._compiled_cache
        return made

    monkeypatch.setattr("services.work.create_engine", make)


@pytest.fixture
def set_environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change settings within a test: set_environment(CARTEIRA_TIME__ZONE="Europe/Paris")."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        read_anew()

    return change


@pytest.fixture(params=ENGINES)
def db(
    request: pytest.FixtureRequest, house: Path, set_environment: Callable[..., None]
) -> Iterator[Database]:
    """A fresh migrated database with the default roles, on each engine in turn.

    For one engine alone: @pytest.mark.parametrize("db", ["sqlite"], indirect=True).
    """
    make = _sqlite if request.param == "sqlite" else _postgres
    yield from make(request, house / "data", set_environment)


def _sqlite(
    request: pytest.FixtureRequest, data: Path, set_environment: Callable[..., None]
) -> Iterator[Database]:
    shared: Path = request.getfixturevalue("shared_dir")
    template = shared / "template.db"
    with postgres.alone(shared, "sqlite"):
        if not template.exists():
            set_environment(CARTEIRA_DATABASE__URL=f"sqlite:///{shared / 'making.db'}")
            migrate()
            # Out of the write-ahead log and into the file that will be copied.
            with engine().connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            forget_engine()
            (shared / "making.db").rename(template)
    data.mkdir(exist_ok=True)
    shutil.copyfile(template, data / "carteira.db")
    url = f"sqlite:///{data / 'carteira.db'}"
    set_environment(CARTEIRA_DATABASE__URL=url)
    yield Database("sqlite", url, data)
    forget_engine()


@pytest.fixture(scope="session")
def postgres_spare() -> list[str]:
    """Swept databases of this worker that wait for a test."""
    return []


@pytest.fixture(scope="session")
def postgres_template(
    shared_dir: Path, postgres_cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> postgres.Template:
    """The migrated database of which each test has a copy."""
    name = "template_carteira"
    with postgres.alone(shared_dir, "template"), pytest.MonkeyPatch.context() as patch:
        if not (shared_dir / "template.made").exists():
            postgres_cluster.run(f"CREATE DATABASE {name}")
            patch.setenv("CARTEIRA_DATA_DIR", str(tmp_path_factory.mktemp("template")))
            patch.setenv("CARTEIRA_DATABASE__URL", postgres_cluster.url(name))
            read_anew()
            migrate()
            forget_engine()
            (shared_dir / "template.made").touch()
        # Nobody may be connected to a template while it is copied, so it is read under the same lock.
        return postgres.Template(postgres_cluster, name)


def _postgres(
    request: pytest.FixtureRequest, data: Path, set_environment: Callable[..., None]
) -> Iterator[Database]:
    template: postgres.Template = request.getfixturevalue("postgres_template")
    spare: list[str] = request.getfixturevalue("postgres_spare")
    cluster = template.cluster
    if spare:
        name = spare.pop()
    else:
        name = f"test_{uuid4().hex}"
        with postgres.alone(request.getfixturevalue("shared_dir"), "template"):
            cluster.run(f"CREATE DATABASE {name} TEMPLATE {template.name} STRATEGY file_copy")
    data.mkdir(exist_ok=True)
    set_environment(CARTEIRA_DATABASE__URL=cluster.url(name))
    yield Database("postgres", cluster.url(name), data)
    forget_engine()
    if template.sweep(name):
        spare.append(name)
    else:
        cluster.run(f"DROP DATABASE {name} WITH (FORCE)")
