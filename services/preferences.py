"""What a person prefers, kept for that person alone: which columns a list has, in which order and how wide; and which
fields a filter offers first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.people import UserPreference
from services import filters, permissions
from services.errors import Refused
from services.listing import FIELDS
from services.work import Work, unit_of_work

_COLUMNS = "contacts.columns"
_FILTER_FIELDS = "filter.fields"
NARROWEST, WIDEST = 60, 1200


@dataclass(frozen=True)
class ColumnChoice:
    """A column of the list of contacts; without a `width` in pixels it takes its share of what there is."""

    field: str
    width: int | None = None


def columns(viewer: Viewer) -> tuple[ColumnChoice, ...]:
    """Return the columns that the viewer has chosen for the list of contacts; none are the usual ones."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    kept = _kept(viewer, _COLUMNS)
    return tuple(ColumnChoice(field, width) for field, width in kept if field in FIELDS)


def keep_columns(viewer: Viewer, chosen: Sequence[ColumnChoice]) -> None:
    """Keep the viewer's columns of the list of contacts; none are the usual ones from now on.

    Raises Refused for a field that there is not, one that is named twice, and a width out of bounds.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    fields = [one.field for one in chosen]
    if len(set(fields)) < len(fields) or not set(fields) <= set(FIELDS):
        raise Refused("bad_columns", _("A list has each of its columns once, and none but those it knows."))
    if not all(one.width is None or NARROWEST <= one.width <= WIDEST for one in chosen):
        raise Refused(
            "bad_columns",
            _("A column is from {least} to {most} pixels wide.").format(least=NARROWEST, most=WIDEST),
        )
    with unit_of_work(viewer, write=True) as work:
        _keep(work, _COLUMNS, [[one.field, one.width] for one in chosen])


def filter_fields(viewer: Viewer) -> tuple[str, ...]:
    """Return the fields that the viewer wants a filter to offer first; none are the usual ones."""
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    return tuple(field for field in _kept(viewer, _FILTER_FIELDS) if field in filters.FIELDS)


def keep_filter_fields(viewer: Viewer, chosen: Sequence[str]) -> None:
    """Keep which fields a filter offers the viewer first; none are the usual ones from now on.

    Raises Refused for a field that there is not, and for one that is named twice.
    """
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(filters.FIELDS):
        raise Refused(
            "bad_fields", _("A filter offers each of its fields once, and none but those it knows.")
        )
    with unit_of_work(viewer, write=True) as work:
        _keep(work, _FILTER_FIELDS, list(chosen))


def _kept(viewer: Viewer, name: str) -> list[Any]:
    with unit_of_work(viewer) as work:
        found = work.session.scalar(select(col(UserPreference.value)).where(*_mine(viewer, name)))
    return found or []


def _mine(viewer: Viewer, name: str) -> tuple[Any, ...]:
    return (col(UserPreference.user_id) == viewer.user_id, col(UserPreference.name) == name)


def _keep(work: Work, name: str, value: list[Any]) -> None:
    viewer = work.viewer
    if viewer.user_id is None:
        raise Refused("nobody", _("The system has no preferences."))
    if not value:
        work.session.execute(delete(UserPreference).where(*_mine(viewer, name)))
        return
    insert = sqlite.insert(UserPreference) if work.on_sqlite else postgresql.insert(UserPreference)
    kept = insert.values(user_id=viewer.user_id, name=name, value=value)
    work.session.execute(
        kept.on_conflict_do_update(index_elements=["user_id", "name"], set_={"value": kept.excluded.value})
    )
