"""Where to find the contacts for which a condition holds without looking at all: by an index, if one serves.

A source names every contact for which its condition can hold, and maybe others: whoever gathers from it asks the
condition once more.
"""

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Select, func, literal, literal_column, or_, select, union_all
from sqlalchemy import text as sql
from sqlalchemy.sql.selectable import CompoundSelect
from sqlmodel import col

from models.contact import Contact, ContactPoint, OptOut
from models.fold import fold
from models.search import contact_search
from models.segment import SegmentMember
from models.tag import ContactTag
from services.filters.conditions import (
    Holds,
    begins,
    between,
    half_open,
    instant_bounds,
    lowered,
    whole_bounds,
    within,
    words_of,
)
from services.filters.expression import Condition, Group, Node
from services.filters.fields import FilterField
from services.work import Work

# An operator and the one that holds exactly where it does not.
_TURNED = {
    "eq": "ne", "in": "not_in", "contains": "not_contains", "is_not_empty": "is_empty", "in_last": "not_in_last",
    "has_any": "has_none",
}  # fmt: skip
_TURNED |= {after: before for before, after in _TURNED.items()}

_MOST_DISTINCT = 3_000
_MOST_TRIGRAMS = 12
# A text that more of the base has is found sooner by walking than by its trigrams.
_COMMON = 0.01
_SAMPLED_ROWS = 4_000


@dataclass(frozen=True)
class Source:
    """Selects of contact ids; together they name all that can match. An id may come up twice."""

    ways: tuple[Select[Any], ...]

    @property
    def ids(self) -> Select[Any] | CompoundSelect[Any]:
        """All ways as one select."""
        return self.ways[0] if len(self.ways) == 1 else union_all(*self.ways)


def source(work: Work, node: Node, zone: ZoneInfo, *, turned: bool = False) -> Source | None:
    """Return where the contacts are for which `node` holds (`turned`: does not hold), null where no index tells."""
    if isinstance(node, Condition):
        op = _TURNED.get(node.op, "") if turned else node.op
        ways = _Finder(work, zone).ways(node, op) if op else None
        return Source(tuple(ways)) if ways else None
    if node.kind == "none":
        return source(work, Group("any", node.parts), zone, turned=not turned)
    found = [source(work, part, zone, turned=turned) for part in node.parts]
    if (node.kind == "any") is turned:
        # All must hold, so any one of them names enough.
        return next((one for one in found if one), None)
    complete = [one for one in found if one]
    if not complete or len(complete) < len(found):
        return None
    return Source(tuple(way for one in complete for way in one.ways))


def live(*conditions: Holds) -> Select[Any]:
    """Return a select of the ids of live contacts."""
    return select(col(Contact.id)).where(col(Contact.deleted_at).is_(None), *conditions)


class _Finder:
    def __init__(self, work: Work, zone: ZoneInfo) -> None:
        self.work = work
        self.zone = zone
        self.on_sqlite = work.on_sqlite

    def ways(self, node: Condition, op: str) -> list[Select[Any]] | None:
        kind = node.field.kind
        if kind in ("text", "code"):
            return self.words(node.field, op, node.value)
        if kind == "number":
            return self.number(node.field.column, op, node.value)
        if kind == "instant":
            return self.instant(node.field.column, op, node.value)
        if kind == "person":
            return self.exact(node.field.column, op, node.ids or (), 0)
        if kind == "channels":
            return self.channels(node, op)
        return self.members(node, op)

    def words(self, field: FilterField, op: str, value: Any) -> list[Select[Any]] | None:
        if field.column is None:
            return self.point(field, op, value)
        if op in ("eq", "ne"):
            op, value = {"eq": "in", "ne": "not_in"}[op], (value,)
        if op in ("in", "not_in", "is_empty", "is_not_empty"):
            wanted = [words_of(field, one) for one in value or ()]
            if not field.indexed:
                return self.trigrams(field, wanted) if op == "in" else None
            ways = self.exact(field.column, op, wanted, "")
            # Whoever has a further address has a first one too: only what equals asks the further ones.
            further = self.point(field, op, value) if field.points and op == "in" else None
            return [*ways, *further] if ways and further else ways
        return self.part(field, op, words_of(field, value))

    def exact(self, column: Any, op: str, wanted: Any, least: Any) -> list[Select[Any]] | None:
        if op in ("eq", "in"):
            return [live(within(column, wanted, on_sqlite=self.on_sqlite))]
        if op == "is_empty":
            return [live(column.is_(None))]
        if op == "is_not_empty":
            return [live(column >= least)]
        if len(wanted) > 5:
            return None
        # Whatever lies between the values that are not wanted, and what is missing.
        edges = sorted(set(wanted))
        gaps = [(None, edges[0]), *pairwise(edges), (edges[-1], None)] if edges else []
        ways = [
            live(*([column > low] if low is not None else []), *([column < high] if high is not None else []))
            for low, high in gaps
        ]
        return [*ways, live(column.is_(None))] if edges else None

    def part(self, field: FilterField, op: str, text: str) -> list[Select[Any]] | None:
        if not text or op == "not_contains":
            return None
        if op == "starts_with" and field.indexed:
            prefixes = [text] if field.kind == "text" else _spellings(text)
            ways = [live(or_(*(begins(field.column, prefix) for prefix in prefixes)))]
            if field.points:
                key = col(ContactPoint.key)
                ways.append(self.points(field, or_(*(begins(key, prefix) for prefix in prefixes))))
            return ways
        if field.few:
            return self.distinct(field, op, text)
        return self.trigrams(field, [text])

    def distinct(self, field: FilterField, op: str, text: str) -> list[Select[Any]] | None:
        """Look through the distinct values, which the index gives one step each, instead of through the rows."""
        column = field.column
        lowest = select(func.min(column)).where(col(Contact.deleted_at).is_(None))
        steps = select(lowest.scalar_subquery().label("value")).cte("steps", recursive=True)
        following = lowest.where(column > steps.c.value).correlate(steps).scalar_subquery()
        steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
        values = self.work.session.scalars(select(steps.c.value).limit(_MOST_DISTINCT + 1)).all()
        if len(values) > _MOST_DISTINCT:
            return None
        small = text if field.kind == "text" else lowered(text)
        fits = str.__contains__ if op == "contains" else str.endswith
        found = [
            one
            for one in values
            if one is not None and fits(one if field.kind == "text" else lowered(one), small)
        ]
        return [live(within(column, found, on_sqlite=self.on_sqlite))]

    def trigrams(self, field: FilterField, texts: list[str]) -> list[Select[Any]] | None:
        # What is folded in the search text is looked for folded; only of plain letters does a part stay a part.
        folded = [fold(text) for text in texts if field.kind == "text" or text.isascii()]
        if field.searched == "phones":
            folded = ["".join(sign for sign in text if sign.isdigit()) for text in folded]
        if len(folded) < len(texts) or not folded or field.searched is None:
            return None
        ways = [search_way(self.work, field.searched, text) for text in folded]
        return None if any(way is None for way in ways) else [way for way in ways if way is not None]

    def point(self, field: FilterField, op: str, value: Any) -> list[Select[Any]] | None:
        key = col(ContactPoint.key)
        if op == "is_not_empty":
            return [self.points(field)]
        if op in ("eq", "in"):
            wanted = [words_of(field, one) for one in (value if op == "in" else [value])]
            ways = [self.points(field, within(key, wanted, on_sqlite=self.on_sqlite))]
            if field.points == "messenger":
                platform = func.lower(col(ContactPoint.platform))
                ways.append(self.points(field, within(platform, wanted, on_sqlite=self.on_sqlite)))
            return ways
        return None

    def points(self, field: FilterField, *conditions: Holds) -> Select[Any]:
        return select(col(ContactPoint.contact_id)).where(col(ContactPoint.kind) == field.points, *conditions)

    def number(self, column: Any, op: str, value: Any) -> list[Select[Any]] | None:
        if op in ("eq", "ne", "in", "not_in"):
            wanted = value if op in ("in", "not_in") else [value]
            whole = [literal(int(one), BigInteger) for one in wanted if one == int(one)]
            if op in ("eq", "in"):
                return [live(column.in_(whole))]
            return None
        if op in ("is_empty", "is_not_empty"):
            return self.exact(column, op, (), literal(-(2**62), BigInteger))
        low, high = whole_bounds(op, value)
        bounds = (None if bound is None else literal(bound, BigInteger) for bound in (low, high))
        return [live(between(column, *bounds))]

    def instant(self, column: Any, op: str, value: Any) -> list[Select[Any]] | None:
        if op in ("is_empty", "is_not_empty"):
            return [live(column.is_(None))] if op == "is_empty" else None
        if op == "not_in_last":
            start, stop = instant_bounds("in_last", value, self.work, self.zone)
            return [live(half_open(column, None, start)), live(half_open(column, stop, None))]
        return [live(half_open(column, *instant_bounds(op, value, self.work, self.zone)))]

    def members(self, node: Condition, op: str) -> list[Select[Any]] | None:
        ids = node.ids or ()
        if op not in ("has_any", "has_all") or not ids:
            return None
        holder, of = (
            (col(SegmentMember.contact_id), col(SegmentMember.segment_id))
            if node.field.kind == "segments"
            else (col(ContactTag.contact_id), col(ContactTag.tag_id))
        )
        if op == "has_all":
            return [select(holder).where(of == self.smallest(holder, of, ids))]
        return [select(holder).where(of == one) for one in ids]

    def smallest(self, holder: Any, of: Any, ids: tuple[int, ...]) -> int:
        """Return the one of several lists that is the shortest, as far as a short look tells."""

        def size(one: int) -> int:
            some = select(holder).where(of == one).limit(_MOST_DISTINCT).subquery()
            return self.work.session.scalar(select(func.count()).select_from(some)) or 0

        return ids[0] if len(ids) == 1 else min(ids, key=size)

    def channels(self, node: Condition, op: str) -> list[Select[Any]] | None:
        if (
            op not in ("has_any", "has_all", "is_not_empty")
            or not isinstance(node.value, tuple)
            or not node.value
        ):
            return None
        among = col(OptOut.channel).in_(node.value if op != "has_all" else node.value[:1])
        key = col(OptOut.key)
        return [
            select(col(OptOut.contact_id)).where(among, col(OptOut.contact_id).is_not(None)),
            live(col(Contact.email_key) == key).join(OptOut, among),
            live(col(Contact.phone) == key).join(OptOut, among),
            *(
                select(col(ContactPoint.contact_id))
                .join(OptOut, col(ContactPoint.key) == key)
                .where(among, col(ContactPoint.kind) == kind)
                for kind in ("email", "phone")
            ),
        ]


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


def search_way(work: Work, column: str, text: str) -> Select[Any] | None:
    """Return the contacts whose search text holds `text`, null where it is too short or too common to help."""
    if len(text) < 3:
        return None
    if work.on_sqlite:
        return sqlite_search(match_words(text))
    if share_of(work, column, text) > _COMMON:
        return None
    has = contact_search.c[column].contains(text, autoescape=True)
    return select(contact_search.c.contact_id).where(has)


def share_of(work: Work, column: str, text: str) -> float:
    """Return, from a sample of pages, which share of PostgreSQL's search texts holds `text`.

    Its trigram index gives nothing before it has read everything, so a text that many have is told apart first.
    """
    size = sql("SELECT reltuples FROM pg_class WHERE oid = 'contact_search'::regclass")
    rows = work.session.scalar(size)
    if not rows or rows < 5 * _SAMPLED_ROWS:
        return 0
    sample = contact_search.tablesample(func.system(100 * _SAMPLED_ROWS / rows))
    has = sample.c[column].contains(text, autoescape=True)
    held, seen = work.session.execute(
        select(func.count().filter(has), func.count()).select_from(sample)
    ).one()
    return held / seen if seen else 0
