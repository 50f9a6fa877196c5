"""What a file may do to the fields of contacts that are there: overwrite them, fill empty ones, or leave them alone."""

from collections.abc import Collection, Mapping

from services.imports.handles import PLATFORMS
from services.imports.people import Person, Row
from services.imports.rows import EMAIL, FIELDS, MESSENGERS, PHONE, SEGMENTS, TAGS

# Names and messengers in a cell are added to those that are there, so they fill nothing and overwrite nothing.
ADDED_TO = (SEGMENTS, TAGS, MESSENGERS, *PLATFORMS)


class Existing:
    """The choice for each field; what is not chosen is overwritten.

    What is chosen for messengers goes for each, but for one with a column of its own beside theirs: of the fields that
    are `mapped`.
    """

    def __init__(self, chosen: Mapping[str, str], mapped: Collection[str | None] = ()) -> None:
        self._never = [FIELDS.index(name) for name in chosen if name in FIELDS and chosen[name] == "never"]
        self._fill = [FIELDS.index(name) for name in chosen if name in FIELDS and chosen[name] == "fill"]
        self._joins = chosen.get(SEGMENTS) != "never"
        self._tags = chosen.get(TAGS) != "never"
        self._silent = {platform for platform in PLATFORMS if chosen.get(platform) == "never"}
        if chosen.get(MESSENGERS) == "never":
            self._silent |= {*PLATFORMS} - ({*mapped} if MESSENGERS in mapped else set())
        added = self._joins and self._tags and not self._silent
        self._restrains = bool(self._never or self._fill or not added)

    def of(self, person: Person | None, row: Row) -> Row:
        """Return what of a row may come to a contact; one that is yet to be made takes all of it."""
        if not self._restrains or person is None or not person.id:
            return row
        values = list(row.values)
        for place in self._never:
            values[place] = None
        for place in self._fill:
            if _has(person, place):
                values[place] = None
        kept = Row(
            row.no,
            values,
            row.segments if self._joins else None,
            in_bin=row.in_bin,
            doubt=row.doubt,
            tags=row.tags if self._tags else None,
        )
        # Further addresses go with the first one.
        kept.emails = row.emails if row.email == kept.email else ()
        kept.phones = row.phones if row.phone == kept.phone else ()
        kept.messengers = tuple(handle for handle in row.messengers if handle[0] not in self._silent)
        kept.notes = row.notes
        return kept


def _has(person: Person, place: int) -> bool:
    """Say whether the contact had a value before this file."""
    if place == EMAIL:
        return bool(person.emails_had)
    if place == PHONE:
        return bool(person.phones_had)
    return person.had[place] is not None
