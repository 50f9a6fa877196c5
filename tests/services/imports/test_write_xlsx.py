"""Workbooks hold text only: nothing runs, nothing becomes a number or a link, every value comes back."""

import zipfile

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from services.errors import Refused
from services.imports import write_xlsx as module
from services.imports.harmless import plain_cell
from services.imports.write_xlsx import write_xlsx

# What XML itself cannot hold, and Excel writes in no other way.
WRITABLE = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n")
HOSTILE = st.text(alphabet=st.sampled_from("'=+-@\t\n<>&\"_x0041_ab01 ()é"), max_size=10)


def rows_of(path, sheet=0) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def test_nothing_in_a_workbook_runs_or_changes_its_kind(tmp_path):
    path = tmp_path / "out.xlsx"
    row = ["=1+1", "https://example.com", "00123", "+5511961234567", "TRUE", "2026-11-22", "{=A1}"]
    assert write_xlsx(path, ["a", "b", "c", "d", "e", "f", "g"], [row]) == 1
    assert rows_of(path)[1] == ["'=1+1", *row[1:]]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_an_exact_workbook_holds_the_values_as_they_are(tmp_path):
    write_xlsx(tmp_path / "out.xlsx", ["a"], [["=1+1"]], exact=True)
    assert rows_of(tmp_path / "out.xlsx")[1] == ["=1+1"]


@given(rows=st.lists(st.lists(st.one_of(HOSTILE, st.text(WRITABLE)), min_size=3, max_size=3), max_size=5))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_every_value_comes_back_from_a_workbook(tmp_path, rows):
    path = tmp_path / "out.xlsx"
    assert write_xlsx(path, ["a", "b", "c"], rows) == len(rows)
    read = [[plain_cell(str(cell)) for cell in row] for row in rows_of(path)[1:]]
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    filled = [[*row, *[""] * (3 - len(row))] for row in read[: len(rows)]]
    assert filled == rows


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_SHEET_ROWS", 10)
    path = tmp_path / "out.xlsx"
    assert write_xlsx(path, ["n"], ([str(n)] for n in range(25))) == 25
    assert [len(rows_of(path, sheet)) for sheet in range(3)] == [11, 11, 6]
    assert rows_of(path, 2) == [["n"], ["20"], ["21"], ["22"], ["23"], ["24"]]


def test_a_cell_that_no_workbook_can_hold_is_refused_and_not_cut(tmp_path):
    with pytest.raises(Refused, match="CSV"):
        write_xlsx(tmp_path / "out.xlsx", ["a"], [["x" * 32_768]])
