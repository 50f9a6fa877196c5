"""A throw-away PostgreSQL for one test run: on a Unix socket only, without a network, gone when the run ends.

Whoever asks first starts it; the workers of one run share it. The process that started it is a guard: it
waits for the run to end, however it ends, and then stops the server and removes its folder.
"""

import fcntl
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

HOME = Path(__file__).resolve().parent.parent
MISSING = "No PostgreSQL server here. Install it with: apt-get install --no-install-recommends postgresql"
ROLE = "postgres"
DEBIAN = Path("/usr/lib/postgresql")


class PostgresMissing(Exception):
    """The tests need PostgreSQL and cannot have it; the message says what installs it."""


@dataclass(frozen=True)
class Cluster:
    """A running server: the folder of its socket, and the guard's process id."""

    socket: str
    guard: int

    def url(self, database: str) -> str:
        """Return the address of a database as Carteira's setting takes it."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.socket}"

    def run(self, statement: str) -> None:
        """Carry out one statement outside a transaction: databases are made and dropped so."""
        with self.connected("postgres") as server:
            server.execute(statement.encode())

    def connected(self, database: str) -> "psycopg.Connection":
        """Return a connection on which every statement is a transaction of its own."""
        import psycopg

        return psycopg.connect(f"host={self.socket} user={ROLE} dbname={database}", autocommit=True)


class Template:
    """A database as it was when it was made, so that a used copy of it can be put back.

    To make one costs a checkpoint of the whole server, to sweep one a few milliseconds.
    """

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        with cluster.connected(name) as server:
            self._shape = server.execute(_SHAPE).fetchone()
            tables = [row[0] for row in server.execute(_TABLES)]
            self._rows = {table: data for table in tables if (data := _copied(server, table))}
            self._counters = server.execute(_COUNTERS).fetchall()
        self._empty = "".join(f"DELETE FROM {table};" for table in tables)

    def sweep(self, database: str) -> bool:
        """Put a copy back to what the template is; say no where more than its rows was changed."""
        with self.cluster.connected(database) as server:
            server.execute(_LEFT_ALONE)
            if server.execute(_SHAPE).fetchone() != self._shape:
                return False
            # Neither foreign keys nor the order of tables matter where everything goes.
            server.execute("SET session_replication_role = replica")
            server.execute(self._empty.encode())
            for table, data in self._rows.items():
                with server.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    copy.write(data)
            for counter, last in self._counters:
                server.execute("SELECT setval(%s, coalesce(%s, 1), %s)", (counter, last, last is not None))
        return True


_OURS = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
_SHAPE = f"""
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT c.oid::regclass || '.' || a.attname || ' ' || a.atttypid || a.attnotnull || a.attnum AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname {_OURS}
    UNION ALL SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname {_OURS}
) AS lines"""
_TABLES = f"""
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname {_OURS}"""
_COUNTERS = "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
_LEFT_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def _copied(server: "psycopg.Connection", table: str) -> bytes:
    with server.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        return b"".join(copy)


@contextmanager
def alone(shared: Path, name: str) -> Iterator[None]:
    """Let one worker of this run at a time pass."""
    with (shared / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def cluster(shared: Path, run: int) -> Cluster:
    """Return the server of this run, started when it is not up yet.

    `shared` is a folder that all workers of the run have, `run` the process that ends with it.
    Raises PostgresMissing where no server is installed.
    """
    note = shared / "postgres.json"
    with alone(shared, "postgres"):
        if not note.exists():
            note.write_text(_start(shared, run))
    return Cluster(**json.loads(note.read_text()))


def binaries() -> Path:
    """Return the folder of the newest installed server's programs. Raises PostgresMissing."""
    debian = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissing(MISSING)
    return Path(found).resolve().parent


def _start(shared: Path, run: int) -> str:
    binaries()
    log = shared / "postgres.log"
    with log.open("w") as errors:
        guard = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres", str(run)],
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert guard.stdout is not None
    answer = guard.stdout.readline()
    if not answer:
        raise PostgresMissing(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
    return answer


# --- the guard's side


def _as_owner(command: list[str]) -> list[str]:
    """Return the command as the server's own user runs it: the server refuses to work for root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={ROLE}", f"--regid={ROLE}", "--init-groups", "--", *command]


def _guard(run: int) -> None:
    until_the_run_ends = os.pidfd_open(run)
    folder = new_folder()
    server = None
    try:
        initialise(folder)
        server = serve(folder)
        print(json.dumps({"socket": str(folder), "guard": os.getpid()}), flush=True)
        select.select([until_the_run_ends], [], [])
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def new_folder() -> Path:
    """Make a folder that belongs to the server's own user."""
    folder = Path(tempfile.mkdtemp(prefix="carteira-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(ROLE)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def initialise(folder: Path) -> None:
    """Make the files of a server below `folder`."""
    subprocess.run(
        _as_owner([
            str(binaries() / "initdb"), "--pgdata", str(folder / "data"), "--username", ROLE, "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        ]),
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def serve(folder: Path, *, safely: bool = False) -> "subprocess.Popen[bytes]":
    """Start the server whose files are below `folder`, and return when it answers.

    Only `safely` does it keep what it has said to be committed when it is killed.
    """
    programs, data = binaries(), folder / "data"
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "on" if safely else "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "64MB",
        # Far from UTC, so that an instant that loses its zone on the way shows.
        "timezone": "America/Sao_Paulo",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    server = subprocess.Popen(
        _as_owner([str(programs / "postgres"), "-D", str(data), *arguments]), cwd=folder, stdout=sys.stderr
    )
    ready = [str(programs / "pg_isready"), "--quiet", "--host", str(folder), "--username", ROLE]
    for _try in range(600):
        if server.poll() is not None:
            raise RuntimeError("the server ended before it was ready")
        if subprocess.run(ready, check=False).returncode == 0:
            return server
        time.sleep(0.05)
    server.kill()
    raise RuntimeError("the server was not ready after 30 seconds")


if __name__ == "__main__":
    _guard(int(sys.argv[1]))
