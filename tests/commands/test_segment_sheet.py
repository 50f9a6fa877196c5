"""Segments by sheet on the command line: out, in, and what a dry run says of who sees what."""

import json
from pathlib import Path

import pytest

import cli
from hooks.viewer import SYSTEM
from services import segments
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def test_a_sheet_goes_out_and_in_and_a_dry_run_says_who_loses(
    db: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    world.user("Rui", "advisor", "North")
    world.user("Eva", "advisor")
    world.label("Norte")
    world.contact("Ana", segments=["Norte"])
    sheet = tmp_path / "segments.csv"
    assert cli.main(["segment", "export", str(sheet)]) == 0
    sheet.write_text(
        sheet.read_text(encoding="utf-8-sig").replace("Norte,,blue,no,yes,", "Norte,,blue,yes,yes,North")
    )
    capsys.readouterr()
    assert cli.main(["import", str(sheet), "--dry-run"]) == 0
    assert "Eva loses 1 contact" in capsys.readouterr().out
    assert not segments.listed(SYSTEM)[0].restricted
    assert cli.main(["import", str(sheet), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["status"], told["updated"]) == ("segments", "done", 1)
    assert [(one["name"], one["contacts"]) for one in told["impact"]["loses"]] == [("Eva", 1)]
    assert segments.listed(SYSTEM)[0].teams == ["North"]
    sheet.write_text("Segment,Teams\nNorte,;\n")
    assert cli.main(["import", str(sheet), "--links", "exactly"]) == 0
    assert segments.listed(SYSTEM)[0].teams == []
    capsys.readouterr()
    assert cli.main(["import", str(sheet), "--kind", "contacts", "--json"]) == 2
    assert cli.main(["segment", "export", str(tmp_path / "nowhere" / "out.csv"), "--json"]) == 2
    assert cli.main(["segment", "export", str(tmp_path / "out.exe"), "--json"]) == 2
