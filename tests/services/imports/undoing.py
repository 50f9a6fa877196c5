"""Imports that are taken back in this process, and what is compared before and afterwards."""

from typing import Any

from sqlalchemy import text

from hooks.viewer import SYSTEM, Viewer
from models.import_undo import ImportUndoConflict, ImportUndoRead
from services import check
from services.imports.undo import job, runs
from services.work import unit_of_work


def undone(import_id: int, viewer: Viewer = SYSTEM) -> ImportUndoRead:
    """Take an import back and return its undo at the end."""
    begun = runs.begin(viewer, import_id)
    job.carry_out(begun.id)
    return runs.of_import(viewer, import_id)


def left(import_id: int, viewer: Viewer = SYSTEM) -> list[tuple[int, str | None, str]]:
    """Return what the undo has left: contact, field and code."""
    return [(one.contact_id, one.field, one.code) for one in lines(import_id, viewer)]


def lines(import_id: int, viewer: Viewer = SYSTEM) -> list[ImportUndoConflict]:
    """Return the same with its words."""
    return runs.conflicts(viewer, import_id, limit=500).items


def agree() -> list[str]:
    """Return what `carteira check` finds wrong."""
    return [problem for one in check.check(SYSTEM) for problem in one.problems if one.name != "settings"]


def state() -> dict[str, list[str]]:
    """Return all that can be seen of live contacts, segments and tags; ids are compared, times of change are not."""
    live = "{of} IN (SELECT id FROM contact WHERE deleted_at IS NULL)"
    asked = {
        "contact": "SELECT id, first_name, first_name_key, last_name, last_name_key, name_key, email, email_key,"
        " email_shared, phone, organization, organization_key, country, region, region_key, city, city_key, postcode,"
        " street, street_key, language, time_zone, account_number, external_id, responsible_id, source, importance,"
        " revenue, created_at, created_act_id,"
        " (SELECT key FROM wall_set WHERE wall_set.id = wall_set_id) FROM contact WHERE deleted_at IS NULL",
        "contact_point": "SELECT contact_id, kind, platform, value, key, shared, label, position FROM contact_point"
        f" WHERE {live.format(of='contact_id')}",
        "segment": "SELECT id, name, restricted, active FROM segment WHERE deleted_at IS NULL",
        "tag": "SELECT id, name, colour FROM tag WHERE deleted_at IS NULL",
        "opt_out": "SELECT * FROM opt_out",
    }
    for table in ("segment_member", "contact_tag"):
        asked[table] = f"SELECT * FROM {table} WHERE {live.format(of='contact_id')}"
    with unit_of_work(SYSTEM) as work:
        key = "rowid" if work.on_sqlite else "contact_id"
        asked["contact_search"] = f"SELECT {key}, text, phones, places FROM contact_search"
        asked["contact_search"] += f" WHERE {live.format(of='contact_search.' + key)}"
        return {
            table: sorted(_rows(work.session.execute(text(question)))) for table, question in asked.items()
        }


def _rows(found: Any) -> list[str]:
    return [repr(tuple(row)) for row in found]
