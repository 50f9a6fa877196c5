"""What many commands share: who acts, in which form the answer is printed, which contacts are meant."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.output import note, written_down
from hooks.i18n import N_, _, best_locale, current_locale
from hooks.viewer import SYSTEM, Viewer
from services.errors import Refused

As = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="EMAIL", help=N_("Act as that person; otherwise as the system, which sees all.")
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Print one JSON object and nothing else."))]
Filter = Annotated[
    str | None,
    typer.Option("--filter", metavar="JSON|@FILE", help=N_("Those for whom the expression holds.")),
]
InSegment = Annotated[
    str | None, typer.Option("--segment", metavar="NAME", help=N_("Those in that segment."))
]


def locale_of_environment() -> str:
    """Return the language that the environment asks for, as gettext reads it; else English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return best_locale(os.environ[name])
    return best_locale(None)


def ready() -> None:
    """Bring the database to this version. Every command does so first."""
    from services.plugins import migrate_all

    migrate_all()


def acting(email: str | None) -> Viewer:
    """Return the person who acts, or the system. Raises NotFound for a person who is not there."""
    if email is None:
        return replace(SYSTEM, via="cli", locale=current_locale())
    from services.people import viewer_for_email

    return replace(viewer_for_email(email, "cli"), locale=current_locale())


def copy(source: Path, target: Path) -> None:
    """Copy a file out to where it was asked for. Raises Refused where it cannot be written."""
    with _written(target):
        shutil.copyfile(source, target)


def write(content: bytes, target: Path) -> None:
    """Write a file where it was asked for. Raises Refused where it cannot be written."""
    with _written(target):
        target.write_bytes(content)


@contextmanager
def _written(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            "cannot_write", _("{file} cannot be written: {reason}.").format(file=target, reason=reason)
        ) from error


def finish_what_others_left() -> None:
    """Do jobs that dead processes have left. The command has answered: whatever happens here is only noted."""
    from services import jobs

    def found(kind: str, subject_id: int) -> None:
        note(_("Finishing {kind} {id}, which was interrupted.").format(kind=kind, id=subject_id))

    try:
        jobs.finish_what_others_left(found)
    except KeyboardInterrupt:
        note(_("Stopped. What others have left is still to be done."))
    except Exception as error:  # noqa: BLE001 - it is written down, and the command's own result stands
        note(_("What others have left is still to be done. {reason}").format(reason=written_down(error)))


def expression(given: str | None, segment: str | None) -> dict[str, Any] | None:
    """Return the filter that the options spell, null for all. Raises Refused for what is no JSON."""
    if given is not None and segment is not None:
        raise Refused("bad_use", _("Give either --filter or --segment."))
    if segment is not None:
        return {"v": 1, "where": {"field": "segments", "op": "has_any", "value": [segment]}}
    if given is None:
        return None
    try:
        text = Path(given[1:]).read_text(encoding="utf-8") if given.startswith("@") else given
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_filter", _("{file} cannot be read.").format(file=given[1:])) from error
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused("bad_filter", _("The filter is no JSON: {reason}.").format(reason=error)) from error
    if not isinstance(found, dict):
        raise Refused("bad_filter", _("The filter is no JSON object."))
    return found
