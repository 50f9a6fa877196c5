"""What a sheet comes to: which segments it makes and changes, and what becomes of each row.

Nothing is written here, so the review and the import itself reach the same result by the same way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from unicodedata import normalize

from sqlalchemy import select
from sqlmodel import col

from models.fold import fold
from models.people import Team, User
from models.segment import Segment, SegmentCreate, SegmentTeam, SegmentUpdate, SegmentUser
from services import segments
from services.access import visible_segment
from services.errors import Forbidden
from services.impact import Wall
from services.imports.settle import Denials
from services.segment_sheets.cells import Wanted
from services.work import Work

Links = Literal["add", "exactly"]
Detail = dict[str, Any]
_LINKED = ("teams", "users")
_RESTRICTING = ("restricted", *_LINKED)


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that says nothing, or cannot be read: its outcome, code, and what the sentence needs."""

    no: int
    outcome: Literal["skipped", "rejected"]
    code: str
    detail: Detail | None = None


@dataclass(slots=True)
class Fate:
    """What becomes of a row: `command` makes its segment, or changes the one that `segment` is.

    `seen` is how that one stood, and `turn` how it stands before and after as far as sight goes.
    """

    no: int
    outcome: str
    code: str | None = None
    detail: Detail | None = None
    segment: Segment | None = None
    command: SegmentCreate | SegmentUpdate | None = None
    seen: Detail | None = None
    turn: tuple[Wall, Wall] | None = None


@dataclass(frozen=True)
class Known:
    """The house as the viewer may know it: segments and hidden names by folded name, links, teams and people.

    `teams` are ids by folded name, `users` by address; `names` has both back by ("teams" or "users", id).
    """

    segments: Mapping[str, Segment]
    hidden: frozenset[str]
    linked: Mapping[tuple[str, int], frozenset[int]]
    teams: Mapping[str, int]
    users: Mapping[str, int]
    names: Mapping[tuple[str, int], str]
    may_restrict: bool

    def stands(self, segment: Segment) -> Detail:
        """Return how a segment stands now, as JSON keeps it."""
        assert segment.id is not None
        plain = ("id", "name", "description", "colour", "restricted", "active")
        links = {kind: sorted(self.linked.get((kind, segment.id), ())) for kind in _LINKED}
        return {name: getattr(segment, name) for name in plain} | links


def known(work: Work) -> Known:
    """Read the house."""
    readable = set(work.session.scalars(select(col(Segment.id)).where(visible_segment(work.sight))))
    found: dict[str, Segment] = {}
    hidden: set[str] = set()
    for one in work.session.scalars(select(Segment).where(col(Segment.deleted_at).is_(None))):
        if one.id in readable:
            found[one.name_key] = one
        else:
            hidden.add(one.name_key)
    linked: dict[tuple[str, int], set[int]] = defaultdict(set)
    for segment_id, team_id in work.session.execute(
        select(col(SegmentTeam.segment_id), col(SegmentTeam.team_id))
    ):
        linked["teams", segment_id].add(team_id)
    for segment_id, user_id in work.session.execute(
        select(col(SegmentUser.segment_id), col(SegmentUser.user_id))
    ):
        linked["users", segment_id].add(user_id)
    teams = work.session.execute(select(col(Team.id), col(Team.name_key), col(Team.name))).all()
    users = work.session.execute(select(col(User.id), col(User.email_key), col(User.email))).all()
    return Known(
        found,
        frozenset(hidden),
        {of: frozenset(ids) for of, ids in linked.items()},
        {key: one for one, key, _name in teams},
        {key: one for one, key, _email in users},
        {("teams", one): name for one, _key, name in teams}
        | {("users", one): email for one, _key, email in users},
        _may_restrict(work),
    )


def _may_restrict(work: Work) -> bool:
    try:
        segments.require_walls(work.viewer)
    except Forbidden:
        return False
    return True


@dataclass
class Comparison:
    """Compares rows with the house, in the order of the file."""

    house: Known
    links: Links
    denials: Denials
    fates: list[Fate] = field(default_factory=list)

    def of(self, rows: Iterable[Wanted | Unread]) -> Sequence[Fate]:
        """Return what becomes of all rows."""
        rows = list(rows)
        named = Counter(fold(row.name) for row in rows if isinstance(row, Wanted))
        for row in rows:
            if isinstance(row, Unread):
                fate = Fate(row.no, row.outcome, row.code, row.detail)
            elif named[fold(row.name)] > 1:
                fate = _rejected(row, "segment_twice", names=[row.name])
            else:
                fate = self._one(row)
            self.fates.append(fate)
        return self.fates

    def _one(self, row: Wanted) -> Fate:
        segment = self.house.segments.get(fold(row.name))
        if segment is None:
            return self._asking(row) or self._fresh(row)
        if segment.kind != "static":
            return _rejected(row, "dynamic_segment", names=[segment.name])
        if normalize("NFC", segment.name) != normalize("NFC", row.name):
            return _rejected(row, "other_spelling", names=[segment.name])
        if not self.house.may_restrict and self._links_beyond(row, segment):
            return _rejected(row, "may_not_restrict")
        return self._unknown_links(row) or self._changed(row, segment)

    def _asking(self, row: Wanted) -> Fate | None:
        """Reject a name that something hidden has; once the hour's answers are used up, any that asks for one."""
        if fold(row.name) in self.house.hidden:
            if row.no in self.denials.paid:
                return _rejected(row, "not_available", field="name")
            if not self.denials.spent and len(self.denials.given) < self.denials.left:
                self.denials.given.append("name")
                return _rejected(row, "not_available", field="name")
            self.denials.spent = True
        return _rejected(row, "too_many") if self.denials.spent else None

    def _links_beyond(self, row: Wanted, segment: Segment) -> bool:
        """Say whether a row's links would change those of its segment, without a look at who else there is."""
        stands = self.house.stands(segment)
        for kind in _LINKED:
            if kind in row.given:
                there = {_key(kind, self.house.names[kind, one]) for one in stands[kind]}
                wanted = {_key(kind, name) for name in row.given[kind]}
                if wanted - there if self.links == "add" else wanted != there:
                    return True
        return False

    def _unknown_links(self, row: Wanted) -> Fate | None:
        for kind, code in (("teams", "unknown_teams"), ("users", "unknown_users")):
            unknown = [name for name in row.given.get(kind, ()) if self._id(kind, name) is None]
            if unknown:
                return _rejected(row, code, names=unknown, field=kind)
        return None

    def _id(self, kind: str, name: str) -> int | None:
        known = self.house.teams if kind == "teams" else self.house.users
        return known.get(_key(kind, name))

    def _fresh(self, row: Wanted) -> Fate:
        # Who may not link is told of no team and nobody.
        if any(row.given.get(name) for name in _RESTRICTING) and not self.house.may_restrict:
            return _rejected(row, "may_not_restrict")
        if (unknown := self._unknown_links(row)) is not None:
            return unknown
        return Fate(row.no, "created", command=SegmentCreate.model_validate(row.given | {"name": row.name}))

    def _changed(self, row: Wanted, segment: Segment) -> Fate:
        before = self.house.stands(segment)
        after = before | {name: value for name, value in row.given.items() if name not in _LINKED}
        for kind in _LINKED:
            if kind in row.given:
                ids = {one for name in row.given[kind] if (one := self._id(kind, name)) is not None}
                after[kind] = sorted(ids | set(before[kind]) if self.links == "add" else ids)
        if _on_one_line(after["description"]) == _on_one_line(before["description"]):
            after["description"] = before["description"]
        changes = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
        fate = Fate(row.no, "unchanged", segment=segment, seen=before)
        if not changes:
            return fate
        if changes.keys() & set(_RESTRICTING) and not self.house.may_restrict:
            return _rejected(row, "may_not_restrict")
        update = {
            name: [self.house.names[name, one] for one in after[name]] if name in _LINKED else after[name]
            for name in changes
        }
        fate.outcome, fate.detail = "updated", {"changes": changes}
        fate.command, fate.turn = SegmentUpdate.model_validate(update), (as_wall(before), as_wall(after))
        return fate


def _key(kind: str, name: str) -> str:
    return fold(name) if kind == "teams" else name.strip().lower()


def as_wall(stands: Detail) -> Wall:
    """Return how a segment stands as far as sight goes."""
    return Wall(
        stands["restricted"], stands["active"], frozenset(stands["teams"]), frozenset(stands["users"])
    )


def _on_one_line(text: str | None) -> str | None:
    """Return a text to be compared: not every kind of file keeps its line ends as they were."""
    return text and " ".join(text.split())


def _rejected(row: Wanted, code: str, **detail: Any) -> Fate:
    return Fate(row.no, "rejected", code, detail or None)
