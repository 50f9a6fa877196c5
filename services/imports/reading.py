"""Read the rows of a staged file, a group at a time, into what the plan keeps of them."""

import json
from typing import Any, NamedTuple

from services.imports.rows import FIELDS, Refusal, RowReader
from services.imports.staged import Group

# A row with more has a doubt, further addresses, notes, or messengers.
ROW, SKIPPED, REFUSED, WITH_MORE = 0, 1, 2, 3
COLUMNS = ("row_no", "place", "kind", "content", "tags", "in_bin", *FIELDS)
_NO_VALUES = (None,) * len(FIELDS)


class GroupRead(NamedTuple):
    """A group as the plan keeps it: rows in the order of COLUMNS, and further addresses.

    These are ("E" or "P", the address, the number of its row) each.
    """

    rows: list[tuple[Any, ...]]
    further: list[tuple[str, str, int]]


def read_group(reader: RowReader, group: Group) -> GroupRead:
    """Read a group; each row stands at a place of its own as yet."""
    rows: list[tuple[Any, ...]] = []
    further: list[tuple[str, str, int]] = []
    for row_no, (cells, kind) in enumerate(zip(group.cells, group.kinds, strict=True), group.first):
        if kind in ("blank", "header"):
            rows.append((row_no, row_no, SKIPPED, kind, None, None, *_NO_VALUES))
            continue
        read = reader.read(cells) if kind == "row" else Refusal(kind)
        if isinstance(read, Refusal):
            rows.append((row_no, row_no, REFUSED, json.dumps(_kept(read)), None, None, *_NO_VALUES))
            continue
        kept, tags = (None if names is None else ";".join(names) for names in (read.segments, read.tags))
        if read.doubt is None and read.further is None and read.notes is None and not read.messengers:
            rows.append((row_no, row_no, ROW, kept, tags, None, *read.values))
            continue
        more = json.dumps([read.doubt and _kept(read.doubt), kept, read.further, read.notes, read.messengers])
        rows.append((row_no, row_no, WITH_MORE, more, tags, None, *read.values))
        for sign, found in zip("EP", read.further or ((), ()), strict=True):
            further += [(sign, address, row_no) for address in found]
    return GroupRead(rows, further)


def _kept(refusal: Refusal) -> list[Any]:
    return [refusal.code, refusal.field, refusal.text, dict(refusal.detail)]
