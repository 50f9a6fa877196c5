"""An import in the foreground, killed: whoever comes next ends it as if nothing had happened."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hooks.viewer import SYSTEM
from models.imports import Import
from services.settings import HOME
from services.work import unit_of_work
from tests.fixtures import Database

pytestmark = pytest.mark.slow

ROWS = 10_000
HEADER = (
    "Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments\n"
)

Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin(db: Database) -> Iterator[Begin]:
    """Begin commands, and end those that the test leaves."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        begun.append(
            subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                cwd=HOME,
                env={**db.environment, "LANG": "C", "CARTEIRA_IMPORTS__CHUNK_ROWS": "1000"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def large(tmp_path: Path) -> str:
    path = tmp_path / "large.csv"
    rows = (f"BR,Ana{n},Lima{n},11 96{n % 1_000_000:07},ana{n}@example.com,,,X{n},\n" for n in range(ROWS))
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.csv"
    path.write_text(HEADER + "FR,Élise,Dupont,06 12 34 56 78,elise@example.com,,,E1,\n", encoding="utf-8")
    return str(path)


def kept(import_id: int) -> tuple[str, int]:
    """Return an import's state and how many rows it has written."""
    with unit_of_work(SYSTEM) as work:
        found = work.session.get(Import, import_id)
        assert found is not None
        return found.state, int(found.progress.get("done", 0)) if found.progress.get(
            "phase"
        ) == "writing" else 0


def until_half_done(import_id: int) -> None:
    deadline = time.monotonic() + 60
    while kept(import_id)[1] < 2_000:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def as_if_never_interrupted(told: dict[str, object]) -> None:
    wanted = {"status": "done", "rows": ROWS, "created": ROWS, "updated": 0, "rejected": 0}
    assert {name: told[name] for name in wanted} == wanted


def test_a_later_command_finishes_a_killed_import(db: Database, begin: Begin, large: str, small: str) -> None:
    first = begin("import", large, "--json")
    assert first.stderr is not None
    assert first.stderr.readline() == "import 1 accepted\n"
    until_half_done(1)
    first.kill()
    first.wait()
    assert kept(1)[0] == "running"
    second = begin("import", small, "--json")
    out, err = second.communicate(timeout=120)
    assert json.loads(out)["import_id"] == 2
    assert "Finishing import 1, which was interrupted." in err
    shown, _err = begin("imports", "1", "--json").communicate(timeout=60)
    as_if_never_interrupted(json.loads(shown))


def test_a_worker_takes_a_killed_commands_import_over_within_fifteen_seconds(
    db: Database, begin: Begin, large: str
) -> None:
    first = begin("import", large, "--json")
    assert first.stderr is not None
    assert first.stderr.readline() == "import 1 accepted\n"
    until_half_done(1)
    first.kill()
    first.wait()
    begin("worker")
    done = kept(1)[1]
    killed = time.monotonic()
    while kept(1)[1] <= done and kept(1)[0] == "running":
        assert time.monotonic() - killed < 15
        time.sleep(0.1)
    while kept(1)[0] == "running":
        assert time.monotonic() - killed < 90
        time.sleep(0.1)
    shown, _err = begin("imports", "1", "--json").communicate(timeout=60)
    as_if_never_interrupted(json.loads(shown))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_ctrl_c_cancels_and_reports_what_is_done(db: Database, begin: Begin, large: str) -> None:
    process = begin("import", large, "--json")
    assert process.stderr is not None
    assert process.stderr.readline() == "import 1 accepted\n"
    until_half_done(1)
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=60)
    told = json.loads(out)
    assert process.returncode == 3
    assert told["status"] == "cancelled"
    assert 0 < told["created"] < ROWS
    assert told["created"] + told["skipped"] == told["rows"] == ROWS
