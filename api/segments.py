"""Segments and who is in them."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.bulk import LARGE, Picked, answered
from api.contacts import ContactPage, Sort
from api.parts import PROBLEMS, WRITES, After, Id, Limit, Who, made
from api.repeatable import Repeatable
from hooks.i18n import _
from models.bulk import AddToSegment, BulkRead, RemoveFromSegment
from models.segment import SegmentCreate, SegmentRead, SegmentUpdate
from services import bulk, listing, segments
from services.errors import NotFound
from services.listing import Query

router = APIRouter(prefix="/segments", tags=["segments"], route_class=Repeatable, responses=PROBLEMS)


class Segments(BaseModel):
    """The segments whose names one may read, by name; `members` counts those that one sees."""

    items: list[SegmentRead]


@router.get("")
def listed(viewer: Who) -> Segments:
    """List the segments that one may know of."""
    return Segments(items=segments.listed(viewer))


@router.post("", status_code=201, dependencies=WRITES)
def create(viewer: Who, command: SegmentCreate, response: Response) -> SegmentRead:
    """Make a static segment; `restricted` makes it a wall, `teams` and `users` are those it is open to."""
    segment = segments.create(viewer, command)
    made(response, f"segments/{segment.id}")
    return segment


@router.get("/{segment_id}")
def one(viewer: Who, segment_id: Id) -> SegmentRead:
    """Return one segment."""
    return segments.one(viewer, segment_id)


@router.patch("/{segment_id}", dependencies=WRITES)
def change(viewer: Who, segment_id: Id, command: SegmentUpdate) -> SegmentRead:
    """Change the fields that are sent."""
    return segments.change(viewer, segment_id, command)


@router.delete("/{segment_id}", status_code=204, dependencies=WRITES)
def delete(viewer: Who, segment_id: Id) -> None:
    """Delete a segment. Its contacts stay."""
    segments.delete(viewer, segment_id)


@router.get("/{segment_id}/members", response_model_exclude_unset=True)
def members(
    viewer: Who, segment_id: Id, sort: Sort = "-created", limit: Limit = 50, after: After = None
) -> ContactPage:
    """List the members that one sees."""
    found = listing.page(viewer, Query(segment_id=segment_id, sort=sort), limit=limit, after=after)
    return ContactPage(items=found.items, next=found.next)


@router.post("/{segment_id}/members", responses=LARGE, dependencies=WRITES)
def add(viewer: Who, segment_id: Id, picked: Picked, response: Response) -> BulkRead:
    """Put contacts into a segment; those that one does not see are passed over."""
    command = AddToSegment(segment_id=segment_id)
    return answered(response, bulk.do(viewer, command, picked.query, expected=picked.expected))


@router.post("/{segment_id}/members/remove", responses=LARGE, dependencies=WRITES)
def remove(viewer: Who, segment_id: Id, picked: Picked, response: Response) -> BulkRead:
    """Take contacts out of a segment; those that one does not see are passed over."""
    command = RemoveFromSegment(segment_id=segment_id)
    return answered(response, bulk.do(viewer, command, picked.query, expected=picked.expected))


@router.delete("/{segment_id}/members/{contact_id}", status_code=204, dependencies=WRITES)
def remove_one(viewer: Who, segment_id: Id, contact_id: Id) -> None:
    """Take one contact out of a segment."""
    if not bulk.remove_from_segment(viewer, segment_id, Query(only=[contact_id])).done:
        raise NotFound("not_found", _("There is no such member."))
