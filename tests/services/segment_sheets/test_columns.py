"""A sheet of segments is known by its header, in three languages, and no file of contacts is taken for one."""

import csv
import io

import pytest

from models.segment import COLOURS
from services.imports import headers
from services.segment_sheets import words
from services.segment_sheets.columns import FIELDS, header, is_sheet, understand
from services.segment_sheets.writing import sample


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_what_is_written_is_known_again_in_any_order_case_and_accent(locale: str) -> None:
    written = header(locale)
    assert understand(written) == FIELDS
    assert understand([name.upper() for name in reversed(written)]) == FIELDS[::-1]
    assert is_sheet(written)


@pytest.mark.parametrize(
    "columns",
    [
        ("Name", "Color"), ("nome", "restrito"), ("Nom", "Équipes"), ("Utilisateurs", "Segment"),
        ("Segmento", "Descrição", "Obs. interna"), ("Name", "Description"),
        ("Name", "Price", "Active"), ("Segment", "Teams", "row", "code", "reason"),
    ],
)  # fmt: skip
def test_a_name_and_one_thing_more_make_a_sheet_of_segments(columns: tuple[str, ...]) -> None:
    assert is_sheet(columns)


@pytest.mark.parametrize(
    "columns",
    [
        headers.layout_header("en"), headers.layout_header("pt_BR"), headers.layout_header("fr"),
        ("Nome", "Celular", "Descrição"), ("Nome", "Sobrenome", "Descrição"), ("Name", "Email", "Team"),
        ("Nom", "Prénom", "Équipe"), ("Segment",), ("Name",), ("Colour", "Teams"), ("Name", "External ID", "Active"),
        ("Name", "Birthday", "Description"), ("Name", "Notes"), ("Nome", "Observações"), (),
    ],
)  # fmt: skip
def test_a_file_of_contacts_is_none(columns: tuple[str, ...]) -> None:
    assert not is_sheet(columns)


def test_of_two_columns_for_one_field_the_better_name_wins_and_a_report_has_none() -> None:
    assert understand(("Name", "Segment", "Colour", "row", "code", "reason")) == (
        None, "name", "colour", None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_words_that_are_written_are_read_again(locale: str) -> None:
    assert [words.truth(words.said(value, locale)) for value in (True, False)] == [True, False]
    assert [words.colour(words.colour_called(code, locale)) for code in COLOURS] == list(COLOURS)
    assert len(set(words.colours(locale))) == len(COLOURS)


@pytest.mark.parametrize("word", ["maybe", "", "2", "ja", "simm"])
def test_other_words_are_neither_yes_nor_no(word: str) -> None:
    assert words.truth(word) is None


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_the_sample_is_a_sheet_of_segments(locale: str) -> None:
    text = sample(locale).decode("utf-8-sig")
    first, *rows = csv.reader(io.StringIO(text), delimiter="," if locale == "en" else ";")
    assert is_sheet(first)
    at = {name: place for place, name in enumerate(understand(first))}
    for row in rows:
        assert words.colour(row[at["colour"]])
        assert words.truth(row[at["restricted"]]) is not None
        assert words.truth(row[at["active"]]) is not None
