"""Exports: contacts as a file with an owner, that expires and is fetched through one door."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _, use_locale
from hooks.manager import plugins
from hooks.offers import Exporter
from hooks.viewer import SYSTEM, Viewer
from models.contact import Contact
from models.export import Export, ExportRead
from models.segment import Segment
from services import permissions, pulse
from services.access import Sight
from services.errors import NotFound, Refused, Told
from services.imports.headers import LAYOUT, header_of
from services.imports.placeholders import said_in_earnest
from services.listing import Query, rows
from services.listing.keeping import filter_of, query_from, rest_of
from services.listing.query import ask
from services.notifications import notify
from services.people import viewer_of
from services.settings import settings
from services.work import Work, unit_of_work

# What the list shows and more; the layout of the import comes first.
COLUMNS: tuple[str, ...] = (
    *LAYOUT, "id", "responsible", "tags", "created", "updated", "region", "city", "postcode", "street", "language",
    "time_zone", "importance", "revenue", "source", "messengers", "opted_out",
)  # fmt: skip
_SEPARATOR = ";"
_BATCH = 1_000


def request(
    viewer: Viewer,
    format_: str,
    query: Query,
    columns: Sequence[str] | None = None,
    exact: bool = False,
    *,
    locale: str | None = None,
) -> ExportRead:
    """Accept an export and return it; a job writes the file, which its owner alone can fetch until it expires.

    Without `columns` it has the layout that an import reads. The header is in the language of `locale`, else of
    the viewer's page, else English. `exact` leaves cells as they are that a spreadsheet would run; it needs
    `roles.manage` and is recorded. Raises Refused for an unknown format or column and for a wrong query.
    """
    _require(viewer, exact=exact)
    exporter_for(viewer, format_)
    chosen = _known(columns)
    speaks = locale or (viewer.locale if viewer.via == "page" else "en")
    with unit_of_work(viewer, write=True) as work:
        ask(work, query)
        export = Export(
            owner_id=viewer.user_id,
            format=format_,
            filter=filter_of(query),
            options=rest_of(query) | {"exact": exact, "locale": speaks, "layout": columns is None},
            columns=list(chosen),
            created_at=work.now,
        )
        work.session.add(export)
        work.session.flush()
        assert export.id is not None
        if exact:
            work.act("bulk", deed="export_exact", export_id=export.id)
        made = _read(export)
    from services import jobs

    jobs.submit("export", made.id)
    return made


def get(viewer: Viewer, export_id: int) -> ExportRead:
    """Return one of the viewer's own exports. Raises NotFound."""
    with unit_of_work(viewer) as work:
        return _read(_own(work, export_id))


def again(viewer: Viewer, export_id: int) -> ExportRead:
    """Accept an export of what an earlier one of the viewer's asked for, as that is now.

    Raises NotFound, and as `request`.
    """
    with unit_of_work(viewer) as work:
        earlier = _own(work, export_id)
    options = earlier.options
    columns = None if options["layout"] else earlier.columns
    return request(
        viewer,
        earlier.format,
        query_from(earlier.filter, earlier.options),
        columns,
        options["exact"],
        locale=options["locale"],
    )


def recent(viewer: Viewer, limit: int = 50, *, before: int | None = None) -> list[ExportRead]:
    """Return the viewer's own exports, the newest first, those `before` an id where that is given."""
    with unit_of_work(viewer) as work:
        mine = select(Export).where(col(Export.owner_id) == viewer.user_id)
        if before is not None:
            mine = mine.where(col(Export.id) < before)
        return [
            _read(export)
            for export in work.session.scalars(mine.order_by(col(Export.id).desc()).limit(limit))
        ]


def path_of(viewer: Viewer, export_id: int) -> Path:
    """Return the file of one of the viewer's own exports.

    Raises NotFound when there is none (any more): expired, not yet written, or written when the viewer saw other
    contacts than now; Forbidden without the permissions that it took to ask for it.
    """
    with unit_of_work(viewer) as work:
        export = _own(work, export_id)
        _require(viewer, exact=export.options["exact"])
        path = settings().data / export.path if export.path else None
        expired = export.expires_at is None or export.expires_at <= work.now
        if path is None or expired or not path.is_file():
            raise NotFound("not_found", _("This file is not there, or no longer. Export again."))
        if export.options.get("sight") != _sight_mark(work.viewer, work.sight):
            raise NotFound("sight_changed", _("What you may see has changed since. Export again."))
        return path


def carry_out(export_id: int) -> None:
    """Write the file with the rights that the owner has now; told by a notice, whatever the end."""
    with unit_of_work(SYSTEM, write=True) as work:
        pulse.confirm(work)
        export = work.session.get(Export, export_id)
        if export is None or export.state not in ("accepted", "running"):
            return
        export.state = "running"
        owner_id, options = export.owner_id, export.options
    path: Path | None = None
    done = False
    try:
        with use_locale(options["locale"]):
            viewer = SYSTEM if owner_id is None else viewer_of(owner_id, "job", options["locale"])
            _require(viewer, exact=options["exact"])
            path = _place(viewer, export_id)
            found = _write(viewer, export_id, path)
        done = _end(export_id, owner_id, state="done", **found)
    except Told as error:
        _end(export_id, owner_id, state="failed", message=error.message)
    finally:
        if path is not None and not done:
            path.unlink(missing_ok=True)


def _require(viewer: Viewer, *, exact: bool) -> None:
    permissions.require(viewer, permissions.CONTACTS_VIEW)
    permissions.require(viewer, permissions.CONTACTS_EXPORT)
    if exact:
        permissions.require(viewer, permissions.ROLES_MANAGE)


def _place(viewer: Viewer, export_id: int) -> Path:
    """Return where this try writes its file: a process that was given up may still be writing another."""
    with unit_of_work(viewer) as work:
        export = work.session.get(Export, export_id)
        assert export is not None
        ending = exporter_for(viewer, export.format).ending
    folder = settings().data / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{export_id}-{token_hex(4)}.{ending}"


def _write(viewer: Viewer, export_id: int, path: Path) -> dict[str, Any]:
    with unit_of_work(viewer) as work:
        export = work.session.get(Export, export_id)
        assert export is not None
        exporter = exporter_for(viewer, export.format)
        header = [_header(name, export.options["locale"]) for name in export.columns]
        lines = _lines(
            work,
            query_from(export.filter, export.options),
            export.columns,
            layout=export.options["layout"],
            exact=export.options["exact"],
        )
        count = exporter.write(path, header, lines, exact=export.options["exact"])
        mark = _sight_mark(viewer, work.sight)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "rows": count,
        "bytes": path.stat().st_size,
        "hash": digest,
        "path": str(path.relative_to(settings().data)),
        "mark": mark,
    }


def _end(export_id: int, owner_id: int | None, *, state: str, mark: str = "", **values: Any) -> bool:
    """End an export and tell its owner; False where it has ended already. Raises Interrupted as a job does."""
    with unit_of_work(SYSTEM, write=True) as work:
        pulse.confirm(work)
        export = work.session.get(Export, export_id)
        assert export is not None
        if export.state != "running":
            return False
        export.state, export.ended_at = state, work.now
        for name, value in values.items():
            setattr(export, name, value)
        if state == "done":
            export.expires_at = work.now + timedelta(hours=settings().exports.keep_hours)
            export.options = export.options | {"sight": mark}
        notify(work, owner_id, f"export_{state}", {"export_id": export_id, "rows": export.rows})
        return True


def _lines(
    work: Work, query: Query, columns: Sequence[str], *, layout: bool, exact: bool
) -> Iterator[list[str]]:
    """Return the rows of the file as text, all of one snapshot, in the order of the query."""
    asked = ask(work, query)
    order = asked.order.by_all(asked.order.value, col(Contact.id))
    wanted = select(col(Contact.id)).where(asked.condition).order_by(*order)
    ids = [contact_id for contact_id in work.session.scalars(wanted) if contact_id is not None]
    # What an import could not put back (switched off, dynamic) is left out of its layout.
    more = (col(Segment.active), col(Segment.kind) == "static") if layout else ()
    external_id_at = None if exact or "external_id" not in columns else columns.index("external_id")
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        segments = rows.segments_of(work, batch, *more)
        for contact in rows.grid_rows(work, batch, columns):
            known: dict[str, Any] = {"segments": [name for name, _colour in segments[contact.id]]}
            known["tags"] = _tags(contact.tags)
            line = [_cell(known.get(name, getattr(contact, name, None))) for name in columns]
            if external_id_at is not None:
                line[external_id_at] = said_in_earnest(line[external_id_at])
            yield line


def _tags(names: Sequence[str]) -> str:
    """Return tags as an import parts them: one alone that holds what may stand between tags ends with a semicolon."""
    alone = len(names) == 1 and ("," in names[0] or ":::" in names[0])
    return _SEPARATOR.join([*names, ""] if alone else names)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return _SEPARATOR.join(value) if isinstance(value, list) else str(value)


def _header(name: str, locale: str) -> str:
    own = {
        "id": _("Contact ID"), "created": _("Added"), "updated": _("Changed"),
        "opted_out": _("Opted out"),
    }  # fmt: skip
    return own[name] if name in own else header_of(name, locale)


def _known(columns: Sequence[str] | None) -> Sequence[str]:
    if columns is None:
        return LAYOUT
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or not columns:
        raise Refused(
            "unknown_column",
            _("{names} is no column. There are {known}.").format(
                names=", ".join(unknown) or "–", known=", ".join(COLUMNS)
            ),
        )
    return tuple(dict.fromkeys(columns))


def exporter_for(viewer: Viewer, format_: str) -> Exporter:
    """Return what writes files of this kind. Raises Refused where nothing does."""
    offered = {exporter.ending: exporter for exporter in plugins().exporters(viewer)}
    if format_ not in offered:
        raise Refused(
            "bad_format",
            _("No file of the kind {format} can be written. There are {known}.").format(
                format=format_[:20], known=", ".join(sorted(offered))
            ),
        )
    return offered[format_]


def _sight_mark(viewer: Viewer, sight: Sight) -> str:
    """Return a mark of what the viewer may see, by role, teams and links: it changes when one of these does.

    Names of walls that are switched off are in it too: the file may hold them.
    """
    walls = (sorted(sight.open_walls), sorted(sight.walls))
    parts = (viewer.scope, sight.everyone, sight.mates, sight.unassigned, *walls)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _own(work: Work, export_id: int) -> Export:
    export = work.session.get(Export, export_id)
    if export is None or export.owner_id != work.viewer.user_id:
        raise NotFound("not_found", _("There is no such export."))
    return export


def _read(export: Export) -> ExportRead:
    options = export.options
    only = options.get("only")
    asked: dict[str, Any] = {
        name: options.get(name) for name in ("search", "segment_id", "import_id", "layout", "exact")
    }
    asked["picked"] = None if only is None else len(only)
    kept = {name: getattr(export, name) for name in ExportRead.model_fields if name not in asked}
    return ExportRead(**kept | asked)
