"""Which contact a row means: the decision table of the import, without a database.

X is the external ID, E the e-mail, P the phone. X and E identify, and contradict each other in any order of keys: the
stronger one leads to a contact whatever the weaker one says, unless that leads to another. P identifies only where the
names agree and no stronger key contradicts, so it decides nothing that X or E decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.imports.people import Directory, Name, Person, Row, agree

Carried = Callable[[Person, Row], bool]


@dataclass(frozen=True, slots=True)
class Match:
    """`person` to update, none to make a new contact; with `code` the row is rejected, `person` is then whom it met.

    `field` names the key that is not available.
    """

    person: Person | None = None
    code: str | None = None
    field: str | None = None
    shares_phone: bool = False
    other_name: bool = False


class Order(NamedTuple):
    """The order of the keys, as the questions that it answers."""

    email_before_id: bool
    phone_yields_to_id: bool
    phone_yields_to_email: bool


def order_of(keys: Sequence[str]) -> Order:
    """Return the order of the three keys (external_id, email, phone), the strongest first."""
    by_id, by_email, by_phone = (keys.index(key) for key in ("external_id", "email", "phone"))
    return Order(by_email < by_id, by_id < by_phone, by_email < by_phone)


# Among so many of one name and phone a row is looked for that is there already.
_MOST_TWINS = 1_000

NEW = Match()
_NEW_SHARING = Match(shares_phone=True)


def is_identified(row: Row, directory: Directory) -> bool:
    """Say whether the row has a key that can identify: an external ID, or an address that is not a shared one."""
    return bool(row.external_id or (row.email and not directory.is_shared(row.email)))


def match(row: Row, directory: Directory, order: Order) -> Match:
    """Decide a row that is identified."""
    email = row.email if row.email and not directory.is_shared(row.email) else None
    if row.external_id in directory.taken_ids:
        return Match(code="not_available", field="external_id")
    by_id = directory.by_external_id(row.external_id) if row.external_id else None
    if email in directory.taken_emails and (by_id is None or email not in by_id.emails):
        return Match(code="not_available", field="email")
    by_email = directory.by_email(email, row.name) if email else None
    if by_id is None and by_email is None and row.emails:
        by_email = _by_further_email(row, directory)
    if by_id is not None and by_email is not None and by_email is not by_id:
        return Match(code="keys_of_two", person=by_id)
    if by_id is not None:
        if by_email is None and order.email_before_id and email and _has_another_email(by_id, email):
            return Match(code="external_id_of_another", person=by_id)
        return update(by_id, row)
    if by_email is not None:
        if not order.email_before_id and _has_another_id(by_email, row):
            return Match(code="email_of_another", person=by_email)
        return update(by_email, row)
    return _by_phone(row, directory, order)


def match_by_phone_alone(
    row: Row, directory: Directory, order: Order, *, carried: Carried, make_where_phone_is_anothers: bool
) -> Match:
    """Decide a row that has only a phone, or an address that identifies nobody; after all that are identified.

    Where several could be meant and one of them has every value of the row (`carried`), the row adds nothing:
    it is that one's. So a file that is loaded again finds what it made.
    """
    if row.email:
        twins = [
            one for one in directory.sharing(row.email) if agree(one.name, row.name) and carried(one, row)
        ]
        found = _by_phone(row, directory, order)
        return Match(person=twins[0]) if found.person is None and twins else found
    phone = _telling_phone(row, directory)
    if phone is None:
        return NEW
    holders = directory.holders(phone)
    agreeing = holders.agreeing(row.name, _MOST_TWINS)
    if len(agreeing) == 1:
        return update(agreeing[0], row)
    if not agreeing and not holders.anyone_before(row.no):
        # Who gets this phone from a later row, under another name, is no reason to refuse this one.
        return _NEW_SHARING if holders.people else NEW
    for person in agreeing:
        if carried(person, row):
            return Match(person=person)
    if make_where_phone_is_anothers:
        return _NEW_SHARING
    met = next(iter(holders.people)) if len(holders.people) == 1 else None
    return Match(code="phone_of_another", person=met)


def _by_phone(row: Row, directory: Directory, order: Order) -> Match:
    """Decide by phone a row that has an external ID or an e-mail that nobody has."""
    phone = _telling_phone(row, directory)
    holders = directory.holders(phone) if phone else None
    if holders is None or not holders.people:
        return NEW
    agreeing = holders.agreeing(row.name, 2)
    if len(agreeing) != 1 or (order.phone_yields_to_id and _has_another_id(agreeing[0], row)):
        return _NEW_SHARING
    if len(holders.people) > 1 and order.phone_yields_to_email and _has_another_email(agreeing[0], row.email):
        return _NEW_SHARING
    return update(agreeing[0], row)


def _by_further_email(row: Row, directory: Directory) -> Person | None:
    """Return the only one of the row's name whom its further addresses lead to; they contradict nothing."""
    found = {
        person
        for email in row.emails
        if (person := directory.by_email(email)) is not None
        and agree(person.name, row.name)
        and not _has_another_id(person, row)
    }
    return found.pop() if len(found) == 1 else None


def _telling_phone(row: Row, directory: Directory) -> str | None:
    """Return the row's phone, or the first further one by which somebody of its name is known."""
    if row.phones and row.phone and not directory.holders(row.phone).agreeing(row.name, 1):
        for phone in row.phones:
            if directory.holders(phone).agreeing(row.name, 1):
                return phone
    return row.phone


def is_other_name(known: Name, name: Name) -> bool:
    """Say whether two names are wholly different: they have a part in common, and none of these is the same."""
    (known_first, known_last), (first, last) = known, name
    if (first and first == known_first) or (last and last == known_last):
        return False
    return bool((first and known_first) or (last and known_last))


def update(person: Person, row: Row) -> Match:
    """Return the match of a row with a person whom it means; see whether it calls them otherwise."""
    return Match(person=person, other_name=is_other_name(person.name, row.name))


def _has_another_id(person: Person, row: Row) -> bool:
    return bool(row.external_id and person.external_id and person.external_id != row.external_id)


def _has_another_email(person: Person, email: str | None) -> bool:
    return bool(email and person.emails and email not in person.emails)
