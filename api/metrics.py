"""Counts of what is served, for Prometheus: no names, no addresses, no numbers of contacts."""

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

log = structlog.get_logger(__name__)

REQUESTS = Counter("carteira_requests", "Requests answered", ["area", "method", "status"])
SECONDS = Histogram(
    "carteira_request_seconds",
    "Time from a request to its whole answer",
    ["area"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_AREAS = {"/api/": "api", "/_stcore/": "pages", "/static/": "static", "/component/": "static"}


def area_of(path: str) -> str:
    """Return the part of the house that a path belongs to."""
    if path in ("/login", "/logout", "/setup", "/password"):
        return "sign-in"
    if path in ("/healthz", "/readyz", "/metrics"):
        return "health"
    return next((area for start, area in _AREAS.items() if path.startswith(start)), "pages")


def note(scope: Scope, status: int, seconds: float) -> None:
    """Count a request, and log it without its query, which may hold personal data."""
    area, method = area_of(scope["path"]), scope["method"]
    REQUESTS.labels(area, method if method in _METHODS else "other", str(status)).inc()
    SECONDS.labels(area).observe(seconds)
    level = log.warning if status >= 500 else log.debug
    level("request", method=method, path=scope["path"], status=status, ms=round(seconds * 1000, 1))


def show(_request: Request) -> Response:
    """Answer with all counts as text; the guard has asked for loopback or a token."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
