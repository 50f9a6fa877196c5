"""Sheets of segments for tests, made of a few rows, and loaded in this process."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from hooks.viewer import SYSTEM, Viewer
from models.imports import ImportOptions, ImportRead
from models.segment import SegmentRead
from services import segments
from services.imports import runs

HEADER = ("Segment", "Description", "Colour", "Restricted", "Active", "Teams", "Users")
FIELDS = ("name", "description", "colour", "restricted", "active", "teams", "users")


def sheet_of(*rows: Mapping[str, str]) -> bytes:
    """Return a sheet with a column for each field, empty where a row does not give it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows([[row.get(name, "") for name in FIELDS] for row in rows])
    return out.getvalue().encode()


def receive(content: bytes, viewer: Viewer = SYSTEM, **options: Any) -> int:
    """Take a file in."""
    return runs.receive(viewer, "segments.csv", [content], ImportOptions.model_validate(options)).id


def reviewed(*rows: Mapping[str, str], viewer: Viewer = SYSTEM, **options: Any) -> ImportRead:
    """Have a sheet reviewed; nothing is written."""
    import_id = receive(sheet_of(*rows), viewer, **options)
    runs.review(viewer, import_id)
    runs.carry_out_review(import_id)
    return closed(runs.get(viewer, import_id))


def accepted(import_id: int, viewer: Viewer = SYSTEM) -> ImportRead:
    """Have an import carried out to its end."""
    runs.accept(viewer, import_id)
    runs.carry_out(import_id)
    return closed(runs.get(viewer, import_id))


def load(*rows: Mapping[str, str], viewer: Viewer = SYSTEM, **options: Any) -> ImportRead:
    """Load a sheet without a review."""
    return accepted(receive(sheet_of(*rows), viewer, **options), viewer)


def closed(read: ImportRead) -> ImportRead:
    """Return it, after a look whether the counts close."""
    assert read.kind == "segments"
    assert read.rows == read.created + read.updated + read.unchanged + read.skipped + read.rejected
    return read


def outcomes(read: ImportRead, viewer: Viewer = SYSTEM) -> list[str]:
    """Return what became of each row: its outcome, or its code where it was rejected."""
    found = runs.rows(viewer, read.id, limit=500).items
    return [row.code if row.outcome == "rejected" and row.code else row.outcome for row in found]


def there() -> dict[str, SegmentRead]:
    """Return all segments by name."""
    return {one.name: one for one in segments.listed(SYSTEM)}
