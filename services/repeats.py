"""A write that comes twice under one Idempotency-Key is done once, and answered as one request would be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.doors import Repeat
from services.errors import Conflict, Refused
from services.once import insert_unless_there
from services.work import unit_of_work

KEPT = timedelta(days=1)
# Longer than any request takes: the answer of one that has none by then was lost with its process.
UNDER_WAY = timedelta(minutes=5)
LONGEST_KEY = 200


@dataclass(frozen=True)
class Answer:
    """What is kept of an answer: the body only where it shows nothing that sight could be lost of."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(viewer: Viewer, caller: str, key: str, request: bytes) -> Answer | None:
    """Take the key for this request, or return what is kept of the answer that the same request had before.

    A key belongs to its `caller`, the token or the session by which the person came: another one of the same
    person may be allowed less. `request` is whatever makes the request the same: method, path, body. Raises
    Refused `key_reused` when the key came with another request, Conflict `in_progress` while the first is not
    answered yet, and `outcome_unknown` once it never will be: whether it was carried out cannot be told from here,
    so it is not tried again.
    """
    assert viewer.user_id is not None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Refused(
            "bad_key",
            _("An Idempotency-Key has 1 to {n} characters that can be printed.").format(n=LONGEST_KEY),
        )
    digest = hashlib.sha256(request).hexdigest()
    with unit_of_work(viewer, write=True) as work:
        mine = _of(viewer, caller, key)
        work.session.execute(delete(Repeat).where(*mine, col(Repeat.at) < work.now - KEPT))
        values = {
            "user_id": viewer.user_id,
            "key": _kept_key(caller, key),
            "request_hash": digest,
            "at": work.now,
        }
        if insert_unless_there(work, Repeat, values):
            return None
        kept = work.session.scalars(select(Repeat).where(*mine)).one()
        if kept.request_hash != digest:
            raise Refused("key_reused", _("This Idempotency-Key was used for another request."))
        if kept.status is None and kept.at < work.now - UNDER_WAY:
            raise Conflict(
                "outcome_unknown",
                _(
                    "The first request with this Idempotency-Key ended without an answer, and may have been carried "
                    "out. Look whether it was; if not, send it again with a new key."
                ),
            )
        if kept.status is None:
            raise Conflict(
                "in_progress", _("The first request with this Idempotency-Key is not answered yet.")
            )
        return Answer(kept.status, kept.headers or {}, kept.body or b"")


def settle(viewer: Viewer, caller: str, key: str, answer: Answer) -> None:
    """Keep the answer for whoever asks again within a day."""
    with unit_of_work(viewer, write=True) as work:
        work.session.execute(
            update(Repeat)
            .where(*_of(viewer, caller, key))
            .values(status=answer.status, headers=dict(answer.headers), body=answer.body)
        )


def release(viewer: Viewer, caller: str, key: str) -> None:
    """Give the key back: the request wrote nothing, so it may be tried again."""
    with unit_of_work(viewer, write=True) as work:
        work.session.execute(delete(Repeat).where(*_of(viewer, caller, key), col(Repeat.status).is_(None)))


def _of(viewer: Viewer, caller: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return col(Repeat.user_id) == viewer.user_id, col(Repeat.key) == _kept_key(caller, key)


def _kept_key(caller: str, key: str) -> str:
    return f"{caller} {key}"
