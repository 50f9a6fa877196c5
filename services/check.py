"""`carteira check`: do settings, schema, plugins, walls and counts agree with each other?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, func, select, text
from sqlmodel import col

from hooks.i18n import N_, _, ngettext, number
from hooks.manager import migration_homes
from hooks.viewer import Viewer
from models.base import is_lasting, metadata
from models.contact import Contact
from models.imports import OUTCOMES, Import
from models.search import contact_search
from models.segment import Segment, SegmentMember, WallSet, WallSetSegment
from services import permissions, plugins
from services.migrate import is_migrated
from services.settings import settings
from services.work import Work, unit_of_work

NAMED = 10


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at; `problems` are sentences, none where all is well."""

    name: str
    title: str
    problems: list[str] = field(default_factory=list)


def check(viewer: Viewer) -> Sequence[Checked]:
    """Look at everything and return what was found. Raises Refused for settings that cannot be read."""
    permissions.require(viewer, permissions.PLUGINS_MANAGE)
    settings()
    looks: list[tuple[str, str, Callable[[Viewer], list[str]]]] = [
        ("settings", N_("Settings"), lambda _viewer: []),
        ("schema", N_("Schema"), _schema),
        ("plugins", N_("Plugins"), _plugins),
        ("walls", N_("Walls"), _walls),
        ("counts", N_("Counts"), _counts),
    ]
    return [Checked(name, _(title), look(viewer)) for name, title, look in looks]


def _schema(viewer: Viewer) -> list[str]:
    problems = [] if is_migrated(migration_homes()) else [_("The database is not at this version.")]
    with unit_of_work(viewer) as work:
        broken = _leading_nowhere(work)
    if broken:
        told = ngettext("{n} reference leads to nothing.", "{n} references lead to nothing.", broken)
        problems.append(told.format(n=number(broken)))
    return problems


def _leading_nowhere(work: Work) -> int:
    """Count references to nothing: where SQLite has been told not to look, and PostgreSQL never does."""
    if work.on_sqlite:
        return len(work.session.execute(text("PRAGMA foreign_key_check")).all())
    return sum(
        work.session.scalar(
            select(func.count()).where(key.parent.is_not(None), ~exists().where(key.column == key.parent))
        )
        or 0
        for table in metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if is_lasting(constraint)
        for key in constraint.elements
    )


def _plugins(viewer: Viewer) -> list[str]:
    failed = [
        _("{plugin} failed: {error}").format(plugin=one.name, error=one.error)
        for one in plugins.states(viewer)
        if one.status == "failed"
    ]
    gone = _("{plugin} is not here, but its tables are; they stay as they are.")
    return failed + [gone.format(plugin=name) for name in plugins.orphans()]


# --- walls


def _walls(viewer: Viewer) -> list[str]:
    """Compare the wall set of each contact with its memberships, and the sets with their keys."""
    with unit_of_work(viewer) as work:
        wrong = sorted(_behind_too_few(work) | _behind_too_many(work))
        sets = _wrong_sets(work)
    problems = []
    if wrong:
        told = ngettext(
            "{n} contact is behind other walls than its segments say: {ids}",
            "{n} contacts are behind other walls than their segments say: {ids}",
            len(wrong),
        )
        problems.append(told.format(n=number(len(wrong)), ids=_some(wrong)))
    if sets:
        problems.append(_("Wall sets whose key is not that of their walls: {ids}").format(ids=_some(sets)))
    return problems


def _in_a_wall() -> ColumnElement[bool]:
    return and_(
        col(Segment.id) == col(SegmentMember.segment_id),
        col(Segment.restricted),
        col(Segment.deleted_at).is_(None),
        col(SegmentMember.mode) != "excluded",
    )


def _behind_too_few(work: Work) -> set[int]:
    known = exists().where(
        col(WallSetSegment.wall_set_id) == col(Contact.wall_set_id),
        col(WallSetSegment.segment_id) == col(SegmentMember.segment_id),
    )
    query = (
        select(col(SegmentMember.contact_id))
        .join(Segment, _in_a_wall())
        .join(Contact, col(Contact.id) == col(SegmentMember.contact_id))
        .where(~known)
    )
    return set(work.session.scalars(query))


def _behind_too_many(work: Work) -> set[int]:
    member = (
        select(col(SegmentMember.contact_id))
        .join(Segment, _in_a_wall())
        .where(
            col(SegmentMember.contact_id) == col(Contact.id),
            col(SegmentMember.segment_id) == col(WallSetSegment.segment_id),
        )
        .correlate(Contact, WallSetSegment)
        .exists()
    )
    query = (
        select(col(Contact.id))
        .join(WallSetSegment, col(WallSetSegment.wall_set_id) == col(Contact.wall_set_id))
        .where(~member)
    )
    return {contact_id for contact_id in work.session.scalars(query) if contact_id is not None}


def _wrong_sets(work: Work) -> list[int]:
    rows = work.session.execute(
        select(col(WallSetSegment.wall_set_id), col(WallSetSegment.segment_id)).order_by(
            col(WallSetSegment.wall_set_id), col(WallSetSegment.segment_id)
        )
    )
    held = {
        of: ",".join(str(row[1]) for row in segments)
        for of, segments in groupby(rows, key=lambda row: row[0])
    }
    keys = work.session.execute(select(col(WallSet.id), col(WallSet.key)))
    return [wall_set_id for wall_set_id, key in keys if held.get(wall_set_id, "") != key]


# --- counts


def _counts(viewer: Viewer) -> list[str]:
    """Compare the search text with the contacts, and each ended import's rows with their outcomes."""
    with unit_of_work(viewer) as work:
        return [*_search(work), *_imports(work)]


def _search(work: Work) -> list[str]:
    key = text("rowid") if work.on_sqlite else contact_search.c.contact_id
    found = {row[0] for row in work.session.execute(select(key).select_from(contact_search))}
    live = select(col(Contact.id)).where(col(Contact.deleted_at).is_(None))
    missing = sorted({one for one in work.session.scalars(live) if one is not None} - found)
    if not missing:
        return []
    told = ngettext(
        "{n} contact cannot be found by the search: {ids}",
        "{n} contacts cannot be found by the search: {ids}",
        len(missing),
    )
    return [told.format(n=number(len(missing)), ids=_some(missing))]


def _imports(work: Work) -> list[str]:
    ended = select(Import).where(col(Import.state).in_(("done", "done_with_rejects", "cancelled")))
    wrong = [
        one.id
        for one in work.session.scalars(ended)
        if one.counts and one.counts.get("rows") != sum(one.counts.get(name, 0) for name in OUTCOMES)
    ]
    return [_("Imports whose counts do not close: {ids}").format(ids=_some(wrong))] if wrong else []


def _some(ids: Sequence[int | None]) -> str:
    shown = ", ".join(str(one) for one in ids[:NAMED])
    return shown + (" …" if len(ids) > NAMED else "")
