"""Small worlds for tests: people, teams, walls and contacts, made in a line each; and others at work in them."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, text
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.act import Act
from models.contact import ContactCreate
from models.people import Role, RolePermission, Team, TeamUser, User
from models.segment import SegmentCreate
from services import contacts, segments
from services.access import scope_named
from services.work import unit_of_work


@dataclass
class World:
    """A database with the default roles; `db` made it."""

    def team(self, name: str) -> int:
        """Make a team."""
        with unit_of_work(SYSTEM, write=True) as work:
            team = Team(name=name, name_key=name.lower(), created_at=work.now)
            work.session.add(team)
            work.session.flush()
            assert team.id is not None
            return team.id

    def user(self, name: str, role: str = "advisor", *teams: str) -> str:
        """Make a person of that role in those teams (made where missing); return the e-mail address."""
        email = f"{name.lower()}@example.com"
        with unit_of_work(SYSTEM, write=True) as work:
            role_id = work.session.scalar(select(col(Role.id)).where(col(Role.name_key) == role))
            assert role_id is not None
            user = User(email=email, email_key=email, name=name, role_id=role_id, created_at=work.now)
            work.session.add(user)
            work.session.flush()
            for team in teams:
                found = work.session.scalar(select(Team).where(col(Team.name_key) == team.lower()))
                if found is None:
                    found = Team(name=team, name_key=team.lower(), created_at=work.now)
                    work.session.add(found)
                    work.session.flush()
                work.session.execute(insert(TeamUser).values(team_id=found.id, user_id=user.id))
        return email

    def viewer(self, name: str) -> Viewer:
        """Return the viewer of a person as of now."""
        with unit_of_work(SYSTEM) as work:
            user = work.session.scalar(
                select(User).where(col(User.email_key) == f"{name.lower()}@example.com")
            )
            assert user is not None
            role = work.session.get(Role, user.role_id)
            assert role is not None
            granted = select(col(RolePermission.permission)).where(col(RolePermission.role_id) == role.id)
            teams = select(col(TeamUser.team_id)).where(col(TeamUser.user_id) == user.id)
            return Viewer(
                user_id=user.id,
                email=user.email,
                name=user.name,
                permissions=frozenset(work.session.scalars(granted)),
                scope=scope_named(role.scope),
                team_ids=tuple(work.session.scalars(teams)),
            )

    def narrowed(self, name: str) -> Viewer:
        """Return a person as a viewer who sees what the person's teams see, whatever the role's scope is."""
        return replace(self.viewer(name), scope="teams")

    def acts(self, deed: str) -> list[dict[str, Any]]:
        """Return what is kept of the acts of this deed, in their order."""
        with unit_of_work(SYSTEM) as work:
            found = work.session.scalars(select(col(Act.detail)).order_by(col(Act.id)))
            return [detail for detail in found if detail and detail.get("deed") == deed]

    def wall(
        self, name: str, *, teams: tuple[str, ...] = (), users: tuple[str, ...] = (), active: bool = True
    ) -> int:
        """Make a restricted segment that is linked to teams by name and people by e-mail."""
        command = SegmentCreate(
            name=name, restricted=True, active=active, teams=list(teams), users=list(users)
        )
        return segments.create(SYSTEM, command).id

    def label(self, name: str) -> int:
        """Make a plain segment."""
        return segments.create(SYSTEM, SegmentCreate(name=name)).id

    def contact(self, first_name: str, **values: object) -> int:
        """Make a contact; `segments` by name and `responsible` by e-mail, as anywhere."""
        return contacts.create(SYSTEM, ContactCreate.model_validate({"first_name": first_name} | values)).id


def wait_for_a_waiting_one() -> None:
    """Return once a connection to this PostgreSQL database waits for a lock."""
    waiting = text("""
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    """)
    for _try in range(200):
        with unit_of_work(SYSTEM, write=True) as work:
            if work.session.scalar(waiting):
                return
            work.session.execute(text("SELECT pg_sleep(0.05)"))
    raise AssertionError("nobody waits")
