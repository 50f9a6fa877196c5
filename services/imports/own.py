"""Whose an import is, and what it keeps: the questions that all its doors ask."""

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from models.imports import Import, ImportOptions
from services import permissions
from services.access import visible_import
from services.errors import NotFound
from services.work import Work

ENDED = ("done", "done_with_rejects", "failed", "cancelled")
# All rows are gone through, whether as a review or as the import itself.
LOOKED_AT = ("planned", *ENDED)


def own(work: Work, import_id: int, *, lock: bool = False, reading: bool = False) -> Import:
    """Return an import of the viewer's; with everyone's scope others' may be looked at too. Raises NotFound."""
    permissions.require(work.viewer, permissions.CONTACTS_IMPORT)
    wanted = select(Import).where(col(Import.id) == import_id)
    if reading:
        wanted = wanted.where(visible_import(work.viewer, work.sight))
    elif not work.viewer.is_system:
        wanted = wanted.where(col(Import.owner_id) == work.viewer.user_id)
    found = work.session.scalar(wanted.with_for_update() if lock and not work.on_sqlite else wanted)
    if found is None:
        raise NotFound("not_found", _("There is no such import."))
    return found


def require_files(kept: Import) -> None:
    """Raise NotFound where the files of an import have had their time."""
    if kept.progress.get("files_deleted"):
        raise NotFound(
            "files_deleted",
            _("The files of this import have had their time and were deleted; its numbers stay."),
        )


def options_of(kept: Import) -> ImportOptions:
    """Return what was chosen; options that an earlier version had are passed over."""
    return ImportOptions.model_validate(
        {name: value for name, value in kept.options.items() if name in ImportOptions.model_fields}
    )


def mapping_of(kept: Import) -> dict[int, str | None]:
    """Return which column is which field."""
    return {int(index): name for index, name in (kept.mapping or {}).items()}
