"""A plan in memory and one in a file say the same of the same rows, of contacts that are there, and of the bin."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.imports import plan, short_plan
from services.imports.people import Row
from services.imports.plan import Item, Plan
from services.imports.rows import RowReader
from services.imports.short_plan import ShortPlan, is_short
from services.imports.stage_rows import stage_rows
from services.imports.staged import Staged

_COLUMNS = ("country", "first_name", "last_name", "phone", "email", "external_id", "segments", "further_emails",
            "further_phones", "tags")  # fmt: skip
_PHONES = [f"+551196123450{n}" for n in range(6)]
_EMAILS = [f"e{n}@example.com" for n in range(12)]
_IDS = [f"x{n}" for n in range(12)]


def _cells(random: Random) -> list[str]:
    def some(values: Sequence[str], share: float) -> str:
        return random.choice(values) if random.random() < share else ""

    return [
        some(["BR", "XX"], 0.9) if random.random() < 0.1 else "BR", "Ana", some(["Lima"], 0.9),
        some([*_PHONES, "12"], 0.6), some([*_EMAILS, "no address"], 0.5), some(_IDS, 0.3),
        some(["A", "A;B"], 0.4), some(_EMAILS, 0.1), some(_PHONES, 0.1), some(["t"], 0.2),
    ]  # fmt: skip


def _records(random: Random, rows: int) -> Iterator[tuple[list[str], int, str]]:
    for line in range(2, rows + 2):
        kind = "blank" if random.random() < 0.05 else "bad_quotes" if random.random() < 0.05 else "row"
        yield _cells(random), line, kind


def _known(random: Random) -> list[tuple[str, int]]:
    keys = ["P" + key for key in _PHONES] + ["E" + key for key in _EMAILS] + ["X" + key for key in _IDS]
    return [(key, random.randrange(6)) for key in random.sample(keys, random.randrange(8))]


def _told(item: Item) -> tuple[Any, ...]:
    return (type(item), *(getattr(item, name) for name in type(item).__slots__))


@pytest.mark.parametrize("case", range(60))
def test_both_plans_give_every_row_the_same_place(
    case: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 4)
    random = Random(case)
    stage_rows(tmp_path / "rows.staged", _records(random, random.randrange(30)))
    live, binned = _known(random), [(key, 100 + of) for key, of in _known(random)]

    def look(ids: Sequence[str], emails: Sequence[str], phones: Sequence[str]) -> list[tuple[str, int]]:
        asked = {sign + key for sign, keys in zip("XEP", (ids, emails, phones), strict=True) for key in keys}
        return [(key, of) for key, of in live if key in asked]

    reader = RowReader(
        dict(enumerate(_COLUMNS)), len(_COLUMNS), country=None, join_overflow=False
    )  # fmt: skip
    with Staged(tmp_path / "rows.staged") as staged:
        means = (staged, reader, look, binned, lambda _done, _of: None)
        plan.build(tmp_path / "plan.db", *means)
        with Plan(tmp_path / "plan.db") as filed, short_plan.build(*means) as short:
            assert (short.rows, short.emails, short.phones) == (filed.rows, filed.emails, filed.phones)
            wanted, found = filed.part(1, 1_000), short.part(1, 1_000)
            assert (wanted is None) == (found is None) == (short.rows == 0)
            if wanted is not None and found is not None:
                assert found.rows == wanted.rows
                assert [[*map(_told, group)] for group in found.groups] == [
                    [*map(_told, group)] for group in wanted.groups
                ]
                assert short.part(found.after, 1_000) is filed.part(found.after, 1_000) is None
                assert (
                    any(isinstance(item, Row) for group in found.groups for item in group) or short.rows < 9
                )


def test_a_plan_is_short_where_all_of_it_is_one_part() -> None:
    assert is_short(10, 10)
    assert not is_short(11, 10)
    assert not is_short(plan.MOST_TOGETHER + 1, 10**9)
    with ShortPlan([], []) as empty:
        assert empty.part(1, 10) is None
