"""Who is alive, and who has which job: heartbeats of processes, and leases that die with their holder.

A process that carries out jobs writes a heartbeat. A lease is a row that names a process; it holds as long as
that process lives, so nobody has to renew it, and a job has one runner at a time.
"""

import os
import socket
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Literal, Self

import structlog
from sqlalchemy import delete, select, text
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.base import now
from models.doors import Kept
from services import beats
from services.settings import settings
from services.work import Work, unit_of_work

LEASE = "job:"

log = structlog.get_logger(__name__)


class Interrupted(BaseException):
    """This process is to let go of its job: it ends, or another has taken the job over.

    Not an Exception, so that no job takes it for a failure of its own.
    """


@dataclass(frozen=True)
class Lease:
    """Who has a job, how often the job has failed, and when it may be tried again."""

    holder: str | None
    failures: int = 0
    again_at: datetime | None = None


class Pulse:
    """The heartbeat of this process, from `start` to `stop`. A worker takes any job, a run its own."""

    def __init__(self, role: Literal["worker", "run"]) -> None:
        self.id = f"{role}-{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
        self._ended = threading.Event()
        self._let_go = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="pulse", daemon=True)
        self._steady_since = 0.0

    def start(self) -> Self:
        """Write the first heartbeat, and go on in a thread."""
        began = time.monotonic()
        beats.beat(self.id)
        quick = time.monotonic() - began < settings().jobs.beat_seconds
        # A first beat that came through at once shows that others could have written theirs.
        self._steady_since = began - settings().jobs.dead_seconds if quick else time.monotonic()
        self._thread.start()
        return self

    def let_go(self) -> None:
        """Ask the jobs of this process to stop where they can be taken up again."""
        self._let_go.set()

    def stop(self) -> None:
        """End the heartbeat; whatever this process still holds is free from now on."""
        self._ended.set()
        self._thread.join(timeout=settings().jobs.dead_seconds)
        beats.end(self.id)

    @property
    def letting_go(self) -> bool:
        """Say whether the jobs of this process are to stop."""
        return self._let_go.is_set()

    @property
    def may_judge(self) -> bool:
        """Say whether a stale heartbeat of another means death.

        A machine that slept, or a database that was away, keeps all heartbeats from coming, this one's too.
        """
        return time.monotonic() - self._steady_since >= settings().jobs.dead_seconds

    def _beat_on(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(settings().jobs.beat_seconds):
            try:
                beats.beat(self.id)
            except Exception as error:  # noqa: BLE001 - a database that is away for a while must not end the beat
                log.warning("no heartbeat", error=type(error).__name__)
                continue
            if time.monotonic() - last > 2 * settings().jobs.beat_seconds:
                self._steady_since = time.monotonic()
            last = time.monotonic()


def worker_alive() -> bool:
    """Say whether a worker lives that takes whatever is submitted."""
    return any(process.startswith("worker-") for process in beats.living())


# --- leases


_held: ContextVar[tuple[Pulse, str] | None] = ContextVar("held", default=None)
_here: set[tuple[str, str]] = set()
_lock = threading.Lock()


def take(pulse: Pulse, job: str) -> bool:
    """Take the lease of `job` ("import:12") for this thread; False while anybody else alive has it."""
    with _lock:
        if (pulse.id, job) in _here:
            return False
        _here.add((pulse.id, job))
    taken = False
    try:
        with unit_of_work(SYSTEM, write=True) as work:
            kept = _locked(work, job)
            lease = _lease(kept.value)
            if _is_free(lease, pulse):
                kept.value = {**kept.value, "holder": pulse.id}
                work.session.add(kept)
                taken = True
    finally:
        if not taken:
            with _lock:
                _here.discard((pulse.id, job))
    if taken:
        _held.set((pulse, job))
    return taken


def _is_free(lease: Lease, pulse: Pulse) -> bool:
    if lease.again_at is not None and lease.again_at > now():
        return False
    if lease.holder is None or lease.holder == pulse.id:
        return True
    return pulse.may_judge and lease.holder not in beats.living()


def give_back(pulse: Pulse, job: str, *, failed: bool = False, again_in: float = 0) -> int:
    """End the lease; return how often the job has failed in a row, this time included.

    A job that failed waits `again_in` seconds, each failure longer, before anybody takes it again.
    """
    _held.set(None)
    with _lock:
        _here.discard((pulse.id, job))
    with unit_of_work(SYSTEM, write=True) as work:
        kept = _locked(work, job)
        lease = _lease(kept.value)
        if lease.holder != pulse.id:
            return lease.failures
        if not failed:
            work.session.delete(kept)
            return 0
        failures = lease.failures + 1
        again_at = now() + timedelta(seconds=again_in * failures)
        kept.value = {"holder": None, "failures": failures, "again_at": again_at.isoformat()}
        work.session.add(kept)
        return failures


def forget(job: str) -> None:
    """Forget how often a job has failed."""
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(delete(Kept).where(col(Kept.key) == LEASE + job))


def has_here(pulse: Pulse, job: str) -> bool:
    """Say whether a thread of this process is at this job."""
    with _lock:
        return (pulse.id, job) in _here


def running_here() -> bool:
    """Say whether a job is being carried out in this process."""
    with _lock:
        return bool(_here)


def confirm(work: Work) -> None:
    """Make sure, within the unit that writes, that the job at hand is still this process's to do.

    Call it in every unit of a long job. Raises Interrupted, so that the unit is rolled back, when this
    process is to end, or stood still so long that another has taken the job. Outside a job it does nothing.
    """
    held = _held.get()
    if held is None:
        return
    pulse, job = held
    if pulse.letting_go:
        raise Interrupted
    kept = work.session.get(Kept, LEASE + job, populate_existing=True)
    if kept is None or _lease(kept.value).holder != pulse.id:
        raise Interrupted


def leases(work: Work) -> dict[str, Lease]:
    """Return the lease of every job that has one."""
    rows = work.session.scalars(select(Kept).where(col(Kept.key).startswith(LEASE)))
    return {kept.key.removeprefix(LEASE): _lease(kept.value) for kept in rows}


def _locked(work: Work, job: str) -> Kept:
    # The needless update locks the row on PostgreSQL, also where it has been there before.
    work.session.execute(
        text("INSERT INTO kept (key, value) VALUES (:key, '{}') ON CONFLICT (key) DO UPDATE SET key = :key"),
        {"key": LEASE + job},
    )
    return work.session.scalars(select(Kept).where(col(Kept.key) == LEASE + job)).one()


def _lease(value: dict[str, Any]) -> Lease:
    again_at = value.get("again_at")
    return Lease(
        holder=value.get("holder"),
        failures=value.get("failures", 0),
        again_at=datetime.fromisoformat(again_at) if again_at else None,
    )
