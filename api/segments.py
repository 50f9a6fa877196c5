"""Segments and who is in them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.bulk import LARGE, Before, Picked, answered
from api.contacts import ContactPage, Sort
from api.parts import PROBLEMS, WRITES, After, AnyId, Id, Limit, Who, made, shows
from api.repeatable import Repeatable
from hooks.i18n import _
from models.bulk import AddToSegment, BulkRead, RemoveFromSegment
from models.segment import SegmentCreate, SegmentDay, SegmentGone, SegmentLine, SegmentRead, SegmentUpdate
from services import bulk, listing, segment_bin, segment_story, segments
from services.errors import NotFound
from services.impact import Impact
from services.listing import Query as Asked
from services.segment_sheets import writing

router = APIRouter(prefix="/segments", tags=["segments"], route_class=Repeatable, responses=PROBLEMS)


class Segments(BaseModel):
    """The segments whose names one may read, by name; `members` counts those that one sees."""

    items: list[SegmentRead]


class Gone(BaseModel):
    """Deleted segments."""

    items: list[SegmentGone]


class Switch(BaseModel):
    """Several segments, and whether they are to be active."""

    model_config = ConfigDict(extra="forbid")

    segments: Annotated[list[AnyId], Field(min_length=1, max_length=500)]
    active: bool


class Switched(BaseModel):
    """How many were switched."""

    switched: int


class Restore(BaseModel):
    """The name under which a segment comes back, where it is not its own."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = None


class PersonEffect(BaseModel):
    """How many contacts one person would gain, or lose."""

    user_id: int
    name: str
    contacts: int


class Effects(BaseModel):
    """What a change would do to who sees what; `blind` contacts keep a responsible who no longer sees them."""

    members: int
    gains: list[PersonEffect]
    loses: list[PersonEffect]
    blind: int


class History(BaseModel):
    """What was done to a segment; `next` is the `before` of what was done before these."""

    items: list[SegmentLine]
    next: int | None


class Growth(BaseModel):
    """The last days, the oldest first."""

    days: list[SegmentDay]


def effects(found: Impact) -> Effects:
    """Return an impact as the API shows it."""
    return Effects.model_validate(asdict(found))


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


@router.get("/deleted")
def deleted(viewer: Who) -> Gone:
    """List the deleted segments that one can bring back, the last one first."""
    return Gone(items=segment_bin.listed(viewer))


@router.get("/sheet", response_class=Response)
def sheet(viewer: Who, format_: Annotated[str, Query(alias="format", max_length=20)] = "csv") -> Response:
    """Fetch the segments that one may know of as a sheet that an import reads: links, switch and state with them."""
    content = writing.sheet(viewer, format_)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="segments.{format_}"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/switch", dependencies=WRITES)
def switch(viewer: Who, wanted: Switch) -> Switched:
    """Switch several segments on, or off; `switched` were not so already."""
    return Switched(switched=segments.switch(viewer, wanted.segments, active=wanted.active))


@router.post("/switch/impact")
def impact_of_switching(viewer: Who, wanted: Switch) -> Effects:
    """Say who would gain and who would lose how many contacts by it. Nothing is written."""
    return effects(segments.impact_of_switching(viewer, wanted.segments, active=wanted.active))


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


@router.post("/{segment_id}/impact")
def impact(viewer: Who, segment_id: Id, command: SegmentUpdate) -> Effects:
    """Say who would gain and who would lose how many contacts by a change. Nothing is written."""
    return effects(segments.impact(viewer, segment_id, command))


@router.post("/{segment_id}/delete/impact")
def impact_of_deleting(viewer: Who, segment_id: Id) -> Effects:
    """Say who would gain and who would lose how many contacts if it were deleted. Nothing is written."""
    return effects(segments.impact(viewer, segment_id, None))


@router.post("/{segment_id}/restore/impact")
def impact_of_restoring(viewer: Who, segment_id: Id) -> Effects:
    """Say who would gain and who would lose how many contacts if it came back. Nothing is written."""
    return effects(segment_bin.impact(viewer, segment_id))


@router.post("/{segment_id}/restore", dependencies=WRITES)
def restore(viewer: Who, segment_id: Id, wanted: Restore, response: Response) -> SegmentRead:
    """Bring a deleted segment back with its members, links and wall; under another name where its own is taken."""
    shows(response, f"segments/{segment_id}")
    return segment_bin.bring_back(viewer, segment_id, name=wanted.name)


@router.get("/{segment_id}/history")
def history(viewer: Who, segment_id: Id, limit: Limit = 30, before: Before = None) -> History:
    """List what was done to a segment, and with many of its contacts, the newest first."""
    found = segment_story.lines(viewer, segment_id, limit, before=before)
    return History(items=found, next=found[-1].act_id if len(found) == limit else None)


@router.get("/{segment_id}/growth")
def growth(viewer: Who, segment_id: Id) -> Growth:
    """Return how many joined and left on each of the last thirty days, of those that one sees."""
    now = segments.one(viewer, segment_id).members
    return Growth(days=segment_story.growth(viewer, {segment_id: now})[segment_id])


@router.get("/{segment_id}/members", response_model_exclude_unset=True)
def members(
    viewer: Who, segment_id: Id, sort: Sort = "-created", limit: Limit = 50, after: After = None
) -> ContactPage:
    """List the members that one sees."""
    found = listing.page(viewer, Asked(segment_id=segment_id, sort=sort), limit=limit, after=after)
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
    if not bulk.remove_from_segment(viewer, segment_id, Asked(only=[contact_id])).done:
        raise NotFound("not_found", _("There is no such member."))
