"""The plan of a file that is one part: the places that plan.py gives, made in memory by whoever needs them.

Nothing is left half done of one part, so a run that was killed loses nothing by making the plan anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from services.imports import plan
from services.imports.plan import (
    EMAIL,
    EXTERNAL_ID,
    PHONE,
    Found,
    Item,
    Look,
    Part,
    item_of,
)
from services.imports.reading import read_group
from services.imports.rows import RowReader
from services.imports.staged import Staged

# Of a sign (X, E, P): the first row with each key.
_FirstWith = dict[str, dict[str, int]]
_SIGNS = (("X", EXTERNAL_ID), ("E", EMAIL), ("P", PHONE))


def is_short(rows: int, least: int) -> bool:
    """Say whether so many rows are one part, where parts have `least` rows at least."""
    return rows <= min(least, plan.MOST_TOGETHER)


class ShortPlan:
    """A plan of one part; `rows` it has, of which so many have `emails` and `phones`."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], groups: list[list[Item]]) -> None:
        self.rows = len(rows)
        self.emails, self.phones = (sum(row[at] is not None for row in rows) for at in (EMAIL, PHONE))
        self._groups = groups

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._groups = []

    def part(self, first: int, _least: int) -> Part | None:
        """Return all of it, or none where it is done."""
        return Part(self._groups, self.rows + 1, self.rows) if first <= self.rows else None


def build(
    staged: Staged, reader: RowReader, look: Look, binned: Found, progress: Callable[[int, int], None]
) -> ShortPlan:
    """Return the plan of a staged file of few rows; see plan.py."""
    rows: list[tuple[Any, ...]] = []
    further: list[tuple[str, str, int]] = []
    for at in range(staged.groups):
        group = read_group(reader, staged.group(at))
        rows += group.rows
        further += group.further
        progress(len(rows), staged.rows)
    places = _Places(len(rows))
    first_with = _by_keys(rows, further, places)
    for key, contact_id in look(*map(list, first_with.values())):
        places.bring(contact_id, first_with[key[0]][key[1:]])
    in_bin = _by_bin(_with_keys(rows, further), first_with, binned, places)
    groups: dict[int, list[Item]] = {}
    for row_no, _place, kind, content, tags, _in_bin, *values in rows:
        item = item_of(row_no, kind, content, tags, values, in_bin=row_no in in_bin)
        groups.setdefault(places.of(row_no), []).append(item)
    return ShortPlan(rows, list(groups.values()))


class _Places:
    """The place of each row: that of the first row which it hangs together with."""

    def __init__(self, rows: int) -> None:
        self._places = list(range(rows + 1))
        self._of_contact: dict[int, int] = {}

    def of(self, row_no: int) -> int:
        places = self._places
        while places[row_no] != row_no:
            places[row_no] = places[places[row_no]]
            row_no = places[row_no]
        return row_no

    def join(self, one: int, other: int) -> None:
        """Bring two rows together."""
        first, second = self.of(one), self.of(other)
        self._places[max(first, second)] = min(first, second)

    def bring(self, contact_id: int, row_no: int) -> None:
        """Bring a row together with all others that lead to this contact."""
        self.join(self._of_contact.setdefault(contact_id, row_no), row_no)


def _by_keys(
    rows: Sequence[tuple[Any, ...]], further: Iterable[tuple[str, str, int]], places: _Places
) -> _FirstWith:
    """Bring rows together that share a key; return the first with each."""
    crowds: set[str] = set()
    if len(rows) > plan.MOST_WITH_PHONE:
        phones = [row[PHONE] for row in rows] + [key for sign, key, _row in further if sign == "P"]
        crowds = {phone for phone, times in Counter(phones).items() if times > plan.MOST_WITH_PHONE}
    first_with: _FirstWith = {}
    for sign, at in _SIGNS:
        firsts = first_with[sign] = {}
        for row in rows:
            key = row[at]
            if key is not None and (first := firsts.setdefault(key, row[0])) != row[0]:
                if sign != "P" or key not in crowds:
                    places.join(first, row[0])
    for sign, key, row_no in further:
        first = first_with[sign].setdefault(key, row_no)
        if sign != "P" or key not in crowds:
            places.join(first, row_no)
    return first_with


def _with_keys(
    rows: Iterable[tuple[Any, ...]], further: Iterable[tuple[str, str, int]]
) -> Iterable[tuple[str, int]]:
    """Yield each key of each row, with its sign in front, and the row."""
    for row in rows:
        yield from ((sign + row[at], row[0]) for sign, at in _SIGNS if row[at] is not None)
    yield from ((sign + key, row_no) for sign, key, row_no in further)


def _by_bin(
    keys: Iterable[tuple[str, int]], first_with: _FirstWith, binned: Found, places: _Places
) -> set[int]:
    """Bring rows together that lead to one contact in the bin; return all that lead to one."""
    contacts: dict[str, list[int]] = {}
    for key, contact_id in binned:
        if key[1:] in first_with[key[0]]:
            contacts.setdefault(key, []).append(contact_id)
    in_bin: set[int] = set()
    for key, row_no in keys if contacts else ():
        for contact_id in contacts.get(key, ()):
            in_bin.add(row_no)
            places.bring(contact_id, row_no)
    return in_bin
