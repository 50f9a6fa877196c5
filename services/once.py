"""Rows that two processes may make at one instant, and of which one must come out."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from services.work import Work


def insert_unless_there(work: Work, table: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert one row, or leave the one whose key is taken as it is; say whether it was inserted."""
    insert = sqlite.insert(table) if work.on_sqlite else postgresql.insert(table)
    key = next(iter(table.__table__.primary_key))  # type: ignore[attr-defined]
    made = insert.values(**values).on_conflict_do_nothing().returning(key)
    return work.session.execute(made).first() is not None
