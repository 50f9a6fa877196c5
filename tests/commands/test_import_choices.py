"""What a person may choose about an import on the command line: what a file may change, the bin, a kept mapping."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cli
from hooks.viewer import SYSTEM
from models.contact import ContactDetail
from models.imports import ImportOptions
from services import contacts
from services.imports import runs, saved_mappings
from services.settings import HOME
from tests.fixtures import Database
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
WORLD = World()
HEADER = "Country Code,First Name,Last Name,Email,City\n"
# Headers that nobody knows: only a mapping reads them.
OWN = "A,B,C,D,E\n"
MEANT = dict(enumerate(("country", "first_name", "last_name", "email", "city")))


def file_of(folder: Path, header: str, *lines: str) -> str:
    path = folder / "people.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def as_process(db: Database, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Carry a command out in a process of its own; return its code, its answer and what it noted."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments, "--json"],
        cwd=HOME, env={**db.environment, "LANG": "C"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout), done.stderr


def found(contact_id: int) -> ContactDetail:
    return contacts.detail(SYSTEM, contact_id)


def kept_mapping(folder: Path) -> None:
    of = runs.receive(
        SYSTEM, "a.csv", [f"{OWN}BR,Ana,Lima,a@a.com,Rio\n".encode()], ImportOptions(mapping=MEANT)
    )
    saved_mappings.keep(SYSTEM, of.id, "Fleet")


@pytest.mark.slow
def test_a_file_is_read_by_a_mapping_and_changes_what_it_may(db: Database, tmp_path: Path) -> None:
    ana = WORLD.contact("Ana", last_name="Lima", country="BR", email="ana@a.com", city="Recife")
    bob = WORLD.contact("Bob", last_name="Reis", country="BR", email="bob@a.com")
    kept_mapping(tmp_path)
    file = file_of(tmp_path, OWN, "FR,Ana,Lins,ana@a.com,Olinda", "BR,Bob,Reis,bob@a.com,Natal")
    chosen = ("--mapping", "fleet", "--existing", "city=fill", "--existing", "country=never")
    code, answer, noted = as_process(db, "import", file, *chosen)
    assert (code, answer["updated"], noted) == (0, 2, "import 2 accepted\n")
    assert (found(ana).last_name, found(ana).city, found(ana).country) == ("Lins", "Recife", "BR")
    assert found(bob).city == "Natal"
    # Nothing that was chosen once is taken for chosen again.
    code, answer, _noted = as_process(db, "import", file, "--mapping", "Fleet")
    assert (code, answer["updated"], answer["unchanged"]) == (0, 1, 1)
    assert (found(ana).city, found(ana).country) == ("Olinda", "FR")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("in_bin", "created", "updated", "rejected"),
    [("create", 1, 0, 0), ("restore", 0, 1, 0), ("leave", 0, 0, 1)],
)
def test_a_row_whose_contact_is_in_the_bin_goes_as_it_was_chosen(
    db: Database, tmp_path: Path, in_bin: str, created: int, updated: int, rejected: int
) -> None:
    ana = WORLD.contact("Ana", last_name="Lima", country="BR", email="ana@a.com")
    contacts.delete(SYSTEM, [ana])
    file = file_of(tmp_path, HEADER, "BR,Ana,Lima,ana@a.com,Rio")
    code, answer, _noted = as_process(db, "import", file, "--in-bin", in_bin)
    assert (answer["created"], answer["updated"], answer["rejected"]) == (created, updated, rejected)
    assert code == (1 if rejected else 0)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--existing", "city=often"), "bad_use", "--existing is written FIELD=overwrite"),
        (("--existing", "city"), "bad_use", "not city."),
        (("--existing", "shoe=fill"), "bad_existing", "no field called shoe"),
        (("--existing", "tags=fill"), "bad_existing", "it can only be added or left out"),
        (("--mapping", "Nothing"), "no_such_mapping", "no mapping called Nothing"),
        (("--mapping", "Fleet", "--kind", "segments"), "sheet_of_segments", "of contacts alone"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_leaves_nothing(
    db: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: str,
    said: str,
) -> None:
    kept_mapping(tmp_path)
    file = file_of(tmp_path, HEADER, "BR,Ana,Lima,ana@a.com,Rio")
    capsys.readouterr()
    assert cli.main(["import", file, "--json", *arguments]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["code"]) == ("refused", code)
    assert said in answer["message"]
    assert [one.file_name for one in runs.recent(SYSTEM)] == ["a.csv"]


def test_a_bin_that_nobody_knows_is_told_with_those_that_there_are(
    db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["import", file_of(tmp_path, HEADER), "--in-bin", "burn"]) == 2
    assert "create" in capsys.readouterr().err
