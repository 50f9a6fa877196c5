"""Every route has a line in the table, and the table holds; nothing that Streamlit serves is open to strangers."""

import re
from collections.abc import Callable
from unittest.mock import MagicMock

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from api.app import create_api, routes
from api.guard import OPEN as OPEN_PATHS
from tests.api.served import browser, program, served
from tests.doors.api_table import LINES, OPEN, Line
from tests.doors.house import ROLES, House
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def doors() -> set[str]:
    """Return method and path of everything that is served beside the pages."""
    api = create_api()
    described = {
        f"{method.upper()} /api{path}"
        for path, methods in api.openapi()["paths"].items()
        for method in methods
    }
    plain = {
        f"{method} {route.path}"
        for route in routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert [route.path for route in routes() if not isinstance(route, Route)] == ["/api"]
    assert all(isinstance(route, Route | Mount) for route in routes())
    return described | plain | {f"GET /api{api.openapi_url}"}


def test_every_route_has_a_line(db: Database) -> None:
    assert doors() == {line.door for line in LINES} | set(OPEN)


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.door} {line.expected}")
def test_each_role_gets_what_the_table_says(line: Line, again: Callable[[], House]) -> None:
    found = []
    application = served()
    for role in ROLES:
        house = again()
        client = TestClient(application, "http://testserver", raise_server_exceptions=False)
        client.headers["authorization"] = f"Bearer {house.tokens[role]}"
        path = line.path(house, house.viewer(role))
        found.append(str(client.request(line.method, path, **line.more(house)).status_code))
    assert " ".join(found) == line.expected


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.door} {line.expected}")
def test_a_stranger_gets_nothing_and_learns_nothing(line: Line, db: Database) -> None:
    ids = dict.fromkeys(re.findall(r"{(\w+)}", line.door), 1)
    path = line.door.partition(" ")[2].format(**ids)
    assert program().request(line.method, path).status_code == 401
    assert program("carteira_guessed").request(line.method, path).status_code == 401
    assert browser().request(line.method, path).status_code == 303


def test_what_is_open_is_open_by_name(db: Database) -> None:
    assert {door.partition(" ")[2] for door in OPEN} == set(OPEN_PATHS)
    for door, status in OPEN.items():
        method, _space, path = door.partition(" ")
        assert program().request(method, path).status_code == status


def test_streamlit_opens_nothing_to_a_stranger(db: Database) -> None:
    theirs = create_streamlit_routes(MagicMock())
    assert len(theirs) > 15
    for route in theirs:
        path = getattr(route, "path", "/").replace("{", "").replace("}", "").replace(":path", "") or "/"
        for method in getattr(route, "methods", None) or {"GET"}:
            assert program().request(method, path).status_code == 401, (method, path)
