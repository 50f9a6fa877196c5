"""Workbooks: every kind of cell as text, the sheet by choice, and nothing that exhausts the machine."""

import struct
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from hooks.offers import ReadOptions
from hooks.viewer import SYSTEM
from models.imports import ImportOptions
from services import contacts
from services.errors import Refused
from services.imports import runs, workbooks
from services.imports.staged import Staged
from tests.services.imports.loading import closed, outcomes
from tests.services.imports.sheets import ods, ods_of, record, vast, xls, xlsx

HEADER = ["Country Code", "First Name", "Last Name", "Mobile Number", "External ID"]
ANA = ["BR", "Ana", "Lima", "11 96123-4567", "x1"]


def rows_of(path: Path, **chosen: str) -> list[list[str]]:
    shape = workbooks.inspect_workbook(path, ReadOptions(**chosen))
    target = path.with_suffix(".staged")
    workbooks.stage_workbook(path, shape, target)
    with Staged(target) as staged:
        return [
            list(shape.columns),
            *(cells for at in range(staged.groups) for cells in staged.group(at).cells),
        ]


@pytest.mark.parametrize(
    "make", [lambda path, rows: xlsx(path, Clientes=rows), ods, xls], ids=["xlsx", "ods", "xls"]
)
def test_each_kind_of_workbook_is_read_whatever_its_name(tmp_path, make):
    rows = [HEADER, ANA, ["FR", "Zoé", "Noël; père", "06 12 34 56 78", "=1+1"]]
    path = make(tmp_path / "source", rows)
    assert workbooks.may_be_workbook(path)
    assert rows_of(path) == rows


def test_numbers_days_and_truths_are_text(tmp_path):
    row = [
        5511961234567,
        12.5,
        1e20,
        -3,
        True,
        date(2026, 5, 31),
        datetime(2026, 5, 31, 14, 30, tzinfo=UTC),
        time(9, 15),
        "00123",
    ]
    path = xlsx(tmp_path / "a.xlsx", One=[[f"c{n}" for n in range(len(row))], row])
    assert rows_of(path)[1] == [
        "5511961234567", "12.5", "1.00000000000000E+20", "-3", "TRUE", "2026-05-31", "2026-05-31 14:30:00", "09:15:00",
        "00123",
    ]  # fmt: skip


def test_cells_with_quotes_and_newlines_stand_as_they_were(tmp_path):
    rows = [["A", "B"], ['say "hi"', "two\nlines"], ["", "x"]]
    assert rows_of(xlsx(tmp_path / "a.xlsx", One=rows)) == rows


def test_the_first_sheet_that_is_shown_is_read_unless_another_is_chosen(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", hidden=[["H"]], One=[["A"], ["1"]], Two=[["B"], ["2"]])
    shape = workbooks.inspect_workbook(path, ReadOptions())
    assert (shape.layout["sheet"], shape.layout["sheets"]) == ("One", ["One", "Two"])
    assert rows_of(path, sheet="Two") == [["B"], ["2"]]
    for none in ("Three", "hidden"):
        with pytest.raises(Refused, match="there are One, Two") as refused:
            rows_of(path, sheet=none)
        assert refused.value.code == "no_such_sheet"


def test_the_first_sheet_that_holds_anything_is_read(tmp_path):
    assert rows_of(xlsx(tmp_path / "a.xlsx", Empty=[], Two=[["B"], ["2"]])) == [["B"], ["2"]]


def test_days_of_a_book_that_counts_from_1904_are_the_same_days(tmp_path):
    path = tmp_path / "a.xlsx"
    with Workbook(str(path), {"date_1904": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet().write_column(0, 0, ["Day", date(2026, 1, 2)])
    assert rows_of(path) == [["Day"], ["2026-01-02"]]


def test_hidden_rows_are_read_and_said(tmp_path):
    path = tmp_path / "a.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("Norte & Sul")
        sheet.write_column(0, 0, ["First Name", "Ana", "Eva"])
        sheet.set_row(2, None, None, {"hidden": True})
    shape = workbooks.inspect_workbook(path, ReadOptions())
    assert shape.notes == ("The sheet has 1 hidden row; it is read like the others.",)
    assert shape.first_rows == (("Ana",), ("Eva",))


def test_a_cell_with_an_error_rejects_its_row_and_is_never_taken_for_empty(db, tmp_path):
    path = tmp_path / "a.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 3, HEADER)
        for at, error in enumerate(("#DIV/0!", "#N/A"), 3):
            sheet.write_row(at, 3, ["BR", "Ana", "Lima", "11 96123-4567"])
            sheet.write_formula(at, 3 + at - 2, "=1/0", None, error)
        sheet.write_row(5, 3, ANA)
    received = runs.receive(SYSTEM, "clients.xlsx", path)
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert outcomes(read) == ["error_cell", "error_cell", "created"]
    first = runs.rows(SYSTEM, read.id).items[0]
    assert first.cells[1] == "#DIV/0!"
    assert first.reason == "First Name: “#DIV/0!” is an error of the spreadsheet, no value."


def test_errors_and_hidden_rows_of_an_open_document_are_told_too(tmp_path):
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    wrong = '<table:table-cell table:formula="of:=1/0" office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    rows = [
        "<table:table-row>" + "".join(map(text.format, ("Name", "A", "B", "#N/A"))) + "</table:table-row>",
        '<table:table-row table:visibility="collapse">'
        + text.format("Ana")
        + wrong.format("string", 'office:string-value="" calcext:value-type="error"', "#DIV/0!")
        + wrong.format("float", 'office:value="0"', "Err:502")
        + "</table:table-row>",
        '<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        + wrong.format("float", 'office:value="0"', "#N/D")
        + "</table:table-row>",
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row>",
    ]
    path = ods_of(tmp_path / "a.ods", "".join(rows))
    assert rows_of(path) == [
        ["Name", "A", "B", "#N/A"], ["Ana", "#DIV/0!", "#VALUE!", ""], *[["", "", "#N/D", ""]] * 2,
    ]  # fmt: skip
    assert workbooks.inspect_workbook(path, ReadOptions()).notes == (
        "The sheet has 3 hidden rows; they are read like the others.",
    )


def test_errors_and_hidden_rows_of_an_old_workbook_are_told_too(tmp_path):
    of_row = record(0x0208, struct.pack("<8H", 1, 0, 3, 255, 0, 0, 0x20, 0))
    error = struct.pack("<HHHBB", 1, 1, 0, 7, 1)
    formula = struct.pack("<HHH", 1, 2, 0) + b"\x02\0\x2a\0\0\0\xff\xff" + bytes(6) + b"\x02\0\x1c\x2a"
    extra = of_row + record(0x0205, error) + record(0x0006, formula)
    path = xls(tmp_path / "a.xls", [["Name", "A", "B"], ["Ana"]], extra=extra)
    assert rows_of(path) == [["Name", "A", "B"], ["Ana", "#DIV/0!", "#N/A"]]
    assert workbooks.inspect_workbook(path, ReadOptions()).notes == (
        "The sheet has 1 hidden row; it is read like the others.",
    )


def test_a_sheet_without_anything_is_refused(tmp_path):
    with pytest.raises(Refused, match="The sheet One is empty"):
        rows_of(xlsx(tmp_path / "a.xlsx", One=[]))


def test_two_cells_at_the_ends_of_a_sheet_do_not_exhaust_the_machine(tmp_path):
    path = vast(tmp_path / "a.xlsx")
    assert path.stat().st_size < 3_000
    with pytest.raises(Refused) as refused:
        rows_of(path)
    assert refused.value.code == "too_large_a_workbook"


def test_what_unpacks_to_more_than_a_workbook_would_is_not_unpacked(tmp_path, monkeypatch):
    path = xlsx(tmp_path / "a.xlsx", One=[["A"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"0" * 20_000_000)
    monkeypatch.setattr(workbooks, "_read_apart", None)
    with pytest.raises(Refused) as refused:
        workbooks.inspect_workbook(path, ReadOptions())
    assert refused.value.code == "too_large_a_workbook"


def test_a_workbook_that_takes_too_long_is_given_up(tmp_path, set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__WORKBOOK_SECONDS="1")
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(workbooks.sheet_child, "__file__", str(endless))
    monkeypatch.setattr(workbooks, "_LONGEST_WAIT", 1)
    with pytest.raises(Refused) as refused:
        rows_of(xlsx(tmp_path / "a.xlsx", One=[["A"]]))
    assert refused.value.code == "too_large_a_workbook"


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_only_begins_like_a_workbook_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "clients.xls", [content])
    assert refused.value.code in ("unreadable_workbook", "unknown_kind")


def test_other_archives_are_no_workbooks(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert not workbooks.may_be_workbook(path)


def test_rejected_rows_come_back_as_a_workbook_that_loads_once_put_right(db, tmp_path):
    rows = [HEADER, ANA, ["BR", "Eva", "Sol", 12, "=x2"], ["", "", "", "", ""]]
    path = xlsx(tmp_path / "clients.xlsx", One=[["nothing"]], Clients=rows)
    received = runs.receive(SYSTEM, "clients.xlsx", path, ImportOptions(sheet="Clients"))
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert outcomes(read)[:2] == ["created", "phone_too_short"]
    back = runs.rejected_file(SYSTEM, received.id)
    assert back.suffix == ".xlsx"
    table = CalamineWorkbook.from_path(str(back)).get_sheet_by_index(0).to_python()
    assert table[0] == [*HEADER, "row", "code", "reason"]
    assert table[1][:7] == ["BR", "Eva", "Sol", 12, "=x2", "2", "phone_too_short"]
    table[1][3] = "11 96123-4568"
    again = runs.receive(SYSTEM, "back.xlsx", xlsx(tmp_path / "back.xlsx", One=table))
    runs.accept(SYSTEM, again.id)
    runs.carry_out(again.id)
    assert outcomes(runs.get(SYSTEM, again.id)) == ["created"]
    assert contacts.detail(SYSTEM, runs.rows(SYSTEM, again.id).items[0].contact_id).external_id == "=x2"
