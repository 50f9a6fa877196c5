"""People and teams, and oneself."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.parts import PROBLEMS, WRITES, Id, Who, made
from api.repeatable import Repeatable
from models.people import MeRead, TeamCreate, TeamRead, UserCreate, UserRead, UserUpdate
from services import people

router = APIRouter(route_class=Repeatable, responses=PROBLEMS)


class Users(BaseModel):
    """Everyone."""

    items: list[UserRead]


class Teams(BaseModel):
    """All teams."""

    items: list[TeamRead]


@router.get("/me", tags=["me"])
def me(viewer: Who) -> MeRead:
    """Return who asks, and what that person, or this token, may do."""
    return MeRead(
        **people.me(viewer).model_dump(),
        permissions=sorted(viewer.permissions),
        locale=viewer.locale,
        time_zone=viewer.time_zone,
    )


@router.get("/users", tags=["users"])
def users(viewer: Who) -> Users:
    """List everyone, active or not, by name."""
    return Users(items=people.users(viewer))


@router.post("/users", status_code=201, tags=["users"], dependencies=WRITES)
def add_user(viewer: Who, command: UserCreate, response: Response) -> UserRead:
    """Add a person; without a password that person cannot sign in yet."""
    user = people.add_user(viewer, command)
    made(response, f"users/{user.id}")
    return user


@router.get("/users/{user_id}", tags=["users"])
def user(viewer: Who, user_id: Id) -> UserRead:
    """Return one person."""
    return people.user(viewer, user_id)


@router.patch("/users/{user_id}", tags=["users"], dependencies=WRITES)
def update_user(viewer: Who, user_id: Id, command: UserUpdate) -> UserRead:
    """Change the fields that are sent; `active: false` ends the person's sessions and tokens at once."""
    return people.update_user(viewer, user_id, command)


@router.get("/teams", tags=["teams"])
def teams(viewer: Who) -> Teams:
    """List all teams by name."""
    return Teams(items=people.teams(viewer))


@router.post("/teams", status_code=201, tags=["teams"], dependencies=WRITES)
def add_team(viewer: Who, command: TeamCreate, response: Response) -> TeamRead:
    """Add a team."""
    team = people.add_team(viewer, command)
    made(response, f"teams/{team.id}")
    return team


@router.get("/teams/{team_id}", tags=["teams"])
def team(viewer: Who, team_id: Id) -> TeamRead:
    """Return one team."""
    return people.team(viewer, team_id)
