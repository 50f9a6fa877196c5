"""Words that stand for nothing: they count as empty cells, and nobody becomes one with somebody else by them."""

from pathlib import Path

import pytest

from hooks.i18n import use_locale
from hooks.viewer import SYSTEM
from services import exports
from services.imports import runs
from services.imports.placeholders import is_placeholder, meant_in_earnest, said_in_earnest
from services.listing import Query
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    closed,
    contact,
    load,
    only_row,
    outcomes,
    reviewed,
)
from tests.worlds import World

WORLD = World()
NOTHING = (
    "-",
    "--",
    "n/d",
    "N/A",
    "0",
    "000",
    "none",
    "NULL",
    "não tem",
    "Não informado",
    "sans",
    "SANS",
    "?",
    "xxx",
)


@pytest.mark.parametrize("text", NOTHING)
def test_a_word_for_nothing_is_known_in_any_case_and_with_its_accents(text: str) -> None:
    assert is_placeholder(text)
    assert meant_in_earnest(text) is None


@pytest.mark.parametrize("text", ["A-1", "10", "N1", "Sanson", "漢字", "é", "x", "x1", "o", "None of these"])
def test_what_says_anything_is_taken_as_it_stands(text: str) -> None:
    assert not is_placeholder(text)
    assert said_in_earnest(text) == meant_in_earnest(text) == text


@pytest.mark.parametrize("text", [*NOTHING, "'-", "''", "'0", "''none", "'", "'x"])
def test_what_is_meant_in_earnest_is_read_as_it_was_written(text: str) -> None:
    assert meant_in_earnest(said_in_earnest(text)) == text


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("text", ["-", "n/d", "0", "não tem"])
def test_rows_with_one_word_for_nothing_stay_apart_and_say_so(text: str) -> None:
    read = load(ANA | {"phone": PHONE, "id": text}, BOB | {"phone": OTHER_PHONE, "id": text.upper()})
    assert outcomes(read) == ["created", "created"]
    assert read.placeholders == 2
    first, second = runs.rows(SYSTEM, read.id).items
    assert first.notes == [f"External ID: “{text}” stands for nothing, so it counts as an empty cell."]
    assert [contact(row.contact_id).external_id for row in (first, second)] == [None, None]
    with use_locale("pt_BR"):
        assert runs.rows(SYSTEM, read.id).items[0].notes != first.notes


@pytest.mark.usefixtures("db")
def test_a_row_is_not_turned_away_for_a_word_in_the_cell_of_an_address() -> None:
    nothing = {"email": "n/a", "phones": "-; " + OTHER_PHONE, "emails": "não tem"}
    read = reviewed(ANA | {"phone": PHONE} | nothing)
    assert outcomes(read) == ["created"]
    (said,) = only_row(read).notes
    assert [name for name in ("Email", "Further Emails", "Further Phones") if f"{name}: “" in said] == [
        "Email", "Further Emails", "Further Phones",
    ]  # fmt: skip
    assert outcomes(load(ANA | {"phone": "sem telefone", "email": "-"})) == ["missing"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("row", [ANA | {"email": "no address"}, ANA | {"last": ""}, ANA | {"tags": "x" * 61}])
def test_a_row_that_is_rejected_says_so_too_and_is_not_counted(row: dict[str, str]) -> None:
    read = load(
        {"phone": PHONE, "id": "n/a", "email": ""} | row,
        columns=("country", "first", "last", "phone", "email", "id", "tags"),
    )
    found = only_row(read)
    assert (found.outcome, len(found.notes), read.placeholders) == ("rejected", 1, 0)
    assert "“n/a” stands for nothing" in found.notes[0]


@pytest.mark.usefixtures("db")
def test_nothing_is_taken_from_whom_a_row_with_such_a_word_means() -> None:
    known = WORLD.contact(
        "Ana", last_name="Lima", external_id="x1", email="ana@a.com", phone=PHONE, country="BR"
    )
    read = load(ANA | {"email": "ana@a.com", "id": "none", "phone": "0"})
    assert outcomes(read) == ["unchanged"]
    assert (contact(known).external_id, contact(known).phone) == ("x1", PHONE)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whoever_has_such_an_id_in_earnest_goes_out_and_comes_in_unchanged(kind: str) -> None:
    for at, text in enumerate(("-", "0", "n/a", "'0", "none")):
        WORLD.contact(f"Ana{at}", last_name="Lima", external_id=text, country="BR", phone=PHONE)
    made = exports.request(SYSTEM, kind, Query())
    exports.carry_out(made.id)
    path: Path = exports.path_of(SYSTEM, made.id)
    received = runs.receive(SYSTEM, f"contacts.{kind}", path)
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    assert set(outcomes(closed(runs.get(SYSTEM, received.id)))) == {"unchanged"}
