"""Wall sets: which restricted segments a contact is behind, interned on the contact for the access rule."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Column, MetaData, Select, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from models.base import BigId
from models.contact import Contact
from models.segment import Segment, SegmentMember, WallSet, WallSetSegment
from services.among import among
from services.picked import hold
from services.work import AUDITED, Work

T = TypeVar("T")
Walls = frozenset[int]

_CHUNK = 10_000
_REBUILD_FROM = 50_000

# Which set takes the place of which: a table, for SQLite looks up nothing else by its key.
_TURN = Table(
    "wall_turn",
    MetaData(),
    Column("old_id", BigId, primary_key=True, autoincrement=False),
    Column("new_id", BigId, nullable=False),
    prefixes=["TEMPORARY"],
)


def lock_segments(work: Work, segment_ids: Iterable[int], *, read: bool = False) -> None:
    """Hold the segments' rows to the end of the unit: their switch must not turn under a change of members.

    Call it once, before contacts are held, in ascending order of ids, as everyone does, and look at the segments only
    afterwards. With `read` others may hold them so too, for other contacts. SQLite holds the whole database.
    """
    ids = sorted(set(segment_ids))
    if ids and not work.on_sqlite:
        work.session.execute(
            select(col(Segment.id))
            .where(col(Segment.id).in_(ids))
            .order_by(col(Segment.id))
            .with_for_update(read=read)
        )


# --- many contacts and one wall


def put_behind(work: Work, wall_id: int, contact_ids: Select[Any]) -> None:
    """Write the wall sets of contacts that are behind one wall more: those that joined it, or all its members.

    In one statement it comes to what `recompute` comes to, where the sets were right before.
    """
    with turning(work, wall_id, _how_many(work, contact_ids)) as turn:
        turn(contact_ids)


def bring_out(work: Work, wall_id: int, contact_ids: Select[Any]) -> None:
    """Write the wall sets of contacts that are behind one wall less: the reverse of `put_behind`."""
    with turning(work, wall_id, _how_many(work, contact_ids), out=True) as turn:
        turn(contact_ids)


@contextmanager
def turning(
    work: Work, wall_id: int, moving: int, *, out: bool = False
) -> Iterator[Callable[[Select[Any]], None]]:
    """Yield what puts contacts behind a wall, or brings them `out`, some at a time, of `moving` in all."""
    connection = work.session.connection()
    _TURN.create(connection, checkfirst=False)
    known: dict[int, bool] = {}

    def turn(contact_ids: Select[Any]) -> None:
        hold(work, contact_ids)
        behind = select(col(Contact.wall_set_id)).where(col(Contact.id).in_(contact_ids)).distinct()
        fresh = set(work.session.scalars(behind)) - known.keys()
        known.update(_note_turns(work, fresh, wall_id, out=out))
        if not any(known.values()):
            return
        new_id = select(_TURN.c.new_id).where(_TURN.c.old_id == col(Contact.wall_set_id)).scalar_subquery()
        work.session.execute(
            update(Contact).where(col(Contact.id).in_(contact_ids)).values(wall_set_id=new_id),
            execution_options=AUDITED | {"synchronize_session": False},
        )

    with _index_at_the_end(work, moving):
        yield turn
    _TURN.drop(connection, checkfirst=False)


def _note_turns(work: Work, set_ids: Iterable[int], wall_id: int, *, out: bool) -> dict[int, bool]:
    """Note which set takes the place of each of these; say of each whether that is another one."""
    before = walls_of_sets(work, set_ids)
    after = {set_id: walls - {wall_id} if out else walls | {wall_id} for set_id, walls in before.items()}
    interned = intern_sets(work, after.values())
    turns = [{"old_id": set_id, "new_id": interned[walls]} for set_id, walls in after.items()]
    if turns:
        work.session.execute(insert(_TURN), turns)
    return {set_id: before[set_id] != after[set_id] for set_id in before}


@contextmanager
def _index_at_the_end(work: Work, moving: int) -> Iterator[None]:
    """Build the index of the access rule after the rows, where so many change that sorting it once is sooner done.

    On SQLite alone: there a transaction that writes is alone anyway, and those that read keep the index they had.
    """
    if not work.on_sqlite or moving < _REBUILD_FROM or moving * 3 < _how_many_contacts(work):
        yield
        return
    connection = work.session.connection()
    statement = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'ix_contact_access'"
    ).scalar_one()
    connection.exec_driver_sql("DROP INDEX ix_contact_access")
    yield
    connection.exec_driver_sql(statement)


def _how_many(work: Work, contact_ids: Select[Any]) -> int:
    return work.session.scalar(select(func.count()).select_from(contact_ids.subquery())) or 0


def _how_many_contacts(work: Work) -> int:
    """Return about how many there are: no more than the last one's id."""
    return work.session.scalar(select(func.max(col(Contact.id)))) or 0


# --- any contacts and any walls


def recompute(work: Work, contact_ids: Iterable[int]) -> None:
    """Write the wall set of these contacts anew, from their memberships as they stand in this unit.

    Many that come behind one wall, or out of it, are sooner done by `put_behind` and `bring_out`.
    """
    ids = sorted(set(contact_ids))
    # All are held before the first set is made: whoever waits for another's new set has its contacts already.
    for some in _chunks(ids):
        hold(work, among(work, some))
    for some in _chunks(ids):
        _recompute(work, some)


def _recompute(work: Work, ids: Sequence[int]) -> None:
    walls = work.session.execute(
        select(col(SegmentMember.contact_id), col(SegmentMember.segment_id))
        .join(Segment, col(Segment.id) == col(SegmentMember.segment_id))
        .where(
            col(SegmentMember.contact_id).in_(among(work, ids)),
            col(SegmentMember.mode) != "excluded",
            col(Segment.restricted),
            col(Segment.deleted_at).is_(None),
        )
        .order_by(col(SegmentMember.contact_id), col(SegmentMember.segment_id))
    )
    behind = {
        contact_id: frozenset(row[1] for row in rows)
        for contact_id, rows in groupby(walls, key=lambda row: row[0])
    }
    sets: dict[Walls, list[int]] = {}
    for contact_id in ids:
        sets.setdefault(behind.get(contact_id, frozenset()), []).append(contact_id)
    interned = intern_sets(work, sets)
    for walls_of, members in sets.items():
        wall_set_id = interned[walls_of]
        work.session.execute(
            update(Contact)
            .where(col(Contact.id).in_(among(work, members)), col(Contact.wall_set_id) != wall_set_id)
            .values(wall_set_id=wall_set_id)
            .execution_options(synchronize_session=False, **AUDITED)
        )


# --- the sets


def walls_of_sets(work: Work, set_ids: Iterable[int]) -> dict[int, Walls]:
    """Return the restricted segments of each of these wall sets."""
    found: dict[int, Walls] = {}
    for some in _chunks(list(set_ids)):
        wanted = select(col(WallSet.id), col(WallSet.key)).where(col(WallSet.id).in_(some))
        found.update((one, _walls_of(key)) for one, key in work.session.execute(wanted) if one is not None)
    return found


def intern_set(work: Work, segment_ids: Iterable[int]) -> int:
    """Return the id of the wall set of these restricted segments; the empty one is 0."""
    walls = frozenset(segment_ids)
    return intern_sets(work, [walls])[walls]


def intern_sets(work: Work, sets: Iterable[Walls]) -> dict[Walls, int]:
    """Return the id of each of these wall sets; those that are not there yet are made."""
    keys = {_key_of(walls): walls for walls in sets}
    found = _known(work, keys)
    missing = sorted(keys.keys() - found.keys())
    if missing:
        # Where another unit has made one meanwhile, it is awaited, and has its walls then.
        _insert_missing(work, WallSet, [{"key": key} for key in missing])
        found |= _known(work, missing)
        of_walls = [
            {"wall_set_id": found[key], "segment_id": segment_id}
            for key in missing
            for segment_id in sorted(keys[key])
        ]
        _insert_missing(work, WallSetSegment, of_walls)
    return {walls: found[key] for key, walls in keys.items()}


def _insert_missing(
    work: Work, table: type[WallSet] | type[WallSetSegment], rows: list[dict[str, Any]]
) -> None:
    dialect = sqlite if work.on_sqlite else postgresql
    if rows:
        work.session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _known(work: Work, keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _chunks(list(keys)):
        known = select(col(WallSet.key), col(WallSet.id)).where(col(WallSet.key).in_(some))
        found.update((key, one) for key, one in work.session.execute(known) if one is not None)
    return found


def _key_of(walls: Walls) -> str:
    return ",".join(str(segment_id) for segment_id in sorted(walls))


def _walls_of(key: str) -> Walls:
    return frozenset(int(segment_id) for segment_id in key.split(",") if segment_id)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
