"""Staging: every record once, exactly as it stood, with its number and its line, in bounded memory."""

import csv
import io
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hooks.offers import ReadOptions
from services.errors import Refused
from services.imports import stage_csv as module
from services.imports.read_csv import inspect_csv
from services.imports.stage_csv import stage_csv
from services.imports.staged import Staged

HEADER = "Country Code,First Name,Last Name\n"


@pytest.fixture
def staged(tmp_path):
    """Return a function that stages text or bytes and returns (cells, kinds, lines) of all rows."""

    def stage(content: str | bytes, **options):
        path, target = tmp_path / "file.csv", tmp_path / "file.staged"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        count = stage_csv(path, inspect_csv(path, ReadOptions(**options)), target)
        cells, kinds, lines = [], [], []
        with Staged(target) as read:
            assert read.rows == count
            for at in range(read.groups):
                group = read.group(at)
                assert group.first == len(cells) + 1
                cells += group.cells
                kinds += group.kinds
                lines += group.lines
        assert len(cells) == len(kinds) == len(lines) == count
        return cells, kinds, lines

    return stage


def test_quoted_newlines_doubled_quotes_and_delimiters_stay_in_their_cell(staged):
    cells, _kinds, lines = staged(HEADER + 'BR,"Ana\r\nMaria","de ""Sá"", Lima"\nFR,Bia,"\r"\nUS,Eva,x\n')
    assert cells == [["BR", "Ana\r\nMaria", 'de "Sá", Lima'], ["FR", "Bia", "\r"], ["US", "Eva", "x"]]
    assert lines == [2, 4, 6]


def test_a_record_whose_quotation_marks_contradict_each_other_is_left_as_it_stands(staged):
    wrong = 'BR,"Ana "Nina"","Lima\nSá"'
    good = 'FR,"Bia\n""B""",x\n'
    cells, kinds, lines = staged(HEADER + good + wrong + "\r\n" + wrong + "\n" + good + "US,Eva,x\n" + wrong)
    bia = ["FR", 'Bia\n"B"', "x"]
    assert cells == [bia, [wrong], [wrong], bia, ["US", "Eva", "x"], [wrong]]
    assert kinds == ["row", "bad_quotes", "bad_quotes", "row", "row", "bad_quotes"]
    assert lines == [2, 4, 6, 8, 10, 11]


@pytest.mark.parametrize("layout", ["", "sep=,\n"])
def test_records_with_wrong_quotation_marks_are_found_among_many(staged, layout):
    wrong = [7, 499, 500, 501, 5_100]
    rows = ['BR,"A"b"",x' if at in wrong else f'BR,"{at}",x' for at in range(6_000)]
    cells, kinds, lines = staged(layout + HEADER + "\n".join(rows))
    assert [at for at, kind in enumerate(kinds) if kind == "bad_quotes"] == wrong
    assert [row[1] for row in cells if len(row) == 3] == [f"{at}" for at in range(6_000) if at not in wrong]
    assert lines == list(range(2 + bool(layout), 6_002 + bool(layout)))


def test_newlines_of_all_kinds_may_stand_in_one_file(staged):
    cells, _kinds, lines = staged(HEADER + "BR,Ana,1\rFR,Bia,2\r\nUS,Eva,3\nPT,Rui,4")
    assert [row[1] for row in cells] == ["Ana", "Bia", "Eva", "Rui"]
    assert lines == [2, 3, 4, 5]


def test_short_and_long_rows_keep_exactly_their_cells(staged):
    cells, kinds, _lines = staged(HEADER + "BR\nBR,Ana,Lima,One,Two\nBR,Ana,Lima,\nBR,Ana,\n")
    assert cells == [
        ["BR"],
        ["BR", "Ana", "Lima", "One", "Two"],
        ["BR", "Ana", "Lima", ""],
        ["BR", "Ana", ""],
    ]
    assert kinds == ["row"] * 4


def test_blank_rows_and_a_repeated_header_are_told_apart_and_counted(staged):
    content = HEADER + "\nBR,Ana,Lima\n,,\n , \t,\u00a0\n" + HEADER + "\ufeff" + HEADER + "FR,Bia,\n\x1a"
    cells, kinds, lines = staged(content)
    assert kinds == ["blank", "row", "blank", "blank", "header", "header", "row", "blank"]
    assert lines == [2, 3, 4, 5, 6, 7, 8, 9]
    assert cells[0] == []


def test_titles_above_the_header_are_no_rows(staged):
    content = (
        "Clients\r\n\r\nAs of;May\n"
        + HEADER.replace(",", ";")
        + 'BR;"Ana\nMaria";x\n'
        + HEADER.replace(",", ";")
    )
    cells, kinds, lines = staged(content)
    assert (cells[0], kinds, lines) == (["BR", "Ana\nMaria", "x"], ["row", "header"], [5, 7])


def test_cells_in_quotes_behind_a_space_are_whole(staged):
    cells, kinds, _lines = staged(HEADER + 'BR, "Ana", "Lima, Sá"\nBR, "Bia "B", x\n')
    assert cells == [["BR", "Ana", "Lima, Sá"], ['BR, "Bia "B", x']]
    assert kinds == ["row", "bad_quotes"]


def test_a_row_that_adds_others_up_is_told_apart(staged):
    sums = [
        "Total,,3",
        "TOTAL GERAL:,,",
        'Totaux,"1 234,50 €",12 %',
        "Grand total,R$ 1.200,USD 5",
        "Soma,3.5,",
    ]
    rows = ["Total,Energies,x", "Total,+33 6 12 34 56 78,", "Totalidade,,3", "Sol,1,2"]
    assert staged(HEADER + "\n".join(sums))[1] == ["totals"] * 5
    assert staged(HEADER + "\n".join(rows))[1] == ["row"] * 4


def test_a_row_that_only_begins_like_the_header_is_a_row(staged):
    assert staged(HEADER + "Country Code,First,x\n,,Lima\n")[1] == ["row", "row"]


def test_lines_are_counted_from_the_top_of_the_file(staged):
    assert staged("sep=;\n\nNome;E-mail\nAna;x\nBia;y\n")[2] == [4, 5]


def test_no_row_is_a_result(staged):
    assert staged("Nome;E-mail") == ([], [], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_is_decoded_once(staged, encoding):
    content = "Nome;Cidade\r\n" + "João;Belém\r\n" * 3
    assert staged(content.encode(encoding))[0] == [["João", "Belém"]] * 3


@pytest.mark.parametrize("rows", [1, 499, 500, 501, 4_999, 5_000, 5_001, 12_345])
def test_no_row_is_lost_or_doubled_where_groups_meet(staged, rows):
    cells, kinds, lines = staged("Nome,N\n" + "".join(f"Ana,{n}\n" for n in range(rows)))
    assert [int(row[1]) for row in cells] == list(range(rows))
    assert lines == list(range(2, rows + 2))
    assert set(kinds) == {"row"}


def test_groups_hold_five_thousand_rows_and_are_found_by_row_number(staged, tmp_path):
    staged("Nome,N\n" + "".join(f"Ana,{n}\n" for n in range(12_345)))
    with Staged(tmp_path / "file.staged") as read:
        assert read.groups == 3
        assert [group.first for group in read.from_row(5_001)] == [5_001, 10_001]
        assert [group.first for group in read.from_row(5_000)] == [1, 5_001, 10_001]
        assert not list(read.from_row(12_346))


@pytest.mark.parametrize(
    ("rows", "line"),
    [('BR,Ana,x\nBR,"Bia,x\nBR,Eva,x\n', 3), ('BR,Ana,x\nBR,"Bia,x\n' + "BR,Eva,x\n" * 9_000, 3)],
)
def test_a_quotation_mark_that_is_never_closed_is_named_with_its_line(staged, rows, line):
    with pytest.raises(Refused) as refused:
        staged(HEADER + rows)
    assert refused.value.code == "never_closed"
    assert refused.value.data["line"] == line


def test_rows_that_would_exhaust_the_memory_are_refused(staged, monkeypatch):
    monkeypatch.setattr(module, "_SLICE_BYTES", 300_000)
    with pytest.raises(Refused) as refused:
        staged(HEADER + "BR,Ana,x\n" * 20_000 + ",".join(["x" * 30_000] * 20) + "\n")
    assert refused.value.code == "rows_too_long"


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ("BR,Ana,x\n" + "x" * 9_000_000, "line_too_long", 3),
        ("BR,Ana,x\n" + "BR,Ana," * 1_300_000, "line_too_long", 3),
        ("BR,Ana,x\n" + "x" * 40_000 + "\nBR,Eva,x\n", "cell_too_long", 3),
    ],
)
def test_what_is_too_long_is_not_blamed_on_a_quotation_mark(staged, rows, code, line):
    with pytest.raises(Refused) as refused:
        staged(HEADER + rows)
    assert (refused.value.code, refused.value.data["line"]) == (code, line)
    assert "quotation" not in refused.value.message


def test_an_open_quotation_mark_some_lines_before_a_long_one_is_named(staged):
    with pytest.raises(Refused) as refused:
        staged(HEADER + 'BR,Ana,"x\nBR,Eva,x\n' + "x" * 40_000 + "\n")
    assert (refused.value.code, refused.value.data["line"]) == ("never_closed", 2)


def test_a_refusal_or_a_cancel_leaves_no_file(staged, tmp_path):
    with pytest.raises(Refused):
        staged(HEADER + 'BR,"Ana\n')
    path, target = tmp_path / "file.csv", tmp_path / "out.staged"
    path.write_text(HEADER + "BR,Ana,x\n" * 6_000)

    class Cancelled(Exception):
        pass

    def cancel(_done: int, _of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        stage_csv(path, inspect_csv(path, ReadOptions()), target, cancel)
    assert not list(tmp_path.glob("*.staged*"))


def test_progress_rises_to_the_size_of_the_file(tmp_path):
    path, seen = tmp_path / "file.csv", []
    path.write_text("Nome,N\n" + "Ana Maria,1\n" * 20_000)
    stage_csv(
        path, inspect_csv(path, ReadOptions()), tmp_path / "o", lambda done, of: seen.append((done, of))
    )
    size = path.stat().st_size
    assert len(seen) >= 4
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)


CELLS = st.text(alphabet=st.sampled_from("ab ,;\t|\"'\r\n=+-@é€\u2028\x0b\x1f"), max_size=6)


@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12), delimiter=st.sampled_from(",;\t|")
)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_csv_writer_wrote_comes_back_cell_by_cell(staged, rows, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["First Name", "Last Name", "Email"], *rows])
    cells, _kinds, lines = staged(text.getvalue(), delimiter=delimiter)
    assert cells == rows
    assert lines == sorted(lines)


def test_staging_imports_no_pandas_and_stays_small(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(HEADER + "BR,Ana Maria,de Souza e Silva\n" * 200_000)
    code = """
import resource, sys
from pathlib import Path
from hooks.offers import ReadOptions
from services.imports.read_csv import inspect_csv
from services.imports.stage_csv import stage_csv
from services.imports.staged import Staged
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
shape = inspect_csv(path, ReadOptions())
stage_csv(path, shape, path.with_suffix(".staged"))
staged = Staged(path.with_suffix(".staged"))
assert sum(len(staged.group(at).cells) for at in range(staged.groups)) == 200_000
assert "pandas" not in sys.modules
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 80
