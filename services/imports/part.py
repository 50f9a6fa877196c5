"""One part of an import within one unit of work: settle it, and keep what became of its rows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from models.doors import Denial
from models.fold import fold
from models.imports import Import, ImportRow
from models.segment import Segment
from models.tag import Tag
from services import permissions
from services.among import among
from services.imports import known, write
from services.imports.ending import forget_rows
from services.imports.labels import Labels, folded, labels_of
from services.imports.people import Row
from services.imports.plan import Part
from services.imports.rows import SEGMENTS, TAGS
from services.imports.settle import Deed, Denials, Fate, Rights, Settlement
from services.imports.tag_names import Tags, tags_of
from services.imports.tally import Tally
from services.imports.task import Meter, Task
from services.imports.write import Pen
from services.work import Work


@dataclass(frozen=True)
class Said:
    """What the review said of a row."""

    outcome: str
    code: str | None
    contact_id: int | None
    contact_version: int | None
    detail: Mapping[str, Any] | None


@dataclass
class Settled:
    """A part that is settled; `said` is what the review said of its rows, `versions` the contacts' before."""

    settlement: Settlement
    labels: Labels
    tags: Tags
    denials: Denials
    said: dict[int, Said]
    tally: Tally
    versions: dict[int, int]

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
    said = _said(work, task, part) if kept.progress.get("reviewed") else {}
    denials = Denials(
        left=denials_left,
        spent=bool(kept.progress.get("spent")),
        paid=frozenset(row_no for row_no, before in said.items() if before.code == "not_available"),
    )
    may = work.viewer.may
    rights = Rights(may(permissions.CONTACTS_ADD), may(permissions.CONTACTS_EDIT))
    settlement = Settlement(directory, labels, task.options, rights, denials, tags)
    settlement.settle(part.groups)
    tally = Tally.of(kept.counts)
    tally.add_deeds(settlement.deeds, labels, tags, work.sight)
    versions = {person.id: person.version for person in directory.people if person.id is not None}
    return Settled(settlement, labels, tags, denials, said, tally, versions)


def keep(work: Work, task: Task, part: Part, kept: Import, settled: Settled, meter: Meter) -> None:
    """Write the rows' fates, the numbers and the checkpoint, in the unit that did the deeds."""
    fates, tally = settled.settlement.fates, settled.tally
    _name_changed(settled)
    tally.add_fates(fates)
    tally.add_unknown(tally.unknown_segments, settled.settlement.unknown)
    tally.add_unknown(tally.unknown_tags, settled.settlement.unknown_tags)
    tally.changed_since_review += sum(1 for fate in fates if fate.detail and fate.detail.get("changed"))
    if kept.progress.get("had_rows"):
        forget_rows(work, task.import_id, [fate.no for fate in fates])
    changes = _changes_by_person(settled) if task.is_review else {}
    Pen(work).insert(
        "import_row",
        ("import_id", "row_no", "outcome", "code", "contact_id", "contact_version", "detail"),
        [_kept(task, fate, changes, settled) for fate in fates],
    )
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


def _said(work: Work, task: Task, part: Part) -> dict[int, Said]:
    numbers = [item.no for group in part.groups for item in group]
    wanted = select(
        col(ImportRow.row_no), col(ImportRow.outcome), col(ImportRow.code), col(ImportRow.contact_id),
        col(ImportRow.contact_version), col(ImportRow.detail),
    ).where(
        col(ImportRow.import_id) == task.import_id, col(ImportRow.row_no).in_(among(work, numbers))
    )  # fmt: skip
    return {row_no: Said(*rest) for row_no, *rest in work.session.execute(wanted)}


def _name_changed(settled: Settled) -> None:
    """Mark rows that go another way than the review said, or whose contact changed since."""
    deeds = _changes_by_person(settled) if settled.said else {}
    for fate in settled.settlement.fates:
        before = settled.said.get(fate.no)
        if before is None:
            continue
        contact_id = fate.person.id if fate.person else None
        version = settled.versions.get(contact_id) if contact_id is not None else None
        same = (fate.outcome, fate.code, version) == (before.outcome, before.code, before.contact_version)
        # Who joins or leaves a segment keeps the version.
        moved = _refs(_moved(fate, deeds, settled), settled)
        same = same and moved == _refs(before.detail or {}, settled)
        if not same or (version is not None and contact_id != before.contact_id):
            fate.detail = (fate.detail or {}) | {"changed": True}


def _changes_by_person(settled: Settled) -> dict[int, Deed]:
    return {id(deed.person): deed for deed in settled.settlement.deeds if not deed.is_new}


def _moved(fate: Fate, changes: Mapping[int, Deed], settled: Settled) -> dict[str, list[int | str]]:
    """Return which segments a row's contact joins and leaves, and what it is tagged with.

    They are ids, and the names of those that are still to be made.
    """
    labels, tags = settled.labels, settled.tags
    deed = changes.get(id(fate.person)) if fate.outcome == "updated" else None
    if deed is None:
        return {}
    joined: list[int | str] = [labels.usable.get(key) or labels.new_names[key] for key in deed.joins]
    left: list[int | str] = [*deed.leaves]
    tagged: list[int | str] = [tags.known.get(key) or tags.names[key] for key in deed.tags]
    return {verb: of for verb, of in (("joined", joined), ("left", left), ("tagged", tagged)) if of}


def _refs(moved: Mapping[str, Any], settled: Settled) -> list[set[int | str]]:
    """Return the same to be compared: what has been made since its name was kept stands as its id."""
    refs = {"joined": settled.labels.ref, "left": settled.labels.ref, "tagged": settled.tags.ref}
    return [
        {ref(fold(of)) if isinstance(of, str) else of for of in moved.get(verb, ())}
        for verb, ref in refs.items()
    ]


def _kept(task: Task, fate: Fate, changes: Mapping[int, Deed], settled: Settled) -> tuple[Any, ...]:
    detail = fate.detail
    person = fate.person
    deed = changes.get(id(person)) if fate.outcome == "updated" else None
    if deed is not None:
        detail = (detail or {}) | {"changes": deed.changes} | _moved(fate, changes, settled)
    return (
        task.import_id,
        fate.no,
        fate.outcome,
        fate.code,
        person.id if person else None,
        person.version if person and person.id is not None else None,
        None if detail is None else json.dumps(detail, ensure_ascii=False),
    )
