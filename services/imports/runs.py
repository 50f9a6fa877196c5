"""Imports as their owners use them: receive a file, look at it, choose, review, accept; and what became of it."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from hooks.i18n import _, current_locale
from hooks.offers import FileShape
from hooks.viewer import Viewer
from models.imports import (
    How,
    Import,
    ImportColumn,
    ImportFile,
    ImportOptions,
    ImportProgress,
    ImportRead,
    ImportRemark,
    ImportRow,
)  # fmt: skip
from models.people import User
from services import jobs, permissions
from services.access import visible_import
from services.errors import Conflict, Refused
from services.imports import files, mappings
from services.imports.carry import carry_out, carry_out_review
from services.imports.countries import read_country
from services.imports.ending import cancel_before_it_begins
from services.imports.headers import understand
from services.imports.labels import require_create
from services.imports.mappings import kind_of
from services.imports.opinion import remark
from services.imports.own import ENDED, LOOKED_AT, mapping_of, options_of, own, require_files
from services.imports.programs import Address, in_turn
from services.imports.reasons import headers_of
from services.imports.report import moves_by_name, rejected_file, rows
from services.imports.rows import FURTHER_EMAILS, FURTHER_PHONES
from services.imports.saved_mappings import mapping_for
from services.imports.tally import Tally
from services.notifications import notify
from services.settings import MB, settings
from services.work import Work, unit_of_work

__all__ = [
    "accept", "cancel", "carry_out", "carry_out_review", "choose", "discard", "get", "inspect", "receive", "recent",
    "rejected_file", "review", "rows", "rows_in_file",
]  # fmt: skip

_KEYS = ("external_id", "email", "phone", FURTHER_EMAILS, FURTHER_PHONES)
_COUNTED_AT_ONCE = 8 * MB


def receive(
    viewer: Viewer,
    file_name: str,
    source: Path | Iterable[bytes],
    options: ImportOptions | None = None,
) -> ImportRead:
    """Copy a file into the data folder, look at it, and return the import that may come of it.

    Raises Refused in one sentence, and leaves nothing, for a file or options that do not fit.
    """
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    options = options or ImportOptions()
    file_name = files.shown_name(file_name)
    file, size = files.take_in(file_name, source)
    path = settings().data / file
    try:
        shape = files.inspect(viewer, path, options)
        with unit_of_work(viewer, write=True) as work:
            kept = Import(
                file=file,
                file_name=file_name,
                bytes=size,
                owner_id=viewer.user_id,
                via=viewer.via,
                created_at=work.now,
            )
            _choose(work, kept, shape, options)
            work.session.add(kept)
            work.session.flush()
            return _read(work, kept)
    except BaseException:
        files.forget_folder(path)
        raise


def inspect(viewer: Viewer, import_id: int, options: ImportOptions | None = None) -> ImportFile:
    """Return how the file is read, by its own options or by others that are tried: columns, samples, mapping.

    Raises NotFound, and Refused for options by which the file cannot be read.
    """
    with unit_of_work(viewer) as work:
        kept = own(work, import_id)
        shape = files.shape_of(kept.shape or {})
        mapping = mapping_of(kept)
        remembered = bool(kept.progress.get("remembered"))
        if options is not None and files.read_options(options) != files.read_options(options_of(kept)):
            shape = files.inspect(viewer, files.path_of(kept), options)
            found = mapping_for(work, shape, options)
            mapping, remembered = found.fields, found.remembered
    if options is not None and options.mapping is not None:
        mapping, remembered = options.mapping, False
    kind = kind_of(options or options_of(kept), shape)
    header = understand(shape.columns)
    program = header.program
    missing = mappings.missing_of(mapping.values(), kind=kind, is_exported=program is not None)
    if "country" in missing and (options or options_of(kept)).country:
        missing.remove("country")
    return ImportFile(
        format=shape.format,
        kind=kind,
        program=program if kind == "contacts" else None,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.layout.get("sheet"),
        sheets=list(shape.layout.get("sheets", ())),
        guessed=shape.guessed,
        notes=[*shape.notes, *_of_addresses(shape, mapping, header.addresses)],
        columns=[_column(shape, at, mapping.get(at)) for at in range(len(shape.columns))],
        missing=missing,
        remembered=remembered,
    )


def _of_addresses(
    shape: FileShape, mapping: dict[int, str | None], addresses: Sequence[Address]
) -> list[str]:
    """Return what is to be said of addresses that come in where a row lacks the one that is mapped."""
    spare = in_turn(mapping, addresses)[1:]
    names = [shape.columns[at].strip() for one in spare for at in sorted(chain(*one.values()))]
    if not names:
        return []
    return [
        _("A row whose mapped address is empty brings the next one that it has: {columns}.").format(
            columns=", ".join(names)
        )
    ]


def rows_in_file(viewer: Viewer, import_id: int) -> int | None:
    """Return how many rows the file has; null where it is too large to be gone through while somebody waits.

    Raises NotFound, and Refused for a file that cannot be read to its end.
    """
    with unit_of_work(viewer) as work:
        kept = own(work, import_id)
        require_files(kept)
        path, shape = files.path_of(kept), files.shape_of(kept.shape or {})
    if kept.bytes > _COUNTED_AT_ONCE and not files.staged_path(path, shape).exists():
        return None
    return files.rows_in(viewer, path, shape)


def choose(viewer: Viewer, import_id: int, options: ImportOptions) -> ImportRead:
    """Keep what the person chose; a review made before is void. Raises Refused with `fields`, NotFound, Conflict."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    # The whole upload may be read for its encoding: nobody is to wait for that, so it is no part of the unit.
    with unit_of_work(viewer) as work:
        kept = own(work, import_id)
        _require_not_begun(kept)
        path, read_before = files.path_of(kept), files.read_options(options_of(kept))
        shape = files.shape_of(kept.shape or {})
    if files.read_options(options) != read_before:
        shape = files.inspect(viewer, path, options)
    with unit_of_work(viewer, write=True) as work:
        kept = own(work, import_id, lock=True)
        _require_not_begun(kept)
        _choose(work, kept, shape, options)
        work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == import_id))
        work.session.add(kept)
        return _read(work, kept)


def review(viewer: Viewer, import_id: int) -> ImportRead:
    """Have every row compared with what is there, without writing a contact; the state is "planned" at the end."""
    return _start(viewer, import_id, "planning", "review")


def accept(viewer: Viewer, import_id: int) -> ImportRead:
    """Have the import carried out in the background; from here on nothing loses it. A notice says so."""
    return _start(viewer, import_id, "accepted", "import")


def cancel(viewer: Viewer, import_id: int) -> ImportRead:
    """Ask a review or an import to stop; what is done stays, and is reported. Raises NotFound."""
    with unit_of_work(viewer) as work:
        kept = own(work, import_id)
        shape = files.shape_of(kept.shape or {})
    rows = _rows_in(viewer, kept, shape) if kept.state == "received" else None
    with unit_of_work(viewer, write=True) as work:
        kept = own(work, import_id, lock=True)
        if kept.state not in ENDED:
            if kept.state in ("received", "planned"):
                cancel_before_it_begins(work, kept, Tally.of(kept.counts).rows if rows is None else rows)
            kept.cancel_asked = True
            work.session.add(kept)
        return _read(work, kept)


def _rows_in(viewer: Viewer, kept: Import, shape: FileShape) -> int:
    """Return how many rows a file has that nobody has gone through; none if it cannot be read to its end."""
    try:
        return files.rows_in(viewer, files.path_of(kept), shape)
    except Refused:
        return 0


def discard(viewer: Viewer, import_id: int) -> None:
    """Forget an import that was never accepted, its file too. Raises NotFound, Conflict for one that was."""
    with unit_of_work(viewer, write=True) as work:
        kept = own(work, import_id, lock=True)
        if kept.act_id is not None or kept.state in ("accepted", "running"):
            raise Conflict("import_begun", _("This import has begun, so it cannot be forgotten."))
        work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == import_id))
        work.session.execute(delete(Import).where(col(Import.id) == import_id))
    files.forget(kept)


def get(viewer: Viewer, import_id: int) -> ImportRead:
    """Return an import with its state, progress and numbers. Raises NotFound for one that is not the viewer's."""
    with unit_of_work(viewer) as work:
        return _read(work, own(work, import_id, reading=True))


def recent(viewer: Viewer, limit: int = 50, *, before: int | None = None) -> Sequence[ImportRead]:
    """Return the newest imports that the viewer may look at, newest first, those `before` an id where that is given."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer) as work:
        wanted = select(Import).where(visible_import(viewer, work.sight))
        if before is not None:
            wanted = wanted.where(col(Import.id) < before)
        wanted = wanted.order_by(col(Import.id).desc()).limit(limit)
        return [_read(work, kept) for kept in work.session.scalars(wanted)]


def _require_not_begun(kept: Import) -> None:
    if kept.act_id is not None or kept.state in ("accepted", "running"):
        raise Conflict("import_begun", _("This import has begun, so nothing about it can be changed."))
    require_files(kept)


def _start(viewer: Viewer, import_id: int, state: str, kind: str) -> ImportRead:
    with unit_of_work(viewer, write=True) as work:
        kept = own(work, import_id, lock=True)
        _require_not_begun(kept)
        if kept.state not in ("received", "planned"):
            raise Conflict("import_busy", _("This import is being reviewed, or has ended."))
        _require_key(kept)
        _require_rights(viewer, options_of(kept))
        reviewed = kept.state == "planned"
        kept.progress = kept.progress | {
            "reviewed": reviewed and kind == "import",
            "reviewed_from": kept.started_at.isoformat() if reviewed and kept.started_at else None,
            "had_rows": reviewed or bool(kept.progress.get("had_rows")),
            "phase": "waiting", "done": 0, "rate": None, "seconds_left": None,
        }  # fmt: skip
        kept.options = kept.options | _accepted_by(viewer)
        kept.state, kept.started_at, kept.ended_at, kept.message = state, None, None, None
        work.session.add(kept)
        if kind == "import":
            notify(work, kept.owner_id, "import_started", {"import_id": kept.id, "file": kept.file_name})
        work.after_commit(lambda: jobs.submit(kind, import_id))
        return _read(work, kept)


def _accepted_by(viewer: Viewer) -> dict[str, Any]:
    """Return what is kept of whoever accepts: the rights, which may be a token's, and the language."""
    return {
        "may": None if viewer.is_system else sorted(viewer.permissions),
        "locale": viewer.locale,
    }


def _existing(work: Work, found: mappings.Mapping, options: ImportOptions) -> dict[str, How]:
    """Return what the file may change per column: as chosen, else as remembered where a person sees it remembered.

    To a program that says nothing all columns are overwritten, whatever somebody chose on the page.
    """
    if options.existing is not None:
        return mappings.checked_existing(options.existing)
    is_seen = work.viewer.via == "page" or options.saved_mapping is not None
    return found.existing if is_seen else {}


def _choose(work: Work, kept: Import, shape: FileShape, options: ImportOptions) -> None:
    """Put a shape and options that fit it into an import's row."""
    options = _checked_options(options).model_copy(update={"kind": kind_of(options, shape)})
    _require_rights(work.viewer, options)
    found = mapping_for(work, shape, options)
    existing = _existing(work, found, options)
    options = options.model_copy(update={"existing": existing, "saved_mapping": found.name})
    files.forget_review(kept)
    kept.shape = files.kept_shape(shape)
    kept.mapping = {str(at): name for at, name in found.fields.items()}
    kept.options = options.model_dump(mode="json") | _accepted_by(work.viewer)
    kept.progress = {"remembered": found.remembered}
    kept.state, kept.counts, kept.message, kept.cancel_asked = "received", None, None, False
    kept.started_at = kept.ended_at = None


def _checked_options(options: ImportOptions) -> ImportOptions:
    country = options.country or settings().imports.default_country or None
    if country is not None:
        read = read_country(country)
        if not isinstance(read, str):
            raise Refused("bad_country", read.sentence(), fields={"country": read.sentence()})
        country = read
    return options.model_copy(update={"country": country})


def _require_rights(viewer: Viewer, options: ImportOptions) -> None:
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    if options.kind == "segments":
        permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    elif options.unknown_segments == "create":
        require_create(viewer)


def _require_key(kept: Import) -> None:
    mapped = set((kept.mapping or {}).values())
    if options_of(kept).kind == "segments":
        if "name" not in mapped:
            wrong = _("Say which column holds the name of the segment.")
            raise Refused("no_key_column", wrong, fields={"mapping": wrong})
    elif not mapped & set(_KEYS):
        wrong = _("Say which column holds the e-mail address, the mobile number or the external ID.")
        raise Refused("no_key_column", wrong, fields={"mapping": wrong})


def _column(shape: FileShape, at: int, name: str | None) -> ImportColumn:
    samples = [row[at] for row in shape.first_rows if at < len(row) and row[at].strip()]
    return ImportColumn(index=at, header=shape.columns[at], samples=samples[:3], field=name)


def _read(work: Work, kept: Import) -> ImportRead:
    assert kept.id is not None
    owner = None if kept.owner_id is None else work.session.get(User, kept.owner_id)
    tally = Tally.of(kept.counts)
    if kept.state in ENDED:
        tally.close()
    shown = {name: kept.progress[name] for name in ImportProgress.model_fields if name in kept.progress}
    ended = kept.ended_at
    return ImportRead(
        **tally.kept() | {"by_segment": moves_by_name(work, tally.by_segment)},
        id=kept.id,
        file_name=kept.file_name,
        bytes=kept.bytes,
        owner_id=kept.owner_id,
        owner=owner.name if owner else None,
        state=kept.state,
        code=kept.progress.get("code") if kept.state == "failed" else None,
        message=_(kept.message) if kept.message else None,
        kind=options_of(kept).kind or "contacts",
        impact=kept.progress.get("impact") if work.sight.everyone else None,
        progress=ImportProgress.model_validate(shown),
        second_opinion=_opinion(kept),
        options=options_of(kept).model_copy(update={"mapping": mapping_of(kept)}),
        seconds=(ended - kept.started_at).total_seconds() if ended and kept.started_at else None,
        act_id=kept.act_id,
        has_rejected_file=kept.state in LOOKED_AT and files.rejected_path(kept).exists(),
        files_deleted=bool(kept.progress.get("files_deleted")),
        created_at=kept.created_at,
        started_at=kept.started_at,
        ended_at=ended,
    )


def _opinion(kept: Import) -> list[ImportRemark]:
    said = kept.progress.get("opinion")
    if not said:
        return []
    headers = headers_of((kept.shape or {}).get("columns", ()), mapping_of(kept))
    return [remark(one, headers, current_locale()) for one in said]
