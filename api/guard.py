"""The one guard before everything that is served, over http and WebSocket: who is not let in stays out.

It is plain ASGI, because middleware built on requests never sees a WebSocket. What it lets through without a
session is a short list of exact paths; any other path, known or not, asks for a person.
"""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import quote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics
from api.bodies import Bounded, limit_for
from api.callers import Caller, bearer, by_cookie, by_token, is_same_origin, origin_of
from api.errors import problem
from hooks.i18n import _, best_locale, use_locale

API = "/api/v1/"
METRICS = "/metrics"
# Open to everyone, by these methods: the way in, and whether the house stands.
WAYS_IN = frozenset({"/login", "/logout", "/setup", "/password"})
SIGNS = frozenset({"/healthz", "/readyz"})
OPEN = dict.fromkeys(WAYS_IN, frozenset({"GET", "HEAD", "POST"})) | dict.fromkeys(
    SIGNS, frozenset({"GET", "HEAD"})
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

# A grid lives in a frame of our own page; nothing of ours lives in a frame of somebody else's.
_FRAMED_BY_US = ("/component/", "/_stcore/bidi-components/")
_POLICY = "base-uri 'self'; object-src 'none'; form-action 'self'; frame-ancestors {who}"

# An open window whose session has ended is given time for a last word, then its WebSocket is closed.
_LAST_WORD_SECONDS = 3
_SIGNED_OUT, _REFUSED = 4401, 4403

log = structlog.get_logger(__name__)


class Guard:
    """Middleware that decides, for each request, whether it goes further and as whom."""

    def __init__(self, app: ASGIApp, is_use: Callable[[bytes], bool] = lambda _frame: True) -> None:
        """`is_use` says of a WebSocket's message whether the person caused it, and not a timer of the window."""
        self.app = app
        self._is_use = is_use
        self._background: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    # --- http

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers = Headers(scope=scope)
        sent = _Sent(scope, send)
        try:
            with use_locale(best_locale(headers.get("accept-language"))):
                answer = await self._let_in(scope, headers)
                if isinstance(answer, Response):
                    await answer(scope, receive, sent)
                else:
                    await self._pass_on(answer, scope, receive, sent)
        finally:
            metrics.note(scope, sent.status, time.perf_counter() - began)

    async def _pass_on(self, caller: Caller | None, scope: Scope, receive: Receive, sent: "_Sent") -> None:
        if caller is None:
            await Bounded(self.app, limit_for(scope))(scope, receive, sent)
            return
        self._note_use(caller)
        with use_locale(caller.viewer.locale):
            await Bounded(self.app, limit_for(scope))(scope, receive, sent)

    async def _let_in(self, scope: Scope, headers: Headers) -> Response | Caller | None:
        """Return the caller, None where nobody in particular may pass, or the answer that ends it here."""
        path, origin = scope["path"], origin_of(scope, headers)
        state = scope.setdefault("state", {})
        state["origin"] = origin
        if b"%00" in scope.get("raw_path", b"") or b"%00" in scope.get("query_string", b""):
            return problem(400, "bad_address", _("The address holds a sign that no address has."))
        caller = await self._caller(path, headers)
        by_token_alone = caller is not None and caller.token_id is not None
        if scope["method"] not in _READING and not by_token_alone and not is_same_origin(headers):
            return problem(403, "foreign_origin", _("This request came from another site."))
        if caller is not None:
            state["viewer"] = caller.viewer
            state["session_id"], state["token_id"] = caller.session_id, caller.token_id
            return caller
        if scope["method"] in OPEN.get(path, ()) or (path == METRICS and origin.is_loopback):
            return None
        return _who_are_you(scope, headers)

    async def _caller(self, path: str, headers: Headers) -> Caller | None:
        if path in SIGNS:
            return None
        for_programs = path.startswith(API) or path == METRICS
        if for_programs and bearer(headers) is not None:
            return await run_in_threadpool(by_token, headers)
        if path == METRICS:
            return None
        return await run_in_threadpool(by_cookie, headers)

    def _note_use(self, caller: Caller) -> None:
        if caller.stale:
            # A writer may have to wait for another; the person at the door need not.
            task = asyncio.create_task(run_in_threadpool(caller.note_use))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    # --- WebSocket

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        caller = await run_in_threadpool(by_cookie, headers)
        if caller is None or not is_same_origin(headers):
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED})
            return
        scope.setdefault("state", {}).update(viewer=caller.viewer, session_id=caller.session_id)
        with use_locale(caller.viewer.locale):
            await self.app(scope, *self._watched(headers, receive, send))

    def _watched(self, headers: Headers, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """Ask at every message whether the session is still open; the cookie is as old as the WebSocket."""
        ended_at: float | None = None
        closed = False

        async def watched() -> Message:
            nonlocal ended_at, closed
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            caller = await run_in_threadpool(by_cookie, headers)
            if caller is not None:
                if caller.stale and self._is_use(message.get("bytes") or b""):
                    self._note_use(caller)
                return message
            ended_at = ended_at or time.monotonic()
            if time.monotonic() - ended_at < _LAST_WORD_SECONDS:
                return message
            closed = True
            await send({"type": "websocket.close", "code": _SIGNED_OUT})
            return {"type": "websocket.disconnect", "code": _SIGNED_OUT}

        async def while_open(message: Message) -> None:
            if not closed:
                await send(message)

        return watched, while_open


class _Sent:
    """What is sent, with the headers that every answer has, and the status that it had."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            path = self._scope["path"]
            who = "'self'" if path.startswith(_FRAMED_BY_US) else "'none'"
            headers.setdefault("content-security-policy", _POLICY.format(who=who))
            headers.setdefault("x-content-type-options", "nosniff")
            headers.setdefault("referrer-policy", "same-origin")
            headers.setdefault("cross-origin-opener-policy", "same-origin")
            if path.startswith("/api/") or path in OPEN:
                headers.setdefault("cache-control", "no-store")
            elif headers.get("content-type", "").startswith("text/html"):
                # After sign-out the browser's Back must ask again, not show the page that it kept.
                headers["cache-control"] = "no-store"
        await self._send(message)


def _who_are_you(scope: Scope, headers: Headers) -> Response:
    if "text/html" in headers.get("accept", ""):
        back = quote(scope["path"], safe="/~!$&'()*+,;=:@")
        if scope.get("query_string"):
            back += "?" + scope["query_string"].decode("latin-1")
        wanted = quote(back, safe="/") if scope["method"] in ("GET", "HEAD") else "/"
        return RedirectResponse(f"/login?next={wanted}", 303)
    return problem(
        401, "not_signed_in", _("Sign in, or send a token that is valid."), {"WWW-Authenticate": "Bearer"}
    )
