"""Search everywhere: the contacts, segments and people that a text may mean, each kind as far as the viewer sees."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import Viewer
from models.contact import ContactRead
from models.fold import fold
from models.people import User
from models.segment import SegmentKnown
from services import listing, permissions, segments
from services.listing import Count, Query
from services.listing.search import read_search
from services.work import unit_of_work

MOST = 5
_NONE = Count(0, capped=False)
# Counts are shown up to here.
CAP = 10_000


@dataclass(frozen=True)
class Person:
    """A person who is active, as search finds one."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Found:
    """The first few of each kind; `matching` says how many contacts there are in all."""

    contacts: list[ContactRead] = field(default_factory=list)
    matching: Count = _NONE
    segments: list[SegmentKnown] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


def everywhere(viewer: Viewer, text: str) -> Found:
    """Return what has every word of `text` in its name, and contacts by their quick search; nothing for a blank text.

    A kind that the viewer may not read is left out. Raises Refused for a text that is too long.
    """
    if not read_search(text):
        return Found()
    contacts, matching = _contacts(viewer, text)
    return Found(contacts, matching, _segments(viewer, text), _people(viewer, text))


def meant(text: str, names: Iterable[str]) -> bool:
    """Say whether every word of `text` stands in one of `names`."""
    folded = [fold(name) for name in names]
    return all(any(word in name for name in folded) for word in fold(text).split())


def _contacts(viewer: Viewer, text: str) -> tuple[list[ContactRead], Count]:
    if not viewer.may(permissions.CONTACTS_VIEW):
        return [], _NONE
    asked = Query(search=text)
    page = listing.page(viewer, asked, limit=MOST)
    if page.next is None:
        return page.items, Count(len(page.items), capped=False)
    return page.items, listing.count(viewer, asked, cap=CAP)


def _segments(viewer: Viewer, text: str) -> list[SegmentKnown]:
    if not permissions.may_read(viewer, "segments"):
        return []
    found = [one for one in segments.known(viewer) if meant(text, [one.name])]
    return sorted(found, key=lambda one: not one.active)[:MOST]


def _people(viewer: Viewer, text: str) -> list[Person]:
    if not permissions.may_read(viewer, "people"):
        return []
    with unit_of_work(viewer) as work:
        everyone = work.session.execute(
            select(col(User.id), col(User.name), col(User.email)).where(col(User.active))
        )
        found = [Person(*one) for one in everyone if meant(text, one[1:])]
    return sorted(found, key=lambda one: (fold(one.name), one.id))[:MOST]
