"""The tags of one contact. Many contacts at once, and the words themselves: services/tags.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import literal, or_, select
from sqlmodel import col

from models.fold import fold
from models.tag import ContactTag, Tag
from services import memberships, permissions, tags
from services.memberships import TAGS
from services.work import Work


@dataclass(frozen=True)
class Held:
    """The tags that one contact may get, by their folded names, and those that it is to lose."""

    fresh: Mapping[str, int]
    gone: frozenset[int]


def hold(
    work: Work, names: Sequence[str], contact_id: int | None = None, *, seen: Sequence[str] | None = None
) -> Held:
    """Hold the tags that a contact, or one still to be made, gets or loses, to the end of the unit; make the missing.

    Call it before the contact is held, as everyone does. `seen` is the list that was changed into this one, null where
    there was none. Raises Refused for a name that fits no tag, Forbidden for a new one by somebody who may not edit
    contacts.
    """
    before = {fold(name) for name in seen or ()}
    wanted = {key: name for name in names if (key := fold(name))}
    present = _on(work, contact_id)
    gone = {present[key] for key in present.keys() - wanted.keys() if seen is None or key in before}
    asked = wanted.keys() - before
    found = _held(work, asked, gone)
    fresh = {key: found[key] if key in found else _made(work, wanted[key]) for key in sorted(asked)}
    return Held(fresh, frozenset(gone & set(found.values())))


def set_exactly(work: Work, contact_id: int, held: Held) -> bool:
    """Put on and take off what is held for the contact, and say if any changed.

    What others put on or took off meanwhile stays so.
    """
    present = set(_on(work, contact_id).values())
    fresh, gone = set(held.fresh.values()) - present, held.gone & present
    it = select(literal(contact_id).label("contact_id"))
    put_on = [memberships.begin(work, TAGS, tag_id, work.act(), it) for tag_id in sorted(fresh)]
    taken_off = [memberships.end(work, TAGS, tag_id, work.act(), it) for tag_id in sorted(gone)]
    return any(put_on) or any(taken_off)


def _on(work: Work, contact_id: int | None) -> dict[str, int]:
    rows = work.session.execute(
        select(col(Tag.name_key), col(Tag.id))
        .join(ContactTag, col(ContactTag.tag_id) == col(Tag.id))
        .where(col(ContactTag.contact_id) == contact_id, col(Tag.deleted_at).is_(None))
    )
    return {key: tag_id for key, tag_id in rows if tag_id is not None}


def _held(work: Work, keys: Collection[str], ids: Collection[int]) -> dict[str, int]:
    """Hold those that are there, all in one order so that no two wait for each other, and return their ids."""
    either = or_(col(Tag.name_key).in_(keys), col(Tag.id).in_(ids))
    wanted = select(col(Tag.name_key), col(Tag.id)).where(either, col(Tag.deleted_at).is_(None))
    ordered = wanted.order_by(col(Tag.id))
    rows = work.session.execute(ordered if work.on_sqlite else ordered.with_for_update())
    return {key: tag_id for key, tag_id in rows if tag_id is not None}


def _made(work: Work, name: str) -> int:
    permissions.require(work.viewer, permissions.CONTACTS_EDIT)
    return tags.make(work, name)
