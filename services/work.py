"""One use case, one unit of work: one session, one transaction, one commit."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import Session

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act
from models.base import now
from models.fold import fold
from services.access import Sight, sight_of
from services.errors import Refused
from services.settings import settings

UNDO_DAYS = 30
_LOOK_AGAIN = 0.004
# A part of a long import changes more pages of the indexes than the usual cache holds.
_LONG_WORK_CACHE_MB = 32
_more_cache_mb: ContextVar[int] = ContextVar("more_cache_mb", default=0)
_trusted: ContextVar[bool] = ContextVar("trusted", default=False)
# SQLite copies its log into the database at a commit that finds it this long (256 MB): after every thousand pages, as
# it does by itself, a tenth of an import went into copying the same pages of the indexes again and again.
_LOG_PAGES = 65_536
# Others have what a connection wants. "Locking protocol" is said by one that has lost the race for SQLite's locks for
# ten seconds on end, as may happen to one of many processes: nothing is wrong, and the next try may win.
_TAKEN = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL})

# A statement on these tables writes history too; whoever does so says it with `AUDITED`.
AUDITED_TABLES = frozenset({"contact", "contact_point", "segment_member", "contact_tag"})
AUDITED = {"audited": True}


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the one engine of this process. Raises Refused for an address that no engine answers to."""
    url = make_url(settings().database_url)
    if url.get_backend_name() == "sqlite":
        made = _sqlite(url.database or "", settings().database.busy_seconds, settings().database.cache_mb)
    elif url.drivername == "postgresql+psycopg":
        made = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    else:
        wrong = _("database.url begins with sqlite:/// or postgresql+psycopg://.")
        raise Refused("bad_settings", wrong)
    event.listen(made, "before_execute", _refuse_unaudited)
    return made


def forget_engine() -> None:
    """Close all connections; the next call reads the settings anew."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    _reader.cache_clear()
    _writer.cache_clear()


def _sqlite(database: str, busy_seconds: float, cache_mb: int) -> Engine:
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        f"sqlite:///{database}",
        # SQLite's own begin comes too late: a check before the first write would stand outside (see _begin).
        connect_args={"isolation_level": None, "timeout": busy_seconds, "check_same_thread": False},
        pool_size=10,
        max_overflow=30,
        # Whoever works on gets the connection that has its pages in memory.
        pool_use_lifo=True,
    )

    @event.listens_for(made, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function(
            "fold", 1, lambda text: None if text is None else fold(text), deterministic=True
        )

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        _size_cache(connection, cache_mb + _more_cache_mb.get())
        _check_references(connection, wanted=not _trusted.get())
        if connection.get_execution_options().get("write", False):
            _wait_for_its_turn(connection, busy_seconds)
        else:
            connection.exec_driver_sql("BEGIN")

    return made


@contextmanager
def roomy_cache() -> Iterator[None]:
    """Give SQLite more memory for pages in the units that this thread opens here: long work comes back to them."""
    token = _more_cache_mb.set(_LONG_WORK_CACHE_MB)
    try:
        yield
    finally:
        _more_cache_mb.reset(token)


@contextmanager
def trusted_references() -> Iterator[None]:
    """Have SQLite take references for good in the units that this thread opens here.

    For who writes thousands of rows about what the same unit has just made or read: nobody else writes meanwhile. To
    look each reference up is a tenth of such work, and statements of many rows would have to be prepared for a failure,
    which is another fifth. Nothing that others refer to may be deleted here.
    """
    token = _trusted.set(True)
    try:
        yield
    finally:
        _trusted.reset(token)


def _check_references(connection: Connection, *, wanted: bool) -> None:
    """Have a connection check foreign keys or not; it goes on as in the work before."""
    if connection.info.get("checks_references", True) != wanted:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys = {'ON' if wanted else 'OFF'}")
        connection.info["checks_references"] = wanted


def _size_cache(connection: Connection, wanted_mb: int) -> None:
    """Give a connection the cache that the work at hand is to have; it keeps that of the work before."""
    if connection.info.get("cache_mb") != wanted_mb:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA cache_size = -{wanted_mb * 1024}")
        connection.info["cache_mb"] = wanted_mb


def empty_log() -> None:
    """Copy SQLite's log into the database after long work, so that nobody's small edit has to wait for it."""
    if engine().dialect.name == "sqlite":
        with engine().connect() as connection:
            _copy_log(connection)


def _copy_log(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA wal_checkpoint(PASSIVE)")


@contextmanager
def log_emptied_aside() -> Iterator[Callable[[], None]]:
    """Yield what has a thread empty the log while long work goes on with its next transaction, on another core.

    Whoever commits then finds little left to copy. It is no harm where the thread does not keep up, or cannot copy:
    a commit copies what is left, as ever.
    """
    if engine().dialect.name != "sqlite":
        yield lambda: None
        return
    wanted: SimpleQueue[bool] = SimpleQueue()

    def empty_when_asked() -> None:
        with engine().connect() as connection:
            while wanted.get():
                with suppress(sqlite3.OperationalError):
                    _copy_log(connection)

    thread = threading.Thread(target=empty_when_asked, name="empty-log", daemon=True)
    thread.start()
    try:
        yield lambda: wanted.put(True) if wanted.empty() else None
    finally:
        wanted.put(False)
        thread.join()


def _wait_for_its_turn(connection: Connection, busy_seconds: float) -> None:
    """Begin to write as soon as nobody else does.

    SQLite's own waiting looks ten times a second, and so misses the gaps of milliseconds that a long import
    leaves between two transactions: others waited for many seconds.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    deadline = time.monotonic() + busy_seconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _is_taken(error) or time.monotonic() >= deadline:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
                time.sleep(_LOOK_AGAIN)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")


def is_busy(error: Exception) -> bool:
    """Say whether an error means that others have been writing to SQLite for too long to wait for them."""
    cause = getattr(error, "orig", None)
    return isinstance(cause, sqlite3.OperationalError) and _is_taken(cause)


def _is_taken(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _TAKEN


def _refuse_unaudited(
    connection: Connection, statement: Any, _multiparams: Any, _params: Any, options: Any
) -> None:
    if not isinstance(statement, UpdateBase) or options.get("audited"):
        return
    table = getattr(statement, "table", None)
    if table is not None and getattr(table, "name", "") in AUDITED_TABLES:
        raise AssertionError(f"{table.name} is written without history: use services/history.py")


@lru_cache(maxsize=1)
def _reader() -> Engine:
    if engine().dialect.name == "sqlite":
        return engine()
    # One snapshot for all questions of a request, so that a count and its page agree.
    return engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@lru_cache(maxsize=1)
def _writer() -> Engine:
    return engine().execution_options(write=True)


class Work:
    """What a use case holds while it works: the session, the viewer, the moment, and at most one act."""

    def __init__(self, session: Session, viewer: Viewer) -> None:
        self.session = session
        self.viewer = viewer
        self.now: datetime = now()
        self.trusts_references = _trusted.get()
        self._act_id: int | None = None
        self._afterwards: list[Callable[[], None]] = []

    @cached_property
    def sight(self) -> Sight:
        """What the viewer sees, read once a unit."""
        return sight_of(self.session, self.viewer)

    @property
    def on_sqlite(self) -> bool:
        """Say which engine answers, where the two need different statements."""
        return self.session.get_bind().dialect.name == "sqlite"

    def act(self, kind: str = "edit", **detail: Any) -> int:
        """Return the id of this unit's act; the first call makes it."""
        if self._act_id is None:
            self._act_id = self.act_beside(kind, **detail)
        return self._act_id

    def act_beside(self, kind: str = "edit", **detail: Any) -> int:
        """Make an act that stands beside this unit's own, and return its id.

        A `segment_id` among the detail makes it an act about that segment.
        """
        act = Act(
            kind=kind,
            actor_id=self.viewer.user_id,
            via=self.viewer.via,
            started_at=self.now,
            ended_at=self.now,
            detail=detail,
            segment_id=detail.get("segment_id"),
            undoable_until=self.now + timedelta(days=UNDO_DAYS),
        )
        self.session.add(act)
        self.session.flush()
        assert act.id is not None
        return act.id

    def go_on_with(self, act_id: int) -> None:
        """Let this unit belong to an act that an earlier unit made: a job works in many units."""
        self._act_id = act_id

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` made once all is safely written, and not at all when it is not."""
        self._afterwards.append(call)


@contextmanager
def unit_of_work(viewer: Viewer, *, write: bool = False) -> Iterator[Work]:
    """Open one transaction, commit it at the end, or roll all of it back when an error passes through."""
    with Session(_writer() if write else _reader(), expire_on_commit=False) as session:
        work = Work(session, viewer)
        with session.begin():
            yield work
    for call in work._afterwards:
        call()
