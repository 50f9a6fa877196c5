"""People, teams and roles."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Identity, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, Key, choice_check

SCOPES = ("everyone", "teams", "mine")
THEMES = ("light", "dark")


class Role(SQLModel, table=True):
    """A set of named permissions and a scope of contacts."""

    __table_args__ = (
        UniqueConstraint("name_key", name="uq_role_name_key"),
        CheckConstraint(choice_check("scope", SCOPES), name="ck_role_scope"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    name: str
    name_key: str = Field(sa_type=Key)
    scope: str = "mine"


class RolePermission(SQLModel, table=True):
    """One permission of a role."""

    __tablename__ = "role_permission"
    __table_args__ = ({"sqlite_with_rowid": False},)

    role_id: int = Field(
        sa_column=Column(BigId, ForeignKey("role.id"), primary_key=True, autoincrement=False)
    )
    permission: str = Field(primary_key=True)


class User(SQLModel, table=True):
    """A person who signs in. `locale`, `time_zone` and `theme` are null until chosen."""

    __table_args__ = (
        UniqueConstraint("email_key", name="uq_user_email_key"),
        CheckConstraint(choice_check("theme", THEMES), name="ck_user_theme"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    email: str
    email_key: str = Field(sa_type=Key)
    name: str
    password_hash: str | None = None
    role_id: int = Field(sa_column=Column(BigId, ForeignKey("role.id"), nullable=False))
    active: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    locale: str | None = None
    time_zone: str | None = None
    theme: str | None = None
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    seen_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Team(SQLModel, table=True):
    """A team of people."""

    __table_args__ = (UniqueConstraint("name_key", name="uq_team_name_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    name: str
    name_key: str = Field(sa_type=Key)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TeamUser(SQLModel, table=True):
    """A person who is in a team."""

    __tablename__ = "team_user"
    __table_args__ = (
        Index("ix_team_user_user_id_team_id", "user_id", "team_id"),
        {"sqlite_with_rowid": False},
    )

    team_id: int = Field(
        sa_column=Column(BigId, ForeignKey("team.id"), primary_key=True, autoincrement=False)
    )
    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False)
    )


class UserPreference(SQLModel, table=True):
    """How a person likes something to look, by the name of that something."""

    __tablename__ = "user_preference"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False)
    )
    name: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSON, nullable=False))


class UserCreate(BaseModel):
    """What makes a person; `role` and `teams` by name. Without a password the person cannot sign in yet."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    email: str
    name: str
    role: str
    teams: list[str] = []
    password: str | None = None


class UserUpdate(BaseModel):
    """A change: only the fields that are set are touched."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    role: str | None = None
    teams: list[str] | None = None
    active: bool | None = None
    password: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    theme: Literal["light", "dark"] | None = None


class UserRead(BaseModel):
    """A person as others of the team see them."""

    id: int
    email: str
    name: str
    role: str
    scope: Literal["everyone", "teams", "mine"]
    teams: list[str]
    active: bool
    seen: datetime | None


class TeamCreate(BaseModel):
    """What makes a team."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str


class TeamUpdate(BaseModel):
    """A change: only the fields that are set are touched. `users` are e-mail addresses."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    users: list[str] | None = None


class TeamRead(BaseModel):
    """A team and the e-mail addresses of its people."""

    id: int
    name: str
    users: list[str]


class RoleCreate(BaseModel):
    """What makes a role; `permissions` are names of services/permissions.py or of plugins."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str
    scope: str = "mine"
    permissions: list[str] = []


class RoleUpdate(BaseModel):
    """A change: only the fields that are set are touched."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    scope: str | None = None
    permissions: list[str] | None = None


class RoleRead(BaseModel):
    """A role, whose contacts it sees, and the names of its permissions."""

    id: int
    name: str
    scope: Literal["everyone", "teams", "mine"]
    permissions: list[str]


class MeRead(UserRead):
    """Oneself: what one may do through this door, in which language and time zone."""

    permissions: list[str]
    locale: str
    time_zone: str
