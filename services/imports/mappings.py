"""Which column of a file is which field: as its owner says, as in the last file of its shape, or as its header says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from hooks.offers import FileShape
from models.imports import How, Import, ImportOptions, Kind
from services.errors import Refused
from services.imports.existing import ADDED_TO
from services.imports.headers import SEVERAL, own_columns, understand
from services.imports.own import options_of
from services.imports.plain_fields import READERS
from services.imports.responsibles import is_anybody
from services.imports.rows import FURTHER_EMAILS, FURTHER_PHONES, MAPPABLE, MERGED, WHOLE
from services.imports.unreadable import Unreadable
from services.segment_sheets.columns import FIELDS as SEGMENT_FIELDS
from services.segment_sheets.columns import is_sheet
from services.segment_sheets.columns import understand as understand_sheet
from services.work import Work

_LOOKED_BACK = 50


@dataclass(frozen=True)
class Mapping:
    """A field or nothing for each column, and what the file may do to fields of contacts that are there.

    `remembered` says that both are those of an earlier file; `name` is the one under which they are kept.
    """

    fields: dict[int, str | None]
    existing: dict[str, How] = field(default_factory=dict)
    remembered: bool = False
    name: str | None = None


def kind_of(options: ImportOptions, shape: FileShape) -> Kind:
    """Return what the rows of a file are: as it was chosen, else as its header says; saved mappings are of contacts."""
    if options.kind is not None:
        return options.kind
    return "segments" if options.saved_mapping is None and is_sheet(shape.columns) else "contacts"


def fields_of(kind: Kind | None) -> Sequence[str]:
    """Return the fields that a column can be."""
    return SEGMENT_FIELDS if kind == "segments" else MAPPABLE


def likely(work: Work, shape: FileShape, options: ImportOptions) -> Mapping:
    """Return the mapping of the owner's last import of this shape, or what the header suggests."""
    owner = col(Import.owner_id)
    mine = owner.is_(None) if work.viewer.user_id is None else owner == work.viewer.user_id
    earlier = (
        select(Import)
        .where(mine, col(Import.act_id).is_not(None))
        .order_by(col(Import.id).desc())
        .limit(_LOOKED_BACK)
    )
    kind = kind_of(options, shape)
    for kept in work.session.scalars(earlier):
        fields = _then(kept, shape) if (options_of(kept).kind or "contacts") == kind else None
        if fields is not None:
            then = options_of(kept)
            return Mapping(fields, {**(then.existing or {})}, remembered=True, name=then.saved_mapping)
    meant = (
        understand_sheet(shape.columns)
        if kind == "segments"
        else understand(shape.columns, options.language, shape.first_rows).fields
    )
    known = fields_of(kind)
    return Mapping(
        {
            at: name if name in known and (kind == "segments" or _fits(work, name, shape, at)) else None
            for at, name in enumerate(meant)
        }
    )


def _fits(work: Work, name: str | None, shape: FileShape, at: int) -> bool:
    """Say whether a column's samples speak for what its header says: owners and ranks may be another program's."""
    cells = [cell for row in shape.first_rows if at < len(row) and (cell := row[at].strip())]
    if cells and name == "responsible":
        return is_anybody(work, cells)
    if cells and name and name in READERS:
        return any(not isinstance(READERS[name](cell), Unreadable) for cell in cells)
    return True


def _then(kept: Import, shape: FileShape) -> dict[int, str | None] | None:
    """Return the mapping of an earlier import, if its file had the columns of this one, a report set aside."""
    if not kept.shape or not kept.mapping:
        return None
    columns = kept.shape["columns"]
    then, today = own_columns(columns), own_columns(shape.columns)
    if [columns[at] for at in then] != [shape.columns[at] for at in today]:
        return None
    names = {here: kept.mapping.get(str(there)) for there, here in zip(then, today, strict=True)}
    return {at: names.get(at) for at in range(len(shape.columns))}


def checked(fields: dict[int, str | None], shape: FileShape, kind: Kind | None) -> dict[int, str | None]:
    """Return a field or nothing for every column of a file. Raises Refused with `fields` for what does not fit."""
    return checked_fields(fields, len(shape.columns), fields_of(kind))


def checked_fields(
    fields: dict[int, str | None], columns: int, known: Sequence[str]
) -> dict[int, str | None]:
    """Return a field of those that are known, or nothing, for each of so many columns. Raises Refused with `fields`."""
    named = [name for name in fields.values() if name is not None]
    wrong = None
    if not all(0 <= at < columns for at in fields):
        wrong = _("The file has no such column.")
    elif unknown := [name for name in named if name not in known]:
        wrong = _no_such_field(unknown[0], known)
    elif repeated := [name for name in named if named.count(name) > 1 and name not in SEVERAL]:
        wrong = _("Two columns cannot be the same field ({name}).").format(name=repeated[0])
    if wrong:
        raise Refused("bad_mapping", wrong, fields={"mapping": wrong})
    return {at: fields.get(at) for at in range(columns)}


def checked_existing(chosen: dict[str, How]) -> dict[str, How]:
    """Return for which fields not all is overwritten. Raises Refused with `fields` for what does not fit."""
    wrong = None
    known = [name for name in MAPPABLE if name not in MERGED]
    if unknown := [name for name in chosen if name not in known]:
        wrong = _no_such_field(unknown[0], known)
    elif filling := [name for name in ADDED_TO if chosen.get(name) == "fill"]:
        wrong = _(
            "What a file says of {name} is added to what is there; it can only be added or left out."
        ).format(name=filling[0])
    if wrong:
        raise Refused("bad_existing", wrong, fields={"existing": wrong})
    return {name: how for name, how in chosen.items() if how != "overwrite"}


def missing_of(mapped: Iterable[str | None], *, kind: Kind, is_exported: bool) -> list[str]:
    """Return what a row needs to make something and no column gives; `is_exported`: by another program."""
    given = set(mapped)
    if kind == "segments":
        return [] if "name" in given else ["name"]
    if WHOLE in given:
        given |= {"first_name", "last_name"}
    missing = [name for name in ("country", "first_name", "last_name") if name not in given]
    if is_exported:
        named = given & {"first_name", "last_name", "organization"}
        missing = [] if named else ["name_or_organization"]
    if not given & {"phone", "email", FURTHER_EMAILS, FURTHER_PHONES}:
        missing.append("phone_or_email")
    return missing


def _no_such_field(name: str, known: Sequence[str]) -> str:
    return _("There is no field called {name}; those that there are: {known}.").format(
        name=name, known=", ".join(known)
    )
