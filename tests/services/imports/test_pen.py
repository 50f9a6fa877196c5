"""Rows are added many a statement, and all of them; a wrong one among them leaves nothing of its unit."""

from contextlib import nullcontext

import pytest
from sqlalchemy.exc import IntegrityError

from hooks.viewer import SYSTEM
from services.imports.write import Pen
from services.work import trusted_references, unit_of_work
from tests.services.imports.loading import count

_COLUMNS = ("name", "name_key", "colour", "description", "kind", "restricted", "active", "created_at")


def _add(numbers: range, *, twice: int | None = None, trusting: bool) -> None:
    with trusted_references() if trusting else nullcontext(), unit_of_work(SYSTEM, write=True) as work:
        pen = Pen(work)
        rows = [
            (f"Segment {n}", f"segment {n}", "blue", None, "static", False, True, pen.instant(work.now))
            for n in (*numbers, *(() if twice is None else (twice,)))
        ]
        pen.insert("segment", _COLUMNS, rows)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("trusting", [False, True])
@pytest.mark.parametrize("rows", [1, 99, 100, 101, 250])
def test_all_rows_are_added_whatever_their_number(rows: int, trusting: bool) -> None:
    _add(range(rows), trusting=trusting)
    assert count("segment") == count("segment", "name = 'Segment ' || substr(name_key, 9)") == rows


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("trusting", [False, True])
@pytest.mark.parametrize("rows", [199, 200])
def test_a_row_that_cannot_be_added_takes_all_others_back(rows: int, trusting: bool) -> None:
    with pytest.raises(IntegrityError):
        _add(range(rows), twice=150, trusting=trusting)
    assert count("segment") == 0
