"""Imports as their owners use them: receive a file, look at it, choose, review, accept; and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import col

from hooks.i18n import _
from hooks.offers import FileShape
from hooks.viewer import Viewer
from models.contact import Contact
from models.imports import (
    Import,
    ImportColumn,
    ImportFile,
    ImportOptions,
    ImportProgress,
    ImportRead,
    ImportRow,
    ImportRowRead,
    ImportRows,
    Kind,
)  # fmt: skip
from models.people import User
from models.segment import Segment
from models.tag import Tag
from services import jobs, permissions
from services.access import visible, visible_import, visible_segment
from services.among import among
from services.errors import Conflict, NotFound, Refused
from services.imports import files, known
from services.imports.carry import carry_out, carry_out_review
from services.imports.countries import read_country
from services.imports.ending import cancel_before_it_begins
from services.imports.headers import own_columns, understand
from services.imports.labels import require_create
from services.imports.planning import reader_for
from services.imports.reasons import headers_of, notes, reason
from services.imports.rows import FIELDS, MAPPABLE, SEGMENTS, TAGS, Refusal, RowReader
from services.imports.staged import Staged
from services.imports.tally import Tally
from services.notifications import notify
from services.segment_sheets import reading as sheets
from services.segment_sheets.cells import SheetReader
from services.segment_sheets.columns import FIELDS as SEGMENT_FIELDS
from services.segment_sheets.columns import is_sheet
from services.segment_sheets.columns import understand as understand_sheet
from services.settings import MB, settings
from services.work import Work, unit_of_work

__all__ = [
    "accept", "cancel", "carry_out", "carry_out_review", "choose", "discard", "get", "inspect", "receive", "recent",
    "rejected_file", "review", "rows", "rows_in_file",
]  # fmt: skip

ENDED = ("done", "done_with_rejects", "failed", "cancelled")
# All rows are gone through, whether as a review or as the import itself.
_LOOKED_AT = ("planned", *ENDED)
_KEYS = ("external_id", "email", "phone")
_NEEDED = ("country", "first_name", "last_name")
_MOST_ROWS = 500
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
        kept = _own(work, import_id)
        shape = files.shape_of(kept.shape or {})
        mapping = {int(index): name for index, name in (kept.mapping or {}).items()}
        remembered = bool(kept.progress.get("remembered"))
        if options is not None and files.read_options(options) != files.read_options(_options(kept)):
            shape = files.inspect(viewer, files.path_of(kept), options)
            mapping, remembered = _likely_mapping(work, shape, options)
    if options is not None and options.mapping is not None:
        mapping, remembered = options.mapping, False
    kind = kind_of(options or _options(kept), shape)
    missing = _missing(kind, set(mapping.values()), (options or _options(kept)).country)
    return ImportFile(
        format=shape.format,
        kind=kind,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.layout.get("sheet"),
        sheets=list(shape.layout.get("sheets", ())),
        guessed=shape.guessed,
        notes=list(shape.notes),
        columns=[_column(shape, at, mapping.get(at)) for at in range(len(shape.columns))],
        missing=missing,
        remembered=remembered,
    )


def _missing(kind: Kind, mapped: set[str | None], country: str | None) -> list[str]:
    if kind == "segments":
        return [] if "name" in mapped else ["name"]
    missing = [name for name in _NEEDED if name not in mapped and not (name == "country" and country)]
    return missing if mapped & {"phone", "email"} else [*missing, "phone_or_email"]


def rows_in_file(viewer: Viewer, import_id: int) -> int | None:
    """Return how many rows the file has; null where it is too large to be gone through while somebody waits.

    Raises NotFound, and Refused for a file that cannot be read to its end.
    """
    with unit_of_work(viewer) as work:
        kept = _own(work, import_id)
        _require_files(kept)
        path, shape = files.path_of(kept), files.shape_of(kept.shape or {})
    if kept.bytes > _COUNTED_AT_ONCE and not files.staged_path(path, shape).exists():
        return None
    return files.rows_in(viewer, path, shape)


def choose(viewer: Viewer, import_id: int, options: ImportOptions) -> ImportRead:
    """Keep what the person chose; a review made before is void. Raises Refused with `fields`, NotFound, Conflict."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    # The whole upload may be read for its encoding: nobody is to wait for that, so it is no part of the unit.
    with unit_of_work(viewer) as work:
        kept = _own(work, import_id)
        _require_not_begun(kept)
        path, read_before = files.path_of(kept), files.read_options(_options(kept))
        shape = files.shape_of(kept.shape or {})
    if files.read_options(options) != read_before:
        shape = files.inspect(viewer, path, options)
    with unit_of_work(viewer, write=True) as work:
        kept = _own(work, import_id, lock=True)
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
        kept = _own(work, import_id)
        shape = files.shape_of(kept.shape or {})
    rows = _rows_in(viewer, kept, shape) if kept.state == "received" else None
    with unit_of_work(viewer, write=True) as work:
        kept = _own(work, import_id, lock=True)
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
        kept = _own(work, import_id, lock=True)
        if kept.act_id is not None or kept.state in ("accepted", "running"):
            raise Conflict("import_begun", _("This import has begun, so it cannot be forgotten."))
        work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == import_id))
        work.session.execute(delete(Import).where(col(Import.id) == import_id))
    files.forget(kept)


def get(viewer: Viewer, import_id: int) -> ImportRead:
    """Return an import with its state, progress and numbers. Raises NotFound for one that is not the viewer's."""
    with unit_of_work(viewer) as work:
        return _read(work, _own(work, import_id, reading=True))


def recent(viewer: Viewer, limit: int = 50, *, before: int | None = None) -> Sequence[ImportRead]:
    """Return the newest imports that the viewer may look at, newest first, those `before` an id where that is given."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer) as work:
        wanted = select(Import).where(visible_import(viewer, work.sight))
        if before is not None:
            wanted = wanted.where(col(Import.id) < before)
        wanted = wanted.order_by(col(Import.id).desc()).limit(limit)
        return [_read(work, kept) for kept in work.session.scalars(wanted)]


def rows(
    viewer: Viewer,
    import_id: int,
    outcome: str | None = None,
    after: int = 0,
    limit: int = 50,
    *,
    skip: int = 0,
) -> ImportRows:
    """Return what became, or would become, of rows: those of one outcome or all, in file order after row `after`.

    The first `skip` of them are passed over.
    """
    limit = max(1, min(limit, _MOST_ROWS))
    with unit_of_work(viewer) as work:
        kept = _own(work, import_id, reading=True)
        wanted = select(ImportRow).where(col(ImportRow.import_id) == import_id, col(ImportRow.row_no) > after)
        if outcome is not None:
            wanted = wanted.where(col(ImportRow.outcome) == outcome)
        found = work.session.scalars(
            wanted.order_by(col(ImportRow.row_no)).offset(skip).limit(limit + 1)
        ).all()
        of_sheet = sheets.seen(work, found) if _options(kept).kind == "segments" else None
        seen = _seen(work, found)
        work.session.expunge_all()
    cells = _cells(kept, [row.row_no for row in found[:limit]])
    mapping = {int(index): name for index, name in (kept.mapping or {}).items()}
    shape = files.shape_of(kept.shape or {})
    headers, reader = headers_of(shape.columns, mapping), reader_for(shape, mapping, _options(kept))
    of_segment = SheetReader(mapping, len(shape.columns), understand(shape.columns).report)
    items = []
    for row in found[:limit]:
        own = cells.get(row.row_no, [])
        items.append(
            _row_read(row, own, _values(own, mapping, reader), headers, seen)
            if of_sheet is None
            else sheets.row_read(row, own, of_segment, headers, of_sheet)
        )
    return ImportRows(items=items, next=items[-1].row if len(found) > limit else None)


def rejected_file(viewer: Viewer, import_id: int) -> Path:
    """Return the file of rejected rows, of a review too. Raises NotFound where there is none (yet)."""
    with unit_of_work(viewer) as work:
        kept = _own(work, import_id, reading=True)
        _require_files(kept)
        path = files.rejected_path(kept)
    if kept.state not in _LOOKED_AT or not path.exists():
        raise NotFound("not_found", _("This import has no rejected rows to fetch."))
    return path


def _own(work: Work, import_id: int, *, lock: bool = False, reading: bool = False) -> Import:
    """Return an import of the viewer's; with everyone's scope others' may be looked at too."""
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


def _require_not_begun(kept: Import) -> None:
    if kept.act_id is not None or kept.state in ("accepted", "running"):
        raise Conflict("import_begun", _("This import has begun, so nothing about it can be changed."))
    _require_files(kept)


def _require_files(kept: Import) -> None:
    if kept.progress.get("files_deleted"):
        raise NotFound(
            "files_deleted",
            _("The files of this import have had their time and were deleted; its numbers stay."),
        )


def _start(viewer: Viewer, import_id: int, state: str, kind: str) -> ImportRead:
    with unit_of_work(viewer, write=True) as work:
        kept = _own(work, import_id, lock=True)
        _require_not_begun(kept)
        if kept.state not in ("received", "planned"):
            raise Conflict("import_busy", _("This import is being reviewed, or has ended."))
        _require_key(kept)
        _require_rights(viewer, _options(kept))
        reviewed = kept.state == "planned"
        kept.progress = kept.progress | {
            "reviewed": reviewed and kind == "import",
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


def _choose(work: Work, kept: Import, shape: FileShape, options: ImportOptions) -> None:
    """Put a shape and options that fit it into an import's row."""
    options = _checked_options(options).model_copy(update={"kind": kind_of(options, shape)})
    _require_rights(work.viewer, options)
    remembered = False
    if options.mapping is None:
        mapping, remembered = _likely_mapping(work, shape, options)
    else:
        mapping = _checked_mapping(options.mapping, shape, options.kind)
    files.forget_review(kept)
    kept.shape = files.kept_shape(shape)
    kept.mapping = {str(at): name for at, name in mapping.items()}
    kept.options = options.model_dump(mode="json") | _accepted_by(work.viewer)
    kept.progress = {"remembered": remembered}
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


def kind_of(options: ImportOptions, shape: FileShape) -> Kind:
    """Return what the rows of a file are: as it was chosen, else as its header says."""
    return options.kind or ("segments" if is_sheet(shape.columns) else "contacts")


def _fields(kind: Kind | None) -> Sequence[str]:
    return SEGMENT_FIELDS if kind == "segments" else MAPPABLE


def _checked_mapping(
    mapping: dict[int, str | None], shape: FileShape, kind: Kind | None
) -> dict[int, str | None]:
    named, known_ = [name for name in mapping.values() if name is not None], _fields(kind)
    wrong = None
    if not all(0 <= at < len(shape.columns) for at in mapping):
        wrong = _("The file has no such column.")
    elif unknown := [name for name in named if name not in known_]:
        wrong = _("There is no field called {name}; those that there are: {known}.").format(
            name=unknown[0], known=", ".join(known_)
        )
    elif len(named) > len(set(named)):
        twice = next(name for name in named if named.count(name) > 1)
        wrong = _("Two columns cannot be the same field ({name}).").format(name=twice)
    if wrong:
        raise Refused("bad_mapping", wrong, fields={"mapping": wrong})
    return {at: mapping.get(at) for at in range(len(shape.columns))}


def _require_rights(viewer: Viewer, options: ImportOptions) -> None:
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    if options.kind == "segments":
        permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    elif options.unknown_segments == "create":
        require_create(viewer)


def _require_key(kept: Import) -> None:
    mapped = set((kept.mapping or {}).values())
    if _options(kept).kind == "segments":
        if "name" not in mapped:
            wrong = _("Say which column holds the name of the segment.")
            raise Refused("no_key_column", wrong, fields={"mapping": wrong})
    elif not mapped & set(_KEYS):
        wrong = _("Say which column holds the e-mail address, the mobile number or the external ID.")
        raise Refused("no_key_column", wrong, fields={"mapping": wrong})


def _likely_mapping(
    work: Work, shape: FileShape, options: ImportOptions
) -> tuple[dict[int, str | None], bool]:
    """Return the mapping of the owner's last import of this shape, or what the header suggests; and which it is."""
    owner = col(Import.owner_id)
    mine = owner.is_(None) if work.viewer.user_id is None else owner == work.viewer.user_id
    earlier = (
        select(Import).where(mine, col(Import.act_id).is_not(None)).order_by(col(Import.id).desc()).limit(50)
    )
    kind = kind_of(options, shape)
    for kept in work.session.scalars(earlier):
        mapping = _mapping_then(kept, shape) if (_options(kept).kind or "contacts") == kind else None
        if mapping is not None:
            return mapping, True
    fields = (
        understand_sheet(shape.columns)
        if kind == "segments"
        else understand(shape.columns, options.language).fields
    )
    return {at: name if name in _fields(kind) else None for at, name in enumerate(fields)}, False


def _mapping_then(kept: Import, shape: FileShape) -> dict[int, str | None] | None:
    """Return the mapping of an earlier import, if its file had the columns of this one, a report set aside."""
    if not kept.shape or not kept.mapping:
        return None
    columns = kept.shape["columns"]
    then, today = own_columns(columns), own_columns(shape.columns)
    if [columns[at] for at in then] != [shape.columns[at] for at in today]:
        return None
    names = {here: kept.mapping.get(str(there)) for there, here in zip(then, today, strict=True)}
    return {at: names.get(at) for at in range(len(shape.columns))}


def _options(kept: Import) -> ImportOptions:
    return ImportOptions.model_validate(
        {name: value for name, value in kept.options.items() if name in ImportOptions.model_fields}
    )


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
        **tally.kept(),
        id=kept.id,
        file_name=kept.file_name,
        bytes=kept.bytes,
        owner_id=kept.owner_id,
        owner=owner.name if owner else None,
        state=kept.state,
        code=kept.progress.get("code") if kept.state == "failed" else None,
        message=_(kept.message) if kept.message else None,
        kind=_options(kept).kind or "contacts",
        impact=kept.progress.get("impact") if work.sight.everyone else None,
        progress=ImportProgress.model_validate(shown),
        options=_options(kept).model_copy(
            update={"mapping": {int(at): name for at, name in (kept.mapping or {}).items()}}
        ),
        seconds=(ended - kept.started_at).total_seconds() if ended and kept.started_at else None,
        act_id=kept.act_id,
        has_rejected_file=kept.state in _LOOKED_AT and files.rejected_path(kept).exists(),
        files_deleted=bool(kept.progress.get("files_deleted")),
        created_at=kept.created_at,
        started_at=kept.started_at,
        ended_at=ended,
    )


def _cells(kept: Import, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return the cells of these rows as the file had them; nothing once its files are deleted."""
    staged_at = files.staged_path(files.path_of(kept), files.shape_of(kept.shape or {}))
    if not numbers or not staged_at.exists():
        return {}
    found: dict[int, list[str]] = {}
    with Staged(staged_at) as staged:
        group = None
        for number in numbers:
            if group is None or number >= group.first + len(group.cells):
                group = next(staged.from_row(number))
            found[number] = group.cells[number - group.first]
    return found


@dataclass(frozen=True)
class _Seen:
    """What the viewer sees of what rows speak of: live contacts, those to come back from the bin, segments' names."""

    live: frozenset[int]
    in_bin: frozenset[int]
    segments: dict[int, str]
    tags: dict[int, str]


def _seen(work: Work, rows: Sequence[ImportRow]) -> _Seen:
    def contacts(rule: ColumnElement[bool], of: Iterable[ImportRow]) -> frozenset[int]:
        ids = [row.contact_id for row in of if row.contact_id is not None]
        found = work.session.scalars(
            select(col(Contact.id)).where(col(Contact.id).in_(among(work, ids)), rule)
        )
        return frozenset(contact_id for contact_id in found if contact_id is not None)

    details = [row.detail or {} for row in rows]
    names = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, _ids(details, "joined", "left"))), visible_segment(work.sight)
    )
    tags = select(col(Tag.id), col(Tag.name)).where(col(Tag.id).in_(among(work, _ids(details, "tagged"))))
    return _Seen(
        contacts(visible(work.sight), rows),
        contacts(known.in_bin(work), (row for row in rows if (row.detail or {}).get("restored"))),
        {of: name for of, name in work.session.execute(names) if of is not None},
        {of: name for of, name in work.session.execute(tags) if of is not None},
    )


def _ids(details: Sequence[dict[str, Any]], *verbs: str) -> set[int]:
    """Return the ids among what rows join, leave or are tagged with; what is still to be made has a name only."""
    return {of for detail in details for verb in verbs for of in detail.get(verb, ()) if isinstance(of, int)}


def _values(cells: list[str], mapping: dict[int, str | None], reader: RowReader) -> dict[str, str]:
    """Return a row's values as they are read; where the row cannot be, as they stand in the file."""
    read = reader.read(cells)
    if isinstance(read, Refusal):
        return {name: cells[at] for at, name in mapping.items() if name and at < len(cells) and cells[at]}
    named = {SEGMENTS: "; ".join(read.segments or ()), TAGS: "; ".join(read.tags or ())}
    values = dict(zip(FIELDS, read.values, strict=True)) | named
    return {name: value for name, value in values.items() if value}


def _row_read(
    row: ImportRow, cells: list[str], values: dict[str, str], headers: dict[str, str], seen: _Seen
) -> ImportRowRead:
    detail = row.detail or {}
    # What was said while the viewer saw the contact must not be read once it is hidden.
    is_told = row.contact_id is None or row.contact_id in seen.live or row.contact_id in seen.in_bin
    shown = detail if is_told else {}
    changes = {name: (old, new) for name, (old, new) in shown.get("changes", {}).items()}
    verbs = {"joined": ("segments_joined", seen.segments), "left": ("segments_left", seen.segments)}
    for verb, (field, names) in (verbs | {"tagged": ("tags_added", seen.tags)}).items():
        # What is still to be made stands as its name.
        moved = [name for of in shown.get(verb, ()) if (name := of if isinstance(of, str) else names.get(of))]
        if moved:
            changes[field] = (None, moved)
    return ImportRowRead(
        row=row.row_no,
        outcome=row.outcome,
        code=row.code,
        reason=reason(row.code, detail, headers) if row.code else None,
        notes=notes(shown),
        contact_id=row.contact_id if row.contact_id in seen.live else None,
        cells=cells,
        values=values,
        changes=changes,
    )
