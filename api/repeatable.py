"""Writes with an Idempotency-Key: the first is carried out, those after it are told what came of it.

What it made or changed is then read anew, as the caller may see it by now: a kept answer would show what has been
hidden since.
"""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import Message

from api.parts import WRITES
from hooks.viewer import Viewer
from services import repeats
from services.repeats import Answer

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_KEPT_HEADERS = ("location", "content-location", "content-type")
_OF_WHAT_IS_READ = ("etag", "content-type")


class Repeatable(APIRoute):
    """A route whose body is read at once; a file on its way to disk claims its key by `once` itself."""

    def get_route_handler(self) -> Handler:
        """Return the handler, with a look at the key before it; what only asks has none, by whatever method."""
        carry_out = super().get_route_handler()
        if not any(one in self.dependencies for one in WRITES):
            return carry_out

        async def handle(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            viewer = getattr(request.state, "viewer", None)
            if key is None or viewer is None or request.method in ("GET", "HEAD"):
                return await carry_out(request)
            wanted = what(request) + await request.body()
            return await once(request, viewer, key, wanted, lambda: carry_out(request))

        return handle


def what(request: Request) -> bytes:
    """Return method and address: with the body, what makes two requests the same."""
    return f"{request.method} {request.url.path}?{request.url.query}\n".encode()


async def once(
    request: Request,
    viewer: Viewer,
    key: str,
    wanted: bytes,
    carry_out: Callable[[], Coroutine[Any, Any, Response]],
) -> Response:
    """Carry out the request unless its key was used; keep what came of one that succeeded.

    One that was refused has written nothing, so its key is free again.
    """
    caller = _caller(request)
    had = await run_in_threadpool(repeats.claim, viewer, caller, key, wanted)
    if had is not None:
        answer = await _again(request, had)
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    try:
        response = await carry_out()
    except Exception:
        # A request that was cancelled may yet be carried out by its thread, so its key stays taken.
        await run_in_threadpool(repeats.release, viewer, caller, key)
        raise
    if response.status_code >= 300:
        await run_in_threadpool(repeats.release, viewer, caller, key)
        return response
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = bytes(response.body) if _address(request, headers) is None else b""
    await run_in_threadpool(repeats.settle, viewer, caller, key, Answer(response.status_code, headers, body))
    return response


def _caller(request: Request) -> str:
    token_id, session_id = request.state.token_id, request.state.session_id
    return f"session {session_id}" if token_id is None else f"token {token_id}"


def _address(request: Request, headers: Mapping[str, str]) -> str | None:
    """Return where that is read which a write answers with; None for one that answers with no more than counts."""
    own = request.url.path if request.method == "PATCH" else None
    return headers.get("location") or headers.get("content-location") or own


async def _again(request: Request, had: Answer) -> Response:
    address = _address(request, had.headers)
    if address is None:
        return Response(had.body, had.status, dict(had.headers))
    now = await _read(request, address)
    if now.status_code == HTTPStatus.FORBIDDEN:
        # Who may write but not look is told that it was done.
        return Response(None, had.status, {"location": address})
    if now.status_code != HTTPStatus.OK:
        return now
    kept = {name: value for name, value in had.headers.items() if name != "content-type"}
    fresh = {name: now.headers[name] for name in _OF_WHAT_IS_READ if name in now.headers}
    return Response(now.body, had.status, kept | fresh)


async def _read(request: Request, address: str) -> Response:
    """Return what a GET of this address answers the same caller."""
    scope = {
        name: request.scope[name]
        for name in ("type", "asgi", "http_version", "scheme", "server", "client", "root_path", "state")
        if name in request.scope
    }
    scope |= {
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "headers": [],
    }
    started: Message = {}
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        started.update(message if message["type"] == "http.response.start" else {})
        body.extend(message.get("body", b""))

    await request.app(scope, receive, send)
    answer = Response(bytes(body), started["status"])
    answer.raw_headers = list(started["headers"])
    return answer
