"""What an import has done to the contacts of some of its rows: read from the history, where it is kept anyway."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from models.change import Change
from models.segment import SegmentMember, SegmentPast
from models.tag import ContactTag, ContactTagPast
from services.among import among
from services.work import Work

Done = dict[str, Any]


def done_to(work: Work, act_id: int, contact_ids: Collection[int]) -> dict[int, Done]:
    """Return per contact what a review would have said of it: `changes`, and ids `joined`, `left` and `tagged`.

    One that the import `made` says so.
    """
    found: dict[int, Done] = {}
    ids = among(work, sorted(contact_ids))
    wanted = select(col(Change.contact_id), col(Change.kind), col(Change.data)).where(
        col(Change.act_id) == act_id, col(Change.contact_id).in_(ids)
    )
    for contact_id, kind, data in work.session.execute(wanted):
        if kind == "created":
            found[contact_id] = {"made": True}
        elif data:
            found.setdefault(contact_id, {})["changes"] = data
    moved = [
        ("joined", select(col(SegmentMember.contact_id), col(SegmentMember.segment_id)).where(
            col(SegmentMember.contact_id).in_(ids), col(SegmentMember.joined_act_id) == act_id)),
        ("tagged", select(col(ContactTag.contact_id), col(ContactTag.tag_id)).where(
            col(ContactTag.contact_id).in_(ids), col(ContactTag.joined_act_id) == act_id)),
        ("tagged", select(col(ContactTagPast.contact_id), col(ContactTagPast.tag_id)).where(
            col(ContactTagPast.contact_id).in_(ids), col(ContactTagPast.joined_act_id) == act_id)),
    ]  # fmt: skip
    for verb, pairs in moved:
        for contact_id, of in work.session.execute(pairs):
            found.setdefault(contact_id, {}).setdefault(verb, []).append(of)
    past = select(
        col(SegmentPast.contact_id), col(SegmentPast.segment_id), col(SegmentPast.left_act_id)
    ).where(
        col(SegmentPast.contact_id).in_(ids),
        or_(col(SegmentPast.joined_act_id) == act_id, col(SegmentPast.left_act_id) == act_id),
    )
    for contact_id, of, left_by in work.session.execute(past):
        verb = "left" if left_by == act_id else "joined"
        found.setdefault(contact_id, {}).setdefault(verb, []).append(of)
    for done in found.values():
        # What an undo has brought back stands among the present ones and the past ones.
        done |= {
            verb: list(dict.fromkeys(done[verb])) for verb in ("joined", "left", "tagged") if verb in done
        }
    return found
