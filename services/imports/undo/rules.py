"""Who may take which import back, and until when; asked when it is wanted, and again before each slice."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

from sqlalchemy import exists, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import SYSTEM, Via, Viewer
from models.act import Act
from models.change import Change
from models.import_undo import ImportUndo
from models.imports import Import
from services import people, permissions
from services.access import visible_import
from services.errors import Conflict, Forbidden, NotFound, Told
from services.imports.tally import Tally
from services.work import UNDO_DAYS, Work


def found(work: Work, import_id: int, *, lock: bool = False) -> Import:
    """Return an import at which the viewer may look. Raises Forbidden without the right to import, and NotFound."""
    permissions.require(work.viewer, permissions.CONTACTS_IMPORT)
    wanted = select(Import).where(col(Import.id) == import_id, visible_import(work.viewer, work.sight))
    kept = work.session.scalar(wanted.with_for_update() if lock and not work.on_sqlite else wanted)
    if kept is None:
        raise _no_such_import()
    return kept


def _no_such_import() -> NotFound:
    return NotFound("not_found", _("There is no such import."))


def require_rights(work: Work, kept: Import) -> None:
    """Make sure that the viewer may take this import back.

    One's own needs no right to delete: nothing goes to the bin but what one's own import made, and nobody has touched
    since. Raises NotFound for somebody else's, unless the viewer may know of others' acts, and Forbidden.
    """
    viewer = work.viewer
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    # Whoever undoes is told what was left.
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    if kept.owner_id != viewer.user_id and not permissions.may_know_acts(viewer):
        raise _no_such_import()
    if is_of_sheet(kept):
        permissions.require(viewer, permissions.SEGMENTS_MANAGE)
        return
    if kept.owner_id != viewer.user_id:
        permissions.require(viewer, permissions.CONTACTS_DELETE)
    if has_changed_values(work, kept):
        permissions.require(viewer, permissions.CONTACTS_EDIT)


def has_changed_values(work: Work, kept: Import) -> bool:
    """Say whether an import has changed contacts that were there, or brought some back from the bin."""
    if not Tally.of(kept.counts).updated:
        return False
    changed = exists().where(col(Change.act_id) == kept.act_id, col(Change.kind).in_(("updated", "restored")))
    return kept.act_id is not None and bool(work.session.scalar(select(changed)))


def obstacle(work: Work, kept: Import) -> Told | None:
    """Return what stands against taking this import back, whoever wants to."""
    if kept.state in ("accepted", "running"):
        return Conflict(
            "import_running", _("This import is still coming in. Cancel it, or wait for its end.")
        )
    if is_of_sheet(kept):
        return _obstacle_of_sheet(work, kept)
    act = work.session.get(Act, kept.act_id) if kept.act_id is not None else None
    if act is None:
        return _nothing_came_in()
    # What was out of sight for whoever undid it is left to those who see everything.
    left = work.sight.everyone and act.detail.get("partly")
    if act.undone_by_id is not None and not left:
        return _already_undone(act.undone_by_id)
    if act.undoable_until is None or act.undoable_until <= work.now:
        return _too_late()
    return None


def is_of_sheet(kept: Import) -> bool:
    """Say whether what came in were segments."""
    return kept.options.get("kind") == "segments"


def _obstacle_of_sheet(work: Work, kept: Import) -> Told | None:
    """Return what stands against taking a sheet back, all of which came in, or nothing; its segments have the acts."""
    tally = Tally.of(kept.counts)
    if kept.state not in ("done", "done_with_rejects") or not tally.created + tally.updated:
        return _nothing_came_in()
    if kept.progress.get("undone_by"):
        return _already_undone(kept.progress["undone_by"])
    if kept.ended_at is None or kept.ended_at + timedelta(days=UNDO_DAYS) <= work.now:
        return _too_late()
    return None


def _nothing_came_in() -> Conflict:
    return Conflict("nothing_came_in", _("Nothing of this import has come in, so there is nothing to undo."))


def _already_undone(act_id: int) -> Conflict:
    return Conflict("already_undone", _("This was undone already."), undone_by=act_id)


def _too_late() -> Conflict:
    return Conflict("too_late", _("This can no longer be undone."))


def owner_of(undo: ImportUndo) -> Viewer:
    """Return who wanted an undo, as of now: what may no longer be done is not done. Raises Forbidden."""
    locale = undo.options.get("locale", "en")
    if undo.owner_id is None:
        return replace(SYSTEM, via=cast(Via, undo.via), locale=locale)
    try:
        viewer = people.viewer_of(undo.owner_id, cast(Via, undo.via), locale)
    except NotFound:
        raise Forbidden(
            "forbidden", _("The account of the person who started this is no longer active.")
        ) from None
    may = undo.options.get("may")
    return viewer if may is None else replace(viewer, permissions=viewer.permissions & frozenset(may))
