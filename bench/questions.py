"""What is asked of a list of contacts: every sort, every operator of every field, searches, combinations.

Values come from the base itself, a common and a rare one of each field, so that the same questions can be put
to bases of any size. Segments are those whose names the viewer of the unit may read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.base import now
from models.contact import Contact
from models.people import User
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services.access import visible_segment
from services.filters.fields import FIELDS, FilterField
from services.listing import MOST_SORTED, UNINDEXED, WALKED, Query
from services.work import Work

_SAMPLE = 4_000
_PAIRED = ("in", "not_in", "has_any", "has_all", "has_none")
_BARE = ("is_empty", "is_not_empty")

# (what it is, its words)
SEARCHES = (
    ("very common", "silva"),
    ("in every address", "example.com"),
    ("two letters", "an"),
    ("common, with an accent", "joão"),
    ("two common words", "maria santos"),
    ("rare", "vasconcelos assunção"),
    ("a whole external ID", "DEMO-0000077"),
    ("the end of a phone", "4455"),
    ("a phone as written", "+55 11 9"),
    ("nobody", "qqzzxxy"),
)


@dataclass(frozen=True)
class Question:
    """One list: `kind` is sort, filter, search or combination; `common` marks what very many contain."""

    kind: str
    name: str
    filter: dict[str, Any] | None = None
    search: str | None = None
    sort: str = "-created"
    common: bool = False

    @property
    def query(self) -> Query:
        """The question as the service takes it."""
        return Query(filter=self.filter, search=self.search, sort=self.sort)


def sorts() -> Iterator[Question]:
    """Yield every order that an index has, both ways."""
    for name in WALKED:
        yield Question("sort", name, sort=name)
        yield Question("sort", f"-{name}", sort=f"-{name}")


def short_sorts(work: Work) -> Iterator[Question]:
    """Yield every order without an index, both ways, of the largest city that is not too large for it."""
    city = col(Contact.city_key)
    counted = select(city).where(city.is_not(None)).group_by(city).having(func.count() <= MOST_SORTED)
    largest = work.session.scalar(counted.order_by(func.count().desc()).limit(1))
    where = {"v": 1, "where": {"field": "city", "op": "eq", "value": largest}}
    for name, sign in product(UNINDEXED, ("", "-")):
        yield Question("short sort", f"{sign}{name}", where, sort=f"{sign}{name}")


def filters(work: Work) -> Iterator[Question]:
    """Yield every operator of every field, with a common and a rare value of this base."""
    values = values_of(work)
    for field in FIELDS.values():
        for op in field.operators:
            asked = [("", None)] if op in _BARE else list(_values(field, op, values[field.name]))
            for which, value in asked:
                condition = {"field": field.name, "op": op}
                if value is not None:
                    condition["value"] = value
                name = " ".join(filter(None, (field.name, op, which)))
                contains = op in ("contains", "not_contains", "ends_with") and which == "common"
                yield Question("filter", name, {"v": 1, "where": condition}, common=contains)


def searches() -> Iterator[Question]:
    """Yield quick searches for rare and common texts."""
    for name, words in SEARCHES:
        yield Question("search", name, search=words, common=name not in ("rare", "nobody"))


def combinations(work: Work, count: int = 120, seed: int = 1) -> Iterator[Question]:
    """Yield random lists of two or three conditions and any sort."""
    random = Random(seed)
    single = [one.filter["where"] for one in filters(work) if one.filter]
    orders = [one.sort for one in sorts()]
    for number in range(count):
        conditions = random.sample(single, random.choice((2, 2, 3)))
        kind = random.choice(("all", "all", "all", "any"))
        where = {"v": 1, "where": {kind: conditions}}
        yield Question("combination", f"{number} {kind}", where, sort=random.choice(orders))


def values_of(work: Work) -> dict[str, list[Any]]:
    """Return, for every field, its commonest and its rarest value among the oldest contacts of this base.

    These stay the same ones while others come in.
    """
    found: dict[str, list[Any]] = {"opted_out": ["email", "email"], "messengers": ["@demo7", "+5511"]}
    oldest = select(col(Contact.id)).order_by(col(Contact.id)).limit(_SAMPLE).scalar_subquery()
    for name, field in FIELDS.items():
        if field.column is not None and field.kind in ("text", "code", "number"):
            counted = (
                select(field.column)
                .where(field.column.is_not(None), col(Contact.id).in_(oldest))
                .group_by(field.column)
                .order_by(func.count().desc(), field.column)
            )
            values = work.session.scalars(counted).all()
            found[name] = [values[0], values[-1]]
    found["responsible"] = _people(work)
    shown = visible_segment(work.sight)
    found["segments"] = _names(work, Segment, SegmentMember, col(SegmentMember.segment_id), shown)
    found["tags"] = _names(work, Tag, ContactTag, col(ContactTag.tag_id), col(Tag.deleted_at).is_(None))
    found["created"] = found["updated"] = [now() - timedelta(days=400), now() - timedelta(days=5)]
    return found


def _people(work: Work) -> list[str]:
    counted = (
        select(col(User.email))
        .join(Contact, col(Contact.responsible_id) == col(User.id))
        .group_by(col(User.id), col(User.email))
        .order_by(func.count().desc())
    )
    values = work.session.scalars(counted).all()
    return [values[0], values[-1]]


def _names(work: Work, table: Any, link: Any, key: Any, shown: Any) -> list[str]:
    counted = (
        select(table.name)
        .join(link, key == table.id)
        .where(shown)
        .group_by(table.id, table.name)
        .order_by(func.count().desc())
    )
    values = work.session.scalars(counted).all()
    return [values[0], values[-1]]


def _values(field: FilterField, op: str, known: list[Any]) -> Iterator[tuple[str, Any]]:
    if field.kind == "instant":
        yield from _instants(op, known)
    elif op == "between":
        low, high = sorted(known)
        yield "wide", [low, high]
        yield "narrow", [high, high + 1]
    elif op in _PAIRED:
        yield "common", [known[0]]
        yield "both", list(dict.fromkeys(known))
    else:
        for which, value in zip(("common", "rare"), known, strict=True):
            yield which, _part(op, value) if isinstance(value, str) else value


def _part(op: str, value: str) -> str:
    if op in ("contains", "not_contains"):
        return value[1:6] if len(value) > 6 else value
    if op == "starts_with":
        return value[:4]
    return value[-5:] if op == "ends_with" else value


def _instants(op: str, known: list[Any]) -> Iterator[tuple[str, Any]]:
    days = [moment.date().isoformat() for moment in known]
    spans: Mapping[str, int] = {"wide": 400, "narrow": 3}
    if op == "between":
        yield "wide", days
        yield "narrow", [days[1], days[1]]
    elif op.endswith(("in_last", "in_next")):
        for which, n in spans.items():
            yield which, {"n": n, "unit": "day"}
    else:
        yield from zip(("wide", "narrow"), days, strict=True)
