"""People that are hard to filter: missing values, accents, several addresses, days at the edge of a change of clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import insert

from hooks.viewer import SYSTEM
from models.contact import Contact, ContactPoint, OptOut
from models.fold import fold
from models.people import User
from models.search import search_phones, search_places, search_text
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services.work import AUDITED, Work, unit_of_work

# The clock of these tests: a week after São Paulo skipped a midnight.
NOW = datetime(2018, 11, 10, 15, 30, tzinfo=UTC)

FIRST = (
    "José",
    "JOSE",
    "Ana",
    "Ána Maria",
    "Strauß",
    "Øre",
    "李雷",
    "a_b%c",
    "\\",
    "O'Brien",
    "x",
    '"q"',
    "ß",
)
LAST = (
    "Gonçalves",
    "gonzalez",
    "Müller",
    "MULLER",
    "Łukasz",
    "d'Ávila",
    "%",
    "_",
    "Smith",
    "smithson",
    "ſmith",
)
MAIL = ("ana@example.com", "ANA.maria@example.com", "jose@mail.example", "j@x.io", "müller@example.de")
PHONES = ("+5511961234567", "+551133334444", "+33612345678", "+4915112345678", "+12125550123")
COUNTRIES = ("BR", "FR", "US", "DE")
ORGANIZATIONS = ("Fazenda São João", "fazenda sao joao", "ACME Ltda.", "Acme", "Œuvres & Cie", "50% off")
CODES = ("A-100", "a-100", "A-1001", "00123", "123", "Ä1", "X_1%")
SOURCES = ("manual", "import", "api", "landing page")
REGIONS = ("São Paulo", "Sao Paulo", "Île-de-France", "SP", "Bayern")
CITIES = ("Campinas", "Paris", "München", "munchen")
POSTCODES = ("13083-970", "75001", "80331", "SW1A 1AA", "sw1a 2aa")
STREETS = ("Rua Augusta, 1200", "rua augusta 12", "12 Rue de l'Église", "Straße 5", "é")
HANDLES = (("telegram", "@Ana"), ("whatsapp", "+5511961234567"), ("Telegram", "@jose"), (None, "skype:ana"))
SEGMENTS = ("Norte", "Sul", "Prêmio", "premio gold", "Hidden")
TAGS = ("vip", "Árbitro", "cold")
USERS = ("ana@panel.example", "bia@panel.example", "caio@panel.example")
CHANNELS = ("email", "sms", "phone")


@dataclass
class Someone:
    """A contact as plain values; `opted_out` are channels closed to the person."""

    id: int
    first_name: str | None
    last_name: str | None
    emails: list[str]
    phones: list[str]
    messengers: list[tuple[str | None, str]]
    country: str | None
    organization: str | None
    account_number: str | None
    external_id: str | None
    responsible: str | None
    source: str
    region: str | None
    city: str | None
    postcode: str | None
    address: str | None
    importance: int | None
    revenue: int | None
    created: datetime
    updated: datetime
    segments: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    opted_out: set[str] = field(default_factory=set)


@dataclass
class Everyone:
    """All people of a test, and the addresses that are closed, as (channel, address)."""

    people: list[Someone]
    closed: set[tuple[str, str]]


def invent(seed: int, number: int) -> Everyone:
    """Make up `number` people; the same seed makes the same ones."""
    random = Random(seed)

    def maybe(values: tuple[str, ...]) -> str | None:
        return random.choice(values) if random.random() < 0.75 else None

    def several(values: tuple[str, ...], most: int) -> list[str]:
        return random.sample(values, min(random.randrange(most + 1), len(values)))

    def moment() -> datetime:
        around = NOW - timedelta(days=random.choice((0, 1, 6, 7, 29, 30, 365)))
        edge = around.replace(hour=random.choice((0, 2, 3, 12, 22, 23)), minute=random.choice((0, 59)))
        return edge + timedelta(microseconds=random.choice((0, 1, 59_999_999)))

    people = []
    for id_ in range(1, number + 1):
        created = moment()
        people.append(
            Someone(
                id=id_,
                first_name=maybe(FIRST),
                last_name=maybe(LAST),
                emails=[f"{id_}.{mail.lower()}" if random.random() < 0.3 else mail.lower()
                        for mail in several(MAIL, 3)],
                phones=several(PHONES, 3),
                messengers=random.sample(HANDLES, random.choice((0, 0, 1, 2))),
                country=maybe(COUNTRIES),
                organization=maybe(ORGANIZATIONS),
                account_number=maybe(CODES),
                external_id=f"{random.choice(CODES)}/{id_}" if random.random() < 0.6 else None,
                responsible=maybe(USERS),
                source=random.choice(SOURCES),
                region=maybe(REGIONS),
                city=maybe(CITIES),
                postcode=maybe(POSTCODES),
                address=maybe(STREETS),
                importance=random.choice((None, 1, 2, 3, 5)),
                revenue=random.choice((None, 0, 99, 100, -5, 3_000_000_000)),
                created=created,
                updated=max(created, random.choice((created, moment()))),
                segments=set(several(SEGMENTS, 3)),
                tags=set(several(TAGS, 2)),
                opted_out=set(several(CHANNELS, 1)) if random.random() < 0.3 else set(),
            )
        )  # fmt: skip
    closed = {("email", "ana@example.com"), ("phone", PHONES[1]), ("sms", PHONES[0])}
    return Everyone(people, set(random.sample(sorted(closed), 2)))


def write(everyone: Everyone) -> None:
    """Write the people into the database at hand."""
    with unit_of_work(SYSTEM, write=True) as work:
        act_id = work.act("system")
        users = _named(work, User, [
            {"email": email, "email_key": email, "name": email, "role_id": 1, "active": True, "created_at": NOW}
            for email in USERS
        ])  # fmt: skip
        segments = _named(work, Segment, [_label(name, colour="blue", kind="static") for name in SEGMENTS])
        tags = _named(work, Tag, [_label(name, colour="grey") for name in TAGS])
        for one in everyone.people:
            _write(work, one, act_id, dict(zip(USERS, users, strict=True)))
            for name in one.segments:
                _stand(work, SegmentMember, "segment_id", segments[SEGMENTS.index(name)], one, act_id)
            for name in one.tags:
                _stand(work, ContactTag, "tag_id", tags[TAGS.index(name)], one, act_id)
        for channel, key in everyone.closed:
            closed = {"channel": channel, "key": key, "since": NOW, "act_id": act_id}
            work.session.execute(insert(OptOut).values(closed))


def _label(name: str, **more: object) -> dict[str, object]:
    extra = {"restricted": False, "active": True} if "kind" in more else {}
    return {"name": name, "name_key": fold(name), "created_at": NOW} | extra | more


def _named(work: Work, table: type, rows: list[dict[str, object]]) -> list[int]:
    return [work.session.execute(insert(table).values(row).returning(table.id)).scalar_one() for row in rows]


def _stand(work: Work, table: type, column: str, id_: int, one: Someone, act_id: int) -> None:
    row = {column: id_, "contact_id": one.id, "joined_at": NOW, "joined_act_id": act_id}
    more = {"mode": "picked"} if table is SegmentMember else {}
    work.session.execute(insert(table).values(row | more), execution_options=AUDITED)


def _write(work: Work, one: Someone, act_id: int, users: dict[str, int]) -> None:
    def key(text: str | None) -> str | None:
        return fold(text) or None if text else None

    row = {
        "id": one.id, "version": 1, "first_name": one.first_name, "first_name_key": key(one.first_name),
        "last_name": one.last_name, "last_name_key": key(one.last_name),
        "name_key": key(f"{one.first_name or ''} {one.last_name or ''}"),
        "email": one.emails[0] if one.emails else None, "email_key": key(one.emails[0]) if one.emails else None,
        "email_shared": True, "phone": one.phones[0] if one.phones else None,
        "organization": one.organization, "organization_key": key(one.organization), "country": one.country,
        "region": one.region, "region_key": key(one.region), "city": one.city, "city_key": key(one.city),
        "postcode": one.postcode, "street": one.address, "street_key": key(one.address),
        "account_number": one.account_number, "external_id": one.external_id,
        "responsible_id": users[one.responsible] if one.responsible else None, "source": one.source,
        "importance": one.importance, "revenue": one.revenue, "wall_set_id": 0, "created_at": one.created,
        "changed_at": one.updated, "created_act_id": act_id,
    }  # fmt: skip
    work.session.execute(insert(Contact).values(row), execution_options=AUDITED)
    points = [("email", None, mail, key(mail), n) for n, mail in enumerate(one.emails) if n]
    points += [("phone", None, phone, phone, n) for n, phone in enumerate(one.phones) if n]
    points += [("messenger", kind, handle, key(handle), n) for n, (kind, handle) in enumerate(one.messengers)]
    for kind, platform, value, folded, position in points:
        point = {"contact_id": one.id, "kind": kind, "platform": platform, "value": value, "key": folded}
        values = point | {"position": position, "shared": False}
        work.session.execute(insert(ContactPoint).values(values), execution_options=AUDITED)
    for channel in one.opted_out:
        closed = {"channel": channel, "contact_id": one.id, "since": NOW, "act_id": act_id}
        work.session.execute(insert(OptOut).values(closed))
    _write_search(work, one)


def _write_search(work: Work, one: Someone) -> None:
    from sqlalchemy import text

    names = f"{one.first_name or ''} {one.last_name or ''}"
    row = {
        "id": one.id,
        "text": search_text([names, *one.emails, one.organization, one.account_number, one.external_id]),
        "phones": search_phones(one.phones),
        "places": search_places(one.address, one.postcode),
    }
    key = "rowid" if work.on_sqlite else "contact_id"
    statement = (
        f"INSERT INTO contact_search ({key}, text, phones, places) VALUES (:id, :text, :phones, :places)"
    )
    work.session.execute(text(statement), row)
