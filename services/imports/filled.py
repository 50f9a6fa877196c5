"""Rows without the columns that none of them fills: to SQLite's driver a null is the dearest of all values."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any


def filled(
    columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    """Return the columns in which any of the rows has a value, and the rows cut down to them."""
    kept = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
    if len(kept) == len(columns) or len(kept) < 2:
        return columns, rows
    return [columns[place] for place in kept], list(map(itemgetter(*kept), rows))
