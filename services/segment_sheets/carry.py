"""Carry a sheet of segments out, or its review: all of it in one transaction, or nothing.

Killed before that transaction, the next run begins anew; killed after it, the next run only ends the import.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from hooks.i18n import _, number
from hooks.viewer import SYSTEM, Viewer
from models.doors import Denial
from models.fold import fold
from models.imports import Import, ImportRow
from models.segment import Segment, SegmentCreate, SegmentUpdate
from services import denials, impact, segments, walls
from services.errors import Refused
from services.imports import files
from services.imports.ending import end, end_review
from services.imports.headers import understand
from services.imports.rows import Refusal
from services.imports.settle import Denials
from services.imports.tally import Tally
from services.imports.task import Meter, Task, held, viewer_of
from services.overtaken import Overtaken, anew_when_overtaken
from services.segment_sheets.cells import SheetReader, Wanted
from services.segment_sheets.compare import Comparison, Fate, Unread, known
from services.work import Work, unit_of_work

MOST_ROWS = 5_000
_NOTHING_SAID = frozenset({"blank", "header"})
# Where the checkpoint stands once all rows are done.
_DONE = -1

Item = Wanted | Unread


def carry_out(task: Task) -> None:
    """Do what is left of it. Raises as services/imports/task.py does, and Refused for a sheet that is too long."""
    with unit_of_work(SYSTEM, write=True) as work:
        is_done = held(work, task, listen=False).progress["next"] == _DONE
    if not is_done:
        viewer = viewer_of(task)
        rows = _rows(viewer, task)
        if task.is_review:
            _review(viewer, task, rows)
        else:
            _do(viewer, task, rows)
    if task.is_review:
        end_review(task)
    else:
        end(task, "done")


def _rows(viewer: Viewer, task: Task) -> list[Item]:
    reader = SheetReader(task.mapping, len(task.shape.columns), understand(task.shape.columns).report)
    found: list[Item] = []
    with files.stage(viewer, task.path, task.shape, Meter(task, "reading")) as staged:
        if staged.rows > MOST_ROWS:
            raise Refused(
                "too_many_segments",
                _(
                    "The sheet has {rows} rows; at most {most} segments come by one sheet. Split it into several."
                ).format(rows=number(staged.rows), most=number(MOST_ROWS)),
            )
        for at in range(staged.groups):
            group = staged.group(at)
            for no, (cells, kind) in enumerate(zip(group.cells, group.kinds, strict=True), group.first):
                found.append(_item(reader, no, cells, kind))
    return found


def _item(reader: SheetReader, no: int, cells: Sequence[str], kind: str) -> Item:
    if kind in _NOTHING_SAID:
        return Unread(no, "skipped", kind)
    # No amount is added up here: what is called a total is the name of a segment.
    read = reader.read(no, cells) if kind in ("row", "totals") else Refusal(kind)
    if isinstance(read, Wanted):
        return read
    about = {"field": read.field, "text": read.text}
    return Unread(
        no, "rejected", read.code, {**read.detail, **{k: v for k, v in about.items() if v is not None}}
    )


@anew_when_overtaken
def _review(viewer: Viewer, task: Task, rows: Sequence[Item]) -> None:
    """Compare without holding anything, then keep what was found."""
    with unit_of_work(viewer) as work:
        answers = denials.left(work)
        comparison = Comparison(known(work), task.options.links, Denials(left=answers))
        fates = comparison.of(rows)
        foreseen = _impact(work, fates)
    with unit_of_work(viewer, write=True) as work:
        kept = held(work, task)
        if comparison.denials.given and denials.left_in_turn(work) < answers:
            raise Overtaken  # another try of this person's has used answers up
        _keep(work, task, kept, comparison, foreseen)


@anew_when_overtaken
def _do(viewer: Viewer, task: Task, rows: Sequence[Item]) -> None:
    """Compare and write in one unit, as the review said where there was one."""
    with unit_of_work(viewer, write=True) as work:
        kept = held(work, task)
        answers = denials.left_in_turn(work)
        _hold(work, rows)
        said = _said(work, task) if kept.progress.get("reviewed") else {}
        paid = frozenset(no for no, before in said.items() if before.code == "not_available")
        comparison = Comparison(known(work), task.options.links, Denials(left=answers, paid=paid))
        comparison.of(rows)
        if said:
            comparison.fates = [_as_said(fate, said[fate.no]) for fate in comparison.fates]
        foreseen = _impact(work, comparison.fates)
        for fate in comparison.fates:
            _write(work, task, fate)
        _keep(work, task, kept, comparison, foreseen)


def _hold(work: Work, rows: Sequence[Item]) -> None:
    """Hold the segments that rows name: what is compared is then what is changed."""
    keys = {fold(row.name) for row in rows if isinstance(row, Wanted)}
    named = select(col(Segment.id)).where(col(Segment.name_key).in_(keys), col(Segment.deleted_at).is_(None))
    walls.lock_segments(work, [one for one in work.session.scalars(named) if one is not None])


@dataclass(frozen=True)
class _Said:
    """What the review said of a row."""

    outcome: str
    code: str | None
    detail: dict[str, Any] | None


def _said(work: Work, task: Task) -> dict[int, _Said]:
    kept = (col(ImportRow.row_no), col(ImportRow.outcome), col(ImportRow.code), col(ImportRow.detail))
    found = work.session.execute(select(*kept).where(col(ImportRow.import_id) == task.import_id))
    return {row_no: _Said(*rest) for row_no, *rest in found}


def _as_said(fate: Fate, before: _Said) -> Fate:
    """Return the fate that the review told, or why it cannot be any more."""
    if before.outcome in ("rejected", "skipped"):
        return Fate(fate.no, before.outcome, before.code, before.detail)
    if fate.outcome != "rejected" and fate.seen != (before.detail or {}).get("seen"):
        return Fate(fate.no, "rejected", "segment_changed_since")
    return fate


def _impact(work: Work, fates: Sequence[Fate]) -> dict[str, Any]:
    """Return who gains and loses what by all changes at once; only whoever sees all contacts is told."""
    turns = {fate.segment.id: fate.turn for fate in fates if fate.segment and fate.segment.id and fate.turn}
    return asdict(impact.of_changes(work, {one: turn for one, turn in turns.items() if turn[0] != turn[1]}))


def _write(work: Work, task: Task, fate: Fate) -> None:
    if isinstance(fate.command, SegmentCreate):
        made = segments.make(work, fate.command, import_id=task.import_id)
        fate.segment = work.session.get_one(Segment, made)
    elif isinstance(fate.command, SegmentUpdate) and fate.segment is not None:
        segments.alter(work, fate.segment, fate.command, import_id=task.import_id)


def _keep(work: Work, task: Task, kept: Import, comparison: Comparison, foreseen: dict[str, Any]) -> None:
    """Write the rows' fates, the numbers and the checkpoint."""
    work.session.execute(
        delete(ImportRow).where(col(ImportRow.import_id) == task.import_id),
        execution_options={"synchronize_session": False},
    )
    tally = Tally(rows=len(comparison.fates))
    for fate in comparison.fates:
        setattr(tally, fate.outcome, getattr(tally, fate.outcome) + 1)
        if fate.outcome == "rejected" and fate.code:
            tally.reasons[fate.code] = tally.reasons.get(fate.code, 0) + 1
            tally.changed_since_review += fate.code == "segment_changed_since"
        work.session.add(_row(task, fate))
    work.session.add_all(
        Denial(user_id=work.viewer.user_id, door="import", field=given, at=work.now)
        for given in comparison.denials.given
    )
    kept.counts = tally.kept()
    kept.progress = kept.progress | {
        "next": _DONE, "impact": foreseen, "done": tally.rows, "of": tally.rows, "seconds_left": 0,
    }  # fmt: skip
    work.session.add(kept)


def _row(task: Task, fate: Fate) -> ImportRow:
    detail = dict(fate.detail or {})
    if fate.segment is not None:
        detail |= {"segment_id": fate.segment.id, "seen": fate.seen}
    return ImportRow(
        import_id=task.import_id, row_no=fate.no, outcome=fate.outcome, code=fate.code, detail=detail or None
    )
