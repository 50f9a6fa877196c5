"""Cells that a spreadsheet would run are harmless in a file and unchanged after it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.imports.harmless import plain_cell, safe_cell

HOSTILE = st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝＋019 ().,abcSUM(A1)|!\"%;é"), max_size=12)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "-cmd|'/c calc'!A0", "+A1", "\t=1", "\r=1", "＝1+1", "--x", "+", "#N/A", "#nome?"],
)
def test_what_would_run_gets_an_apostrophe(text):
    assert safe_cell(text) == "'" + text
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    "text",
    ["+5511961234567", "+55 (11) 96123-4567", "-12.5", "+1", "-1,234.00", "Ana", "", "a=b", "'s-Gravenhage"],
)
def test_numbers_phones_and_ordinary_text_stay_as_they_are(text):
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_what_a_spreadsheet_is_told_to_take_for_text_is_that_text():
    for cell, text in {
        '="00123"': "00123", '=" +55 11 "': "+55 11", '="a ""b"" c"': 'a "b" c', '=""': "", '="a"&"b"': '="a"&"b"',
        '="a': '="a', "'=\"00123\"": '="00123"',
    }.items():  # fmt: skip
        assert plain_cell(cell) == text


def test_a_phone_that_somebody_marked_as_text_is_a_phone_again():
    assert plain_cell("'+5511961234567") == "+5511961234567"


@given(st.one_of(HOSTILE, st.text()))
def test_every_text_comes_back_from_a_harmless_cell(text):
    assert plain_cell(safe_cell(text)) == text


@given(HOSTILE)
def test_no_harmless_cell_begins_a_formula(text):
    safe = safe_cell(text)
    if safe[:1] in tuple("=@\t\r\n＝＋－＠"):
        raise AssertionError(safe)
    if safe[:1] in tuple("+-"):
        assert not any(sign.isalpha() or sign in "=@|!" for sign in safe)
