"""The sample file opens in a spreadsheet and loads without a question, in each language."""

import csv
import io

import phonenumbers
import pytest

from hooks.offers import ReadOptions
from services.imports.countries import read_country
from services.imports.emails import read_email
from services.imports.headers import LAYOUT, layout_header, understand
from services.imports.phones import read_phone
from services.imports.read_csv import inspect_csv
from services.imports.sample import sample_file


@pytest.mark.parametrize(("locale", "delimiter"), [("en", ","), ("pt_BR", ";"), ("fr", ";")])
def test_a_spreadsheet_in_that_language_opens_the_sample(locale, delimiter):
    content = sample_file(locale)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == delimiter.join(layout_header(locale))
    assert len(lines) == 5


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_every_cell_of_the_sample_is_valid(locale, tmp_path):
    path = tmp_path / "sample.csv"
    path.write_bytes(sample_file(locale))
    shape = inspect_csv(path, ReadOptions())
    assert understand(shape.columns).fields == LAYOUT
    assert not shape.guessed
    assert len(shape.first_rows) == 3
    for row in shape.first_rows:
        cells = dict(zip(LAYOUT, row, strict=True))
        assert read_country(cells["country"]) == cells["country"]
        assert phonenumbers.parse(read_phone(cells["phone"], cells["country"]).e164)
        assert read_email(cells["email"]) == cells["email"]
        assert cells["email"].endswith("@example.com")


def test_segments_of_the_sample_hold_two_names_in_one_cell():
    rows = list(csv.reader(io.StringIO(sample_file("pt_BR").decode("utf-8-sig")), delimiter=";"))
    assert rows[1][-1] == "Premium;Região Norte"
