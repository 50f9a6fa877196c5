"""An act: one deed of one person or of the system, on which history, undo and "by what" hang."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Identity, Index, text
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check

ACT_KINDS = ("edit", "bulk", "import", "undo", "merge", "route", "automation", "system")
ACT_STATES = ("running", "done", "failed", "cancelled")


class Act(SQLModel, table=True):
    """`via` is page, api, cli or job; `detail` holds what the history's sentence needs.

    `segment_id` is the segment that the act is about, where it is about one.
    """

    __table_args__ = (
        Index("ix_act_kind_started_at", "kind", "started_at"),
        Index(
            "ix_act_segment_id",
            "segment_id",
            "id",
            sqlite_where=text("segment_id IS NOT NULL"),
            postgresql_where=text("segment_id IS NOT NULL"),
        ),
        Index(
            "ix_act_actor_id",
            "actor_id",
            "id",
            sqlite_where=text("kind IN ('bulk', 'undo')"),
            postgresql_where=text("kind IN ('bulk', 'undo')"),
        ),
        CheckConstraint(choice_check("kind", ACT_KINDS), name="ck_act_kind"),
        CheckConstraint(choice_check("state", ACT_STATES), name="ck_act_state"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    kind: str
    actor_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    via: str
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    state: str = "done"
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    segment_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("segment.id")))
    undo_of_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    undone_by_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    undoable_until: datetime | None = Field(default=None, sa_column=Column(Instant))


class ActRead(BaseModel):
    """An act on many contacts as a person is told of it.

    `segment` is null where the segment is gone, or hidden from the person; `done` and `skipped` are as they were told
    when it was done, `why` counts the skipped by reason. `undoable` says that the person can take it back,
    `undone_by` which act did; `undo_of` is the act that this one took back.
    """

    id: int
    at: datetime
    by: str | None
    mine: bool
    via: str
    deed: str
    of: str | None = None
    segment_id: int | None = None
    segment: str | None = None
    tag: str | None = None
    into: str | None = None
    field: str | None = None
    value: str | int | None = None
    responsible: str | None = None
    done: int = 0
    skipped: int = 0
    why: dict[str, int] = {}
    undoable: bool = False
    undone_by: int | None = None
    undo_of: int | None = None


class ActConflict(BaseModel):
    """A contact that an undo has left, since somebody changed it; `code` says why, `in_bin` that it is there still."""

    contact_id: int
    name: str
    code: str
    in_bin: bool = False
