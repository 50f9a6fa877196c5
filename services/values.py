"""The values of a contact: read as people write them, kept in one form, with their folded twins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from hooks.i18n import _, language_code
from models.contact import ContactCreate
from models.fold import fold
from services.errors import Refused
from services.messengers import read as read_messenger

# Fields that are text as it stands; how long each may be, in characters.
TEXT_LIMITS = {
    "first_name": 200, "last_name": 200, "organization": 300, "region": 200, "city": 200, "postcode": 40,
    "street": 500, "account_number": 200, "external_id": 200, "language": 20,
}  # fmt: skip
# Importance is a rank of the team's own making; revenue counts minor units.
NUMBER_LIMITS = {"importance": (0, 1_000), "revenue": (-(10**15), 10**15)}
MOST_ADDRESSES = 50
TWINS = ("first_name", "last_name", "organization", "region", "city", "street")
_PLAIN = (*TEXT_LIMITS, *NUMBER_LIMITS, "country", "time_zone", "email_shared")


@dataclass
class Values:
    """A contact's values in their kept form.

    `given` holds the plain fields that were set, `emails`, `phones` (E.164) and `messengers` (pairs of platform and
    handle) the whole ordered lists.
    """

    given: dict[str, Any] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    messengers: list[list[str]] = field(default_factory=list)
    responsible: str | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return values from a contact as change rows speak of it."""
        given = {name: value for name, value in kept.items() if name in _PLAIN}
        return cls(given, list(kept["emails"]), list(kept["phones"]), list(kept["messengers"]))

    @property
    def email_shared(self) -> bool:
        """Say whether the primary e-mail identifies nobody."""
        return bool(self.given.get("email_shared"))

    @property
    def says_something(self) -> bool:
        """Say whether there is something to call the contact by, or a way to reach it."""
        named = any(self.given.get(name) for name in ("first_name", "last_name", "organization"))
        return named or bool(self.emails or self.phones or self.messengers)


def columns_of(values: Values) -> dict[str, Any]:
    """Return the contact's columns for these values, twins and primary e-mail and phone included."""
    row = dict(values.given)
    for name in TWINS:
        row[f"{name}_key"] = folded(row.get(name))
    row["name_key"] = folded(f"{row.get('first_name') or ''} {row.get('last_name') or ''}")
    row["email"] = row["email_key"] = values.emails[0] if values.emails else None
    row["phone"] = values.phones[0] if values.phones else None
    row["email_shared"] = values.email_shared
    return row


def folded(value: str | None) -> str | None:
    """Return the fold of `value`, null when nothing is left of it."""
    return fold(value) or None if value else None


def cleaned(
    command: ContactCreate,
    *,
    country: str | None = None,
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    messengers: Sequence[list[str]] = (),
) -> Values:
    """Return the values of a command, read and kept in one form.

    `country`, `emails`, `phones` and `messengers` are what the contact has already: a phone may be written
    nationally, and a new primary address goes in front of the others. Raises Refused whose `fields` names every field
    that does not fit, all of them at once; what stands in a list by its place, as in `emails.0`.
    """
    wrong: dict[str, str] = {}
    given: dict[str, Any] = {}
    for name in command.model_fields_set & set(_PLAIN):
        reader = _READERS.get(name, _as_is)
        try:
            given[name] = reader(name, getattr(command, name))
        except ValueError as error:
            wrong[name] = str(error)
    home = given.get("country", country)
    values = Values(
        given,
        _read_all(command, "email", _primary_first(command, "email", emails), _email, wrong),
        _read_all(
            command, "phone", _primary_first(command, "phone", phones), lambda one: _phone(one, home), wrong
        ),
        _read_messengers(command, messengers, home, wrong),
    )
    if wrong:
        raise Refused("values_do_not_fit", " ".join(wrong.values()), fields=wrong)
    values.responsible = command.responsible
    return values


def _read_all(
    command: ContactCreate,
    kind: str,
    listed: Sequence[str],
    reader: Callable[[str], str],
    wrong: dict[str, str],
) -> list[str]:
    """Return addresses in their kept form, each once."""
    if len(listed) > MOST_ADDRESSES:
        wrong[kind] = _("These are more than {limit}.").format(limit=MOST_ADDRESSES)
        return []
    plural: Sequence[str] = getattr(command, f"{kind}s") or ()
    found = []
    for one in listed:
        try:
            found.append(reader(one))
        except ValueError as error:
            alone = getattr(command, kind) == one or one not in plural
            wrong[kind if alone else f"{kind}s.{plural.index(one)}"] = str(error)
    return list(dict.fromkeys(found))


def _read_messengers(
    command: ContactCreate, had: Sequence[list[str]], country: str | None, wrong: dict[str, str]
) -> list[list[str]]:
    if "messengers" not in command.model_fields_set:
        return [list(one) for one in had]
    listed = command.messengers or []
    if len(listed) > MOST_ADDRESSES:
        wrong["messengers"] = _("These are more than {limit}.").format(limit=MOST_ADDRESSES)
        return []
    found = []
    for place, one in enumerate(listed):
        try:
            found.append(read_messenger(one.platform, one.handle, country))
        except ValueError as error:
            wrong[f"messengers.{place}"] = str(error)
    return [list(one) for one in dict.fromkeys(found)]


def _primary_first(command: ContactCreate, kind: str, had: Sequence[str]) -> list[str]:
    """Return the wanted addresses: the list given, or the new primary one before the rest of what was."""
    plural = f"{kind}s"
    listed = list(had)
    if plural in command.model_fields_set:
        listed = list(getattr(command, plural) or [])
    if kind not in command.model_fields_set:
        return listed
    primary = getattr(command, kind)
    if not primary:
        # Emptying the primary one takes it away; the next of the list, if any, takes its place.
        return listed if plural in command.model_fields_set else listed[1:]
    rest = listed if plural in command.model_fields_set or primary in listed else listed[1:]
    return [primary, *(one for one in rest if one != primary)]


def _email(text: str) -> str:
    from services.imports.emails import read_email

    read = read_email(text)
    if not isinstance(read, str):
        raise ValueError(read.sentence())
    return read


def _phone(text: str, country: str | None) -> str:
    from services.imports.phones import read_phone
    from services.imports.unreadable import Unreadable

    # In a file the country's column vouches for the number; a person who writes the dialling code means it.
    read = read_phone(text, None if text.strip().startswith("+") else country)
    if isinstance(read, Unreadable):
        raise ValueError(read.sentence())
    return read.e164


def _as_is(_name: str, value: Any) -> Any:
    return value


def _text(name: str, value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    if len(value) > TEXT_LIMITS[name]:
        raise ValueError(_("This is longer than {limit} characters.").format(limit=TEXT_LIMITS[name]))
    if "\x00" in value:
        raise ValueError(_("This holds a character that cannot be kept."))
    return value.strip()


def _language(name: str, value: str | None) -> str | None:
    text = _text(name, value)
    return text and language_code(text)


def _country(_name: str, value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    from services.imports.countries import read_country

    read = read_country(value)
    if not isinstance(read, str):
        raise ValueError(read.sentence())
    return read


def _time_zone(_name: str, value: str | None) -> str | None:
    if not value:
        return None
    from zoneinfo import available_timezones

    if value not in available_timezones():
        raise ValueError(_("{zone} is no time zone; an example is America/Sao_Paulo.").format(zone=value))
    return value


def _number(name: str, value: int | None) -> int | None:
    least, most = NUMBER_LIMITS[name]
    if value is not None and not least <= value <= most:
        raise ValueError(_("Give a number from {least} to {most}.").format(least=least, most=most))
    return value


_READERS: dict[str, Any] = dict.fromkeys(TEXT_LIMITS, _text) | dict.fromkeys(NUMBER_LIMITS, _number)
_READERS |= {"country": _country, "time_zone": _time_zone, "language": _language}
