"""How large a body may be, told by its path, and held while it arrives."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from hooks.i18n import _
from services.settings import MB, settings

_FORM = 64 * 1024
_DOCUMENT = 4 * MB
# What surrounds a file in a form.
_ENVELOPE = 1 * MB


def limit_for(scope: Scope) -> int:
    """Return how many bytes the body of this request may have."""
    path = scope["path"]
    if path == "/api/v1/imports":
        return settings().imports.max_mb * MB + _ENVELOPE
    if path.startswith("/_stcore/"):
        return 6 * MB
    return _DOCUMENT if path.startswith("/api/") else _FORM


class Bounded:
    """An application whose requests end with 413 as soon as more arrives than is allowed."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told) > self.limit:
            await _too_large(self.limit)(scope, receive, send)
            return
        arrived, begun, refused = 0, False, False

        async def counted() -> Message:
            nonlocal arrived, refused
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived <= self.limit:
                return message
            if not begun and not refused:
                refused = True
                await _too_large(self.limit)(scope, receive, send)
            return {"type": "http.disconnect"}

        async def open_send(message: Message) -> None:
            nonlocal begun
            if not refused:
                begun = True
                await send(message)

        try:
            await self.app(scope, counted, open_send)
        except Exception:
            # The application is told that the client went away, and may say so; the client has its answer.
            if not refused:
                raise


def _too_large(limit: int) -> ASGIApp:
    sentence = _("This is larger than {megabytes} MB, the most that is taken here.")
    return problem(413, "too_large", sentence.format(megabytes=max(1, limit // MB)))
