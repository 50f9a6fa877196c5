"""The look at a CSV file: its delimiter, its header, and one clear sentence for whatever is none."""

import zipfile

import pytest

from hooks.offers import ReadOptions
from services.errors import Refused
from services.imports.read_csv import inspect_csv, may_be_csv


@pytest.fixture
def look(tmp_path):
    """Return a function that writes text or bytes to a file and inspects it."""

    def inspect(content: str | bytes, **options):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return inspect_csv(path, ReadOptions(**options))

    return inspect


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found_whatever_ends_a_line(look, delimiter, newline):
    lines = [["Country Code", "First Name", "Mobile Number"], ["BR", "Ana", "1"], ["FR", "Bia", "2"]]
    shape = look(newline.join(delimiter.join(line) for line in lines) + newline)
    assert shape.delimiter == delimiter
    assert shape.columns == ("Country Code", "First Name", "Mobile Number")
    assert shape.first_rows == (("BR", "Ana", "1"), ("FR", "Bia", "2"))


def test_known_names_weigh_more_than_the_number_of_columns(look):
    shape = look("First Name,Segments\nAna,One; Two; Three; Four\nBia,One; Two; Three; Four\n")
    assert shape.delimiter == ","
    assert shape.first_rows[0] == ("Ana", "One; Two; Three; Four")


def test_a_header_of_unknown_names_is_split_where_the_rows_are_steady(look):
    assert look("alpha;beta\n1,5;2\n3,7;4\n").delimiter == ";"


def test_a_delimiter_inside_quotes_does_not_count(look):
    shape = look('Nome,Empresa\n"Ana","Um; Dois; Três"\n')
    assert shape.delimiter == ","
    assert shape.first_rows == (("Ana", "Um; Dois; Três"),)


def test_one_column_is_a_result(look):
    shape = look("E-mail\nana@example.com\nbia@example.com\n")
    assert shape.columns == ("E-mail",)
    assert shape.first_rows == (("ana@example.com",), ("bia@example.com",))


def test_a_first_line_that_names_the_delimiter_is_honoured(look):
    shape = look("sep=;\r\nAlpha;Beta,Gamma\r\n1;2,3\r\n")
    assert shape.delimiter == ";"
    assert shape.columns == ("Alpha", "Beta,Gamma")
    assert look("sep=\t\nA\tB\n").columns == ("A", "B")
    assert look('"sep=^"\nA^B\n').columns == ("A", "B")


@pytest.mark.parametrize("chosen", [";", "semicolon"])
def test_a_chosen_delimiter_is_taken(look, chosen):
    assert look("First Name,Last;Name\n", delimiter=chosen).columns == ("First Name,Last", "Name")


@pytest.mark.parametrize("chosen", ["ab", '"', "\n"])
def test_a_delimiter_that_cannot_be_one_is_refused(look, chosen):
    with pytest.raises(Refused, match="no delimiter"):
        look("a,b\n", delimiter=chosen)


def test_blank_lines_before_the_header_are_passed_over(look):
    assert look("\n;;\nNome;E-mail\nAna;a@example.com\n").columns == ("Nome", "E-mail")


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ("Clientes da região Norte\n", 1),
        ("Relatório de clientes;;\nGerado em;12/05/2026;\n\n", 2),
        ("Empresa: Acme\n\nE-mail\n", 2),
        ('"Report; 2026"\n', 1),
    ],
)
def test_titles_above_the_header_are_passed_over_and_said(look, above, rows):
    shape = look(above + "Nome;E-mail;Cidade\nAna;a@example.com;Recife\n")
    assert (shape.delimiter, shape.columns) == (";", ("Nome", "E-mail", "Cidade"))
    assert shape.layout["above"] == rows
    assert shape.first_rows == (("Ana", "a@example.com", "Recife"),)
    assert shape.notes[0].startswith(f"The {rows} row")


def test_a_title_stands_above_a_header_that_nobody_knows_too(look):
    rows = "alpha,beta,gamma\n1,2,3\n4,5,6\n7,8,9\n"
    assert look("Report\n" + rows).columns == ("alpha", "beta", "gamma")
    assert look(rows).columns == ("alpha", "beta", "gamma")


@pytest.mark.parametrize(
    "text",
    [
        "alpha,beta,gamma\nAna,Email,Phone\nBia,Phone,Email\n",
        "E-mail\nana@example.com\nbia@example.com\n",
        "Colour\nred\ngreen, dark\nblue\n",
        "Nome;x\nE-mail;Cidade\n",
    ],
)
def test_a_row_that_speaks_of_columns_does_not_become_the_header(look, text):
    assert look(text).layout["above"] == 0


def test_spaces_before_a_quotation_mark_are_no_part_of_the_cell(look):
    shape = look('First Name, Last Name, Email\n"Ana", "Lima, Sá", "a@example.com"\n')
    assert shape.first_rows == (("Ana", "Lima, Sá", "a@example.com"),)


def test_a_header_without_rows_is_a_file_of_no_rows(look):
    shape = look("Nome;E-mail")
    assert shape.columns == ("Nome", "E-mail")
    assert shape.first_rows == ()


def test_a_code_page_is_marked_as_a_guess_and_can_be_changed(look):
    content = "Nome;Cidade\nJoão;Belém\n".encode("cp1252")
    guessed = look(content, language="pt")
    assert (guessed.encoding, guessed.guessed) == ("windows-1252", True)
    assert guessed.first_rows == (("João", "Belém"),)
    chosen = look(content, encoding="latin-1")
    assert (chosen.encoding, chosen.guessed) == ("iso-8859-1", False)


def test_the_shape_fits_json(look):
    import json
    from dataclasses import asdict

    assert json.loads(json.dumps(asdict(look("Nome;E-mail\nAna;x\n"))))["columns"] == ["Nome", "E-mail"]


def test_a_file_without_header_is_pointed_out(look):
    assert look("BR;Ana;ana@example.com\nBR;Bia;bia@example.com\n").notes
    assert not look("Nome;E-mail\nAna;ana@example.com\n").notes


def zipped(tmp_path) -> bytes:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return (tmp_path / "x.zip").read_bytes()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\r\n ;;; \r\n\x1a", "empty_file"),
        (b"%PDF-1.7\n...", "not_csv"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "not_csv"),
        (b"\xef\xbb\xbf  <html>", "not_csv"),
        (b'<?xml version="1.0"?><contacts/>', "not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "not_csv"),
        (b"\x7fELF\x02\x01\x01", "not_csv"),
        (b"\x89PNG\r\n\x1a\n", "not_csv"),
        (b'[{"name": "Ana"}]', "not_csv"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "not_csv"),
        (b'"Nome;E-mail\nAna;a@example.com\n' + b"x" * 50_000, "no_header"),
        (b",".join(b"c%d" % at for at in range(501)), "too_many_columns"),
        (b"x" * 40_000, "line_too_long"),
        (b"x" * 1_000_000, "line_too_long"),
        (b"Nome," * 200_000, "line_too_long"),
    ],
)
def test_what_is_no_csv_is_refused_in_one_sentence(look, content, code):
    with pytest.raises(Refused) as refused:
        look(content)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert "\n" not in refused.value.message


def test_a_workbook_named_csv_says_what_to_do(look, tmp_path):
    with pytest.raises(Refused, match="save the sheet as CSV"):
        look(zipped(tmp_path))


def test_a_file_over_the_limit_is_refused_before_it_is_read(look, monkeypatch):
    from services.settings import settings

    monkeypatch.setattr(settings().imports, "max_mb", 0)
    with pytest.raises(Refused) as refused:
        look("Nome\n" + "Ana\n" * 300_000)
    assert refused.value.code == "file_too_large"


def test_a_file_is_csv_by_its_name_or_its_look(tmp_path):
    for name, content, fits in [
        ("a.csv", b"PK\x03\x04", True), ("a.TSV", b"", True), ("a.xlsx", b"a;b", False), ("a", b"a;b", True),
        ("b", b"%PDF-1", False),
    ]:  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert may_be_csv(tmp_path / name) is fits, name
