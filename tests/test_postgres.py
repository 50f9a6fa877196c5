"""The throw-away PostgreSQL leaves nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import postgres

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("signal", ["KILL", "TERM"])
def test_the_server_ends_with_its_run_however_that_ends(tmp_path: Path, signal: str) -> None:
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    cluster = postgres.cluster(tmp_path, run.pid)
    cluster.run("CREATE DATABASE anything")
    subprocess.run(["kill", f"-{signal}", str(run.pid)], check=True)
    run.wait()
    assert eventually(lambda: not Path(cluster.socket).exists())


def test_a_run_has_one_server_whoever_asks(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        assert postgres.cluster(tmp_path, run.pid) == postgres.cluster(tmp_path, run.pid)
    finally:
        run.kill()
        run.wait()


def test_a_machine_without_a_server_is_told_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.PostgresMissing, match="apt-get install"):
        postgres.cluster(tmp_path, os.getpid())


def eventually(true: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.1)
    return False
