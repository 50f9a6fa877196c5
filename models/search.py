"""The search text of contacts: one table on PostgreSQL, an FTS5 trigram table on SQLite.

It is no SQLModel class because the two engines build it with different statements; both have the columns
contact_id (rowid on SQLite), text, phones and places. `text` holds the folded names, e-mails, organization, account
number and external ID, one a line; `phones` the digits of every phone, one a line; `places` the folded street and
postcode, which filters ask but the quick search does not.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, column, table
from sqlalchemy import text as sql

from models.fold import fold

contact_search = table(
    "contact_search", column("contact_id"), column("text"), column("phones"), column("places")
)

SQLITE_DDL = (
    "CREATE VIRTUAL TABLE contact_search USING fts5("
    "text, phones, places, tokenize='trigram case_sensitive 1', detail=none, columnsize=0)",
)
POSTGRES_DDL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE TABLE contact_search (contact_id BIGINT PRIMARY KEY REFERENCES contact (id),"
    " text TEXT NOT NULL, phones TEXT NOT NULL, places TEXT NOT NULL DEFAULT '')",
    "CREATE INDEX ix_contact_search_text ON contact_search USING gin (text gin_trgm_ops) WITH (fastupdate = on)",
    "CREATE INDEX ix_contact_search_phones ON contact_search USING gin (phones gin_trgm_ops)",
    "CREATE INDEX ix_contact_search_places ON contact_search USING gin (places gin_trgm_ops)",
)


def create(connection: Connection) -> None:
    """Build the table for the engine at hand."""
    for statement in SQLITE_DDL if connection.dialect.name == "sqlite" else POSTGRES_DDL:
        connection.execute(sql(statement))


def search_text(values: Iterable[str | None]) -> str:
    """Return the folded `values`, one a line, without the empty ones."""
    return "\n".join([fold(value) for value in values if value])


def search_phones(phones: Iterable[str | None]) -> str:
    """Return the digits of E.164 `phones`, one a line."""
    return "\n".join([phone.lstrip("+") for phone in phones if phone])


def search_places(street: str | None, postcode: str | None) -> str:
    """Return the folded street and postcode, one a line, without the empty ones."""
    return search_text((street, postcode))
