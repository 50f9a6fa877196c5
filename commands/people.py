"""People, teams and their tokens."""

import sys
from typing import Annotated

import typer

from commands.common import As, AsJson, acting, ready
from commands.output import answer, line, note
from hooks.i18n import N_, _
from models.people import TeamCreate, UserCreate
from services.errors import Refused


def add_to(app: typer.Typer) -> None:
    """Hang the commands into `carteira`."""
    for name, help_, of, add_help in (
        ("user", N_("People who sign in."), add_user, N_("Make a person.")),
        ("team", N_("Teams of people."), add_team, N_("Make a team.")),
        ("token", N_("Keys for programs."), add_token, N_("Make a token and show it this once.")),
    ):
        group = typer.Typer(help=help_, no_args_is_help=True)
        group.command("add", help=add_help)(of)
        # With one command alone Typer would drop its name.
        group.callback()(_group)
        app.add_typer(group, name=name)


def _group() -> None:
    return


def add_user(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=N_("The address to sign in with."))],
    name: Annotated[str, typer.Option("--name", help=N_("The person's name."))],
    role: Annotated[str, typer.Option("--role", help=N_("administrator, manager, advisor or analyst."))],
    teams: Annotated[
        list[str] | None, typer.Option("--team", metavar="NAME", help=N_("A team; may be repeated."))
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=N_("Read the password from standard input."))
    ] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a person."""
    from services import people, terms

    ready()
    viewer = acting(as_)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not password:
        raise Refused("no_password", _("No password came on standard input."))
    command = UserCreate(email=email, name=name, role=role, teams=teams or [], password=password)
    made = people.add_user(viewer, command)
    without = _("Without a password {email} cannot sign in yet: give one with --password-stdin.")

    def in_words() -> None:
        role_now = terms.role_name(made.role)
        line(_("{name} ({email}) is {role} now.").format(name=made.name, email=made.email, role=role_now))
        if not password:
            line(without.format(email=made.email))

    answer({"id": made.id}, as_json, in_words)


def add_team(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("The team's name."))],
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a team."""
    from services import teams

    ready()
    made = teams.add(acting(as_), TeamCreate(name=name))
    answer({"id": made.id}, as_json, lambda: line(_("The team {name} is there.").format(name=made.name)))


def add_token(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("What the token is for."))],
    as_: Annotated[str, typer.Option("--as", metavar="EMAIL", help=N_("Whose token it is."))],
    scopes: Annotated[
        list[str],
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help=N_("read, write, all, an area such as contacts, or a permission; may be repeated."),
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Make a token and show it this once."""
    from services import tokens

    ready()
    made = tokens.add(acting(as_), name, scopes)

    def in_words() -> None:
        line(made.secret)
        note(_("Keep it now: it is not shown again."))

    answer({"id": made.id, "token": made.secret}, as_json, in_words)
