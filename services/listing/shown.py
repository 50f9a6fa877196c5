"""What a page shows for what is kept as a code or an id: a list on it is in the order of what its reader sees.

Only of fields with few values, each of which an index has in a row. The REST API and the command line show what is
kept, and are sorted by that.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import case, collate, exists, null, select
from sqlmodel import col

from hooks.i18n import country_name
from models.contact import Contact
from models.fold import fold
from models.people import User
from services.filters.sources import distinct
from services.terms import source_name
from services.work import Work

Shown = Mapping[Any, str]

_NAMES: Mapping[str, tuple[Any, Callable[[str], str]]] = MappingProxyType(
    {"country": (col(Contact.country), country_name), "source": (col(Contact.source), source_name)}
)


def shown(work: Work, field: str) -> Shown | None:
    """Return what a page shows, folded, for each value that contacts have; null where it shows what is kept."""
    if work.viewer.via != "page":
        return None
    if field == "responsible":
        return _people(work)
    if field not in _NAMES:
        return None
    column, name_of = _NAMES[field]
    values = distinct(work, column)
    return None if values is None else {value: fold(name_of(value)) for value in values}


def _people(work: Work) -> Shown:
    has_some = exists().where(col(Contact.deleted_at).is_(None), col(Contact.responsible_id) == col(User.id))
    people = select(col(User.id), col(User.name), col(User.email_key)).where(has_some)
    # Two people of one name are two stretches of the list.
    return {id_: f"{fold(name)} {email}" for id_, name, email in work.session.execute(people)}


def text_of(work: Work, column: Any, names: Shown) -> Any:
    """Return what is shown as an expression on the column that is kept."""
    text: Any = case(dict(names), value=column) if names else null()
    return text if work.on_sqlite or not names else collate(text, "C")
