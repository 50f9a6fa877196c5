"""The tags of one contact. Many contacts at once, and the words themselves: services/tags.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlmodel import col

from models.fold import fold
from models.tag import ContactTag, ContactTagPast, Tag
from services import permissions, tags
from services.work import AUDITED, Work


@dataclass(frozen=True)
class Held:
    """The tags that one contact is to have: all by their folded names, and the ids of those that it may get."""

    fresh: Mapping[str, int]
    wanted: frozenset[str]
    seen: frozenset[str] | None


def hold(work: Work, names: Sequence[str], seen: Sequence[str] | None = None) -> Held:
    """Hold the tags that a contact is to have, to the end of the unit, so that they do not go; make the missing ones.

    Call it before the contact is held, as everyone does. `seen` is the list that was changed into this one, null where
    there was none. Raises Refused for a name that fits no tag, Forbidden for a new one by somebody who may not edit
    contacts.
    """
    before = {fold(name) for name in seen or ()}
    wanted = {key: name for name in names if (key := fold(name))}
    fresh = {key: _held(work, wanted[key]) for key in sorted(wanted.keys() - before)}
    return Held(fresh, frozenset(wanted), None if seen is None else frozenset(before))


def set_exactly(work: Work, contact_id: int, held: Held) -> bool:
    """Leave exactly the held tags on the contact, and say if any changed.

    Where a list was seen, what the contact was tagged with or lost meanwhile stays so.
    """
    present = _on(work, contact_id)
    fresh = [tag_id for key, tag_id in held.fresh.items() if key not in present]
    gone = [
        tag_id
        for key, tag_id in present.items()
        if key not in held.wanted and (held.seen is None or key in held.seen)
    ]
    if fresh:
        _put_on(work, contact_id, fresh)
    for tag_id in gone:
        _take_off(work, contact_id, tag_id)
    return bool(fresh or gone)


def _on(work: Work, contact_id: int) -> dict[str, int]:
    rows = work.session.execute(
        select(col(Tag.name_key), col(Tag.id))
        .join(ContactTag, col(ContactTag.tag_id) == col(Tag.id))
        .where(col(ContactTag.contact_id) == contact_id, col(Tag.deleted_at).is_(None))
    )
    return {key: tag_id for key, tag_id in rows if tag_id is not None}


def _held(work: Work, name: str) -> int:
    wanted = select(col(Tag.id)).where(col(Tag.name_key) == fold(name), col(Tag.deleted_at).is_(None))
    found = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    if found is not None:
        return found
    permissions.require(work.viewer, permissions.CONTACTS_EDIT)
    return tags.make(work, name)


def _put_on(work: Work, contact_id: int, tag_ids: Sequence[int]) -> None:
    act_id = work.act()
    rows = [
        {"tag_id": tag_id, "contact_id": contact_id, "joined_at": work.now, "joined_act_id": act_id}
        for tag_id in tag_ids
    ]
    work.session.execute(insert(ContactTag), rows, execution_options=AUDITED)


def _take_off(work: Work, contact_id: int, tag_id: int) -> None:
    """Take one tag off; that it stood there is kept."""
    on = work.session.get_one(ContactTag, (tag_id, contact_id))
    past = {name: getattr(on, name) for name in ("tag_id", "contact_id", "joined_at", "joined_act_id")}
    past |= {"left_at": work.now, "left_act_id": work.act()}
    work.session.execute(insert(ContactTagPast).values(past))
    mine = col(ContactTag.tag_id) == tag_id, col(ContactTag.contact_id) == contact_id
    work.session.execute(delete(ContactTag).where(*mine), execution_options=AUDITED)
