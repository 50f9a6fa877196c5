"""Segments: labels on contacts, and walls before them; with their members now and in the past."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, Key, lasting

COLOURS = ("blue", "green", "orange", "red", "violet", "grey", "yellow", "primary")


def live_name(name: str) -> Index:
    """Return the unique index that keeps one live row a folded name."""
    condition = text("deleted_at IS NULL")
    return Index(name, "name_key", unique=True, sqlite_where=condition, postgresql_where=condition)


class Segment(SQLModel, table=True):
    """`restricted` makes it a wall; switched off (`active` false) a wall opens to nobody and still restricts."""

    __table_args__ = (live_name("uq_segment_name_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    name: str
    name_key: str = Field(sa_type=Key)
    description: str | None = None
    colour: str = "blue"
    kind: str = "static"
    filter: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    evaluation: str | None = None
    restricted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    active: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class SegmentMember(SQLModel, table=True):
    """A membership that holds now; it is its own history."""

    __tablename__ = "segment_member"
    __table_args__ = (
        Index("ix_segment_member_contact_id_segment_id", "contact_id", "segment_id"),
        Index("ix_segment_member_joined_act_id", "joined_act_id"),
        {"sqlite_with_rowid": False},
    )

    segment_id: int = Field(
        sa_column=Column(BigId, lasting("segment.id"), primary_key=True, autoincrement=False)
    )
    contact_id: int = Field(
        sa_column=Column(BigId, lasting("contact.id"), primary_key=True, autoincrement=False)
    )
    mode: str = "picked"
    joined_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    joined_act_id: int = Field(sa_column=Column(BigId, lasting("act.id"), nullable=False))


class SegmentPast(SQLModel, table=True):
    """A membership that has ended; `back_act_id` is the undo that brought it back, row and date as they had been."""

    __tablename__ = "segment_past"
    __table_args__ = (
        Index("ix_segment_past_contact_id", "contact_id"),
        Index("ix_segment_past_left_act_id", "left_act_id"),
        {"sqlite_with_rowid": False},
    )

    segment_id: int = Field(
        sa_column=Column(BigId, lasting("segment.id"), primary_key=True, autoincrement=False)
    )
    contact_id: int = Field(
        sa_column=Column(BigId, lasting("contact.id"), primary_key=True, autoincrement=False)
    )
    left_act_id: int = Field(
        sa_column=Column(BigId, lasting("act.id"), primary_key=True, autoincrement=False)
    )
    joined_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    joined_act_id: int = Field(sa_column=Column(BigId, lasting("act.id"), nullable=False))
    left_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    mode: str = "picked"
    back_act_id: int | None = Field(default=None, sa_column=Column(BigId, lasting("act.id")))


class SegmentTeam(SQLModel, table=True):
    """A team for which a wall is open."""

    __tablename__ = "segment_team"
    __table_args__ = (
        Index("ix_segment_team_team_id_segment_id", "team_id", "segment_id"),
        {"sqlite_with_rowid": False},
    )

    segment_id: int = Field(
        sa_column=Column(BigId, ForeignKey("segment.id"), primary_key=True, autoincrement=False)
    )
    team_id: int = Field(
        sa_column=Column(BigId, ForeignKey("team.id"), primary_key=True, autoincrement=False)
    )


class SegmentUser(SQLModel, table=True):
    """A person for whom a wall is open."""

    __tablename__ = "segment_user"
    __table_args__ = (
        Index("ix_segment_user_user_id_segment_id", "user_id", "segment_id"),
        {"sqlite_with_rowid": False},
    )

    segment_id: int = Field(
        sa_column=Column(BigId, ForeignKey("segment.id"), primary_key=True, autoincrement=False)
    )
    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False)
    )


class WallSet(SQLModel, table=True):
    """One distinct set of restricted segments; `key` is their sorted ids ("3,17"). Set 0 is "behind no wall"."""

    __tablename__ = "wall_set"
    __table_args__ = (UniqueConstraint("key", name="uq_wall_set_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    key: str = Field(sa_column=Column(String, nullable=False))


class WallSetSegment(SQLModel, table=True):
    """A wall that is in a set."""

    __tablename__ = "wall_set_segment"
    __table_args__ = (
        Index("ix_wall_set_segment_segment_id_wall_set_id", "segment_id", "wall_set_id"),
        {"sqlite_with_rowid": False},
    )

    wall_set_id: int = Field(
        sa_column=Column(BigId, ForeignKey("wall_set.id"), primary_key=True, autoincrement=False)
    )
    segment_id: int = Field(
        sa_column=Column(BigId, ForeignKey("segment.id"), primary_key=True, autoincrement=False)
    )


class SegmentCreate(BaseModel):
    """What makes a segment; `teams` by name and `users` by e-mail address are its links."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str
    description: str | None = None
    colour: str = "blue"
    restricted: bool = False
    active: bool = True
    teams: list[str] = []
    users: list[str] = []


class SegmentUpdate(BaseModel):
    """A change: only the fields that are set are touched."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    description: str | None = None
    colour: str | None = None
    restricted: bool | None = None
    active: bool | None = None
    teams: list[str] | None = None
    users: list[str] | None = None


class SegmentKnown(BaseModel):
    """A segment whose name a person may read, without the cost of counting who is in it."""

    id: int
    name: str
    description: str | None
    colour: str
    kind: Literal["static", "dynamic"]
    restricted: bool
    dynamic: bool
    active: bool


class SegmentRead(SegmentKnown):
    """A segment as a person sees it: `members` counts those contacts that the person sees."""

    members: int
    teams: list[str]
    users: list[str]


class SegmentGone(BaseModel):
    """A deleted segment that can be brought back; `members` counts those contacts that the person sees."""

    id: int
    name: str
    colour: str
    restricted: bool
    members: int
    deleted: datetime
    by: str | None


class SegmentLine(BaseModel):
    """One thing that was done to a segment, or with many of its contacts.

    `fields` maps what changed to (from, to), links by name; `done` counts contacts, null where another person's
    count would tell of contacts that the reader may not see. `import_id` is the import whose sheet did it, for whoever
    may look at that.
    """

    act_id: int
    at: datetime
    by: str | None
    via: str
    deed: str
    of: str | None = None
    import_id: int | None = None
    fields: dict[str, tuple[Any, Any]] = {}
    done: int | None = None


class SegmentDay(BaseModel):
    """How many joined and left a segment on one day, and how many were in it at its end."""

    day: date
    joined: int
    left: int
    members: int
