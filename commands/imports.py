"""Imports: a file in, every row accounted for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from commands.common import As, AsJson, acting, copy, finish_what_others_left, ready
from commands.output import DONE, FAILED, REJECTS, answer, cannot, instant, line, note, table
from hooks.i18n import N_, _, ngettext, number
from services.errors import Refused, Told

if TYPE_CHECKING:
    from hooks.viewer import Viewer
    from models.imports import How, ImportFile, ImportImpact, ImportRead

OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")
CODES = {"done": DONE, "planned": DONE, "done_with_rejects": REJECTS, "failed": FAILED, "cancelled": FAILED}

Progress = Callable[[str, dict[str, Any]], None]


class Unknown(StrEnum):
    """What becomes of a segment's name that does not exist."""

    skip = "skip"
    reject = "reject"
    create = "create"


class InBin(StrEnum):
    """What becomes of a row whose contact is in the bin."""

    create = "create"
    restore = "restore"
    leave = "leave"


class Language(StrEnum):
    """A language that headers are written in."""

    en = "en"
    pt = "pt"
    fr = "fr"


class Rows(StrEnum):
    """What the rows of a file are."""

    contacts = "contacts"
    segments = "segments"


class Links(StrEnum):
    """What becomes of the links that a segment has."""

    add = "add"
    exactly = "exactly"


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    app.command("import", help=N_("Load a file of contacts and account for every row."))(load)
    app.command("imports", help=N_("List the imports, or show one."))(show)


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The file, as it comes out of Excel."))],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=N_(
                "Say what would become of each row, and write nothing; exit code 1 when rows would be rejected."
            ),
        ),
    ] = False,
    overwrite_segments: Annotated[
        bool, typer.Option("--overwrite-segments", help=N_("End with exactly the segments that are listed."))
    ] = False,
    unknown_segments: Annotated[
        Unknown, typer.Option("--unknown-segments", help=N_("Names of segments that do not exist."))
    ] = Unknown.skip,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar='"COLUMN=FIELD"',
            help=N_("Read a column as a field, as nothing with COLUMN=; may be repeated."),
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option("--mapping", metavar="NAME", help=N_("Read the columns by a mapping that was kept.")),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="E", help=N_("Of the file, such as windows-1252."))
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="D", help=N_("Between cells; tab for a tab."))
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet", metavar="S", help=N_("Of a workbook: the sheet's name; the first one otherwise.")
        ),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="XX", help=N_("Of rows that name none: BR, US, FR …")),
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help=N_("That the header is written in."))
    ] = None,
    match_by: Annotated[
        str | None,
        typer.Option(
            "--match-by",
            metavar="KEYS",
            help=N_("What contacts are known by, the strongest first: external_id,email,phone in any order."),
        ),
    ] = None,
    kind: Annotated[
        Rows | None,
        typer.Option("--kind", help=N_("What the rows are; found out by the header where it is not said.")),
    ] = None,
    links: Annotated[
        Links,
        typer.Option(
            "--links",
            help=N_(
                "Of a sheet of segments: its teams and users come beside those there are, or in their place."
            ),
        ),
    ] = Links.add,
    existing: Annotated[
        list[str] | None,
        typer.Option(
            "--existing",
            metavar='"FIELD=HOW"',
            help=N_(
                "Of contacts that are there: FIELD=overwrite, FIELD=fill where it is empty, or FIELD=never; may be "
                "repeated."
            ),
        ),
    ] = None,
    in_bin: Annotated[
        InBin,
        typer.Option(
            "--in-bin",
            help=N_("A row whose contact is in the bin: a new one, that one, or none."),
        ),
    ] = InBin.create,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", metavar="OUT.csv", help=N_("Write rejected rows there, with reasons.")),
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> int:
    """Load a file of contacts."""
    from models.imports import KEYS, ImportOptions
    from services import plugins
    from services.imports import runs

    if not file.is_file():
        raise Refused("no_such_file", _("There is no file {file}.").format(file=file))
    keys = tuple(key.strip() for key in match_by.split(",")) if match_by else KEYS
    if sorted(keys) != sorted(KEYS):
        raise Refused(
            "bad_use", _("--match-by takes {keys}, each once, between commas.").format(keys=", ".join(KEYS))
        )
    chosen_existing = dict(_existing(one) for one in existing) if existing else None
    if rejected is not None:
        _require_place(rejected, dry_run=dry_run)
    ready()
    plugins.start()
    viewer = acting(as_)
    options = ImportOptions(
        encoding=encoding,
        delimiter="\t" if delimiter in ("tab", "\\t") else delimiter,
        sheet=sheet,
        language=language.value if language else None,
        country=country,
        unknown_segments=unknown_segments.value,
        overwrite_segments=overwrite_segments,
        match_by=keys,
        kind=kind.value if kind else None,
        links=links.value,
        existing=chosen_existing,
        saved_mapping=mapping,
        in_bin=in_bin.value,
    )
    received = runs.receive(viewer, file.name, file, options)
    try:
        if maps:
            chosen = options.model_copy(update={"mapping": _mapping(viewer, received.id, maps)})
            runs.choose(viewer, received.id, chosen)
        _note_guess(runs.inspect(viewer, received.id))
        runs.review(viewer, received.id) if dry_run else runs.accept(viewer, received.id)
    except Told:
        # What is refused leaves nothing behind.
        runs.discard(viewer, received.id)
        raise
    ended = _planned(viewer, received.id) if dry_run else _carried_out(viewer, received.id)
    if dry_run:
        runs.discard(viewer, ended.id)
    for one in ended.second_opinion if dry_run else ():
        note(one.sentence)
    code = _answered(ended, as_json, dry_run=dry_run)
    if rejected is not None and ended.has_rejected_file:
        try:
            copy(runs.rejected_file(viewer, ended.id), rejected)
        except Told as told:
            # The import's own answer stands; it has been given.
            note(told.message)
    if not dry_run:
        finish_what_others_left()
    return code


def _existing(given: str) -> tuple[str, "How"]:
    """Return the field and what the file may do to it, of FIELD=HOW."""
    field, _equals, how = (part.strip() for part in given.partition("="))
    if not field or how not in ("overwrite", "fill", "never"):
        raise Refused(
            "bad_use",
            _("--existing is written FIELD=overwrite, FIELD=fill or FIELD=never, not {given}.").format(
                given=given
            ),
        )
    return field, cast("How", how)


def _note_guess(read: "ImportFile") -> None:
    if read.guessed:
        note(
            _(
                "The file does not say its encoding; it is read as {encoding}. Give another one by --encoding."
            ).format(encoding=read.encoding)
        )


def _require_place(rejected: Path, *, dry_run: bool) -> None:
    if dry_run:
        raise Refused(
            "bad_use", _("A dry run writes no file of rejected rows; leave out --dry-run or --rejected.")
        )
    if not rejected.parent.is_dir():
        raise Refused("no_such_folder", _("There is no folder {folder}.").format(folder=rejected.parent))
    if rejected.is_dir():
        raise Refused("cannot_write", _("{file} is a folder; name a file.").format(file=rejected))


def _answered(ended: "ImportRead", as_json: bool, *, dry_run: bool) -> int:
    """Tell how an import or a dry run ended; return the exit code."""
    written = ended.created or ended.updated or ended.created_segments
    if ended.state == "failed" and ended.code and (dry_run or not written):
        return cannot("refused", ended.code, ended.message or "", as_json)
    told = _told(ended)
    if dry_run:
        told["import_id"] = None
    if ended.state == "failed" and ended.message:
        told |= {"code": ended.code or "failed", "message": ended.message}
        if as_json:
            note(ended.message)
    answer(told, as_json, lambda: _in_words(ended))
    return REJECTS if dry_run and ended.rejected else CODES[ended.state]


def _planned(viewer: "Viewer", import_id: int) -> "ImportRead":
    from services import jobs
    from services.imports import runs

    with _bar() as progress:
        jobs.wait_or_run_here("review", import_id, progress)
    return runs.get(viewer, import_id)


def _carried_out(viewer: "Viewer", import_id: int) -> "ImportRead":
    from services import jobs
    from services.imports import runs

    # Programs read this line, so it is the same in every language.
    note(f"import {import_id} accepted")

    def stop() -> None:
        note(_("Stopping. What is done is kept and reported; Ctrl-C again leaves the rest to a worker."))
        runs.cancel(viewer, import_id)

    with _bar() as progress:
        jobs.wait_or_run_here("import", import_id, progress, stop)
    return runs.get(viewer, import_id)


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """Draw a progress bar on standard error, where a person sees it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    phases = {
        "waiting": _("Waiting"), "reading": _("Reading"), "checking": _("Checking"),
        "matching": _("Matching"), "writing": _("Writing"), "ended": _("Done"),
    }  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(phases["waiting"], total=None)
        phase = ""

        def progress(_state: str, told: dict[str, Any]) -> None:
            nonlocal phase
            if told.get("phase", "waiting") != phase:
                phase = told.get("phase", "waiting")
                bar.reset(task, total=told.get("of") or None, description=phases.get(phase, phase))
            bar.update(task, completed=told.get("done", 0), total=told.get("of") or None)

        yield progress


def _mapping(viewer: "Viewer", import_id: int, maps: list[str]) -> dict[int, str | None]:
    """Return the mapping that was found out, with the columns changed that the person named."""
    from models.fold import fold
    from services.imports import runs

    columns = runs.inspect(viewer, import_id).columns
    mapping = {column.index: column.field for column in columns}
    for given in maps:
        header, equals, field = given.rpartition("=")
        named = [column.index for column in columns if fold(column.header) == fold(header)]
        if not equals or not header.strip():
            raise Refused("bad_map", _("--map is written COLUMN=FIELD, not {given}.").format(given=given))
        if not named:
            raise Refused("no_such_column", _("The file has no column {column}.").format(column=header))
        mapping |= dict.fromkeys(named, field.strip() or None)
    return mapping


# --- what is told


def _told(one: "ImportRead") -> dict[str, Any]:
    return {
        "import_id": one.id,
        "status": one.state,
        "rows": one.rows,
        **{outcome: getattr(one, outcome) for outcome in OUTCOMES},
        "unknown_segments": one.unknown_segments,
        "seconds": one.seconds,
    } | _of_sheet(one)


def _of_sheet(one: "ImportRead") -> dict[str, Any]:
    """Return what is told of a sheet of segments alone: who gains and who loses how many contacts."""
    if one.kind == "contacts":
        return {}
    return {"kind": one.kind, "impact": one.impact.model_dump() if one.impact else None}


def _in_words(one: "ImportRead") -> None:
    counts = {
        "created": _("{n} new"), "updated": _("{n} updated"), "unchanged": _("{n} unchanged"),
        "skipped": _("{n} skipped"), "rejected": _("{n} rejected"),
    }  # fmt: skip
    total = ngettext("{n} row", "{n} rows", one.rows).format(n=number(one.rows))
    parts = [counts[name].format(n=number(getattr(one, name))) for name in OUTCOMES if getattr(one, name)]
    line(f"{_state(one.state)}: {total}" + (f" = {' + '.join(parts)}" if parts else ""))
    if one.message:
        line(one.message)
    if one.impact is not None:
        _impact_in_words(one.impact)
    for code, n in sorted(one.reasons.items(), key=lambda reason: -reason[1]):
        line(f"  {number(n)} × {code}")
    if one.unknown_segments:
        nearest = {name: f" ({_('nearest: {name}').format(name=near)})" for name, near in one.nearest.items()}
        names = ", ".join(f"{name}{nearest.get(name, '')}" for name in one.unknown_segments)
        line(_("Segments that do not exist: {names}").format(names=names))


def _impact_in_words(impact: "ImportImpact") -> None:
    for person in impact.gains:
        line("  " + _("{name} gains {n}").format(name=person.name, n=_contacts(person.contacts)))
    for person in impact.loses:
        line("  " + _("{name} loses {n}").format(name=person.name, n=_contacts(person.contacts)))
    if impact.blind:
        line(
            "  "
            + ngettext(
                "{n} contact keeps a responsible who no longer sees it.",
                "{n} contacts keep a responsible who no longer sees them.",
                impact.blind,
            ).format(n=number(impact.blind))
        )


def _contacts(n: int) -> str:
    return ngettext("{n} contact", "{n} contacts", n).format(n=number(n))


def _state(state: str) -> str:
    return {
        "received": _("Received"), "planning": _("Being reviewed"), "planned": _("Reviewed, not written"),
        "accepted": _("Accepted"), "running": _("Running"), "done": _("Done"),
        "done_with_rejects": _("Done, with rejected rows"), "failed": _("Failed"),
        "cancelled": _("Cancelled"),
    }[state]  # fmt: skip


def show(
    import_id: Annotated[int | None, typer.Argument(metavar="ID", help=N_("The import's number."))] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """List the imports, or show one."""
    from services.imports import runs

    ready()
    viewer = acting(as_)
    if import_id is not None:
        one = runs.get(viewer, import_id)
        answer(_told(one), as_json, lambda: _in_words(one))
        return
    found = runs.recent(viewer)
    listed = [_told(one) | {"file": one.file_name, "received_at": instant(one.created_at)} for one in found]

    def in_words() -> None:
        if not found:
            line(_("Nothing has been imported yet."))
            return
        rows = [
            (one.id, one.file_name, _state(one.state), number(one.rows), number(one.rejected))
            for one in found
        ]
        table(["id", _("File"), _("State"), _("Rows"), _("Rejected")], rows, numbers=(0, 3, 4))

    answer({"imports": listed}, as_json, in_words)
