"""The fast way into the tables: prepared rows, by executemany on SQLite and by COPY on PostgreSQL.

Above some size the indexes of contacts are dropped first and built at the end, which sorts once instead of
searching a million times. All of it happens inside the unit's one transaction: nobody sees it half done.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select, text

from models.base import from_microseconds
from models.contact import Contact
from services.demo.contacts import CONTACT_COLUMNS, Batch
from services.work import Work, engine

_REBUILD_FROM = 20_000

_POINT_COLUMNS = ("contact_id", "kind", "platform", "value", "key", "position", "shared")
_MEMBER_COLUMNS = ("segment_id", "contact_id", "joined_at", "joined_act_id", "mode")
_TAG_COLUMNS = ("tag_id", "contact_id", "joined_at", "joined_act_id")
_CHANGE_COLUMNS = ("act_id", "contact_id", "kind", "at")
_INSTANTS = frozenset({"created_at", "changed_at", "joined_at", "at"})

# table, its columns, its rows
Load = tuple[str, Sequence[str], Iterable[tuple[Any, ...]]]


def write(work: Work, batch: Batch, act_id: int) -> None:
    """Write a batch with its creation rows, as one act's doing."""
    load = _load_sqlite if work.on_sqlite else _load_postgres
    for table, columns, rows in _loads(batch, act_id, "rowid" if work.on_sqlite else "contact_id"):
        load(work, table, columns, rows)


def _loads(batch: Batch, act_id: int, search_id: str) -> Iterator[Load]:
    yield "contact", CONTACT_COLUMNS, batch.contacts
    # The column before the last two is created_at; a creation keeps nothing but itself.
    changes = ((act_id, row[0], "created", row[-3]) for row in batch.contacts)
    yield "change", _CHANGE_COLUMNS, changes
    yield "contact_search", (search_id, "text", "phones", "places"), batch.search
    yield "contact_point", _POINT_COLUMNS, ((*row, False) for row in batch.points)
    yield "segment_member", _MEMBER_COLUMNS, ((*row, act_id, "picked") for row in batch.members)
    yield "contact_tag", _TAG_COLUMNS, ((*row, act_id) for row in batch.tags)


def _load_sqlite(work: Work, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    _driver(work).executemany(statement, rows)


def _load_postgres(work: Work, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    instants = [place for place, column in enumerate(columns) if column in _INSTANTS]
    with (
        _driver(work).cursor() as cursor,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(_with_instants(row, instants))


def _with_instants(row: tuple[Any, ...], places: Sequence[int]) -> list[Any]:
    values: list[Any] = list(row)
    for place in places:
        values[place] = from_microseconds(values[place])
    return values


def _driver(work: Work) -> Any:
    return work.session.connection().connection.driver_connection


def reserve_ids(work: Work, count: int) -> int:
    """Return the first of `count` contact ids that nobody else will get."""
    if work.on_sqlite:
        given = work.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'contact'"))
        return int(given or 0) + 1
    # Whoever adds a contact meanwhile waits, and then draws an id behind these.
    work.session.execute(text("LOCK TABLE contact IN SHARE ROW EXCLUSIVE MODE"))
    sequence = "pg_get_serial_sequence('contact', 'id')"
    first = int(work.session.scalar(text(f"SELECT nextval({sequence})")) or 1)
    work.session.execute(text(f"SELECT setval({sequence}, :last)"), {"last": first + count - 1})
    return first


@contextmanager
def indexes_at_the_end(work: Work, count: int) -> Iterator[None]:
    """Build the indexes of contacts and of their search text after the rows, where that is the faster way."""
    standing = work.session.scalar(select(func.count()).select_from(Contact)) or 0
    if count < _REBUILD_FROM or count < standing:
        yield
        return
    indexes = _sqlite_indexes(work) if work.on_sqlite else _postgres_indexes(work)
    for name, _statement in indexes:
        work.session.execute(text(f'DROP INDEX "{name}"'))
    yield
    if work.on_sqlite:
        _driver(work).execute("PRAGMA threads = 2")  # for sorting
    for _name, statement in indexes:
        work.session.connection().exec_driver_sql(statement)


def settle(work: Work) -> None:
    """Let the engine take notice of so many rows: fresh statistics, and no write-ahead log of their size."""
    if not work.on_sqlite:
        work.session.execute(text("ANALYZE"))
        return

    def checkpoint() -> None:
        with engine().connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    work.after_commit(checkpoint)


def _sqlite_indexes(work: Work) -> list[tuple[str, str]]:
    question = """
        SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'contact' AND sql IS NOT NULL
    """
    return [(name, statement) for name, statement in work.session.execute(text(question))]


def _postgres_indexes(work: Work) -> list[tuple[str, str]]:
    question = """
        SELECT c.relname, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid IN ('contact'::regclass, 'contact_search'::regclass) AND NOT i.indisprimary
    """
    return [(name, statement) for name, statement in work.session.execute(text(question))]
