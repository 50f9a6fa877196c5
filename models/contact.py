"""A contact: the person or firm that the team looks after, with its primary e-mail and phone."""

from datetime import date as Date  # noqa: N812 - the name of a type
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Identity, Index, Text, text
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, Key

SOURCES = (
    "manual",
    "import",
    "api",
    "form",
    "landing page",
    "chatbot",
    "payment",
    "automation",
    "integration",
)

_LIVE = text("deleted_at IS NULL")


def _live_index(
    name: str,
    *columns: str,
    unique: bool = False,
    where: str = "deleted_at IS NULL",
    beside: tuple[str, ...] = (),
) -> Index:
    """`beside` are columns that PostgreSQL keeps in the index, so that a walk need not look the contact up."""
    condition = text(where)
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
        postgresql_include=beside or None,
    )


class Contact(SQLModel, table=True):
    """One row a contact; live while `deleted_at` is null.

    Columns that end in `_key` are the fold of their twin, null when it is. `revenue` counts minor units.
    `wall_set_id` interns the restricted segments that the contact is in; 0 is "behind no wall".
    """

    __table_args__ = (
        _live_index(
            "uq_contact_email_key", "email_key", unique=True, where="deleted_at IS NULL AND NOT email_shared"
        ),
        _live_index("uq_contact_external_id", "external_id", unique=True),
        _live_index("ix_contact_email_key", "email_key", "id"),
        _live_index("ix_contact_phone", "phone", "id"),
        _live_index("ix_contact_account_number", "account_number", "id"),
        _live_index("ix_contact_name_key", "name_key", "id"),
        _live_index("ix_contact_first_name_key", "first_name_key", "id"),
        _live_index("ix_contact_last_name_key", "last_name_key", "id"),
        _live_index("ix_contact_organization_key", "organization_key", "id"),
        _live_index("ix_contact_country", "country", "id"),
        # The usual order, walked past whatever the viewer does not see.
        _live_index("ix_contact_created_at", "created_at", "id", beside=("wall_set_id", "responsible_id")),
        _live_index("ix_contact_changed_at", "changed_at", "id"),
        _live_index("ix_contact_responsible_id", "responsible_id", "id"),
        _live_index("ix_contact_source", "source", "id"),
        _live_index("ix_contact_region_key", "region_key", "id"),
        _live_index("ix_contact_city_key", "city_key", "id"),
        _live_index("ix_contact_postcode", "postcode", "id"),
        _live_index("ix_contact_importance", "importance", "id"),
        _live_index("ix_contact_revenue", "revenue", "id"),
        _live_index("ix_contact_access", "wall_set_id", "responsible_id", "name_key", "id"),
        Index(
            "ix_contact_deleted_at",
            "deleted_at",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    version: int = 1
    first_name: str | None = None
    first_name_key: str | None = Field(default=None, sa_type=Key)
    last_name: str | None = None
    last_name_key: str | None = Field(default=None, sa_type=Key)
    name_key: str | None = Field(default=None, sa_type=Key)
    email: str | None = Field(default=None, sa_type=Key)
    email_key: str | None = Field(default=None, sa_type=Key)
    email_shared: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    phone: str | None = Field(default=None, sa_type=Key)
    organization: str | None = None
    organization_key: str | None = Field(default=None, sa_type=Key)
    country: str | None = Field(default=None, sa_type=Key)
    region: str | None = None
    region_key: str | None = Field(default=None, sa_type=Key)
    city: str | None = None
    city_key: str | None = Field(default=None, sa_type=Key)
    postcode: str | None = Field(default=None, sa_type=Key)
    street: str | None = None
    street_key: str | None = Field(default=None, sa_type=Key)
    lat: float | None = Field(default=None, sa_column=Column(Float))
    lon: float | None = Field(default=None, sa_column=Column(Float))
    time_zone: str | None = None
    language: str | None = None
    account_number: str | None = Field(default=None, sa_type=Key)
    external_id: str | None = Field(default=None, sa_type=Key)
    responsible_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    source: str = Field(default="manual", sa_type=Key)
    utm: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    importance: int | None = None
    revenue: int | None = Field(default=None, sa_column=Column(BigInteger))
    wall_set_id: int = Field(
        default=0,
        sa_column=Column(BigId, ForeignKey("wall_set.id"), nullable=False, server_default=text("0")),
    )
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    created_act_id: int = Field(sa_column=Column(BigId, ForeignKey("act.id"), nullable=False))
    deleted_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    deleted_act_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    merged_into_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("contact.id")))
    erased_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ContactPoint(SQLModel, table=True):
    """A further e-mail or phone, or any messenger handle; the first of e-mail and phone are the contact's columns."""

    __tablename__ = "contact_point"
    __table_args__ = (
        Index("ix_contact_point_kind_key", "kind", "key", "contact_id"),
        Index(
            "ix_contact_point_platform",
            "platform",
            "contact_id",
            sqlite_where=text("platform IS NOT NULL"),
            postgresql_where=text("platform IS NOT NULL"),
        ),
        Index("ix_contact_point_contact_id_kind_position", "contact_id", "kind", "position"),
        Index(
            "uq_contact_point_messenger",
            "contact_id",
            unique=True,
            sqlite_where=text("kind = 'messenger' AND position = 0"),
            postgresql_where=text("kind = 'messenger' AND position = 0"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    contact_id: int = Field(sa_column=Column(BigId, ForeignKey("contact.id"), nullable=False))
    kind: str
    platform: str | None = None
    value: str
    key: str = Field(sa_type=Key)
    shared: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    label: str | None = None
    position: int


class OptOut(SQLModel, table=True):
    """A channel closed to a person (`contact_id`) or to an address (`key`, which outlives the contact)."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index("uq_opt_out_channel_contact_id", "channel", "contact_id", unique=True),
        Index("uq_opt_out_channel_key", "channel", "key", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    channel: str
    contact_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("contact.id")))
    key: str | None = None
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    act_id: int = Field(sa_column=Column(BigId, ForeignKey("act.id"), nullable=False))


class MessengerGiven(BaseModel):
    """A handle on a messenger: a user name, or a phone where the platform finds people by it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    platform: str
    handle: str


class ContactCreate(BaseModel):
    """What makes a contact. `emails`, `phones` and `messengers` are in order, the first of each is the primary one.

    `phones` may be written nationally when `country` is given; they end as E.164. Segments are named as they are;
    a tag that there is not yet is made.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    emails: list[str] | None = None
    email_shared: bool = False
    phone: str | None = None
    phones: list[str] | None = None
    messengers: list[MessengerGiven] | None = None
    organization: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    postcode: str | None = None
    street: str | None = None
    language: str | None = None
    time_zone: str | None = None
    account_number: str | None = None
    external_id: str | None = None
    responsible: str | None = None
    importance: int | None = None
    revenue: int | None = None
    segments: list[str] | None = None
    tags: list[str] | None = None


class ContactUpdate(ContactCreate):
    """A change: only the fields that are set are touched; null empties a field."""


class ContactRead(BaseModel):
    """A contact as grids, the API and the command line show it; names of segments are those the viewer may see."""

    id: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    country: str | None
    organization: str | None
    account_number: str | None
    external_id: str | None
    responsible: str | None
    segments: list[str]
    tags: list[str]
    created: datetime
    updated: datetime


class ContactRow(ContactRead):
    """A contact as a person's list shows it, whichever columns it has. `version` guards a change in the list.

    `messengers` and `opted_out` are empty unless they were asked for; `revenue` counts minor units. The colours are
    those of `segments` and `tags`, in their order; that of a segment which is switched off is grey.
    """

    version: int
    responsible_name: str | None
    segment_colours: list[str]
    tag_colours: list[str]
    region: str | None
    city: str | None
    postcode: str | None
    street: str | None
    language: str | None
    time_zone: str | None
    importance: int | None
    revenue: int | None
    source: str
    messengers: list[str] = []
    opted_out: list[str] = []


class PointRead(BaseModel):
    """One way to reach a contact. `link` opens a conversation: of a messenger, and of a mobile phone on WhatsApp."""

    kind: str
    platform: str | None
    value: str
    label: str | None
    primary: bool
    link: str | None = None


class ContactDetail(ContactRead):
    """Everything on the card's left side. `version` guards a change against another made meanwhile."""

    version: int
    source: str
    responsible_id: int | None
    responsible_name: str | None
    email_shared: bool
    points: list[PointRead]
    region: str | None
    city: str | None
    postcode: str | None
    street: str | None
    language: str | None
    time_zone: str | None
    importance: int | None
    revenue: int | None


class ContactThen(ContactDetail):
    """A contact as it was at the end of the day `on`; `in_bin` says that it was deleted then.

    `version` is that of the contact now.
    """

    on: Date
    in_bin: bool
