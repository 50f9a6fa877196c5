"""Make the plan of an import, or go on with the one that is there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from hooks.offers import FileShape
from hooks.viewer import SYSTEM, Viewer
from models.imports import ImportOptions
from services.imports import files, known, plan, short_plan
from services.imports.headers import understand
from services.imports.plan import Plan
from services.imports.rows import RowReader
from services.imports.short_plan import ShortPlan
from services.imports.tally import Tally
from services.imports.task import Meter, Task, held, viewer_of
from services.settings import settings
from services.work import unit_of_work


def plan_of(task: Task) -> Plan | ShortPlan:
    """Return the plan of an import, made where there is none yet. Raises Refused for a file that cannot be read."""
    with unit_of_work(SYSTEM, write=True) as work:
        progress = held(work, task).progress
    standing = standing_plan(task, progress)
    if standing is not None:
        return Plan(_adopted(task, standing))
    made = _made(task, is_begun=progress["next"] != 1)
    if isinstance(made, Path):
        return Plan(_adopted(task, made))
    _count(task, made)
    return made


def standing_plan(task: Task, progress: Mapping[str, Any]) -> Path | None:
    """Return where the plan of an import lies, if it is made and still there."""
    path = task.path.with_name(progress["plan"]) if progress.get("plan") else None
    return path if path is not None and path.exists() else None


def reader_for(shape: FileShape, mapping: Mapping[int, str | None], options: ImportOptions) -> RowReader:
    """Return what reads the rows of a file of this shape."""
    header = understand(shape.columns)
    return RowReader(
        mapping,
        len(shape.columns),
        country=options.country,
        join_overflow=options.join_overflow,
        report=header.report,
        program=header.program,
        addresses=header.addresses,
        numbers=shape.layout.get("numbers", ()),
        services=header.services,
    )


def _made(task: Task, *, is_begun: bool) -> Path | ShortPlan:
    """Make a plan. One that is begun by parts, and was lost, is made as a file whatever its size."""
    target = task.path.with_name(f"plan-{token_hex(4)}.db")
    reader = reader_for(task.shape, task.mapping, task.options)
    try:
        viewer = viewer_of(task)
        with files.stage(viewer, task.path, task.shape, Meter(task, "reading")) as staged:
            means = (staged, reader, _look, _binned(viewer), Meter(task, "checking"))
            if not is_begun and short_plan.is_short(staged.rows, settings().imports.chunk_rows):
                return short_plan.build(*means)
            plan.build(target, *means)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _look(external_ids: Sequence[str], emails: Sequence[str], phones: Sequence[str]) -> list[tuple[str, int]]:
    with unit_of_work(SYSTEM) as work:
        return known.holders(work, external_ids, emails, phones)


def _binned(viewer: Viewer) -> Iterator[tuple[str, int]]:
    with unit_of_work(viewer) as work:
        yield from known.binned_keys(work)


def _adopted(task: Task, plan_file: Path) -> Path:
    """Make a plan the import's own. Where another run was quicker, its plan holds: all go by the same one."""
    with Plan(plan_file) as found:
        tally = _tally_of(found)
    with unit_of_work(SYSTEM, write=True) as work:
        kept = held(work, task)
        standing = standing_plan(task, kept.progress)
        if standing is not None and standing != plan_file:
            plan_file.unlink()
            return standing
        kept.progress = kept.progress | {"plan": plan_file.name}
        if kept.counts is None:
            kept.counts = tally.kept()
        work.session.add(kept)
    return plan_file


def _count(task: Task, made: ShortPlan) -> None:
    """Note how many rows there are."""
    with unit_of_work(SYSTEM, write=True) as work:
        kept = held(work, task)
        if kept.counts is None:
            kept.counts = _tally_of(made).kept()
            work.session.add(kept)


def _tally_of(made: Plan | ShortPlan) -> Tally:
    return Tally(rows=made.rows, emails=made.emails, phones=made.phones)
