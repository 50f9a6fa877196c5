"""Segments: labels, and the walls among them."""

from pathlib import Path
from typing import Annotated

import typer

from commands.common import As, AsJson, acting, ready, write
from commands.output import answer, line, table
from hooks.i18n import N_, _, number
from models.segment import SegmentCreate


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    group = typer.Typer(help=N_("Segments of contacts."), no_args_is_help=True)
    group.command("add", help=N_("Make a segment."))(add)
    group.command("list", help=N_("List the segments with their members."))(show)
    group.command("export", help=N_("Write the segments as a sheet that an import reads."))(export)
    app.add_typer(group, name="segment")


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("The segment's name."))],
    restricted: Annotated[
        bool, typer.Option("--restricted", help=N_("Make it a wall: only those linked to it see behind it."))
    ] = False,
    teams: Annotated[
        list[str] | None, typer.Option("--team", metavar="NAME", help=N_("Link a team; may be repeated."))
    ] = None,
    users: Annotated[
        list[str] | None, typer.Option("--user", metavar="EMAIL", help=N_("Link a person; may be repeated."))
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a segment."""
    from services import segments

    ready()
    command = SegmentCreate(name=name, restricted=restricted, teams=teams or [], users=users or [])
    made = segments.create(acting(as_), command)
    told = _("The restricted segment {name} is there.") if restricted else _("The segment {name} is there.")
    answer({"id": made.id}, as_json, lambda: line(told.format(name=made.name)))


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT.csv|.xlsx", help=N_("The file to write."))],
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Write the segments as a sheet."""
    from services import plugins
    from services.segment_sheets import writing

    ready()
    plugins.start()
    write(writing.sheet(acting(as_), out.suffix.removeprefix(".").lower()), out)
    told = _("The segments are in {file}.")
    answer({"file": str(out)}, as_json, lambda: line(told.format(file=out)))


def show(as_: As = None, as_json: AsJson = False) -> None:
    """List the segments."""
    from services import segments

    ready()
    found = segments.listed(acting(as_))
    fields = {"id", "name", "restricted", "dynamic", "active", "members"}

    def in_words() -> None:
        if not found:
            line(_("There are no segments yet. Make one with: carteira segment add NAME"))
            return
        rows = [
            (one.id, one.name, _("wall") if one.restricted else _("label"),
             _("on") if one.active else _("off"), number(one.members))
            for one in found
        ]  # fmt: skip
        table(["id", _("Name"), _("Kind"), _("Active"), _("Members")], rows, numbers=(0, 4))

    answer({"segments": [one.model_dump(include=fields) for one in found]}, as_json, in_words)
