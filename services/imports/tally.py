"""The numbers of an import, added up part by part, and kept as JSON between the parts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from models.fold import fold
from services.access import Sight, would_see
from services.imports.agreed import CODE as CHANGED
from services.imports.labels import Labels
from services.imports.rows import RESPONSIBLE
from services.imports.settle import Deed, Fate
from services.imports.tag_names import Tags
from services.imports.unreadable import CODES as UNREADABLE

# Names that lead to no segment are told one by one; a file of nothing but such names would fill the row.
_MOST_NAMES = 2_000
_NEW = "+"
# What is noted of a row, and under which number it is counted.
_NOTES = {
    "shares_phone": "shares_phone",
    "other_name": "other_name",
    "in_bin": "in_bin",
    "restored": "in_bin",
    "left_in_bin": "in_bin",
    "placeholders": "placeholders",
    "other_messengers": "other_messengers",
    "postcode_zeros": "postcode_zeros",
    "postcode_number": "postcode_numbers",
}


@dataclass
class Tally:
    """rows = created + updated + unchanged + skipped + rejected once all parts are added."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    unknown_segments: list[str] = field(default_factory=list)
    nearest: dict[str, str] = field(default_factory=dict)
    created_segments: list[str] = field(default_factory=list)
    contacts: int = 0
    segments_added: int = 0
    segments_removed: int = 0
    # By the segment's id, or by its name after a plus sign where it is still to be made: added, removed.
    by_segment: dict[str, list[int]] = field(default_factory=dict)
    unknown_tags: list[str] = field(default_factory=list)
    created_tags: list[str] = field(default_factory=list)
    tags_added: int = 0
    last_wall_lost: int = 0
    out_of_sight: int = 0
    in_bin: int = 0
    shares_phone: int = 0
    other_name: int = 0
    changed_since_review: int = 0
    placeholders: int = 0
    other_messengers: int = 0
    postcode_zeros: int = 0
    postcode_numbers: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    # Rows with an address that can be read; and, by field, those whose address cannot be.
    emails: int = 0
    phones: int = 0
    wrong: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Self:
        """Return the numbers from the JSON of `kept`."""
        return cls(**kept) if kept else cls()

    def kept(self) -> dict[str, Any]:
        """Return the numbers as JSON."""
        return asdict(self)

    @property
    def done(self) -> int:
        """How many rows have their outcome."""
        return self.created + self.updated + self.unchanged + self.skipped + self.rejected

    def close(self) -> None:
        """Count what is left undone as skipped."""
        self.skipped += max(0, self.rows - self.done)

    def add_fates(self, fates: Iterable[Fate]) -> None:
        """Count the outcomes of rows."""
        outcomes: Counter[str] = Counter()
        for fate in fates:
            outcomes[fate.outcome] += 1
            if fate.outcome == "rejected" and fate.code:
                self.reasons[fate.code] = self.reasons.get(fate.code, 0) + 1
                if fate.code in UNREADABLE and fate.detail:
                    of = str(fate.detail.get("field"))
                    self.wrong[of] = self.wrong.get(of, 0) + 1
            if fate.detail:
                for note, name in _NOTES.items():
                    # Of what did not come in only that it is in the bin is counted.
                    if fate.detail.get(note) and (fate.outcome != "rejected" or note == "left_in_bin"):
                        setattr(self, name, getattr(self, name) + 1)
                if fate.code == CHANGED or fate.detail.get("changed"):
                    self.changed_since_review += 1
        for outcome, times in outcomes.items():
            setattr(self, outcome, getattr(self, outcome) + times)

    def add_deeds(self, deeds: Sequence[Deed], labels: Labels, tags: Tags, sight: Sight) -> None:
        """Count the contacts, and what happens to segments, tags and walls. Call it before the deeds are done."""
        self.contacts += len(deeds)
        # A review makes no segment, so every part brings the same new names.
        made = {fold(name) for name in self.created_segments}
        tags_made = {fold(name) for name in self.created_tags}
        for deed in deeds:
            self.tags_added += len(deed.tags)
            for key in deed.tags:
                if key not in tags.known and key not in tags_made:
                    tags_made.add(key)
                    self.created_tags.append(tags.names[key])
            self.segments_added += len(deed.joins)
            self.segments_removed += len(deed.leaves)
            for key in deed.joins:
                if key in labels.usable:
                    self._move(str(labels.usable[key]), 0)
                    continue
                self._move(_NEW + labels.new_names[key], 0)
                if key not in made:
                    made.add(key)
                    self.created_segments.append(labels.new_names[key])
            for segment_id in deed.leaves:
                self._move(str(segment_id), 1)
            before = frozenset() if deed.is_new else labels.walls_of.get(deed.person.wall_set_id, frozenset())
            if before and not deed.walls:
                self.last_wall_lost += 1
            moved = deed.is_new or deed.joins or deed.leaves or "responsible" in deed.changes
            if moved and not would_see(sight, deed.walls, deed.values[RESPONSIBLE]):
                self.out_of_sight += 1

    def _move(self, segment: str, place: int) -> None:
        moves = self.by_segment.get(segment)
        if moves is None:
            if len(self.by_segment) >= _MOST_NAMES:
                return
            moves = self.by_segment[segment] = [0, 0]
        moves[place] += 1

    def add_unknown(self, known: list[str], names: Iterable[str]) -> None:
        """Add names that lead to no segment, or no tag, to those `known`, each once, as typed first."""
        keys = {fold(name) for name in known}
        for name in names:
            key = fold(name)
            if key not in keys and len(known) < _MOST_NAMES:
                keys.add(key)
                known.append(name)
