"""What is wrong with the use of a command, as one sentence in the person's language."""

from typing import Any

import typer

from hooks.i18n import _


def sentence(error: typer.TyperException) -> str:
    """Return what is wrong, and where to read on."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "carteira"
    return _("{what_is_wrong} See {command} --help.").format(what_is_wrong=_wrong(error), command=command)


def _wrong(error: Any) -> str:
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return _("A command is missing.")
    if kind == "NoSuchOption":
        return _("There is no option {option}.").format(option=error.option_name)
    if kind == "MissingParameter":
        return _("{parameter} is missing.").format(parameter=_name(error.param))
    if error.message.startswith("No such command"):
        return _("There is no command {command}.").format(command=error.message.split("'")[1])
    if kind == "BadParameter" and error.param is not None:
        return _bad_value(error)
    return " ".join(error.format_message().split()).rstrip(".") + "."


def _bad_value(error: Any) -> str:
    _before, one_of, values = error.message.partition(" is not one of ")
    if one_of:
        told = _("{parameter} is one of {values}.")
        return told.format(parameter=_name(error.param), values=values.rstrip("."))
    if "integer" in error.message:
        return _("{parameter} is a whole number.").format(parameter=_name(error.param))
    return _("{parameter} cannot be this.").format(parameter=_name(error.param))


def _name(parameter: Any) -> str:
    """Return --limit of an option, FILE of an argument."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return str(max(parameter.opts, key=len))
