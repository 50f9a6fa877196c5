"""Carry an undo of an import out: slice by slice of contacts, each one transaction with its checkpoint in it.

Killed anywhere, the next run goes on at the last checkpoint. Two runs at once take turns, as those of an import do.
The newest contacts come first: what the import made is gone before others get back what it had taken from them.
"""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlmodel import col

from hooks.i18n import use_locale
from hooks.viewer import SYSTEM, Viewer
from models.act import Act
from models.change import Change
from models.import_undo import ImportUndo, ImportUndoLeft
from models.imports import Import
from services import pulse
from services.among import among
from services.errors import Told
from services.imports.undo import made, rules
from services.imports.undo.part import Outcome, Part
from services.memberships import SEGMENTS, TAGS, Kept
from services.notifications import notify
from services.overtaken import anew_when_overtaken
from services.segment_sheets import undo as sheet
from services.settings import settings
from services.work import Work, unit_of_work

_OPEN = ("accepted", "running")


class _Over(Exception):
    """There is nothing left to do: another run has ended it."""


class _Cancelled(Exception):
    """The owner has asked to stop."""


@dataclass(frozen=True)
class _Task:
    """`act_id` is the undo's own, `of_act_id` the import's; `bounds` are contact ids, downwards, between two slices.

    `segments` and `tags` are those of which the import began or ended memberships.
    """

    undo_id: int
    act_id: int
    of_act_id: int
    bounds: tuple[int, ...]
    of: int
    segments: tuple[int, ...]
    tags: tuple[int, ...]


def carry_out(undo_id: int) -> None:
    """Do what is left of an undo, with the rights that its owner has now; told by a notice, whatever the end."""
    try:
        locale, task = _begin(undo_id)
    except _Over:
        return
    with use_locale(locale):
        meter = _Meter()
        try:
            if task is None:
                _take_sheet_back(undo_id)
            else:
                while _do_next_slice(task, meter):
                    pass
            _end(undo_id, "done")
        except _Over:
            return
        except _Cancelled:
            _end(undo_id, "cancelled")
        except Told as told:
            _end(undo_id, "failed", told.message)


def give_up(undo_id: int, message: str) -> None:
    """End an undo that keeps failing on our side. What it has taken back stays so."""
    with unit_of_work(SYSTEM) as work:
        undo = work.session.get(ImportUndo, undo_id)
        locale = undo.options.get("locale", "en") if undo is not None else "en"
    with use_locale(locale):
        _end(undo_id, "failed", message)


def _begin(undo_id: int) -> tuple[str, _Task | None]:
    """Return the language of its owner, and what there is to do; nothing to be parted for a sheet of segments."""
    with unit_of_work(SYSTEM, write=True) as work:
        undo = _held(work, undo_id, listen=False)
        kept = work.session.get_one(Import, undo.import_id)
        if undo.act_id is None:
            undo.act_id = _new_act(work, undo, kept)
            undo.state, undo.started_at = "running", work.now
            work.session.add(undo)
        act_id, of_act_id = undo.act_id, kept.act_id
        if rules.is_of_sheet(kept):
            return undo.options.get("locale", "en"), None
    assert of_act_id is not None
    if "bounds" not in undo.progress:
        # Nobody else has to wait while all that the import touched is gone through.
        with unit_of_work(SYSTEM) as work:
            ways = _ways(work, of_act_id)
        with unit_of_work(SYSTEM, write=True) as work:
            undo = _held(work, undo_id, listen=False)
            undo.progress = ways | undo.progress
            work.session.add(undo)
    said = undo.progress
    task = _Task(
        undo_id,
        act_id,
        of_act_id,
        tuple(said["bounds"]),
        said["of"],
        tuple(said["segments"]),
        tuple(said["tags"]),
    )
    return undo.options.get("locale", "en"), task


def _new_act(work: Work, undo: ImportUndo, kept: Import) -> int:
    act = Act(
        kind="undo",
        actor_id=undo.owner_id,
        via=undo.via,
        started_at=work.now,
        state="running",
        detail={"deed": "undo_import", "import_id": kept.id, "file": kept.file_name},
        undo_of_id=kept.act_id,
    )
    work.session.add(act)
    work.session.flush()
    assert act.id is not None
    return act.id


# --- where the slices lie


def _ways(work: Work, act_id: int) -> dict[str, Any]:
    """Return how many contacts the import touched, between which ids so many each lie, and what they were put into."""
    ids = {kept.of: _moved_through(work, kept, act_id) for kept in (SEGMENTS, TAGS)}
    touched = union(
        select(col(Change.contact_id)).where(col(Change.act_id) == act_id),
        *(part for kept in (SEGMENTS, TAGS) for part in _moved(kept, ids[kept.of], act_id)),
    ).subquery()
    contact_id: ColumnElement[int] = touched.c[0]
    placed = select(
        contact_id.label("contact_id"), func.row_number().over(order_by=contact_id.desc()).label("place")
    ).subquery()
    size = settings().imports.chunk_rows
    first = select(placed.c.contact_id).where(placed.c.place % size == (1 % size)).order_by(placed.c.place)
    return {
        "of": work.session.scalar(select(func.count()).select_from(touched)) or 0,
        "bounds": [*work.session.scalars(first), 0],
        "segments": ids[SEGMENTS.of],
        "tags": ids[TAGS.of],
        "next": 0,
        "done": 0,
    }


def _moved_through(work: Work, kept: Kept, act_id: int) -> list[int]:
    """Return the segments, or tags, of which the act began or ended memberships, whatever became of them since."""
    now, past = col(getattr(kept.now, kept.of)), col(getattr(kept.past, kept.of))
    asked = (
        select(now).where(col(kept.now.joined_act_id) == act_id),
        select(past).where(col(kept.past.left_act_id) == act_id),
        select(past).where(col(kept.past.joined_act_id) == act_id),
    )
    return sorted({id_ for one in asked for id_ in work.session.scalars(one.distinct())})


def _moved(kept: Kept, ids: list[int], act_id: int) -> list[Select[Any]]:
    past = col(getattr(kept.past, kept.of)).in_(ids)
    if not ids:
        return []
    return [
        select(col(kept.now.contact_id)).where(col(kept.now.joined_act_id) == act_id),
        select(col(kept.past.contact_id)).where(past, col(kept.past.joined_act_id) == act_id),
        select(col(kept.past.contact_id)).where(past, col(kept.past.left_act_id) == act_id),
    ]


# --- a sheet of segments, in one go


@anew_when_overtaken
def _take_sheet_back(undo_id: int) -> None:
    with unit_of_work(SYSTEM) as work:
        viewer = rules.owner_of(_listened(work.session.get(ImportUndo, undo_id), listen=True))
    with unit_of_work(viewer, write=True) as work:
        undo = _held(work, undo_id)
        if undo.progress:
            return
        kept = work.session.get_one(Import, undo.import_id)
        rules.require_rights(work, kept)
        outcome = sheet.take_back(work, kept)
        removed = len(outcome.gone)
        undo.counts = {
            "removed": removed, "restored": outcome.restored, "missed": outcome.missed, "segments": outcome.gone,
        }  # fmt: skip
        done = removed + outcome.restored
        undo.progress = {"left": [list(one) for one in reversed(outcome.left)], "done": done, "of": done}
        work.session.add(undo)


# --- slice by slice


class _Meter:
    """The rate since this run began."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._done_before: int | None = None

    def at(self, done: int, before: int, of: int) -> dict[str, Any]:
        """Return progress as it is kept, after a slice that began at `before` contacts."""
        if self._done_before is None:
            self._done_before = before
        rate = (done - self._done_before) / max(time.monotonic() - self._began, 0.001)
        left = round((of - done) / rate, 1) if rate else None
        return {"done": done, "of": of, "rate": round(rate, 1), "seconds_left": left}


def _do_next_slice(task: _Task, meter: _Meter) -> bool:
    """Do one slice; say whether there may be another."""
    with unit_of_work(SYSTEM) as work:
        undo = work.session.get(ImportUndo, task.undo_id)
        place, viewer = _listened(undo, listen=True).progress["next"], rules.owner_of(_listened(undo))
    if place + 1 >= len(task.bounds):
        return False
    _do_slice(viewer, task, place, meter)
    return True


@anew_when_overtaken
def _do_slice(viewer: Viewer, task: _Task, place: int, meter: _Meter) -> None:
    with unit_of_work(viewer, write=True) as work:
        undo = _held(work, task.undo_id)
        if undo.progress["next"] != place:
            return
        kept = work.session.get_one(Import, undo.import_id)
        rules.require_rights(work, kept)
        work.go_on_with(task.act_id)
        part = Part(
            work,
            act_id=task.act_id,
            of_act_id=task.of_act_id,
            is_own=kept.owner_id == viewer.user_id,
            segments=task.segments,
            tags=task.tags,
        )
        outcome = part.take_back(task.bounds[place + 1], task.bounds[place])
        _note_left(work, task, outcome)
        _count(undo, outcome)
        before = undo.progress["done"]
        at = meter.at(before + outcome.contacts, before, task.of)
        undo.progress = undo.progress | {"next": place + 1} | at
        work.session.add(undo)


def _count(undo: ImportUndo, outcome: Outcome) -> None:
    counts = undo.counts
    added = {name: getattr(outcome, name) for name in ("removed", "restored", "missed")}
    undo.counts = counts | {name: counts.get(name, 0) + n for name, n in added.items()}
    undo.counts = undo.counts | {"spent": bool(counts.get("spent")) or outcome.spent}


def _note_left(work: Work, task: _Task, outcome: Outcome) -> None:
    # What was met with an earlier slice, for the sake of another contact, is noted already.
    known = {
        tuple(row)
        for row in work.session.execute(
            select(
                col(ImportUndoLeft.contact_id), col(ImportUndoLeft.field), col(ImportUndoLeft.about)
            ).where(
                col(ImportUndoLeft.undo_id) == task.undo_id,
                col(ImportUndoLeft.contact_id).in_(among(work, {one.contact_id for one in outcome.left})),
            )
        )
    } if outcome.left else set()  # fmt: skip
    work.session.add_all(
        ImportUndoLeft(
            undo_id=task.undo_id, contact_id=one.contact_id, field=one.field, about=one.about, code=one.code
        )
        for one in outcome.left
        if (one.contact_id, one.field, one.about) not in known
    )


def _held(work: Work, undo_id: int, *, listen: bool = True) -> ImportUndo:
    """Return the undo's row, locked to the end of the unit. Raises _Over, _Cancelled unless told not to listen."""
    pulse.confirm(work)
    wanted = select(ImportUndo).where(col(ImportUndo.id) == undo_id)
    return _listened(
        work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update()), listen=listen
    )


def _listened(undo: ImportUndo | None, *, listen: bool = False) -> ImportUndo:
    if undo is None or undo.state not in _OPEN:
        raise _Over
    if undo.cancel_asked and listen:
        raise _Cancelled
    return undo


# --- the end


def _end(undo_id: int, state: str, message: str | None = None) -> None:
    try:
        with unit_of_work(SYSTEM) as work:
            undo = work.session.get(ImportUndo, undo_id)
            viewer = rules.owner_of(_listened(undo)) if state == "done" else SYSTEM
        with unit_of_work(viewer, write=True) as work:
            _close(work, _held(work, undo_id, listen=False), state, message)
    except _Over:
        return


def _close(work: Work, undo: ImportUndo, state: str, message: str | None) -> None:
    kept = work.session.get_one(Import, undo.import_id)
    if state == "done" and rules.is_of_sheet(kept):
        kept.progress = kept.progress | {"undone_by": undo.act_id}
        work.session.add(kept)
    elif state == "done":
        imported = work.session.get_one(Act, kept.act_id)
        undo.counts = undo.counts | made.take_away(work, imported)
        # What could not be asked for within the hour can be, later.
        if not undo.counts.get("spent"):
            imported.undone_by_id = undo.act_id
            imported.detail = imported.detail | {"partly": bool(undo.counts.get("missed"))}
            work.session.add(imported)
    undo.state, undo.message, undo.ended_at = state, message, work.now
    work.session.add(undo)
    counts = {name: undo.counts.get(name, 0) for name in ("removed", "restored")}
    if undo.act_id is not None:
        act = work.session.get_one(Act, undo.act_id)
        act.state, act.ended_at, act.detail = state, work.now, act.detail | counts
        work.session.add(act)
    work.session.flush()
    of_contacts = select(func.count()).where(col(ImportUndoLeft.undo_id) == undo.id)
    left = len(undo.progress.get("left", ())) or work.session.scalar(of_contacts) or 0
    told = {"import_id": kept.id, "file": kept.file_name, **counts, "left": left}
    if rules.is_of_sheet(kept):
        told["kind"] = "segments"
    notify(work, undo.owner_id, f"undo_{state}", told)
