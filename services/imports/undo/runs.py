"""The undo of an import as people use it: how far it would reach, begin, how far it is, what it left, cancel."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, false, func, or_, select, true
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.change import Change
from models.contact import Contact
from models.import_undo import (
    ImportUndo,
    ImportUndoConflict,
    ImportUndoConflicts,
    ImportUndoLeft,
    ImportUndoPace,
    ImportUndoReach,
    ImportUndoRead,
)  # fmt: skip
from models.imports import Import, ImportImpact
from models.people import User
from models.segment import Segment
from models.tag import Tag
from services import jobs, permissions
from services.access import branches, visible, visible_import, visible_segment
from services.among import among
from services.errors import Conflict, NotFound, Told
from services.imports.tally import Tally
from services.imports.undo import rules
from services.imports.undo.words import reason
from services.memberships import SEGMENTS, TAGS
from services.overtaken import anew_when_overtaken
from services.segment_sheets import undo as sheet
from services.work import Work, unit_of_work

GOING = ("accepted", "running")
_MOST = 500


def reach(viewer: Viewer, import_id: int) -> ImportUndoReach:
    """Return how far an undo would reach at most, as far as the viewer sees the contacts. Raises as `begin`."""
    with unit_of_work(viewer) as work:
        kept = _undoable(work, import_id)
        if rules.is_of_sheet(kept):
            tally = Tally.of(kept.counts)
            told = asdict(sheet.foreseen(work, kept)) if work.sight.everyone else None
            return ImportUndoReach(
                kind="segments",
                removed=tally.created,
                restored=tally.updated,
                memberships=False,
                impact=None if told is None else ImportImpact.model_validate(told),
            )
        counted = (
            select(func.count().filter(col(Change.kind) == "created"), func.count())
            .join(Contact, col(Contact.id) == col(Change.contact_id))
            .where(col(Change.act_id) == kept.act_id, visible(work.sight))
        )
        made, touched = work.session.execute(counted).one()
        moved = or_(
            *(
                exists().where(which == kept.act_id)
                for of in (SEGMENTS, TAGS)
                for which in (col(of.now.joined_act_id), col(of.past.left_act_id))
            )
        )
        return ImportUndoReach(
            removed=made, restored=touched - made, memberships=bool(work.session.scalar(select(moved)))
        )


def possible(viewer: Viewer, import_ids: Collection[int]) -> set[int]:
    """Return those of these imports that the viewer can take back now. Raises Forbidden without the right to import."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    found = set()
    with unit_of_work(viewer) as work:
        for import_id in import_ids:
            with suppress(Told):
                found.add(_undoable(work, import_id).id or 0)
    return found


@anew_when_overtaken
def begin(viewer: Viewer, import_id: int) -> ImportUndoRead:
    """Have an import taken back in the background; one's own undo of it that goes on already is returned as it is.

    Raises NotFound for an import that is not the viewer's to undo; Forbidden; Conflict `import_running`,
    `nothing_came_in`, `already_undone`, `too_late`, or `being_undone` where somebody else is at it.
    """
    with unit_of_work(viewer, write=True) as work:
        kept = _undoable(work, import_id, lock=True)
        wanted = select(ImportUndo).where(
            col(ImportUndo.import_id) == import_id, col(ImportUndo.state).in_(GOING)
        )
        going = work.session.scalar(wanted)
        if going is not None and going.owner_id != viewer.user_id:
            raise Conflict("being_undone", _("Somebody else is undoing this import."))
        if going is None:
            going = ImportUndo(
                import_id=import_id,
                owner_id=viewer.user_id,
                via=viewer.via,
                options={
                    "may": None if viewer.is_system else sorted(viewer.permissions),
                    "locale": viewer.locale,
                },
                created_at=work.now,
            )
            work.session.add(going)
            work.session.flush()
        undo_id = going.id
        assert undo_id is not None
        work.after_commit(lambda: jobs.submit("undo", undo_id))
        return _reads(work, [(going, kept)])[0]


def _undoable(work: Work, import_id: int, *, lock: bool = False) -> Import:
    kept = rules.found(work, import_id, lock=lock)
    rules.require_rights(work, kept)
    if (why := rules.obstacle(work, kept)) is not None:
        raise why
    return kept


def of_import(viewer: Viewer, import_id: int) -> ImportUndoRead:
    """Return the last undo of an import at which the viewer may look. Raises NotFound, also where there is none."""
    with unit_of_work(viewer) as work:
        rules.found(work, import_id)
        found = _latest(work, [import_id])
        if not found:
            raise _no_undo()
        return found[0]


def latest(viewer: Viewer, import_ids: Collection[int]) -> dict[int, ImportUndoRead]:
    """Return the last undo of each of these imports that has one, as far as the viewer may look at them."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer) as work:
        return {one.import_id: one for one in _latest(work, import_ids)}


def cancel(viewer: Viewer, import_id: int) -> ImportUndoRead:
    """Ask the viewer's own undo of an import to stop; what is taken back stays so, and the rest can be undone later.

    Raises NotFound. One that has ended stays as it is.
    """
    with unit_of_work(viewer, write=True) as work:
        kept = rules.found(work, import_id)
        mine = true() if viewer.is_system else col(ImportUndo.owner_id) == viewer.user_id
        wanted = select(ImportUndo).where(col(ImportUndo.import_id) == import_id, mine)
        wanted = wanted.order_by(col(ImportUndo.id).desc()).limit(1)
        undo = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
        if undo is None:
            raise _no_undo()
        if undo.state in GOING:
            undo.cancel_asked = True
            work.session.add(undo)
        return _reads(work, [(undo, kept)])[0]


def conflicts(viewer: Viewer, import_id: int, *, after: int = 0, limit: int = 50) -> ImportUndoConflicts:
    """Return what the last undo of an import has left, of contacts that the viewer sees, in the order of their ids.

    What is in the bin counts as seen for whoever may look into it. A page begins after the contact `after` and has at
    least `limit` lines, if there are so many: a contact's own stay together. Raises NotFound.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    limit = max(1, min(limit, _MOST))
    with unit_of_work(viewer) as work:
        kept = rules.found(work, import_id)
        undo_id = work.session.scalar(
            select(func.max(col(ImportUndo.id))).where(col(ImportUndo.import_id) == import_id)
        )
        if undo_id is None:
            raise _no_undo()
        if rules.is_of_sheet(kept):
            return _of_sheet(_left_of_sheet(work, work.session.get_one(ImportUndo, undo_id)), after, limit)
        left = col(ImportUndoLeft.contact_id)
        page = (
            select(left)
            .join(Contact, col(Contact.id) == left)
            .where(col(ImportUndoLeft.undo_id) == undo_id, left > after, *_told_of(work))
            .order_by(left)
            .limit(limit)
        )
        last = work.session.scalars(page).all()[-1:]
        if not last:
            return ImportUndoConflicts(items=[], next=None)
        wanted = (
            select(
                left, col(ImportUndoLeft.field), col(ImportUndoLeft.about), col(ImportUndoLeft.code),
                col(Contact.first_name), col(Contact.last_name), col(Contact.organization), col(Contact.deleted_at),
            )
            .join(Contact, col(Contact.id) == left)
            .where(
                col(ImportUndoLeft.undo_id) == undo_id, left > after, left <= last[0], *_told_of(work)
            )
            .order_by(left, col(ImportUndoLeft.field), col(ImportUndoLeft.about))
        )  # fmt: skip
        items = _conflicts(work, work.session.execute(wanted).all())
        more = select(left).join(Contact, col(Contact.id) == left)
        more = more.where(col(ImportUndoLeft.undo_id) == undo_id, left > last[0], *_told_of(work)).limit(1)
        return ImportUndoConflicts(items=items, next=None if work.session.scalar(more) is None else last[0])


def _left_of_sheet(work: Work, undo: ImportUndo) -> list[ImportUndoConflict]:
    """Return what an undo of a sheet has left, of segments that the viewer may know, deleted ones too."""
    left: list[tuple[int, str, str]] = undo.progress.get("left", [])
    ids = {segment_id for segment_id, _field, _code in left}
    wanted = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, ids)),
        or_(
            visible_segment(work.sight),
            col(Segment.deleted_at).is_not(None) if work.sight.everyone else false(),
        ),
    )
    names = dict(work.session.execute(wanted).all())
    return [
        ImportUndoConflict(
            contact_id=None, segment_id=of, name=names[of], field=field or None, about=None, code=code,
            reason=reason(code), in_bin=code == "segment_gone",
        )
        for of, field, code in left
        if of in names
    ]  # fmt: skip


def _of_sheet(left: Sequence[ImportUndoConflict], after: int, limit: int) -> ImportUndoConflicts:
    """Return a page of them; they are gone through by their number."""
    page = list(left[after : after + limit])
    return ImportUndoConflicts(items=page, next=after + limit if after + limit < len(left) else None)


def _conflicts(work: Work, rows: Sequence[Row[Any]]) -> list[ImportUndoConflict]:
    names = _names(work, rows)
    return [
        ImportUndoConflict(
            contact_id=row.contact_id,
            name=" ".join(part for part in (row.first_name, row.last_name) if part) or row.organization or "",
            field=row.field or None,
            about=names.get((row.field, row.about)),
            code=row.code,
            reason=reason(row.code),
            in_bin=row.deleted_at is not None,
        )
        for row in rows
    ]


def _names(work: Work, rows: Sequence[Row[Any]]) -> dict[tuple[str, int], str]:
    ids = {kind: {row.about for row in rows if row.field == kind} for kind in ("segments", "tags")}
    segments = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, ids["segments"])), visible_segment(work.sight)
    )
    tags = select(col(Tag.id), col(Tag.name)).where(col(Tag.id).in_(among(work, ids["tags"])))
    named = {("segments", one.id): one.name for one in work.session.execute(segments)}
    return named | {("tags", one.id): one.name for one in work.session.execute(tags)}


def _told_of(work: Work) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions on what the viewer may be told that it was left: by the contact, and by the segment."""
    seen = visible(work.sight)
    if work.viewer.may(permissions.CONTACTS_DELETE):
        seen = or_(seen, and_(col(Contact.deleted_at).is_not(None), or_(*branches(work.sight))))
    segments = select(col(Segment.id)).where(visible_segment(work.sight))
    return seen, or_(col(ImportUndoLeft.field) != "segments", col(ImportUndoLeft.about).in_(segments))


def _no_undo() -> NotFound:
    return NotFound("not_undone", _("Nobody has undone this import."))


def _latest(work: Work, import_ids: Collection[int]) -> list[ImportUndoRead]:
    newest = (
        select(func.max(col(ImportUndo.id)))
        .where(col(ImportUndo.import_id).in_(among(work, import_ids)))
        .group_by(col(ImportUndo.import_id))
    )
    found = work.session.execute(
        select(ImportUndo, Import)
        .join(Import, col(Import.id) == col(ImportUndo.import_id))
        .where(col(ImportUndo.id).in_(newest), visible_import(work.viewer, work.sight))
    ).all()
    return _reads(work, [(undo, kept) for undo, kept in found])


def _reads(work: Work, found: Sequence[tuple[ImportUndo, Import]]) -> list[ImportUndoRead]:
    ids = [undo.id for undo, _kept in found if undo.id is not None]
    counted = (
        select(col(ImportUndoLeft.undo_id), func.count())
        .join(Contact, col(Contact.id) == col(ImportUndoLeft.contact_id))
        .where(col(ImportUndoLeft.undo_id).in_(ids), *_told_of(work))
        .group_by(col(ImportUndoLeft.undo_id))
    )
    left = dict(work.session.execute(counted).all())
    names = _owners(work, {undo.owner_id for undo, _kept in found if undo.owner_id is not None})
    return [
        _read(
            work,
            undo,
            kept,
            len(_left_of_sheet(work, undo)) if rules.is_of_sheet(kept) else left.get(undo.id or 0, 0),
            names,
        )
        for undo, kept in found
    ]


def _owners(work: Work, user_ids: Collection[int]) -> dict[int | None, str]:
    wanted = select(col(User.id), col(User.name)).where(col(User.id).in_(user_ids))
    return dict(work.session.execute(wanted).all())


def _read(
    work: Work, undo: ImportUndo, kept: Import, left: int, names: dict[int | None, str]
) -> ImportUndoRead:
    assert undo.id is not None
    mine = undo.owner_id == work.viewer.user_id
    told = mine or work.sight.everyone
    shown = {name: undo.progress[name] for name in ImportUndoPace.model_fields if name in undo.progress}
    return ImportUndoRead(
        id=undo.id,
        import_id=undo.import_id,
        kind="segments" if rules.is_of_sheet(kept) else "contacts",
        file_name=kept.file_name,
        state=undo.state,
        by=names.get(undo.owner_id),
        mine=mine,
        removed=undo.counts.get("removed", 0) if told else None,
        restored=undo.counts.get("restored", 0) if told else None,
        left=left,
        segments=undo.counts.get("segments", []) if told else [],
        tags=undo.counts.get("tags", []) if told else [],
        message=_(undo.message) if undo.message else None,
        progress=ImportUndoPace.model_validate(shown),
        act_id=undo.act_id,
        created_at=undo.created_at,
        started_at=undo.started_at,
        ended_at=undo.ended_at,
    )
