"""Every way in which an import ends: done, done with rejected rows, failed, cancelled; each closes its counts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import delete, select
from sqlmodel import col

from hooks.i18n import current_locale
from hooks.viewer import SYSTEM
from models.act import Act
from models.base import now
from models.imports import Import, ImportRow
from services.among import among
from services.errors import Refused, Told
from services.imports import files
from services.imports.labels import nearest
from services.imports.opinion import second_opinion
from services.imports.plan import Plan
from services.imports.planning import standing_plan
from services.imports.reasons import headers_of, reason
from services.imports.staged import Staged
from services.imports.tally import Tally
from services.imports.task import Task, held, looked_at, viewer_of
from services.imports.write import Pen
from services.notifications import notify
from services.work import Work, unit_of_work

_AT_ONCE = 5_000
# Whoever waits longer for a review has gone elsewhere, and is told when it is there.
_PATIENCE = timedelta(seconds=10)
_ACT_STATES = {"done": "done", "done_with_rejects": "done", "failed": "failed", "cancelled": "cancelled"}


def end(task: Task, state: str, message: str | None = None, code: str | None = None) -> None:
    """End an import, or a review that came to nothing, with the numbers of what was done, and tell its owner.

    `code` and `message` say why it failed; without a code the reason lies on our side.
    "done" becomes "done_with_rejects" where rows were rejected; these are written to a file first.
    """
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Import, task.import_id)
        tally = Tally.of(kept.counts if kept else None)
    # A review that came to nothing has no rejected rows to fetch.
    _write_rejected(task, Tally() if task.is_review else tally)
    if tally.rejected and state == "done":
        state = "done_with_rejects"
    with unit_of_work(SYSTEM, write=True) as work:
        kept = held(work, task, listen=False)
        tally = Tally.of(kept.counts)
        tally.close()
        tally.nearest = _nearest(task, tally)
        _forget_rows_after(work, task.import_id, tally.rows)
        _close(kept, state, tally, message)
        kept.progress = kept.progress | {"code": code}
        if task.act_id is not None:
            act = work.session.get(Act, task.act_id)
            assert act is not None
            act.state, act.ended_at = _ACT_STATES[state], kept.ended_at
            work.session.add(act)
            told = {name: getattr(tally, name) for name in ("rows", "created", "updated", "rejected")}
            notify(
                work, kept.owner_id, f"import_{state}", {"import_id": kept.id, "file": kept.file_name, **told}
            )
        elif state == "failed":
            _tell_of_review(work, kept, "review_failed")
        plan = standing_plan(task, kept.progress)
        work.session.add(kept)
    if plan is not None:
        plan.unlink(missing_ok=True)


def _tell_of_review(work: Work, kept: Import, kind: str) -> None:
    notify(work, kept.owner_id, kind, {"import_id": kept.id, "file": kept.file_name})


def end_review(task: Task) -> None:
    """Keep the review's result until its owner accepts it, with the rejected rows as a file."""
    with unit_of_work(SYSTEM) as work:
        tally = Tally.of(looked_at(work, task).counts)
    _write_rejected(task, tally)
    with unit_of_work(SYSTEM, write=True) as work:
        kept = held(work, task)
        tally = Tally.of(kept.counts)
        tally.nearest = _nearest(task, tally)
        _forget_rows_after(work, task.import_id, tally.rows)
        _close(kept, "planned", tally, None)
        kept.progress = kept.progress | {"opinion": second_opinion(work, kept, tally)}
        if kept.started_at is not None and work.now - kept.started_at > _PATIENCE:
            _tell_of_review(work, kept, "review_done")
        work.session.add(kept)


def cancel_before_it_begins(work: Work, kept: Import, rows: int) -> None:
    """End an import that waits: of its rows, whatever a review said of them, nothing comes in."""
    assert kept.id is not None
    work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == kept.id))
    for batch in _batches(rows):
        _insert_skipped(work, kept.id, batch, "cancelled")
    tally = Tally(rows=rows)
    tally.close()
    _close(kept, "cancelled", tally, None)
    work.session.add(kept)


def skip_rest(task: Task, code: str) -> None:
    """Note for every row that is left undone that it was skipped; a review has done nothing."""
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Import, task.import_id)
        if kept is None:
            return
        plan, counted = (
            standing_plan(task, kept.progress),
            Tally.of(kept.counts).rows if kept.counts else None,
        )
        first = 1 if task.is_review else kept.progress["next"]
    if plan is not None:
        with Plan(plan) as rows:
            if task.is_review or counted is None:
                _count(task, rows.rows)
            with closing(rows.numbers_from(first)) as numbers:
                _skip(task, code, numbers)
    elif counted is not None and first == 1:  # a short plan is no file
        if task.is_review:
            _count(task, counted)
        _skip(task, code, _batches(counted))
    elif code == "cancelled" and counted is None:
        _skip_all(task, code)


def _skip_all(task: Task, code: str) -> None:
    """Account for every row of an import that was stopped before it had a plan."""
    try:
        rows = files.rows_in(SYSTEM, task.path, task.shape)
    except Refused:
        return  # a file that cannot be read to its end has no number of rows
    _skip(task, code, _batches(rows))
    _count(task, rows)


def _batches(rows: int) -> Iterator[Sequence[int]]:
    numbers = range(1, rows + 1)
    return (numbers[at : at + _AT_ONCE] for at in range(0, rows, _AT_ONCE))


def _count(task: Task, rows: int) -> None:
    """Note how many rows there are, of which nothing has come in."""
    with unit_of_work(SYSTEM, write=True) as work:
        kept = held(work, task, listen=False)
        kept.counts = Tally(rows=rows).kept()
        work.session.add(kept)


def _skip(task: Task, code: str, batches: Iterable[Sequence[int]]) -> None:
    for numbers in batches:
        with unit_of_work(SYSTEM, write=True) as work:
            held(work, task, listen=False)
            forget_rows(work, task.import_id, numbers)
            _insert_skipped(work, task.import_id, numbers, code)


def _insert_skipped(work: Work, import_id: int, numbers: Sequence[int], code: str) -> None:
    Pen(work).insert(
        "import_row",
        ("import_id", "row_no", "outcome", "code"),
        [(import_id, number, "skipped", code) for number in numbers],
    )


def forget_rows(work: Work, import_id: int, numbers: Sequence[int]) -> None:
    """Delete what an earlier review said of these rows."""
    work.session.execute(
        delete(ImportRow).where(
            col(ImportRow.import_id) == import_id, col(ImportRow.row_no).in_(among(work, numbers))
        ),
        execution_options={"synchronize_session": False},
    )


def _forget_rows_after(work: Work, import_id: int, last: int) -> None:
    """Delete what an earlier review said of rows that the file, as it is read now, does not have."""
    work.session.execute(
        delete(ImportRow).where(col(ImportRow.import_id) == import_id, col(ImportRow.row_no) > last),
        execution_options={"synchronize_session": False},
    )


def _close(kept: Import, state: str, tally: Tally, message: str | None) -> None:
    kept.state, kept.message, kept.ended_at = state, message, now()
    kept.counts = tally.kept()
    kept.progress = kept.progress | {
        "phase": "ended",
        "done": tally.rows,
        "of": tally.rows,
        "seconds_left": 0,
    }


def _nearest(task: Task, tally: Tally) -> dict[str, str]:
    if not tally.unknown_segments:
        return {}
    try:
        viewer = viewer_of(task)
    except Told:
        return {}
    with unit_of_work(viewer) as work:
        return nearest(work, tally.unknown_segments)


def _write_rejected(task: Task, tally: Tally) -> None:
    """Write the rejected rows as the file had them, each with its number, code and reason.

    Where there are none, the file that an earlier review left is deleted.
    """
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Import, task.import_id)
        assert kept is not None
        target = files.rejected_path(kept)
    if not tally.rejected:
        target.unlink(missing_ok=True)
        return
    importer = files.importer_for(SYSTEM, task.path)
    part = target.with_name(f"{target.stem}-{token_hex(4)}.part")
    try:
        importer.write_rejected(part, task.shape, _rejected_rows(task), current_locale())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _rejected_rows(task: Task) -> Iterator[tuple[Sequence[str], int, str, str]]:
    headers = headers_of(task.shape.columns, task.mapping)
    with Staged(files.staged_path(task.path, task.shape)) as staged:
        for at in range(staged.groups):
            group = staged.group(at)
            last = group.first + len(group.cells) - 1
            with unit_of_work(SYSTEM) as work:
                wanted = (
                    select(col(ImportRow.row_no), col(ImportRow.code), col(ImportRow.detail))
                    .where(
                        col(ImportRow.import_id) == task.import_id,
                        col(ImportRow.row_no).between(group.first, last),
                        col(ImportRow.outcome) == "rejected",
                    )
                    .order_by(col(ImportRow.row_no))
                )
                found = work.session.execute(wanted).all()
            for row_no, code, detail in found:
                yield group.cells[row_no - group.first], row_no, code, reason(code, detail, headers)
