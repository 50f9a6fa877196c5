"""Invented contacts, as rows ready to be written.

One random generator and one pass make them, so that the same seed and number give the same contacts. Whatever
repeats (folds, names of firms, shapes of postcodes) is worked out once before: a million take half a minute.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any, TypeVar

from models.contact import SOURCES
from models.fold import fold
from services.demo.countries import COUNTRIES, City, Country
from services.demo.house import House, slug
from services.demo.phones import phone_maker

CONTACT_COLUMNS = (
    "id", "version", "first_name", "first_name_key", "last_name", "last_name_key", "name_key",
    "email", "email_key", "email_shared", "phone", "organization", "organization_key",
    "country", "region", "region_key", "city", "city_key", "postcode", "street", "street_key", "lat", "lon",
    "language", "account_number", "external_id", "responsible_id", "source", "utm", "importance", "revenue",
    "wall_set_id", "created_at", "changed_at", "created_act_id",
)  # fmt: skip

_T = TypeVar("_T")

_DAY = 86_400_000_000
_SPAN = 3 * 365 * _DAY
_SHARES = {"manual": 24, "import": 38, "api": 6, "form": 10, "landing page": 6, "chatbot": 6, "payment": 2,
           "automation": 2, "integration": 6}  # fmt: skip
_UTM = tuple(
    json.dumps({"utm_source": source, "utm_medium": medium, "utm_campaign": campaign})
    for source, medium, campaign in (
        ("newsletter", "email", "spring-fair"),
        ("search", "cpc", "harvest"),
        ("social", "post", "open-day"),
    )
)


@dataclass
class Batch:
    """Rows of a few thousand contacts, a list a table; instants are microseconds since 1970."""

    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    search: list[tuple[int, str, str, str]] = field(default_factory=list)
    points: list[tuple[int, str, str | None, str, str, int]] = field(default_factory=list)
    members: list[tuple[int, int, int]] = field(default_factory=list)
    tags: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class WallChoice:
    """A wall set that contacts are put behind, its walls, and the advisors who see behind it."""

    wall_set_id: int
    walls: tuple[int, ...]
    seers: tuple[int, ...]


@dataclass(frozen=True)
class Numbering:
    """Where ids and serials (in addresses and external ids) begin; the act; the present in microseconds."""

    first_id: int
    first_serial: int
    act_id: int
    now: int


class _Place:
    """A city with what can be said of it beforehand."""

    def __init__(self, country: Country, city: City, random: Random) -> None:
        self.city = city
        self.keys = fold(city.region), fold(city.name)
        self.postcode = re.sub(r"#+", lambda run: f"%0{len(run[0])}d", city.postcode)
        self.sizes = tuple(10 ** len(run) for run in re.findall(r"#+", city.postcode))
        self.mobile = phone_maker(country, city, "mobile", random)
        self.fixed = phone_maker(country, city, "fixed", random)


class _Land:
    """A country with its names folded, its places prepared, and a pool of firms of about `contacts` / 20."""

    def __init__(self, country: Country, contacts: int, random: Random) -> None:
        self.country = country
        self.first = [_named(name) for name in country.first_names]
        self.last = [_named(name) for name in country.last_names]
        self.streets = [(street, fold(street)) for street in country.streets]
        self.places = [_Place(country, city, random) for city in country.cities]
        pool = max(12, contacts * country.share // 2_000)
        self.firms = [_firm(country, random) for _number in range(min(pool, 8_000))]


def _named(name: str) -> tuple[str, str, str]:
    written = name.partition("/")[0]
    return written, fold(written), slug(name)


def _firm(country: Country, random: Random) -> tuple[str, str, str]:
    last, other = (random.choice(country.last_names).partition("/")[0] for _surname in range(2))
    name = random.choice(country.firms).format(word=random.choice(country.words), last=last, other=other)
    domain = "-".join("".join(s if s.isascii() and s.isalnum() else " " for s in fold(name)).split())
    return name, fold(name), f"{domain}.example.com" if domain else "example.com"


class ContactMaker:
    """Makes contacts one after the other."""

    def __init__(self, contacts: int, house: House, sets: list[WallChoice], begin: Numbering, random: Random):
        self.contacts = contacts
        self.house = house
        self.sets = sets
        self.begin = begin
        self.draw = random.random
        self.lands = [_Land(country, contacts, random) for country in COUNTRIES]
        self.land_of = _slots({land: land.country.share for land in self.lands})
        self.source_of = _slots({source: _SHARES.get(source, 0) for source in SOURCES})
        # The walls of single segments are larger than those where several meet.
        self.set_weights = list(accumulate(1 / len(one.walls) ** 3 for one in sets))

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all contacts in batches of `size`."""
        for start in range(0, self.contacts, size):
            batch = Batch()
            for number in range(start, min(start + size, self.contacts)):
                self._make(number, batch)
            # Neighbours in the table are written together.
            batch.members.sort()
            batch.tags.sort()
            yield batch

    def _make(self, number: int, batch: Batch) -> None:
        draw, begin = self.draw, self.begin
        contact_id, serial = begin.first_id + number, begin.first_serial + number
        land = self.land_of[int(draw() * len(self.land_of))]
        first, first_key, first_slug = land.first[int(len(land.first) * draw() ** 1.6)]
        last, last_key, last_slug = self._last_name(land)
        place = land.places[int(len(land.places) * draw() ** 1.4)]
        firm, firm_key, domain = self._firm(land)
        account = f"{1000 + int(draw() * 9000)}-{serial:07d}" if draw() < 0.6 else None
        external = f"DEMO-{serial:07d}" if draw() < 0.75 else None
        mobile = draw() < 0.78
        phone = (place.mobile() if mobile else place.fixed()) if draw() < 0.88 else None
        email = None
        if phone is None or draw() < 0.82:
            email = f"{first_slug}.{last_slug}{serial}@{domain if draw() < 0.5 else 'example.com'}"
        created = self._created(number)
        choice = self._walls(contact_id, created, batch)
        source = self.source_of[int(draw() * len(self.source_of))]
        name_key = f"{first_key} {last_key}"
        address = self._address(land, place)
        batch.contacts.append((
            contact_id, 1, first, first_key, last, last_key, name_key,
            email, email, False, phone, firm, firm_key,
            land.country.code, place.city.region, place.keys[0], place.city.name, place.keys[1],
            *address,
            land.country.language, account, external, self._responsible(choice),
            source, self._utm(source), 1 + int(draw() * 5) if draw() < 0.4 else None,
            int(10 ** (4 + 4 * draw())) if draw() < 0.45 else None,
            choice.wall_set_id if choice else 0, created, created, begin.act_id,
        ))  # fmt: skip
        mails, numbers = self._points(contact_id, email, phone if mobile else None, place, serial, batch)
        text = (name_key, email, *mails, firm_key, account, external.lower() if external else None)
        phones = (phone, *numbers) if phone else numbers
        places = f"{address[2]}\n{address[0].lower()}" if address[0] else ""
        batch.search.append(
            (contact_id, "\n".join(filter(None, text)), "\n".join(one[1:] for one in phones), places)
        )
        self._sort_in(contact_id, created, batch)

    def _last_name(self, land: _Land) -> tuple[str, str, str]:
        draw = self.draw
        name = land.last[int(len(land.last) * draw() ** 1.6)]
        if draw() >= land.country.two_surnames:
            return name
        second = land.last[int(len(land.last) * draw())]
        joint = "-" if land.country.code in ("FR", "DE") else " "
        return f"{name[0]}{joint}{second[0]}", f"{name[1]}{joint}{second[1]}", name[2]

    def _firm(self, land: _Land) -> tuple[str | None, str | None, str]:
        if self.draw() < 0.4:
            return None, None, "example.com"
        return land.firms[int(len(land.firms) * self.draw() ** 1.3)]

    def _address(self, land: _Land, place: _Place) -> tuple[str | None, str | None, str | None, float, float]:
        draw = self.draw
        lat, lon = place.city.lat + (draw() - 0.5) / 5, place.city.lon + (draw() - 0.5) / 5
        if draw() < 0.2:
            return None, None, None, round(lat, 5), round(lon, 5)
        street, street_key = land.streets[int(draw() * len(land.streets))]
        number = 1 + int(draw() * 2_000 * draw())
        shape = land.country.street_shape
        return (
            place.postcode % tuple(int(draw() * size) for size in place.sizes),
            shape.format(street=street, number=number),
            shape.format(street=street_key, number=number),
            round(lat, 5),
            round(lon, 5),
        )

    def _created(self, number: int) -> int:
        """Return an instant of the last three years, in the daytime, later for a higher number."""
        begin = self.begin.now - _SPAN
        # A base that grows: the later, the more.
        since = _SPAN * ((number + self.draw()) / self.contacts) ** 0.8
        day = begin + int(since) // _DAY * _DAY
        day -= day % _DAY
        return min(day + int((8 + 14 * self.draw()) * 3_600_000_000), self.begin.now - 60_000_000)

    def _walls(self, contact_id: int, created: int, batch: Batch) -> WallChoice | None:
        if not self.sets or self.draw() >= 0.4:
            return None
        choice = self.sets[bisect_right(self.set_weights, self.draw() * self.set_weights[-1])]
        batch.members.extend((wall, contact_id, created) for wall in choice.walls)
        return choice

    def _responsible(self, choice: WallChoice | None) -> int | None:
        able = choice.seers if choice else self.house.advisors
        return able[int(self.draw() * len(able))] if able and self.draw() < 0.9 else None

    def _utm(self, source: str) -> str | None:
        return _UTM[int(self.draw() * len(_UTM))] if source in ("form", "landing page") else None

    def _points(
        self, contact_id: int, email: str | None, mobile: str | None, place: _Place, serial: int, batch: Batch
    ) -> tuple[list[str], list[str]]:
        """Add further addresses and messengers; return the further e-mails and phones."""
        draw = self.draw
        mails: list[str] = []
        numbers: list[str] = []
        if email and draw() < 0.07:
            mails.append(f"{email.split('@')[0]}@home.example.com")
            batch.points.append((contact_id, "email", None, mails[0], mails[0], 1))
        if mobile and draw() < 0.09:
            numbers.append(place.fixed())
            batch.points.append((contact_id, "phone", None, numbers[0], numbers[0], 1))
        if mobile and draw() < 0.12:
            batch.points.append((contact_id, "messenger", "whatsapp", mobile, mobile, 0))
        elif email and draw() < 0.02:
            handle = f"@demo{serial}"
            batch.points.append((contact_id, "messenger", "telegram", handle, handle, 0))
        return mails, numbers

    def _sort_in(self, contact_id: int, created: int, batch: Batch) -> None:
        """Put the contact into plain segments and give it tags."""
        draw, plain, tags = self.draw, self.house.plain, self.house.tags
        if plain and draw() < 0.45:
            chosen = {plain[int(len(plain) * draw() ** 2)] for _time in range(1 + int(draw() * 2.4))}
            batch.members.extend((segment, contact_id, created) for segment in chosen)
        if tags and draw() < 0.25:
            stuck = {tags[int(len(tags) * draw() ** 1.5)] for _time in range(1 + int(draw() * 1.3))}
            batch.tags.extend((tag, contact_id, created) for tag in stuck)


def _slots(shares: dict[_T, int]) -> list[_T]:
    """Return every key as often as its share says, to be drawn from."""
    return [key for key, share in shares.items() for _slot in range(share)]
