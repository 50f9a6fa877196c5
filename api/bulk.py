"""Many contacts at once, what became of it, and the way back."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.parts import PROBLEMS, WRITES, AnyId, Id, Limit, Who, made
from api.repeatable import Repeatable
from models.act import ActConflict, ActRead
from models.bulk import BulkRead, Command
from services import acts as acts_
from services import bulk, undo
from services.listing import Query

router = APIRouter(prefix="/bulk", tags=["bulk"], route_class=Repeatable, responses=PROBLEMS)
acts = APIRouter(prefix="/acts", tags=["bulk"], route_class=Repeatable, responses=PROBLEMS)

Before = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)]
LARGE: dict[int | str, dict[str, Any]] = {
    202: {
        "model": BulkRead,
        "description": "It is large, and done in the background: Location says where it is.",
    }
}


class Picked(BaseModel):
    """Contacts by their ids, or all that match a filter or a search."""

    model_config = ConfigDict(extra="forbid")

    contacts: Annotated[list[AnyId], Field(max_length=10_000)] | None = None
    filter: dict[str, Any] | None = None
    search: Annotated[str, Field(max_length=500)] | None = None
    expected: (
        Annotated[int, Field(ge=0, description="409 `count_changed` if it is not as many as these.")] | None
    ) = None

    @property
    def query(self) -> Query:
        """The question that finds them."""
        return Query(filter=self.filter, search=self.search, only=self.contacts)


class Wanted(Picked):
    """What is to be done, with which contacts."""

    do: Command
    all_contacts: Annotated[bool, Field(description="Mean all contacts, where nothing else says which.")] = (
        False
    )


class Larges(BaseModel):
    """One's large deeds, the newest first."""

    items: list[BulkRead]


class Acts(BaseModel):
    """Acts on many contacts, the newest first; `next` is the `before` of those after them."""

    items: list[ActRead]
    next: int | None


class Conflicts(BaseModel):
    """Contacts that an undo has left, since somebody changed them."""

    items: list[ActConflict]


def answered(response: Response, read: BulkRead) -> BulkRead:
    """Say where a large deed is found."""
    if read.id is not None:
        response.status_code = 202
        made(response, f"bulk/{read.id}")
    return read


@router.post("", responses=LARGE, dependencies=WRITES)
def do(viewer: Who, wanted: Wanted, response: Response) -> BulkRead:
    """Do one thing with many contacts; those that one does not see are passed over."""
    read = bulk.do(
        viewer, wanted.do, wanted.query, all_contacts=wanted.all_contacts, expected=wanted.expected
    )
    return answered(response, read)


@router.get("")
def recent(viewer: Who, limit: Limit = 20) -> Larges:
    """List one's own large deeds."""
    return Larges(items=bulk.recent(viewer, limit))


@router.get("/{bulk_id}")
def get(viewer: Who, bulk_id: Id) -> BulkRead:
    """Return one of one's own large deeds: how far it is, or what became of it."""
    return bulk.get(viewer, bulk_id)


@router.post("/{bulk_id}/cancel", dependencies=WRITES)
def cancel(viewer: Who, bulk_id: Id) -> BulkRead:
    """Stop a large deed before anything of it is written; one that has ended stays as it is."""
    return bulk.cancel(viewer, bulk_id)


@acts.get("")
def listed(viewer: Who, limit: Limit = 50, before: Before = None) -> Acts:
    """List what was done with many contacts: by oneself, or by everybody for who looks after people."""
    found = acts_.recent(viewer, limit, before=before)
    return Acts(items=found, next=found[-1].id if len(found) == limit else None)


@acts.get("/{act_id}")
def one(viewer: Who, act_id: Id) -> ActRead:
    """Return one act."""
    return acts_.one(viewer, act_id)


@acts.get("/{act_id}/conflicts")
def conflicts(viewer: Who, act_id: Id) -> Conflicts:
    """List the contacts that an undo has left, as far as one sees them."""
    return Conflicts(items=acts_.conflicts(viewer, act_id))


@acts.post("/{act_id}/undo", responses=LARGE, dependencies=WRITES)
def take_back(viewer: Who, act_id: Id, response: Response) -> BulkRead:
    """Take back what an act has done, within thirty days; what somebody changed since is left, and listed."""
    return answered(response, undo.undo(viewer, act_id))
