"""People and teams, and oneself."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.parts import PROBLEMS, WRITES, Id, Who, made
from api.repeatable import Repeatable
from models.people import MeRead, TeamCreate, TeamRead, TeamUpdate, UserCreate, UserRead, UserUpdate
from services import people
from services import teams as team_list

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
    return Teams(items=team_list.listed(viewer))


@router.post("/teams", status_code=201, tags=["teams"], dependencies=WRITES)
def add_team(viewer: Who, command: TeamCreate, response: Response) -> TeamRead:
    """Add a team."""
    team = team_list.add(viewer, command)
    made(response, f"teams/{team.id}")
    return team


@router.patch("/teams/{team_id}", tags=["teams"], dependencies=WRITES)
def update_team(viewer: Who, team_id: Id, command: TeamUpdate) -> TeamRead:
    """Change the fields that are sent; `users` are exactly the active people whom the team then holds."""
    return team_list.change(viewer, team_id, command)


@router.delete("/teams/{team_id}", status_code=204, tags=["teams"], dependencies=WRITES)
def delete_team(viewer: Who, team_id: Id) -> None:
    """Delete a team. Its people stay, and no segment is linked to it any more."""
    team_list.delete(viewer, team_id)


@router.get("/teams/{team_id}", tags=["teams"])
def team(viewer: Who, team_id: Id) -> TeamRead:
    """Return one team."""
    return team_list.one(viewer, team_id)
