"""What became, or would become, of the rows of a sheet, as far as whoever reads may know of their segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.imports import ImportRow, ImportRowRead
from models.people import Team, User
from models.segment import Segment
from services.access import visible_segment
from services.among import among
from services.imports.reasons import reason
from services.segment_sheets.cells import SheetReader, Wanted
from services.work import Work

_LINKED: Mapping[str, tuple[Any, str]] = {"teams": (Team, "name"), "users": (User, "email")}


@dataclass(frozen=True)
class Seen:
    """The segments, of those that rows speak of, whose names may be read, and what teams and people are called."""

    segments: frozenset[int]
    names: Mapping[tuple[str, int], str]


def seen(work: Work, rows: Sequence[ImportRow]) -> Seen:
    """Return what the viewer may know of what these rows speak of."""
    details = [row.detail or {} for row in rows]
    ids = {detail["segment_id"] for detail in details if "segment_id" in detail}
    found = work.session.scalars(
        select(col(Segment.id)).where(col(Segment.id).in_(among(work, ids)), visible_segment(work.sight))
    )
    names: dict[tuple[str, int], str] = {}
    for kind, (table, name) in _LINKED.items():
        linked = {one for detail in details for of in detail.get("changes", {}).get(kind, ()) for one in of}
        called = select(col(table.id), col(getattr(table, name))).where(
            col(table.id).in_(among(work, linked))
        )
        names |= {(kind, one): name_of for one, name_of in work.session.execute(called)}
    return Seen(frozenset(one for one in found if one is not None), names)


def row_read(
    row: ImportRow, cells: Sequence[str], reader: SheetReader, headers: Mapping[str, str], known: Seen
) -> ImportRowRead:
    """Return one row; what was said of a segment that is hidden by now is not told."""
    detail: dict[str, Any] = row.detail or {}
    changes = detail.get("changes", {}) if detail.get("segment_id") in known.segments else {}
    return ImportRowRead(
        row=row.row_no,
        outcome=row.outcome,
        code=row.code,
        reason=reason(row.code, detail, headers) if row.code else None,
        notes=[],
        contact_id=None,
        cells=list(cells),
        values=_values(reader, row.row_no, cells),
        changes={
            name: (_shown(name, old, known), _shown(name, new, known)) for name, (old, new) in changes.items()
        },
    )


def _values(reader: SheetReader, no: int, cells: Sequence[str]) -> dict[str, str]:
    """Return a row's values as they are read; where the row cannot be, as they stand in the file."""
    read = reader.read(no, cells) if cells else None
    if not isinstance(read, Wanted):
        return reader.values(cells)
    return {"name": read.name} | {name: text for name, value in read.given.items() if (text := _plain(value))}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value or "")


def _shown(field: str, value: Any, known: Seen) -> Any:
    if field not in _LINKED:
        return value
    return [known.names[field, one] for one in value if (field, one) in known.names]
