"""`carteira serve`: a port, a link, a worker beside it that lives and ends with it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands import serving
from commands.serving import listen, refuse_old_sqlite
from services.beats import living
from services.errors import Refused
from services.settings import HOME
from tests.fixtures import Database
from tests.waiting import until

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@dataclass
class Served:
    process: "subprocess.Popen[str]"
    port: int

    def worker(self) -> int | None:
        """Return the process of the worker that is alive beside it."""
        names = [name for name in living() if name.startswith("worker-")]
        return int(names[0].split("-")[-2]) if names else None


@pytest.fixture
def serve(db: Database) -> Iterator[Callable[..., Served]]:
    """Serve on a port that is free, and end it with the test."""
    started: list[Served] = []

    def begin(*options: str) -> Served:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--port", str(port), *options],
            cwd=HOME,
            env=db.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(Served(process, port))
        return started[-1]

    yield begin
    for served in started:
        worker = served.worker()
        served.process.kill()
        served.process.wait()
        if worker is not None:
            until(lambda gone=worker: not runs(gone))


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def runs(pid: int) -> bool:
    """Say whether a process is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_serving_prints_a_link_and_ends_with_its_worker(serve: Callable[..., Served], db: Database) -> None:
    served = serve()
    assert served.process.stdout is not None
    assert served.process.stdout.readline().strip() == f"Carteira is at http://localhost:{served.port}"
    assert f"http://localhost:{served.port}/setup?token=" in served.process.stdout.readline()
    until(lambda: answers(served.port))
    until(served.worker)
    worker = served.worker()
    assert worker is not None
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=20) == 0
    assert not runs(worker)
    assert not living()


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again(serve: Callable[..., Served], db: Database) -> None:
    served = serve()
    until(served.worker)
    first = served.worker()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: any(name for name in living() if f"-{first}-" not in name))


@pytest.mark.slow
def test_a_worker_whose_web_process_was_killed_ends_too(serve: Callable[..., Served], db: Database) -> None:
    served = serve()
    until(served.worker)
    worker = served.worker()
    assert worker is not None
    served.process.kill()
    served.process.wait()
    until(lambda: not runs(worker))


@pytest.mark.slow
def test_ctrl_c_ends_in_order_and_without_a_worker_there_is_none(
    serve: Callable[..., Served], db: Database
) -> None:
    served = serve("--no-worker", "--safe-mode")
    until(lambda: answers(served.port))
    assert served.worker() is None
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_refused_in_one_sentence(db: Database) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "cli", "serve", "--port", str(port)],
            cwd=HOME,
            env={**db.environment, "LANG": "C"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == (
        f"Port {port} of 127.0.0.1 cannot be used: address already in use. Choose another with --port."
    )


def test_an_old_sqlite_beside_a_new_python_is_said_at_start(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.sys, "version_info", (3, 12, 1))
    monkeypatch.setattr(serving.sqlite3, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(Refused, match=r"3\.42"):
        refuse_old_sqlite()
    monkeypatch.setattr(serving.sqlite3, "sqlite_version_info", (3, 42, 0))
    refuse_old_sqlite()
