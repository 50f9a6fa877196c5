"""An import, and what became of each of its rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check

IMPORT_STATES = (
    "received", "planning", "planned", "accepted", "running", "done", "done_with_rejects", "failed", "cancelled",
)  # fmt: skip
OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")


class Import(SQLModel, table=True):
    """`file` is a path below the data folder; `counts` closes: rows = the sum of the five outcomes."""

    __table_args__ = (
        Index("ix_import_owner_id_created_at", "owner_id", "created_at"),
        CheckConstraint(choice_check("state", IMPORT_STATES), name="ck_import_state"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    file: str
    file_name: str
    bytes: int = Field(default=0, sa_column=Column(BigId, nullable=False))
    shape: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    mapping: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    via: str = "page"
    state: str = "received"
    progress: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    message: str | None = None
    cancel_asked: bool = False
    act_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ImportRow(SQLModel, table=True):
    """What became of one row; its key is also the guard against doing the row twice."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_contact_id", "contact_id"),
        Index("ix_import_row_import_id_outcome_row_no", "import_id", "outcome", "row_no"),
        CheckConstraint(choice_check("outcome", OUTCOMES), name="ck_import_row_outcome"),
        {"sqlite_with_rowid": False},
    )

    import_id: int = Field(
        sa_column=Column(BigId, ForeignKey("import.id"), primary_key=True, autoincrement=False)
    )
    row_no: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    outcome: str
    code: str | None = None
    contact_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("contact.id")))
    contact_version: int | None = None
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
