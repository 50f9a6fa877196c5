"""The house itself: serve it, work in it, migrate it, look whether it stands, fill it for a look around."""

import sys
from typing import Annotated

import typer

from commands.common import As, AsJson, acting, ready
from commands.output import DONE, FAILED, answer, line, note
from hooks.i18n import N_, _
from services import permissions

Port = Annotated[int | None, typer.Option("--port", metavar="N", help=N_("Default: 8501, or the setting."))]
SafeMode = Annotated[bool, typer.Option("--safe-mode", help=N_("Without any plugin but the built-in ones."))]


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    app.command("serve", help=N_("Serve the panel, with a worker beside it."))(serve)
    app.command("worker", help=N_("Carry out imports, exports and what else takes long."))(work)
    app.command("migrate", help=N_("Bring the database to this version."))(migrate)
    app.command("check", help=N_("Say whether settings, schema, plugins, walls and counts agree."))(check)
    app.command("demo", help=N_("Fill the base with invented contacts, teams, segments and walls."))(demo)


def serve(
    port: Port = None,
    host: Annotated[
        str, typer.Option("--host", metavar="H", help=N_("The address to listen on."))
    ] = "127.0.0.1",
    no_worker: Annotated[bool, typer.Option("--no-worker", help=N_("Workers run apart."))] = False,
    safe_mode: SafeMode = False,
) -> int:
    """Serve the panel."""
    from commands.serving import serve as begin
    from services.settings import settings

    at = port if port is not None else settings().port
    return begin(host, at, with_worker=not no_worker, safe_mode=safe_mode)


def work(
    parent: Annotated[int | None, typer.Option("--parent", hidden=True)] = None, safe_mode: SafeMode = False
) -> None:
    """Carry out jobs."""
    from commands.serving import refuse_old_sqlite
    from services import logs, plugins, worker

    refuse_old_sqlite()
    logs.start()
    plugins.start(safe_mode=safe_mode)
    worker.run(parent)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to this version."""
    ready()
    answer({"status": "done"}, as_json, lambda: line(_("The database is at this version.")))


def check(as_: As = None, as_json: AsJson = False) -> int:
    """Say whether all agrees."""
    from services.check import check as look

    ready()
    found = look(acting(as_))
    wrong = [one for one in found if one.problems]

    def in_words() -> None:
        for one in found:
            line(f"{'✗' if one.problems else '✓'} {one.title}")
            for problem in one.problems:
                line(f"    {problem}")

    told = {one.name: one.problems for one in found}
    answer({"status": "failed" if wrong else "done", "problems": told}, as_json, in_words)
    return FAILED if wrong else DONE


def demo(
    contacts: Annotated[int, typer.Option("--contacts", metavar="N", help=N_("How many contacts."))],
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", help=N_("The same seed in an empty base gives the same."))
    ] = 1,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Fill the base with invented contacts."""
    from dataclasses import asdict

    from services.demo import make

    ready()
    permissions.require(acting(as_), permissions.PEOPLE_MANAGE)
    made = make(contacts, seed, _dots if sys.stderr.isatty() else None)
    answer(asdict(made), as_json, lambda: line(made.sentence()))


def _dots(done: int, of: int) -> None:
    sys.stderr.write(f"\r{done * 100 // of} %")
    if done >= of:
        note("")
