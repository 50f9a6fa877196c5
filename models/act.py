"""An act: one deed of one person or of the system, on which history, undo and "by what" hang."""

from datetime import datetime
from typing import Any

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
