"""Contact files as they come out of other programs: nine columns, eight countries, and the usual mess.

`people` invents the persons, `write_file` writes them with their numbers in any notation, their addresses
in any case, some rows twice and some bad; the same seed gives the same bytes. What is wrong with a row is
counted, so that a measurement can say that every one of them was found.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat

from services.demo.countries import COUNTRIES, Country
from services.demo.house import slug
from services.demo.phones import phone_maker

HEADER = (
    "Country Code", "First Name", "Last Name", "Mobile Number", "Email", "Account Number", "Organization",
    "External ID", "Segments",
)  # fmt: skip

# The file names these; whoever measures makes them first.
SEGMENTS = tuple(
    f"{line} {place}"
    for line in ("Fleet", "Retail", "Service", "Leasing", "Parts")
    for place in ("North", "South", "East", "West")
)
_UNKNOWN_SEGMENTS = ("Flet North", "Old list 2019", "Messe")

# Shares of all rows, in thousandths.
BAD = {
    "phone_too_short": 5,
    "phone_letters": 3,
    "phone_of_another_country": 3,
    "email_broken": 5,
    "country_unknown": 3,
    "no_last_name": 3,
    "nothing_to_reach": 3,
}
_TWICE = 40
_BLANK = 2


@dataclass(frozen=True)
class Person:
    """One invented person as a clean row has it; `phone` is E.164, `segments` are names of SEGMENTS."""

    country: str
    first_name: str
    last_name: str
    phone: str
    email: str | None
    account_number: str | None
    organization: str | None
    external_id: str | None
    segments: tuple[str, ...]


def people(count: int, seed: int = 1) -> Iterator[Person]:
    """Yield `count` persons, no two with one phone, e-mail address or external ID."""
    random = Random(f"people/{seed}")
    lands = [country for country in COUNTRIES for _share in range(country.share)]
    phones = {
        country.code: [phone_maker(country, city, "mobile", random) for city in country.cities]
        for country in COUNTRIES
    }
    taken: set[str] = set()
    for number in range(count):
        country = random.choice(lands)
        yield _person(country, number, _fresh(phones[country.code], taken, random), random)


def _fresh(makers: list[Callable[[], str]], taken: set[str], random: Random) -> str:
    phone = random.choice(makers)()
    while phone in taken:
        phone = random.choice(makers)()
    taken.add(phone)
    return phone


def _person(country: Country, number: int, phone: str, random: Random) -> Person:
    first, last = random.choice(country.first_names), random.choice(country.last_names)
    firm = random.choice(country.firms).format(
        word=random.choice(country.words),
        last=random.choice(country.last_names).partition("/")[0],
        other=random.choice(country.last_names).partition("/")[0],
    )
    return Person(
        country=country.code,
        first_name=first.partition("/")[0],
        last_name=last.partition("/")[0],
        phone=phone,
        email=f"{slug(first)}.{slug(last)}{number}@example.com" if random.random() < 0.85 else None,
        account_number=f"AC-{random.randrange(10**6):06d}" if random.random() < 0.5 else None,
        organization=firm if random.random() < 0.6 else None,
        external_id=f"X{number:08d}" if random.random() < 0.5 else None,
        segments=tuple(random.sample(SEGMENTS, random.choice((0, 0, 1, 1, 2, 3)))),
    )


def write_file(path: Path, rows: int, seed: int = 1) -> Counter[str]:
    """Write a file of so many records after the header; count those good, twice, blank, and bad by kind."""
    random = Random(f"mess/{seed}")
    told: Counter[str] = Counter()
    fresh = people(rows, seed)
    recent: list[Person] = []
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for _row in range(rows):
            kind = _kind(random, bool(recent))
            told[kind] += 1
            if kind == "blank":
                writer.writerow([""] * len(HEADER))
                continue
            person = random.choice(recent) if kind == "twice" else next(fresh)
            if kind == "twice":
                person = replace(person, organization=person.organization or "Sítio Novo")
            elif kind == "good":
                recent = [*recent[-500:], person]
            writer.writerow(_cells(person, kind, random))
    return told


def _kind(random: Random, may_repeat: bool) -> str:
    point = random.randrange(1_000)
    for kind, share in BAD.items():
        if point < share:
            return kind
        point -= share
    if point < _BLANK:
        return "blank"
    return "twice" if may_repeat and point < _BLANK + _TWICE else "good"


def _cells(person: Person, kind: str, random: Random) -> list[str]:
    cells = [
        _cased(person.country, random) if random.random() < 0.1 else person.country,
        _spaced(person.first_name, random),
        _spaced(person.last_name, random),
        _phone_as_typed(person, random),
        _cased(person.email or "", random),
        person.account_number or "",
        person.organization or "",
        person.external_id or "",
        _segments_as_typed(person, random),
    ]
    if kind in _SPOILT:
        _SPOILT[kind](cells, person)
    return cells


def _phone_as_typed(person: Person, random: Random) -> str:
    notation = random.randrange(6)
    if notation == 0:
        return person.phone
    if notation == 1:
        return "00" + person.phone[1:] if person.country not in ("BR", "US", "JP") else person.phone
    number = phonenumbers.parse(person.phone)
    if notation == 2:
        return str(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    national = str(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    return national if notation < 5 else "".join(sign for sign in national if sign.isdigit())


def _segments_as_typed(person: Person, random: Random) -> str:
    names = [_cased(name, random) for name in person.segments]
    if random.random() < 0.004:
        names.append(random.choice(_UNKNOWN_SEGMENTS))
    return ("; " if random.random() < 0.3 else ";").join(names)


def _cased(text: str, random: Random) -> str:
    point = random.random()
    return text.upper() if point < 0.06 else text.lower() if point < 0.12 else text


def _spaced(text: str, random: Random) -> str:
    return f" {text} " if random.random() < 0.05 else text


def _put(column: int, value: str) -> Callable[[list[str], Person], None]:
    def put(cells: list[str], _person: Person) -> None:
        cells[column] = value

    return put


def _abroad(cells: list[str], person: Person) -> None:
    cells[3] = "+351 912 345 678" if person.country != "PT" else "+33 6 12 34 56 78"


def _without_reach(cells: list[str], _person: Person) -> None:
    # Without a key either: a row that matches a contact by its external ID needs nothing else.
    cells[3] = cells[4] = cells[7] = ""


def _without_last_name(cells: list[str], _person: Person) -> None:
    cells[2] = cells[7] = ""


_SPOILT: dict[str, Callable[[list[str], Person], None]] = {
    "phone_too_short": _put(3, "12345"),
    "phone_letters": _put(3, "see card"),
    "phone_of_another_country": _abroad,
    "email_broken": _put(4, "nobody@@example"),
    "country_unknown": _put(0, "XX"),
    "no_last_name": _without_last_name,
    "nothing_to_reach": _without_reach,
}
