"""What became, or would become, of the rows of an import: looked at page by page, or fetched as a file."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import Contact
from models.fold import fold
from models.imports import Import, ImportRow, ImportRowRead, ImportRows, SegmentMoves
from models.people import User
from models.segment import Segment
from models.tag import Tag
from services import messengers
from services.access import visible, visible_segment
from services.among import among
from services.errors import NotFound
from services.imports import files, known
from services.imports.done import done_to
from services.imports.headers import understand
from services.imports.own import LOOKED_AT, mapping_of, options_of, own, require_files
from services.imports.planning import reader_for
from services.imports.reasons import headers_of, notes, reason
from services.imports.rows import (
    FIELDS,
    FURTHER_EMAILS,
    FURTHER_PHONES,
    MESSENGERS,
    SEGMENTS,
    TAGS,
    Refusal,
    RowReader,
)
from services.imports.seeking import look_for
from services.imports.staged import Staged
from services.imports.workbooks import as_in_sheet
from services.segment_sheets import reading as sheets
from services.segment_sheets.cells import SheetReader
from services.work import Work, unit_of_work

_MOST_ROWS = 500
# Seconds that somebody may wait for rows that are looked for by their cells.
_PATIENCE = 2.0
_CAME_IN = ("created", "updated")

Detail = dict[str, Any]


def rows(
    viewer: Viewer,
    import_id: int,
    outcome: str | None = None,
    after: int = 0,
    limit: int = 50,
    *,
    before: int | None = None,
    code: str | None = None,
    search: str = "",
) -> ImportRows:
    """Return what became, or would become, of rows: those of one outcome or all, in file order after row `after`.

    With `before` they are the last ones before that row. `code` is why they were rejected or skipped; `search` is text
    in their cells, looked for some seconds at a time: `next` then says where to go on, even if nothing was found yet.
    """
    limit = max(1, min(limit, _MOST_ROWS))
    with unit_of_work(viewer) as work:
        kept = own(work, import_id, reading=True)
        wanted = select(ImportRow).where(col(ImportRow.import_id) == import_id)
        if outcome is not None:
            wanted = wanted.where(col(ImportRow.outcome) == outcome)
        if code is not None:
            wanted = wanted.where(col(ImportRow.code) == code)
        page = (
            _sought(work, kept, wanted, after, limit, search)
            if search.strip()
            else _page(work, wanted, after, before, limit)
        )
        of_sheet = sheets.seen(work, page.rows) if options_of(kept).kind == "segments" else None
        details = _details(work, kept, page.rows)
        seen = _seen(work, page.rows, details)
        work.session.expunge_all()
    cells = _cells(kept, [row.row_no for row in page.rows])
    mapping = mapping_of(kept)
    shape = files.shape_of(kept.shape or {})
    headers, reader = headers_of(shape.columns, mapping), reader_for(shape, mapping, options_of(kept))
    of_segment = SheetReader(mapping, len(shape.columns), understand(shape.columns).report)
    items = []
    for row in page.rows:
        own_cells = cells.get(row.row_no, [])
        items.append(
            _row_read(row, details[row.row_no], own_cells, _values(own_cells, mapping, reader), headers, seen)
            if of_sheet is None
            else sheets.row_read(row, own_cells, of_segment, headers, of_sheet)
        )
    return ImportRows(items=items, next=page.next, previous=page.previous)


@dataclass(frozen=True)
class _Page:
    """Rows of a page; the row to go on after, and the one to come back before."""

    rows: Sequence[ImportRow]
    next: int | None
    previous: int | None


def _page(work: Work, wanted: Select[Any], after: int, before: int | None, limit: int) -> _Page:
    number = col(ImportRow.row_no)
    if before is None:
        found = work.session.scalars(wanted.where(number > after).order_by(number).limit(limit + 1)).all()
        shown = found[:limit]
        last = shown[-1].row_no if len(found) > limit else None
        return _Page(shown, last, shown[0].row_no if shown and after else None)
    found = work.session.scalars(wanted.where(number < before).order_by(number.desc()).limit(limit + 1)).all()
    shown = found[:limit][::-1]
    return _Page(shown, shown[-1].row_no if shown else None, shown[0].row_no if len(found) > limit else None)


def _sought(work: Work, kept: Import, wanted: Select[Any], after: int, limit: int, search: str) -> _Page:
    """Look through the cells from row to row, as long as somebody may wait."""
    staged_at = files.staged_path(files.path_of(kept), files.shape_of(kept.shape or {}))
    if not staged_at.exists():
        return _Page((), None, None)
    text, may_hold, until = fold(search), look_for(search), time.monotonic() + _PATIENCE
    found: list[ImportRow] = []
    number = col(ImportRow.row_no)
    with Staged(staged_at) as staged:
        for first, last in staged.spans(after + 1):
            numbers = _in_question(work, wanted, max(first, after + 1), last)
            if numbers and (group := staged.holding(first, may_hold)) is not None:
                numbers = [no for no in numbers if text in fold(" ".join(group.cells[no - first]))]
            else:
                numbers = []
            if numbers:
                these = wanted.where(number.in_(among(work, numbers))).order_by(number)
                found += work.session.scalars(these.limit(limit + 1 - len(found)))
            if len(found) > limit:
                return _Page(found[:limit], found[limit - 1].row_no, None)
            if time.monotonic() > until and last < staged.rows:
                return _Page(found, last, None)
    return _Page(found, None, None)


def _in_question(work: Work, wanted: Select[Any], first: int, last: int) -> Sequence[int]:
    """Return which rows of these are asked for, whatever is in them: of one outcome they may be few."""
    number = col(ImportRow.row_no)
    return work.session.scalars(wanted.with_only_columns(number).where(number.between(first, last))).all()


def rejected_file(viewer: Viewer, import_id: int) -> Path:
    """Return the file of rejected rows, of a review too. Raises NotFound where there is none (yet)."""
    with unit_of_work(viewer) as work:
        kept = own(work, import_id, reading=True)
        require_files(kept)
        path = files.rejected_path(kept)
    if kept.state not in LOOKED_AT or not path.exists():
        raise NotFound("not_found", _("This import has no rejected rows to fetch."))
    return path


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
    if (kept.shape or {}).get("format") == "workbook":
        return {number: as_in_sheet(cells) for number, cells in found.items()}
    return found


@dataclass(frozen=True)
class _Seen:
    """What the viewer sees of what rows speak of: live contacts, those to come back from the bin, segments' names."""

    live: frozenset[int]
    in_bin: frozenset[int]
    segments: dict[int, str]
    tags: dict[int, str]
    people: dict[int, str]


def moves_by_name(work: Work, moves: Mapping[str, Sequence[int]]) -> list[SegmentMoves]:
    """Return how many contacts each segment gains and loses, those that the viewer sees, the most moved first."""
    ids = [int(of) for of in moves if not of.startswith("+")]
    if not moves:
        return []
    wanted = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, ids)), visible_segment(work.sight)
    )
    names = {of: name for of, name in work.session.execute(wanted) if of is not None}
    found: dict[str, SegmentMoves] = {}
    for of, (added, removed) in moves.items():
        name = of[1:] if of.startswith("+") else names.get(int(of))
        if name is not None:
            one = found.setdefault(fold(name), SegmentMoves(name=name, added=0, removed=0))
            one.added += added
            one.removed += removed
    return sorted(found.values(), key=lambda one: (-(one.added + one.removed), fold(one.name)))


def _details(work: Work, kept: Import, rows: Sequence[ImportRow]) -> dict[int, Detail]:
    """Return what is told of each row; a row that came in has what it did in the history, not in itself."""
    came_in = {} if kept.act_id is None else done_to(work, kept.act_id, _contacts(rows, _CAME_IN))
    told: dict[int, Detail] = {}
    for row in rows:
        done = came_in.get(row.contact_id or 0, {}) if row.outcome in _CAME_IN else {}
        # Of a contact that the file makes only the row that makes it tells.
        is_told = not done.get("made") or row.outcome == "created"
        told[row.row_no] = {**(row.detail or {}), **(done if is_told else {})}
    return told


def _contacts(rows: Iterable[ImportRow], outcomes: Collection[str]) -> list[int]:
    return [row.contact_id for row in rows if row.contact_id is not None and row.outcome in outcomes]


def _seen(work: Work, rows: Sequence[ImportRow], details: Mapping[int, Detail]) -> _Seen:
    def contacts(rule: ColumnElement[bool], of: Iterable[ImportRow]) -> frozenset[int]:
        ids = [row.contact_id for row in of if row.contact_id is not None]
        found = work.session.scalars(
            select(col(Contact.id)).where(col(Contact.id).in_(among(work, ids)), rule)
        )
        return frozenset(contact_id for contact_id in found if contact_id is not None)

    told = list(details.values())
    names = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, _ids(told, "joined", "left"))), visible_segment(work.sight)
    )
    tags = select(col(Tag.id), col(Tag.name)).where(col(Tag.id).in_(among(work, _ids(told, "tagged"))))
    named = {of for detail in told for of in detail.get("changes", {}).get("responsible", ())}
    people = select(col(User.id), col(User.email)).where(col(User.id).in_(among(work, named - {None})))
    return _Seen(
        contacts(visible(work.sight), rows),
        contacts(known.in_bin(work), (row for row in rows if (row.detail or {}).get("restored"))),
        {of: name for of, name in work.session.execute(names) if of is not None},
        {of: name for of, name in work.session.execute(tags) if of is not None},
        {of: email for of, email in work.session.execute(people) if of is not None},
    )


def _ids(details: Sequence[dict[str, Any]], *verbs: str) -> set[int]:
    """Return the ids among what rows join, leave or are tagged with; what is still to be made has a name only."""
    return {of for detail in details for verb in verbs for of in detail.get(verb, ()) if isinstance(of, int)}


def _values(cells: list[str], mapping: dict[int, str | None], reader: RowReader) -> dict[str, str]:
    """Return a row's values as they are read; where the row cannot be, as they stand in the file."""
    read = reader.read(cells)
    if isinstance(read, Refusal):
        return {name: cells[at] for at, name in mapping.items() if name and at < len(cells) and cells[at]}
    further = zip((FURTHER_EMAILS, FURTHER_PHONES), read.further or (), strict=False)
    named = {SEGMENTS: "; ".join(read.segments or ()), TAGS: "; ".join(read.tags or ())}
    told = [f"{messengers.name_of(platform)} {handle}" for platform, handle in read.messengers]
    named[MESSENGERS] = "; ".join(told)
    named |= {name: "; ".join(addresses) for name, addresses in further}
    values = dict(zip(FIELDS, read.values, strict=True)) | named
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _row_read(
    row: ImportRow,
    detail: Detail,
    cells: list[str],
    values: dict[str, str],
    headers: dict[str, str],
    seen: _Seen,
) -> ImportRowRead:
    # What was said while the viewer saw the contact must not be read once it is hidden.
    is_told = row.contact_id is None or row.contact_id in seen.live or row.contact_id in seen.in_bin
    shown = detail if is_told else {}
    changes = {name: (old, new) for name, (old, new) in shown.get("changes", {}).items()}
    if "responsible" in changes:
        old, new = (seen.people.get(of) for of in changes["responsible"])
        changes["responsible"] = (old, new)
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
        notes=notes(shown, headers),
        contact_id=row.contact_id if row.contact_id in seen.live else None,
        cells=cells,
        values=values,
        changes=changes,
    )
