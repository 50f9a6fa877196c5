"""What is done with many contacts at once, and the large ones of these, which a worker carries out."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Said
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check

C = TypeVar("C", bound=BaseModel)

BULK_STATES = ("accepted", "running", "done", "failed", "cancelled")

# The fields that many contacts can be given one value of.
BulkField = Literal[
    "country", "organization", "region", "city", "postcode", "language", "time_zone", "importance"
]


class Bulk(SQLModel, table=True):
    """A deed that is too large to wait for. `agreed` is how many contacts it was to touch when it was wanted."""

    __table_args__ = (
        Index("ix_bulk_owner_id_created_at", "owner_id", "created_at"),
        CheckConstraint(choice_check("state", BULK_STATES), name="ck_bulk_state"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    via: str = "page"
    command: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    filter: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    agreed: int = 0
    state: str = "accepted"
    counts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    message: str | None = None
    act_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _one_of(command: C, id_: int | None, make: str | None) -> C:
    if (id_ is None) == (make is None):
        raise ValueError("Give the id of one that is there, or the name of a new one in make.")
    return command


class AddToSegment(_Command):
    """Put contacts into a segment: one that is there, or a new one of the name `make`."""

    deed: Literal["add_to_segment"] = "add_to_segment"
    segment_id: int | None = None
    make: str | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        return _one_of(self, self.segment_id, self.make)


class RemoveFromSegment(_Command):
    """Take contacts out of a segment."""

    deed: Literal["remove_from_segment"] = "remove_from_segment"
    segment_id: int


class PutTagOn(_Command):
    """Set a tag on contacts: one that is there, or a new one of the name `make`."""

    deed: Literal["put_tag_on"] = "put_tag_on"
    tag_id: int | None = None
    make: str | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        return _one_of(self, self.tag_id, self.make)


class TakeTagOff(_Command):
    """Take a tag off contacts."""

    deed: Literal["take_tag_off"] = "take_tag_off"
    tag_id: int


class SetResponsible(_Command):
    """Make somebody, by e-mail address, responsible for contacts; null for nobody."""

    deed: Literal["set_responsible"] = "set_responsible"
    responsible: str | None


class SetField(_Command):
    """Give contacts one value of a field; null empties it."""

    deed: Literal["set_field"] = "set_field"
    field: BulkField
    value: str | int | None


class Delete(_Command):
    """Put contacts into the bin."""

    deed: Literal["delete"] = "delete"


class Undo(_Command):
    """Take back what an act has done."""

    deed: Literal["undo"] = "undo"
    act_id: int


Command = Annotated[
    AddToSegment | RemoveFromSegment | PutTagOn | TakeTagOff | SetResponsible | SetField | Delete,
    Said(discriminator="deed"),
]
Anything = Annotated[Command | Undo, Said(discriminator="deed")]


class BulkRead(BaseModel):
    """What became of a deed on many contacts, or how far it is.

    `contacts` is how many it is about, `done` how many were changed, `skipped` how many were not, and `why` counts
    these by reason. `id` and `progress` are those of the job of a large one, null for one that was done at once;
    `act_id` is what can be undone.
    """

    id: int | None = None
    deed: str
    state: str
    contacts: int
    done: int = 0
    skipped: int = 0
    why: dict[str, int] = {}
    message: str | None = None
    code: str | None = None
    act_id: int | None = None
    progress: dict[str, Any] = {}
    command: dict[str, Any] = {}
