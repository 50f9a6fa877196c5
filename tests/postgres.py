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
        import psycopg

        with psycopg.connect(f"host={self.socket} user={ROLE} dbname=postgres", autocommit=True) as server:
            server.execute(statement.encode())


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
    folder = Path(tempfile.mkdtemp(prefix="carteira-pg-", dir="/tmp"))
    server = None
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(ROLE)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = _serve(folder)
        print(json.dumps({"socket": str(folder), "guard": os.getpid()}), flush=True)
        select.select([until_the_run_ends], [], [])
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path) -> "subprocess.Popen[bytes]":
    programs, data = binaries(), folder / "data"
    subprocess.run(
        _as_owner([
            str(programs / "initdb"), "--pgdata", str(data), "--username", ROLE, "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        ]),
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
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
