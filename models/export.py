"""An export: a file with an owner, that expires."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import JSON, Column, ForeignKey, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant


class Export(SQLModel, table=True):
    """`path` lies below the data folder, `hash` is the file's SHA-256 in hex, `rows` its records."""

    __table_args__ = (
        Index("ix_export_owner_id_created_at", "owner_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    format: str
    filter: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    columns: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    state: str = "accepted"
    rows: int | None = None
    bytes: int | None = Field(default=None, sa_column=Column(BigId))
    hash: str | None = None
    path: str | None = None
    message: str | None = None
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ExportRead(BaseModel):
    """An export as its owner sees it; the file can be fetched while the state is done and it has not expired.

    What it asked for: `filter`, `search`, the members of a segment, those made by an import, or as many contacts as
    were `picked`. `layout` says that its columns are those that an import reads.
    """

    id: int
    format: str
    filter: dict[str, Any] | None
    search: str | None
    segment_id: int | None
    import_id: int | None
    picked: int | None
    columns: list[str]
    layout: bool
    exact: bool
    state: str
    rows: int | None
    bytes: int | None
    hash: str | None
    message: str | None
    created_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
