"""Every command has a line in the table, and the table holds: who may do what with `--as`."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from tests.doors.house import FILE, ROLES, SHEET, House

Arguments = Callable[[House, Path], list[str]]

# For whoever has the machine: they act as nobody in particular.
OF_THE_MACHINE = {"serve", "worker", "migrate"}


@dataclass(frozen=True)
class Line:
    """One command; `expected` holds for each role the exit code, and what `shows` finds in the answer."""

    door: str
    expected: str
    more: Arguments = lambda _house, _folder: []
    shows: Callable[[dict[str, Any]], object] | None = None


def _file(_house: House, folder: Path) -> list[str]:
    (folder / "people.csv").write_bytes(FILE)
    return [str(folder / "people.csv"), "--dry-run"]


def _sheet(_house: House, folder: Path) -> list[str]:
    (folder / "segments.csv").write_bytes(SHEET)
    return [str(folder / "segments.csv"), "--dry-run"]


def _no_rows(told: dict[str, Any]) -> object:
    return f"{told['created']}+{told['rejected']}"


LINES = (
    Line("contacts", "0:3 0:3 0:2 0:3", lambda *_: ["--count"], lambda told: told["count"]),
    Line("contacts", "0:1 0:1 2 0:1", lambda *_: ["--segment", "Theirs"], lambda told: len(told["items"])),
    Line("contacts", "0:1 0:1 0:0 0:1", lambda *_: ["--search", "hugo"], lambda told: len(told["items"])),
    Line("export", "0 0 0 0", lambda _house, folder: [str(folder / "out.csv")]),
    Line("export", "0 2 2 2", lambda _house, folder: [str(folder / "out.csv"), "--exact"]),
    Line("import", "0:1+0 0:1+0 0:1+0 2", _file, _no_rows),
    Line("import", "0:2+0 1 2 2", _sheet, _no_rows),
    Line("imports", "0:4 0:4 0:1 2", shows=lambda told: len(told["imports"])),
    Line("imports", "0 0 2 2", lambda house, _folder: [str(house.imports["other"])]),
    Line("undo", "0:1 2 2 2", lambda house, _folder: [str(house.loaded_by("other"))], lambda told: told["removed"]),
    Line("undo", "0:1 2 0:1 2", lambda house, _folder: [str(house.loaded_by("advisor"))],
         lambda told: told["removed"]),
    Line("undo", "2 2 2 2", lambda house, _folder: [str(house.imports["advisor"])]),
    Line("segment add", "0 0 2 2", lambda *_: ["New"]),
    Line("segment add", "0 2 2 2", lambda *_: ["New", "--restricted"]),
    Line("segment export", "0 0 0 0", lambda _house, folder: [str(folder / "out.csv")]),
    Line("segment list", "0:3 0:3 0:2 0:3", shows=lambda told: len(told["segments"])),
    Line("user add", "0 2 2 2", lambda *_: ["new@example.com", "--name", "New", "--role", "advisor"]),
    Line("team add", "0 2 2 2", lambda *_: ["West"]),
    Line("token add", "0 0 0 0", lambda *_: ["new", "--scope", "read"]),
    Line("check", "0 2 2 2"),
    Line("demo", "0 2 2 2", lambda *_: ["--contacts", "3"]),
    Line("plugins", "0 2 2 2"),
    Line("plugins list", "0 2 2 2"),
    Line("plugins new", "2 2 2 2", lambda *_: ["no name"]),
    Line("plugins disable", "2 2 2 2", lambda *_: ["basics"]),
    Line("plugins enable", "2 2 2 2", lambda *_: ["basics"]),
)  # fmt: skip

# Refused to all in the table, because the house must not be changed by a test; who would be is told by the code.
CODES = {
    "plugins new": "bad_name forbidden forbidden forbidden",
    "plugins disable": "built_in forbidden forbidden forbidden",
    "plugins enable": "built_in forbidden forbidden forbidden",
}


def doors(command: Any = None, name: str = "") -> Iterator[str]:
    """Return every command by its words."""
    command = command or typer.main.get_command(cli.app)
    within = getattr(command, "commands", {})
    if name and (not within or command.invoke_without_command):
        yield name
    for word, one in within.items():
        yield from doors(one, f"{name} {word}".strip())


def test_every_command_has_a_line() -> None:
    assert set(doors()) == {line.door for line in LINES} | OF_THE_MACHINE


@pytest.fixture
def told(
    again: Callable[[], House],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[Line, str], tuple[int, dict[str, Any]]]:
    """Return what carries out a line as the person of a role, in the house as it was built."""

    def carry_out(line: Line, role: str) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        arguments = [*line.door.split(), *line.more(again(), tmp_path)]
        capsys.readouterr()
        code = cli.main([*arguments, "--as", f"{role}@example.com", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return carry_out


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.door} {line.expected}")
def test_each_role_gets_what_the_table_says(
    line: Line, told: Callable[[Line, str], tuple[int, dict[str, Any]]]
) -> None:
    found, codes = [], []
    for role in ROLES:
        code, answer = told(line, role)
        shown = f":{line.shows(answer)}" if line.shows and code == 0 else ""
        found.append(f"{code}{shown}")
        codes.append(answer.get("code", "done"))
    assert " ".join(found) == line.expected
    assert " ".join(codes) == CODES.get(line.door, " ".join(codes))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_nobody_acts_as_somebody_who_is_not_there(
    again: Callable[[], House], capsys: pytest.CaptureFixture[str]
) -> None:
    again()
    assert cli.main(["contacts", "--as", "nobody@example.com", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "no_such_person"
