"""What contacts are sorted by though no index has them in that order: a list of as many as are sorted in a moment."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import case, collate, func, null, select
from sqlmodel import col

from hooks.i18n import languages
from models.contact import Contact, ContactPoint
from models.fold import fold
from models.segment import Segment, SegmentMember
from models.tag import ContactTag, Tag
from services.access import visible_segment
from services.filters.conditions import closed_channels, opted_out
from services.work import Work

# PostgreSQL finds the first segment of so many within the time that a page may take.
MOST_SORTED = 5_000


def value_of(work: Work, field: str) -> Any:
    """Return what a contact is sorted by, as an expression on `contact`; null where it has none."""
    return _VALUES[field](work)


def _segment(work: Work) -> Any:
    """The first segment that its list shows."""
    first = select(func.min(col(Segment.name_key))).join(
        SegmentMember, col(SegmentMember.segment_id) == col(Segment.id)
    )
    mine = (col(SegmentMember.contact_id) == col(Contact.id), col(SegmentMember.mode) != "excluded")
    return first.where(*mine, visible_segment(work.sight)).correlate(Contact).scalar_subquery()


def _tag(_work: Work) -> Any:
    first = select(func.min(col(Tag.name_key))).join(ContactTag, col(ContactTag.tag_id) == col(Tag.id))
    mine = (col(ContactTag.contact_id) == col(Contact.id), col(Tag.deleted_at).is_(None))
    return first.where(*mine).correlate(Contact).scalar_subquery()


def _messenger(_work: Work) -> Any:
    """The primary handle after its platform."""
    handle = func.coalesce(col(ContactPoint.platform) + " ", "") + col(ContactPoint.key)
    mine = (col(ContactPoint.contact_id) == col(Contact.id), col(ContactPoint.kind) == "messenger")
    first = select(handle).where(*mine).order_by(col(ContactPoint.position)).limit(1)
    return first.correlate(Contact).scalar_subquery()


def _channel(work: Work) -> Any:
    """The first channel that is closed to the contact or to an address of theirs."""
    channels = closed_channels(work)
    return case(*((opted_out([one]), one) for one in channels)) if channels else null()


def _language(work: Work) -> Any:
    """On a page the name of the language, elsewhere its code."""
    kept = col(Contact.language)
    names = {code: fold(name) for code, name in languages()} if work.viewer.via == "page" else {}
    return _by_bytes(case(names, value=kept, else_=kept) if names else kept)(work)


def _by_bytes(column: Any) -> Callable[[Work], Any]:
    return lambda work: column if work.on_sqlite else collate(column, "C")


_VALUES: Mapping[str, Callable[[Work], Any]] = MappingProxyType(
    {
        "messengers": _messenger,
        "segments": _segment,
        "tags": _tag,
        "street": lambda _work: col(Contact.street_key),
        "language": _language,
        "time_zone": _by_bytes(col(Contact.time_zone)),
        "opted_out": _channel,
    }
)
UNINDEXED: tuple[str, ...] = tuple(_VALUES)
