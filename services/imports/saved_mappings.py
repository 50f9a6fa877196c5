"""Mappings with names: kept by a person from a file, chosen for another one, changed and deleted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from hooks.i18n import _
from hooks.offers import FileShape
from hooks.viewer import Viewer
from models.fold import fold
from models.import_mapping import ImportMapping, MappingRead, MappingUpdate
from models.imports import ImportOptions
from services import permissions
from services.errors import Conflict, NotFound, Refused
from services.imports import mappings
from services.imports.headers import SEVERAL, own_columns
from services.imports.mappings import Mapping, checked, checked_existing, checked_fields, fields_of, kind_of
from services.imports.own import mapping_of, options_of, own
from services.names import checked_name
from services.overtaken import anew_when_overtaken
from services.work import Work, unit_of_work


def listed(viewer: Viewer) -> Sequence[MappingRead]:
    """Return the viewer's mappings by name."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer) as work:
        wanted = select(ImportMapping).where(_mine(work)).order_by(col(ImportMapping.name_key))
        return [_read(kept) for kept in work.session.scalars(wanted)]


def one(viewer: Viewer, mapping_id: int) -> MappingRead:
    """Return a mapping of the viewer's. Raises NotFound."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer) as work:
        return _read(_own(work, mapping_id))


@anew_when_overtaken
def keep(viewer: Viewer, import_id: int, name: str) -> MappingRead:
    """Keep the mapping of an import of the viewer's under a name; one of that name is replaced.

    Raises NotFound for the import, Refused with `fields` for a name that is none.
    """
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    name = checked_name(name)
    with unit_of_work(viewer, write=True) as work:
        of = own(work, import_id, lock=True)
        options, mapping = options_of(of), mapping_of(of)
        if options.kind == "segments":
            raise _of_contacts_alone("name")
        headers = (of.shape or {}).get("columns", [])
        columns = own_columns(headers)
        said: dict[str, Any] = {
            "name": name,
            "columns": [headers[at] for at in columns],
            "fields": [mapping.get(at) for at in columns],
            "existing": {**(options.existing or {})},
        }
        of.options = of.options | {"saved_mapping": name}
        work.session.add(of)
        kept = _named(work, name)
        if kept is not None:
            _alter(work, kept, said)
            return _read(kept)
        kept = ImportMapping(owner_id=viewer.user_id, name_key=fold(name), changed_at=work.now, **said)
        work.session.add(kept)
        work.session.flush()
        work.act("edit", deed="mapping_kept", mapping_id=kept.id, name=name)
        return _read(kept)


@anew_when_overtaken
def change(viewer: Viewer, mapping_id: int, command: MappingUpdate) -> MappingRead:
    """Rename a mapping, or say otherwise which column is which field.

    Raises NotFound, Conflict `name_known`, Refused with `fields`.
    """
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer, write=True) as work:
        kept = _own(work, mapping_id)
        said: dict[str, Any] = {}
        if command.name is not None:
            said["name"] = name = checked_name(command.name)
            other = _named(work, name)
            if other is not None and other.id != mapping_id:
                wrong = _("You have a mapping of that name.")
                raise Conflict("name_known", wrong, fields={"name": wrong})
        if command.fields is not None:
            said["fields"] = _fitting(command.fields, kept.columns)
        if command.existing is not None:
            said["existing"] = {**checked_existing(command.existing)}
        _alter(work, kept, said)
        return _read(kept)


def remove(viewer: Viewer, mapping_id: int) -> None:
    """Forget a mapping; imports that were read by it stay as they are. Raises NotFound."""
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    with unit_of_work(viewer, write=True) as work:
        kept = _own(work, mapping_id)
        work.act("edit", deed="mapping_deleted", mapping_id=mapping_id, name=kept.name)
        work.session.delete(kept)


def _alter(work: Work, kept: ImportMapping, said: dict[str, Any]) -> None:
    """Put new values into a mapping, the old ones beside them in the history; the last one changed is offered first."""
    changes = {
        field: [before, value] for field, value in said.items() if (before := getattr(kept, field)) != value
    }
    for field, (_before, value) in changes.items():
        setattr(kept, field, value)
    kept.name_key, kept.changed_at = fold(kept.name), work.now
    work.session.add(kept)
    if changes:
        work.act("edit", deed="mapping_changed", mapping_id=kept.id, name=kept.name, fields=changes)


def mapping_for(work: Work, shape: FileShape, options: ImportOptions) -> Mapping:
    """Return the mapping of a file: the chosen one, else that of the last file of its shape, else by its header.

    Raises Refused with `fields` for one that does not fit.
    """
    kind = kind_of(options, shape)
    if kind == "segments" and options.saved_mapping is not None:
        raise _of_contacts_alone("saved_mapping")
    if options.mapping is not None:
        return Mapping(checked(options.mapping, shape, kind), name=options.saved_mapping)
    likely = mappings.likely(work, shape, options)
    if options.saved_mapping is not None:
        kept = _named(work, options.saved_mapping)
        if kept is None:
            wrong = _("You have no mapping called {name}.").format(name=options.saved_mapping)
            raise Refused("no_such_mapping", wrong, fields={"saved_mapping": wrong})
    elif likely.remembered:
        kept = _named(work, likely.name) if likely.name else None
    else:
        kept = _of_shape(work, shape) if kind == "contacts" else None
    return replace(likely, name=None) if kept is None else _laid_on(kept, shape, likely)


def _of_contacts_alone(field: str) -> Refused:
    wrong = _("A sheet of segments has one layout: mappings are kept of contacts alone.")
    return Refused("sheet_of_segments", wrong, fields={field: wrong})


def _laid_on(kept: ImportMapping, shape: FileShape, otherwise: Mapping) -> Mapping:
    """Lay a mapping on a file by its headers; columns that it does not know are as they would be `otherwise`."""
    known: dict[str, list[str | None]] = {}
    for header, field in zip(kept.columns, kept.fields, strict=True):
        known.setdefault(fold(header), []).append(field)
    named = {field for field in kept.fields if field}
    fields: dict[int, str | None] = {}
    for at, header in enumerate(shape.columns):
        if known.get(fold(header)):
            fields[at] = known[fold(header)].pop(0)
        else:
            other = otherwise.fields.get(at)
            fields[at] = None if other in named and other not in SEVERAL else other
    return Mapping(fields, {**kept.existing}, remembered=True, name=kept.name)


def _of_shape(work: Work, shape: FileShape) -> ImportMapping | None:
    """Return the mapping with the columns of this file that was changed last."""
    columns = [shape.columns[at] for at in own_columns(shape.columns)]
    wanted = select(ImportMapping).where(_mine(work)).order_by(col(ImportMapping.changed_at).desc())
    return next((one for one in work.session.scalars(wanted) if one.columns == columns), None)


def _mine(work: Work) -> ColumnElement[bool]:
    owner = col(ImportMapping.owner_id)
    return owner.is_(None) if work.viewer.user_id is None else owner == work.viewer.user_id


def _named(work: Work, name: str) -> ImportMapping | None:
    return work.session.scalar(
        select(ImportMapping).where(_mine(work), col(ImportMapping.name_key) == fold(name))
    )


def _own(work: Work, mapping_id: int) -> ImportMapping:
    found = work.session.scalar(select(ImportMapping).where(_mine(work), col(ImportMapping.id) == mapping_id))
    if found is None:
        raise NotFound("not_found", _("There is no such mapping."))
    return found


def _fitting(fields: list[str | None], columns: Sequence[str]) -> list[str | None]:
    if len(fields) != len(columns):
        wrong = _("A mapping has one field, or nothing, for each of its columns.")
        raise Refused("bad_mapping", wrong, fields={"fields": wrong})
    return list(checked_fields(dict(enumerate(fields)), len(columns), fields_of("contacts")).values())


def _read(kept: ImportMapping) -> MappingRead:
    assert kept.id is not None
    return MappingRead(
        id=kept.id, name=kept.name, columns=kept.columns, fields=kept.fields, existing=kept.existing,
        changed=kept.changed_at,
    )  # fmt: skip
