"""Mappings with names: which column of a file is which field, kept by a person for files to come."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, Column, ForeignKey, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, Key
from models.imports import How


class ImportMapping(SQLModel, table=True):
    """A person's mapping: `columns` are headers, `fields` what each of them is, `existing` as in the options."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        Index("uq_import_mapping_owner_id_name_key", "owner_id", "name_key", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    name: str
    name_key: str = Field(sa_type=Key)
    columns: list[str] = Field(sa_column=Column(JSON, nullable=False))
    fields: list[str | None] = Field(sa_column=Column(JSON, nullable=False))
    existing: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MappingUpdate(BaseModel):
    """A change: only what is set is touched."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    fields: list[str | None] | None = None
    existing: dict[str, How] | None = None


class MappingRead(BaseModel):
    """A mapping: `fields` says for each of the `columns` which field it is, null for none."""

    id: int
    name: str
    columns: list[str]
    fields: list[str | None]
    existing: dict[str, How]
    changed: datetime
