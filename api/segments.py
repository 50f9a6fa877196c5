"""Segments and who is in them."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.parts import PROBLEMS, WRITES, AnyId, Id, Who, made
from api.repeatable import Repeatable
from models.segment import SegmentCreate, SegmentRead, SegmentUpdate
from services import segments

router = APIRouter(prefix="/segments", tags=["segments"], route_class=Repeatable, responses=PROBLEMS)


class Segments(BaseModel):
    """The segments whose names one may read, by name; `members` counts those that one sees."""

    items: list[SegmentRead]


class Picked(BaseModel):
    """Contacts by their ids."""

    model_config = ConfigDict(extra="forbid")

    contacts: Annotated[list[AnyId], Field(min_length=1, max_length=10_000)]


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
