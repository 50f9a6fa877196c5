"""The responsible of a row: an active person who would see the contact, by address or by a name of one alone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from models.fold import fold
from models.people import User
from services.access import Sight, sight_of_user, would_see
from services.imports.rows import Refusal
from services.work import Work

UNKNOWN, SEVERAL, CANNOT_SEE = "responsible_unknown", "responsible_several", "responsible_cannot_see"


@dataclass
class Responsibles:
    """Everyone by address, and by name those who alone are called so; `active` are those who can be chosen anew."""

    work: Work | None = None
    by_email: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    of_several: frozenset[str] = frozenset()
    active: frozenset[int] = frozenset()
    _sights: dict[int, Sight] = field(default_factory=dict)

    def named(self, text: str) -> int | Refusal:
        """Return whom a cell means. Somebody who is no longer active is known by address: a contact may have them."""
        found = self.by_email.get(text.lower())
        key = fold(text)
        if found is None and key in self.of_several:
            return Refusal(SEVERAL, "responsible", text[:200])
        found = self.by_name.get(key) if found is None else found
        return Refusal(UNKNOWN, "responsible", text[:200]) if found is None else found

    def name_of(self, user_id: int) -> str:
        """Return somebody's address."""
        return next((email for email, one in self.by_email.items() if one == user_id), "")

    def obstacle(self, user_id: int, walls: frozenset[int]) -> str | None:
        """Return why somebody cannot be made responsible for a contact behind these walls, if they cannot.

        It goes by the walls that the viewer may name, as with one contact.
        """
        if user_id not in self.active:
            return UNKNOWN
        assert self.work is not None
        sight = self._sights.get(user_id)
        if sight is None:
            sight = self._sights[user_id] = sight_of_user(self.work.session, user_id)
        mine = self.work.sight
        told = walls if mine.everyone else walls & frozenset(mine.walls)
        return None if would_see(sight, told, user_id) else CANNOT_SEE


def responsibles_of(work: Work) -> Responsibles:
    """Read the people who may be meant."""
    people = work.session.execute(select(col(User.id), col(User.email_key), col(User.name), col(User.active)))
    found = [(user_id, email, fold(name), active) for user_id, email, name, active in people if user_id]
    called = Counter(name for _id, _email, name, active in found if active)
    return Responsibles(
        work,
        {email: user_id for user_id, email, _name, _active in found},
        {name: user_id for user_id, _email, name, active in found if active and called[name] == 1},
        frozenset(name for name, times in called.items() if times > 1),
        frozenset(user_id for user_id, _email, _name, active in found if active),
    )


def is_anybody(work: Work, cells: Iterable[str]) -> bool:
    """Say whether one of these cells at least means somebody."""
    people = responsibles_of(work)
    return any(isinstance(people.named(cell), int) for cell in cells)
