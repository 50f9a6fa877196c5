"""The plan of an import: every row read once, in an order in which whoever belongs together comes together.

Rows that share a key, in the file or through a contact that is there, may mean one person, however far apart they
stand. They get one place, that of the first of them, and are carried out in one transaction. The plan is a scratch
database beside the file, so that a file of any size needs little memory.
"""

import json
import sqlite3
from array import array
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hooks.i18n import _, number
from services import errors
from services.imports.filled import filled
from services.imports.people import Row
from services.imports.reading import COLUMNS, ROW, SKIPPED, WITH_MORE, GroupRead, read_group
from services.imports.rows import FIELDS, Refusal, RowReader, Values
from services.imports.staged import Staged

# A phone in more rows is a switchboard's or a placeholder: it brings nobody together.
MOST_WITH_PHONE = 2_000
# What comes together is held in memory at once, and carried out in one transaction.
MOST_TOGETHER = 20_000
_VALUES = ", ".join(FIELDS)
EXTERNAL_ID, EMAIL, PHONE = (COLUMNS.index(name) for name in ("external_id", "email", "phone"))
_PART = f"SELECT place, row_no, kind, content, tags, in_bin, {_VALUES} FROM row WHERE place >= ? ORDER BY place, row_no"  # noqa: S608
# What most rows of a place share: an external ID, or an e-mail address, a further one too.
_LIKELIEST = """
    SELECT key FROM (
        SELECT 'X' AS sign, external_id AS key FROM row WHERE place = :place AND external_id IS NOT NULL
        UNION ALL SELECT 'E', email FROM row WHERE place = :place AND email IS NOT NULL
        UNION ALL SELECT 'E', further.value
        FROM row, json_each(CASE kind WHEN :with_more THEN content END, '$[2][0]') AS further WHERE place = :place
    ) GROUP BY sign, key HAVING count(*) > 1 ORDER BY count(*) DESC, key LIMIT 1
"""
_CACHE_KB = 8_192

# Of keys (external IDs, e-mails, phones): the contacts that have them, as (kind and key, contact id).
Found = Iterable[tuple[str, int]]
Look = Callable[[Sequence[str], Sequence[str], Sequence[str]], Found]


@dataclass(frozen=True, slots=True)
class Skip:
    """A row that says nothing: blank, or the header once more."""

    no: int
    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be read."""

    no: int
    why: Refusal


Item = Row | Skip | Refused


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole places of the plan: `groups` are the rows of one place each; `after` is the place to go on with."""

    groups: list[list[Item]]
    after: int
    rows: int


class Plan:
    """A finished plan, opened for reading; `rows` it has, of which so many have `emails` and `phones`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        self.rows: int
        self.emails: int
        self.phones: int
        self.rows, self.emails, self.phones = self._db.execute(
            "SELECT count(*), count(email), count(phone) FROM row"
        ).fetchone()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._db.close()

    def part(self, first: int, least: int) -> Part | None:
        """Return whole places from `first` on with at least so many rows, or all that are left; none at the end."""
        groups: list[list[Item]] = []
        place = rows = 0
        with closing(self._db.execute(_PART, (first,))) as found:
            for at, row_no, kind, content, tags, in_bin, *values in found:
                if at != place:
                    if rows >= least:
                        break
                    groups.append([])
                    place = at
                groups[-1].append(item_of(row_no, kind, content, tags, values, in_bin=bool(in_bin)))
                rows += 1
        return Part(groups, place + 1, rows) if groups else None

    def numbers_from(self, place: int) -> Generator[list[int]]:
        """Yield the numbers of the rows from this place on, some thousands at a time."""
        with closing(self._db.execute("SELECT row_no FROM row WHERE place >= ?", (place,))) as found:
            while numbers := found.fetchmany(5_000):
                yield [number for (number,) in numbers]


def build(
    target: Path,
    staged: Staged,
    reader: RowReader,
    look: Look,
    binned: Found,
    progress: Callable[[int, int], None],
) -> None:
    """Write the plan of a staged file to `target`.

    `binned` are keys of contacts in the bin; `progress(done, of)` counts rows, and may raise to end the work.
    Raises Refused when too many rows have one external ID or e-mail address.
    """
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KB}"):
            db.execute(f"PRAGMA {setting}")
        db.execute("BEGIN")
        db.execute(
            f"CREATE TABLE row (row_no INTEGER PRIMARY KEY, place, kind, content, tags, in_bin, {_VALUES})"
        )
        db.execute("CREATE TABLE key (hash INTEGER, row_no INTEGER, by_phone INTEGER)")
        done = 0
        for at in range(staged.groups):
            group = read_group(reader, staged.group(at))
            _add_group(db, group, look)
            done += len(group.rows)
            progress(done, staged.rows)
        _mark_binned(db, binned)
        _bring_together(db, staged.rows)
        db.execute("CREATE INDEX row_place ON row (place, row_no)")
        _refuse_crowds(db)
        db.execute("DROP TABLE key")
        db.execute("COMMIT")


def _add_group(db: sqlite3.Connection, group: GroupRead, look: Look) -> None:
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    phones: dict[str, int] = {}
    hashes: list[tuple[int, int, int]] = []
    for row in group.rows:
        row_no, external_id, email, phone = row[0], row[EXTERNAL_ID], row[EMAIL], row[PHONE]
        if external_id is not None:
            ids.setdefault(external_id, row_no)
            hashes.append((hash("X" + external_id), row_no, 0))
        if email is not None:
            emails.setdefault(email, row_no)
            hashes.append((hash("E" + email), row_no, 0))
        if phone is not None:
            phones.setdefault(phone, row_no)
            hashes.append((hash("P" + phone), row_no, 1))
    first_with = {"X": ids, "E": emails, "P": phones}
    for sign, address, row_no in group.further:
        first_with[sign].setdefault(address, row_no)
        hashes.append((hash(sign + address), row_no, int(sign == "P")))
    for sign_and_key, contact_id in look(list(ids), list(emails), list(phones)):
        hashes.append((hash((contact_id,)), first_with[sign_and_key[0]][sign_and_key[1:]], 0))
    columns, rows = filled(COLUMNS, group.rows)
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT INTO row ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - our own names
    db.executemany("INSERT INTO key VALUES (?, ?, ?)", hashes)


def _mark_binned(db: sqlite3.Connection, binned: Found) -> None:
    """Mark rows with a key that a contact in the bin has, and note that such a contact may bring them together."""
    db.execute("CREATE TABLE binned (hash INTEGER, contact INTEGER)")
    hashed = ((hash(key), hash((contact_id,))) for key, contact_id in binned)
    db.executemany("INSERT INTO binned VALUES (?, ?)", hashed)
    if db.execute("SELECT EXISTS (SELECT 1 FROM binned)").fetchone()[0]:
        db.execute("CREATE INDEX binned_hash ON binned (hash)")
        db.execute("INSERT INTO key SELECT contact, row_no, false FROM key JOIN binned USING (hash)")
        db.execute(
            "UPDATE row SET in_bin = 1 WHERE row_no IN (SELECT row_no FROM key JOIN binned USING (hash))"
        )


def _bring_together(db: sqlite3.Connection, rows: int) -> None:
    """Give rows that share a key, directly or over others, the place of the first of them.

    Keys are hashed: two that share a hash by chance bring two strangers together, which changes nothing for them.
    """
    places = array("q", range(rows + 1))

    def first_of(row_no: int) -> int:
        while places[row_no] != row_no:
            places[row_no] = places[places[row_no]]
            row_no = places[row_no]
        return row_no

    pairs = """
        SELECT before, row_no FROM (
            SELECT row_no, lag(row_no) OVER (PARTITION BY hash ORDER BY row_no) AS before FROM key
            WHERE NOT by_phone OR hash NOT IN (
                SELECT hash FROM key WHERE by_phone GROUP BY hash HAVING count(*) > ?
            )
        ) WHERE before IS NOT NULL
    """
    for one, other in db.execute(pairs, (MOST_WITH_PHONE,)):
        first, second = first_of(one), first_of(other)
        if first != second:
            places[max(first, second)] = min(first, second)
    moved = ((first_of(row_no), row_no) for row_no in range(1, rows + 1) if places[row_no] != row_no)
    db.executemany("UPDATE row SET place = ? WHERE row_no = ?", moved)


def _refuse_crowds(db: sqlite3.Connection) -> None:
    crowd = db.execute(
        "SELECT place, count(*) FROM row GROUP BY place HAVING count(*) > ? LIMIT 1", (MOST_TOGETHER,)
    ).fetchone()
    if crowd is None:
        return
    place, rows = crowd
    likeliest = db.execute(_LIKELIEST, {"place": place, "with_more": WITH_MORE}).fetchone()
    if likeliest is None:
        message = _(
            "{n} rows would be one contact or hang together. A value that stands for nothing must be an empty cell."
        ).format(n=number(rows))
    else:
        message = _(
            "{n} rows would be one contact or hang together, most of them through “{key}”. A value that stands for "
            "nothing must be an empty cell."
        ).format(n=number(rows), key=likeliest[0])
    raise errors.Refused("too_many_of_one", message)


def _parted(names: str | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names.split(";")) if names else ()


def item_of(
    row_no: int, kind: int, content: str | None, tags: str | None, values: Values, *, in_bin: bool
) -> Item:
    """Return a row from what is kept of it; see reading.py."""
    doubt = further = notes = messengers = None
    if kind == WITH_MORE:
        why, content, further, notes, messengers = json.loads(content or "")
        doubt = Refusal(*why) if why else None
    if kind in (ROW, WITH_MORE):
        row = Row(row_no, values, _parted(content), in_bin=in_bin, doubt=doubt, tags=_parted(tags))
        if further:
            row.emails, row.phones = map(tuple, further)
        row.notes = notes
        if messengers:
            row.messengers = tuple((platform, handle) for platform, handle in messengers)
        return row
    if kind == SKIPPED:
        return Skip(row_no, content or "")
    return Refused(row_no, Refusal(*json.loads(content or "")))
