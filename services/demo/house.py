"""Who works here and what contacts are sorted by: teams, people, segments, walls and tags.

A second run finds what an earlier one made and goes on with it; a name that somebody else took is left alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel, col

from hooks.i18n import _
from models.act import Act
from models.fold import fold
from models.people import Role, Team, TeamUser, User
from models.segment import COLOURS, Segment, SegmentTeam, SegmentUser
from models.tag import Tag
from services.demo.countries import COUNTRIES
from services.errors import Refused
from services.work import Work

# A line of business has two teams, six people, four walls and two plain segments.
LINES = (
    "Tractors", "Harvesters", "Sprayers", "Irrigation", "Seeds", "Parts", "Service", "Leasing",
    "Insurance", "Precision farming",
)  # fmt: skip
_SIDES = ("North", "South")
_WALLS = ("key accounts", "fleets", "dealers", "prospects")
_LABELS = (
    "Premium", "Newsletter", "Spring fair", "Harvest campaign", "Birthday card", "Loyalty programme",
    "Late payers", "Reference customers", "Met at the open day", "Asked for a quote", "Test drive",
    "Warranty ends soon", "Young farmers", "Organic", "Cooperatives", "Large estates", "Family farms",
    "Contractors", "Municipalities", "Sleeping customers",
)  # fmt: skip
_TAGS = (
    "VIP", "call back", "prefers e-mail", "prefers WhatsApp", "new machine", "trade-in", "complaint",
    "visit planned", "speaks English", "decision maker", "supplier too", "press",
)  # fmt: skip


@dataclass
class House:
    """Ids of what the demonstration works with.

    `walls` and `plain` are the segments that contacts are put into: those on, and new ones that are off;
    `advisors` have scope teams, and `who_sees` maps a wall to those of them it is open to.
    """

    teams: list[int] = field(default_factory=list)
    users: list[int] = field(default_factory=list)
    advisors: list[int] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    walls: list[int] = field(default_factory=list)
    plain: list[int] = field(default_factory=list)
    who_sees: dict[int, list[int]] = field(default_factory=dict)
    tags: list[int] = field(default_factory=list)

    def made(self) -> dict[str, list[int]]:
        """Return what the act's detail keeps, so that a later run knows its own."""
        return {"teams": self.teams, "users": self.users, "segments": self.segments, "tags": self.tags}


def lines_for(contacts: int) -> int:
    """Return how many lines of business a base of this size is shown with."""
    return 2 if contacts < 2_000 else 5 if contacts < 20_000 else len(LINES)


def furnish(work: Work, lines: int, random: Random, earlier: Sequence[Act]) -> House:
    """Find or make everything that contacts hang on. `earlier` are the acts of former demonstrations."""
    house = House()
    names = [f"{line} {side}" for line in LINES[:lines] for side in _SIDES]
    owned = _owned(earlier)
    teams = _rows(work, Team, owned["teams"], names, lambda _name: {"created_at": work.now})
    house.teams = list(teams.values())
    _people(work, house, teams, lines, random, owned["users"])
    new = _segments(work, house, teams, lines, random, owned["segments"])
    tags = _rows(work, Tag, owned["tags"], _TAGS, lambda _name: {"created_at": work.now})
    house.tags = list(tags.values())
    _read_back(work, house, new)
    return house


def _owned(earlier: Iterable[Act]) -> dict[str, set[int]]:
    owned: dict[str, set[int]] = {kind: set() for kind in House().made()}
    for act in earlier:
        for kind, ids in act.detail["demo"]["made"].items():
            owned[kind].update(ids)
    return owned


def _rows(
    work: Work,
    table: type[Any],
    owned: set[int],
    names: Iterable[str],
    further: Callable[[str], dict[str, Any]],
) -> dict[str, int]:
    """Return name -> id of the demonstration's own rows, making those that are missing."""
    live = [col(table.deleted_at).is_(None)] if hasattr(table, "deleted_at") else []
    known = {
        key: number for number, key in work.session.execute(select(table.id, table.name_key).where(*live))
    }
    found: dict[str, int] = {}
    for name in names:
        key = fold(name)
        if key not in known:
            found[name] = _added(work, table(name=name, name_key=key, **further(name)))
            owned.add(found[name])
        elif known[key] in owned:
            found[name] = known[key]
    return found


def _added(work: Work, row: SQLModel) -> int:
    work.session.add(row)
    work.session.flush()
    number: int = row.id  # type: ignore[attr-defined]
    return number


def _people(
    work: Work, house: House, teams: dict[str, int], lines: int, random: Random, owned: set[int]
) -> None:
    """Make six people a line. None is an administrator: the set-up link lives until a real one exists."""
    manager, advisor, analyst = (_role(work, name) for name in ("manager", "advisor", "analyst"))
    known = {key: number for number, key in work.session.execute(select(col(User.id), col(User.email_key)))}
    # The same people for every seed, so that a further run meets those of the first.
    for serial, (name, address) in enumerate(_names(lines * 6, Random("people"))):
        email = f"{address}@example.com"
        if email in known and known[email] not in owned:
            continue
        role = manager if serial % 6 == 0 and serial < 48 else analyst if serial % 10 == 5 else advisor
        if email not in known:
            known[email] = _added(
                work,
                User(
                    email=email, email_key=email, name=name, role_id=role,
                    created_at=work.now - timedelta(days=random.randrange(1, 1_000)), active=True,
                ),
            )  # fmt: skip
            _join(work, known[email], serial, list(teams.values()), random)
        house.users.append(known[email])
    work.session.flush()


def _join(work: Work, user: int, serial: int, teams: Sequence[int], random: Random) -> None:
    """Put a person into a team, and one in seven into another one too."""
    if teams:
        joined = {teams[serial % len(teams)]}
        if serial % 7 == 3:
            joined.add(random.choice(teams))
        work.session.add_all(TeamUser(team_id=team, user_id=user) for team in sorted(joined))


def _role(work: Work, name: str) -> int:
    number = work.session.scalar(select(col(Role.id)).where(col(Role.name_key) == name))
    if number is None:
        raise Refused("no_such_role", _("The demonstration needs the role {name}.").format(name=name))
    return int(number)


def _names(count: int, random: Random) -> list[tuple[str, str]]:
    """Return (name, local part of an address) of people of all countries, each address once."""
    found: dict[str, str] = {}
    while len(found) < count:
        country = COUNTRIES[len(found) % len(COUNTRIES)]
        first, last = random.choice(country.first_names), random.choice(country.last_names)
        name = " ".join(part.partition("/")[0] for part in (first, last))
        address = ".".join(slug(part) for part in (first, last))
        found.setdefault(address, name)
    return [(name, address) for address, name in found.items()]


def slug(name: str) -> str:
    """Return a name as it stands in an address: its romanised or folded form, letters and digits alone."""
    return "".join(sign for sign in fold(name.rpartition("/")[2]) if sign.isascii() and sign.isalnum())


def _segments(
    work: Work, house: House, teams: dict[str, int], lines: int, random: Random, owned: set[int]
) -> set[int]:
    """Find or make the segments; return the ids of the new ones."""
    walls = [f"{line}: {kind}" for line in LINES[:lines] for kind in _WALLS]
    plain = list(_LABELS[: lines * 2])

    def described(name: str) -> dict[str, Any]:
        return {
            "restricted": name in walls,
            "colour": random.choice([colour for colour in COLOURS if colour != "primary"]),
            # One of each strength is switched off, so that it can be seen what that means.
            "active": name not in (walls[-1], plain[-1]),
            "created_at": work.now - timedelta(days=1_100),
        }

    before = set(owned)
    found = _rows(work, Segment, owned, [*plain, *walls], described)
    house.segments = list(found.values())
    new = set(house.segments) - before
    for name in walls:
        if found.get(name) in new:
            _link(work, found[name], name, teams, house.users, random)
    work.session.flush()
    return new


def _link(
    work: Work, wall: int, name: str, teams: dict[str, int], users: Sequence[int], random: Random
) -> None:
    """Open a wall to one or both teams of its line, and some walls to single people of other lines."""
    line = name.partition(":")[0]
    sides = [teams[f"{line} {side}"] for side in _SIDES if f"{line} {side}" in teams]
    chosen = sides if random.random() < 0.5 else sides[:1] if random.random() < 0.5 else sides[1:]
    work.session.add_all(SegmentTeam(segment_id=wall, team_id=team) for team in chosen)
    if users and random.random() < 0.4:
        some = random.sample(list(users), min(2, len(users)))
        work.session.add_all(SegmentUser(segment_id=wall, user_id=user) for user in some)


def _read_back(work: Work, house: House, new: set[int]) -> None:
    """Read how things stand, since people may have turned switches and links after an earlier run."""
    segments = work.session.execute(
        select(col(Segment.id), col(Segment.restricted), col(Segment.active))
        .where(col(Segment.id).in_(house.segments), col(Segment.kind) == "static")
        .order_by(col(Segment.id))
    ).all()
    usable = [(number, restricted) for number, restricted, active in segments if active or number in new]
    house.walls = [number for number, restricted in usable if restricted]
    house.plain = [number for number, restricted in usable if not restricted]
    on = [number for number, _restricted, active in segments if active]
    scoped = select(col(User.id)).join(Role, col(Role.id) == User.role_id).where(col(User.active))
    advisors = scoped.where(col(User.id).in_(house.users), col(Role.scope) == "teams").order_by(col(User.id))
    house.advisors = list(work.session.scalars(advisors))
    through_teams = (
        select(col(SegmentTeam.segment_id), col(TeamUser.user_id))
        .join(TeamUser, col(TeamUser.team_id) == SegmentTeam.team_id)
        .where(col(SegmentTeam.segment_id).in_(on), col(TeamUser.user_id).in_(house.advisors))
    )
    directly = select(col(SegmentUser.segment_id), col(SegmentUser.user_id)).where(
        col(SegmentUser.segment_id).in_(on), col(SegmentUser.user_id).in_(house.advisors)
    )
    seers: dict[int, set[int]] = {wall: set() for wall in house.walls}
    for question in (through_teams, directly):
        for wall, user in work.session.execute(question):
            if wall in seers:
                seers[wall].add(user)
    house.who_sees = {wall: sorted(users) for wall, users in seers.items()}
