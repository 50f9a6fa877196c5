"""Postcodes that a workbook keeps as numbers: no zero in front of them is lost without a word."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from hooks.viewer import SYSTEM
from models.imports import ImportRead
from services.imports import report, runs
from services.imports.postcodes import with_zeros
from services.imports.write_xlsx import write_xlsx
from tests.services.imports.loading import closed, contact
from tests.services.imports.sheets import ods_of, xlsx
from tests.worlds import World

HEADER = ("Country Code", "First Name", "Last Name", "Email", "ZIP Code")


@pytest.mark.parametrize(
    ("number", "country", "postcode"),
    [
        ("1310100", "BR", "01310100"), ("13101", "BR", "13101"), ("1000", "FR", "01000"), ("501", "US", "00501"),
        ("1067", "DE", "01067"), ("75001", "FR", "75001"), ("1310100", "XX", "1310100"),
    ],
)  # fmt: skip
def test_zeros_come_back_where_a_country_makes_it_certain(number: str, country: str, postcode: str) -> None:
    assert with_zeros(number, country) == postcode


def _loaded(path: Path) -> tuple[ImportRead, list[tuple[str | None, list[str]]]]:
    received = runs.receive(SYSTEM, path.name, path)
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    rows = runs.rows(SYSTEM, read.id).items
    return read, [(contact(row.contact_id).postcode if row.contact_id else None, row.notes) for row in rows]


def _email(at: int) -> str:
    return f"a{at}@example.com"


@pytest.mark.usefixtures("db")
def test_a_number_gets_its_zeros_back_by_its_country_and_says_so(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ("BR", "Ana", "Lima", _email(0), 1310100),
        ("FR", "Bob", "Reis", _email(1), 1000),
        ("BR", "Cid", "Sá", _email(2), "01310-200"),
        ("BR", "Dan", "Sá", _email(3), 20040002),
    ]
    read, found = _loaded(xlsx(tmp_path / "a.xlsx", One=rows))
    assert [postcode for postcode, _notes in found] == ["01310100", "01000", "01310-200", "20040002"]
    assert found[0][1] == [
        "ZIP Code: in the sheet it is the number 1310100, which keeps no zero in front; it is read as 01310100."
    ]
    assert [len(notes) for _postcode, notes in found] == [1, 1, 0, 0]
    assert (read.postcode_zeros, read.postcode_numbers) == (2, 0)


@pytest.mark.usefixtures("db")
def test_a_number_of_which_nothing_is_certain_stays_and_is_pointed_out(tmp_path: Path) -> None:
    World().contact("Ana", external_id="x1", country="BR")
    rows = [("First Name", "External ID", "ZIP Code"), ("Ana", "x1", 1310100)]
    read, found = _loaded(xlsx(tmp_path / "a.xlsx", One=rows))
    assert found[0][0] == "1310100"
    assert "without a country" in found[0][1][0]
    assert (read.postcode_zeros, read.postcode_numbers) == (0, 1)


@pytest.mark.usefixtures("db")
def test_digits_that_are_text_are_left_as_somebody_wrote_them(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ("BR", "Ana", "Lima", _email(0), "1310100"),
        ("BR", "Bob", "Reis", _email(1), 1310200),
        ("BR", "Cid", "Sá", _email(2), " 20040002 "),
        ("BR", "Dan", "Sá", "no address", "1310300"),
    ]
    read, found = _loaded(xlsx(tmp_path / "a.xlsx", One=rows))
    assert [postcode for postcode, _notes in found[:3]] == ["1310100", "01310200", "20040002"]
    assert [len(notes) for _postcode, notes in found] == [0, 1, 0, 0]
    assert runs.inspect(SYSTEM, read.id).columns[4].samples[0] == "1310100"
    assert runs.rows(SYSTEM, read.id).items[3].cells[4] == "1310300"
    rejected = runs.rejected_file(SYSTEM, read.id)
    assert CalamineWorkbook.from_path(rejected).get_sheet_by_index(0).to_python()[1][4] == "1310300"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("00000-000", 1310100, "01310-100"),
        ("00000\\-000", 100, "00000-100"),
        ('000" "00', 1234, "012 34"),
        ("0", 7, "7"),
    ],
)
def test_what_the_format_of_a_cell_shows_is_what_stands_in_it(
    tmp_path: Path, code: str, number: int, shown: str
) -> None:
    from xlsxwriter import Workbook

    with Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet, padded = book.add_worksheet("One"), book.add_format({"num_format": code})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("AR", "Ana", "Lima", _email(0)))
        sheet.write_number(1, 4, number, padded)
        sheet.write_blank(2, 3, None, padded)
        sheet.write_row(2, 0, ("AR", "Bob", "Reis", _email(1)))
        sheet.write_number(2, 4, 5)
    _read, found = _loaded(tmp_path / "a.xlsx")
    assert found == [(shown, []), ("5", [])]


@pytest.mark.usefixtures("db")
def test_what_an_open_document_shows_is_what_stands_in_it(tmp_path: Path) -> None:
    def cell(text: str, attributes: str = 'office:value-type="string"') -> str:
        return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    number = 'office:value-type="float" office:value="{}"'
    tags = row(*map(cell, HEADER))
    tags += row(*map(cell, ("AR", "Ana", "Lima", _email(0))), cell("01310-100", number.format(1310100)))
    tags += row(*map(cell, ("AR", "Bob", "Reis", _email(1))), cell("0.5", number.format("0.5")))
    _read, found = _loaded(ods_of(tmp_path / "a.ods", tags))
    assert found == [("01310-100", []), ("0.5", [])]


@pytest.mark.usefixtures("db")
def test_rejected_rows_that_were_put_right_get_their_zeros_back_too(tmp_path: Path) -> None:
    rows = [HEADER, ("BR", "Ana", "Lima", "bad", 1310100), ("BR", "Bob", "Reis", _email(1), 1310200)]
    received = runs.receive(SYSTEM, "a.xlsx", xlsx(tmp_path / "a.xlsx", One=rows))
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    header, row = _cells(report.rejected_file(SYSTEM, received.id))
    row[3] = _email(0)
    xlsx(tmp_path / "right.xlsx", One=[header, row])
    _read, found = _loaded(tmp_path / "right.xlsx")
    assert [(postcode, len(notes)) for postcode, notes in found] == [("01310100", 1)]


def test_zeros_that_a_format_showed_stay_in_the_file_of_rejected_rows(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["A", "B"], [["007", "007"], ["7", "7"]], exact=True, numbers={1})
    assert _cells(tmp_path / "a.xlsx")[1:] == [["007", 7], ["7", 7]]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'formatCode="000"' in archive.read("xl/styles.xml")


def _cells(path: Path) -> list[list[Any]]:
    with CalamineWorkbook.from_path(str(path)) as book:
        return book.get_sheet_by_index(0).to_python()
