"""Imports as their owners use them: refused files, choices, the report, every end told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hooks.viewer import SYSTEM
from models.doors import Notification
from models.imports import Import, ImportOptions
from models.people import Role, User
from services import notifications
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.imports import carry, ending, files, part, plan, runs
from services.settings import settings
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    PHONE,
    closed,
    contact,
    count,
    file_of,
    load,
    load_file,
    only_row,
    outcomes,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()

SOME = file_of([ANA | {"phone": PHONE}])


def _left_behind():
    return [*(settings().data / "imports").rglob("*")] if (settings().data / "imports").exists() else []


def test_the_rejected_rows_of_a_review_are_there_until_the_options_change():
    read = reviewed(ANA | {"phone": "12"})
    assert read.has_rejected_file
    assert b"12" in runs.rejected_file(SYSTEM, read.id).read_bytes()
    changed = runs.choose(SYSTEM, read.id, read.options)
    assert not changed.has_rejected_file
    with pytest.raises(NotFound):
        runs.rejected_file(SYSTEM, read.id)
    assert not [path for path in _left_behind() if path.stem == files.REJECTED]


def test_the_rejected_rows_of_a_review_are_not_given_out_while_the_import_is_at_work():
    read = reviewed(ANA | {"phone": "12"}, BOB | {"phone": PHONE})
    runs.accept(SYSTEM, read.id)
    assert not runs.get(SYSTEM, read.id).has_rejected_file
    runs.carry_out(read.id)
    assert runs.get(SYSTEM, read.id).has_rejected_file


# --- files that are refused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n;;\n", "empty_file"),
        (b"PK\x03\x04rest", "not_csv"),
        (b"\x89PNG....", "not_csv"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_and_leaves_nothing(content, code):
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "contacts.csv", [content])
    assert refused.value.code == code
    assert (count("import"), _left_behind()) == (0, [])


def test_a_nul_in_a_cell_rejects_its_row_by_name_and_no_other():
    lines = [f"BR,Ana{n},Lima,ana{n}@a.com,x" for n in range(6)]
    content = "Country Code,First Name,Last Name,Email,Shoe\n" + "\n".join(lines) + "\n"
    content = (
        content.replace("Ana1", "An\0a").replace("ana3@", "ana\0@").replace("ana4@a.com,x", "ana4@a.com,\0")
    )
    content += "\0\nBR,Zoe,Lima,zoe@a.com,,,\0\n"
    read = load_file(content.encode())
    assert outcomes(read) == [
        "created", "text_not_kept", "created", "email_not_valid", "created", "created", "country_unknown",
        "row_too_long",
    ]  # fmt: skip
    assert "“An\ufffda” holds a character" in runs.rows(SYSTEM, read.id).items[1].reason
    assert runs.rejected_file(SYSTEM, read.id).read_bytes().count(b"\0") == 4


def test_cells_that_are_written_as_text_for_a_spreadsheet_come_in_as_that_text():
    content = (
        "Country Code,First Name,Last Name,Mobile Number,Email,External ID,Account Number,Tags\n"
        '="BR",="Ana",Lima,="11961234567",="ana@a.com",="00123",="","=""Vip"""\n'
    )
    read = load_file(content.encode(), unknown_segments="create")
    assert outcomes(read) == ["created"]
    made = contact(runs.rows(SYSTEM, read.id).items[0].contact_id)
    assert (made.country, made.first_name, made.external_id, made.account_number, made.tags) == (
        "BR", "Ana", "00123", None, ["Vip"],
    )  # fmt: skip
    assert [point.value for point in made.points] == ["ana@a.com", "+5511961234567"]
    assert outcomes(load_file(content.encode())) == ["unchanged"]


def test_a_file_of_zeros_is_refused():
    with pytest.raises(Refused):
        load_file(b"\x00" * 100_000)
    assert count("contact") == 0


def test_a_file_larger_than_the_settings_allow_is_refused_on_the_way(set_environment):
    set_environment(CARTEIRA_IMPORTS__MAX_MB="1")
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "contacts.csv", (b"x" * 100_000 for _block in range(11)))
    assert refused.value.code == "file_too_large"
    assert _left_behind() == []


def test_a_file_without_a_known_key_column_is_refused_at_the_start():
    received = runs.receive(SYSTEM, "contacts.csv", [b"Colour,Taste\nred,sweet\n"])
    with pytest.raises(Refused) as refused:
        runs.accept(SYSTEM, received.id)
    assert refused.value.code == "no_key_column"
    runs.discard(SYSTEM, received.id)
    assert (count("import"), _left_behind()) == (0, [])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.csv", "x" * 5000 + ".csv", "\x07.csv", ".csv", "con.%00"]
)
def test_a_hostile_file_name_leads_nowhere(name):
    received = runs.receive(SYSTEM, name, [SOME])
    assert received.file_name
    (folder,) = (settings().data / "imports").iterdir()
    assert [path.stem for path in folder.iterdir()] == ["source"]


def test_hostile_cells_are_kept_as_text():
    names = [
        "Robert'); DROP TABLE contact;--",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "%s %(x)s {0}",
        "\\",
    ]
    read = load(*(ANA | {"first": name, "email": f"n{n}@a.com"} for n, name in enumerate(names)))
    assert read.created == len(names)
    for name in names:
        assert count("contact", "first_name = '" + name.replace("'", "''").replace(":", "\\:") + "'") == 1


def test_a_file_that_cannot_be_read_to_its_end_fails_in_one_sentence():
    content = SOME + b"BR,Eva,Sol,\n" * 10_000 + b'"Never closed' + b",Lima,BR\n" * 10_000
    received = runs.receive(SYSTEM, "contacts.csv", [content])
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    ended = closed(runs.get(SYSTEM, received.id))
    assert ended.state == "failed"
    assert ended.message.startswith("A cell that begins in line 10,003 does not end")
    assert count("act", "kind = 'import' AND state = 'failed'") == 1


# --- choices


def test_columns_are_shown_with_samples_and_what_they_lack():
    received = runs.receive(SYSTEM, "c.csv", [b"Nome;E-mail;Cor\nAna;ana@a.com;azul\n"])
    seen = runs.inspect(SYSTEM, received.id)
    assert [(column.header, column.field, column.samples) for column in seen.columns] == [
        ("Nome", "first_name", ["Ana"]), ("E-mail", "email", ["ana@a.com"]), ("Cor", None, ["azul"]),
    ]  # fmt: skip
    assert (seen.delimiter, seen.missing) == (";", ["country", "last_name"])
    tried = runs.inspect(SYSTEM, received.id, ImportOptions(delimiter=","))
    assert [column.header for column in tried.columns] == ["Nome;E-mail;Cor"]


def test_a_mapping_is_remembered_for_the_next_file_of_the_same_shape():
    content = b"A,B,C,D\nBR,Ana,Lima,ana@a.com\n"
    received = runs.receive(SYSTEM, "c.csv", [content])
    chosen = ImportOptions(mapping={0: "country", 1: "first_name", 2: "last_name", 3: "email"})
    runs.choose(SYSTEM, received.id, chosen)
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    again = runs.receive(SYSTEM, "c.csv", [content])
    assert again.options.mapping == chosen.mapping
    assert runs.inspect(SYSTEM, again.id).remembered
    assert not runs.inspect(SYSTEM, runs.receive(SYSTEM, "c.csv", [SOME]).id).remembered


def test_the_language_that_is_chosen_is_that_of_the_header():
    received = runs.receive(SYSTEM, "c.csv", ["Société,Empresa,Mail\nA,B,ana@a.com\n".encode()])
    assert received.options.mapping == {0: "organization", 1: None, 2: "email"}
    chosen = runs.choose(SYSTEM, received.id, ImportOptions(language="pt"))
    assert chosen.options.mapping == {0: None, 1: "organization", 2: "email"}


def test_an_option_that_an_earlier_version_had_stops_no_import():
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    runs.accept(SYSTEM, received.id)
    with unit_of_work(SYSTEM, write=True) as work:
        kept = work.session.get(Import, received.id)
        kept.options = kept.options | {"keys_order": ["email", "external_id", "phone"]}
        work.session.add(kept)
    runs.carry_out(received.id)
    assert closed(runs.get(SYSTEM, received.id)).created == 1


def test_a_mapping_is_remembered_for_the_rejected_rows_too():
    content = b"Pa\xc3\xads,Nome,Sobrenome,Celular,Matr\xc3\xadcula\nBR,Gal,Lima,999,M2\n"
    received = runs.receive(SYSTEM, "c.csv", [content])
    fields = ("country", "first_name", "last_name", "phone", "external_id")
    runs.choose(SYSTEM, received.id, ImportOptions(mapping=dict(enumerate(fields))))
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    put_right = runs.rejected_file(SYSTEM, received.id).read_bytes().replace(b"999", b"11961234567")
    again = runs.receive(SYSTEM, "c.csv", [put_right])
    assert again.options.mapping == dict(enumerate((*fields, None, None, None)))
    assert runs.inspect(SYSTEM, again.id).remembered
    assert load_file(put_right).created == 1
    assert count("contact", "external_id = 'M2'") == 1


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"mapping": {0: "shoe size"}}, "mapping"),
        ({"mapping": {9: "email"}}, "mapping"),
        ({"mapping": {0: "email", 1: "email"}}, "mapping"),
        ({"country": "Atlantis"}, "country"),
    ],
)
def test_options_that_do_not_fit_are_refused_by_name(options, field):
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "c.csv", [SOME], ImportOptions.model_validate(options))
    assert list(refused.value.data["fields"]) == [field]


def test_other_choices_make_a_review_void():
    read = reviewed(ANA | {"phone": PHONE, "segments": "New"})
    assert read.state == "planned"
    changed = runs.choose(SYSTEM, read.id, ImportOptions(unknown_segments="reject"))
    assert (changed.state, changed.rows) == ("received", 0)
    runs.review(SYSTEM, read.id)
    runs.carry_out_review(read.id)
    assert outcomes(runs.get(SYSTEM, read.id)) == ["unknown_segment"]


def test_an_import_that_begins_while_its_file_is_looked_at_again_goes_by_what_was_chosen_before(
    set_environment, monkeypatch
):
    set_environment(CARTEIRA_DATABASE__BUSY_SECONDS="1")
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    looks = files.inspect

    def begins_meanwhile(*of):
        runs.accept(SYSTEM, received.id)
        return looks(*of)

    monkeypatch.setattr(files, "inspect", begins_meanwhile)
    with pytest.raises(Conflict):
        runs.choose(SYSTEM, received.id, ImportOptions(delimiter=";"))
    assert runs.get(SYSTEM, received.id).options.delimiter is None


def test_other_choices_make_rows_of_a_review_void_that_the_file_no_longer_has():
    content = b'Email,First Name\na@a.com;"x,B\nb@a.com,B\nc@a.com;",B\n'
    received = runs.receive(SYSTEM, "c.csv", [content], ImportOptions(delimiter=","))
    runs.review(SYSTEM, received.id)
    runs.carry_out_review(received.id)
    assert runs.get(SYSTEM, received.id).rows == 3
    runs.choose(SYSTEM, received.id, ImportOptions(delimiter=";", mapping={0: "email"}))
    assert runs.rows(SYSTEM, received.id).items == []
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    ended = closed(runs.get(SYSTEM, received.id))
    assert [row.row for row in runs.rows(SYSTEM, received.id).items] == [*range(1, ended.rows + 1)] == [1]


def test_nothing_can_be_chosen_once_an_import_has_begun():
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    runs.accept(SYSTEM, received.id)
    for late in (
        lambda: runs.choose(SYSTEM, received.id, ImportOptions()),
        lambda: runs.review(SYSTEM, received.id),
        lambda: runs.accept(SYSTEM, received.id),
        lambda: runs.discard(SYSTEM, received.id),
    ):
        with pytest.raises(Conflict):
            late()


# --- rights


def test_to_import_needs_the_permission():
    WORLD.user("Anna", "analyst")
    with pytest.raises(Forbidden):
        runs.receive(WORLD.viewer("Anna"), "c.csv", [SOME])


@pytest.mark.parametrize("loss", ["role", "account"])
def test_rights_are_asked_again_when_the_import_runs(loss):
    WORLD.user("Adam", "advisor")
    adam = WORLD.viewer("Adam")
    received = runs.receive(adam, "c.csv", [SOME])
    runs.accept(adam, received.id)
    with unit_of_work(SYSTEM, write=True) as work:
        user = work.session.get(User, adam.user_id)
        if loss == "role":
            user.role_id = work.session.scalar(select(Role.id).where(Role.name_key == "analyst"))
        else:
            user.active = False
    runs.carry_out(received.id)
    ended = closed(runs.get(SYSTEM, received.id))
    assert (ended.state, count("contact")) == ("failed", 0)
    assert ended.message


def test_a_tokens_narrower_rights_stay_narrow():
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    WORLD.label("North")
    narrow = replace(mia, via="api", permissions=frozenset({"contacts.import", "contacts.add"}))
    read = load(ANA | {"phone": PHONE, "segments": "North"}, viewer=narrow)
    assert (read.created, read.unknown_segments) == (1, ["North"])
    assert count("act", "kind = 'import' AND via = 'api'") == 1


# --- ends


def _kinds(viewer):
    return [notice.kind for notice in reversed(notifications.recent(viewer))]


def test_a_notice_says_that_one_will_come_and_one_comes_at_every_end():
    WORLD.user("Adam", "advisor")
    adam = WORLD.viewer("Adam")
    assert load(ANA | {"phone": PHONE}, viewer=adam).state == "done"
    assert load(ANA | {"phone": "1"}, viewer=adam).state == "done_with_rejects"
    assert _kinds(adam) == ["import_started", "import_done", "import_started", "import_done_with_rejects"]
    with unit_of_work(SYSTEM) as work:
        told = work.session.scalars(select(Notification.data).order_by(Notification.id)).all()
    assert told[1] | {"import_id": 0} == {
        "import_id": 0, "file": "contacts.csv", "rows": 1, "created": 1, "updated": 0, "rejected": 0,
    }  # fmt: skip


def test_a_review_that_took_long_or_failed_is_told(monkeypatch):
    WORLD.user("Adam", "advisor")
    adam = WORLD.viewer("Adam")
    reviewed(ANA | {"phone": PHONE}, viewer=adam)
    assert _kinds(adam) == []
    monkeypatch.setattr(ending, "_PATIENCE", timedelta(0))
    reviewed(ANA | {"phone": PHONE}, viewer=adam)
    assert _kinds(adam) == ["review_done"]
    broken = runs.receive(adam, "c.csv", [SOME + b"BR,Eva,Sol,\n" * 10_000 + b'"' + b"x\n" * 20_000])
    runs.review(adam, broken.id)
    runs.carry_out_review(broken.id)
    assert _kinds(adam) == ["review_done", "review_failed"]


def test_cancel_keeps_what_is_done_and_counts_the_rest_as_skipped(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="4")
    WORLD.user("Adam", "advisor")
    adam = WORLD.viewer("Adam")
    received = runs.receive(adam, "c.csv", [file_of([ANA | {"email": f"a{n}@a.com"} for n in range(10)])])
    runs.accept(adam, received.id)
    done = carry._do_part

    def then_cancel(*arguments):
        done(*arguments)
        runs.cancel(adam, received.id)

    monkeypatch.setattr(carry, "_do_part", then_cancel)
    runs.carry_out(received.id)
    ended = closed(runs.get(adam, received.id))
    assert (ended.state, ended.created, ended.skipped, count("contact")) == ("cancelled", 4, 6, 4)
    assert outcomes(ended) == ["created"] * 4 + ["skipped"] * 6
    assert runs.rows(adam, ended.id, "skipped").items[0].reason == "The import was cancelled before this row."
    assert _kinds(adam)[-1] == "import_cancelled"
    assert count("act", "kind = 'import' AND state = 'cancelled'") == 1


def test_an_import_that_was_not_begun_is_cancelled_at_once():
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    assert runs.cancel(SYSTEM, received.id).state == "cancelled"


def test_what_is_cancelled_before_it_was_accepted_has_all_its_rows_skipped():
    received = runs.receive(SYSTEM, "c.csv", [file_of([ANA, BOB])])
    checked = reviewed(ANA | {"email": "ana@a.com"}, BOB)
    for import_id in (received.id, checked.id):
        read = closed(runs.cancel(SYSTEM, import_id))
        assert (read.state, read.rows, read.skipped, read.contacts) == ("cancelled", 2, 2, 0)
        assert outcomes(read) == ["skipped", "skipped"]
        assert [row.code for row in runs.rows(SYSTEM, import_id).items] == ["cancelled"] * 2


def test_what_is_cancelled_between_the_review_and_the_first_row_has_all_its_rows_skipped():
    checked = reviewed(ANA | {"email": "ana@a.com"}, BOB)
    runs.accept(SYSTEM, checked.id)
    runs.cancel(SYSTEM, checked.id)
    runs.carry_out(checked.id)
    read = closed(runs.get(SYSTEM, checked.id))
    assert (read.state, read.rows, read.skipped, count("contact")) == ("cancelled", 2, 2, 0)
    assert outcomes(read) == ["skipped", "skipped"]


def test_a_review_that_is_cancelled_half_way_has_brought_in_nothing(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    rows = [ANA | {"email": f"a{n}@a.com"} for n in range(5)]
    received = runs.receive(SYSTEM, "c.csv", [file_of(rows)])
    runs.review(SYSTEM, received.id)
    done = carry._do_part

    def then_cancel(*arguments):
        done(*arguments)
        runs.cancel(SYSTEM, received.id)

    monkeypatch.setattr(carry, "_do_part", then_cancel)
    runs.carry_out_review(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert (read.state, read.rows, read.created, read.skipped) == ("cancelled", 5, 0, 5)
    assert outcomes(read) == ["skipped"] * 5


def test_an_accepted_import_that_is_cancelled_before_it_runs_does_nothing():
    content = SOME + b"\n" + b"x\n" * 5_999
    received = runs.receive(SYSTEM, "c.csv", [content])
    runs.accept(SYSTEM, received.id)
    runs.cancel(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert (read.state, read.rows, read.skipped, count("contact")) == ("cancelled", 6_001, 6_001, 0)
    assert count("import_row", "outcome = 'skipped' AND code = 'cancelled'") == 6_001


def test_a_cancelled_file_that_cannot_be_read_to_its_end_has_no_rows():
    received = runs.receive(SYSTEM, "c.csv", [SOME + b"BR,Eva,Sol,\n" * 10_000 + b'"' + b"x\n" * 20_000])
    runs.accept(SYSTEM, received.id)
    runs.cancel(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert (read.state, read.rows) == ("cancelled", 0)


def test_progress_tells_phase_rows_rate_and_time_left(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="100")
    received = runs.receive(SYSTEM, "c.csv", [file_of([ANA | {"email": f"a{n}@a.com"} for n in range(2000)])])
    runs.accept(SYSTEM, received.id)
    assert runs.get(SYSTEM, received.id).progress.phase == "waiting"
    told = []
    done = carry._do_part

    def then_look(*arguments):
        done(*arguments)
        told.append(runs.get(SYSTEM, received.id).progress)

    monkeypatch.setattr(carry, "_do_part", then_look)
    runs.carry_out(received.id)
    assert [(one.phase, one.done, one.of) for one in told] == [
        ("writing", n, 2000) for n in range(100, 2001, 100)
    ]
    assert told[-1].rate > 0
    assert told[10].seconds_left > 0
    assert runs.get(SYSTEM, received.id).progress.phase == "ended"


# --- the report


def test_rejected_rows_come_back_as_the_file_had_them_and_load_once_put_right():
    header = "Nome;Sobrenome;País;E-mail;Celular\r\n"
    content = header + "Ana;Lima;BR;ana@a.com;\r\nJosé;Sá;BR;;12\r\n;;;;\r\nEva;Sol;BR;eva@a;\r\n"
    read = load_file(content.encode("windows-1252"))
    assert (read.created, read.skipped, read.rejected) == (1, 1, 2)
    rejected = runs.rejected_file(SYSTEM, read.id).read_bytes().decode("windows-1252")
    lines = rejected.splitlines()
    assert lines[0] == "Nome;Sobrenome;País;E-mail;Celular;row;code;reason"
    assert lines[1].startswith("José;Sá;BR;;12;2;phone_too_short;")
    assert lines[2].startswith("Eva;Sol;BR;eva@a;;4;email_not_valid;")
    put_right = rejected.replace(";12;", ";11961234567;").replace("eva@a;", "eva@a.com;")
    again = load_file(put_right.encode("windows-1252"))
    assert (again.created, again.rows) == (2, 2)
    assert load_file(put_right.encode("windows-1252")).unchanged == 2


def test_a_row_that_is_too_long_keeps_its_surplus_cell_in_every_round():
    header = "Country Code,First Name,Last Name,Email"
    rejected = f"{header}\nBR,Ana,Lima,ana@a.com,SURPLUS\n".encode()
    for _round in range(3):
        read = load_file(rejected)
        assert outcomes(read) == ["row_too_long"]
        assert "“SURPLUS”" in only_row(read).reason
        rejected = runs.rejected_file(SYSTEM, read.id).read_bytes()
        assert rejected.splitlines()[1].startswith(b"BR,Ana,Lima,ana@a.com,SURPLUS,1,row_too_long,")
    assert load_file(rejected.replace(b",SURPLUS", b"")).created == 1


def test_a_row_whose_overflow_is_joined_can_be_put_right():
    content = (
        b"Country Code;First Name;Last Name;Mobile Number;Email;Segments\nBR;Ana;Lima;999;ana@a.com;A;B\n"
    )
    ways = {"join_overflow": True, "unknown_segments": "create"}
    read = load_file(content, **ways)
    assert outcomes(read) == ["phone_too_short"]
    put_right = runs.rejected_file(SYSTEM, read.id).read_bytes().replace(b"999", b"11961234567")
    again = load_file(put_right, **ways)
    assert (again.created, again.created_segments) == (1, ["A", "B"])


def test_a_row_with_a_lone_quotation_mark_is_rejected_and_comes_back_as_it_stood():
    header = "Country Code;First Name;Last Name;Email\r\n"
    wrong = 'BR;"Ana "Nina"";Lima;ana@a.com'
    rejected = (header + wrong + "\r\nBR;Bia;Sol;bia@a.com\r\n").encode()
    for created in (1, 0):
        read = load_file(rejected)
        assert (read.created, read.reasons) == (created, {"bad_quotes": 1})
        assert "is not doubled" in runs.rows(SYSTEM, read.id, "rejected").items[0].reason
        rejected = runs.rejected_file(SYSTEM, read.id).read_bytes()
        assert rejected.decode().splitlines()[1].startswith(f"{wrong};1;bad_quotes;")
        assert rejected.count(b"bad_quotes") == 1
    assert load_file(rejected.replace(b'"Nina"', b'""Nina""')).created == 1
    assert count("contact", """first_name = 'Ana "Nina"'""") == 1


def test_there_is_no_rejected_file_where_nothing_was_rejected():
    read = load(ANA | {"phone": PHONE})
    assert not read.has_rejected_file
    with pytest.raises(NotFound):
        runs.rejected_file(SYSTEM, read.id)


def test_rows_are_paged_by_outcome():
    read = load(*(ANA | {"email": f"a{n}@a.com"} for n in range(5)), ANA | {"email": "no"})
    first = runs.rows(SYSTEM, read.id, "created", limit=3)
    assert ([row.row for row in first.items], first.next) == ([1, 2, 3], 3)
    rest = runs.rows(SYSTEM, read.id, "created", after=3, limit=3)
    assert ([row.row for row in rest.items], rest.next) == ([4, 5], None)
    (rejected,) = runs.rows(SYSTEM, read.id, "rejected").items
    assert (rejected.row, rejected.values["email"], rejected.cells[-1]) == (6, "no", "no")


@pytest.mark.parametrize("text", ["5.51E+12", "5,51196E+12", "5E+15", "-1.2e+20"])
@pytest.mark.parametrize("field", ["id", "account"])
def test_a_key_that_a_spreadsheet_shortened_identifies_nobody(text, field):
    read = only_row(load(ANA | {"email": "ana@a.com", field: text}))
    assert (read.outcome, read.code) == ("rejected", "digits_lost")
    assert f": “{text}” has lost digits" in read.reason


def test_a_key_that_only_looks_a_little_like_a_shortened_one_is_kept():
    keys = ["12E4", "E+12", "A5.51E+12", "55.1E+12", "5.51E12", "5.51"]
    assert load(*(ANA | {"email": f"a{n}@a.com", "id": key} for n, key in enumerate(keys))).created == 6


def test_blank_rows_and_a_repeated_header_are_skipped():
    header = b"First Name,Last Name,Country Code,Email\n"
    content = header + b"\nAna,Lima,BR,ana@a.com\n" + header
    read = load_file(content)
    assert outcomes(read) == ["skipped", "created", "skipped"]
    assert only_row(load_file(content.replace(b"\n\n", b"\n").rsplit(b"First", 1)[0])).outcome == "unchanged"


def test_a_retry_meets_what_another_wrote_first(monkeypatch):
    """On PostgreSQL two units can make the same contact at once: the later one matches it at its second try."""
    received = runs.receive(SYSTEM, "c.csv", [file_of([ANA | {"email": "ana@a.com", "organization": "New"}])])
    runs.accept(SYSTEM, received.id)
    write = part.write.carry_out
    others = []

    def late(*arguments):
        with unit_of_work(SYSTEM) as work:
            on_sqlite = work.on_sqlite
        if not (others or on_sqlite):
            others.append(WORLD.contact("Ana", email="ana@a.com"))
        write(*arguments)

    monkeypatch.setattr(part.write, "carry_out", late)
    runs.carry_out(received.id)
    assert runs.get(SYSTEM, received.id).state == "done"
    assert count("contact") == 1


def test_a_placeholder_that_makes_all_rows_one_person_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(plan, "MOST_TOGETHER", 5)
    read = load(*(ANA | {"email": "none@a.com", "id": f"x{n}"} for n in range(6)))
    assert (read.state, read.skipped, count("contact")) == ("failed", 0, 0)
    assert "“none@a.com”" in read.message
    further = load(*(ANA | {"email": f"a{n}@a.com", "emails": "none@a.com"} for n in range(6)))
    assert "“none@a.com”" in further.message
    without = load(*(ANA | {"phone": PHONE} for n in range(6)))
    assert without.message.startswith("6 rows would be one contact or hang together. A value")


def test_a_switchboards_number_brings_nobody_together(monkeypatch, set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 3)
    rows = [ANA | {"first": f"Ana {n}", "phone": PHONE, "email": f"a{n}@a.com"} for n in range(8)]
    assert load(*rows, ANA | {"first": "Ana 3", "phone": PHONE, "organization": "New"}).updated == 1
    assert load(*rows).unchanged == 8


def test_a_reason_names_the_column_as_the_file_does():
    content = b"Mail,Cell,Given,Name,Country\nno address,,Ana,Lima,BR\n,12,Bob,Reis,BR\n,,,Sol,BR\n"
    read = load_file(content, mapping={0: "email", 1: "phone", 2: "first_name", 3: "last_name", 4: "country"})
    found = [row.reason for row in runs.rows(SYSTEM, read.id).items]
    assert [reason.partition(":")[0] for reason in found[:2]] == ["Mail", "Cell"]
    assert found[2].endswith("this row lacks: Given, a mobile number or an e-mail address.")
    assert "Mail: " in runs.rejected_file(SYSTEM, read.id).read_text()


def test_rows_are_shown_as_they_are_read():
    row = {
        "country": "brasil",
        "first": " Ana ",
        "phone": "(11) 96123-4567",
        "email": "ANA@A.com",
        "segments": "b;A; b",
    }
    assert only_row(reviewed(row | {"last": "Lima"})).values == {
        "country": "BR", "first_name": "Ana", "last_name": "Lima", "phone": "+5511961234567", "email": "ana@a.com",
        "segments": "b; A",
    }  # fmt: skip
    assert only_row(reviewed(row | {"phone": "12"})).values["phone"] == "12"


def test_the_rows_of_a_small_file_are_counted_before_anything_is_checked(monkeypatch):
    received = runs.receive(SYSTEM, "c.csv", [file_of([ANA, BOB])])
    monkeypatch.setattr(runs, "_COUNTED_AT_ONCE", 10)
    assert runs.rows_in_file(SYSTEM, received.id) is None
    monkeypatch.setattr(runs, "_COUNTED_AT_ONCE", 10_000)
    assert runs.rows_in_file(SYSTEM, received.id) == 2


def test_a_sheet_of_a_csv_file_is_refused():
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "c.csv", [SOME], ImportOptions(sheet="Sheet1"))
    assert (refused.value.code, refused.value.message) == ("no_sheets", "A CSV file has no sheets.")


def test_the_list_goes_on_before_an_id_and_names_who_loaded_what():
    WORLD.user("Adam", "advisor")
    adam = WORLD.viewer("Adam")
    first = runs.receive(SYSTEM, "c.csv", [SOME]).id
    second = runs.receive(adam, "c.csv", [SOME]).id
    assert [(one.id, one.owner) for one in runs.recent(SYSTEM)] == [(second, "Adam"), (first, None)]
    assert [one.id for one in runs.recent(SYSTEM, before=second)] == [first]


def test_how_many_contacts_come_in_is_counted_apart_from_the_rows():
    read = reviewed(
        ANA | {"email": "ana@a.com"}, ANA | {"email": "ana@a.com", "city": "Rio"}, BOB | {"phone": PHONE}
    )
    assert (read.created, read.updated, read.contacts) == (2, 1, 2)
