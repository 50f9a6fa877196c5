"""The command line: the third face. It translates; services decide. Exit codes: commands/output.py."""

import sys
from collections.abc import Sequence

import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from commands import contacts, help_text, house, imports, people, plugins, segments, undo, usage
from commands.common import locale_of_environment
from commands.output import DONE, FAILED, cannot, unexpected
from hooks.i18n import N_, _, use_locale
from services import logs, unfit
from services.errors import Told
from services.room import NO_ROOM, is_full

app = typer.Typer(
    name="carteira",
    help=N_("A contact panel that a small team runs itself."),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (house, people, segments, imports, undo, contacts, plugins):
    group.add_to(app)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code; whatever happens is told in a sentence."""
    arguments = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    as_json = "--json" in arguments
    with use_locale(locale_of_environment()):
        logs.start_beside_an_answer()
        try:
            return _told(arguments, as_json)
        except KeyboardInterrupt:
            return cannot("failed", "stopped", _("Stopped."), as_json)
        except BrokenPipeError:
            return DONE
        except Exception as error:  # noqa: BLE001 - a person at a terminal gets a sentence, never a traceback
            return unexpected(error, as_json)


def _told(arguments: list[str], as_json: bool) -> int:
    """Carry out one command, and tell the errors that have words of their own."""
    try:
        return _run(arguments)
    except typer.TyperException as error:
        return cannot("refused", "bad_use", usage.sentence(error), as_json)
    except Told as told:
        return cannot("refused", told.code, told.message, as_json)
    except ValidationError as error:
        return cannot("refused", "bad_input", unfit.sentence(unfit.fields(error.errors())), as_json)
    except (OSError, OperationalError) as error:
        if is_full(error):
            return cannot("failed", "no_room", _(NO_ROOM), as_json)
        if isinstance(error, OSError):
            raise
        reason = str(error.orig).splitlines()[0]
        message = _("The database does not answer: {reason}.").format(reason=reason)
        return cannot("failed", "database", message, as_json)


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    help_text.translate(command)
    code = command.main(arguments, prog_name="carteira", standalone_mode=False)
    # Typer answers Ctrl-C with a code of its own.
    return FAILED if code == 130 else int(code or DONE)


if __name__ == "__main__":
    sys.exit(main())
