"""Whether the house stands: /healthz says that the process answers, /readyz that its database does."""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.errors import problem
from hooks.i18n import _
from hooks.manager import migration_homes
from services.migrate import is_migrated

log = structlog.get_logger(__name__)


async def healthz(_request: Request) -> JSONResponse:
    """Answer."""
    return JSONResponse({"status": "ok"})


def readyz(_request: Request) -> JSONResponse:
    """Answer 200 when the database is reached and has this version's tables, else 503."""
    try:
        ready = is_migrated(migration_homes())
    except SQLAlchemyError as error:
        log.warning("not ready", error=type(error).__name__)
        ready = False
    if ready:
        return JSONResponse({"status": "ready"})
    return problem(503, "not_ready", _("The database does not answer, or is not migrated yet."))
