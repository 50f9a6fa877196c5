"""Many contacts at once: the picked ones or all that match. Small deeds are done at once, large ones by a worker.

Each is one act in one transaction, whoever does it: all of it happens, or nothing.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlmodel import col

from hooks.i18n import _, ngettext, number, use_locale
from hooks.viewer import SYSTEM, Via, Viewer
from models.act import Act
from models.bulk import AddToSegment, Anything, Bulk, BulkRead, RemoveFromSegment, Undo
from services import asides, deeds, permissions, pulse
from services.denials import noting_unit
from services.errors import Conflict, Forbidden, NotFound, Refused, Told
from services.listing.keeping import filter_of, query_from, rest_of
from services.listing.query import Query
from services.notifications import notify
from services.overtaken import anew_when_overtaken
from services.people import viewer_of
from services.picked import Picked
from services.work import Work, unit_of_work

AT_ONCE = 5_000
_SECONDS_BETWEEN = 0.25
_READ: TypeAdapter[Anything] = TypeAdapter(Anything)

Step = Callable[[Work, int, int], None]


@dataclass(frozen=True)
class Done:
    """What came of it: `done` contacts were changed, `skipped` were not; `act_id` can be undone."""

    done: int
    skipped: int
    act_id: int | None = field(default=None, compare=False)


class _TooMany(Exception):
    """So many contacts that nobody should wait for them."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.total = total


class _Stopped(Exception):
    """The owner has asked to stop, before anything was committed."""


# --- at once


def do(
    viewer: Viewer,
    command: Anything,
    query: Query | None = None,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> BulkRead:
    """Do something with every contact that matches, and that the viewer sees; a large deed is left to a worker.

    Raises what the deed does (services/deeds.py), Refused `no_condition` for a query without one unless
    `all_contacts` was chosen in words. Where `expected` says how many contacts were agreed to, Conflict
    `count_changed` with the present `count` if it is another one.
    """
    query = query or Query(only=())
    try:
        return _carry_out(viewer, command, query, all_contacts, expected, most=AT_ONCE)
    except _TooMany as many:
        return _accept(viewer, command, query, all_contacts, many.total)


def add_to_segment(
    viewer: Viewer,
    segment_id: int,
    query: Query,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> Done:
    """Put every contact that matches, and that the viewer sees, into a segment, however many these are.

    Raises as `do`, NotFound for a segment that the viewer cannot see, and what services/membership.py holds
    against it.
    """
    command = AddToSegment(segment_id=segment_id)
    return _done(_carry_out(viewer, command, query, all_contacts, expected))


def remove_from_segment(
    viewer: Viewer,
    segment_id: int,
    query: Query,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> Done:
    """Take every contact that matches, and that the viewer sees, out of a segment; the memberships become past ones.

    Raises as `add_to_segment`.
    """
    command = RemoveFromSegment(segment_id=segment_id)
    return _done(_carry_out(viewer, command, query, all_contacts, expected))


def here(
    viewer: Viewer,
    command: Anything,
    query: Query,
    *,
    all_contacts: bool = False,
    expected: int | None = None,
) -> Done:
    """Do what `do` does in this process, however many contacts these are."""
    return _done(_carry_out(viewer, command, query, all_contacts, expected))


def _done(read: BulkRead) -> Done:
    return Done(read.done, read.skipped, read.act_id)


@anew_when_overtaken
def _carry_out(
    viewer: Viewer,
    command: Anything,
    query: Query,
    all_contacts: bool,
    expected: int | None,
    most: int | None = None,
) -> BulkRead:
    with _unit(viewer, command) as work:
        return _work_off(work, command, query, all_contacts, expected, most=most)


def _unit(viewer: Viewer, command: Anything) -> AbstractContextManager[Work]:
    # A new segment's name may be one that something hidden holds.
    makes = isinstance(command, AddToSegment) and command.segment_id is None
    return noting_unit(viewer, "segments.create") if makes else unit_of_work(viewer, write=True)


def _work_off(
    work: Work,
    command: Anything,
    query: Query,
    all_contacts: bool,
    expected: int | None,
    *,
    most: int | None = None,
    step: Step | None = None,
) -> BulkRead:
    deed = deeds.ready(work, command)
    if deed.wants_contacts:
        _require_asking(work, query, all_contacts)
    picked = Picked(work, deed.which(query))
    if expected is not None and picked.total != expected:
        raise _changed(picked.total, expected)
    if most is not None and picked.total > most:
        raise _TooMany(picked.total)
    deed.begin(picked.total)
    done = seen = 0
    for some, count in picked.slices():
        done += deed.do(some, count)
        seen += count
        if step is not None:
            step(work, seen, picked.total)
    deed.end()
    picked.drop()
    why = {reason: n for reason, n in deed.why.items() if n}
    counts = {"done": done, "skipped": picked.total - done, "why": why}
    act = work.session.get(Act, deed.act_id)
    assert act is not None
    act.detail = act.detail | counts | deed.told()
    work.session.add(act)
    return BulkRead(
        deed=command.deed, state="done", contacts=picked.total, act_id=deed.act_id, done=done,
        skipped=picked.total - done, why=why,
    )  # fmt: skip


def _require_asking(work: Work, query: Query, all_contacts: bool) -> None:
    if query.only is None or query.filter is not None or query.search is not None:
        # How many match a question says something of contacts; ids, and what comes of them, the caller knows.
        permissions.require(work.viewer, permissions.CONTACTS_VIEW)
    if query.asks_nothing and not all_contacts:
        raise Refused("no_condition", _("Choose contacts first, or say that all contacts are meant."))


def _changed(total: int, expected: int) -> Conflict:
    return Conflict(
        "count_changed",
        ngettext(
            "It is {n} contact by now, no longer {expected}.",
            "It is {n} contacts by now, no longer {expected}.",
            total,
        ).format(n=number(total), expected=number(expected)),
        count=total,
    )


# --- in the background


def _accept(viewer: Viewer, command: Anything, query: Query, all_contacts: bool, total: int) -> BulkRead:
    may = None if viewer.is_system else sorted(viewer.permissions)
    kept = {"locale": viewer.locale, "may": may, "all_contacts": all_contacts}
    with unit_of_work(viewer, write=True) as work:
        bulk = Bulk(
            owner_id=viewer.user_id,
            via=viewer.via,
            command=command.model_dump(),
            filter=filter_of(query),
            options=rest_of(query) | kept,
            agreed=total,
            created_at=work.now,
        )
        work.session.add(bulk)
        work.session.flush()
        read = _read(bulk)
    from services import jobs

    assert read.id is not None
    jobs.submit("bulk", read.id)
    return read


def get(viewer: Viewer, bulk_id: int) -> BulkRead:
    """Return one of the viewer's own large deeds. Raises NotFound."""
    with unit_of_work(viewer) as work:
        return _read(_own(work, bulk_id))


def recent(viewer: Viewer, limit: int = 20) -> list[BulkRead]:
    """Return the viewer's own large deeds, the newest first."""
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Bulk)
            .where(col(Bulk.owner_id) == viewer.user_id)
            .order_by(col(Bulk.id).desc())
            .limit(limit)
        )
        return [_read(bulk) for bulk in found]


def cancel(viewer: Viewer, bulk_id: int) -> BulkRead:
    """Stop one of the viewer's own large deeds before anything of it is written. Raises NotFound.

    One that has ended stays as it is.
    """
    read = get(viewer, bulk_id)
    if read.state == "accepted":
        with unit_of_work(viewer, write=True) as work:
            waiting = (col(Bulk.id) == bulk_id, col(Bulk.state) == "accepted")
            work.session.execute(update(Bulk).where(*waiting).values(state="cancelled", ended_at=work.now))
        # A worker may have begun in between.
        read = get(viewer, bulk_id)
    if read.state == "running":
        asides.ask_to_stop(_job(bulk_id))
    return get(viewer, bulk_id)


def again(viewer: Viewer, bulk_id: int) -> BulkRead:
    """Want one of the viewer's own large deeds once more, with as many contacts as it is by now. Raises NotFound."""
    with unit_of_work(viewer) as work:
        bulk = _own(work, bulk_id)
        command, query = _READ.validate_python(bulk.command), query_from(bulk.filter, bulk.options)
        all_contacts, counts = bulk.options["all_contacts"], bulk.counts or {}
    return do(viewer, command, query, all_contacts=all_contacts, expected=counts.get("count"))


def carry_out(bulk_id: int) -> None:
    """Do a large deed with the rights that its owner has now; told by a notice, whatever the end."""
    task = _begin(bulk_id)
    if task is None:
        return
    owner_id, via, options = task
    with use_locale(options["locale"]):
        try:
            _carry_out_large(bulk_id, _owner(owner_id, via, options))
        except _Stopped:
            _end(bulk_id, "cancelled")
        except Told as error:
            _end(bulk_id, "failed", error.message, {"code": error.code, "count": error.data.get("count")})
    asides.forget(_job(bulk_id))


def give_up(bulk_id: int, _message: str) -> None:
    """Forget what was told of a large deed that keeps failing; its end is that of any job."""
    asides.forget(_job(bulk_id))


def _begin(bulk_id: int) -> tuple[int | None, str, dict[str, Any]] | None:
    with unit_of_work(SYSTEM, write=True) as work:
        pulse.confirm(work)
        bulk = _locked(work, bulk_id)
        if bulk is None:
            return None
        bulk.state, bulk.started_at = "running", bulk.started_at or work.now
        work.session.add(bulk)
        return bulk.owner_id, bulk.via, bulk.options


def _owner(owner_id: int | None, via: str, options: dict[str, Any]) -> Viewer:
    """Return the owner as of now: what may no longer be done is not done. Raises Forbidden."""
    if owner_id is None:
        return replace(SYSTEM, via=cast(Via, via), locale=options["locale"])
    try:
        viewer = viewer_of(owner_id, cast(Via, via), options["locale"])
    except NotFound:
        raise Forbidden(
            "forbidden", _("The account of the person who started this is no longer active.")
        ) from None
    return replace(viewer, permissions=viewer.permissions & frozenset(options["may"]))


@anew_when_overtaken
def _carry_out_large(bulk_id: int, viewer: Viewer) -> None:
    with unit_of_work(SYSTEM) as work:
        bulk = work.session.get(Bulk, bulk_id)
        assert bulk is not None
        command, query = _READ.validate_python(bulk.command), query_from(bulk.filter, bulk.options)
        all_contacts, agreed = bulk.options["all_contacts"], bulk.agreed
    meter = _Meter(bulk_id)
    with _unit(viewer, command) as work:
        meter(work, 0, agreed)
        # What is taken back is whatever is left of it; nobody agreed to a number of contacts.
        expected = None if isinstance(command, Undo) else agreed
        read = _work_off(work, command, query, all_contacts, expected, step=meter)
        bulk = _locked(work, bulk_id)
        if bulk is None:
            raise _Stopped
        bulk.counts = {"done": read.done, "skipped": read.skipped, "why": read.why, "contacts": read.contacts}
        bulk.act_id, bulk.state, bulk.ended_at = read.act_id, "done", work.now
        work.session.add(bulk)
        _notify(work, bulk)


class _Meter:
    """Tells how far a deed is, some times a second at most, and listens whether to stop."""

    def __init__(self, bulk_id: int) -> None:
        self._job = _job(bulk_id)
        self._began = time.monotonic()
        self._told = 0.0

    def __call__(self, work: Work, seen: int, total: int) -> None:
        """Tell. Raises _Stopped when the owner asked for it, Interrupted when this process is to end."""
        pulse.confirm(work)
        if asides.is_to_stop(self._job):
            raise _Stopped
        if time.monotonic() - self._told < _SECONDS_BETWEEN:
            return
        self._told = time.monotonic()
        rate = seen / max(self._told - self._began, 0.001)
        left = round((total - seen) / rate, 1) if rate else None
        asides.tell(self._job, {"done": seen, "of": total, "rate": round(rate), "seconds_left": left})


def _end(bulk_id: int, state: str, message: str | None = None, counts: dict[str, Any] | None = None) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        pulse.confirm(work)
        bulk = _locked(work, bulk_id)
        if bulk is None:
            return
        bulk.state, bulk.message, bulk.counts, bulk.ended_at = state, message, counts, work.now
        work.session.add(bulk)
        _notify(work, bulk)


def _notify(work: Work, bulk: Bulk) -> None:
    counts: dict[str, Any] = bulk.counts or {}
    told: dict[str, Any] = {name: counts[name] for name in ("done", "skipped") if name in counts}
    data = {"bulk_id": bulk.id, "act_id": bulk.act_id, "deed": bulk.command["deed"], **told}
    notify(work, bulk.owner_id, f"bulk_{bulk.state}", data)


def _locked(work: Work, bulk_id: int) -> Bulk | None:
    """Return a deed that has not ended, held to the end of the unit."""
    wanted = select(Bulk).where(col(Bulk.id) == bulk_id, col(Bulk.state).in_(("accepted", "running")))
    return work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())


def _own(work: Work, bulk_id: int) -> Bulk:
    bulk = work.session.get(Bulk, bulk_id)
    if bulk is None or bulk.owner_id != work.viewer.user_id:
        raise NotFound("not_found", _("There is no such action."))
    return bulk


def _read(bulk: Bulk) -> BulkRead:
    counts: dict[str, Any] = bulk.counts or {}
    return BulkRead(
        id=bulk.id,
        deed=bulk.command["deed"],
        state=bulk.state,
        contacts=counts.get("contacts", bulk.agreed),
        done=counts.get("done", 0),
        skipped=counts.get("skipped", 0),
        why=counts.get("why", {}),
        message=bulk.message,
        code=counts.get("code"),
        act_id=bulk.act_id,
        progress=asides.told(_job(bulk.id)) if bulk.id and bulk.state == "running" else {},
        command=bulk.command,
    )


def _job(bulk_id: int) -> str:
    return f"bulk:{bulk_id}"
