"""A PostgreSQL of the measurements' own: a Unix socket only, an ordinary configuration, its data kept."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_ROLE = "postgres"

# What an administrator of a small machine would set; writes are as safe as they are in use.
_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}


class ServerMissing(Exception):
    """PostgreSQL's server is not installed."""


@dataclass(frozen=True)
class Server:
    """A running server, by the folder of its socket."""

    socket: Path

    def url(self, database: str) -> str:
        """Return the address of a database as Carteira's setting takes it."""
        return f"postgresql+psycopg://{_ROLE}@/{database}?host={self.socket}"

    def run(self, statement: str) -> None:
        """Carry out one statement outside a transaction."""
        import psycopg

        with psycopg.connect(f"host={self.socket} user={_ROLE} dbname=postgres", autocommit=True) as server:
            server.execute(statement.encode())

    def has(self, database: str) -> bool:
        """Say whether there is a database of that name."""
        import psycopg

        with psycopg.connect(f"host={self.socket} user={_ROLE} dbname=postgres") as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return found.fetchone() is not None

    def make_anew(self, database: str) -> None:
        """Drop a database of that name and make an empty one."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.run(f'CREATE DATABASE "{database}" TEMPLATE template0')


@contextmanager
def server(home: Path) -> Iterator[Server]:
    """Start the server whose data lie in `home`, and stop it at the end. Raises ServerMissing."""
    programs, data = _programs(), home / "data"
    if not (data / "PG_VERSION").exists():
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_ROLE)
            os.chown(home, owner.pw_uid, owner.pw_gid)
        _run(programs / "initdb", "--pgdata", data, "--username", _ROLE, "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C.UTF-8")  # fmt: skip
    elif _run(programs / "pg_ctl", "status", "--pgdata", data, must=False):
        # A run that was killed has left its server behind.
        _run(programs / "pg_ctl", "stop", "--wait", "--mode", "fast", "--pgdata", data)
    options = " ".join(f"-c {name}='{value}'" for name, value in _OPTIONS.items())
    started = f"{options} -c unix_socket_directories='{home}'"
    _run(
        programs / "pg_ctl", "start", "--wait", "--pgdata", data, "--log", home / "log", "--options", started
    )
    try:
        yield Server(home)
    finally:
        _run(programs / "pg_ctl", "stop", "--wait", "--mode", "fast", "--pgdata", data)


def _programs() -> Path:
    debian = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise ServerMissing(
            "PostgreSQL's server is not installed: apt-get install --no-install-recommends postgresql"
        )
    return Path(found).resolve().parent


def _run(program: Path, *arguments: object, must: bool = True) -> bool:
    """Carry out a program as the server's own user; say whether it did what it should."""
    command = [str(program), *map(str, arguments)]
    if os.geteuid() == 0:
        # The server refuses to work for root.
        command = ["setpriv", f"--reuid={_ROLE}", f"--regid={_ROLE}", "--init-groups", "--", *command]
    return subprocess.run(command, cwd="/", check=must, stdout=subprocess.DEVNULL).returncode == 0
