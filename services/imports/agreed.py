"""What was agreed to in the review, held against what a part of the file comes to now.

The plan is what is carried out: a row that would do anything else, because its contact, a key, a segment or a tag
changed since the review, is left for a new look. Nobody's edit is overwritten unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.change import Change
from models.fold import fold
from models.imports import ImportRow
from services.among import among
from services.imports.headers import FIELDS
from services.imports.labels import Labels
from services.imports.people import Person
from services.imports.plan import Part
from services.imports.settle import Deed, Detail, Fate, Settlement
from services.imports.tag_names import Tags
from services.imports.task import Task
from services.work import Work

CODE = "changed_since_review"
_CAME_IN = frozenset(("created", "updated", "unchanged"))
_LISTS = {"emails": "email", "phones": "phone", "messengers": "messengers"}
_MOVES = frozenset(("joined", "left", "tagged"))
# What an earlier part of the same import can be the cause of.
_OF_ANOTHER_PART = frozenset(("contact", "with", "made"))

Moved = dict[str, list[int | str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What the review said of a row."""

    outcome: str
    code: str | None
    contact_id: int | None
    version: int | None
    detail: Mapping[str, Any]

    def first(self, row_no: int) -> int:
        """Return the first row of the file that meant the same contact as this one, of which it may be."""
        return int(self.detail.get("same_as", row_no))


@dataclass
class Agreement:
    """What the review said of the rows of a part; empty where there was none."""

    rows: dict[int, Said] = field(default_factory=dict)
    since: datetime | None = None

    def denied(self) -> frozenset[int]:
        """Return the rows that had the answer "not available" then."""
        return frozenset(row_no for row_no, said in self.rows.items() if said.code == "not_available")


def agreement_on(work: Work, task: Task, part: Part, progress: Mapping[str, Any]) -> Agreement:
    """Return what the review said of a part that is carried out as it was reviewed."""
    if not progress.get("reviewed"):
        return Agreement()
    numbers = [item.no for group in part.groups for item in group]
    wanted = select(
        col(ImportRow.row_no), col(ImportRow.outcome), col(ImportRow.code), col(ImportRow.contact_id),
        col(ImportRow.contact_version), col(ImportRow.detail),
    ).where(
        col(ImportRow.import_id) == task.import_id, col(ImportRow.row_no).in_(among(work, numbers))
    )  # fmt: skip
    rows = {
        row_no: Said(outcome, code, contact_id, version, detail or {})
        for row_no, outcome, code, contact_id, version, detail in work.session.execute(wanted)
    }
    return Agreement(rows, datetime.fromisoformat(progress["reviewed_from"]))


def moved_by(deed: Deed, labels: Labels, tags: Tags) -> Moved:
    """Return which segments a deed's contact joins and leaves, its tags, and behind which walls it ends.

    They are ids, and the names of those that are still to be made.
    """
    joined: list[int | str] = [labels.usable.get(key) or labels.new_names[key] for key in deed.joins]
    tagged: list[int | str] = [tags.known.get(key) or tags.names[key] for key in deed.tags]
    moved: Moved = {"joined": joined, "left": [*deed.leaves], "tagged": tagged}
    if deed.joins or deed.leaves:
        moved["walls"] = sorted(deed.walls)
    return {verb: of for verb, of in moved.items() if of}


def hold_back(
    work: Work, task: Task, agreed: Agreement, settlement: Settlement, labels: Labels, tags: Tags
) -> None:
    """Reject the rows that would now do what the review did not say, and take their deeds away.

    Rows that do nothing, or that are rejected for a reason of their own, are only marked where the review had said
    something else.
    """
    if not agreed.rows:
        return
    held = _Held(agreed.rows, settlement, labels, tags)
    if not held.differs:
        return
    held.forgive(_left_by_this_import(work, task, held.contacts()))
    held.spread()
    fields = _fields_changed(work, agreed.since, held.contacts())
    for fate, since in held.fates():
        detail: Detail = {"since": since}
        if since == "contact" and fate.person is not None and (named := fields.get(fate.person.id or 0)):
            detail["fields"] = named
        fate.outcome, fate.code, fate.detail = "rejected", CODE, detail
    settlement.deeds = [deed for deed in settlement.deeds if deed.person not in held.people]


class _Held:
    """The rows of a part that are held back, each with what changed: `why` by its number."""

    def __init__(self, said: Mapping[int, Said], settlement: Settlement, labels: Labels, tags: Tags) -> None:
        self.why: dict[int, str] = {}
        self.people: set[Person] = set()
        self._said = said
        self._fates = settlement.fates
        self._labels, self._tags = labels, tags
        self._deeds = {deed.person: deed for deed in settlement.deeds}
        self._astray: set[int] = set()
        for fate in self._fates:
            before = said.get(fate.no)
            if before is not None:
                self._compare(fate, before)

    @property
    def differs(self) -> bool:
        """Say whether any row comes to something else than the review said."""
        return bool(self.why or self._astray)

    def contacts(self) -> set[int]:
        """Return the contacts that the rows held back now lead to."""
        people = (fate.person for fate in self._fates if fate.no in self.why)
        return {person.id for person in people if person is not None and person.id is not None}

    def forgive(self, left_at: Mapping[int, int]) -> None:
        """Let rows go on whose contact is as an earlier part of this very import left it: at this version.

        What changed of segments and tags is nothing that the earlier part did.
        """
        for fate in self._fates:
            person = fate.person
            forgivable = self.why.get(fate.no) in _OF_ANOTHER_PART
            if forgivable and person and person.id and left_at.get(person.id) == person.version:
                del self.why[fate.no]

    def spread(self) -> None:
        """Hold back whatever hangs together with a row that is held back: half of what was agreed to was not."""
        rows_of: dict[Person, list[int]] = {}
        taking: dict[str, Person] = {}
        for fate in self._fates:
            if fate.person in self._deeds and fate.outcome in _CAME_IN:
                rows_of.setdefault(fate.person, []).append(fate.no)
        for person, deed in self._deeds.items():
            if external_id := deed.takes_external_id:
                taking[external_id] = person
        together: dict[int, set[Person]] = {}
        for person, numbers in rows_of.items():
            for row_no in numbers:
                together.setdefault(self._first(row_no), set()).add(person)
        waiting = {person for person, numbers in rows_of.items() if not self.why.keys().isdisjoint(numbers)}
        for row_no in self._astray:
            waiting |= together.get(self._first(row_no), set())
        while waiting:
            person = waiting.pop()
            self.people.add(person)
            for row_no in rows_of[person]:
                self.why.setdefault(row_no, "with")
                waiting |= together[self._first(row_no)] - self.people
            kept_id = self._deeds[person].loses_external_id
            if kept_id in taking and taking[kept_id] not in self.people:
                waiting.add(taking[kept_id])

    def fates(self) -> Iterable[tuple[Fate, str]]:
        """Return the fates of the rows held back, each with what changed."""
        return [(fate, self.why[fate.no]) for fate in self._fates if fate.no in self.why]

    def _first(self, row_no: int) -> int:
        before = self._said.get(row_no)
        return row_no if before is None else before.first(row_no)

    def _compare(self, fate: Fate, before: Said) -> None:
        person = fate.person
        deed = self._deeds.get(person) if person and fate.outcome in _CAME_IN else None
        id_and_version = (person.id, person.version) if person and person.id is not None else (None, None)
        said_moves = not before.detail.keys().isdisjoint(_MOVES)
        moves = said_moves or (deed is not None and bool(deed.joins or deed.leaves or deed.tags))
        is_same = (fate.outcome, fate.code, *id_and_version) == (
            before.outcome, before.code, before.contact_id, before.version
        )  # fmt: skip
        if is_same and not (moves or before.detail or fate.detail or (deed and deed.changes)):
            return
        since = None
        if fate.outcome in _CAME_IN and before.outcome in _CAME_IN and _unknown(fate) != _unknown(before):
            since = "segments"
        elif deed is not None:
            since = self._since(fate, before, deed)
        if since is not None:
            self.why[fate.no] = since
        elif not is_same or (moves and self._moved(fate, deed) != self._refs(before.detail)):
            fate.detail = (fate.detail or {}) | {"changed": True}
            if deed is None:
                self._astray.add(fate.no)

    def _since(self, fate: Fate, before: Said, deed: Deed) -> str | None:
        """Return what changed that would have the row do something else than the review said, if anything has."""
        person = deed.person
        if before.outcome not in _CAME_IN:
            return "rejected"
        if before.contact_id != person.id:
            return "gone" if person.id is None else "made" if before.contact_id is None else "another"
        if before.version != (None if person.id is None else person.version):
            return "contact"
        if fate.outcome == "updated" == before.outcome and not deed.is_new:
            if deed.changes != before.detail.get("changes", {}):
                return "with"
        elif fate.outcome != before.outcome:
            return "with"
        now, said = self._moved(fate, deed), self._refs(before.detail)
        if now["walls"] != said["walls"] and (now["joined"] or now["left"]):
            return "segments"
        return None if all(now[verb] <= said[verb] for verb in ("joined", "left", "tagged")) else "segments"

    def _moved(self, fate: Fate, deed: Deed | None) -> dict[str, set[int | str]]:
        """Return what is moved by the row that stands for its contact, ready to be compared."""
        if deed is None or fate.outcome != ("created" if deed.is_new else "updated"):
            return self._refs({})
        return self._refs(moved_by(deed, self._labels, self._tags))

    def _refs(self, moved: Mapping[str, Any]) -> dict[str, set[int | str]]:
        """Return moves to be compared: what has been made since its name was kept stands as its id."""
        refs = {"joined": self._labels.ref, "left": self._labels.ref, "tagged": self._tags.ref}
        found = {
            verb: {ref(fold(of)) if isinstance(of, str) else of for of in moved.get(verb, ())}
            for verb, ref in refs.items()
        }
        return found | {"walls": set(moved.get("walls", ()))}


def _unknown(of: Fate | Said) -> set[str]:
    detail = of.detail or {}
    return {*detail.get("unknown", ()), *detail.get("unknown_tags", ())}


def _left_by_this_import(work: Work, task: Task, contacts: set[int]) -> dict[int, int]:
    """Return, for those of these contacts that an earlier part of this import changed, the version it left.

    Only what hangs together by a switchboard's phone comes apart into several parts.
    """
    if not contacts:
        return {}
    mine = select(col(Change.contact_id)).where(
        col(Change.act_id) == task.act_id, col(Change.contact_id).in_(among(work, contacts))
    )
    versions = (
        select(col(ImportRow.contact_id), func.max(col(ImportRow.contact_version)))
        .where(col(ImportRow.import_id) == task.import_id, col(ImportRow.contact_id).in_(mine))
        .group_by(col(ImportRow.contact_id))
    )
    return {of: version for of, version in work.session.execute(versions) if of is not None}


def _fields_changed(work: Work, since: datetime | None, contacts: set[int]) -> dict[int, list[str]]:
    """Return which of the fields that a file can have were changed of these contacts since the review began."""
    if since is None or not contacts:
        return {}
    wanted = (
        select(col(Change.contact_id), col(Change.data))
        .where(col(Change.contact_id).in_(among(work, contacts)), col(Change.at) >= since)
        .order_by(col(Change.act_id))
    )
    found: dict[int, dict[str, None]] = {}
    for contact_id, data in work.session.execute(wanted):
        names = (_LISTS.get(name, name) for name in data or ())
        found.setdefault(contact_id, {}).update(dict.fromkeys(name for name in names if name in FIELDS))
    return {contact_id: list(names) for contact_id, names in found.items() if names}
