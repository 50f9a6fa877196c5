"""Mappings with names: which column of a file is which field, kept for files to come."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from api.parts import PROBLEMS, WRITES, AnyId, Id, Who, made
from api.repeatable import Repeatable
from models.import_mapping import MappingRead, MappingUpdate
from services.imports import saved_mappings

router = APIRouter(prefix="/import-mappings", tags=["imports"], route_class=Repeatable, responses=PROBLEMS)


class Mappings(BaseModel):
    """One's own mappings, by name."""

    items: list[MappingRead]


class MappingKeep(BaseModel):
    """An import whose mapping is to be kept, and the name; a mapping of that name is replaced."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    import_id: AnyId
    name: str


@router.get("")
def listed(viewer: Who) -> Mappings:
    """List one's own mappings by name."""
    return Mappings(items=list(saved_mappings.listed(viewer)))


@router.post("", status_code=201, dependencies=WRITES)
def keep(viewer: Who, command: MappingKeep, response: Response) -> MappingRead:
    """Keep the mapping of an import under a name, which imports can then ask for as `saved_mapping`."""
    kept = saved_mappings.keep(viewer, command.import_id, command.name)
    made(response, f"import-mappings/{kept.id}")
    return kept


@router.get("/{mapping_id}")
def one(viewer: Who, mapping_id: Id) -> MappingRead:
    """Return a mapping of one's own."""
    return saved_mappings.one(viewer, mapping_id)


@router.patch("/{mapping_id}", dependencies=WRITES)
def change(viewer: Who, mapping_id: Id, command: MappingUpdate) -> MappingRead:
    """Rename a mapping, or say otherwise which column is which field."""
    return saved_mappings.change(viewer, mapping_id, command)


@router.delete("/{mapping_id}", status_code=204, dependencies=WRITES)
def remove(viewer: Who, mapping_id: Id) -> None:
    """Forget a mapping."""
    saved_mappings.remove(viewer, mapping_id)
