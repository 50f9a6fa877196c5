"""The undo of an import: what it made goes to the bin, what it changed goes back, the rest is listed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import As, AsJson, acting, finish_what_others_left, ready
from commands.output import DONE, FAILED, answer, cannot, line, note
from hooks.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from hooks.viewer import Viewer
    from models.import_undo import ImportUndoConflict, ImportUndoRead

_AT_ONCE = 500

Progress = Callable[[str, dict[str, Any]], None]


def add_to(app: typer.Typer) -> None:
    """Hang the command into `carteira`."""
    app.command("undo", help=N_("Take an import back, and list what somebody has changed since."))(undo)


def undo(
    import_id: Annotated[int, typer.Argument(metavar="IMPORT_ID", help=N_("The import's number."))],
    as_: As = None,
    as_json: AsJson = False,
) -> int:
    """Take an import back."""
    from services.imports.undo import runs

    ready()
    viewer = acting(as_)
    begun = runs.begin(viewer, import_id)
    _carry_out(viewer, begun)
    ended = runs.of_import(viewer, import_id)
    conflicts = list(_conflicts(viewer, import_id))
    if ended.state == "failed" and not (ended.removed or ended.restored):
        return cannot("failed", "failed", ended.message or _("The undo failed."), as_json)
    told = {
        "import_id": import_id,
        "removed": ended.removed,
        "restored": ended.restored,
        "conflicts": [one.model_dump(exclude={"in_bin"}) for one in conflicts],
    }
    if ended.state != "done":
        note(
            ended.message or _("Stopped. What was taken back until then stays so; run it again for the rest.")
        )
    answer(told, as_json, lambda: _in_words(ended, conflicts))
    finish_what_others_left()
    return DONE if ended.state == "done" else FAILED


def _carry_out(viewer: "Viewer", begun: "ImportUndoRead") -> None:
    from services import jobs
    from services.imports.undo import runs

    def stop() -> None:
        note(_("Stopping. What is done is kept and reported; Ctrl-C again leaves the rest to a worker."))
        runs.cancel(viewer, begun.import_id)

    with _bar() as progress:
        jobs.wait_or_run_here("undo", begun.id, progress, stop)


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """Draw a progress bar on standard error, where a person sees it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Undoing"), total=None)

        def progress(_state: str, told: dict[str, Any]) -> None:
            bar.update(task, completed=told.get("done", 0), total=told.get("of") or None)

        yield progress


def _conflicts(viewer: "Viewer", import_id: int) -> "Iterator[ImportUndoConflict]":
    from services.imports.undo import runs

    after: int | None = 0
    while after is not None:
        page = runs.conflicts(viewer, import_id, after=after, limit=_AT_ONCE)
        yield from page.items
        after = page.next


def _in_words(ended: "ImportUndoRead", conflicts: "list[ImportUndoConflict]") -> None:
    from services.field_names import field_name

    removed, restored = ended.removed or 0, ended.restored or 0
    if ended.kind == "segments":
        went = ngettext("{n} segment was deleted.", "{n} segments were deleted.", removed)
        back = ngettext("{n} segment is as it was before.", "{n} segments are as they were before.", restored)
    else:
        went = ngettext("{n} contact went to the bin.", "{n} contacts went to the bin.", removed)
        back = ngettext("{n} contact is as it was before.", "{n} contacts are as they were before.", restored)
    line(went.format(n=number(removed)))
    line(back.format(n=number(restored)))
    for one in conflicts:
        what = ": ".join(part for part in (field_name(one.field) if one.field else None, one.about) if part)
        line(
            f"  #{one.contact_id or one.segment_id} {one.name}"
            + (f", {what}: " if what else ": ")
            + one.reason
        )
