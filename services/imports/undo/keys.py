"""External IDs that wander within one import: whoever has by now what others are to get back goes back with them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import text

from services.work import Work


class Touched(Protocol):
    """What an import did to a contact."""

    @property
    def delta(self) -> Mapping[str, list[Any]]:
        """Fields, each with its value before and after."""


def holding_back(work: Work, act_id: int, changed: Mapping[int, Touched]) -> set[int]:
    """Return the contacts, beside those of `changed`, that have to let go of an external ID before these get it back.

    The import has changed or made them all, and each may wait for another one in its turn.
    """
    wanted = {one.delta["external_id"][0] for one in changed.values() if "external_id" in one.delta} - {None}
    if not wanted:
        return set()
    return set(work.session.scalars(text(_holders(work)), _given(work, act_id, wanted))) - changed.keys()


def _holders(work: Work) -> str:
    if work.on_sqlite:
        keys, old = "(SELECT value AS key FROM json_each(:keys))", "json_extract(d.data, '$.external_id[0]')"
    else:
        keys = "(SELECT unnest(CAST(:keys AS text[])) AS key)"
        old = "d.data -> 'external_id' ->> 0"
    holder = """
        JOIN contact c ON c.external_id = k.key AND c.deleted_at IS NULL
        JOIN change d ON d.act_id = :act AND d.contact_id = c.id
    """
    return f"""
        WITH RECURSIVE held (contact_id, key) AS (
            SELECT c.id, {old} FROM {keys} AS k {holder} UNION SELECT c.id, {old} FROM held AS k {holder}
        )
        SELECT contact_id FROM held
    """  # noqa: S608 - our own names


def _given(work: Work, act_id: int, keys: Iterable[str]) -> dict[str, Any]:
    listed = sorted(keys)
    return {"act": act_id, "keys": json.dumps(listed) if work.on_sqlite else listed}
