"""What an import is held against: the same people, already clean, written in one go.

`bare` is executemany into one contact table with six grid indexes and a link table; `raw` the same into
Carteira's own tables, with their indexes, the search index and a change row a contact. On PostgreSQL both use
COPY, its own fast way. Rows are made ready before the clock starts.
"""

import sqlite3
from collections.abc import Sequence
from time import perf_counter, process_time
from typing import Any

from bench.bases import answer
from bench.messy import SEGMENTS, Person, people
from hooks.viewer import SYSTEM
from models.base import now, to_microseconds
from models.fold import fold
from models.search import search_phones, search_text
from models.segment import SegmentCreate
from services import segments
from services.demo.contacts import CONTACT_COLUMNS, Batch
from services.demo.writing import write
from services.migrate import migrate
from services.settings import settings
from services.work import engine, unit_of_work

_BARE_COLUMNS = (
    "id", "first_name", "last_name", "name_key", "email", "phone", "organization", "country",
    "account_number", "external_id", "created_at",
)  # fmt: skip
_BARE_TYPES = {"id": "BIGINT PRIMARY KEY", "created_at": "BIGINT"}
_BARE_INDEXES = (
    "CREATE UNIQUE INDEX bare_email ON bare (email)",
    "CREATE INDEX bare_name ON bare (name_key, id)",
    "CREATE INDEX bare_phone ON bare (phone, id)",
    "CREATE INDEX bare_organization ON bare (organization, id)",
    "CREATE INDEX bare_country ON bare (country, id)",
    "CREATE INDEX bare_created ON bare (created_at, id)",
)

# Wall time and processor time, in seconds.
Spent = tuple[float, float]


def measure(kind: str, rows: int) -> dict[str, float]:
    """Return the seconds that `kind` (bare or raw) takes for so many rows in an empty database."""
    some = list(people(rows))
    seconds, processor = _raw(some) if kind == "raw" else _bare(some)
    return {"seconds": seconds, "processor": processor}


def _since(begun: Spent) -> Spent:
    return perf_counter() - begun[0], process_time() - begun[1]


def _bare(some: Sequence[Person]) -> Spent:
    moment = to_microseconds(now())
    contacts = [
        (
            number, one.first_name, one.last_name, fold(f"{one.first_name} {one.last_name}"), one.email,
            one.phone, one.organization, one.country, one.account_number, one.external_id, moment,
        )
        for number, one in enumerate(some, start=1)
    ]  # fmt: skip
    places = {name: number for number, name in enumerate(SEGMENTS, start=1)}
    links = [(places[name], number) for number, one in enumerate(some, start=1) for name in one.segments]
    if engine().dialect.name == "sqlite":
        return _bare_sqlite(contacts, links)
    return _bare_postgres(contacts, links)


def _bare_tables() -> list[str]:
    columns = ", ".join(f"{column} {_BARE_TYPES.get(column, 'TEXT')}" for column in _BARE_COLUMNS)
    return [
        f"CREATE TABLE bare ({columns})",
        "CREATE TABLE bare_link (segment_id BIGINT, contact_id BIGINT, PRIMARY KEY (segment_id, contact_id))",
        *_BARE_INDEXES,
    ]


def _bare_sqlite(contacts: Sequence[tuple[Any, ...]], links: Sequence[tuple[int, int]]) -> Spent:
    connection = sqlite3.connect(settings().data / "bare.db", isolation_level=None)
    cache = settings().database.cache_mb * 1024
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"cache_size = -{cache}"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in _bare_tables():
        connection.execute(statement.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY"))
    begun = perf_counter(), process_time()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(_BARE_COLUMNS))})", contacts)
    connection.executemany("INSERT INTO bare_link VALUES (?, ?)", links)
    connection.execute("COMMIT")
    return _since(begun)


def _bare_postgres(contacts: Sequence[tuple[Any, ...]], links: Sequence[tuple[int, int]]) -> Spent:
    with engine().connect() as outer:
        connection: Any = outer.connection.driver_connection
        for statement in _bare_tables():
            connection.execute(statement)
        connection.commit()
        begun = perf_counter(), process_time()
        for table, rows in (("bare", contacts), ("bare_link", links)):
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.commit()
        return _since(begun)


def _raw(some: Sequence[Person]) -> Spent:
    migrate()
    places = {name: segments.create(SYSTEM, SegmentCreate(name=name)).id for name in SEGMENTS}
    with unit_of_work(SYSTEM, write=True) as work:
        act_id = work.act("system")
    batch = _batch(some, places, act_id)
    begun = perf_counter(), process_time()
    with unit_of_work(SYSTEM, write=True) as work:
        write(work, batch, act_id)
    return _since(begun)


def _batch(some: Sequence[Person], places: dict[str, int], act_id: int) -> Batch:
    batch, moment = Batch(), to_microseconds(now())
    for number, one in enumerate(some, start=1):
        name = f"{one.first_name} {one.last_name}"
        values = {
            "id": number, "version": 1, "email_shared": False, "source": "import", "wall_set_id": 0,
            "first_name": one.first_name, "first_name_key": fold(one.first_name),
            "last_name": one.last_name, "last_name_key": fold(one.last_name), "name_key": fold(name),
            "email": one.email, "email_key": one.email, "phone": one.phone, "organization": one.organization,
            "organization_key": fold(one.organization) if one.organization else None, "country": one.country,
            "account_number": one.account_number, "external_id": one.external_id,
            "created_at": moment, "changed_at": moment, "created_act_id": act_id,
        }  # fmt: skip
        batch.contacts.append(tuple(values.get(column) for column in CONTACT_COLUMNS))
        words = search_text([name, one.email, one.organization, one.account_number, one.external_id])
        batch.search.append((number, words, search_phones([one.phone]), ""))
        batch.members.extend((places[segment], number, moment) for segment in one.segments)
    batch.members.sort()
    return batch


if __name__ == "__main__":
    answer(measure)
