"""What an import made: which of its contacts others have taken up since, and the segments and tags that go with it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, exists, or_, select
from sqlmodel import col

from models.act import Act
from models.base import metadata
from models.change import Change
from models.contact import Contact
from models.segment import Segment, SegmentMember, SegmentPast
from models.tag import ContactTag, ContactTagPast, Tag
from services import permissions, walls
from services.among import within
from services.imports.undo.traces import traceless
from services.work import Work

# What is the contact's own, or an account of what was done with it: nothing of it keeps a contact from the bin.
_ITS_OWN = frozenset({
    "change", "contact", "contact_point", "contact_tag", "contact_tag_past", "import_row", "import_undo_left",
    "segment_member", "segment_past",
})  # fmt: skip


def attached() -> list[Table]:
    """Return the tables whose rows are attached to a contact and stand for themselves: plugins' too."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in _ITS_OWN
        and any(key.column.table.name == "contact" for key in table.foreign_keys)
    ]


def in_use(work: Work, contact_ids: Collection[int]) -> set[int]:
    """Return those of these contacts to which something is attached."""
    found = set[int]()
    for table in attached():
        for key in table.foreign_keys:
            if key.column.table.name == "contact":
                found.update(
                    work.session.scalars(
                        select(key.parent).where(within(work, key.parent, contact_ids)).distinct()
                    )
                )
    return found


def touched(work: Work, act_id: int, contact_ids: Collection[int]) -> set[int]:
    """Return those of these contacts that any act but the one that made them has touched.

    What was undone in its turn, and has left no trace, does not count.
    """
    found = _touched(work, act_id, contact_ids)
    return found - traceless(work, act_id, found) if found else found


def _touched(work: Work, act_id: int, contact_ids: Collection[int]) -> set[int]:
    asked = [
        select(col(column)).where(which)
        for column, which in (
            (Change.contact_id, col(Change.act_id) != act_id),
            (SegmentMember.contact_id, col(SegmentMember.joined_act_id) != act_id),
            (ContactTag.contact_id, col(ContactTag.joined_act_id) != act_id),
            (SegmentPast.contact_id, _by_others(SegmentPast, act_id)),
            (ContactTagPast.contact_id, _by_others(ContactTagPast, act_id)),
        )
    ]
    return {
        id_
        for one in asked
        for id_ in work.session.scalars(one.where(within(work, one.selected_columns[0], contact_ids)))
    }


def _by_others(past: Any, act_id: int) -> ColumnElement[bool]:
    return or_(col(past.joined_act_id) != act_id, col(past.left_act_id) != act_id)


def touched_since(work: Work, act_id: int, since: Mapping[int, datetime]) -> set[int]:
    """Return those of these contacts that another act has touched after the moment given with each."""
    if not since:
        return set()
    asked = (
        select(col(Change.contact_id), col(Change.at)).where(col(Change.act_id) != act_id),
        select(col(SegmentMember.contact_id), col(SegmentMember.joined_at)).where(
            col(SegmentMember.joined_act_id) != act_id
        ),
        select(col(ContactTag.contact_id), col(ContactTag.joined_at)).where(
            col(ContactTag.joined_act_id) != act_id
        ),
        select(col(SegmentPast.contact_id), col(SegmentPast.left_at)).where(
            col(SegmentPast.left_act_id) != act_id
        ),
        select(col(ContactTagPast.contact_id), col(ContactTagPast.left_at)).where(
            col(ContactTagPast.left_act_id) != act_id
        ),
    )
    return {
        contact_id
        for one in asked
        for contact_id, at in work.session.execute(one.where(within(work, one.selected_columns[0], since)))
        if at > since[contact_id]
    }


# --- segments and tags


def take_away(work: Work, imported: Act) -> dict[str, list[str]]:
    """Delete the segments and tags that an import made, if nobody else uses or has changed them; return their names."""
    made = {name: imported.detail.get(f"{name}_made", []) for name in ("segments", "tags")}
    assert imported.id is not None
    return {
        "segments": _segments(work, imported.id, made["segments"]),
        "tags": _tags(work, imported.id, made["tags"]),
    }


def _segments(work: Work, act_id: int, ids: list[int]) -> list[str]:
    if not ids or not work.viewer.may(permissions.SEGMENTS_MANAGE):
        return []
    walls.lock_segments(work, ids)
    of = col(Segment.id)
    elsewhere = exists().where(
        col(SegmentMember.segment_id) == of,
        col(Contact.id) == col(SegmentMember.contact_id),
        or_(col(SegmentMember.joined_act_id) != act_id, col(Contact.deleted_at).is_(None)),
    )
    deed = col(Act.detail)["deed"].as_string()
    changed = exists().where(col(Act.segment_id) == of, deed != "segment_created")
    wanted = select(Segment).where(of.in_(ids), col(Segment.deleted_at).is_(None), ~elsewhere, ~changed)
    found = work.session.scalars(wanted.order_by(of)).all()
    for segment in found:
        segment.deleted_at = work.now
        work.session.add(segment)
        work.act_beside("edit", deed="segment_deleted", segment_id=segment.id, name=segment.name, members=0)
    return [segment.name for segment in found]


def _tags(work: Work, act_id: int, ids: list[int]) -> list[str]:
    if not ids or not work.viewer.may(permissions.CONTACTS_EDIT):
        return []
    of = col(Tag.id)
    elsewhere = exists().where(
        col(ContactTag.tag_id) == of,
        col(Contact.id) == col(ContactTag.contact_id),
        or_(col(ContactTag.joined_act_id) != act_id, col(Contact.deleted_at).is_(None)),
    )
    wanted = select(Tag).where(of.in_(ids), col(Tag.deleted_at).is_(None), ~elsewhere).order_by(of)
    found = work.session.scalars(wanted if work.on_sqlite else wanted.with_for_update()).all()
    changed = _changed_tags(work, act_id) if found else set()
    going = [tag for tag in found if tag.id not in changed]
    for tag in going:
        tag.deleted_at = work.now
        work.session.add(tag)
        work.act_beside("edit", deed="tag_deleted", tag_id=tag.id, name=tag.name, contacts=0)
    return [tag.name for tag in going]


def _changed_tags(work: Work, act_id: int) -> set[int]:
    """Return the tags that somebody has renamed, coloured or merged since an act."""
    told = col(Act.detail)
    since = select(told["tag_id"].as_integer(), told["into_id"].as_integer()).where(
        col(Act.id) > act_id,
        col(Act.kind).in_(("edit", "bulk")),
        told["deed"].as_string().in_(("tag_changed", "tags_merged")),
    )
    return {id_ for row in work.session.execute(since) for id_ in row if id_ is not None}
