"""The segments column: which names the importer may use, and what becomes of all others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.fold import fold
from models.segment import Segment, WallSetSegment
from services import permissions
from services.access import visible_segment
from services.errors import Forbidden
from services.membership import obstacle
from services.names import on_one_line
from services.segments import NAME_LIMIT
from services.work import Work

Unknown = Literal["skip", "reject", "create"]
_NEAREST_OF = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row's segments cell comes to: `keys` of segments to be in, and the names that lead to none.

    With `code` the row is rejected, for the names in `unknown`.
    """

    keys: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    code: str | None = None


_NOTHING = Wish()


@dataclass
class Labels:
    """All segments as the importer may use them, read once for each part of a file.

    `usable` maps the folded name to the id; `walls` are all restricted segments, hidden ones too; `walls_of` maps a
    wall set to its walls; `new_names` are those to be made, by folded name. `meant` maps a name that leads to none
    to the one it stands for, both folded: so the importer has said.
    """

    usable: dict[str, int]
    names: dict[str, str]
    hidden: frozenset[str]
    walls: frozenset[int]
    walls_of: dict[int, frozenset[int]]
    unknown: Unknown
    editable: frozenset[int] = frozenset()
    new_names: dict[str, str] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    _wishes: dict[tuple[str, ...], Wish] = field(default_factory=dict)

    def wish(self, typed: Sequence[str] | None) -> Wish:
        """Return what these names, as typed, come to."""
        if not typed:
            return _NOTHING
        typed = tuple(typed)
        found = self._wishes.get(typed)
        if found is None:
            found = self._wishes[typed] = self._read(typed)
        return found

    def _read(self, typed: Sequence[str]) -> Wish:
        keys: dict[str, None] = {}
        unknown: list[str] = []
        for name in typed:
            key = self.key_of(name)
            if key in self.usable:
                keys[key] = None
            elif self.unknown != "create":
                unknown.append(name)
            elif key in self.hidden:
                return Wish(code="not_available", unknown=(name,))
            elif key in self.names:
                unknown.append(
                    name
                )  # it is there, but nothing may be added to it; it is never made a second time
            elif not key or len(name) > NAME_LIMIT or not on_one_line(name):
                return Wish(code="bad_segment_name", unknown=(name,))
            else:
                keys[key] = None
                self.new_names.setdefault(key, name)
        if unknown and self.unknown == "reject":
            return Wish(code="unknown_segment", unknown=tuple(unknown))
        return Wish(keys=tuple(keys), unknown=tuple(unknown))

    def key_of(self, name: str) -> str:
        """Return the folded name that is meant by a name as typed."""
        key = fold(name)
        return key if key in self.usable else self.meant.get(key, key)

    def ref(self, key: str) -> int | str:
        """Return a segment's id by its folded name, or that name where the segment is still to be made."""
        return self.usable.get(key, key)


def labels_of(work: Work, unknown: Unknown = "skip", meant: Mapping[str, str] | None = None) -> Labels:
    """Read the segments as this viewer may use them; `meant` maps names in the file to names of segments."""
    readable = set(work.session.scalars(select(col(Segment.id)).where(visible_segment(work.sight))))
    usable: dict[str, int] = {}
    names: dict[str, str] = {}
    hidden: set[str] = set()
    walls: set[int] = set()
    for segment in work.session.scalars(select(Segment).where(col(Segment.deleted_at).is_(None))):
        assert segment.id is not None
        if segment.restricted:
            walls.add(segment.id)
        if segment.id not in readable:
            hidden.add(segment.name_key)
            continue
        names[segment.name_key] = segment.name
        if obstacle(work.viewer, work.sight, segment) is None:
            usable[segment.name_key] = segment.id
    return Labels(
        usable,
        names,
        frozenset(hidden),
        frozenset(walls),
        _wall_sets(work),
        unknown,
        frozenset(usable.values()),
        meant=folded(meant or {}),
    )


def folded(meant: Mapping[str, str]) -> dict[str, str]:
    """Return which name stands for which other one, as names are compared."""
    return {fold(name): fold(other) for name, other in meant.items()}


def require_create(viewer: Viewer) -> None:
    """Raise Forbidden where the viewer may not have an import make the segments that it names."""
    if not (viewer.may(permissions.SEGMENTS_MANAGE) and viewer.may(permissions.SEGMENTS_ASSIGN)):
        raise Forbidden("forbidden", _("Your role does not allow you to make segments."))


def nearest(work: Work, unknown: Iterable[str]) -> dict[str, str]:
    """Return, for names that lead to no segment, that of the closest one that may be used, where one comes close."""
    labels = labels_of(work)
    known = {key: labels.names[key] for key in labels.usable}
    found: dict[str, str] = {}
    for name in list(unknown)[:_NEAREST_OF]:
        close = get_close_matches(fold(name), known, n=1, cutoff=0.6)
        if close:
            found[name] = known[close[0]]
    return found


def _wall_sets(work: Work) -> dict[int, frozenset[int]]:
    sets: dict[int, set[int]] = {}
    rows = select(col(WallSetSegment.wall_set_id), col(WallSetSegment.segment_id))
    for wall_set_id, segment_id in work.session.execute(rows):
        sets.setdefault(wall_set_id, set()).add(segment_id)
    return {wall_set_id: frozenset(walls) for wall_set_id, walls in sets.items()}
