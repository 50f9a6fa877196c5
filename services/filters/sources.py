"""Where to find the contacts for which a condition holds without looking at all: by an index, if one serves.

A source names every contact for which its condition can hold, and maybe others: whoever gathers from it asks the
condition once more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Select, exists, false, func, literal_column, or_, select, union_all
from sqlalchemy import text as sql
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import CompoundSelect
from sqlmodel import col

from models.contact import Contact, ContactPoint, OptOut
from models.fold import fold
from models.search import contact_search
from models.segment import SegmentMember
from models.tag import ContactTag
from services.filters.conditions import (
    Holds,
    instant_bounds,
    lowered,
    part_of,
    whole_bounds,
    within,
    words_of,
)
from services.filters.expression import Condition, Group, Node
from services.filters.fields import FilterField
from services.filters.spans import Along, Span, gaps, points, prefix
from services.work import Work

# An operator and the one that holds exactly where it does not.
_TURNED = {
    "eq": "ne", "in": "not_in", "contains": "not_contains", "is_not_empty": "is_empty", "in_last": "not_in_last",
    "has_any": "has_none",
}  # fmt: skip
_TURNED |= {after: before for before, after in _TURNED.items()}

_MOST_DISTINCT = 3_000
_MOST_SPANS = 20
_LOOKED_AT = 20_000
_MOST_TRIGRAMS = 12
# A text that more of the base has is found sooner by walking than by its trigrams.
_COMMON = 0.01
_SAMPLED_ROWS = 4_000
# In a smaller base nothing takes long enough to be asked for beforehand.
_LEAST_SAMPLED_OF = 20_000


@dataclass(frozen=True)
class Source:
    """Selects of contact ids; together they name all that can match. An id may come up twice.

    `along` tells what is left of one column, where the condition asks nothing else, and `implied` what that leaves of
    another one; a `slow` source reads a whole index, and is worth it only where there is no other. `about` is how many
    there are as a sample tells, where to count them takes long. `in_order` says that an index has the ids of each way
    one after the other, so that the next one is found at once.
    """

    ways: tuple[Select[Any], ...]
    along: Along | None = None
    slow: bool = False
    implied: Along | None = None
    about: int | None = None
    in_order: bool = False

    def between(self, low: int, high: int) -> Select[Any]:
        """Return a select that says whether it has any id from `low` to `high`."""
        some = (way.where(way.selected_columns[0].between(low, high)) for way in self.ways)
        return select(or_(*(exists(way) for way in some)))

    @property
    def ids(self) -> Select[Any] | CompoundSelect[Any]:
        """All ways as one select."""
        return self.ways[0] if len(self.ways) == 1 else union_all(*self.ways)


def source(work: Work, node: Node, zone: ZoneInfo, *, turned: bool = False) -> Source | None:
    """Return where the contacts are for which `node` holds (`turned`: does not hold), null where no index tells."""
    if isinstance(node, Condition):
        op = _TURNED.get(node.op) if turned else node.op
        return _Finder(work, zone).source(node, op) if op else None
    if node.kind == "none":
        return source(work, Group("any", node.parts), zone, turned=not turned)
    found = [source(work, part, zone, turned=turned) for part in node.parts]
    if (node.kind == "any") is turned:
        # All must hold, so any one of them names enough.
        return next((one for one in found if one), None)
    complete = [one for one in found if one]
    if not complete or len(complete) < len(found):
        return None
    ways = tuple(way for one in complete for way in one.ways)
    alone = complete[0] if len(found) == 1 else Source(())
    return Source(
        ways,
        alone.along,
        any(one.slow for one in complete),
        alone.implied,
        alone.about,
        in_order=all(one.in_order for one in complete),
    )


def live(*conditions: Holds) -> Select[Any]:
    """Return a select of the ids of live contacts."""
    return select(col(Contact.id)).where(col(Contact.deleted_at).is_(None), *conditions)


def along_source(along: Along) -> Source:
    """Return the source of what is left of a column."""
    ways = [live(span.holds(along.column)) for span in along.spans]
    ways += [live(along.column.is_(None))] if along.empty else []
    in_order = all(span.is_point for span in along.spans)
    return Source(tuple(ways) or (live(false()),), along, in_order=in_order)


def distinct(work: Work, column: Any, *more: Holds) -> list[Any] | None:
    """Return a column's distinct values, which its index gives one step each; null where there are very many.

    Of live contacts, unless `more` says of which rows.
    """
    held = more or (col(Contact.deleted_at).is_(None),)
    lowest = select(func.min(column)).where(*held)
    steps = select(lowest.scalar_subquery().label("value")).cte("steps", recursive=True)
    following = lowest.where(column > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    values = work.session.scalars(select(steps.c.value).limit(_MOST_DISTINCT + 1)).all()
    return None if len(values) > _MOST_DISTINCT else [one for one in values if one is not None]


class _Finder:
    def __init__(self, work: Work, zone: ZoneInfo) -> None:
        self.work = work
        self.zone = zone
        self.on_sqlite = work.on_sqlite

    def source(self, node: Condition, op: str) -> Source | None:
        kind = node.field.kind
        if kind in ("text", "code"):
            return self.words(node.field, op, node.value)
        if kind == "number":
            return self.number(node.field.column, op, node.value)
        if kind == "instant":
            return self.instant(node.field.column, op, node.value)
        if kind == "person":
            return self.exact(node.field.column, op, node.ids or (), Span(0))
        if kind == "channels":
            return self.channels(node, op)
        return self.members(node, op)

    # --- texts and codes

    def words(self, field: FilterField, op: str, value: Any) -> Source | None:
        if field.column is None:
            return self.messengers(field, op, value)
        if op in ("eq", "ne"):
            op, value = {"eq": "in", "ne": "not_in"}[op], (value,)
        if op in ("in", "not_in", "is_empty", "is_not_empty"):
            wanted = [words_of(field, one) for one in value or ()]
            if not field.indexed:
                return self.trigrams(field, op, wanted) if op == "in" else None
            found = self.exact(field.column, op, wanted, Span(""))
            # Whoever has a further address has a first one too: only what equals asks the further ones.
            return self.also_points(found, field, op, wanted) if field.points and found else found
        return self.part(field, op, words_of(field, value))

    def also_points(self, found: Source, field: FilterField, op: str, wanted: list[str]) -> Source:
        if op in ("is_empty", "is_not_empty"):
            return found
        if op == "not_in":
            return Source(found.ways)
        further = self.points(field, within(col(ContactPoint.key), wanted, on_sqlite=self.on_sqlite))
        return Source((*found.ways, further))

    def exact(self, column: Any, op: str, wanted: Any, anything: Span) -> Source | None:
        if op == "is_empty":
            return along_source(Along(column, (), empty=True))
        if op == "is_not_empty":
            return along_source(Along(column, (anything,)))
        if op in ("eq", "in"):
            if len(wanted) > _MOST_SPANS:
                return Source((live(within(column, wanted, on_sqlite=self.on_sqlite)),))
            return along_source(Along(column, points(wanted)))
        if len(wanted) > _MOST_SPANS:
            return None
        return along_source(Along(column, gaps(wanted), empty=True))

    def part(self, field: FilterField, op: str, text: str) -> Source | None:
        if not text or op == "not_contains":
            return None
        if op == "starts_with" and field.indexed:
            spans = tuple(prefix(one) for one in ([text] if field.kind == "text" else _spellings(text)))
            found = along_source(Along(field.column, spans))
            if not field.points:
                return found
            key = col(ContactPoint.key)
            return Source((*found.ways, *(self.points(field, span.holds(key)) for span in spans)))
        if field.few and (values := distinct(self.work, field.column)) is not None:
            return self.exact(field.column, "in", _fitting(field, op, text, values), Span(""))
        return self.trigrams(field, op, [text]) or self.whole_index(field, op, text)

    def trigrams(self, field: FilterField, op: str, texts: list[str]) -> Source | None:
        # What is folded in the search text is looked for folded; only of plain letters does a part stay a part.
        folded = [fold(text) for text in texts if field.kind == "text" or text.isascii()]
        if field.searched == "phones":
            folded = ["".join(sign for sign in text if sign.isdigit()) for text in folded]
        if len(folded) < len(texts) or not folded or field.searched is None:
            return None
        found = [search_source(self.work, field.searched, text) for text in folded]
        ways = [one for one in found if one is not None]
        if len(ways) < len(found):
            return None
        about = [one.about for one in ways if one.about is not None]
        return Source(
            tuple(way for one in ways for way in one.ways),
            about=sum(about) if len(about) == len(ways) else None,
        )

    def whole_index(self, field: FilterField, op: str, text: str) -> Source | None:
        """Read the column's index from end to end: still quicker than the rows."""
        if not field.indexed or field.points:
            return None
        small = text if field.kind == "text" else lowered(text)
        column = field.column if field.kind == "text" else func.lower(field.column)
        # The range holds for every value; without it SQLite would not see that this index has all it needs.
        has = part_of(column, op, small, on_sqlite=self.on_sqlite)
        return Source((live(field.column >= "", has),), slow=True)

    def messengers(self, field: FilterField, op: str, value: Any) -> Source | None:
        if op == "is_not_empty":
            return Source((self.points(field),))
        if op in ("eq", "in"):
            wanted = [words_of(field, one) for one in (value if op == "in" else [value])]
            keys = within(col(ContactPoint.key), wanted, on_sqlite=self.on_sqlite)
            return Source((self.points(field, keys), self.platforms(lambda one: one in wanted)))
        text = words_of(field, value) if op in ("contains", "starts_with", "ends_with") else ""
        if not text:
            return None
        key, fits = col(ContactPoint.key), _TESTS[op]
        keys = (
            prefix(text).holds(key)
            if op == "starts_with"
            else part_of(key, op, text, on_sqlite=self.on_sqlite)
        )
        return Source((self.points(field, keys), self.platforms(lambda one: fits(one, text))))

    def platforms(self, fits: Callable[[str], bool]) -> Select[Any]:
        platform = col(ContactPoint.platform)
        known = distinct(self.work, platform, platform.is_not(None)) or []
        chosen = within(platform, [one for one in known if fits(lowered(one))], on_sqlite=self.on_sqlite)
        return select(col(ContactPoint.contact_id)).where(chosen)

    def points(self, field: FilterField, *conditions: Holds) -> Select[Any]:
        return select(col(ContactPoint.contact_id)).where(col(ContactPoint.kind) == field.points, *conditions)

    # --- numbers and instants

    def number(self, column: Any, op: str, value: Any) -> Source | None:
        if op in ("eq", "ne", "in", "not_in"):
            wanted = value if op in ("in", "not_in") else [value]
            return self.exact(column, op, [int(one) for one in wanted if one == int(one)], Span())
        if op in ("is_empty", "is_not_empty"):
            return self.exact(column, op, (), Span(-(2**62)))
        low, high = whole_bounds(op, value)
        spans = (Span(low, high),) if low is None or high is None or low <= high else ()
        return along_source(Along(column, spans))

    def instant(self, column: Any, op: str, value: Any) -> Source | None:
        if op in ("is_empty", "is_not_empty"):
            return along_source(Along(column, (), empty=True)) if op == "is_empty" else None
        if op == "not_in_last":
            start, stop = instant_bounds("in_last", value, self.work, self.zone)
            around = Along(column, (Span(None, start, high_in=False), Span(stop, None)), empty=True)
            later = live(column >= stop).limit(1)
            if column is col(Contact.changed_at) and self.work.session.scalar(later) is None:
                return self.changed_before(start, around)
            return along_source(around)
        start, stop = instant_bounds(op, value, self.work, self.zone)
        spans = (Span(start, stop, high_in=False),) if start is None or stop is None or start < stop else ()
        if column is col(Contact.changed_at) and stop is not None:
            return self.changed_before(stop, Along(column, spans))
        return along_source(Along(column, spans))

    def changed_before(self, stop: datetime, along: Along) -> Source:
        """Say that what was last changed before a moment was made before it too: a day more for clocks that differ."""
        made = Along(col(Contact.created_at), (Span(None, stop + timedelta(days=1)),))
        return replace(along_source(along), implied=made)

    # --- what stands in rows of its own

    def members(self, node: Condition, op: str) -> Source | None:
        ids = node.ids or ()
        if op not in ("has_any", "has_all") or not ids:
            return None
        table: Any = SegmentMember if node.field.kind == "segments" else ContactTag
        owner = "segment_id" if table is SegmentMember else "tag_id"
        if op == "has_any":
            ways = tuple(select(table.contact_id).where(getattr(table, owner) == one) for one in ids)
            return Source(ways, in_order=True)
        first, *others = sorted(ids, key=lambda one: self.size(table, owner, one)) if len(ids) > 1 else ids
        held = select(table.contact_id).where(getattr(table, owner) == first)
        for one in others:
            other = aliased(table)
            held = held.where(
                exists().where(getattr(other, owner) == one, other.contact_id == table.contact_id)
            )
        return Source((held,), in_order=True)

    def size(self, table: Any, owner: str, one: int) -> int:
        """Return how long a list is, as far as a short look tells."""
        some = select(table.contact_id).where(getattr(table, owner) == one).limit(_LOOKED_AT).subquery()
        return self.work.session.scalar(select(func.count()).select_from(some)) or 0

    def channels(self, node: Condition, op: str) -> Source | None:
        if (
            op not in ("has_any", "has_all", "is_not_empty")
            or not isinstance(node.value, tuple)
            or not node.value
        ):
            return None
        among = col(OptOut.channel).in_(node.value if op != "has_all" else node.value[:1])
        keys = select(col(OptOut.key)).where(among, col(OptOut.key).is_not(None))
        ways = [
            select(col(OptOut.contact_id)).where(among, col(OptOut.contact_id).is_not(None)),
            live(col(Contact.email_key).in_(keys)),
            live(col(Contact.phone).in_(keys)),
        ]
        for kind in ("email", "phone"):
            further = select(col(ContactPoint.contact_id)).where(col(ContactPoint.kind) == kind)
            ways.append(further.where(col(ContactPoint.key).in_(keys)))
        return Source(tuple(ways))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def _fitting(field: FilterField, op: str, text: str, values: list[str]) -> list[str]:
    small = text if field.kind == "text" else lowered(text)
    return [one for one in values if _TESTS[op](one if field.kind == "text" else lowered(one), small)]


def _spellings(code: str) -> list[str]:
    """Return the ways to write the first three letters or so of a code in upper and lower case."""
    stem, letters = "", 0
    for sign in code:
        letters += sign.isascii() and sign.isalpha()
        if letters > 3:
            break
        stem += sign
    choices = [{sign.lower(), sign.upper()} if sign.isascii() else {sign} for sign in stem]
    return sorted(map("".join, product(*choices)))


def trigrams(text: str) -> list[str]:
    """Return runs of three letters that cover `text`; none for what is shorter."""
    starts = [*range(0, len(text) - 2, 3), *([len(text) - 3] if len(text) % 3 and len(text) > 3 else [])]
    return list(dict.fromkeys(text[start : start + 3] for start in starts))[:_MOST_TRIGRAMS]


def match_words(*texts: str) -> str:
    """Return what asks SQLite's search index for all trigrams of `texts`; empty when they are too short."""
    quoted = ('"' + gram.replace('"', '""') + '"' for text in texts for gram in trigrams(text))
    return " AND ".join(quoted)


def sqlite_search(match: str) -> Select[Any]:
    """Return the contacts whose search text holds the trigrams that `match` asks for, in any column."""
    matches = literal_column("contact_search").op("MATCH")(match)
    return (
        select(literal_column("contact_search.rowid", BigInteger)).select_from(contact_search).where(matches)
    )


def search_source(work: Work, column: str, text: str) -> Source | None:
    """Return where the search text holds `text`, null where it is too short or too common to help."""
    if len(text) < 3:
        return None
    if work.on_sqlite:
        return Source((sqlite_search(match_words(text)),))
    return texts_source(work, lambda texts: texts[column].contains(text, autoescape=True))


def texts_source(work: Work, like: Callable[[Any], Holds]) -> Source | None:
    """Return where PostgreSQL's search texts are like this, null where so many are that its index is no help.

    Its trigram index gives nothing before it has read everything, so a sample of pages tells first how many there are;
    a small base is not sampled. `like` makes the condition on the columns of the search texts.
    """
    ids = select(contact_search.c.contact_id).where(like(contact_search.c))
    reltuples = sql("SELECT reltuples FROM pg_class WHERE oid = 'contact_search'::regclass")
    rows = work.session.scalar(reltuples) or 0
    if rows < _LEAST_SAMPLED_OF:
        return Source((ids,))
    sample = contact_search.tablesample(func.system(min(100, 100 * _SAMPLED_ROWS / max(rows, 1))))
    held, seen = work.session.execute(
        select(func.count().filter(like(sample.c)), func.count()).select_from(sample)
    ).one()
    share = held / seen if seen else 0
    return None if share > _COMMON else Source((ids,), about=int(share * rows))
