"""A first look for a text in staged rows: it misses nothing that the fold finds."""

import json
import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fold import fold
from services.imports.seeking import look_for

_SIGNS = (
    'aAbsSeE ßẞæœÆøŁıİéÉe\u0301\u0308ﬁﬀ㎏½™ΣςЖ\u00a0\u00ad\u00b4\u0085\u200d\u2028\t\n\r\x1f\x00\x7f"\\'
    ",/[](){}$.*+?|-_#'’¨%&01²ｆＡKǿ"
)
_CELLS = st.lists(st.text(alphabet=st.sampled_from(_SIGNS), max_size=8), min_size=1, max_size=4)


def _staged(*rows: list[str]) -> str:
    return json.dumps([rows, [1] * len(rows), []], ensure_ascii=False)


@given(cells=_CELLS, begin=st.integers(0, 30), length=st.integers(1, 8))
def test_what_the_fold_finds_in_the_cells_of_a_row_is_not_missed(
    cells: list[str], begin: int, length: int
) -> None:
    text = fold(" ".join(cells))[begin : begin + length]
    if fold(text) in fold(" ".join(cells)):
        assert look_for(text)(_staged(cells))


@pytest.mark.parametrize(
    "text", ["joão", "JOAO", "straße", "strasse", "ana lima", 'the "best"', "c:\\temp", "o'neil", "ж"]
)
@pytest.mark.parametrize("beside", ["", "Łódź ™", "Жанна"])
def test_a_text_is_found_in_any_case_and_over_the_ends_of_cells(text: str, beside: str) -> None:
    rows = [["João Straße", beside], ["Ana ", "", " LIMA"], ['the "Best" c:\\TEMP', "O'Neil"]]
    may_hold = look_for(text)
    assert may_hold(_staged(*rows))
    assert may_hold(_staged(["Bob", beside])) is (text == "ж")


def test_every_letter_is_seen_as_the_fold_has_it() -> None:
    def kept(text: str) -> str:
        return "".join(sign for sign in fold(text) if sign.isascii() and sign not in ' "\\')

    missed = [
        hex(code)
        for code in range(0x20, 0x20000)
        if not 0xD800 <= code < 0xE000
        and not chr(code).isspace()
        and (part := kept(f"x{chr(code)}"))
        and not look_for(part)(f"x{chr(code)}")
    ]
    assert missed == []


def test_nothing_takes_long_whatever_is_looked_for() -> None:
    cells = [["".join(random.Random(1).choices("ab \u0301ß", k=20_000))] for _row in range(20)]
    content = _staged(*cells)
    begun = process_time()
    for text in ("a" * 200, "ab " * 60, "s" * 200 + "z", " a" * 90, "- - - x", "ss " * 60 + "z"):
        look_for(text)(content)
    assert process_time() - begun < 1
