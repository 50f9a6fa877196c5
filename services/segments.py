"""Segments: make, change, switch, link, delete. Who is in them is changed by services/bulk.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy import delete as sql_delete
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import Contact
from models.fold import fold
from models.people import Team, User
from models.segment import (
    COLOURS,
    Segment,
    SegmentCreate,
    SegmentKnown,
    SegmentMember,
    SegmentRead,
    SegmentTeam,
    SegmentUpdate,
    SegmentUser,
)  # fmt: skip
from services import impact as impacts
from services import permissions, walls
from services.access import branches, visible, visible_segment
from services.denials import not_available, noting_unit
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.impact import Impact, Wall
from services.names import on_one_line
from services.overtaken import anew_when_overtaken
from services.work import Work, unit_of_work

NAME_LIMIT = 120


def listed(viewer: Viewer) -> list[SegmentRead]:
    """Return the segments whose names the viewer may read, by name, each with the members that the viewer sees."""
    permissions.require_reading(viewer, "segments")
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Segment).where(visible_segment(work.sight)).order_by(col(Segment.name_key))
        ).all()
        return read(work, found)


def known(viewer: Viewer) -> list[SegmentKnown]:
    """Return the same segments uncounted: counting a million memberships takes seconds, a page has none to lose."""
    permissions.require_reading(viewer, "segments")
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Segment).where(visible_segment(work.sight)).order_by(col(Segment.name_key))
        )
        return [SegmentKnown(**_plain(segment)) for segment in found]


def one(viewer: Viewer, segment_id: int) -> SegmentRead:
    """Return one segment. Raises NotFound for one whose name the viewer may not read."""
    permissions.require_reading(viewer, "segments")
    with unit_of_work(viewer) as work:
        return read(work, [_named(work, segment_id)])[0]


@anew_when_overtaken
def create(viewer: Viewer, command: SegmentCreate) -> SegmentRead:
    """Make a static segment and return it.

    Raises Refused for a name or colour that does not fit or a link that leads to nobody, Conflict `name_known` or
    NotAvailable for a name that is taken, Forbidden for a wall made without `segments.restrict` and everyone's scope.
    """
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    if command.restricted or command.teams or command.users:
        require_walls(viewer)
    with noting_unit(viewer, "segments.create") as work:
        return read(work, [_segment(work, make(work, command))])[0]


def make(work: Work, command: SegmentCreate, **more: Any) -> int:
    """Make a segment within this unit and return its id; its act keeps `more` too.

    Whoever calls has checked the rights; raises as `create`.
    """
    segment = Segment(
        name=fitting_name(work, command.name),
        name_key=fold(command.name),
        description=command.description or None,
        colour=_colour(command.colour),
        restricted=command.restricted,
        active=command.active,
        created_at=work.now,
    )
    segment_id = add(work, segment, **more)
    if command.teams or command.users:
        _link(work, segment_id, _team_ids(work, command.teams), _user_ids(work, command.users))
    return segment_id


def _segment(work: Work, segment_id: int) -> Segment:
    return work.session.get_one(Segment, segment_id)


def add(work: Work, segment: Segment, **more: Any) -> int:
    """Add a segment within this unit, with an act of its own, and return its id. Whoever calls has checked it."""
    work.session.add(segment)
    work.session.flush()
    assert segment.id is not None
    work.act_beside("edit", deed="segment_created", segment_id=segment.id, name=segment.name, **more)
    return segment.id


@anew_when_overtaken
def change(viewer: Viewer, segment_id: int, command: SegmentUpdate) -> SegmentRead:
    """Change the fields that are set and return the segment; a change of the switch moves its members' walls.

    Raises as `create`, and NotFound.
    """
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with noting_unit(viewer, "segments.change", asks=command.name is not None) as work:
        walls.lock_segments(work, [segment_id])
        segment = _named(work, segment_id)
        alter(work, segment, command)
        return read(work, [segment])[0]


def alter(work: Work, segment: Segment, command: SegmentUpdate, **more: Any) -> None:
    """Change a segment that is held, within this unit, by an act of its own that keeps `more` too. Raises as `change`.

    Whoever calls has checked that its name may be read and that segments may be managed.
    """
    assert segment.id is not None
    given = command.model_fields_set
    before = impacts.wall_of(work, segment)
    after = _after(work, before, command)
    if (after.restricted, after.teams, after.users) != (before.restricted, before.teams, before.users):
        require_walls(work.viewer)
    plain = _apply_words(work, segment, command)
    segment.restricted, segment.active = after.restricted, after.active
    work.session.flush()
    if given & {"teams", "users"}:
        _link(work, segment.id, after.teams, after.users)
    if after.restricted != before.restricted:
        turn = walls.put_behind if after.restricted else walls.bring_out
        turn(work, segment.id, members(segment.id))
    if fields := plain | _differences(before, after):
        work.act_beside(
            "edit", deed="segment_changed", segment_id=segment.id, name=segment.name, fields=fields, **more
        )


@anew_when_overtaken
def switch(viewer: Viewer, segment_ids: Collection[int], *, active: bool) -> int:
    """Switch several segments on, or off, and return how many were not so already. Raises NotFound for any of them."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        walls.lock_segments(work, segment_ids)
        turning = [one for one in (_named(work, id_) for id_ in segment_ids) if one.active != active]
        for segment in turning:
            segment.active = active
            work.act_beside(
                "edit", deed="segment_changed", segment_id=segment.id, name=segment.name,
                fields={"active": [not active, active]},
            )  # fmt: skip
        return len(turning)


def impact_of_switching(viewer: Viewer, segment_ids: Collection[int], *, active: bool) -> Impact:
    """Return who would gain and lose what by switching all of these on, or off. Raises NotFound, Forbidden."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer) as work:
        found = [_named(work, id_) for id_ in segment_ids]
        require_seeing_all(work)
        return impacts.of_switching(work, found, active=active)


@anew_when_overtaken
def delete(viewer: Viewer, segment_id: int) -> int:
    """Delete a segment and return how many contacts, of those the viewer sees, lose the label. Contacts stay.

    Its members and links are kept with it. Raises Forbidden for a wall without everyone's scope, and NotFound.
    """
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        walls.lock_segments(work, [segment_id])
        segment = _named(work, segment_id)
        if segment.restricted and not work.sight.everyone:
            raise Forbidden(
                "forbidden", _("Only somebody who sees all contacts can delete a restricted segment.")
            )
        losing = count(work, segment_id)
        segment.deleted_at = work.now
        work.session.flush()
        if segment.restricted:
            walls.bring_out(work, segment_id, members(segment_id))
        work.act("edit", deed="segment_deleted", segment_id=segment_id, name=segment.name, members=losing)
        return losing


def impact(viewer: Viewer, segment_id: int, command: SegmentUpdate | None) -> Impact:
    """Return who would gain and lose what by this change, or by deleting the segment (null). Nothing is written."""
    permissions.require(viewer, permissions.SEGMENTS_MANAGE)
    with unit_of_work(viewer) as work:
        segment = _named(work, segment_id)
        before = impacts.wall_of(work, segment)
        after = impacts.as_deleted(before) if command is None else _after(work, before, command)
        require_seeing_all(work)
        return impacts.of_change(work, segment, after)


def require_seeing_all(work: Work) -> None:
    """Raise Forbidden unless the viewer sees all contacts: who sees what is for such people to know."""
    if not work.sight.everyone:
        raise Forbidden("forbidden", _("Only somebody who sees all contacts can look into who sees what."))


def _after(work: Work, before: Wall, command: SegmentUpdate) -> Wall:
    return Wall(
        before.restricted if command.restricted is None else command.restricted,
        before.active if command.active is None else command.active,
        before.teams if command.teams is None else frozenset(_team_ids(work, command.teams)),
        before.users if command.users is None else frozenset(_user_ids(work, command.users)),
    )


def _differences(before: Wall, after: Wall) -> dict[str, list[object]]:
    pairs: dict[str, list[object]] = {
        "restricted": [before.restricted, after.restricted],
        "active": [before.active, after.active],
        "teams": [sorted(before.teams), sorted(after.teams)],
        "users": [sorted(before.users), sorted(after.users)],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _apply_words(work: Work, segment: Segment, command: SegmentUpdate) -> dict[str, list[object]]:
    """Write name, description and colour; return those that changed, from and to."""
    before = {"name": segment.name, "description": segment.description, "colour": segment.colour}
    given = command.model_fields_set
    if command.name is not None:
        segment.name = fitting_name(work, command.name, but=segment.id)
        segment.name_key = fold(command.name)
    if "description" in given:
        segment.description = command.description or None
    if command.colour is not None:
        segment.colour = _colour(command.colour)
    return {
        name: [old, getattr(segment, name)] for name, old in before.items() if old != getattr(segment, name)
    }


def require_walls(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may turn the switch of a wall, and link."""
    permissions.require(viewer, permissions.SEGMENTS_RESTRICT)
    if not viewer.is_system and viewer.scope != "everyone":
        raise Forbidden("forbidden", _("Only somebody who sees all contacts can restrict or link a segment."))


def _named(work: Work, segment_id: int) -> Segment:
    found = work.session.scalar(
        select(Segment).where(col(Segment.id) == segment_id, visible_segment(work.sight))
    )
    if found is None:
        raise NotFound("not_found", _("There is no such segment."))
    return found


def fitting_name(work: Work, name: str, but: int | None = None) -> str:
    """Return a name as it is kept. Raises as `create` for one that does not fit, or is taken."""
    if wrong := misfit(name):
        raise Refused("bad_name", wrong, fields={"name": wrong})
    same = select(Segment).where(
        col(Segment.name_key) == fold(name), col(Segment.deleted_at).is_(None), col(Segment.id) != (but or 0)
    )
    holder = work.session.scalar(same)
    if holder is None:
        return name.strip()
    if holder.restricted and not work.sight.everyone and holder.id not in work.sight.walls:
        raise not_available("name")
    known = _("A segment called {name} is there already.").format(name=holder.name)
    raise Conflict("name_known", known, segment_id=holder.id, fields={"name": known})


def misfit(name: str) -> str | None:
    """Return why this cannot be a segment's name, if it cannot."""
    wrong = None
    if not fold(name):
        wrong = _("Give the segment a name.")
    elif len(name) > NAME_LIMIT:
        wrong = _("The name is longer than {limit} characters.").format(limit=NAME_LIMIT)
    elif ";" in name:
        wrong = _("A segment's name cannot hold a semicolon: it separates segments in files.")
    elif not on_one_line(name):
        wrong = _("A segment's name stands on one line, without control characters.")
    return wrong


def _colour(colour: str) -> str:
    if colour not in COLOURS:
        wrong = _("{colour} is none of the colours: {known}.").format(colour=colour, known=", ".join(COLOURS))
        raise Refused("bad_colour", wrong, fields={"colour": wrong})
    return colour


def _team_ids(work: Work, names: Sequence[str]) -> list[int]:
    keys = [fold(name) for name in names]
    rows = work.session.execute(select(col(Team.name_key), col(Team.id)).where(col(Team.name_key).in_(keys)))
    found = dict(rows.all())
    return [_known(found, name, fold(name), "teams") for name in names]


def _user_ids(work: Work, emails: Sequence[str]) -> list[int]:
    keys = [email.strip().lower() for email in emails]
    rows = work.session.execute(
        select(col(User.email_key), col(User.id)).where(col(User.email_key).in_(keys))
    )
    found = dict(rows.all())
    return [_known(found, email, key, "users") for email, key in zip(emails, keys, strict=True)]


def _known(found: dict[str, int | None], name: str, key: str, field: str) -> int:
    if (known := found.get(key)) is None:
        wrong = (
            _("There is no team called {name}.")
            if field == "teams"
            else _("There is no person with the e-mail {name}.")
        ).format(name=name)
        raise Refused("unknown_link", wrong, fields={field: wrong})
    return known


def _link(work: Work, segment_id: int, team_ids: Iterable[int], user_ids: Iterable[int]) -> None:
    work.session.execute(sql_delete(SegmentTeam).where(col(SegmentTeam.segment_id) == segment_id))
    work.session.execute(sql_delete(SegmentUser).where(col(SegmentUser.segment_id) == segment_id))
    work.session.add_all(
        SegmentTeam(segment_id=segment_id, team_id=one_id) for one_id in sorted(set(team_ids))
    )
    work.session.add_all(
        SegmentUser(segment_id=segment_id, user_id=one_id) for one_id in sorted(set(user_ids))
    )
    work.session.flush()


def members(segment_id: int) -> Select[int]:
    """Return the contacts that are in a segment, those in the bin too."""
    return select(col(SegmentMember.contact_id)).where(
        col(SegmentMember.segment_id) == segment_id, col(SegmentMember.mode) != "excluded"
    )


def count(work: Work, segment_id: int) -> int:
    """Return how many members of one segment the viewer sees."""
    seen = select(func.count()).where(col(Contact.id).in_(members(segment_id)), visible(work.sight))
    return work.session.scalar(seen) or 0


def _counts(work: Work, segment_ids: Sequence[int]) -> dict[int, int]:
    """Return how many members of each segment the viewer sees: for many segments at once."""
    members = (
        select(col(SegmentMember.segment_id), func.count())
        .where(col(SegmentMember.segment_id).in_(segment_ids), col(SegmentMember.mode) != "excluded")
        .group_by(col(SegmentMember.segment_id))
    )
    # Not the column alone: SQLite would look up each contact's segments instead of walking along the segments.
    member = col(SegmentMember.contact_id) + 0
    if not work.sight.everyone:
        seen = (
            select(col(Contact.id)).where(way, col(Contact.deleted_at).is_(None))
            for way in branches(work.sight)
        )
        return _pairs(work, members.where(member.in_(union_all(*seen))))
    # All less those in the bin: neither asks for a live contact.
    binned = select(col(Contact.id)).where(col(Contact.deleted_at).is_not(None))
    counts, gone = _pairs(work, members), _pairs(work, members.where(member.in_(binned)))
    return {segment_id: count - gone.get(segment_id, 0) for segment_id, count in counts.items()}


def _pairs(work: Work, counts: Select[*tuple[int, int]]) -> dict[int, int]:
    return dict(work.session.execute(counts).all())


def read(work: Work, segments: Sequence[Segment]) -> list[SegmentRead]:
    """Return segments as the viewer sees them, each with the members that the viewer sees."""
    ids = [segment.id for segment in segments if segment.id is not None]
    counts = {ids[0]: count(work, ids[0])} if len(ids) == 1 else _counts(work, ids)
    teams: dict[int, list[str]] = defaultdict(list)
    users: dict[int, list[str]] = defaultdict(list)
    for segment_id, name in work.session.execute(
        select(col(SegmentTeam.segment_id), col(Team.name))
        .join(Team, col(Team.id) == col(SegmentTeam.team_id))
        .where(col(SegmentTeam.segment_id).in_(ids))
        .order_by(col(Team.name_key))
    ):
        teams[segment_id].append(name)
    for segment_id, email in work.session.execute(
        select(col(SegmentUser.segment_id), col(User.email))
        .join(User, col(User.id) == col(SegmentUser.user_id))
        .where(col(SegmentUser.segment_id).in_(ids))
        .order_by(col(User.email_key))
    ):
        users[segment_id].append(email)
    return [
        SegmentRead(
            **_plain(segment),
            members=counts.get(segment.id or 0, 0),
            teams=teams[segment.id or 0],
            users=users[segment.id or 0],
        )
        for segment in segments
    ]


def _plain(segment: Segment) -> dict[str, Any]:
    named = ("id", "name", "description", "colour", "kind", "restricted", "active")
    return {name: getattr(segment, name) for name in named} | {"dynamic": segment.kind == "dynamic"}
