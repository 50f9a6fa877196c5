"""Bring the database to this version by itself; refuse one that a newer Carteira wrote.

The core and each plugin keep a version table of their own, so the tables of a plugin that is missing today are
left alone. A script is named REVISION_what_it_does.py, and revisions sort: "0001", "0002".
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from hooks.i18n import _
from services.errors import NewerDatabase
from services.settings import HOME
from services.work import engine

CORE = "carteira"
_LOCK = 0x63617274


def homes(plugin_homes: Mapping[str, Path] | None = None) -> dict[str, Path]:
    """Return the folders of scripts: the core's, and those of `plugin_homes` (name -> folder) that exist."""
    found = {CORE: HOME / "migrations"}
    found |= {name: home for name, home in (plugin_homes or {}).items() if (home / "versions").is_dir()}
    return found


def migrate(plugin_homes: Mapping[str, Path] | None = None) -> None:
    """Bring every part to its newest revision, in one transaction each.

    Raises NewerDatabase when a part of the database has a revision that this version does not know.
    """
    parts = homes(plugin_homes)
    with engine().connect() as connection:
        if all(_revision(connection, name) == _newest(home) for name, home in parts.items()):
            return
    with _alone():
        for name, home in parts.items():
            _upgrade(name, home)


def is_migrated(plugin_homes: Mapping[str, Path] | None = None) -> bool:
    """Say whether every part is at its newest revision."""
    with engine().connect() as connection:
        return all(_revision(connection, name) == _newest(home) for name, home in homes(plugin_homes).items())


def _table(name: str) -> str:
    return "alembic_version" if name == CORE else f"alembic_version_{name}"


def _revisions(home: Path) -> list[str]:
    return sorted(path.name.split("_")[0] for path in (home / "versions").glob("[0-9]*_*.py"))


def _newest(home: Path) -> str:
    return _revisions(home)[-1]


def _revision(connection: Connection, name: str) -> str | None:
    if not inspect(connection).has_table(_table(name)):
        return None
    found = connection.execute(select(column("version_num")).select_from(table(_table(name)))).scalar()
    return None if found is None else str(found)


def _upgrade(name: str, home: Path) -> None:
    with engine().connect() as connection:
        present = _revision(connection, name)
        if present is not None and present not in _revisions(home):
            raise NewerDatabase(
                "newer_database",
                _(
                    "A newer Carteira wrote this database ({part} {found}). Install that version or a newer one."
                ).format(part=name, found=present),
            )
    if present == _newest(home):
        return
    # Alembic is slow to import and seldom needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    config.set_main_option("version_locations", str(home / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = _table(name)
    with _unguarded_transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _unguarded_transaction() -> Iterator[Connection]:
    """Open a transaction in which tables may be rebuilt; foreign keys are checked before it commits."""
    with engine().connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        assert raw is not None
        if sqlite:
            # Takes effect only outside a transaction, hence on the driver's own connection.
            raw.execute("PRAGMA foreign_keys = OFF")
        try:
            writing = connection.execution_options(write=True)
            with writing.begin():
                yield writing
                if sqlite and writing.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise AssertionError("a migration left a row whose foreign key leads nowhere")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time migrate; the next one finds the work done."""
    if engine().dialect.name == "sqlite":
        beside = Path(f"{engine().url.database}.migrate.lock")
        with beside.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        return
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
