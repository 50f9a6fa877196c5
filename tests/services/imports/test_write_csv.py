"""What is written as CSV is harmless, comes back unchanged, and looks like the file before it."""

import codecs
import csv

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hooks.i18n import use_locale
from hooks.offers import FileShape, ReadOptions
from hooks.viewer import SYSTEM
from services.imports import runs
from services.imports.harmless import plain_cell
from services.imports.headers import layout_header, report_header
from services.imports.read_csv import inspect_csv
from services.imports.stage_csv import stage_csv
from services.imports.staged import Staged
from services.imports.write_csv import write_csv, write_rejected_csv
from tests.services.imports.loading import load_file

NO_HALVES = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
HOSTILE = st.text(alphabet=st.sampled_from("'=+-@\t\r\n,;|\"ab01 ()é"), max_size=8)


def rows_of(path) -> list[list[str]]:
    target = path.with_suffix(".staged")
    stage_csv(path, inspect_csv(path, ReadOptions()), target)
    with Staged(target) as read:
        return [row for at in range(read.groups) for row in read.group(at).cells]


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
@given(rows=st.lists(st.lists(st.one_of(HOSTILE, st.text(NO_HALVES)), min_size=9, max_size=9), max_size=6))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_value_comes_back_from_an_export(tmp_path, locale, rows):
    path = tmp_path / "out.csv"
    assert write_csv(path, layout_header(locale), rows) == len(rows)
    assert [[plain_cell(cell) for cell in row] for row in rows_of(path)] == rows


def test_spaces_before_a_mark_of_quotation_are_the_values_own(tmp_path):
    path = tmp_path / "out.csv"
    row = [" ", ' "', ' "x"', "", "", "", "", "", " y"]
    write_csv(path, layout_header("fr"), [row])
    assert rows_of(path) == [row]


def test_a_formula_is_harmless_in_an_export_and_as_it_is_in_an_exact_one(tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, ["First Name", "Mobile Number"], [["=1+1", "+5511961234567"]])
    assert rows_of(path) == [["'=1+1", "+5511961234567"]]
    write_csv(path, ["First Name", "Mobile Number"], [["=1+1", "+5511961234567"]], exact=True)
    assert rows_of(path) == [["=1+1", "+5511961234567"]]


@pytest.mark.parametrize(("locale", "delimiter"), [("en", b","), ("pt_BR", b";"), ("fr", b";")])
def test_an_export_is_split_as_spreadsheets_of_its_language_do(tmp_path, locale, delimiter):
    path = tmp_path / "out.csv"
    write_csv(path, layout_header(locale), [])
    header = path.read_bytes()
    assert header.startswith(codecs.BOM_UTF8)
    assert header.count(delimiter) == 8
    with use_locale(locale):
        write_csv(path, ["Segment", "Email"], [])
    assert path.read_bytes().count(delimiter) == 1


REASON = "“João” has no valid phone… 1\u202f234 – é"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", b""),
        ("utf-32-be", codecs.BOM_UTF32_BE), ("windows-1252", b""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_rejected_rows_come_back_in_the_same_form_with_row_code_and_reason(
    tmp_path, encoding, mark, delimiter
):
    source, target = tmp_path / "in.csv", tmp_path / "rejected.csv"
    lines = ["Nome;Sobrenome;Celular", "João;Gonçalves;123", "Inês;'=x", "Ana;Sá;1;2"]
    source.write_bytes(mark + "\r\n".join(lines).replace(";", delimiter).encode(encoding))
    shape = inspect_csv(source, ReadOptions())
    rejected = [(row, number, "phone_not_valid", REASON) for number, row in enumerate(shape.first_rows, 1)]
    write_rejected_csv(target, shape, rejected, "pt_BR")
    assert target.read_bytes().startswith(mark)
    again = inspect_csv(target, ReadOptions())
    assert (again.encoding, again.delimiter, again.layout) == (shape.encoding, shape.delimiter, shape.layout)
    assert again.columns == (*shape.columns, *report_header("pt_BR"))
    first, short, long = rows_of(target)
    assert first[:5] == ["João", "Gonçalves", "123", "1", "phone_not_valid"]
    assert short[:5] == ["Inês", "'=x", "", "2", "phone_not_valid"]
    assert long[:6] == ["Ana", "Sá", "1", "2", "3", "phone_not_valid"]


def test_a_letter_of_the_reason_that_the_encoding_lacks_is_written_plainly(tmp_path):
    shape = FileShape("csv", ("Nome",), (), encoding="iso-8859-1", delimiter=";", layout={"mark": 0})
    write_rejected_csv(tmp_path / "r.csv", shape, [(["João"], 1, "x", REASON + " ł 電")], "fr")
    text = (tmp_path / "r.csv").read_bytes().decode("iso-8859-1")
    assert list(csv.reader([text.splitlines()[1]], delimiter=";")) == [
        ["João", "1", "x", '"João" has no valid phone... 1 234 - é l ?']
    ]


def test_a_report_of_an_earlier_import_is_replaced_and_not_repeated(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "rejected.csv"
    source.write_text("Email,row,code,reason\nx,7,email_without_at,It has no @.\n")
    shape = inspect_csv(source, ReadOptions())
    write_rejected_csv(target, shape, [(shape.first_rows[0], 1, "email_not_valid", "New.")], "en")
    assert target.read_text() == "Email,row,code,reason\nx,1,email_not_valid,New.\n"


def test_a_line_that_names_the_delimiter_is_written_again(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "rejected.csv"
    source.write_text("sep=^\nEmail^Nome\nx^Ana\n")
    shape = inspect_csv(source, ReadOptions())
    write_rejected_csv(target, shape, [(shape.first_rows[0], 1, "email_not_valid", "Bad.")], "en")
    assert rows_of(target) == [["x", "Ana", "1", "email_not_valid", "Bad."]]


@pytest.mark.usefixtures("db")
def test_a_nul_in_a_header_is_written_back_in_an_encoding_without_its_sign():
    read = load_file("Prénom;Nom;E-mail;Ville\0\r\nÉlo;Noël;nulle part;x\r\n".encode("cp1252"))
    header, row = runs.rejected_file(SYSTEM, read.id).read_bytes().splitlines()[:2]
    assert header.startswith("Prénom;Nom;E-mail;Ville\0;".encode("cp1252"))
    assert row.startswith("Élo;Noël;nulle part;x;1;".encode("cp1252"))
