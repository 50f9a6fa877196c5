"""Text that people wrote stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.words import badge, name_of, phone_shown, plain


@given(st.text())
def test_nothing_that_people_write_is_left_for_markdown_to_read(text: str) -> None:
    shown = plain(text)
    straight = re.sub("[\u2060\u202a-\u202e\u2066-\u2069]", "", text)
    assert re.sub(r"\\(.)", r"\1", shown).replace("\u2060", "") == " ".join(straight.split())
    unescaped = re.sub(r"\\.", "", shown)
    assert not set(unescaped) & set("\\`*_{}[]()#+-.!|~<>$:&^=@\"'/")


@pytest.mark.parametrize(
    "text",
    [
        "![x](y)",
        ":red[x]",
        "# title",
        "<b>",
        "$x$",
        ":material/lock:",
        "1. x",
        "::JSCODE::",
        "https://x.example",
        "www.x.example",
        ":streamlit:",
    ],
)
def test_markup_reads_as_it_was_typed(text: str) -> None:
    assert plain(text) != text
    assert plain(text).replace("\\", "").replace("\u2060", "") == text


def test_a_name_of_several_lines_stands_on_one() -> None:
    assert plain(" João\n\tGonçalves ") == "João Gonçalves"


def test_nothing_turns_the_words_that_stand_after_it() -> None:
    assert plain("a\u202egnp \u2067x") == "agnp x"
    assert plain("\u0645\u06cc\u200c\u0631") == "\u0645\u06cc\u200c\u0631"


def test_a_badge_holds_its_text_and_cannot_be_left() -> None:
    assert badge("a] :red[b", "grey") == ":gray-badge[a\\] \\:red\\[b]"


def test_a_contact_without_a_name_is_called_by_its_organization() -> None:
    assert name_of("João", "Gonçalves", "Agro") == "João Gonçalves"
    assert name_of(None, "Gonçalves") == "Gonçalves"
    assert name_of(None, None, "Agro") == "Agro"
    assert name_of(None, None) == ""


def test_a_phone_has_the_spaces_of_its_country() -> None:
    assert phone_shown("+5511961234567") == "+55 11 96123-4567"
    assert phone_shown("+33612345678") == "+33 6 12 34 56 78"
    assert phone_shown("what") == "what"
