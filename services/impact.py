"""Who would gain and who would lose the sight of how many contacts, before a wall is changed.

The members of the wall are counted by (wall set, responsible); a person sees all of such a group or nothing of it.
The rule is the one of services/access.py, asked of groups instead of rows; a test holds the two together.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlmodel import col

from hooks.viewer import Scope
from models.contact import Contact
from models.people import Role, TeamUser, User
from models.segment import Segment, SegmentMember, SegmentTeam, SegmentUser, WallSetSegment
from services.settings import settings
from services.work import Work


@dataclass(frozen=True)
class PersonImpact:
    """How many contacts one person would gain or lose."""

    user_id: int
    name: str
    contacts: int


@dataclass(frozen=True)
class Impact:
    """What a change would do. `blind` counts contacts whose responsible would no longer see them."""

    members: int
    gains: tuple[PersonImpact, ...]
    loses: tuple[PersonImpact, ...]
    blind: int


@dataclass(frozen=True)
class Wall:
    """A segment as far as sight goes."""

    restricted: bool
    active: bool
    teams: frozenset[int] = field(default_factory=frozenset)
    users: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Person:
    """A person as far as sight goes."""

    user_id: int
    name: str
    scope: Scope
    teams: frozenset[int]
    mates: frozenset[int]

    def opens(self, wall: Wall) -> bool:
        """Say whether this wall, on its own, is open to the person."""
        linked = self.user_id in wall.users or (self.scope == "teams" and bool(self.teams & wall.teams))
        return wall.restricted and wall.active and linked

    def sees(self, walls: frozenset[int], responsible: int | None, known: dict[int, Wall]) -> bool:
        """Say whether the person sees contacts behind `walls` with this responsible."""
        if self.scope == "everyone":
            return True
        if walls:
            return any(self.opens(known[wall]) for wall in walls)
        if responsible is None:
            return settings().access.unassigned_contacts == "everyone"
        return responsible in self.mates


def wall_of(work: Work, segment: Segment) -> Wall:
    """Return a segment as it stands, as far as sight goes."""
    teams = work.session.scalars(
        select(col(SegmentTeam.team_id)).where(col(SegmentTeam.segment_id) == segment.id)
    )
    users = work.session.scalars(
        select(col(SegmentUser.user_id)).where(col(SegmentUser.segment_id) == segment.id)
    )
    return Wall(segment.restricted, segment.active, frozenset(teams), frozenset(users))


def of_change(work: Work, segment: Segment, after: Wall) -> Impact:
    """Return what it would do if `segment` stood as `after`; a deleted one stands as not restricted."""
    assert segment.id is not None
    people = _people(work)
    known = _walls(work)
    known[segment.id] = wall_of(work, segment)
    changed = known | {segment.id: after}
    gains: dict[int, int] = defaultdict(int)
    loses: dict[int, int] = defaultdict(int)
    members = blind = 0
    for walls, responsible, contacts in _groups(work, segment.id):
        members += contacts
        walls_after = walls - {segment.id} | ({segment.id} if after.restricted else frozenset())
        for person in people.values():
            before = person.sees(walls, responsible, known)
            later = person.sees(walls_after, responsible, changed)
            gains[person.user_id] += contacts * (later and not before)
            loses[person.user_id] += contacts * (before and not later)
            blind += contacts * (person.user_id == responsible and before and not later)
    return Impact(members, _listed(people, gains), _listed(people, loses), blind)


def _listed(people: dict[int, Person], counts: dict[int, int]) -> tuple[PersonImpact, ...]:
    found = [PersonImpact(user_id, people[user_id].name, count) for user_id, count in counts.items() if count]
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.name)))


def _groups(work: Work, segment_id: int) -> list[tuple[frozenset[int], int | None, int]]:
    """Return the segment's live members, counted by walls and responsible."""
    sets: dict[int, set[int]] = defaultdict(set)
    for wall_set_id, wall in work.session.execute(
        select(col(WallSetSegment.wall_set_id), col(WallSetSegment.segment_id))
    ):
        sets[wall_set_id].add(wall)
    rows = work.session.execute(
        select(col(Contact.wall_set_id), col(Contact.responsible_id), func.count())
        .join(SegmentMember, col(SegmentMember.contact_id) == col(Contact.id))
        .where(
            col(SegmentMember.segment_id) == segment_id,
            col(SegmentMember.mode) != "excluded",
            col(Contact.deleted_at).is_(None),
        )
        .group_by(col(Contact.wall_set_id), col(Contact.responsible_id))
    )
    return [(frozenset(sets[wall_set_id]), responsible, count) for wall_set_id, responsible, count in rows]


def _walls(work: Work) -> dict[int, Wall]:
    teams: dict[int, set[int]] = defaultdict(set)
    users: dict[int, set[int]] = defaultdict(set)
    for segment_id, team_id in work.session.execute(
        select(col(SegmentTeam.segment_id), col(SegmentTeam.team_id))
    ):
        teams[segment_id].add(team_id)
    for segment_id, user_id in work.session.execute(
        select(col(SegmentUser.segment_id), col(SegmentUser.user_id))
    ):
        users[segment_id].add(user_id)
    restricted = work.session.execute(
        select(col(Segment.id), col(Segment.active)).where(col(Segment.restricted))
    )
    # A deleted wall is in no contact's present set; it is read all the same, since old sets still name it.
    return {
        one: Wall(True, active, frozenset(teams[one]), frozenset(users[one])) for one, active in restricted
    }


def _people(work: Work) -> dict[int, Person]:
    teams: dict[int, set[int]] = defaultdict(set)
    members: dict[int, set[int]] = defaultdict(set)
    for team_id, user_id in work.session.execute(select(col(TeamUser.team_id), col(TeamUser.user_id))):
        teams[user_id].add(team_id)
        members[team_id].add(user_id)
    rows = work.session.execute(
        select(col(User.id), col(User.name), col(Role.scope))
        .join(Role, col(Role.id) == col(User.role_id))
        .where(col(User.active))
    )
    people = {}
    for user_id, name, scope in rows:
        mates = {user_id}
        if scope == "teams":
            mates = mates.union(*(members[team_id] for team_id in teams[user_id]))
        people[user_id] = Person(user_id, name, scope, frozenset(teams[user_id]), frozenset(mates))
    return people


def as_deleted(wall: Wall) -> Wall:
    """Return how a wall stands once it is deleted."""
    return replace(wall, restricted=False)
