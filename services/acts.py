"""What was done with many contacts: one's own acts, and those of everybody for who looks after people."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import Act, ActConflict, ActRead
from models.contact import Contact
from models.people import User
from models.segment import Segment
from models.tag import Tag
from services import permissions
from services.access import visible, visible_segment
from services.among import among
from services.bin import within_reach
from services.errors import NotFound
from services.undo import can_be_undone
from services.work import Work, unit_of_work

# Acts of these kinds are told of here, in the words of the index of one's own; exports and imports tell of theirs.
_KINDS: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in ("bulk", "undo")]
_ELSEWHERE = ("export_exact", "undo_import")


def recent(
    viewer: Viewer, limit: int = 50, *, before: int | None = None, mine: bool = False
) -> list[ActRead]:
    """Return the newest acts, those `before` an id if given; others' where one may know of them."""
    with unit_of_work(viewer) as work:
        wanted = (
            select(Act, col(User.name))
            .outerjoin(User, col(User.id) == col(Act.actor_id))
            .where(*_shown(viewer, mine=mine))
            .order_by(col(Act.id).desc())
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(col(Act.id) < before)
        rows = work.session.execute(wanted).all()
        names = _names(work, [act for act, _name in rows])
        return [_read(work, act, by, names) for act, by in rows]


def one(viewer: Viewer, act_id: int) -> ActRead:
    """Return one act. Raises NotFound for one that is not there, or not the viewer's to know."""
    with unit_of_work(viewer) as work:
        act, by = _one(work, act_id)
        return _read(work, act, by, _names(work, [act]))


def conflicts(viewer: Viewer, act_id: int) -> list[ActConflict]:
    """Return the contacts that an undo has left, as far as the viewer sees them. Raises NotFound.

    What was to come out of the bin, and is in it still, counts as seen for whoever may bring it back.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    with unit_of_work(viewer) as work:
        act, _by = _one(work, act_id)
        codes: dict[int, str] = dict(act.detail.get("conflicts") or ())
        seen = visible(work.sight)
        if act.detail.get("of") == "delete" and viewer.may(permissions.CONTACTS_DELETE):
            seen = or_(seen, within_reach(work))
        found = work.session.execute(
            select(
                col(Contact.id),
                col(Contact.first_name),
                col(Contact.last_name),
                col(Contact.organization),
                col(Contact.deleted_at),
            )
            .where(col(Contact.id).in_(among(work, codes)), seen)
            .order_by(col(Contact.name_key), col(Contact.id))
        )
        return [
            ActConflict(
                contact_id=row.id,
                name=" ".join(part for part in (row.first_name, row.last_name) if part)
                or row.organization
                or "",
                code=codes[row.id],
                in_bin=row.deleted_at is not None,
            )
            for row in found
        ]


def _shown(viewer: Viewer, *, mine: bool = False) -> list[ColumnElement[bool]]:
    deed = func.coalesce(col(Act.detail)["deed"].as_string(), "")
    told: list[ColumnElement[bool]] = [col(Act.kind).in_(_KINDS), deed.not_in(_ELSEWHERE)]
    if permissions.may_know_acts(viewer) and not mine:
        return told
    return [*told, col(Act.actor_id) == viewer.user_id]


def _one(work: Work, act_id: int) -> tuple[Act, str | None]:
    found = work.session.execute(
        select(Act, col(User.name))
        .outerjoin(User, col(User.id) == col(Act.actor_id))
        .where(col(Act.id) == act_id, *_shown(work.viewer))
    ).first()
    if found is None:
        raise NotFound("not_found", _("There is no such action."))
    return found[0], found[1]


def _names(work: Work, acts: list[Act]) -> dict[tuple[str, int], str]:
    """Return the names, as of now, of the segments that the viewer may know, and of the tags, of these acts."""
    segment_ids = {act.segment_id for act in acts if act.segment_id is not None}
    tag_ids = {act.detail[name] for act in acts for name in ("tag_id", "into_id") if act.detail.get(name)}
    segments = select(col(Segment.id), col(Segment.name)).where(
        col(Segment.id).in_(among(work, segment_ids)), visible_segment(work.sight)
    )
    tags = select(col(Tag.id), col(Tag.name)).where(col(Tag.id).in_(among(work, tag_ids)))
    found = {("segment", one.id): one.name for one in work.session.execute(segments)}
    return found | {("tag", one.id): one.name for one in work.session.execute(tags)}


def _read(work: Work, act: Act, by: str | None, names: dict[tuple[str, int], str]) -> ActRead:
    assert act.id is not None
    said: dict[str, Any] = act.detail
    deed = said.get("deed", "")
    return ActRead(
        id=act.id,
        at=act.started_at,
        by=by,
        mine=act.actor_id == work.viewer.user_id,
        via=act.via,
        deed=deed,
        of=said.get("of"),
        segment_id=act.segment_id if ("segment", act.segment_id) in names else None,
        segment=names.get(("segment", act.segment_id or 0)),
        tag=names.get(("tag", said.get("tag_id") or 0)),
        into=names.get(("tag", said.get("into_id") or 0)),
        field=said.get("field"),
        value=said.get("value"),
        responsible=said.get("name") if "set_responsible" in (deed, said.get("of")) else None,
        done=said.get("done", 0),
        skipped=said.get("skipped", 0),
        why=said.get("why", {}),
        undoable=bool(said.get("done", 1)) and can_be_undone(work.viewer, act, work),
        undone_by=act.undone_by_id,
        undo_of=act.undo_of_id,
    )
