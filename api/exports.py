"""Exports: contacts as a file that is made in the background, fetched by its owner, and expires."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from api.parts import PROBLEMS, WRITES, AnyId, Id, Limit, Who, made
from api.repeatable import Repeatable
from models.export import ExportRead
from services import exports, permissions
from services.listing import Query

router = APIRouter(prefix="/exports", tags=["exports"], route_class=Repeatable, responses=PROBLEMS)


class ExportCreate(BaseModel):
    """What to take out: all that match `filter`, `search` and `segment`, or the `contacts` that were picked.

    Without `columns` the file has the layout that an import reads. `exact` leaves cells as they are that a
    spreadsheet would run; only whoever manages roles may ask for it, and it is recorded.
    """

    model_config = ConfigDict(extra="forbid")

    format: Annotated[str, Field(max_length=20)] = "csv"
    filter: dict[str, Any] | None = None
    search: Annotated[str, Field(max_length=500)] | None = None
    sort: Annotated[str, Field(max_length=100)] = "-created"
    segment: AnyId | None = None
    contacts: Annotated[list[AnyId], Field(max_length=10_000)] | None = None
    columns: Annotated[list[str], Field(max_length=200)] | None = None
    exact: bool = False


class Exports(BaseModel):
    """One's newest exports, newest first."""

    items: list[ExportRead]


@router.post("", status_code=202, dependencies=WRITES)
def create(viewer: Who, command: ExportCreate, response: Response) -> ExportRead:
    """Make a file in the background; Location says where its state is found."""
    query = Query(
        filter=command.filter,
        search=command.search,
        sort=command.sort,
        segment_id=command.segment,
        only=command.contacts,
    )
    export = exports.request(viewer, command.format, query, command.columns, command.exact)
    made(response, f"exports/{export.id}")
    return export


@router.get("")
def recent(viewer: Who, limit: Limit = 50) -> Exports:
    """List one's own exports."""
    permissions.require(viewer, permissions.CONTACTS_EXPORT)
    return Exports(items=exports.recent(viewer, limit))


@router.get("/{export_id}")
def get(viewer: Who, export_id: Id) -> ExportRead:
    """Return one of one's own exports."""
    permissions.require(viewer, permissions.CONTACTS_EXPORT)
    return exports.get(viewer, export_id)


@router.get("/{export_id}/file", response_class=FileResponse)
def file(viewer: Who, export_id: Id) -> FileResponse:
    """Fetch the file, as long as it has not expired and one may still see what is in it."""
    path = exports.path_of(viewer, export_id)
    return FileResponse(
        path,
        filename=f"contacts-{export_id}{path.suffix}",
        headers={"Cache-Control": "no-store"},
    )
