"""Carry an import out, or its review: part by part, each part one transaction with its checkpoint in it.

Killed anywhere, the next run goes on at the last checkpoint. Two runs at once take turns: the import's own row is
locked while a part is written, and says which part is next.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import DBAPIError

from hooks.i18n import use_locale
from hooks.viewer import SYSTEM, Viewer
from services import denials
from services.errors import Told
from services.imports.ending import end, end_review, skip_rest
from services.imports.part import keep, settle
from services.imports.parts import Parts
from services.imports.plan import Part
from services.imports.planning import plan_of
from services.imports.tally import Tally
from services.imports.task import (
    Cancelled,
    Meter,
    Over,
    Task,
    begin,
    begin_review,
    held,
    looked_at,
    viewer_of,
)
from services.segment_sheets import carry as sheet
from services.work import log_emptied_aside, roomy_cache, trusted_references, unit_of_work

_TRIES = 6
# Rows from which an import is long work for a database.
_LONG = 50_000
# Unique violation, serialization failure, deadlock: another transaction came first, so the part is done anew.
_ANOTHER_CAME_FIRST = frozenset({"23505", "40001", "40P01"})


def carry_out(import_id: int) -> None:
    """Do what is left of an accepted import; return when it has ended, whatever the end. Nothing is done twice."""
    task = begin(import_id)
    if task is not None:
        _run(task)


def carry_out_review(import_id: int) -> None:
    """Find out what an import would do, for every row, without touching a contact."""
    task = begin_review(import_id)
    if task is not None:
        _run(task)


def _run(task: Task) -> None:
    with use_locale(task.locale), _seldom_collecting():
        try:
            if task.options.kind == "segments":
                sheet.carry_out(task)
                return
            with plan_of(task) as plan, Parts(plan) as parts:
                with unit_of_work(SYSTEM) as work:
                    done_before = Tally.of(looked_at(work, task).counts).done
                meter = Meter(task, "matching" if task.is_review else "writing", done_before)
                with _means_for(plan.rows) as empty_log:
                    while _do_next_part(task, parts, meter):
                        empty_log()
        except Over:
            return
        except Cancelled:
            skip_rest(task, "cancelled")
            end(task, "cancelled")
        except Told as told:
            skip_rest(task, "not_done")
            end(task, "failed", told.message, told.code)


@contextmanager
def _means_for(rows: int) -> Iterator[Callable[[], None]]:
    """Yield what is to be called after each part; an import of many rows has more memory and a thread for the log."""
    if rows < _LONG:
        yield lambda: None
        return
    with roomy_cache(), log_emptied_aside() as empty_log:
        yield empty_log


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles of garbage less often: rows have none, and looking for them took a fifth of an import."""
    _keep_what_is_loaded()
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@lru_cache(maxsize=1)
def _keep_what_is_loaded() -> None:
    """Leave out, from now on, what the process has loaded: to look through all of it takes as long as 1,000 rows."""
    gc.freeze()


def _do_next_part(task: Task, parts: Parts, meter: Meter) -> bool:
    """Do one part; say whether there may be another."""
    with unit_of_work(SYSTEM) as work:
        first = looked_at(work, task).progress["next"]
    part = parts.at(first)
    if part is None:
        if task.is_review:
            end_review(task)
        else:
            end(task, "done")
        return False
    for attempt in range(_TRIES):
        try:
            _do_part(task, part, first, meter, parts)
        except Exception as error:
            if attempt == _TRIES - 1 or not _another_came_first(error):
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            break
    return True


def _do_part(task: Task, part: Part, first: int, meter: Meter, parts: Parts) -> None:
    viewer = viewer_of(task)
    if task.is_review:
        _review_part(viewer, task, part, first, meter)
        return
    with trusted_references(), unit_of_work(viewer, write=True) as work:
        kept = held(work, task)
        if kept.progress["next"] == first:
            assert task.act_id is not None
            work.go_on_with(task.act_id)
            settled = settle(work, task, part, kept, denials.left_in_turn(work))
            settled.carry_out(work, task.act_id)
            keep(work, task, part, kept, settled, meter)
            parts.read_on(part.after)


def _review_part(viewer: Viewer, task: Task, part: Part, first: int, meter: Meter) -> None:
    """Settle a part without holding anything, then keep what was found."""
    with unit_of_work(viewer) as work:
        left = denials.left(work)
        settled = settle(work, task, part, looked_at(work, task), left)
    with unit_of_work(viewer, write=True) as work:
        kept = held(work, task)
        if kept.progress["next"] != first:
            return
        if settled.denials.given and denials.left_in_turn(work) < left:
            return  # another try of this person's has used answers up: the part is settled anew
        keep(work, task, part, kept, settled, meter)


def _another_came_first(error: Exception) -> bool:
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _ANOTHER_CAME_FIRST
