"""A checkout says nothing of the machine it was written on, and every test in it runs."""

import os
import re
import tomllib

import pytest

from services.settings import HOME
from tests.architecture.tree import files

# Put together from halves, so that this file does not hold what it looks for.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org"]
PATHS = re.compile(r"(?<![\w.*{}-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot"]) + r")/\w")
NEVER_RUN = re.compile(
    r"mark\.(?:sk" + r"ip|xf" + r"ail)|pytest\.(?:sk" + r"ip|xf" + r"ail)\(|importor" + "skip"
)


def texts() -> list[tuple[str, str]]:
    found = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((path.relative_to(HOME).as_posix(), content.decode(errors="replace")))
    return found


def test_no_file_names_a_place_on_the_machine_of_its_author() -> None:
    here = f"{HOME}{os.sep}" if len(HOME.parts) > 2 else None
    assert [name for name, text in texts() if PATHS.search(text) or (here and here in text)] == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert [name for name, text in texts() if any(host in text for host in HOSTS)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "bench/peer/requirements.lock"])
def test_a_lock_file_holds_a_hash_for_every_package_and_no_address(name: str) -> None:
    lock = (HOME / name).read_text()
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in lock


def test_every_direct_requirement_is_pinned() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    required = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert [requirement for requirement in required if "==" not in requirement] == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    assert [name for name, text in texts() if name.endswith(".py") and NEVER_RUN.search(text)] == []
