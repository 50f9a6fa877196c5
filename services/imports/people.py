"""The people of a part of a file: contacts that are there, contacts that its rows would make, found by their keys."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from models.fold import fold
from services.imports.handles import Handle, key_of
from services.imports.rows import COUNTRY, EMAIL, EXTERNAL_ID, FIRST, LAST, PHONE, Notes, Refusal, Values
from services.values import MOST_ADDRESSES

Name = tuple[str, str]  # first and last name, folded; empty where it is missing

# So many people with one phone are gone through by hand; a switchboard's number has thousands.
_FEW = 8

# Names of people and of firms come again and again, and folding one with accents is dear.
fold_often = lru_cache(maxsize=20_000)(fold)


def name_of(values: Values) -> Name:
    """Return the folded first and last name of a row or a contact."""
    first, last = values[FIRST], values[LAST]
    return (fold_often(first) if first else "", fold_often(last) if last else "")


def agree(one: Name, other: Name) -> bool:
    """Say whether two names can be one person's: equal when folded, where a missing part agrees with any."""
    return (not one[0] or not other[0] or one[0] == other[0]) and (
        not one[1] or not other[1] or one[1] == other[1]
    )


class Row:
    """A row that can be read: its number, its values in the order of FIELDS, segments' and tags' names as typed.

    `in_bin` says that a contact in the bin has one of its keys; for `doubt` and `notes` see rows.py. `emails` and
    `phones` are further ones.
    """

    __slots__ = (
        "doubt",
        "email",
        "emails",
        "external_id",
        "in_bin",
        "messengers",
        "name",
        "no",
        "notes",
        "phone",
        "phones",
        "segments",
        "tags",
        "values",
    )

    def __init__(
        self,
        no: int,
        values: Values,
        segments: tuple[str, ...] | None,
        *,
        in_bin: bool = False,
        doubt: Refusal | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> None:
        self.no = no
        self.tags = tags
        self.doubt = doubt
        self.values = values
        self.segments = segments
        self.in_bin = in_bin
        self.name = name_of(values)
        self.external_id: str | None = values[EXTERNAL_ID]
        self.email: str | None = values[EMAIL]
        self.phone: str | None = values[PHONE]
        self.emails: tuple[str, ...] = ()
        self.phones: tuple[str, ...] = ()
        self.notes: Notes | None = None
        self.messengers: tuple[Handle, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Say whether the row has nothing that few rows have, such as a doubt, notes, or further addresses."""
        return not (
            self.doubt
            or self.notes
            or self.emails
            or self.phones
            or self.tags
            or self.in_bin
            or self.messengers
        )


@dataclass(slots=True, eq=False)
class Person:
    """A contact (`id`), or one to be made, as the rows so far leave it; `had` is the contact before any row.

    `emails` and `phones` hold every rank, first what was there in its order, then what rows brought. `members` are
    ids of segments, or folded names of those that are still to be made, and so are `tags` of tags. `names` are all
    that the rows of this file with a key of their own have called the person. `known_in` and `known_by` are the
    country and the phones with which the person is known, whatever rows say just now.
    """

    id: int | None = None
    version: int = 0
    had: Values = field(default_factory=list)
    values: Values = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    shared: frozenset[str] = frozenset()
    wall_set_id: int = 0
    responsible_id: int | None = None
    members: frozenset[int | str] = frozenset()
    tags: frozenset[int | str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    names: set[Name] | None = None
    name: Name = ("", "")
    emails_had: int = 0
    phones_had: int = 0
    messengers: list[Handle] = field(default_factory=list)
    messengers_had: int = 0
    in_bin: bool = False
    known_in: str | None = None
    known_by: frozenset[str] = frozenset()

    @classmethod
    def made_by(cls, row: Row) -> Self:
        """Return the contact that one row makes, with an address of a kind at most."""
        return cls(
            values=row.values,
            emails=[row.email] if row.email else [],
            phones=[row.phone] if row.phone else [],
            rows=[row],
            name=row.name,
        )

    @property
    def external_id(self) -> str | None:
        """The external ID as the rows so far leave it."""
        found: str | None = self.values[EXTERNAL_ID]
        return found

    def join(self, row: Row) -> None:
        """Lay a row over the person: later cells that are not empty win, addresses are added."""
        self.rows.append(row)
        if len(self.rows) == 1 and self.id is None:
            self.values = row.values
            self.name = row.name
        else:
            self.values = [
                new if new is not None else old for old, new in zip(self.values, row.values, strict=True)
            ]
            self.name = (row.name[0] or self.name[0], row.name[1] or self.name[1])
        # One more than may be kept is enough to know that there are too many.
        if (
            row.email
            and row.email not in self.emails
            and len(self.emails) <= MOST_ADDRESSES + self.emails_had
        ):
            self.emails.append(row.email)
        if (
            row.phone
            and row.phone not in self.phones
            and len(self.phones) <= MOST_ADDRESSES + self.phones_had
        ):
            self.phones.append(row.phone)
        if row.emails or row.phones:
            self._join_further(row)
        if row.messengers:
            self.messengers += self.lacks_of(row)

    def lacks_of(self, row: Row) -> list[Handle]:
        """Return the messengers of a row that the person does not have."""
        mine = {key_of(handle) for handle in self.messengers}
        return [handle for handle in row.messengers if key_of(handle) not in mine]

    def _join_further(self, row: Row) -> None:
        for mine, had, brought in (
            (self.emails, self.emails_had, row.emails),
            (self.phones, self.phones_had, row.phones),
        ):
            for address in brought:
                if address not in mine and len(mine) <= MOST_ADDRESSES + had:
                    mine.append(address)

    def carries(self, row: Row) -> bool:
        """Say whether every value of the row is the person's already."""
        return all(
            value is None or value == self.values[place] or place in (EMAIL, PHONE)
            for place, value in enumerate(row.values)
        ) and not (
            (row.email and row.email not in self.emails)
            or (row.phone and row.phone not in self.phones)
            or not set(row.emails).issubset(self.emails)
            or not set(row.phones).issubset(self.phones)
            or (row.messengers and self.lacks_of(row))
        )

    def after(
        self,
        rows: Iterable[Row],
        *,
        shared: Iterable[str],
        members: frozenset[int | str],
        tags: frozenset[int | str] | None = None,
    ) -> "Person":
        """Return the person as these rows, in file order, would leave it: one that is known from then on."""
        laid = Person(
            self.id, had=self.had, values=self.values, emails=[*self.emails], phones=[*self.phones],
            name=self.name, emails_had=self.emails_had, phones_had=self.phones_had,
            messengers=[*self.messengers], messengers_had=self.messengers_had,
        )  # fmt: skip
        for row in rows:
            laid.join(row)
        laid.rows, laid.shared, laid.members = [], self.shared | frozenset(shared), members
        laid.tags = self.tags if tags is None else tags
        laid.id = 0 if self.id is None else self.id
        laid.known_in, laid.known_by = laid.values[COUNTRY] if laid.values else None, frozenset(laid.phones)
        return laid


# By name, where None stands for any part: everyone who is called so.
_Index = dict[tuple[str | None, str | None], list[Person]]


class Holders:
    """Everyone who has one phone, each with the row that brought it (0 for the database), found by name."""

    def __init__(self) -> None:
        self.people: dict[Person, int] = {}
        self._names: dict[Person, set[Name]] = {}
        self._index: _Index | None = None

    def add(self, person: Person, since: int, names: Iterable[Name]) -> None:
        """Take in a person under these names; `since` counts only where the person is not in yet."""
        self.people.setdefault(person, since)
        self._names.setdefault(person, set()).update(names)
        if self._index is not None:
            for name in names:
                self._put(person, name)

    def agreeing(self, name: Name, most: int) -> list[Person]:
        """Return those whose name, or one of whose names, agrees, but no more than `most`."""
        if len(self.people) <= _FEW:
            return [
                person for person in self.people if any(agree(known, name) for known in self._names[person])
            ]
        found: dict[Person, None] = {}
        for key in _agreeing_keys(name):
            for person in self._indexed().get(key, ()):
                found[person] = None
                if len(found) == most:
                    return list(found)
        return list(found)

    def anyone_before(self, row_no: int) -> bool:
        """Say whether somebody had the phone before this row of the file."""
        return any(since < row_no for since in self.people.values())

    def _indexed(self) -> "_Index":
        if self._index is None:
            self._index = {}
            for person, names in self._names.items():
                for name in names:
                    self._put(person, name)
        return self._index

    def _put(self, person: Person, name: Name) -> None:
        assert self._index is not None
        first, last = name
        for key in ((first, last), (first, None), (None, last), (None, None)):
            self._index.setdefault(key, []).append(person)


def _agreeing_keys(name: Name) -> Iterable[tuple[str | None, str | None]]:
    """Return under which keys of the index names agree with this one; None stands for any part."""
    first, last = name
    if first and last:
        return ((first, last), (first, ""), ("", last), ("", ""))
    if first:
        return ((first, None), ("", None))
    return ((None, last), (None, "")) if last else ((None, None),)


class Directory:
    """The people that a part of a file is about, by key.

    `taken_ids` and `taken_emails` belong to contacts that the person who imports does not see.
    """

    def __init__(
        self, people: Iterable[Person] = (), taken_ids: Iterable[str] = (), taken_emails: Iterable[str] = ()
    ) -> None:
        self.people: list[Person] = []
        self.taken_ids = set(taken_ids)
        self.taken_emails = set(taken_emails)
        self._by_id: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}
        self._by_further_email: dict[str, list[Person]] = {}
        self._by_shared_email: dict[str, list[Person]] = {}
        self._brought: set[str] = set()
        self._by_phone: dict[str, Holders] = {}
        for person in people:
            self.add_known(person)

    def add_known(self, person: Person) -> None:
        """Take in a contact that is in the database and that the person who imports sees."""
        self.people.append(person)
        if person.external_id:
            self._by_id[person.external_id] = person
        for rank, email in enumerate(person.emails):
            if email in person.shared:
                self._by_shared_email.setdefault(email, []).append(person)
            elif rank == 0:
                self._by_email[email] = person
            else:
                self._by_further_email.setdefault(email, []).append(person)
        for phone in person.phones:
            self.holders(phone).add(person, 0, [person.name])

    def add_binned(self, person: Person) -> None:
        """Take in a contact that is in the bin: it is found by what no live contact and no other binned one has."""
        self.people.append(person)
        if person.external_id and person.external_id not in self.taken_ids:
            self._by_id.setdefault(person.external_id, person)
        for email in person.emails:
            if email not in person.shared and email not in self.taken_emails and not self.is_known(email):
                self._by_email[email] = person
        for phone in person.phones:
            if not self.holders(phone).people:
                self.holders(phone).add(person, 0, [person.name])

    def knows_nobody_of(self, row: Row) -> bool:
        """Say whether nobody has the row's external ID, e-mail or phone, not even somebody who is not seen."""
        email, external_id = row.email, row.external_id
        return (
            row.phone not in self._by_phone
            and email not in self._by_email
            and external_id not in self._by_id
            and external_id not in self.taken_ids
            and email not in self.taken_emails
            and email not in self._by_further_email
            and email not in self._by_shared_email
        )

    def is_known(self, email: str) -> bool:
        """Say whether anybody has this address at any rank."""
        return any(email in of for of in (self._by_email, self._by_further_email, self._by_shared_email))

    def by_external_id(self, external_id: str) -> Person | None:
        """Return whose external ID it is."""
        return self._by_id.get(external_id)

    def by_email(self, email: str, name: Name | None = None) -> Person | None:
        """Return whose primary e-mail it is, else the only one who has it as a further one.

        With the `name` of a row: whom another row of this round gave it as a further one is meant only where names
        agree. Address books have the office's address with everybody, and nobody is to become the office.
        """
        found = self._by_email.get(email)
        if found is not None:
            return found
        further = self._by_further_email.get(email, ())
        if len(further) != 1:
            return None
        person = further[0]
        if name is None or email not in self._brought:
            return person
        is_named = any(name) and any(person.name)
        return person if is_named and agree(person.name, name) else None

    def is_shared(self, email: str) -> bool:
        """Say whether the address is marked as shared by somebody, so that it identifies nobody."""
        return email in self._by_shared_email and email not in self._by_email

    def sharing(self, email: str) -> list[Person]:
        """Return those who have an address that is marked as shared."""
        return self._by_shared_email.get(email, [])

    def holders(self, phone: str) -> Holders:
        """Return everyone who has this phone."""
        found = self._by_phone.get(phone)
        if found is None:
            found = self._by_phone[phone] = Holders()
        return found

    def around(self, rows: Iterable[Row]) -> Iterable[Person]:
        """Return everyone who has a key of these rows."""
        found: dict[Person, int | None] = {}
        phones: set[str] = set()
        for row in rows:
            if row.external_id and row.external_id in self._by_id:
                found[self._by_id[row.external_id]] = None
            if row.email:
                if row.email in self._by_email:
                    found[self._by_email[row.email]] = None
                found |= dict.fromkeys(self._by_further_email.get(row.email, ()))
                found |= dict.fromkeys(self._by_shared_email.get(row.email, ()))
            if row.phone and row.phone in self._by_phone and row.phone not in phones:
                phones.add(row.phone)
                found |= self._by_phone[row.phone].people
            for email in row.emails:
                if (person := self.by_email(email)) is not None:
                    found[person] = None
            for phone in row.phones:
                if phone in self._by_phone:
                    found |= self._by_phone[phone].people
        return found

    def join(self, person: Person, row: Row, *, identified: bool) -> None:
        """Lay a row over a person, and find the person by its keys from here on.

        `identified` says that the row has a key of its own, so that its name counts as one of the person's.
        """
        before, id_before = person.name, person.external_id if person.values else None
        person.join(row)
        if identified:
            if person.names is None:
                person.names = set()
            person.names.add(row.name)
        if row.external_id:
            if id_before and id_before != row.external_id and self._by_id.get(id_before) is person:
                del self._by_id[id_before]
            self._by_id[row.external_id] = person
        if row.email:
            if self.is_shared(row.email):
                sharing = self._by_shared_email[row.email]
                if person not in sharing:
                    sharing.append(person)
            else:
                self._by_email[row.email] = person
        if row.phone:
            self.holders(row.phone).add(person, row.no, [person.name, row.name])
        if row.emails or row.phones:
            self._join_further(person, row)
        if person.name != before or len(person.rows) > 1:
            for phone in person.phones:
                self.holders(phone).add(person, row.no, [person.name])

    def _join_further(self, person: Person, row: Row) -> None:
        for email in row.emails:
            if person not in self._by_further_email.setdefault(email, []):
                self._by_further_email[email].append(person)
                self._brought.add(email)
        for phone in row.phones:
            self.holders(phone).add(person, row.no, [person.name, row.name])

    def forget_old_names(self, phones: Iterable[str]) -> None:
        """Find people by these phones only under their present names and those of rows with keys of their own.

        What a contact was called before this file must not decide: loaded again, the file would decide otherwise.
        """
        for phone in phones:
            anew = Holders()
            for person, since in self.holders(phone).people.items():
                anew.add(person, since, {person.name, *(person.names or ())})
            self._by_phone[phone] = anew
