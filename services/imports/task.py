"""An import that is being carried out, or reviewed: what does not change meanwhile, and the row that says how far."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from hooks.offers import FileShape
from hooks.viewer import SYSTEM, Via, Viewer
from models.act import Act
from models.imports import Import, ImportOptions
from services import people, permissions, pulse
from services.errors import Forbidden, NotFound
from services.imports import files
from services.imports.labels import require_create
from services.work import UNDO_DAYS, Work, unit_of_work

_SECONDS_BETWEEN = 0.5
# How long the phases take against each other: seconds a row of the phase itself costs in the phases after it.
_STILL_TO_COME = {"reading": 8.0, "checking": 2.0, "matching": 0.0, "writing": 0.0}


class Over(Exception):
    """There is nothing left to do: another run has ended it."""


class Cancelled(Exception):
    """The owner has asked to stop."""


@dataclass(frozen=True)
class Task:
    """`act_id` is null for a review. `may` are the permissions at the time of acceptance: later ones do not count."""

    import_id: int
    owner_id: int | None
    via: str
    locale: str
    may: frozenset[str] | None
    options: ImportOptions
    mapping: dict[int, str | None]
    shape: FileShape
    path: Path
    act_id: int | None

    @property
    def is_review(self) -> bool:
        """Say whether nothing is to be written but what would become of the rows."""
        return self.act_id is None

    @property
    def state(self) -> str:
        """The state of the import's row while this goes on."""
        return "planning" if self.is_review else "running"


def begin(import_id: int) -> Task | None:
    """Return the task of an accepted import, or of one that was left half done; null where nothing is to do."""
    with unit_of_work(SYSTEM, write=True) as work:
        kept = _locked(work, import_id)
        if kept is None or kept.state not in ("accepted", "running"):
            return None
        pulse.confirm(work)
        if kept.state == "accepted":
            kept.act_id = _new_act(work, kept)
            kept.state, kept.started_at, kept.counts = "running", work.now, None
            kept.progress = {**kept.progress, "phase": "reading", "next": 1, "spent": False}
            work.session.add(kept)
        return _task(kept, kept.act_id)


def begin_review(import_id: int) -> Task | None:
    """Return the task of a review that is asked for; null where nothing is to do."""
    with unit_of_work(SYSTEM, write=True) as work:
        kept = _locked(work, import_id)
        if kept is None or kept.state != "planning":
            return None
        pulse.confirm(work)
        if kept.started_at is None:
            kept.started_at, kept.counts = work.now, None
            kept.progress = {**kept.progress, "phase": "reading", "next": 1, "spent": False}
            work.session.add(kept)
        return _task(kept, None)


def held(work: Work, task: Task, *, listen: bool = True) -> Import:
    """Return the import's row, locked to the end of the unit.

    Raises Over when another has ended it, Interrupted when this process is to end, and Cancelled when the owner
    asked, unless `listen` is false.
    """
    pulse.confirm(work)
    return _checked(_locked(work, task.import_id), task, listen=listen)


def looked_at(work: Work, task: Task) -> Import:
    """Return the import's row as it is, without a lock. Raises Over and Cancelled as `held` does."""
    return _checked(work.session.get(Import, task.import_id), task, listen=True)


def viewer_of(task: Task) -> Viewer:
    """Return the owner as of now: what may no longer be done is not done. Raises Forbidden or NotFound."""
    if task.owner_id is None:
        return replace(SYSTEM, via=cast(Via, task.via), locale=task.locale)
    try:
        viewer = people.viewer_of(task.owner_id, cast(Via, task.via), task.locale)
    except NotFound:
        raise Forbidden(
            "forbidden", _("The account of the person who started this import is no longer active.")
        ) from None
    if task.may is not None:
        viewer = replace(viewer, permissions=viewer.permissions & task.may)
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    if task.options.kind == "segments":
        permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    elif task.options.unknown_segments == "create":
        require_create(viewer)
    return viewer


class Meter:
    """Tells how far a phase is, twice a second at most, and listens whether to stop."""

    def __init__(self, task: Task, phase: str, done_before: int = 0) -> None:
        self._task = task
        self._phase = phase
        self._began = time.monotonic()
        self._done_before = done_before
        self._told = 0.0

    def __call__(self, done: int, of: int) -> None:
        """Write progress. Raises as `held` does."""
        if time.monotonic() - self._told < _SECONDS_BETWEEN:
            return
        self._told = time.monotonic()
        with unit_of_work(SYSTEM, write=True) as work:
            kept = held(work, self._task)
            kept.progress = kept.progress | self.at(done, of)
            work.session.add(kept)

    def at(self, done: int, of: int) -> dict[str, Any]:
        """Return progress as it is kept; rate and time left count from the start of this run."""
        rate = (done - self._done_before) / (time.monotonic() - self._began)
        left = None
        if rate > 0:
            left = (of - done) / rate + of / rate * _STILL_TO_COME[self._phase]
        return {
            "phase": self._phase,
            "done": done,
            "of": of,
            "rate": round(rate, 1) if self._phase != "reading" else None,
            "seconds_left": None if left is None else round(left, 1),
        }


def _locked(work: Work, import_id: int) -> Import | None:
    wanted = select(Import).where(col(Import.id) == import_id)
    return work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())


def _checked(kept: Import | None, task: Task, *, listen: bool) -> Import:
    if kept is None or kept.state != task.state:
        raise Over
    if kept.cancel_asked and listen:
        raise Cancelled
    return kept


def _new_act(work: Work, kept: Import) -> int:
    act = Act(
        kind="import",
        actor_id=kept.owner_id,
        via=kept.via,
        started_at=work.now,
        state="running",
        detail={"import_id": kept.id, "file": kept.file_name},
        undoable_until=work.now + timedelta(days=UNDO_DAYS),
    )
    work.session.add(act)
    work.session.flush()
    assert act.id is not None
    return act.id


def _task(kept: Import, act_id: int | None) -> Task:
    assert kept.id is not None
    assert kept.shape is not None
    options = dict(kept.options)
    may = options.pop("may", None)
    locale = options.pop("locale", "en")
    return Task(
        import_id=kept.id,
        owner_id=kept.owner_id,
        via=kept.via,
        locale=locale,
        may=None if may is None else frozenset(may),
        # An import that was accepted by an earlier version may have options that are gone since.
        options=ImportOptions.model_validate(
            {name: value for name, value in options.items() if name in ImportOptions.model_fields}
        ),
        mapping={int(index): name for index, name in (kept.mapping or {}).items()},
        shape=files.shape_of(kept.shape),
        path=files.path_of(kept),
        act_id=act_id,
    )
