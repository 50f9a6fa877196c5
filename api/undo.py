"""The way back of an import: begun, looked at, cancelled; and what it had to leave."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.parts import PROBLEMS, WRITES, Id, Who, made, shows
from api.repeatable import Repeatable
from hooks.viewer import Viewer
from models.import_undo import ImportUndoConflict, ImportUndoConflicts, ImportUndoRead
from services.imports.undo import runs

router = APIRouter(
    prefix="/imports/{import_id}/undo", tags=["imports"], route_class=Repeatable, responses=PROBLEMS
)

_FIRST = 50
After = Annotated[int, Query(ge=0, le=2**53, description="Go on after a page: its next.")]
AtOnce = Annotated[int, Query(ge=1, le=500)]


class UndoAnswer(ImportUndoRead):
    """The undo of an import; `status` is its state by the name of the command line.

    `conflicts` are the first of what it has left; `next` is the `after` of those that follow.
    """

    status: str
    conflicts: list[ImportUndoConflict]
    next: int | None


@router.post("", status_code=202, dependencies=WRITES)
def begin(viewer: Who, import_id: Id, response: Response) -> UndoAnswer:
    """Take an import back in the background: what it made goes to the bin, what it changed goes back."""
    made(response, f"imports/{import_id}/undo")
    return _answer(viewer, runs.begin(viewer, import_id))


@router.get("")
def get(viewer: Who, import_id: Id) -> UndoAnswer:
    """Return how far the undo of an import is, or what came of it."""
    return _answer(viewer, runs.of_import(viewer, import_id))


@router.get("/conflicts")
def conflicts(viewer: Who, import_id: Id, after: After = 0, limit: AtOnce = 50) -> ImportUndoConflicts:
    """List what it has left, since somebody changed it; a contact's own stay on one page."""
    return runs.conflicts(viewer, import_id, after=after, limit=limit)


@router.post("/cancel", status_code=202, dependencies=WRITES)
def cancel(viewer: Who, import_id: Id, response: Response) -> UndoAnswer:
    """Ask one's own undo to stop; what is taken back stays so, and the rest can be undone later."""
    shows(response, f"imports/{import_id}/undo")
    return _answer(viewer, runs.cancel(viewer, import_id))


def _answer(viewer: Viewer, one: ImportUndoRead) -> UndoAnswer:
    left = runs.conflicts(viewer, one.import_id, limit=_FIRST)
    return UndoAnswer(**one.model_dump(), status=one.state, conflicts=left.items, next=left.next)
