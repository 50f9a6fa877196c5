"""Every public function of services/ that takes a viewer has a line in the table, and the table holds."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import pytest

import services
from services.errors import Forbidden, NotFound, Told
from tests.doors.house import ROLES, House
from tests.doors.services_table import LINES, WITHIN, Line


def doors() -> set[str]:
    """Return the public functions of services/ that take a viewer, by module and name."""
    found = set()
    for one in pkgutil.walk_packages(services.__path__, "services."):
        module = importlib.import_module(one.name)
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and "viewer" in inspect.signature(function).parameters:
                found.add(f"{one.name.removeprefix('services.')}.{name}")
    return found


def test_every_door_has_a_line() -> None:
    assert doors() == {line.door for line in LINES} | set(WITHIN)


def outcome(line: Line, house: House, role: str) -> str:
    """Return in a word what comes of a try."""
    try:
        found = line.call(house, house.viewer(role))
    except Forbidden:
        return "no"
    except NotFound:
        return "gone"
    except Told as error:
        return error.code
    return str(found) if isinstance(found, str | int) else "yes"


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.door} {line.of}".strip())
def test_each_role_gets_what_the_table_says(line: Line, again: Callable[[], House]) -> None:
    found = [outcome(line, again(), role) for role in ROLES]
    assert " ".join(found) == line.expected
