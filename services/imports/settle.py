"""What a part of a file comes to: which contacts it makes and changes, and what becomes of each row.

Nothing is written here, so the review and the import itself reach the same result by the same way.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from models.imports import ImportOptions
from services.imports.existing import Existing
from services.imports.handles import Handle, key_of
from services.imports.labels import Labels, Wish
from services.imports.match import (
    NEW,
    Match,
    is_identified,
    is_other_name,
    match,
    match_by_phone_alone,
    order_of,
)
from services.imports.people import Directory, Person, Row
from services.imports.phones import country_of
from services.imports.plan import Item, Refused, Skip
from services.imports.responsibles import Responsibles
from services.imports.rows import (
    COUNTRY,
    EMAIL,
    EXTERNAL_ID,
    FIELDS,
    FIRST,
    LAST,
    ORGANIZATION,
    PHONE,
    RESPONSIBLE,
    Refusal,
    Values,
)
from services.imports.tag_names import Tags
from services.imports.together import Origin, decide
from services.values import MOST_ADDRESSES

_PLAIN = tuple((place, name) for place, name in enumerate(FIELDS) if place not in (EMAIL, PHONE))
_BY_NUMBER = attrgetter("no")

Detail = dict[str, Any]


@dataclass(slots=True)
class Fate:
    """What becomes of a row; `person` is the contact it made, changed, found unchanged, or met."""

    no: int
    outcome: str
    code: str | None = None
    person: Person | None = None
    detail: Detail | None = None


@dataclass(slots=True, eq=False)
class Deed:
    """What is done to a contact. `changes` is its reverse delta, empty for one that is made.

    `emails` and `phones` are the whole lists, `shared` those addresses that identify nobody; `joins` and `leaves`
    are keys and ids of segments, `tags` are keys; `walls` are those it is behind afterwards. `messengers` are those
    that come to it. `is_restored` brings it back from the bin.
    """

    person: Person
    values: Values
    emails: list[str]
    phones: list[str]
    shared: frozenset[str]
    changes: dict[str, list[Any]]
    joins: tuple[str, ...] = ()
    leaves: tuple[int, ...] = ()
    walls: frozenset[int] = frozenset()
    tags: tuple[str, ...] = ()
    messengers: tuple[Handle, ...] = ()
    is_new: bool = False
    is_restored: bool = False

    @property
    def takes_external_id(self) -> str | None:
        """The external ID that the contact gets, if it gets one."""
        return self.values[EXTERNAL_ID] if self.is_new else self.changes.get("external_id", (None, None))[1]

    @property
    def loses_external_id(self) -> str | None:
        """The external ID that the contact has had and no longer has."""
        return self.changes.get("external_id", (None, None))[0]


@dataclass(frozen=True, slots=True)
class Moves:
    """Which segments a contact joins (keys) and leaves (ids), and what it is tagged with (keys)."""

    joins: tuple[str, ...] = ()
    leaves: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joins or self.leaves or self.tags)


_NO_MOVES = Moves()
_NOBODY: frozenset[Any] = frozenset()


@dataclass(slots=True)
class Denials:
    """How many answers "not available" are left, and what those given were about. `spent` ends all further guessing.

    `paid` are rows that had the answer in the review of this import already.
    """

    left: int
    spent: bool = False
    paid: frozenset[int] = frozenset()
    given: list[str] = field(default_factory=list)

    def spent_at(self, denied: Iterable[int]) -> int | None:
        """Return the row, of those that are to be answered "not available", for which no answer is left."""
        unpaid = [row_no for row_no in sorted(denied) if row_no not in self.paid]
        return unpaid[self.left] if len(unpaid) > self.left else None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the importer may do to contacts."""

    may_add: bool
    may_edit: bool


class Settlement:
    """The result for one part of a file: `fates` of all its rows, `deeds` on all contacts that it makes or changes.

    `is_exported` says that another program wrote the file, which knows no countries of contacts; `mapped` are the
    fields to which its columns lead.
    """

    def __init__(
        self,
        directory: Directory,
        labels: Labels,
        options: ImportOptions,
        rights: Rights,
        denials: Denials,
        tags: Tags | None = None,
        *,
        is_exported: bool = False,
        mapped: Collection[str | None] = (),
        responsibles: Responsibles | None = None,
    ) -> None:
        self.fates: list[Fate] = []
        self.deeds: list[Deed] = []
        self.unknown: dict[str, str] = {}
        self.unknown_tags: dict[str, str] = {}
        self._directory = directory
        self._labels = labels
        self._tags = tags or Tags()
        self._responsibles = responsibles or Responsibles()
        self._is_exported = is_exported
        self._options = options
        self._order = order_of(options.match_by)
        self._existing = Existing(options.existing or {}, mapped)
        self._rights = rights
        self._denials = denials
        self._wishes: dict[int, Wish] = {}
        self._matches: dict[int, Match] = {}
        # With the wish of each who is made by one row of whose keys nobody has any.
        self._people: dict[Person, Wish | None] = {}
        self._crowds: set[str] = set()

    def settle(self, groups: Sequence[Sequence[Item]]) -> None:
        """Decide all rows, those of one place of the plan at a time, then compare each person once with them.

        Rows of several places mean one person where a contact got keys since the plan was made, or where they have
        a switchboard's phone.
        """
        self._crowds = _phones_of_several(groups)
        for group in groups:
            rows = [row for item in group if (row := self._coming_in(item)) is not None]
            if len(rows) == 1:
                self._match_one(rows[0])
            elif rows:
                self._match_together(rows)
        for person, wish in self._people.items():
            if wish is None:
                self._compare(person)
            else:
                self._make_stranger(person, wish)

    def _is_stranger(self, row: Row) -> bool:
        """Say whether a row alone at its place makes a contact, whatever else is asked: most rows of most files do."""
        values = row.values
        return bool(
            self._rights.may_add
            and row.is_plain
            and values[COUNTRY] is not None
            and values[FIRST] is not None
            and values[LAST] is not None
            and values[RESPONSIBLE] is None
            and (row.email or row.phone)
            and row.phone not in self._crowds
            and self._directory.knows_nobody_of(row)
        )

    def _make_stranger(self, person: Person, wish: Wish) -> None:
        (row,) = person.rows
        self.deeds.append(
            Deed(
                person, row.values, person.emails, person.phones, _NOBODY, {}, wish.keys, (),
                self._walls_after(_NOBODY, wish.keys, ()), is_new=True,
            )
        )  # fmt: skip
        notes: Detail | None = {"unknown": list(wish.unknown)} if wish.unknown else None
        self.fates.append(Fate(row.no, "created", None, person, notes))

    def _match_one(self, row: Row) -> None:
        if self._is_stranger(row):
            self._people[Person.made_by(row)] = self._wishes[row.no]
            return
        alone = not is_identified(row, self._directory)
        found = self._match_alone(row, self._directory) if alone else self._match(row, self._directory)
        if found.code is not None:
            self._refuse(row, found, found.person)
            return
        self._join(found.person or Person(), row, found)

    def _match_together(self, rows: Sequence[Row]) -> None:
        decided = decide(rows, self._directory, self._after, self._match, self._match_alone)
        spent_at = self._denials.spent_at(
            row.no for row, one in zip(rows, decided, strict=True) if one.match.code == "not_available"
        )
        if spent_at is not None:
            # No row after the last answer may tell anything, not even by what it does to the others.
            before = [row for row in rows if row.no < spent_at]
            if before:
                self._match_together(before)
            self._denials.spent = True
            for row in rows[len(before) :]:
                self._reject(row, "too_many")
            return
        people: dict[Origin, Person] = {}
        for row, one in zip(rows, decided, strict=True):
            if one.match.code is not None or one.origin is None:
                self._refuse(row, one.match, one.origin.person if one.origin else None)
                continue
            person = people.setdefault(one.origin, one.origin.person or Person())
            other = is_other_name(person.name, row.name)
            found = one.match if one.match.other_name is other else replace(one.match, other_name=other)
            self._join(person, row, found)

    def _join(self, person: Person, row: Row, found: Match) -> None:
        self._matches[row.no] = found
        whole, row = row, self._existing.of(person, row)
        if row is not whole and row.segments is None:
            self._wishes[row.no] = Wish()
        self._people[person] = None
        if self._crowds and not self._crowds.isdisjoint((row.phone, *row.phones, *person.phones)):
            self._directory.join(person, row, identified=is_identified(row, self._directory))
        else:
            person.join(row)

    def _after(self, person: Person | None, rows: Sequence[Row]) -> Person | None:
        """Return a contact as rows leave it, none where they cannot make it; see together.py."""
        if person is not None and not (rows and self._rights.may_edit):
            return person.after((), shared=(), members=person.members)
        of = person or Person()
        rows = [self._existing.of(person, row) for row in rows]
        shared = [row.email for row in rows if row.email and self._directory.is_shared(row.email)]
        moves = self._moves(of, rows)
        members = (of.members | {self._labels.ref(key) for key in moves.joins}) - frozenset(moves.leaves)
        tags = of.tags | {self._tags.ref(key) for key in moves.tags}
        left = of.after(rows, shared=shared, members=members, tags=tags)
        blind = self._cannot_be_responsible(person, left.values, self._walls_of(of, moves))
        if person is None:
            left.values = list(left.values)
            if (
                self._lacks(left)
                or not self._rights.may_add
                or _has_too_many(left)
                or self._stays_in_bin(rows)
                or blind
            ):
                return None
        elif _has_too_many(left) or blind:
            return person.after((), shared=(), members=person.members)
        left.emails = _ranked(of.emails, left.emails, rows, EMAIL)
        left.phones = _ranked(of.phones, left.phones, rows, PHONE)
        return left

    def _coming_in(self, item: Item) -> Row | None:
        """Return the row to match; any other item gets its fate here."""
        if isinstance(item, Skip):
            self.fates.append(Fate(item.no, "skipped", item.code))
            return None
        if isinstance(item, Refused):
            self._reject_for(item, item.why)
            return None
        return item if self._wishes_well(item) else None

    def _wishes_well(self, row: Row) -> bool:
        """Note which segments and tags the row asks for; say whether it can come in as far as they go."""
        if self._denials.spent:
            self._reject(row, "too_many")
            return False
        wish = self._labels.wish(row.segments)
        if wish.code in (None, "unknown_segment"):
            self.unknown.update(zip(wish.unknown, wish.unknown, strict=True))
        if wish.code is not None:
            if wish.code == "not_available":
                self._deny(row, "segments")
            else:
                self._reject(row, wish.code, {"field": "segments", "names": list(wish.unknown)})
            return False
        tagged = self._tags.wish(row.tags)
        if tagged.code in (None, "unknown_tag"):
            self.unknown_tags.update(zip(tagged.unknown, tagged.unknown, strict=True))
        if tagged.code is not None:
            self._reject(row, tagged.code, {"field": "tags", "names": list(tagged.unknown)})
            return False
        if isinstance(text := row.values[RESPONSIBLE], str):
            meant = self._responsibles.named(text)
            if isinstance(meant, Refusal):
                self._reject_for(row, meant)
                return False
            row.values[RESPONSIBLE] = meant
        self._wishes[row.no] = wish
        return True

    def _match(self, row: Row, directory: Directory) -> Match:
        return _unless_in_doubt(row, match(row, directory, self._order))

    def _match_alone(self, row: Row, directory: Directory) -> Match:
        found = match_by_phone_alone(
            row,
            directory,
            self._order,
            carried=self._carries,
            make_where_phone_is_anothers=self._options.phone_of_another == "create",
        )
        return _unless_in_doubt(row, found)

    def _carries(self, person: Person, row: Row) -> bool:
        """Say whether the row adds nothing to the person, segments and tags included."""
        row = self._existing.of(person, row)
        if not person.carries(row):
            return False
        if row.segments is None and not row.tags:
            return True
        return self._moves(person, [*person.rows, row]) == self._moves(person, person.rows)

    def _refuse(self, row: Row, found: Match, met: Person | None) -> None:
        if self._denials.spent:
            self._reject(row, "too_many")
        elif found.code == "not_available":
            self._deny(row, found.field or "")
        elif row.doubt is not None and found.code == row.doubt.code:
            self._reject_for(row, row.doubt)
        else:
            assert found.code is not None
            detail = _with_notes(row, _of_key(found.code, row))
            self.fates.append(Fate(row.no, "rejected", found.code, met, detail))

    def _deny(self, row: Row, field_name: str) -> None:
        """Answer that a key is not available: so many times an hour, then all further rows are turned away."""
        if row.no not in self._denials.paid:
            if self._denials.left <= 0:
                self._denials.spent = True
                self._reject(row, "too_many")
                return
            self._denials.left -= 1
            self._denials.given.append(field_name)
        self._reject(row, "not_available", {"field": field_name})

    def _reject(self, row: Row, code: str, detail: Detail | None = None) -> None:
        self.fates.append(Fate(row.no, "rejected", code, None, _with_notes(row, detail)))

    def _reject_for(self, row: Row | Refused, why: Refusal) -> None:
        detail = {"field": why.field, "text": why.text, **why.detail}
        if isinstance(row, Refused):
            self.fates.append(Fate(row.no, "rejected", why.code, None, detail))
        else:
            self._reject(row, why.code, detail)

    def _reject_all(self, rows: Iterable[Row], code: str, detail: Detail | None = None) -> None:
        for row in rows:
            self._reject(row, code, detail)

    def _compare(self, person: Person) -> None:
        """Compare all rows of one person, laid over each other in file order, once with the contact."""
        rows = person.rows if len(person.rows) == 1 else sorted(person.rows, key=_BY_NUMBER)
        values, added = _laid_over(person, rows)
        moves = self._moves(person, rows)
        if (moves.joins or moves.tags) and len(rows) > 1:
            added = [adds or more for adds, more in zip(added, self._asking_more(rows), strict=True)]
        if person.id is None:
            self._make(person, rows, values, added, moves)
        else:
            self._change(person, rows, values, added, moves)

    def _make(
        self,
        person: Person,
        rows: Sequence[Row],
        values: Values,
        added: Sequence[bool],
        moves: Moves,
    ) -> None:
        if self._stays_in_bin(rows):
            self._reject_all(rows, "in_bin", {"left_in_bin": True})
            return
        missing = self._lacks(person, values)
        if missing:
            self._reject_all(rows, "missing", {"fields": missing})
            return
        if not self._rights.may_add:
            self._reject_all(rows, "may_not_add")
            return
        if _has_too_many(person):
            self._reject_all(rows, "too_many_addresses", {"most": MOST_ADDRESSES})
            return
        walls = self._walls_of(person, moves)
        if code := self._cannot_be_responsible(None, values, walls):
            self._reject_all(rows, code, self._of_responsible(values))
            return
        emails, phones = person.emails, person.phones
        if len(rows) > 1:
            emails, phones = _ranked((), emails, rows, EMAIL), _ranked((), phones, rows, PHONE)
        shared = frozenset(email for email in emails if self._directory.is_shared(email))
        deed = Deed(
            person, values, emails, phones, shared, {}, moves.joins, (), walls, moves.tags,
            tuple(person.messengers), is_new=True,
        )  # fmt: skip
        self.deeds.append(deed)
        self._tell(rows, added, "created", person)

    def _walls_of(self, person: Person, moves: Moves) -> frozenset[int]:
        """Return the walls that a person is behind after these moves."""
        behind = self._labels.walls_of.get(person.wall_set_id, _NOBODY)
        return self._walls_after(behind, moves.joins, moves.leaves)

    def _cannot_be_responsible(self, had: Person | None, values: Values, walls: frozenset[int]) -> str | None:
        """Return why whom these values name cannot be made responsible; whoever is so already stays so."""
        user_id = values[RESPONSIBLE]
        if user_id is None or (had is not None and had.had and had.had[RESPONSIBLE] == user_id):
            return None
        return self._responsibles.obstacle(user_id, walls)

    def _of_responsible(self, values: Values) -> Detail:
        return {"field": "responsible", "text": self._responsibles.name_of(values[RESPONSIBLE])}

    def _stays_in_bin(self, rows: Iterable[Row]) -> bool:
        """Say whether rows that make a contact are to be left out because one in the bin has their keys."""
        return self._options.in_bin == "leave" and any(row.in_bin for row in rows)

    def _lacks(self, person: Person, values: Values | None = None) -> list[str]:
        """Return what is missing to make a contact; the country that was chosen fills in for an empty one.

        A row that another program exported needs a name or an organization; its number says its country.
        """
        values = person.values if values is None else values
        phone = next(iter(person.phones), None)
        if values[COUNTRY] is None:
            values[COUNTRY] = country_of(phone, self._options.country, by_itself=self._is_exported)
        missing: list[str] = [FIELDS[place] for place in (COUNTRY, FIRST, LAST) if values[place] is None]
        if self._is_exported:
            named = any(values[place] for place in (FIRST, LAST, ORGANIZATION))
            missing = [] if named else ["name_or_organization"]
        if not person.emails and not person.phones:
            missing.append("phone_or_email")
        return missing

    def _change(
        self,
        person: Person,
        rows: Sequence[Row],
        values: Values,
        added: Sequence[bool],
        moves: Moves,
    ) -> None:
        had_emails, had_phones = person.emails[: person.emails_had], person.phones[: person.phones_had]
        emails = _ranked(had_emails, person.emails, rows, EMAIL)
        phones = _ranked(had_phones, person.phones, rows, PHONE)
        changes: dict[str, list[Any]] = {
            name: [person.had[place], values[place]]
            for place, name in _PLAIN
            if person.had[place] != values[place]
        }
        if emails != had_emails:
            changes["emails"] = [had_emails, emails]
        if phones != had_phones:
            changes["phones"] = [had_phones, phones]
        brought = person.messengers[person.messengers_had :]
        if brought:
            had = person.messengers[: person.messengers_had]
            changes["messengers"] = [[[*one] for one in listed] for listed in (had, person.messengers)]
        if not changes and not moves and not person.in_bin:
            self._tell(rows, (False,) * len(rows), "unchanged", person)
            return
        if (changes or moves.tags or person.in_bin) and not self._rights.may_edit:
            self._reject_all(rows, "may_not_edit")
            return
        if _has_too_many(person):
            self._reject_all(rows, "too_many_addresses", {"most": MOST_ADDRESSES})
            return
        walls = self._walls_of(person, moves)
        if code := self._cannot_be_responsible(person, values, walls):
            self._reject_all(rows, code, self._of_responsible(values))
            return
        shared = person.shared | {email for email in emails if self._directory.is_shared(email)}
        was_shared = bool(had_emails) and had_emails[0] in person.shared
        is_shared = bool(emails) and emails[0] in shared
        if was_shared != is_shared:
            changes["email_shared"] = [was_shared, is_shared]
        deed = Deed(
            person, values, emails, phones, shared, changes, moves.joins, moves.leaves, walls, moves.tags,
            tuple(brought),
        )  # fmt: skip
        deed.is_restored = person.in_bin
        self.deeds.append(deed)
        self._tell(rows, added, "updated", person)

    def _tell(self, rows: Sequence[Row], added: Sequence[bool], outcome: str, person: Person) -> None:
        """Give the rows of a contact their fates: the first has the contact's, the others what they added."""
        for place, row in enumerate(rows):
            own = outcome if place == 0 else "updated" if added[place] else "unchanged"
            notes = self._notes(row, outcome, first=place == 0)
            if place:
                notes = (notes or {}) | {"same_as": rows[0].no}
            if person.in_bin and place == 0:
                notes = (notes or {}) | {"restored": True}
            self.fates.append(Fate(row.no, own, None, person, notes))

    def _notes(self, row: Row, outcome: str, *, first: bool) -> Detail | None:
        found, wish = self._matches[row.no], self._wishes[row.no]
        if found is NEW and not (wish.unknown or row.tags or row.in_bin or row.notes):
            return None
        notes: Detail = {**(row.notes or {})}
        if wish.unknown:
            notes["unknown"] = list(wish.unknown)
        if tags := self._tags.wish(row.tags).unknown:
            notes["unknown_tags"] = list(tags)
        if found.shares_phone and outcome == "created" and first:
            notes["shares_phone"] = True
        if row.in_bin and outcome == "created" and first:
            notes["in_bin"] = True
        if found.other_name and (outcome == "updated" or not first):
            notes["other_name"] = True
        return notes or None

    def _moves(self, person: Person, rows: Sequence[Row]) -> Moves:
        """Return what the person joins and leaves, and what it is tagged with, by these rows."""
        if person.id is None and len(rows) == 1 and not rows[0].tags:
            joins = self._wishes[rows[0].no].keys
            return Moves(joins) if joins else _NO_MOVES
        joins, leaves = self._memberships(person, rows)
        wanted = dict.fromkeys(key for row in rows if row.tags for key in self._tags.wish(row.tags).keys)
        if not wanted:
            return Moves(joins, leaves) if joins or leaves else _NO_MOVES
        ref = self._tags.ref
        return Moves(joins, leaves, tuple(key for key in wanted if ref(key) not in person.tags))

    def _memberships(self, person: Person, rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return which segments the person joins (keys) and leaves (ids) by these rows."""
        listed = [row for row in rows if row.segments is not None]
        if not listed:
            return (), ()
        ref, members = self._labels.ref, person.members
        if not self._options.overwrite_segments:
            wanted = dict.fromkeys(key for row in listed for key in self._wishes[row.no].keys)
            return tuple(key for key in wanted if ref(key) not in members), ()
        last = next((row for row in reversed(listed) if row.segments), None)
        exactly = self._wishes[last.no].keys if last else ()
        kept = {ref(key) for key in exactly}
        leaves = sorted(
            segment_id for segment_id in self._labels.editable & members if segment_id not in kept
        )
        return tuple(key for key in exactly if ref(key) not in members), tuple(leaves)

    def _asking_more(self, rows: Sequence[Row]) -> Iterator[bool]:
        """Yield for each row whether it names a segment or a tag that no row of the person before it did."""
        segments: set[str] = set()
        tags: set[str] = set()
        for row in rows:
            joins, tagged = self._wishes[row.no].keys, self._tags.wish(row.tags).keys
            yield not (segments.issuperset(joins) and tags.issuperset(tagged))
            segments.update(joins)
            tags.update(tagged)

    def _walls_after(
        self, before: frozenset[int], joins: Sequence[str], leaves: Sequence[int]
    ) -> frozenset[int]:
        if not (joins or leaves):
            return before
        joined = {self._labels.usable.get(key, 0) for key in joins}
        return (before | (joined & self._labels.walls)) - frozenset(leaves)


def _unless_in_doubt(row: Row, found: Match) -> Match:
    """Refuse a phone that is dialled to another country, unless whom the row means has it in the row's country."""
    if row.doubt is None or found.code is not None:
        return found
    person = found.person
    is_known = person is not None and person.known_in == row.values[COUNTRY] and row.phone in person.known_by
    return found if is_known else Match(code=row.doubt.code)


def _phones_of_several(groups: Sequence[Sequence[Item]]) -> set[str]:
    """Return the phones in rows of more than one place: the only keys by which one place meets whom another makes."""
    several: set[str] = set()
    place_of: dict[str, int] = {}
    for place, group in enumerate(groups):
        for item in group:
            if isinstance(item, Row) and item.phone and place_of.setdefault(item.phone, place) != place:
                several.add(item.phone)
            if isinstance(item, Row) and item.phones:
                several.update(phone for phone in item.phones if place_of.setdefault(phone, place) != place)
    return several


def _has_too_many(person: Person) -> bool:
    brought = len(person.emails) > person.emails_had or len(person.phones) > person.phones_had
    if len(person.messengers) > max(MOST_ADDRESSES, person.messengers_had):
        return True
    return brought and max(len(person.emails), len(person.phones)) > MOST_ADDRESSES


def _laid_over(person: Person, rows: Sequence[Row]) -> tuple[Values, list[bool]]:
    """Return the values after all rows, and for each row whether it added one."""
    if person.id is None and len(rows) == 1:
        return list(rows[0].values), [True]
    values: Values = list(person.had) if person.id is not None else [None] * len(FIELDS)
    known = {*person.emails[: person.emails_had], *person.phones[: person.phones_had]}
    handles = {key_of(handle) for handle in person.messengers[: person.messengers_had]}
    added = []
    for row in rows:
        adds = False
        for place, _name in _PLAIN:
            value = row.values[place]
            if value is not None and value != values[place]:
                values[place] = value
                adds = True
        for value in (row.email, row.phone, *row.emails, *row.phones):
            if value and value not in known:
                known.add(value)
                adds = True
        if row.messengers:
            adds = not handles.issuperset(mine := {key_of(handle) for handle in row.messengers}) or adds
            handles |= mine
        added.append(adds)
    return values, added


def _ranked(had: Sequence[str], every: Sequence[str], rows: Sequence[Row], place: int) -> list[str]:
    """Return all addresses of a kind in order: the last row's is the primary where it is new, the others stay."""
    if len(every) == len(had):
        return list(had)
    latest = dict.fromkeys(address for row in reversed(rows) if (address := row.values[place]))
    fresh = [address for address in latest if address not in had]
    winner = next(iter(latest))
    first = [winner] if winner not in had else []
    ranked = dict.fromkeys([*first, *had, *fresh])
    return [*ranked, *(address for address in every if address not in ranked)]


def _with_notes(row: Row, detail: Detail | None) -> Detail | None:
    """Return why a row is rejected together with what else there is to say of it."""
    return {**row.notes, **(detail or {})} if row.notes else detail


def _of_key(code: str, row: Row) -> Detail:
    """Return what the sentence about two contacts needs."""
    key = code.removesuffix("_of_another") if code.endswith("_of_another") else "email"
    return {"field": key, "text": getattr(row, key)}
