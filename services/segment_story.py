"""What happened to a segment: who changed what, and how many joined and left, a day at a time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, union_all
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.act import ACT_KINDS, Act
from models.contact import Contact
from models.imports import Import
from models.people import Team, User
from models.segment import Segment, SegmentDay, SegmentLine, SegmentMember, SegmentPast
from services import permissions
from services.access import branches, visible_import, visible_segment
from services.among import among
from services.errors import NotFound
from services.work import Work, unit_of_work

DAYS = 30
_LINKS = ("teams", "users")


def lines(
    viewer: Viewer, segment_id: int, limit: int = 30, *, before: int | None = None
) -> list[SegmentLine]:
    """Return what was done to a segment, newest first, `before` an act where that is given. Raises NotFound."""
    permissions.require_reading(viewer, "segments")
    with unit_of_work(viewer) as work:
        _require(work, segment_id)
        wanted = (
            select(Act, col(User.name))
            .outerjoin(User, col(User.id) == col(Act.actor_id))
            .where(col(Act.segment_id) == segment_id)
            .order_by(col(Act.id).desc())
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(col(Act.id) < before)
        rows = work.session.execute(wanted).all()
        acts = [act for act, _name in rows]
        names, imports = _names(work, acts), _imports(work, acts)
        return [_line(work, act, by, names, imports) for act, by in rows]


def growth(viewer: Viewer, members: dict[int, int], days: int = DAYS) -> dict[int, list[SegmentDay]]:
    """Return the last days of segments, as far as the viewer sees their contacts; `members` is how many there are now.

    Days are the viewer's. Raises NotFound for a segment whose name the viewer may not read.
    """
    permissions.require_reading(viewer, "segments")
    with unit_of_work(viewer) as work:
        for segment_id in members:
            _require(work, segment_id)
        zone = ZoneInfo(viewer.time_zone)
        today = work.now.astimezone(zone).date()
        listed = [today - timedelta(days=days - 1 - at) for at in range(days)]
        joined, left = _moves(work, members, datetime.combine(listed[0], time(), zone), zone)
        return {one: _days(one, listed, joined, left, members[one]) for one in members}


Moves = dict[tuple[int, date], int]


def _days(segment_id: int, listed: Sequence[date], joined: Moves, left: Moves, now: int) -> list[SegmentDay]:
    found, at_end = [], now
    for day in reversed(listed):
        came, went = joined.get((segment_id, day), 0), left.get((segment_id, day), 0)
        found.append(SegmentDay(day=day, joined=came, left=went, members=at_end))
        at_end = max(0, at_end - came + went)
    return found[::-1]


def _moves(work: Work, segment_ids: Collection[int], since: datetime, zone: ZoneInfo) -> tuple[Moves, Moves]:
    """Return joins and leaves by segment and day, counted along the indexes of the acts that caused them."""
    first = work.session.scalar(
        select(func.min(col(Act.id))).where(col(Act.kind).in_(ACT_KINDS), col(Act.started_at) >= since)
    )
    joined: Moves = defaultdict(int)
    left: Moves = defaultdict(int)
    if first is None:
        return joined, left
    of_these = among(work, segment_ids)
    now, past = SegmentMember, SegmentPast
    recent = (col(past.left_act_id) >= first, col(past.segment_id).in_(of_these), *_seen(work, past))
    counted: list[tuple[Moves, Any, Any, list[Any]]] = [
        (joined, now, col(now.joined_act_id), [
            col(now.joined_act_id) >= first, col(now.segment_id).in_(of_these), *_seen(work, now),
        ]),
        # A membership that was brought back has its joining in the row that holds.
        (joined, past, col(past.joined_act_id), [
            *recent, col(past.joined_act_id) >= first, col(past.back_act_id).is_(None),
        ]),
        (joined, past, col(past.back_act_id), [*recent, col(past.back_act_id).is_not(None)]),
        (left, past, col(past.left_act_id), [*recent]),
    ]  # fmt: skip
    found = [
        (into, row)
        for into, table, act, which in counted
        for row in work.session.execute(
            select(col(table.segment_id), act, func.count())
            .where(*which)
            .group_by(col(table.segment_id), act)
        )
    ]
    days = _days_of(work, {row[1] for _into, row in found}, zone)
    for into, (segment_id, act_id, count) in found:
        into[segment_id, days[act_id]] += count
    return joined, left


def _days_of(work: Work, act_ids: Collection[int], zone: ZoneInfo) -> dict[int, date]:
    acts = select(col(Act.id), col(Act.started_at)).where(col(Act.id).in_(among(work, act_ids)))
    return {act_id: at.astimezone(zone).date() for act_id, at in work.session.execute(acts) if act_id}


def _seen(work: Work, table: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that leave the contacts that the viewer sees."""
    # Not the column alone: SQLite would begin with the contacts instead of the acts.
    member = col(table.contact_id) + 0
    if work.sight.everyone:
        return [member.not_in(select(col(Contact.id)).where(col(Contact.deleted_at).is_not(None)))]
    ways = (
        select(col(Contact.id)).where(way, col(Contact.deleted_at).is_(None)) for way in branches(work.sight)
    )
    return [member.in_(union_all(*ways))]


def _require(work: Work, segment_id: int) -> None:
    shown = select(col(Segment.id)).where(col(Segment.id) == segment_id, visible_segment(work.sight))
    if work.session.scalar(shown) is None:
        raise NotFound("not_found", _("There is no such segment."))


def _names(work: Work, acts: Sequence[Act]) -> dict[tuple[str, int], str]:
    """Return the names of the teams and people that links speak of."""
    wanted: dict[str, set[int]] = {"teams": set(), "users": set()}
    for act in acts:
        for kind, ids in wanted.items():
            for listed in (act.detail.get("fields") or {}).get(kind, ()):
                ids.update(listed)
    found = {}
    for kind, table in (("teams", Team), ("users", User)):
        rows = work.session.execute(
            select(col(table.id), col(table.name)).where(col(table.id).in_(among(work, wanted[kind])))
        )
        found.update({(kind, one): name for one, name in rows})
    return found


def _imports(work: Work, acts: Sequence[Act]) -> set[int]:
    """Return the imports that did these acts, as far as the viewer may look at them."""
    ids = {act.detail["import_id"] for act in acts if "import_id" in act.detail}
    if not ids or not work.viewer.may(permissions.CONTACTS_IMPORT):
        return set()
    shown = (col(Import.id).in_(among(work, ids)), visible_import(work.viewer, work.sight))
    return {one for one in work.session.scalars(select(col(Import.id)).where(*shown)) if one is not None}


def _line(
    work: Work, act: Act, by: str | None, names: dict[tuple[str, int], str], imports: Collection[int]
) -> SegmentLine:
    assert act.id is not None
    mine = act.actor_id == work.viewer.user_id or work.sight.everyone
    said: dict[str, list[Any]] = act.detail.get("fields") or {}
    fields = {name: (_shown(name, old, names), _shown(name, new, names)) for name, (old, new) in said.items()}
    return SegmentLine(
        act_id=act.id,
        at=act.started_at,
        by=by,
        via=act.via,
        deed=act.detail.get("deed", ""),
        of=act.detail.get("of"),
        import_id=act.detail.get("import_id") if act.detail.get("import_id") in imports else None,
        fields=fields,
        done=act.detail.get("done") if mine else None,
    )


def _shown(name: str, value: Any, names: dict[tuple[str, int], str]) -> Any:
    """Return the names of the teams or people that a link's value lists; any other value as it is."""
    return [names[name, one] for one in value if (name, one) in names] if name in _LINKS else value
