"""Who is in which team with which scope, as it stands and as it would stand after a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import Scope
from models.people import Role, TeamUser, User
from services.access import scope_named
from services.work import Work


@dataclass(frozen=True)
class Account:
    """A person's name, role and whether the account is active."""

    name: str
    role_id: int
    active: bool


@dataclass(frozen=True)
class Person:
    """An active person as far as sight goes; `mates` are all of the person's teams, the person among them."""

    user_id: int
    name: str
    scope: Scope
    teams: frozenset[int]
    mates: frozenset[int]


@dataclass(frozen=True)
class Staff:
    """All accounts, the scope of each role, and who is in which team, as (team, person)."""

    accounts: Mapping[int, Account]
    scopes: Mapping[int, str]
    places: frozenset[tuple[int, int]]

    @property
    def people(self) -> dict[int, Person]:
        """The active people, by their ids."""
        teams: dict[int, set[int]] = defaultdict(set)
        members: dict[int, set[int]] = defaultdict(set)
        for team_id, user_id in self.places:
            teams[user_id].add(team_id)
            members[team_id].add(user_id)
        found = {}
        for user_id, account in self.accounts.items():
            if not account.active:
                continue
            scope = scope_named(self.scopes[account.role_id])
            mates = {user_id}
            if scope == "teams":
                mates = mates.union(*(members[team_id] for team_id in teams[user_id]))
            found[user_id] = Person(user_id, account.name, scope, frozenset(teams[user_id]), frozenset(mates))
        return found

    def with_account(
        self, user_id: int, *, role_id: int | None = None, active: bool | None = None
    ) -> "Staff":
        """Return how it stands after a person gets another role, or is switched on or off."""
        had = self.accounts[user_id]
        account = replace(
            had,
            role_id=had.role_id if role_id is None else role_id,
            active=had.active if active is None else active,
        )
        return replace(self, accounts={**self.accounts, user_id: account})

    def with_teams(self, user_id: int, team_ids: Iterable[int]) -> "Staff":
        """Return how it stands after a person is in exactly these teams."""
        others = {place for place in self.places if place[1] != user_id}
        return replace(self, places=frozenset(others | {(team_id, user_id) for team_id in team_ids}))

    def with_members(self, team_id: int, user_ids: Iterable[int]) -> "Staff":
        """Return how it stands after a team has exactly these people."""
        others = {place for place in self.places if place[0] != team_id}
        return replace(self, places=frozenset(others | {(team_id, user_id) for user_id in user_ids}))

    def with_scope(self, role_id: int, scope: str) -> "Staff":
        """Return how it stands after a role has another scope."""
        return replace(self, scopes={**self.scopes, role_id: scope})


def read(work: Work) -> Staff:
    """Return how it stands now."""
    accounts = work.session.execute(select(col(User.id), col(User.name), col(User.role_id), col(User.active)))
    scopes = work.session.execute(select(col(Role.id), col(Role.scope))).all()
    places = work.session.execute(select(col(TeamUser.team_id), col(TeamUser.user_id)))
    return Staff(
        {user_id: Account(name, role_id, active) for user_id, name, role_id, active in accounts},
        dict(scopes),
        frozenset((team_id, user_id) for team_id, user_id in places),
    )
