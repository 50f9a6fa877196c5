"""Writes with an Idempotency-Key: the first is carried out, those after it get its answer."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from hooks.viewer import Viewer
from services import repeats
from services.repeats import Answer

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_KEPT_HEADERS = ("location", "etag", "content-type")


class Repeatable(APIRoute):
    """A route whose body is read at once; a file on its way to disk claims its key by `once` itself."""

    def get_route_handler(self) -> Handler:
        """Return the handler, with a look at the key before it."""
        carry_out = super().get_route_handler()

        async def handle(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            viewer = getattr(request.state, "viewer", None)
            if key is None or viewer is None or request.method in ("GET", "HEAD"):
                return await carry_out(request)
            wanted = what(request) + await request.body()
            return await once(viewer, key, wanted, lambda: carry_out(request))

        return handle


def what(request: Request) -> bytes:
    """Return method and address: with the body, what makes two requests the same."""
    return f"{request.method} {request.url.path}?{request.url.query}\n".encode()


async def once(
    viewer: Viewer, key: str, wanted: bytes, carry_out: Callable[[], Coroutine[Any, Any, Response]]
) -> Response:
    """Carry out the request unless its key was used; keep the answer of one that succeeded.

    One that was refused has written nothing, so its key is free again.
    """
    had = await run_in_threadpool(repeats.claim, viewer, key, wanted)
    if had is not None:
        return Response(had.body, had.status, {**had.headers, "Idempotency-Replayed": "true"})
    try:
        response = await carry_out()
    except Exception:
        # A request that was cancelled may yet be carried out by its thread, so its key stays taken.
        await run_in_threadpool(repeats.release, viewer, key)
        raise
    if response.status_code >= 300:
        await run_in_threadpool(repeats.release, viewer, key)
        return response
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = Answer(response.status_code, headers, bytes(response.body))
    await run_in_threadpool(repeats.settle, viewer, key, answer)
    return response
