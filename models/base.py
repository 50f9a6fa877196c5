"""What all tables share: metadata with named constraints, the one type of instants, the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Names are given to every constraint, so that a migration can drop what it did not name itself.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

# SQLite gives out row ids only for its own INTEGER type.
BigId = BigInteger().with_variant(Integer(), "sqlite")

# Compared and sorted byte by byte on both engines, so that a page cut by a key is the same on both.
Key = String().with_variant(String(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: integer microseconds since 1970 on SQLite, `timestamptz` on PostgreSQL.

    Raises ValueError for a value without a time zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return to_microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return from_microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)


def to_microseconds(value: datetime) -> int:
    """Return microseconds since 1970 in UTC."""
    return (value - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the instant that lies `value` microseconds after 1970 in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def now() -> datetime:
    """Return the present instant in UTC; the only clock that services read."""
    return datetime.now(UTC)


def lasting(target: str) -> ForeignKey:
    """Return a reference to what is never deleted, from a row that a deed writes for each of very many contacts.

    SQLite checks it. PostgreSQL would look up and lock each one, three quarters of such a deed's time: there
    `carteira check` looks for what leads nowhere (docs/adr/0019).
    """
    return ForeignKey(target, info={"lasting": True})


def is_lasting(key: ForeignKeyConstraint) -> bool:
    """Say whether a foreign key is one that PostgreSQL does not check."""
    return all(element.info.get("lasting", False) for element in key.elements)


def choice_check(column: str, choices: Sequence[str]) -> str:
    """Return the text of a CHECK that holds `column` to `choices`."""
    return f"{column} IN ({', '.join(repr(choice) for choice in choices)})"
