"""THE access rule: what a person sees of contacts and segments, once, in SQL, for every door.

It rests on rows (wall sets, links, teams, responsibles), never on filters, so that nothing recurses.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    bindparam,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlmodel import Session, col

from hooks.viewer import Scope, Viewer
from models.contact import Contact
from models.imports import Import
from models.people import Role, TeamUser, User
from models.segment import Segment, SegmentTeam, SegmentUser, WallSetSegment
from services.settings import settings


@dataclass(frozen=True)
class Sight:
    """A viewer's lists, read once a request.

    `sets` are the wall sets that hold at least one active wall that is open to the viewer; `mates` the viewer
    and, with scope teams, everyone of the viewer's teams; `walls` the restricted segments, active or not, that
    are linked to the viewer or a team of the viewer's: their names may be read. `open_walls` are those that are
    open to the viewer, whatever sets there are. `takes_lists` says that the engine takes a list as one value.
    """

    everyone: bool
    sets: tuple[int, ...] = ()
    mates: tuple[int, ...] = ()
    unassigned: bool = False
    walls: tuple[int, ...] = ()
    open_walls: frozenset[int] = frozenset()
    takes_lists: bool = False


# These are asked with every page. Made once, they keep the key by which SQLAlchemy finds what it has compiled.
_BY_ME = select(col(SegmentUser.segment_id)).where(col(SegmentUser.user_id) == bindparam("me"))
_BY_TEAM = select(col(SegmentTeam.segment_id)).where(
    col(SegmentTeam.team_id).in_(bindparam("teams", expanding=True))
)
_WALLS = (
    select(col(Segment.id), col(Segment.active), col(Segment.id).in_(_BY_ME))
    .where(
        col(Segment.restricted),
        col(Segment.deleted_at).is_(None),
        or_(col(Segment.id).in_(_BY_ME), col(Segment.id).in_(_BY_TEAM)),
    )
    .order_by(col(Segment.id))
)
_SETS = (
    select(col(WallSetSegment.wall_set_id))
    .where(col(WallSetSegment.segment_id).in_(bindparam("walls", expanding=True)))
    .distinct()
    .order_by(col(WallSetSegment.wall_set_id))
)
_MATES = select(col(TeamUser.user_id)).where(col(TeamUser.team_id).in_(bindparam("teams", expanding=True)))


def sight_of(session: Session, viewer: Viewer) -> Sight:
    """Read the viewer's lists."""
    if viewer.is_system or viewer.scope == "everyone":
        return Sight(everyone=True)
    assert viewer.user_id is not None
    by_teams, teams = viewer.scope == "teams", list(viewer.team_ids)
    walls = session.execute(_WALLS, {"me": viewer.user_id, "teams": teams}).all()
    open_walls = frozenset(wall for wall, active, by_me in walls if active and (by_me or by_teams))
    mates = {viewer.user_id}
    if by_teams and teams:
        mates |= set(session.scalars(_MATES, {"teams": teams}))
    return Sight(
        everyone=False,
        sets=tuple(session.scalars(_SETS, {"walls": sorted(open_walls)})) if open_walls else (),
        mates=tuple(sorted(mates)),
        unassigned=settings().access.unassigned_contacts == "everyone",
        walls=tuple(wall for wall, _active, _by_me in walls),
        open_walls=open_walls,
        takes_lists=session.get_bind().dialect.name == "postgresql",
    )


def branches(sight: Sight, of: Any = None) -> list[ColumnElement[bool]]:
    """Return the ways in which a live contact is seen. They do not overlap, so their counts add up.

    `of` has the columns wall_set_id and responsible_id of contacts, where they come from a subquery.
    """
    if sight.everyone:
        return [true()]
    wall_set, responsible = (
        (col(Contact.wall_set_id), col(Contact.responsible_id))
        if of is None
        else (of.wall_set_id, of.responsible_id)
    )
    no_wall = wall_set == 0
    ways: list[ColumnElement[bool]] = [and_(no_wall, _one_of(sight, responsible, sight.mates))]
    if sight.unassigned:
        ways.append(and_(no_wall, responsible.is_(None)))
    if sight.sets:
        ways.append(_one_of(sight, wall_set, sight.sets))
    return ways


def _one_of(sight: Sight, column: Any, ids: tuple[int, ...]) -> ColumnElement[bool]:
    # Hundreds of parameters take PostgreSQL's driver longer than the page they ask for.
    listed = any_(literal(list(ids), ARRAY(BigInteger))) if sight.takes_lists else None
    held: ColumnElement[bool] = column.in_(ids) if listed is None else column == listed
    return held


def visible(sight: Sight) -> ColumnElement[bool]:
    """Return the condition on `contact` that holds for what the viewer sees: live, and open to the viewer."""
    live = col(Contact.deleted_at).is_(None)
    return live if sight.everyone else and_(live, or_(*branches(sight)))


def would_see(sight: Sight, walls: frozenset[int], responsible_id: int | None) -> bool:
    """Say whether the viewer would see a contact behind these walls: the rule above, before it is written."""
    if sight.everyone:
        return True
    if walls:
        return not walls.isdisjoint(sight.open_walls)
    return sight.unassigned if responsible_id is None else responsible_id in sight.mates


def visible_segment(sight: Sight) -> ColumnElement[bool]:
    """Return the condition on `segment` that holds for those whose names the viewer may read."""
    live = col(Segment.deleted_at).is_(None)
    if sight.everyone:
        return live
    return and_(live, or_(col(Segment.restricted) == false(), col(Segment.id).in_(sight.walls)))


def visible_import(viewer: Viewer, sight: Sight) -> ColumnElement[bool]:
    """Return the condition on `import` that holds for those at which the viewer may look."""
    return true() if sight.everyone else col(Import.owner_id) == viewer.user_id


def sees(session: Session, sight: Sight, contact_id: int) -> bool:
    """Say whether the viewer sees this contact."""
    return bool(session.scalar(select(exists().where(col(Contact.id) == contact_id, visible(sight)))))


def sight_of_user(session: Session, user_id: int) -> Sight:
    """Read the lists of somebody else: would that person see it?"""
    role = session.scalar(
        select(Role).join(User, col(User.role_id) == col(Role.id)).where(col(User.id) == user_id)
    )
    assert role is not None
    teams = session.scalars(select(col(TeamUser.team_id)).where(col(TeamUser.user_id) == user_id))
    viewer = Viewer(
        user_id=user_id,
        email=None,
        name="",
        permissions=frozenset(),
        scope=scope_named(role.scope),
        team_ids=tuple(teams),
    )
    return sight_of(session, viewer)


def scope_named(scope: str) -> Scope:
    """Return a role's scope as the type that viewers have; an unknown one is the narrowest."""
    known: dict[str, Scope] = {"everyone": "everyone", "teams": "teams"}
    return known.get(scope, "mine")
