"""What `make install` does before there is anything to run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from services.settings import HOME

VERBS = {"install", "run", "test", "long", "lint", "bench", "screenshots", "docs", "translations"}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine that has bash and nothing else: the only folder on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "env", "id"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def python(folder: Path, name: str, answer: str) -> Path:
    """Put a Python on the machine that answers the question whether it fits."""
    path = folder / name
    path.write_text(f"#!/usr/bin/env bash\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def run(script: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": str(folder)}
    return subprocess.run(
        [str(HOME / ".ci" / script), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_the_first_python_that_fits_is_taken(machine: Path) -> None:
    python(machine, "python3.11", "Python 3.11.9 has SQLite 3.8")
    fitting = python(machine, "python3.13", "yes")
    assert run("python", machine).stdout.strip() == str(fitting)


def test_a_new_python_beside_an_old_sqlite_is_refused_in_one_sentence(machine: Path) -> None:
    python(machine, "python3.12", "Python 3.12.1 has SQLite 3.40.1")
    done = run("python", machine)
    assert done.returncode == 1
    assert "Python 3.12.1 has SQLite 3.40.1" in done.stderr
    assert "needs SQLite 3.42 or newer" in done.stderr


def test_a_machine_without_python_is_told_what_installs_it(machine: Path) -> None:
    python(machine, "python3", "")
    done = run("python", machine)
    assert (done.returncode, "apt-get install python3.11" in done.stderr) == (1, True)


def test_every_verb_of_the_project_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (HOME / "Makefile").read_text(), re.MULTILINE))
    assert targets >= VERBS


@pytest.mark.parametrize("script", ["run", "python", "system"])
def test_the_scripts_can_be_run(script: str) -> None:
    path = HOME / ".ci" / script
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
