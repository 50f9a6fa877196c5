"""The command line: its contract to the letter, one object or sentences, and never a traceback."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy.exc import OperationalError

import cli
from commands.common import locale_of_environment
from commands.undo import _in_words
from hooks.i18n import use_locale
from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.import_undo import ImportUndoConflict, ImportUndoRead
from services import contacts, jobs, segments, tokens
from services.errors import Refused
from services.imports import carry
from services.people import viewer_for_email
from services.sessions import sign_in
from services.settings import HOME
from tests.fixtures import Database
from tests.worlds import World

# The contract's commands; those of later work are absent until then.
CONTRACT = {
    "serve", "worker", "migrate", "check", "user add", "team add", "token add", "segment add", "segment list",
    "segment export",
    "import", "imports", "undo", "contacts", "export", "plugins", "plugins list", "plugins new", "plugins disable",
    "plugins enable", "demo",
}  # fmt: skip
OPTIONS = {
    "serve": {"--port", "--host", "--no-worker", "--safe-mode"},
    "user add": {"--name", "--role", "--team", "--password-stdin"},
    "token add": {"--as", "--scope"},
    "segment add": {"--restricted", "--team", "--user"},
    "import": {
        "--dry-run", "--overwrite-segments", "--unknown-segments", "--map", "--encoding", "--delimiter",
        "--sheet", "--country", "--language", "--match-by", "--rejected", "--kind", "--links", "--mapping",
        "--in-bin", "--existing",
    },
    "contacts": {"--filter", "--segment", "--search", "--sort", "--limit", "--after", "--count"},
    "export": {"--filter", "--segment", "--columns", "--exact"},
    "demo": {"--contacts", "--seed"},
}  # fmt: skip
LATER = {"--saved", "route", "duplicates", "backup", "restore", "erase"}

SAMPLE = """\
Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments
BR,João,Gonçalves,11 96123-4567,joao@example.com,001,Fazenda Boa Vista,X1,Norte;Premium
FR,Élise,Dupont,06 12 34 56 78,elise@example.com,,,X2,Norte
US,,Nobody,,,,,,
,,,,,,,,
"""


class Answer:
    """What a command left: its exit code, and both outputs."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        assert self.out.count("\n") == 1, "one object and nothing else"
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(
    db: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Carry out a command in this process, in English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def carry_out(*arguments: str, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = cli.main(arguments)
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return carry_out


@pytest.fixture
def sample(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(SAMPLE, encoding="utf-8")
    return str(path)


def commands(group: Any, before: str = "") -> dict[str, Any]:
    """Return every command that can be called, by its words."""
    found = {}
    for name, command in group.commands.items():
        words = f"{before}{name}"
        if getattr(command, "commands", None):
            found |= commands(command, f"{words} ")
        if not getattr(command, "commands", None) or command.invoke_without_command:
            found[words] = command
    return found


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


ALL = commands(typer.main.get_command(cli.app))

# --- the contract


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(ALL) == CONTRACT


@pytest.mark.parametrize("words", sorted(OPTIONS))
def test_a_command_has_the_options_of_the_contract(words: str) -> None:
    common = {"--as", "--json", "--help"}
    assert options(ALL[words]) - common == OPTIONS[words] - common
    assert not options(ALL[words]) & LATER


@pytest.mark.parametrize("words", sorted(CONTRACT - {"serve", "worker", "migrate"}))
def test_whatever_reads_or_writes_data_takes_as_and_json(words: str) -> None:
    assert {"--as", "--json"} <= options(ALL[words])


@pytest.mark.parametrize("words", sorted(CONTRACT))
def test_every_command_and_option_says_what_it_is_for(words: str) -> None:
    assert ALL[words].help
    assert [
        parameter.name for parameter in ALL[words].params if not parameter.hidden and not parameter.help
    ] == []


def test_help_names_every_command_and_succeeds(run: Run) -> None:
    shown = run("--help")
    assert shown.code == 0
    assert all(f"  {words.split()[0]} " in shown.out for words in CONTRACT)
    assert run().out == shown.out


# --- bad use and bad luck


@pytest.mark.parametrize(
    "arguments",
    [
        ["undo", "3"],
        ["contacts", "--limit", "many"],
        ["contacts", "--limit", "0"],
        ["contacts", "--limit", "1001"],
        ["contacts", "--bogus"],
        ["contacts", "one", "two"],
        ["contacts", "--saved", "North"],
        ["contacts", "--filter", "{"],
        ["contacts", "--filter", "[]"],
        ["contacts", "--filter", '{"v": 1, "where": {"field": "bogus", "op": "eq", "value": 1}}'],
        ["contacts", "--filter", "@nowhere.json"],
        ["contacts", "--filter", "{}", "--segment", "North"],
        ["contacts", "--segment", "Nowhere"],
        ["contacts", "--sort", "bogus"],
        ["contacts", "--after", "bogus"],
        ["contacts", "--as", "nobody@example.com"],
        ["imports", "99"],
        ["import"],
        ["import", "nowhere.csv"],
        ["import", "nowhere.csv", "--unknown-segments", "perhaps"],
        ["import", "pyproject.toml", "--match-by", "email,phone"],
        ["user", "add", "ana@example.com"],
        ["user", "add", "ana@example.com", "--name", "Ana", "--role", "queen"],
        ["user", "add", "ana@example.com", "--name", "Ana", "--role", "manager", "--team", "Nowhere"],
        ["user"],
        ["token", "add", "x", "--scope", "read"],
        ["segment", "add", "Wall", "--restricted", "--team", "Nowhere"],
        ["plugins", "disable", "nowhere"],
        ["plugins", "new", "1st"],
        ["demo", "--contacts", "0"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_is_refused_is_one_sentence_and_one_object(run: Run, arguments: list[str]) -> None:
    in_words = run(*arguments)
    assert (in_words.code, in_words.out) == (2, "")
    assert in_words.err.count("\n") == 1
    assert in_words.err.strip().endswith((".", ")", "?"))
    as_json = run(*arguments, "--json")
    assert as_json.code == 2
    assert set(as_json.json) == {"status", "code", "message"}
    assert as_json.json["status"] == "refused"
    assert as_json.json["message"] in in_words.err or "--help" in in_words.err


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_unexpected_is_a_sentence_and_a_log_without_anybodys_data(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_viewer: object) -> None:
        raise RuntimeError("ana@example.com")

    monkeypatch.setattr(segments, "listed", breaks)
    answer = run("segment", "list", "--json")
    assert answer.code == 3
    assert answer.json["status"] == "failed"
    assert answer.err.count("\n") == 1
    log = (db.data_dir / "logs" / "carteira.log").read_text()
    assert "RuntimeError" in log
    assert "commands/segments.py" in log
    assert "ana@example.com" not in log + answer.err


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_import_that_fails_on_our_side_says_so_without_a_traceback(
    db: Database, run: Run, sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(jobs.KINDS["import"], body="tests.services.slow_export:fails")
    monkeypatch.setitem(jobs.KINDS, "import", broken)
    monkeypatch.setattr(jobs, "AGAIN_IN", 0.05)
    answer = run("import", sample, "--json")
    assert (answer.code, answer.json["status"]) == (3, "failed")
    assert answer.json["message"] == jobs.FAILED
    assert answer.err == f"import 1 accepted\n{jobs.FAILED}\n"
    log = (db.data_dir / "logs" / "carteira.log").read_text()
    assert "raised=RuntimeError" in log
    assert "no disk" not in log


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_misspelt_setting_is_named(run: Run, set_environment: Callable[..., None]) -> None:
    set_environment(CARTEIRA_PROT="1")
    answer = run("segment", "list", "--json")
    assert (answer.code, answer.json["code"]) == (2, "bad_settings")
    assert "CARTEIRA_PROT" in answer.err


def test_a_database_that_does_not_answer_is_a_sentence(
    run: Run, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_DATABASE__URL="postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    answer = run("segment", "list", "--json")
    assert (answer.code, answer.json["code"]) == (3, "database")
    assert answer.err.count("\n") == 1


# --- the language


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({"LANG": "pt_BR.UTF-8"}, "pt_BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "fr_CA.UTF-8", "LC_MESSAGES": "pt_BR"}, "fr"),
        ({"LANGUAGE": "pt:en", "LC_ALL": "en_US.UTF-8"}, "pt_BR"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], locale: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert locale_of_environment() == locale


# --- people, teams, tokens, segments


def test_a_dry_run_ends_with_one_when_rows_would_be_rejected_and_says_so_in_its_help(
    run: Run, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("Country,First Name,Last Name,Email\nBR,Ana,Lima,ana@example.com\n")
    bad.write_text("Country,First Name,Last Name,Email\nBR,Ana,Lima,no address\n")
    planned = {"import_id": None, "status": "planned"}
    for file, code, rejected in ((good, 0, 0), (bad, 1, 1)):
        answer = run("import", str(file), "--dry-run", "--json")
        assert (answer.code, answer.json | planned | {"rejected": rejected}) == (code, answer.json)
    assert "exit code 1 when rows would be rejected" in " ".join(run("import", "--help").out.split())


def test_a_person_who_is_added_can_sign_in(run: Run) -> None:
    assert run("team", "add", "North", "--json").json == {"id": 1}
    added = run(
        "user", "add", "Ana@Example.com", "--name", "Ana", "--role", "advisor", "--team", "North",
        "--password-stdin", "--json", stdin="a long password\n",
    )  # fmt: skip
    assert added.json == {"id": 1}
    assert sign_in("ana@example.com", "a long password", address="127.0.0.1").cookie
    assert viewer_for_email("ana@example.com", "cli").team_ids == (1,)


def test_a_person_without_a_password_is_told_of(run: Run) -> None:
    answer = run("user", "add", "ana@example.com", "--name", "Ana", "--role", "manager")
    assert answer.code == 0
    assert "--password-stdin" in answer.out


def test_a_role_is_taken_by_its_code_and_told_by_its_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    answer = run("user", "add", "ana@example.com", "--name", "Ana", "--role", "manager")
    assert "Ana (ana@example.com) agora tem a função gestor." in answer.out
    refused = run("user", "add", "bia@example.com", "--name", "Bia", "--role", "gestor")
    assert refused.code == 2
    assert "administrator, manager, advisor, analyst" in refused.err


def test_a_token_is_shown_once_and_opens_what_it_may(run: Run) -> None:
    World().user("Ana", "manager")
    answer = run("token", "add", "reports", "--as", "ana@example.com", "--scope", "read", "--json")
    assert set(answer.json) == {"id", "token"}
    known = tokens.look_up(answer.json["token"])
    assert known is not None
    assert known.viewer.email == "ana@example.com"
    assert not known.viewer.may("contacts.edit")


def test_segments_are_listed_as_the_person_sees_them(run: Run) -> None:
    World().user("Ana", "advisor", "North")
    assert run("segment", "add", "Premium", "--json").json == {"id": 1}
    assert run("segment", "add", "Mine", "--restricted", "--team", "North", "--json").json == {"id": 2}
    assert run("segment", "add", "Theirs", "--restricted", "--json").json == {"id": 3}
    listed = run("segment", "list", "--as", "ana@example.com", "--json").json["segments"]
    assert [segment["name"] for segment in listed] == ["Mine", "Premium"]
    assert listed[0] == {
        "id": 2, "name": "Mine", "restricted": True, "dynamic": False, "active": True, "members": 0,
    }  # fmt: skip
    assert len(run("segment", "list", "--json").json["segments"]) == 3


def test_whoever_acts_may_do_no_more_than_that_person(run: Run) -> None:
    World().user("Ana", "analyst")
    answer = run("segment", "add", "Premium", "--as", "ana@example.com", "--json")
    assert (answer.code, answer.json["code"]) == (2, "forbidden")


# --- files that come in


def test_an_import_accounts_for_every_row(run: Run, sample: str, tmp_path: Path) -> None:
    run("segment", "add", "Norte")
    rejected = tmp_path / "rejected.csv"
    answer = run("import", sample, "--json", "--rejected", str(rejected))
    assert answer.code == 1
    assert answer.err == "import 1 accepted\n"
    seconds = answer.json["seconds"]
    assert answer.json == {
        "import_id": 1, "status": "done_with_rejects", "rows": 4, "created": 2, "updated": 0, "unchanged": 0,
        "skipped": 1, "rejected": 1, "unknown_segments": ["Premium"], "seconds": seconds,
    }  # fmt: skip
    assert 0 < seconds < 30
    assert rejected.read_text(encoding="utf-8-sig").splitlines()[0].endswith("row,code,reason")
    assert run("imports", "1", "--json").json == answer.json
    listed = run("imports", "--json").json["imports"][0]
    assert listed.pop("received_at").endswith("Z")
    assert listed.pop("file") == Path(sample).name
    assert listed == run("imports", "1", "--json").json
    again = run("import", sample, "--json").json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_an_import_is_undone_and_what_somebody_changed_since_is_listed(run: Run, sample: str) -> None:
    run("import", sample, "--json")
    first = run("contacts", "--sort", "first_name", "--json").json["items"][0]
    contacts.change(SYSTEM, first["id"], ContactUpdate(city="Lyon"))
    answer = run("undo", "1", "--json")
    assert (answer.code, answer.err) == (0, "")
    reason = "The import made this contact, but somebody has worked on it since."
    assert answer.json == {
        "import_id": 1, "removed": 1, "restored": 0,
        "conflicts": [{
            "contact_id": first["id"], "segment_id": None, "name": "Élise Dupont", "field": None, "about": None,
            "code": "touched_since", "reason": reason,
        }],
    }  # fmt: skip
    again = run("undo", "1", "--json")
    assert (again.code, again.json["status"], again.json["code"]) == (2, "refused", "already_undone")
    assert again.err == again.json["message"] + "\n"
    missing = run("undo", "7", "--json")
    assert (missing.code, missing.json["code"]) == (2, "not_found")
    run("import", sample)
    told = run("undo", "2")
    assert (told.code, told.out) == (0, "1 contact went to the bin.\n0 contacts are as they were before.\n")


@pytest.mark.parametrize(("locale", "told"), [("en", "City: "), ("pt_BR", "Cidade: "), ("fr", "Ville: ")])
def test_what_an_undo_has_left_is_told_by_the_field_s_name(
    locale: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = ImportUndoRead.model_construct(removed=0, restored=1)
    one = ImportUndoConflict(
        contact_id=7, name="Ana", field="city", about=None, code="taken", reason="Why.", in_bin=False
    )
    with use_locale(locale):
        _in_words(ended, [one])
    assert capsys.readouterr().out.splitlines()[-1] == f"  #7 Ana, {told}Why."


def test_a_dry_run_writes_nothing(run: Run, sample: str, db: Database) -> None:
    answer = run("import", sample, "--dry-run", "--json")
    assert (answer.json["import_id"], answer.json["status"]) == (None, "planned")
    assert (answer.json["rows"], answer.json["created"], answer.json["rejected"]) == (4, 2, 1)
    assert "accepted" not in answer.err
    assert run("contacts", "--count", "--json").json["count"] == 0
    assert run("imports", "--json").json == {"imports": []}
    assert [path for path in (db.data_dir / "imports").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_with_its_reason(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    never = '"Never closed' + ",Lima,BR\n" * 10_000
    path.write_text("Country,First Name,Last Name,Email\n" + "BR,Ana,Lima,ana@a.com\n" * 600 + never)
    for more in ([], ["--dry-run"]):
        answer = run("import", str(path), "--json", *more)
        assert (answer.code, answer.json["status"], answer.json["code"]) == (2, "refused", "never_closed")
        assert answer.err.endswith(answer.json["message"] + "\n")
        assert "line 602" in answer.err
        in_words = run("import", str(path), *more)
        assert (in_words.code, in_words.out) == (2, "")
        assert "line 602" in in_words.err
    assert run("contacts", "--json").json["items"] == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_import_that_fails_after_it_wrote_says_why(
    run: Run, sample: str, monkeypatch: pytest.MonkeyPatch, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    parts: list[object] = []
    does = carry._do_part

    def fails_at_the_second(*of: Any) -> None:
        parts.append(of)
        if len(parts) == 2:
            raise Refused("no_more", "No more than one.")
        does(*of)

    monkeypatch.setattr(carry, "_do_part", fails_at_the_second)
    answer = run("import", sample, "--json")
    assert (answer.code, answer.json["status"], answer.json["created"]) == (3, "failed", 1)
    assert (answer.json["code"], answer.json["message"]) == ("no_more", "No more than one.")
    assert answer.err.endswith("No more than one.\n")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_dry_run_that_fails_has_no_import(run: Run, sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(jobs.KINDS["review"], body="tests.services.slow_export:fails")
    monkeypatch.setitem(jobs.KINDS, "review", broken)
    monkeypatch.setattr(jobs, "AGAIN_IN", 0.05)
    answer = run("import", sample, "--dry-run", "--json")
    assert (answer.code, answer.json["status"], answer.json["import_id"]) == (3, "failed", None)
    assert answer.err == jobs.FAILED + "\n"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_rejected_rows_that_cannot_be_written_leave_the_answer(
    run: Run, sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rejected.csv"
    dry = run("import", sample, "--dry-run", "--rejected", str(out), "--json")
    assert (dry.code, dry.json["code"]) == (2, "bad_use")
    folder = run("import", sample, "--rejected", str(tmp_path), "--json")
    assert (folder.code, folder.json["code"]) == (2, "cannot_write")
    assert run("imports", "--json").json["imports"] == []

    def no_space(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", no_space)
    answer = run("import", sample, "--rejected", str(out), "--json")
    assert (answer.code, answer.json["status"], answer.json["rejected"]) == (1, "done_with_rejects", 1)
    assert answer.err.endswith(f"{out} cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked")), "Something went wrong"),
        (KeyboardInterrupt(), "Stopped."),
    ],
)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_others_left_never_spoils_a_commands_own_answer(
    run: Run, sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, said: str
) -> None:
    def fails(_on_found: object) -> None:
        raise trouble

    monkeypatch.setattr(jobs, "finish_what_others_left", fails)
    for arguments, code in ((["import", sample], 1), (["export", str(tmp_path / "out.csv")], 0)):
        answer = run(*arguments, "--json")
        assert (answer.code, answer.json["status"][:4]) == (code, "done")
        assert said in answer.err
        assert "still to be done" in answer.err


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_encoding_that_is_only_a_guess_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Country,First Name,Last Name,Email\nBR,João,Lima,joao@a.com\n".encode("windows-1252"))
    for more in (["--dry-run"], []):
        answer = run("import", str(path), "--json", *more)
        assert (answer.code, answer.json["created"]) == (0, 1)
        assert answer.err.startswith("The file does not say its encoding; it is read as windows-1252.")
    assert "encoding" not in run("import", str(path), "--encoding", "windows-1252", "--json").err


def test_a_clean_file_ends_with_zero(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("".join(SAMPLE.splitlines(keepends=True)[:3]), encoding="utf-8")
    assert run("import", str(path), "--unknown-segments", "create").code == 0
    assert [one["name"] for one in run("segment", "list", "--json").json["segments"]] == ["Norte", "Premium"]


def test_contacts_are_known_by_the_keys_that_are_named_first(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    for external_id in ("x1", "x2"):
        path.write_text(
            f"Country,First Name,Last Name,Email,External ID\nBR,Ana,Lima,ana@a.com,{external_id}\n",
            encoding="utf-8",
        )
        assert run("import", str(path), "--match-by", "email, external_id, phone").code == 0
    assert [one["external_id"] for one in run("contacts", "--json").json["items"]] == ["x2"]


def test_columns_are_mapped_by_hand(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Wer;Wie;Was;Wo\nAna;Lima;ana@example.com;weg\n", encoding="utf-8")
    mapped = [f"--map={pair}" for pair in ("wer=first_name", "Wie=last_name", "Was=email", "Wo=")]
    assert run("import", str(path), *mapped, "--country", "BR").code == 0
    contact = run("contacts", "--json").json["items"][0]
    assert (contact["first_name"], contact["email"], contact["country"]) == ("Ana", "ana@example.com", "BR")
    for wrong in ("Wer", "Nowhere=email", "=email", "Wer=bogus"):
        refused = run("import", str(path), "--map", wrong, "--json")
        assert (refused.code, refused.json["status"]) == (2, "refused")
    assert len(run("imports", "--json").json["imports"]) == 1


# --- contacts


def test_contacts_are_printed_as_the_contract_says(run: Run, sample: str) -> None:
    run("segment", "add", "Norte")
    run("import", sample)
    page = run("contacts", "--sort", "first_name", "--limit", "1", "--count", "--json").json
    assert set(page) == {"items", "next", "count"}
    assert page["count"] == 2
    elise = page["items"][0]
    assert elise.pop("created").endswith("Z")
    assert elise.pop("updated").endswith("Z")
    assert elise == {
        "id": 2, "first_name": "Élise", "last_name": "Dupont", "email": "elise@example.com",
        "phone": "+33612345678", "country": "FR", "organization": None, "account_number": None,
        "external_id": "X2", "responsible": None, "segments": ["Norte"], "tags": [],
    }  # fmt: skip
    rest = run("contacts", "--sort", "first_name", "--limit", "1", "--after", page["next"], "--json").json
    assert [one["first_name"] for one in rest["items"]] == ["João"]
    assert rest["next"] is None
    assert "count" not in rest


def test_contacts_are_found_by_filter_segment_and_search(run: Run, sample: str, tmp_path: Path) -> None:
    run("segment", "add", "Norte")
    run("import", sample)
    file = tmp_path / "filter.json"
    file.write_text(json.dumps({"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}))
    for found in (["--filter", f"@{file}"], ["--filter", file.read_text()], ["--search", "goncalves joao"]):
        items = run("contacts", *found, "--json").json["items"]
        assert [one["external_id"] for one in items] == ["X1"]
    assert run("contacts", "--segment", "norte", "--count", "--json").json["count"] == 2
    assert "2 contacts match." in run("contacts", "--count").out


def test_a_name_with_brackets_is_printed_as_it_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(SAMPLE.splitlines()[0] + "\nBR,[bold]Ana,Lima,,ana@example.com,,,,\n")
    run("import", str(path))
    assert "[bold]Ana Lima" in run("contacts").out


# --- files that go out


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_is_written_where_it_was_asked_for(
    run: Run, sample: str, tmp_path: Path, ending: str
) -> None:
    run("import", sample)
    out = tmp_path / f"out.{ending}"
    answer = run("export", str(out), "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json == {"export_id": 1, "status": "done", "rows": 2, "file": str(out)}
    assert out.stat().st_size > 100


def test_an_export_that_comes_back_changes_nothing(run: Run, sample: str, tmp_path: Path) -> None:
    run("segment", "add", "Norte")
    run("import", sample)
    out = tmp_path / "out.csv"
    run("export", str(out))
    again = run("import", str(out), "--overwrite-segments", "--json")
    assert (again.code, again.json["rows"], again.json["unchanged"]) == (0, 2, 2)


def test_an_export_has_the_columns_and_the_contacts_that_were_asked_for(
    run: Run, sample: str, tmp_path: Path
) -> None:
    run("import", sample)
    out = tmp_path / "out.csv"
    brazil = json.dumps({"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}})
    told = run("export", str(out), "--filter", brazil, "--columns", "email, first_name").out
    assert told == f"1 contact written to {out}.\n"
    assert out.read_text(encoding="utf-8-sig").splitlines() == ["Email,First Name", "joao@example.com,João"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_export_that_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    World().user("Ana", "analyst")
    (tmp_path / "folder.csv").mkdir()
    for arguments in (
        ["out"],
        ["out.pdf"],
        [str(tmp_path / "nowhere" / "out.csv")],
        [str(tmp_path / "folder.csv")],
        [str(tmp_path / "out.csv"), "--columns", "bogus"],
        [str(tmp_path / "out.csv"), "--exact", "--as", "ana@example.com"],
    ):
        answer = run("export", *arguments, "--json")
        assert (answer.code, answer.json["status"]) == (2, "refused"), arguments


# --- the house


def test_what_agrees_is_done_and_what_does_not_is_named(run: Run) -> None:
    from sqlalchemy import text

    from services.work import unit_of_work

    World().contact("Ana", email="ana@example.com")
    well = run("check", "--json")
    assert (well.code, well.json["status"]) == (0, "done")
    assert set(well.json["problems"]) == {"settings", "schema", "plugins", "walls", "counts"}
    segments.create(SYSTEM, segments.SegmentCreate(name="Wall", restricted=True))
    with unit_of_work(SYSTEM, write=True) as work:
        act = work.act("system")
        work.session.execute(
            text(
                "INSERT INTO segment_member (segment_id, contact_id, mode, joined_at, joined_act_id)"
                " SELECT 1, 1, 'picked', created_at, :act FROM contact"
            ),
            {"act": act},
        )
    ill = run("check", "--json")
    assert (ill.code, ill.json["status"]) == (3, "failed")
    assert len(ill.json["problems"]["walls"]) == 1
    assert "✗ Walls" in run("check").out


def test_a_demonstration_says_what_it_made(run: Run) -> None:
    made = run("demo", "--contacts", "50", "--seed", "3", "--json")
    assert made.json["contacts"] == 50
    assert run("contacts", "--count", "--json").json["count"] == 50
    assert run("check").code == 0


def test_plugins_are_listed_with_and_without_the_word(run: Run) -> None:
    told = run("plugins", "list", "--json").json
    assert told == run("plugins", "--json").json
    assert {"name": "basics", "status": "on", "feature": None, "error": None} in told["plugins"]


# --- as a process


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_installed_command_speaks_the_environments_language_and_ends_with_its_code(db: Database) -> None:
    command = Path(sys.executable).with_name("carteira")
    environment = {**db.environment, "LANG": "C"}
    done = subprocess.run(
        [command, "segment", "list", "--json"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"segments": []}, "")
    refused = subprocess.run(
        [command, "undo"], env=environment, cwd=os.sep, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_reader_who_stops_early_is_no_failure(db: Database) -> None:
    done = subprocess.run(
        f"{sys.executable} -m cli segment list | head -c 1",
        shell=True,
        cwd=HOME,
        env=db.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
