"""What a command writes: one JSON object, or tables and sentences; and what it answers when it cannot."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from hooks.i18n import _

DONE, REJECTS, REFUSED, FAILED = 0, 1, 2, 3
_PIPE_WIDTH = 200


def answer(of: Mapping[str, Any], as_json: bool, in_words: Callable[[], None]) -> None:
    """Print `of` as the one JSON object on standard output, or else have it told in words."""
    if as_json:
        sys.stdout.write(json.dumps(of, ensure_ascii=False, default=_plain) + "\n")
    else:
        in_words()
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def instant(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line(text: str = "") -> None:
    """Print one line for a person."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print one line beside the output, on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """Print rows below headers; the columns `numbers` stand right. Names of people are no markup."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, header in enumerate(headers):
        right = place in numbers
        drawn.add_column(Text(header), justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False).print(drawn)


def cannot(status: str, code: str, message: str, as_json: bool) -> int:
    """Say in one sentence why a command ends without its result; return the exit code for `status`."""
    note(" ".join(message.split()))
    if as_json:
        sys.stdout.write(
            json.dumps({"status": status, "code": code, "message": message}, ensure_ascii=False) + "\n"
        )
        sys.stdout.flush()
    return REFUSED if status == "refused" else FAILED


def unexpected(error: BaseException, as_json: bool) -> int:
    """Say that something went wrong, and where the details are. Never a traceback on the screen."""
    return cannot("failed", "failed", written_down(error), as_json)


def written_down(error: BaseException) -> str:
    """Write where it went wrong to a log; return a sentence that says where the log is."""
    from services.logs import frames_of, write_down

    # Values stay out: the message of an error of the database repeats what people typed.
    kind = f"{type(error).__module__}.{type(error).__name__}"
    path = write_down(kind, frames_of(error))
    if path is None:
        return _("Something went wrong on our side.")
    return _("Something went wrong on our side. The details are in {file}.").format(file=path)
