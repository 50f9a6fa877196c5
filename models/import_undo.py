"""The undo of an import: the job that takes it back, and what it had to leave."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Identity, Index, text
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check
from models.imports import ImportImpact, Kind

UNDO_STATES = ("accepted", "running", "done", "failed", "cancelled")
_GOING = text("state IN ('accepted', 'running')")


class ImportUndo(SQLModel, table=True):
    """One try to take an import back; of the tries at one import, one goes on at a time.

    `progress` holds the checkpoint: between which contact ids its slices lie, and which slice is next.
    """

    __tablename__ = "import_undo"
    __table_args__ = (
        Index("ix_import_undo_import_id", "import_id", "id"),
        Index("uq_import_undo_going", "import_id", unique=True, sqlite_where=_GOING, postgresql_where=_GOING),
        CheckConstraint(choice_check("state", UNDO_STATES), name="ck_import_undo_state"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    import_id: int = Field(sa_column=Column(BigId, ForeignKey("import.id"), nullable=False))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    via: str = "page"
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = "accepted"
    progress: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    message: str | None = None
    cancel_asked: bool = False
    act_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ImportUndoLeft(SQLModel, table=True):
    """What an undo has left as it is: a field of a contact, or the whole of it where `field` is empty.

    `about` is the segment or the tag that a membership is of, else 0; `code` says why.
    """

    __tablename__ = "import_undo_left"
    __table_args__ = (Index("ix_import_undo_left_contact_id", "contact_id"), {"sqlite_with_rowid": False})

    undo_id: int = Field(
        sa_column=Column(BigId, ForeignKey("import_undo.id"), primary_key=True, autoincrement=False)
    )
    contact_id: int = Field(
        sa_column=Column(BigId, ForeignKey("contact.id"), primary_key=True, autoincrement=False)
    )
    field: str = Field(primary_key=True)
    about: int = Field(default=0, sa_column=Column(BigId, primary_key=True, autoincrement=False))
    code: str


class ImportUndoReach(BaseModel):
    """How far an undo would reach at most: contacts that would go to the bin, and that would be put back.

    Of a sheet of segments (`kind`) both count segments, and `impact` says who sees what, for whoever sees all contacts.
    `memberships` says that segments or tags were given, or taken.
    """

    kind: Kind = "contacts"
    removed: int
    restored: int
    memberships: bool
    impact: ImportImpact | None = None


class ImportUndoPace(BaseModel):
    """How far it is: `done` of `of` contacts, how many a second, and the seconds left."""

    done: int = 0
    of: int = 0
    rate: float | None = None
    seconds_left: float | None = None


class ImportUndoRead(BaseModel):
    """An undo of an import: how far it is, or what came of it.

    Of a sheet of segments (`kind`) all of it counts segments.
    `removed` is how many contacts went to the bin, `restored` how many were put back; both are null where another
    person's count would tell of contacts that the reader may not see. `left` counts what it had to leave, as far as
    the reader sees the contacts; `segments` and `tags` are those that went, by name.
    """

    id: int
    import_id: int
    kind: Kind = "contacts"
    file_name: str
    state: str
    by: str | None
    mine: bool
    removed: int | None
    restored: int | None
    left: int
    segments: list[str] = []
    tags: list[str] = []
    message: str | None
    progress: ImportUndoPace
    act_id: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ImportUndoConflict(BaseModel):
    """What an undo has left of one contact, or of one segment: `field` is null where that is the whole of it.

    `name` is the contact's or the segment's, `about` that of the segment or tag of a membership; `reason` says in a
    sentence why, `code` in a word.
    """

    contact_id: int | None
    segment_id: int | None = None
    name: str
    field: str | None
    about: str | None
    code: str
    reason: str
    in_bin: bool


class ImportUndoConflicts(BaseModel):
    """A page of them; `next` is what to go on after, null at the end."""

    items: list[ImportUndoConflict]
    next: int | None
