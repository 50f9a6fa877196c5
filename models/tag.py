"""Tags: words on contacts, without a switch and without links."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, Key, lasting
from models.segment import live_name


class Tag(SQLModel, table=True):
    """A word that can stand on any number of contacts."""

    __table_args__ = (live_name("uq_tag_name_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    name: str
    name_key: str = Field(sa_type=Key)
    colour: str = "grey"
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ContactTag(SQLModel, table=True):
    """A tag that stands on a contact now."""

    __tablename__ = "contact_tag"
    __table_args__ = (
        Index("ix_contact_tag_contact_id_tag_id", "contact_id", "tag_id"),
        Index("ix_contact_tag_joined_act_id", "joined_act_id"),
        {"sqlite_with_rowid": False},
    )

    tag_id: int = Field(sa_column=Column(BigId, lasting("tag.id"), primary_key=True, autoincrement=False))
    contact_id: int = Field(
        sa_column=Column(BigId, lasting("contact.id"), primary_key=True, autoincrement=False)
    )
    joined_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    joined_act_id: int = Field(sa_column=Column(BigId, lasting("act.id"), nullable=False))


class ContactTagPast(SQLModel, table=True):
    """A tag that stood on a contact once; `back_act_id` as in segment_past."""

    __tablename__ = "contact_tag_past"
    __table_args__ = (
        Index("ix_contact_tag_past_contact_id", "contact_id"),
        Index("ix_contact_tag_past_left_act_id", "left_act_id"),
        {"sqlite_with_rowid": False},
    )

    tag_id: int = Field(sa_column=Column(BigId, lasting("tag.id"), primary_key=True, autoincrement=False))
    contact_id: int = Field(
        sa_column=Column(BigId, lasting("contact.id"), primary_key=True, autoincrement=False)
    )
    left_act_id: int = Field(
        sa_column=Column(BigId, lasting("act.id"), primary_key=True, autoincrement=False)
    )
    joined_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    joined_act_id: int = Field(sa_column=Column(BigId, lasting("act.id"), nullable=False))
    left_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    back_act_id: int | None = Field(default=None, sa_column=Column(BigId, lasting("act.id")))


class TagCreate(BaseModel):
    """What makes a tag."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str
    colour: str = "grey"


class TagUpdate(BaseModel):
    """A change: only the fields that are set are touched."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None
    colour: str | None = None


class TagKnown(BaseModel):
    """A tag by name, without the contacts on which it stands."""

    id: int
    name: str
    colour: str


class TagRead(TagKnown):
    """A tag, and on how many contacts that the viewer sees it stands."""

    contacts: int
