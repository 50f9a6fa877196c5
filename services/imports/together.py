"""Decide rows that hang together, so that the same file loaded again would decide them the same way and change nothing.

Matched in one go, a row can be decided by what the database lacks and a later row brings. So the rows are decided
again as if what they come to were there already, until a round decides as the one before it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from services.imports.match import NEW, Match, is_identified, update
from services.imports.people import Directory, Person, Row

_MOST_ROUNDS = 8

# Of a contact, or none, and its rows in file order: the contact as they leave it; none if they cannot make one.
After = Callable[[Person | None, Sequence[Row]], Person | None]
Decide = Callable[[Row, Directory], Match]


@dataclass(slots=True, eq=False)
class Origin:
    """A contact that is there (`person`), or one that rows would make."""

    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a row: whom it means, or why it is rejected."""

    match: Match
    origin: Origin | None


def decide(
    rows: Sequence[Row], directory: Directory, after: After, match: Decide, match_alone: Decide
) -> list[Decided]:
    """Return what becomes of each of the rows, which share keys with each other and with nobody else's rows."""
    if _repeat_each_other(rows, directory):
        return _as_one(rows)
    origins = {person: Origin(person) for person in directory.around(rows)}
    present = {
        origin: person.after((), shared=(), members=person.members) for person, origin in origins.items()
    }
    first = decided = _round(rows, directory, present, match, match_alone)
    present = _left_by(rows, decided, origins.values(), after)
    for _number in range(_MOST_ROUNDS):
        again = _round(rows, directory, present, match, match_alone)
        left = _left_by(rows, again, origins.values(), after)
        settled = _labels(again, left) == _labels(decided, present)
        decided, present = again, left
        if settled:
            break
    return [_as_met_first(met, now) for met, now in zip(first, decided, strict=True)]


def _repeat_each_other(rows: Sequence[Row], directory: Directory) -> bool:
    """Say whether all rows have the same keys, one that identifies among them, and nobody else has any of these."""
    first = rows[0]
    return bool(
        (first.external_id or first.email)
        and all(
            row.doubt is None
            and (row.external_id, row.email, row.phone, row.emails, row.phones)
            == (first.external_id, first.email, first.phone, (), ())
            for row in rows
        )
        and directory.knows_nobody_of(first)
    )


def _as_one(rows: Sequence[Row]) -> list[Decided]:
    """Decide rows that repeat each other: the first makes a contact, which all others mean."""
    person, origin = Person(), Origin()
    decided = []
    for row in rows:
        found = update(person, row) if person.rows else NEW
        person.join(row)
        decided.append(Decided(replace(found, person=None) if found is not NEW else NEW, origin))
    return decided


def _round(
    rows: Sequence[Row],
    base: Directory,
    present: dict[Origin, Person],
    match: Decide,
    match_alone: Decide,
) -> list[Decided]:
    """Match all rows, in file order, with who is present; those without a key of their own after all others."""
    directory = Directory(present.values(), base.taken_ids, base.taken_emails)
    origins = {person: origin for origin, person in present.items()}
    decided: dict[int, Decided] = {}

    def place(row: Row, found: Match, *, identified: bool) -> None:
        met = origins.get(found.person) if found.person else None
        if found.code is None:
            person = found.person or Person()
            met = origins.setdefault(person, Origin()) if met is None else met
            directory.join(person, row, identified=identified)
        # Whom the row met in this round is gone after it; its origin stays.
        decided[row.no] = Decided(found if found.person is None else replace(found, person=None), met)

    others = []
    for row in rows:
        if is_identified(row, directory):
            place(row, match(row, directory), identified=True)
        else:
            others.append(row)
    if decided:
        directory.forget_old_names({row.phone for row in others if row.phone})
    for row in others:
        place(row, match_alone(row, directory), identified=False)
    return [decided[row.no] for row in rows]


def _left_by(
    rows: Sequence[Row], decided: Sequence[Decided], known: Iterable[Origin], after: After
) -> dict[Origin, Person]:
    """Return who is there once the rows are carried out as decided."""
    of: dict[Origin, list[Row]] = {origin: [] for origin in known}
    for row, one in zip(rows, decided, strict=True):
        if one.origin is not None and one.match.code is None:
            of.setdefault(one.origin, []).append(row)
    left = {origin: after(origin.person, its_rows) for origin, its_rows in of.items()}
    return {origin: person for origin, person in left.items() if person is not None}


def _labels(decided: Sequence[Decided], present: dict[Origin, Person]) -> list[object]:
    """Return what tells two rounds apart: rows that cannot make a contact are all alike."""
    return [one.match.code or (one.origin if one.origin in present else "missing") for one in decided]


def _as_met_first(first: Decided, now: Decided) -> Decided:
    """Return what was decided last, with what was to be said when the row met the contact as it was."""
    if first.origin is not now.origin or first.match.code != now.match.code:
        return now
    return Decided(first.match, now.origin)
