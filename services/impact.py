"""Who would gain and who would lose the sight of how many contacts, before a wall or the people's standing is changed.

The members of the wall, or all contacts, are counted by (wall set, responsible); a person sees all of such a group or
nothing of it.
The rule is the one of services/access.py, asked of groups instead of rows; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import String, cast, func, select
from sqlmodel import col

from models.contact import Contact
from models.segment import Segment, SegmentMember, SegmentTeam, SegmentUser, WallSetSegment
from services import staff
from services.settings import settings
from services.staff import Person, Staff
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
class _Group:
    """Contacts that are seen by the same people: their walls before and after, and their responsible."""

    before: frozenset[int]
    after: frozenset[int]
    responsible: int | None
    contacts: int


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
    known = _walls(work)
    known[segment.id] = wall_of(work, segment)
    own = {segment.id}
    groups = (
        _Group(walls, walls | own if after.restricted else walls - own, by, n)
        for walls, by, n in _groups(work, segment.id)
    )
    return _effect(work, groups, known, known | {segment.id: after})


def of_switching(work: Work, segments: Sequence[Segment], *, active: bool) -> Impact:
    """Return what it would do if all of these were switched on, or off, at once.

    `members` are the contacts behind those of them that are walls and would change: of the others nothing is hidden.
    """
    turning = [one.id for one in segments if one.id and one.restricted and one.active != active]
    known = _walls(work)
    changed = known | {one: replace(known[one], active=active) for one in turning}
    groups = (_Group(walls, walls, by, n) for walls, by, n in _groups(work) if not walls.isdisjoint(turning))
    return _effect(work, groups, known, changed)


def of_changes(work: Work, changes: Mapping[int, tuple[Wall, Wall]]) -> Impact:
    """Return what it would do if all these segments stood otherwise at once: each id with (before, after).

    A contact that several of them touch counts once: whoever loses it by one and keeps it by another loses nothing.
    `members` are the contacts behind at least one of them, before or after.
    """
    walls = {one: pair for one, pair in changes.items() if pair[0].restricted or pair[1].restricted}
    known = _walls(work) | {one: before for one, (before, _after) in walls.items()}
    changed = known | {one: after for one, (_before, after) in walls.items()}
    raised = {one for one, (before, after) in walls.items() if after.restricted and not before.restricted}
    fallen = frozenset(
        one for one, (before, after) in walls.items() if before.restricted and not after.restricted
    )
    groups = [
        _Group(stood, (stood - fallen) | joined, by, n)
        for stood, joined, by, n in _groups_behind(work, raised)
        if joined or not stood.isdisjoint(walls)
    ]
    return _effect(work, groups, known, changed)


def _effect(
    work: Work, groups: Iterable[_Group], known: Mapping[int, Wall], changed: Mapping[int, Wall]
) -> Impact:
    """Return who gains and loses what of these contacts where the walls `known` turn into `changed`."""
    people = staff.read(work).people
    gains: dict[int, int] = defaultdict(int)
    loses: dict[int, int] = defaultdict(int)
    members = blind = 0
    for one in groups:
        members += one.contacts
        for person in people.values():
            before = _sees(person, one.before, one.responsible, known)
            later = _sees(person, one.after, one.responsible, changed)
            gains[person.user_id] += one.contacts * (later and not before)
            loses[person.user_id] += one.contacts * (before and not later)
            blind += one.contacts * (person.user_id == one.responsible and before and not later)
    return Impact(members, _listed(people, gains), _listed(people, loses), blind)


def of_staff(work: Work, before: Staff, after: Staff) -> Impact:
    """Return what it would do if people stood in their teams and roles as in `after`; `members` are all contacts.

    Who is switched off sees nothing.
    """
    people, changed = before.people, after.people
    touched = {one for one in people.keys() | changed.keys() if people.get(one) != changed.get(one)}
    known = _walls(work)
    gains: dict[int, int] = defaultdict(int)
    loses: dict[int, int] = defaultdict(int)
    members = blind = 0
    for walls, responsible, contacts in _groups(work):
        members += contacts
        for user_id in touched:
            had, has = people.get(user_id), changed.get(user_id)
            sees = had is not None and _sees(had, walls, responsible, known)
            later = has is not None and _sees(has, walls, responsible, known)
            gains[user_id] += contacts * (later and not sees)
            loses[user_id] += contacts * (sees and not later)
            blind += contacts * (user_id == responsible and sees and not later)
    everyone = people | changed
    return Impact(members, _listed(everyone, gains), _listed(everyone, loses), blind)


def _sees(person: Person, walls: frozenset[int], responsible: int | None, known: Mapping[int, Wall]) -> bool:
    """Say whether a person sees contacts behind `walls` with this responsible."""
    if person.scope == "everyone":
        return True
    if walls:
        return any(_opens(person, known[wall]) for wall in walls)
    if responsible is None:
        return settings().access.unassigned_contacts == "everyone"
    return responsible in person.mates


def _opens(person: Person, wall: Wall) -> bool:
    """Say whether this wall, on its own, is open to the person."""
    linked = person.user_id in wall.users or (person.scope == "teams" and bool(person.teams & wall.teams))
    return wall.restricted and wall.active and linked


def _listed(people: dict[int, Person], counts: dict[int, int]) -> tuple[PersonImpact, ...]:
    found = [PersonImpact(user_id, people[user_id].name, count) for user_id, count in counts.items() if count]
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.name)))


Counted = tuple[frozenset[int], int | None, int]


def _groups(work: Work, segment_id: int | None = None) -> list[Counted]:
    """Return the live contacts, those of a segment where one is named, counted by walls and responsible."""
    sets = _sets(work)
    by = (col(Contact.wall_set_id), col(Contact.responsible_id))
    counted = select(*by, func.count()).where(col(Contact.deleted_at).is_(None)).group_by(*by)
    if segment_id is not None:
        counted = counted.join(SegmentMember, col(SegmentMember.contact_id) == col(Contact.id)).where(
            col(SegmentMember.segment_id) == segment_id, col(SegmentMember.mode) != "excluded"
        )
    return [
        (sets[wall_set_id], responsible, count)
        for wall_set_id, responsible, count in work.session.execute(counted)
    ]


def _groups_behind(
    work: Work, raised: Collection[int]
) -> list[tuple[frozenset[int], frozenset[int], int | None, int]]:
    """Return all live contacts counted by walls, by those of `raised` that they are members of, and by responsible."""
    rest: dict[tuple[frozenset[int], int | None], int] = defaultdict(int)
    for walls, responsible, count in _groups(work):
        rest[walls, responsible] += count
    members: dict[tuple[frozenset[int], frozenset[int], int | None], int] = defaultdict(int)
    if raised:
        sets = _sets(work)
        one = cast(col(SegmentMember.segment_id), String)
        listed = (
            select(
                col(SegmentMember.contact_id),
                (func.group_concat(one, ",") if work.on_sqlite else func.string_agg(one, ",")).label("of"),
            )
            .where(col(SegmentMember.segment_id).in_(raised), col(SegmentMember.mode) != "excluded")
            .group_by(col(SegmentMember.contact_id))
            .subquery()
        )
        by = (col(Contact.wall_set_id), listed.c.of, col(Contact.responsible_id))
        counted = (
            select(*by, func.count())
            .join(listed, listed.c.contact_id == col(Contact.id))
            .where(col(Contact.deleted_at).is_(None))
            .group_by(*by)
        )
        for wall_set_id, of, responsible, count in work.session.execute(counted):
            walls = sets[wall_set_id]
            members[walls, frozenset(map(int, of.split(","))), responsible] += count
            rest[walls, responsible] -= count
    none: frozenset[int] = frozenset()
    return [(*key, count) for key, count in members.items()] + [
        (walls, none, responsible, count) for (walls, responsible), count in rest.items() if count
    ]


def _sets(work: Work) -> dict[int, frozenset[int]]:
    """Return the walls of every wall set; set 0 has none."""
    sets: dict[int, set[int]] = defaultdict(set)
    for wall_set_id, wall in work.session.execute(
        select(col(WallSetSegment.wall_set_id), col(WallSetSegment.segment_id))
    ):
        sets[wall_set_id].add(wall)
    return defaultdict(frozenset, {one: frozenset(walls) for one, walls in sets.items()})


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


def as_deleted(wall: Wall) -> Wall:
    """Return how a wall stands once it is deleted."""
    return replace(wall, restricted=False)
