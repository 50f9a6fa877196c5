"""Files for tests of the import, made of a few rows, and loaded in this process."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from hooks.viewer import SYSTEM, Viewer
from models.contact import ContactDetail
from models.imports import ImportOptions, ImportRead, ImportRowRead
from services import contacts
from services.imports import runs
from services.work import unit_of_work

HEADER = {
    "country": "Country Code", "first": "First Name", "last": "Last Name", "phone": "Mobile Number", "email": "Email",
    "account": "Account Number", "organization": "Organization", "id": "External ID", "segments": "Segments",
    "city": "City", "tags": "Tags", "emails": "Further Emails", "phones": "Further Phones",
}  # fmt: skip

ANA = {"country": "BR", "first": "Ana", "last": "Lima"}
BOB = {"country": "BR", "first": "Bob", "last": "Reis"}
PHONE = "+5511961234567"
OTHER_PHONE = "+5511961234568"

Row = Mapping[str, str]


def file_of(rows: Iterable[Row], *columns: str) -> bytes:
    """Return a CSV file of these rows, with the columns that they name or those given."""
    rows = list(rows)
    names = columns or tuple(name for name in HEADER if any(name in row for row in rows))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([HEADER[name] for name in names])
    writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return out.getvalue().encode()


def load(*rows: Row, viewer: Viewer = SYSTEM, columns: Iterable[str] = (), **options: Any) -> ImportRead:
    """Load rows and return the import at its end."""
    return load_file(file_of(rows, *columns), viewer=viewer, **options)


def load_file(content: bytes, *, viewer: Viewer = SYSTEM, **options: Any) -> ImportRead:
    """Load a file and return the import at its end; its counts close."""
    received = runs.receive(viewer, "contacts.csv", [content], ImportOptions.model_validate(options))
    runs.accept(viewer, received.id)
    runs.carry_out(received.id)
    assert not leading_nowhere()
    return closed(runs.get(viewer, received.id))


def reviewed(*rows: Row, viewer: Viewer = SYSTEM, columns: Iterable[str] = (), **options: Any) -> ImportRead:
    """Have rows reviewed and return the import, which waits to be accepted."""
    received = runs.receive(
        viewer, "contacts.csv", [file_of(rows, *columns)], ImportOptions.model_validate(options)
    )
    runs.review(viewer, received.id)
    runs.carry_out_review(received.id)
    return closed(runs.get(viewer, received.id))


def closed(read: ImportRead) -> ImportRead:
    """Return the import, after a look whether rows = created + updated + unchanged + skipped + rejected."""
    assert read.rows == read.created + read.updated + read.unchanged + read.skipped + read.rejected
    return read


def outcomes(read: ImportRead, viewer: Viewer = SYSTEM) -> list[str]:
    """Return what became of each row: its outcome, or its code where it was rejected."""
    found = runs.rows(viewer, read.id, limit=500).items
    return [row.code if row.outcome == "rejected" and row.code else row.outcome for row in found]


def only_row(read: ImportRead, viewer: Viewer = SYSTEM) -> ImportRowRead:
    """Return what became of the only row."""
    (row,) = runs.rows(viewer, read.id).items
    return row


def contact(contact_id: int | None) -> ContactDetail:
    """Return a contact as the system sees it."""
    assert contact_id is not None
    return contacts.detail(SYSTEM, contact_id)


def emails_of(contact_id: int | None) -> list[str]:
    """Return a contact's e-mail addresses in order."""
    return [point.value for point in contact(contact_id).points if point.kind == "email"]


def phones_of(contact_id: int | None) -> list[str]:
    """Return a contact's phones in order."""
    return [point.value for point in contact(contact_id).points if point.kind == "phone"]


def count(table: str, condition: str = "true") -> int:
    """Return how many rows a table has."""
    with unit_of_work(SYSTEM) as work:
        return int(
            work.session.execute(text(f'SELECT count(*) FROM "{table}" WHERE {condition}')).scalar_one()
        )


def leading_nowhere() -> list[Any]:
    """Return the references that lead to nothing: to an import on SQLite they count as good, nothing else sees them."""
    with unit_of_work(SYSTEM) as work:
        return list(work.session.execute(text("PRAGMA foreign_key_check")).all()) if work.on_sqlite else []


def everything() -> dict[str, list[Any]]:
    """Return all rows about contacts, to compare two databases.

    Ids stand as ranks and names: PostgreSQL gives no id twice, so a transaction that was rolled back leaves a gap.
    """
    contact = "(SELECT count(*) FROM contact older WHERE older.id <= {of})"
    segment = "(SELECT s.name_key FROM segment s WHERE s.id = segment_id)"
    ranked = {
        "contact": f"{contact.format(of='contact.id')}, version, first_name, last_name, name_key, email, email_shared,"
        " language, time_zone, importance, revenue,"
        ' (SELECT u.email FROM "user" u WHERE u.id = contact.responsible_id),'
        " phone, organization_key, city_key, country, account_number, external_id, source,"
        " (SELECT count(*) FROM wall_set_segment w WHERE w.wall_set_id = contact.wall_set_id)",
        "contact_point": f"{contact.format(of='contact_id')}, kind, position, key, shared",
        "segment_member": f"{segment}, {contact.format(of='contact_id')}, mode",
        "contact_tag": f"(SELECT t.name_key FROM tag t WHERE t.id = tag_id), {contact.format(of='contact_id')}",
        "segment_past": f"{segment}, {contact.format(of='contact_id')}",
        "change": f"{contact.format(of='contact_id')}, kind, data",
        "segment": "name, name_key, restricted, active",
        "import_row": f"row_no, outcome, code, {contact.format(of='contact_id')}, contact_version, detail",
    }
    assert not leading_nowhere()
    with unit_of_work(SYSTEM) as work:
        key = "rowid" if work.on_sqlite else "contact_id"
        ranked["contact_search"] = f"{contact.format(of='contact_search.' + key)}, text, phones, places"
        return {
            table: sorted(
                repr(tuple(row)) for row in work.session.execute(text(f"SELECT {columns} FROM {table}"))
            )
            for table, columns in ranked.items()
        }
