"""Plugins: which there are, a new one, one switched off and on."""

from typing import Annotated

import typer

from commands.common import As, AsJson, acting, ready
from commands.output import answer, line, table
from hooks.i18n import N_, _

Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("The plugin's name, that of its folder."))]


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    group = typer.Typer(help=N_("Plugins: list, write, switch off and on."), invoke_without_command=True)
    group.callback()(listed_by_default)
    group.command("list", help=N_("List the plugins and whether they work."))(show)
    group.command("new", help=N_("Write plugins/NAME/ with a test, and touch nothing else."))(new)
    group.command("disable", help=N_("Switch a plugin off, from the next start on."))(disable)
    group.command("enable", help=N_("Switch a plugin on again, from the next start on."))(enable)
    app.add_typer(group, name="plugins")


def listed_by_default(context: typer.Context, as_: As = None, as_json: AsJson = False) -> None:
    """List the plugins when no command is named."""
    if context.invoked_subcommand is None:
        show(as_, as_json)


def show(as_: As = None, as_json: AsJson = False) -> None:
    """List the plugins."""
    from services import plugins

    ready()
    found = plugins.states(acting(as_))
    words = {"on": _("on"), "off": _("off"), "failed": _("failed")}

    def in_words() -> None:
        rows = [(one.name, words[one.status], one.feature, one.error) for one in found]
        table([_("Name"), _("State"), _("Feature"), _("Error")], rows)

    told = [
        {"name": one.name, "status": one.status, "feature": one.feature, "error": one.error} for one in found
    ]
    answer({"plugins": told}, as_json, in_words)


def new(name: Name, as_: As = None, as_json: AsJson = False) -> None:
    """Write a plugin."""
    from services import plugins
    from services.settings import HOME

    ready()
    folder = plugins.new(acting(as_), name).relative_to(HOME)

    def in_words() -> None:
        line(_("{folder} is written. Its test: {command}").format(
            folder=f"{folder}/", command=f".venv/bin/pytest {folder}"
        ))  # fmt: skip

    answer({"name": name, "folder": str(folder)}, as_json, in_words)


def disable(name: Name, as_: As = None, as_json: AsJson = False) -> None:
    """Switch a plugin off."""
    _switch(name, False, as_, as_json, _("{name} is off from the next start on."))


def enable(name: Name, as_: As = None, as_json: AsJson = False) -> None:
    """Switch a plugin on."""
    _switch(name, True, as_, as_json, _("{name} is on from the next start on."))


def _switch(name: str, on: bool, as_: str | None, as_json: bool, told: str) -> None:
    from services import plugins

    ready()
    plugins.switch(acting(as_), name, on=on)
    answer({"name": name, "status": "on" if on else "off"}, as_json, lambda: line(told.format(name=name)))
