"""Carteira's routes behind its guard, without Streamlit: what stands there instead tells who came through."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from api.app import routes
from api.guard import Guard
from hooks.viewer import SYSTEM
from models.people import TeamCreate, UserCreate
from services import people, teams, tokens

PASSWORD = "a long enough one"
ROLES = ("administrator", "manager", "advisor", "analyst")


async def whoever(request: Request) -> JSONResponse:
    """Stand for every route of Streamlit: count the body, name the person."""
    body = await request.body()
    return JSONResponse({"name": request.state.viewer.name, "bytes": len(body)})


async def stream(websocket: WebSocket) -> None:
    """Stand for Streamlit's WebSocket: echo until the end."""
    await websocket.accept()
    async for message in websocket.iter_bytes():
        await websocket.send_text(f"{websocket.state.viewer.name}: {message.decode()}")


def served(more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the application under test; on its WebSocket "tick" is what a timer says."""
    pages = [
        WebSocketRoute("/_stcore/stream", stream),
        Route("/{path:path}", whoever, methods=["GET", "HEAD", "POST", "PUT", "DELETE"]),
    ]
    return Starlette(
        routes=[*routes(), *more, *pages],
        middleware=[Middleware(Guard, is_use=lambda frame: frame != b"tick")],
    )


def browser(**headers: str) -> TestClient:
    """Return a browser that has not signed in."""
    client = TestClient(served(), "http://testserver", follow_redirects=False, raise_server_exceptions=False)
    client.headers["accept"] = "text/html,application/xhtml+xml"
    client.headers.update(headers)
    return client


def program(secret: str | None = None) -> TestClient:
    """Return a program, with a token or without one."""
    client = TestClient(served(), "http://testserver", follow_redirects=False, raise_server_exceptions=False)
    if secret:
        client.headers["authorization"] = f"Bearer {secret}"
    return client


def add_person(name: str, role: str = "advisor", *named: str) -> int:
    """Make a person who can sign in, and the teams that are missing."""
    known = {team.name for team in teams.listed(SYSTEM)}
    for team in set(named) - known:
        teams.add(SYSTEM, TeamCreate(name=team))
    email = f"{name}@example.com"
    command = UserCreate(email=email, name=name, role=role, teams=list(named), password=PASSWORD)
    return people.add_user(SYSTEM, command).id


def token_of(user_id: int, *scopes: str) -> str:
    """Return the secret of a token with these scopes, all by default."""
    return tokens.add(people.viewer_of(user_id, "cli"), "test", scopes or ("all",)).secret


def signed_in(name: str = "ana", **headers: str) -> TestClient:
    """Return a browser in which a person is signed in."""
    client = browser(**headers)
    answer = client.post("/login", data={"email": f"{name}@example.com", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client
