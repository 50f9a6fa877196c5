"""A change row: what one act did to one contact, as a reverse delta."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check

CHANGE_KINDS = ("created", "updated", "deleted", "restored", "merged", "erased")


class Change(SQLModel, table=True):
    """For an update `data` is `{field: [old, new]}`, for e-mails and phones the whole ordered lists."""

    __table_args__ = (
        Index("ix_change_contact_id_act_id", "contact_id", "act_id"),
        CheckConstraint(choice_check("kind", CHANGE_KINDS), name="ck_change_kind"),
        {"sqlite_with_rowid": False},
    )

    act_id: int = Field(sa_column=Column(BigId, ForeignKey("act.id"), primary_key=True, autoincrement=False))
    contact_id: int = Field(
        sa_column=Column(BigId, ForeignKey("contact.id"), primary_key=True, autoincrement=False)
    )
    kind: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    data: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
