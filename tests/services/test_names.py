"""What a name may be."""

import pytest

from services.errors import Refused
from services.names import checked_name, on_one_line


@pytest.mark.parametrize(
    "name",
    [
        "محمد\u200cرضا", "क्\u200dष", "👩\u200d👩\u200d👧\u200d👦", "🏴\u200d☠️", "שלום\u200f!", "Marie\u00a0Curie",
        "山田\u3000太郎", "Zoë Ångström-Łukasz", "<b>bold</b>",
    ],
)  # fmt: skip
def test_what_a_script_needs_belongs_to_a_name(name: str) -> None:
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["a\u202egnp.exe", "\u2066x\u2069", "ze\u200bro", "a\nb", "a\tb", "a\x00b", "a\x85b", "a\u2028b", "\ufeffa",
     "\ue000", "\udcff"],
)  # fmt: skip
def test_what_is_not_shown_as_it_is_written_is_no_name(name: str) -> None:
    assert not on_one_line(name)
    with pytest.raises(Refused, match="on one line"):
        checked_name(name)


@pytest.mark.parametrize("name", ["", "  ", "\u200d", "\u200e\u200f", "x" * 201])
def test_a_name_is_seen_and_not_too_long(name: str) -> None:
    with pytest.raises(Refused, match="between 1 and 200"):
        checked_name(name)
