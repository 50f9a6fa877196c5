"""Contacts: those that match, and their way out as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import (
    As,
    AsJson,
    Filter,
    InSegment,
    acting,
    copy,
    expression,
    finish_what_others_left,
    ready,
)
from commands.output import DONE, answer, cannot, instant, line, table
from hooks.i18n import N_, _, ngettext, number
from services.errors import Refused

if TYPE_CHECKING:
    from models.contact import ContactRead

MOST = 1000


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    app.command("contacts", help=N_("List contacts."))(show)
    app.command("export", help=N_("Write contacts to a file; its ending names the format."))(export)


def show(
    filter_: Filter = None,
    segment: InSegment = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="TEXT", help=N_("Those in whom every word occurs."))
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option("--sort", metavar="FIELD|-FIELD", help=N_("Order by a field, downwards with -.")),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=N_("At most so many, 1 to 1,000."))] = 50,
    after: Annotated[
        str | None, typer.Option("--after", metavar="CURSOR", help=N_("Go on after a page: its next."))
    ] = None,
    count: Annotated[bool, typer.Option("--count", help=N_("Count all that match, too."))] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """List contacts."""
    from services import listing

    ready()
    viewer = acting(as_)
    if not 1 <= limit <= MOST:
        raise Refused("bad_limit", _("The limit is a number from 1 to {most}.").format(most=number(MOST)))
    query = listing.Query(filter=expression(filter_, segment), search=search, sort=sort or "-created")
    page = listing.page(viewer, query, limit=limit, after=after)
    found: dict[str, Any] = {"items": [_told(contact) for contact in page.items], "next": page.next}
    if count:
        found["count"] = listing.count(viewer, query).n

    def in_words() -> None:
        _table(page.items)
        if count:
            line(_counted(found["count"]))
        if page.next:
            line(_("More with --after {cursor}").format(cursor=page.next))

    answer(found, as_json, in_words)


def _told(contact: "ContactRead") -> dict[str, object]:
    told = contact.model_dump()
    return told | {"created": instant(contact.created), "updated": instant(contact.updated)}


def _counted(n: int) -> str:
    return ngettext("{n} contact matches.", "{n} contacts match.", n).format(n=number(n))


def _table(contacts: "list[ContactRead]") -> None:
    headers = ["id", _("Name"), _("E-mail"), _("Phone"), _("Country"), _("Organization"), _("Segments")]
    rows = [
        (
            one.id,
            " ".join(part for part in (one.first_name, one.last_name) if part),
            one.email,
            one.phone,
            one.country,
            one.organization,
            ", ".join(one.segments),
        )
        for one in contacts
    ]
    if rows:
        table(headers, rows, numbers=(0,))
    else:
        line(_("No contact matches."))


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=N_("The file: people.csv, people.xlsx."))],
    filter_: Filter = None,
    segment: InSegment = None,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns", metavar="A,B", help=N_("These fields; otherwise the layout that import reads.")
        ),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help=N_("Leave cells that a spreadsheet would run as they are."))
    ] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> int:
    """Write contacts to a file."""
    from services import exports, jobs, listing, plugins

    ready()
    plugins.start()
    viewer = acting(as_)
    ending = out.suffix.removeprefix(".").lower()
    if not ending:
        raise Refused("bad_format", _("Name the format by the file's ending, as in people.csv."))
    if not out.parent.is_dir():
        raise Refused("no_such_folder", _("There is no folder {folder}.").format(folder=out.parent))
    query = listing.Query(filter=expression(filter_, segment))
    names = [name.strip() for name in columns.split(",") if name.strip()] if columns is not None else None
    wanted = exports.request(viewer, ending, query, names, exact)
    jobs.wait_or_run_here("export", wanted.id)
    made = exports.get(viewer, wanted.id)
    if made.state != "done":
        return cannot("failed", "failed", made.message or _("The export failed."), as_json)
    copy(exports.path_of(viewer, made.id), out)
    rows = made.rows or 0
    told = ngettext("{n} contact written to {file}.", "{n} contacts written to {file}.", rows)
    answer(
        {"export_id": made.id, "status": "done", "rows": rows, "file": str(out)},
        as_json,
        lambda: line(told.format(n=number(rows), file=out)),
    )
    finish_what_others_left()
    return DONE
