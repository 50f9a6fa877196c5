"""Jobs: submitted once, carried out by one process at a time, taken over when that process dies.

The truth is the domain's own row: an import that is accepted, an export that is wanted. A queue only wakes
the workers; whatever the queue has lost, or a dead process has left, is found by that row. A job's body can
be begun again at any point.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, cast

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hooks.i18n import N_, SOURCE_LOCALE, _, use_locale
from hooks.viewer import SYSTEM
from models.base import now
from models.bulk import Bulk
from models.export import Export
from models.import_undo import ImportUndo
from models.imports import Import
from models.people import User
from services import beats
from services import pulse as pulses
from services.notifications import notify
from services.pulse import Interrupted, Pulse, worker_alive
from services.room import NO_ROOM, is_full
from services.work import Work, empty_log, unit_of_work

TRIES = 3
AGAIN_IN = 2.0
_LOOK = 0.1

FAILED = N_("Something went wrong on our side. What was done until then is kept. Try again.")
FAILED_WHOLE = N_("Something went wrong on our side. Nothing was changed. Try again.")

log = structlog.get_logger(__name__)

Table = type[Import] | type[Export] | type[Bulk] | type[ImportUndo]
Progress = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    `body` is `module:function`, called with the subject's id; `table` holds the row that is the truth, and
    `open_states` are those in which there is something to do; a worker does `at_once` of the kind at a time.
    `give_up`, called with the id and a message, ends a job that keeps failing, where a state is not enough;
    `failed` is that message.
    """

    body: str
    table: Table
    open_states: tuple[str, ...]
    at_once: int
    give_up: str | None = None
    failed: str = FAILED


_IMPORT_ENDS = "services.imports.giving_up:give_up"
KINDS = {
    "import": Kind(
        "services.imports.runs:carry_out", Import, ("accepted", "running"), at_once=1, give_up=_IMPORT_ENDS
    ),
    "review": Kind(
        "services.imports.runs:carry_out_review", Import, ("planning",), at_once=2, give_up=_IMPORT_ENDS
    ),
    "export": Kind("services.exports:carry_out", Export, ("accepted", "running"), at_once=2),
    "bulk": Kind(
        "services.bulk:carry_out",
        Bulk,
        ("accepted", "running"),
        at_once=1,
        give_up="services.bulk:give_up",
        failed=FAILED_WHOLE,
    ),
    "undo": Kind(
        "services.imports.undo.job:carry_out",
        ImportUndo,
        ("accepted", "running"),
        at_once=1,
        give_up="services.imports.undo.job:give_up",
    ),
}


# Where a job's row itself says how far it is.
_PROGRESS: dict[Table, Any] = {Import: col(Import.progress), ImportUndo: col(ImportUndo.progress)}


def submit(kind: str, subject_id: int) -> None:
    """Wake a worker for a job whose row is committed. Workers also find such rows by themselves."""
    assert kind in KINDS
    if not worker_alive():
        return
    from services import queue

    try:
        queue.enqueue(kind, subject_id)
    except Exception as error:  # noqa: BLE001 - the row is committed, so the person must not be told of a failure
        log.warning(
            "not queued, left to the sweeper", kind=kind, subject=subject_id, error=type(error).__name__
        )


def carry_out(pulse: Pulse, kind: str, subject_id: int) -> None:
    """Do a job here, unless somebody has it or it is done. Failures are tried again, then told."""
    job = f"{kind}:{subject_id}"
    if not pulses.take(pulse, job):
        return
    try:
        if is_open(kind, subject_id):
            _function(KINDS[kind].body)(subject_id)
    except Interrupted:
        pulses.give_back(pulse, job)
    except Exception as error:
        log.exception("job failed", kind=kind, subject=subject_id, error=type(error).__name__)
        if pulses.give_back(pulse, job, failed=True, again_in=AGAIN_IN) >= TRIES:
            _give_up(kind, subject_id, NO_ROOM if is_full(error) else KINDS[kind].failed)
            pulses.forget(job)
    else:
        pulses.give_back(pulse, job)
        empty_log()


def _function(path: str) -> Callable[..., object]:
    module, _colon, name = path.partition(":")
    return cast(Callable[..., object], getattr(import_module(module), name))


def _give_up(kind: str, subject_id: int, message: str) -> None:
    """End a job that keeps failing, with the domain's own ending where that still works."""
    ending = KINDS[kind].give_up
    if ending is not None:
        try:
            _function(ending)(subject_id, message)
        except Exception as error:
            log.exception("not even ended", kind=kind, subject=subject_id, error=type(error).__name__)
    table = KINDS[kind].table
    still_open = col(table.id) == subject_id, col(table.state).in_(KINDS[kind].open_states)
    with unit_of_work(SYSTEM, write=True) as work:
        owner = work.session.execute(
            select(col(table.owner_id), col(User.locale))
            .outerjoin(User, col(User.id) == col(table.owner_id))
            .where(*still_open)
        ).first()
        if owner is None:
            return
        with use_locale(owner.locale or SOURCE_LOCALE):
            ended = update(table).where(*still_open)
            work.session.execute(ended.values(state="failed", message=_(message), ended_at=work.now))
        notify(work, owner.owner_id, f"{kind}_failed", {f"{table.__tablename__}_id": subject_id})


# --- what there is to do


def open_jobs(work: Work) -> Iterator[tuple[str, int]]:
    """Return every (kind, subject) with something to do, oldest first within a kind."""
    for kind, of in KINDS.items():
        rows = (
            select(col(of.table.id)).where(col(of.table.state).in_(of.open_states)).order_by(col(of.table.id))
        )
        for subject_id in work.session.scalars(rows):
            assert subject_id is not None
            yield kind, subject_id


def idle_jobs(mine: Pulse | None = None) -> list[tuple[str, int]]:
    """Return the open jobs that nobody alive has and that need not wait for another try.

    A job that this process (`mine`) has a lease of and does not do is idle too: it could not give it back.
    """
    with unit_of_work(SYSTEM) as work:
        held, living = pulses.leases(work), beats.living()
        found = []
        for kind, subject_id in open_jobs(work):
            job = f"{kind}:{subject_id}"
            lease = held.get(job)
            waits = lease is not None and lease.again_at is not None and lease.again_at > now()
            is_held = lease is not None and lease.holder in living
            if is_held and mine is not None and lease is not None and lease.holder == mine.id:
                is_held = pulses.has_here(mine, job)
            if not waits and not is_held:
                found.append((kind, subject_id))
        return found


def is_open(kind: str, subject_id: int) -> bool:
    """Say whether there is still something to do."""
    return look(kind, subject_id)[0] in KINDS[kind].open_states


def look(kind: str, subject_id: int) -> tuple[str, dict[str, Any]]:
    """Return the state of a job's row and its progress."""
    table = KINDS[kind].table
    tells = _PROGRESS.get(table)
    columns = [col(table.state)] + ([] if tells is None else [tells])
    with unit_of_work(SYSTEM) as work:
        found = work.session.execute(select(*columns).where(col(table.id) == subject_id)).first()
    if found is None:
        return "", {}
    return found[0], {} if tells is None else found[1]


# --- in the foreground


def wait_or_run_here(
    kind: str,
    subject_id: int,
    on_progress: Progress | None = None,
    on_stop: Callable[[], None] | None = None,
) -> None:
    """Return when the job has ended; without a worker that lives, do it in this process.

    `on_progress(state, progress)` is called about ten times a second. At the first Ctrl-C `on_stop` is called
    and the end is awaited; the second one raises KeyboardInterrupt and leaves the job to whoever comes.
    """
    pulse: Pulse | None = None
    at_work: threading.Thread | None = None
    try:
        while True:
            try:
                state, progress = look(kind, subject_id)
                if on_progress:
                    on_progress(state, progress)
                busy = at_work is not None and at_work.is_alive()
                if state not in KINDS[kind].open_states and not busy:
                    return
                if not busy and not worker_alive():
                    pulse = pulse or Pulse("run").start()
                    at_work = _thread(pulse, kind, subject_id)
                time.sleep(_LOOK)
            except KeyboardInterrupt:
                if on_stop is None:
                    raise
                on_stop()
                on_stop = None
    finally:
        if pulse:
            pulse.stop()


def _thread(pulse: Pulse, kind: str, subject_id: int) -> threading.Thread:
    """Leave the main thread to progress and to Ctrl-C."""

    def begin() -> None:
        try:
            carry_out(pulse, kind, subject_id)
        except OperationalError as error:
            # Whoever waits begins anew.
            log.warning("the database is busy", error=type(error).__name__)

    made = threading.Thread(target=copy_context().run, args=(begin,), daemon=True)
    made.start()
    return made


def finish_what_others_left(on_found: Callable[[str, int], None]) -> None:
    """Without a worker that lives, do the jobs that dead processes have left.

    A command in the foreground calls it when its own job has ended, so that what was accepted is never lost,
    even where no worker ever runs. Holders of open jobs that may be dead are given time to show themselves.
    """
    began = beats.clock()
    with unit_of_work(SYSTEM) as work:
        if not any(open_jobs(work)):
            return
    pulse = Pulse("run").start()
    try:
        while not worker_alive():
            for kind, subject_id in idle_jobs(pulse):
                on_found(kind, subject_id)
                carry_out(pulse, kind, subject_id)
            if not _some_unheard_of(began):
                return
            time.sleep(_LOOK)
    finally:
        pulse.stop()


def _some_unheard_of(since: datetime) -> bool:
    """Say whether a job is open whose holder may yet turn out to be dead."""
    with unit_of_work(SYSTEM) as work:
        held, living = pulses.leases(work), beats.living()
        holders = [
            held[job].holder for job in (f"{kind}:{of}" for kind, of in open_jobs(work)) if job in held
        ]
        return any(holder in living and living[holder] < since for holder in holders if holder)
