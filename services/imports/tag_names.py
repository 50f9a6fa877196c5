"""The tags column: tags that are there, tags that are made, and what becomes of all other names."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from models.fold import fold
from models.tag import Tag
from services import permissions
from services.imports.labels import Unknown, Wish
from services.names import on_one_line
from services.tags import NAME_LIMIT
from services.work import Work

_NOTHING = Wish()


@dataclass
class Tags:
    """All tags by their folded names, read once for each part of a file; `names` are as they are written.

    A name that is no tag's becomes one where the importer may make tags; else `unknown` says what becomes of it.
    """

    known: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    may_make: bool = False
    unknown: Unknown = "skip"
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
            key = fold(name)
            if key in self.known:
                keys[key] = None
            elif not self.may_make:
                unknown.append(name)
            elif not key or len(name) > NAME_LIMIT or not on_one_line(name):
                return Wish(code="bad_tag_name", unknown=(name,))
            else:
                keys[key] = None
                self.names.setdefault(key, name)
        if unknown and self.unknown == "reject":
            return Wish(code="unknown_tag", unknown=tuple(unknown))
        return Wish(keys=tuple(keys), unknown=tuple(unknown))

    def ref(self, key: str) -> int | str:
        """Return a tag's id by its folded name, or that name where the tag is still to be made."""
        return self.known.get(key, key)


def tags_of(work: Work, unknown: Unknown) -> Tags:
    """Read the tags as this viewer may use them."""
    tags = Tags(may_make=work.viewer.may(permissions.CONTACTS_EDIT), unknown=unknown)
    live = select(col(Tag.id), col(Tag.name_key), col(Tag.name)).where(col(Tag.deleted_at).is_(None))
    for tag_id, key, name in work.session.execute(live):
        assert tag_id is not None
        tags.known[key], tags.names[key] = tag_id, name
    return tags
