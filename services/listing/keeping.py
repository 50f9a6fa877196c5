"""A question as it is kept in a row, until a job asks it."""

import json
from collections.abc import Mapping
from typing import Any

from services.listing.query import Query

_PLAIN = ("search", "sort", "segment_id", "import_id")


def filter_of(query: Query) -> dict[str, Any] | None:
    """Return the filter as it is kept. Raises Refused for a wrong one."""
    if query.filter is None:
        return None
    assert query.expression is not None
    if isinstance(query.filter, str):
        found: dict[str, Any] = json.loads(query.filter)
        return found
    assert isinstance(query.filter, Mapping), "a filter that is to be kept comes as JSON"
    return dict(query.filter)


def rest_of(query: Query) -> dict[str, Any]:
    """Return all that is kept of a question beside its filter."""
    only = None if query.only is None else list(query.only)
    plain = {name: getattr(query, name) for name in _PLAIN}
    return plain | {"only": only, "excluded": list(query.excluded)}


def query_from(filter_: dict[str, Any] | None, rest: Mapping[str, Any]) -> Query:
    """Return a question from what was kept of it."""
    plain = {name: rest[name] for name in _PLAIN}
    return Query(filter=filter_, only=rest["only"], excluded=rest["excluded"], **plain)
