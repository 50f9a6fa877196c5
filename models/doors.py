"""What opens and guards the doors: sessions, tokens, failures, the set-up link, repeated requests."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import JSON, Column, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant


class Session(SQLModel, table=True):
    """A signed-in browser, found by the SHA-256 of its cookie."""

    __table_args__ = (
        UniqueConstraint("hash", name="uq_session_hash"),
        Index("ix_session_user_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    hash: str
    user_id: int = Field(sa_column=Column(BigId, ForeignKey("user.id"), nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    user_agent: str | None = None


class SessionRead(BaseModel):
    """An open session as its person sees it; `browser` is what the browser says of itself."""

    id: int
    began: datetime
    seen: datetime
    browser: str | None


class Token(SQLModel, table=True):
    """A key for programs, found by its SHA-256; what it may is its person's permissions cut by `scopes`."""

    __table_args__ = (
        UniqueConstraint("hash", name="uq_token_hash"),
        Index("ix_token_user_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    name: str
    hash: str
    user_id: int = Field(sa_column=Column(BigId, ForeignKey("user.id"), nullable=False))
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class TokenRead(BaseModel):
    """A token as its person sees it: never the token itself."""

    id: int
    name: str
    email: str
    scopes: list[str]
    made: datetime
    used: datetime | None


class SignInFailure(SQLModel, table=True):
    """Failures in a row of one account or one address: `key` is a keyed kind ("account:…", "address:…")."""

    __tablename__ = "sign_in_failure"

    key: str = Field(primary_key=True)
    count: int = 0
    last_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Denial(SQLModel, table=True):
    """One answer `not_available`: who met something hidden; counted against guessing."""

    __table_args__ = (Index("ix_denial_user_id_at", "user_id", "at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    user_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    door: str
    field: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DenialRead(BaseModel):
    """Such an answer as administrators see it: who asked, at which door, for which field; never for which value."""

    id: int
    at: datetime
    name: str | None
    email: str | None
    door: str
    field: str


class Kept(SQLModel, table=True):
    """A small fact of the installation, such as the hash of the set-up link."""

    key: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class Repeat(SQLModel, table=True):
    """What came of a write with an Idempotency-Key, told again to the same request of the same token or session."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: int = Field(
        sa_column=Column(BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False)
    )
    key: str = Field(primary_key=True)
    request_hash: str
    status: int | None = None
    headers: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Worker(SQLModel, table=True):
    """A process that carries out jobs; dead when its heartbeat is old."""

    id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    beat_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Notification(SQLModel, table=True):
    """A notice in a person's bell; `kind` and `data` make its sentence in the reader's language."""

    __table_args__ = (Index("ix_notification_user_id_id", "user_id", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    user_id: int = Field(sa_column=Column(BigId, ForeignKey("user.id"), nullable=False))
    kind: str
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class NotificationRead(BaseModel):
    """A notice as its person sees it."""

    id: int
    kind: str
    data: dict[str, Any]
    at: datetime
    read: bool
