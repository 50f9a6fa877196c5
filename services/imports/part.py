"""One part of an import within one unit of work: settle it, and keep what became of its rows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from models.doors import Denial
from models.fold import fold
from models.imports import Import
from models.segment import Segment
from models.tag import Tag
from services import permissions
from services.imports import known, write
from services.imports.agreed import agreement_on, hold_back, moved_by
from services.imports.ending import forget_rows
from services.imports.headers import understand
from services.imports.labels import Labels, folded, labels_of
from services.imports.people import Person, Row
from services.imports.plan import Part
from services.imports.responsibles import responsibles_of
from services.imports.rows import SEGMENTS, TAGS
from services.imports.settle import Deed, Denials, Detail, Fate, Rights, Settlement
from services.imports.tag_names import Tags, tags_of
from services.imports.tally import Tally
from services.imports.task import Meter, Task
from services.imports.write import Pen
from services.work import Work

_KEPT = ("import_id", "row_no", "outcome", "contact_id", "contact_version", "code", "detail")
_SAID = slice(-2, None)
_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class Settled:
    """A part that is settled, and what it adds up to with those before it."""

    settlement: Settlement
    labels: Labels
    tags: Tags
    denials: Denials
    tally: Tally

    def carry_out(self, work: Work, act_id: int) -> None:
        """Write all deeds."""
        write.carry_out(work, self.settlement.deeds, self.labels, self.tags, act_id)


def settle(work: Work, task: Task, part: Part, kept: Import, denials_left: int) -> Settled:
    """Match and compare the rows of a part with what is in the database now, within this unit."""
    rows = [item for group in part.groups for item in group if isinstance(item, Row)]
    if not task.is_review:
        _hold_segments(work, task, rows)
        _hold_tags(work, rows)
    with_segments = SEGMENTS in task.mapping.values()
    directory = known.directory_of(
        work,
        rows,
        lock=not task.is_review,
        with_segments=with_segments,
        with_tags=TAGS in task.mapping.values(),
        with_bin=task.options.in_bin == "restore",
    )
    labels = labels_of(work, task.options.unknown_segments, task.options.meant_segments)
    tags = tags_of(work, task.options.unknown_segments) if TAGS in task.mapping.values() else Tags()
    agreed = agreement_on(work, task, part, kept.progress)
    denials = Denials(
        left=denials_left,
        spent=bool(kept.progress.get("spent")),
        paid=agreed.denied(),
    )
    may = work.viewer.may
    rights = Rights(may(permissions.CONTACTS_ADD), may(permissions.CONTACTS_EDIT))
    is_exported = understand(task.shape.columns).program is not None
    settlement = Settlement(
        directory, labels, task.options, rights, denials, tags, is_exported=is_exported,
        mapped=task.mapping.values(),
        responsibles=responsibles_of(work) if "responsible" in task.mapping.values() else None,
    )  # fmt: skip
    settlement.settle(part.groups)
    hold_back(work, task, agreed, settlement, labels, tags)
    tally = Tally.of(kept.counts)
    tally.add_deeds(settlement.deeds, labels, tags, work.sight)
    return Settled(settlement, labels, tags, denials, tally)


def keep(work: Work, task: Task, part: Part, kept: Import, settled: Settled, meter: Meter) -> None:
    """Write the rows' fates, the numbers and the checkpoint, in the unit that did the deeds."""
    fates, tally = settled.settlement.fates, settled.tally
    tally.add_fates(fates)
    tally.add_unknown(tally.unknown_segments, settled.settlement.unknown)
    tally.add_unknown(tally.unknown_tags, settled.settlement.unknown_tags)
    if kept.progress.get("had_rows"):
        forget_rows(work, task.import_id, [fate.no for fate in fates])
    deeds = {deed.person: deed for deed in settled.settlement.deeds} if task.is_review else {}
    pen = Pen(work)
    rows = [_kept(task, fate, deeds, settled) for fate in fates]
    # Most have nothing but their contact; by themselves they are rows without nulls.
    pen.insert("import_row", _KEPT, [row for row in rows if row[_SAID] == (None, None)])
    pen.insert("import_row", _KEPT, [row for row in rows if row[_SAID] != (None, None)])
    work.session.add_all(
        Denial(user_id=work.viewer.user_id, door="import", field=given, at=work.now)
        for given in settled.denials.given
    )
    kept.counts = tally.kept()
    kept.progress = (
        kept.progress
        | meter.at(tally.done, tally.rows)
        | {"next": part.after, "spent": settled.denials.spent}
    )
    work.session.add(kept)


def _hold_segments(work: Work, task: Task, rows: Iterable[Row]) -> None:
    """Keep the segments that the part may touch as they are to the end of the unit: no switch turns meanwhile."""
    if work.on_sqlite:
        return
    keys = {fold(name) for row in rows for name in row.segments or ()}
    keys |= {other for name, other in folded(task.options.meant_segments).items() if name in keys}
    named = col(Segment.name_key).in_(keys)
    touched = or_(named, col(Segment.kind) == "static") if task.options.overwrite_segments else named
    if keys or task.options.overwrite_segments:
        work.session.execute(
            select(col(Segment.id))
            .where(col(Segment.deleted_at).is_(None), touched)
            .order_by(col(Segment.id))
            .with_for_update(read=True)
        )


def _hold_tags(work: Work, rows: Iterable[Row]) -> None:
    """Keep the tags that rows name, so that none of them goes while it is put on contacts."""
    keys = {fold(name) for row in rows for name in row.tags or ()}
    if keys and not work.on_sqlite:
        work.session.execute(
            select(col(Tag.id))
            .where(col(Tag.deleted_at).is_(None), col(Tag.name_key).in_(keys))
            .order_by(col(Tag.id))
            .with_for_update(read=True)
        )


def _kept(task: Task, fate: Fate, deeds: Mapping[Person, Deed], settled: Settled) -> tuple[Any, ...]:
    detail = fate.detail
    person = fate.person
    deed = deeds.get(person) if person and fate.outcome in ("created", "updated") else None
    if deed is not None:
        told: Detail = {} if deed.is_new else {"changes": deed.changes}
        if fate.outcome == ("created" if deed.is_new else "updated"):
            told |= moved_by(deed, settled.labels, settled.tags)
        detail = (detail or {}) | told or None
    return (
        task.import_id,
        fate.no,
        fate.outcome,
        person.id if person else None,
        person.version if person and person.id is not None else None,
        fate.code,
        None if detail is None else _as_json(detail),
    )
