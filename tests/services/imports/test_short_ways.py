"""Ways by which an import saves time: each comes to what the long way comes to."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from random import Random
from typing import Any

import pytest

from models.imports import ImportOptions
from services.imports import together
from services.imports.filled import filled
from services.imports.labels import Labels
from services.imports.parts import Parts
from services.imports.people import Directory, Person, Row, name_of
from services.imports.plan import Item, Part
from services.imports.rows import EMAIL, EXTERNAL_ID, FIELDS, PHONE
from services.imports.settle import Denials, Rights, Settlement
from services.imports.tag_names import Tags

_CASES = range(300)
_KEYS = {
    "external_id": [None, *(f"x{n}" for n in range(12))],
    "email": [None, *(f"e{n}@example.com" for n in range(12))],
    "phone": [None, *(f"+55119612345{n:02}" for n in range(12))],
}


def _row(random: Random, no: int) -> Row:
    given = {name: random.choice(keys) for name, keys in _KEYS.items()} | {
        "country": random.choice(["BR", "BR", "BR", None]),
        "first_name": random.choice(["Ana", "Bob", "Eva", None]),
        "last_name": random.choice(["Lima", "Reis", "Reis"]),
        "organization": random.choice(["Firm", None]),
    }
    segments = random.choice([None, (), ("North",), ("North", "Wall"), ("Nowhere",)])
    row = Row(no, [given.get(name) for name in FIELDS], segments, in_bin=random.random() < 0.05)
    if row.email and random.random() < 0.1:
        row.emails = ("more@example.com",)
    return row


def _places(random: Random) -> list[list[Item]]:
    """Return rows as a plan has them: whatever shares a key, over others too, stands at one place."""
    places: list[list[Row]] = []
    for no in range(1, 13):
        row = _row(random, no)
        if random.random() < 0.3 and places:
            twin = random.choice(places)[0]
            row = Row(no, [*twin.values[:EXTERNAL_ID], *row.values[EXTERNAL_ID:]], row.segments)
            row.values[EXTERNAL_ID] = row.external_id = twin.external_id
        with_key = [place for place in places if any(_keys(row) & _keys(other) for other in place)]
        places = [place for place in places if place not in with_key]
        places.append([*(other for place in with_key for other in place), row])
    return [sorted(place, key=lambda row: row.no) for place in places]


def _keys(row: Row) -> set[str]:
    return {key for key in (row.external_id, row.email, row.phone, *row.emails) if key}


def _known(random: Random) -> Person:
    values: list[str | None] = [None] * len(FIELDS)
    values[1], values[2] = "Ana", "Lima"
    for place, name in ((EXTERNAL_ID, "external_id"), (EMAIL, "email"), (PHONE, "phone")):
        values[place] = random.choice(_KEYS[name])
    emails, phones = ([values[place]] if values[place] else [] for place in (EMAIL, PHONE))
    return Person(
        id=7, version=3, had=values, values=values, emails=emails, phones=phones, name=name_of(values),
        emails_had=len(emails), phones_had=len(phones), known_in="BR", known_by=frozenset(phones),
    )  # fmt: skip


def _settled(case: int) -> tuple[list[Any], list[Any]]:
    """Return the deeds and fates of a case, in a form that can be compared."""
    random = Random(case)
    places = _places(random)
    people = [_known(random)] if random.random() < 0.5 else []
    directory = Directory(
        people, random.sample(_KEYS["external_id"][1:], 1), random.sample(_KEYS["email"][1:], 1)
    )
    labels = Labels(
        {"north": 1, "wall": 2}, {"north": "North", "wall": "Wall"}, frozenset(), frozenset((2,)), {}, "skip"
    )
    rights = Rights(may_add=random.random() < 0.95, may_edit=True)
    options = ImportOptions(country=random.choice([None, "BR"]), in_bin=random.choice(["create", "leave"]))
    settlement = Settlement(directory, labels, options, rights, Denials(left=random.choice((0, 9))), Tags())
    settlement.settle(places)
    people_in_order = list(dict.fromkeys(deed.person for deed in settlement.deeds))
    number = {person: at for at, person in enumerate(people_in_order)}
    deeds = [
        [number[deed.person] if one.name == "person" else getattr(deed, one.name) for one in fields(deed)]
        for deed in settlement.deeds
    ]
    fates = [
        [number.get(fate.person) if one.name == "person" else getattr(fate, one.name) for one in fields(fate)]
        for fate in settlement.fates
    ]
    made = [(one.id, one.version, one.emails, one.phones, one.name) for one in people_in_order]
    return [*deeds, made], [fates, settlement.unknown, settlement._denials.given]


@pytest.mark.parametrize("short", [(Settlement, "_is_stranger"), (together, "_repeat_each_other")])
def test_rows_end_the_same_by_the_short_way(short: tuple[Any, str], monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def counted(real: Callable[..., bool]) -> Callable[..., bool]:
        def asked(*arguments: Any) -> bool:
            nonlocal taken
            said = real(*arguments)
            taken += said
            return said

        return asked

    with monkeypatch.context() as patched:
        patched.setattr(*short, counted(getattr(*short)))
        quick = [_settled(case) for case in _CASES]
    monkeypatch.setattr(*short, lambda *_arguments: False)
    assert [_settled(case) for case in _CASES] == quick
    assert taken > len(_CASES) / 4


def test_columns_that_nobody_fills_are_left_out_and_no_value_moves() -> None:
    rows = [(1, None, "a", None), (2, None, None, None)]
    assert filled("abcd", rows) == (["a", "c"], [(1, "a"), (2, None)])
    assert filled("abcd", [(1, 2, 3, 4)]) == ("abcd", [(1, 2, 3, 4)])
    assert filled("ab", [(None, 0)]) == ("ab", [(None, 0)])


class _Plan:
    """A plan of five places of one row each."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def part(self, first: int, least: int) -> Part | None:
        self.read.append(first)
        if first == 3 and self.read.count(3) == 1:
            raise sqlite3.OperationalError("disk I/O error")
        return Part([[]], first + 1, 1) if first <= 5 else None


@pytest.fixture
def plan() -> Iterator[_Plan]:
    return _Plan()


def _all(parts: Parts, first: int = 1) -> Sequence[int]:
    found = []
    while (part := parts.at(first)) is not None:
        parts.read_on(part.after)
        parts.read_on(part.after)  # as where a part is done anew
        found.append(first)
        first = part.after
    return found


def test_what_was_read_ahead_is_handed_out_once_and_another_place_is_read_anew(plan: Any) -> None:
    plan.read = [3]
    with Parts(plan) as parts:
        assert _all(parts) == [1, 2, 3, 4, 5]
        assert plan.read == [3, 1, 2, 3, 4, 5, 6]
        assert _all(parts, 4) == [4, 5]


def test_an_error_of_reading_ahead_is_raised_to_whoever_asks_for_the_part(plan: Any) -> None:
    with Parts(plan) as parts, pytest.raises(sqlite3.OperationalError):
        _all(parts)
    assert plan.read == [1, 2, 3]
