"""The one fold."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fold import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  João  ", "joao"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Øre", "ore"),
        ("Œuvre", "oeuvre"),
        ("Æther", "aether"),
        ("Đorđe", "dorde"),
        ("two   spaces", "two spaces"),
        ("山田", "山田"),
        ("می‌خواهم", "میخواهم"),
        ("Nor‍th‎", "north"),
        ("‍‌", ""),
    ],
)
def test_readers_take_them_for_the_same(written: str, folded: str):
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_ends_do_not_matter(text: str):
    assert fold(f" {text.upper()} ") == fold(f"{text.upper()}")


def test_accents_one_upon_another_by_the_thousand_are_folded_at_once() -> None:
    marks = "".join(chr(0x300 + n % 2 * 0x16) for n in range(30_000))
    began = time.process_time()
    assert fold(f"É{marks}va{marks}" + "x" * 300) == "eva" + "x" * 300
    assert time.process_time() - began < 1
