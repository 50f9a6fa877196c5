"""Errors on their way out: every one is an RFC 9457 problem document in the reader's language."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from hooks.i18n import N_, _
from services import unfit
from services.errors import (
    Conflict,
    Forbidden,
    NewerDatabase,
    NotAvailable,
    NotFound,
    Refused,
    Told,
    TooMany,
)
from services.room import NO_ROOM, is_full

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[Told], int] = {
    Refused: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    NotAvailable: 409,
    TooMany: 429,
    NewerDatabase: 503,
}

_SENTENCES = {
    HTTPStatus.NOT_FOUND: N_("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This address does not take this method."),
}

# What a condition of the request asked for and does not find is 412, not 409.
_PRECONDITIONS = frozenset({"changed_meanwhile"})


def problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Return a problem document: type, title, status, detail, and `code` for programs."""
    content = {
        "type": f"urn:carteira:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return JSONResponse(content | more, status, dict(headers or {}), media_type=MEDIA_TYPE)


def told(error: Told) -> JSONResponse:
    """Return the document for an error that a service meant for the person."""
    status = 412 if error.code in _PRECONDITIONS else STATUS.get(type(error), 422)
    data = dict(error.data)
    headers = {"Retry-After": str(data["retry_after"])} if "retry_after" in data else None
    return problem(status, error.code, error.message, headers, **data)


def _no_room(error: Exception) -> JSONResponse:
    log.error("the disk is full", error=type(error).__name__)
    return problem(507, "no_room", _(NO_ROOM))


def add_handlers(app: FastAPI) -> None:
    """Let every error of `app` end as a problem document."""

    @app.exception_handler(Told)
    async def _told(_request: Request, error: Told) -> JSONResponse:
        return told(error)

    @app.exception_handler(RequestValidationError)
    async def _unreadable(_request: Request, error: RequestValidationError) -> JSONResponse:
        if any(one["type"] == "json_invalid" for one in error.errors()):
            return problem(400, "bad_json", _("The body is not JSON."))
        fields = unfit.fields(error.errors(), leave_out=1)
        return problem(422, "bad_request", unfit.sentence(fields), fields=fields)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        sentence = str(error.detail)
        if sentence == status.phrase:  # Starlette's own, without a sentence of ours
            sentence = _(_SENTENCES.get(status, sentence))
        return problem(status, status.name.lower(), sentence, error.headers)

    @app.exception_handler(DataError)
    async def _unkept(_request: Request, error: DataError) -> JSONResponse:
        return problem(
            422, "bad_value", _("A value cannot be kept: it is too large, or holds a forbidden sign.")
        )

    @app.exception_handler(OperationalError)
    async def _busy(_request: Request, error: OperationalError) -> JSONResponse:
        if is_full(error):
            return _no_room(error)
        log.error("database unavailable", error=type(error.orig).__name__)
        sentence = _("The database does not answer. Try again in a moment.")
        return problem(503, "database_unavailable", sentence, {"Retry-After": "5"})

    @app.exception_handler(OSError)
    async def _not_written(request: Request, error: OSError) -> JSONResponse:
        return _no_room(error) if is_full(error) else await _ours(request, error)

    @app.exception_handler(Exception)
    async def _ours(_request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", error=type(error).__name__, exc_info=error)
        return problem(
            500, "internal", _("Something went wrong on our side. Nothing was changed. Try again.")
        )
