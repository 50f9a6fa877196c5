"""The frame of a help text, Usage, Options, Commands, in the person's language: Typer writes it in English."""

from collections.abc import Sequence
from typing import Any

import typer
from typer._click.formatting import HelpFormatter

from hooks.i18n import N_, _

_HEADINGS = {"Arguments": N_("Arguments:"), "Options": N_("Options:"), "Commands": N_("Commands:")}


class TranslatedHelp(HelpFormatter):
    """Typer's own form, with other words."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is called."""
        super().write_usage(prog, args, prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        """Write what stands over a list."""
        told = _(_HEADINGS.get(heading, f"{heading}:"))
        self.write(f"{'':>{self.current_indent}}{told}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], *widths: Any, **spaces: Any) -> None:
        """Write a list of terms and what they mean."""
        told = [(term, _remarks(meaning)) for term, meaning in rows]
        super().write_dl(told, *widths, **spaces)


def _remarks(meaning: str) -> str:
    default = _("default: {value}").format(value="")
    return meaning.replace("[default: ", f"[{default}").replace("[required]", f"[{_('required')}]")


def translate(command: Any) -> None:
    """Put the help of a command, of its options and of the commands below it into the language at hand."""
    command.context_class.formatter_class = TranslatedHelp
    _translate(command, typer.Context(command))


def _translate(command: Any, context: typer.Context) -> None:
    for told in (command, *command.params):
        if getattr(told, "help", None):
            told.help = _(told.help)
    option = command.get_help_option(context)
    if option is not None:
        option.help = _("Show this and end.")
    for below in getattr(command, "commands", {}).values():
        _translate(below, context)
