"""Everything that a person can ask or do, as calls whose answers can be compared word by word."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hooks.viewer import Viewer
from models.base import now
from models.bulk import AddToSegment, Delete, PutTagOn, RemoveFromSegment, SetField, SetResponsible
from models.contact import ContactCreate, ContactUpdate
from models.segment import SegmentCreate
from services import (
    acts,
    bulk,
    card,
    contacts,
    exports,
    history,
    listing,
    notifications,
    people,
    search,
    segment_story,
    segments,
    teams,
    undo,
)
from services.errors import Told
from services.imports import runs
from services.imports.undo import job as undo_job
from services.imports.undo import runs as undos
from services.listing import Query
from services.listing.order import SORTS
from services.segment_sheets import writing

Question = tuple[str, Callable[[], Any]]

TEXTS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "organization",
    "account_number",
    "external_id",
    "country",
)
LABELS, WALLS = ("Label", "Plain"), ("Ours", "Theirs", "Off", "Nobody")
HEADER = (
    "Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments"
)


def answers(questions: Iterable[Question]) -> dict[str, Any]:
    """Ask all, in order, and return the answers by the question's name."""
    found: dict[str, Any] = {}
    for name, call in questions:
        if name in found:
            continue
        try:
            found[name] = shown(call())
        except Told as error:
            found[name] = [type(error).__name__, error.code, error.message, repr(error.data)]
    return found


def shown(answer: Any) -> Any:
    """Return an answer as plain values; a file as its text."""
    if isinstance(answer, BaseModel):
        return answer.model_dump(mode="json", exclude={"progress"})
    if isinstance(answer, Path):
        return answer.read_text(encoding="utf-8-sig")
    if is_dataclass(answer) and not isinstance(answer, type):
        return {name: shown(value) for name, value in vars(answer).items()}
    if isinstance(answer, list | tuple):
        return [shown(one) for one in answer]
    return answer


def reads(
    viewer: Viewer, ids: Iterable[int], values: dict[str, set[str]], when: str = ""
) -> Iterator[Question]:
    """Ask for lists, counts and details: by every field, by every word, by every id."""
    for sort in SORTS:
        for way in ("", "-"):
            yield f"{when}page by {way}{sort}", lambda by=f"{way}{sort}": listing.page(viewer, Query(sort=by))
    yield f"{when}small pages", lambda: _walk(viewer)
    yield f"{when}grid page", lambda: listing.grid_page(viewer, Query(), listing.FIELDS)
    yield f"{when}count", lambda: listing.count(viewer, Query())
    yield f"{when}capped count", lambda: listing.count(viewer, Query(), cap=2)
    yield f"{when}kept count", lambda: listing.count_kept(viewer, Query(), 100).count
    for query in _searches(values):
        yield f"{when}search {query}", lambda q=query: listing.page(viewer, Query(search=q))
        yield f"{when}count of search {query}", lambda q=query: listing.count(viewer, Query(search=q), cap=5)
        yield f"{when}search everywhere {query}", lambda q=query: search.everywhere(viewer, q)
    for one in _filters(values):
        tree = {"v": 1, "where": one}
        yield f"{when}filter {one}", lambda f=tree: listing.page(viewer, Query(filter=f))
        yield f"{when}count of filter {one}", lambda f=tree: listing.count(viewer, Query(filter=f), cap=100)
    for contact_id in ids:
        yield f"{when}contact {contact_id}", lambda i=contact_id: contacts.detail(viewer, i)
        yield f"{when}history {contact_id}", lambda i=contact_id: history.of_contact(viewer, i)
        yield f"{when}contact {contact_id} today", lambda i=contact_id: card.on_day(viewer, i, now().date())
        yield f"{when}picked {contact_id}", lambda i=contact_id: listing.page(viewer, Query(only=[i]))
    yield f"{when}segments", lambda: segments.listed(viewer)
    for segment_id in range(1, len(LABELS) + len(WALLS) + 2):
        yield f"{when}segment {segment_id}", lambda i=segment_id: segments.one(viewer, i)
        yield f"{when}members {segment_id}", lambda i=segment_id: listing.page(viewer, Query(segment_id=i))
        yield f"{when}story {segment_id}", lambda i=segment_id: segment_story.lines(viewer, i)
        yield f"{when}growth {segment_id}", lambda i=segment_id: _growth(viewer, i)
        yield (
            f"{when}members count {segment_id}",
            lambda i=segment_id: listing.count(viewer, Query(segment_id=i)),
        )
    yield f"{when}sheet of segments", lambda: writing.sheet(viewer, "csv")
    yield f"{when}people", lambda: (people.users(viewer), teams.listed(viewer))
    yield f"{when}bell", lambda: [(one.kind, one.data) for one in notifications.recent(viewer)]
    yield f"{when}acts", lambda: acts.recent(viewer)
    yield f"{when}bulk actions", lambda: bulk.recent(viewer)
    for act_id in range(1, 30):
        yield f"{when}act {act_id}", lambda i=act_id: (acts.one(viewer, i), acts.conflicts(viewer, i))
    yield f"{when}exports", lambda: exports.recent(viewer)
    yield f"{when}imports", lambda: runs.recent(viewer)
    for one_id in (1, 2):
        yield f"{when}export file {one_id}", lambda i=one_id: exports.path_of(viewer, i)
        yield f"{when}import rows {one_id}", lambda i=one_id: runs.rows(viewer, i)
    for one_id in (1, 2, 3):
        yield f"{when}undo of import {one_id}", lambda i=one_id: undos.of_import(viewer, i)
        yield f"{when}what it left {one_id}", lambda i=one_id: undos.conflicts(viewer, i)


def writes(viewer: Viewer, ids: Iterable[int], rows: list[str]) -> Iterator[Question]:
    """Do what changes something, with ids that may be hidden and values that hidden contacts have."""
    ids = list(ids)
    yield "export", lambda: _exported(viewer)
    yield "review", lambda: _imported(viewer, rows, "review")
    yield "import", lambda: _imported(viewer, rows, "import")
    for contact_id in ids:
        yield (
            f"change {contact_id}",
            lambda i=contact_id: contacts.change(viewer, i, ContactUpdate(city="Lima")),
        )
        for name, change in _changes(contact_id):
            yield f"{name} of {contact_id}", lambda i=contact_id, c=change: contacts.change(viewer, i, c)
    yield "add picked to a label", lambda: bulk.add_to_segment(viewer, 1, Query(only=ids))
    yield "add all to a label", lambda: bulk.add_to_segment(viewer, 2, Query(), all_contacts=True)
    yield "take all out of a label", lambda: bulk.remove_from_segment(viewer, 1, Query(), all_contacts=True)
    for segment_id in range(3, 8):
        yield (
            f"add to segment {segment_id}",
            lambda i=segment_id: bulk.add_to_segment(viewer, i, Query(only=ids)),
        )
    for name in (*LABELS, "Theirs", "Nowhere"):
        yield (
            f"create in {name}",
            lambda n=name: contacts.create(viewer, ContactCreate(first_name="N", segments=[n])),
        )
    for import_id in (1, 2, 3):
        yield f"reach of import {import_id}", lambda i=import_id: undos.reach(viewer, i)
        yield f"undo of import {import_id}, begun", lambda i=import_id: _undone(viewer, i)
    yield from _bulk(viewer, ids)
    yield "make a segment", lambda: segments.create(viewer, SegmentCreate(name="New"))
    yield "delete", lambda: contacts.delete(viewer, ids)


def _bulk(viewer: Viewer, ids: list[int]) -> Iterator[Question]:
    """Do each bulk action to all, and take it back; last of all what the person cannot undo."""
    for command in (
        AddToSegment(segment_id=2), RemoveFromSegment(segment_id=2), AddToSegment(make="Made"),
        AddToSegment(segment_id=3),
        PutTagOn(make="Tag"), SetField(field="city", value="Lima"), SetField(field="organization", value="Firm"),
        SetResponsible(responsible="mate@example.com"), SetResponsible(responsible="away@example.com"), Delete(),
    ):  # fmt: skip
        yield f"bulk {command}", lambda c=command: bulk.do(viewer, c, Query(), all_contacts=True)
        yield f"bulk {command}, picked", lambda c=command: bulk.do(viewer, c, Query(only=ids))
    for act_id in range(1, 90):
        yield f"undo {act_id}", lambda i=act_id: undo.undo(viewer, i)
    yield "all after it", lambda: listing.page(viewer, Query(sort="first_name"))


def _undone(viewer: Viewer, import_id: int) -> Any:
    undo_job.carry_out(undos.begin(viewer, import_id).id)
    return [undos.of_import(viewer, import_id), undos.conflicts(viewer, import_id)]


def _changes(contact_id: int) -> Iterator[tuple[str, ContactUpdate]]:
    """Return what is written of a contact alone: whose it is, where it is reached, in which segments it is."""
    for email in ("away@example.com", "mate@example.com"):
        yield f"responsible {email}", ContactUpdate(responsible=email)
    yield "e-mail", ContactUpdate(email=f"new{contact_id}@x.example")
    for names in (["Plain"], ["Ours", "Plain"], ["Theirs"], ["Off", "Label"], []):
        yield f"segments {names}", ContactUpdate(segments=names)


def _walk(viewer: Viewer) -> list[Any]:
    found, after = [], None
    while True:
        page = listing.page(viewer, Query(sort="first_name"), limit=1, after=after)
        found.append(shown(page))
        after = page.next
        if after is None:
            return found


def _searches(values: dict[str, set[str]]) -> list[str]:
    words = {value for known in values.values() for value in known}
    parts = {word[: max(2, len(word) // 2)] for word in words}
    digits = {value[-6:] for value in values["phone"]}
    return sorted(words | parts | digits)


def _filters(values: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    for field in TEXTS:
        for value in sorted(values[field]):
            for op in ("eq", "ne"):
                yield {"field": field, "op": op, "value": value}
            if field != "country":
                for op in ("contains", "starts_with"):
                    yield {"field": field, "op": op, "value": value[:4]}
        for op in ("is_empty", "is_not_empty"):
            yield {"field": field, "op": op}
    for name in (*LABELS, *WALLS):
        for op in ("has_any", "has_none", "has_all"):
            yield {"field": "segments", "op": op, "value": [name]}
    for op in ("is_empty", "is_not_empty"):
        yield {"field": "segments", "op": op}
        yield {"field": "responsible", "op": op}
    yield {"field": "created", "op": "in_last", "value": {"n": 2, "unit": "day"}}
    yield {"none": [{"field": "country", "op": "eq", "value": "BR"}]}


def _growth(viewer: Viewer, segment_id: int) -> Any:
    now = segments.one(viewer, segment_id).members
    return segment_story.growth(viewer, {segment_id: now})[segment_id]


def _exported(viewer: Viewer) -> Any:
    made = exports.request(viewer, "csv", Query(sort="first_name"))
    exports.carry_out(made.id)
    return [exports.get(viewer, made.id), exports.path_of(viewer, made.id)]


def _imported(viewer: Viewer, rows: list[str], how: str) -> Any:
    text = "\n".join([HEADER, *rows]) + "\n"
    received = runs.receive(viewer, "people.csv", iter([text.encode()]))
    if how == "review":
        runs.review(viewer, received.id)
        runs.carry_out_review(received.id)
    else:
        runs.accept(viewer, received.id)
        runs.carry_out(received.id)
    return [runs.get(viewer, received.id), runs.rows(viewer, received.id)]
