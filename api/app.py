"""All that is served beside the pages: the API below /api, the way in, and the signs of health."""

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from api import bulk, contacts, exports, health, imports, mappings, metrics, people, segments, sign_in, undo
from api.description import described
from api.errors import add_handlers
from api.parts import EVERYWHERE

VERSION = "1"


def create_api() -> FastAPI:
    """Return the REST API; it is mounted at /api, and its paths begin with /v1."""
    api = FastAPI(
        title="Carteira",
        version=VERSION,
        summary="Contacts, segments and walls, imports and exports.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    add_handlers(api)
    routers = (
        contacts.router, segments.router, bulk.router, bulk.acts, imports.files, imports.router, undo.router,
        mappings.router, exports.router,
        people.router,
    )  # fmt: skip
    for router in routers:
        api.include_router(router, prefix="/v1", dependencies=EVERYWHERE)
    api.openapi = lambda: described(api)  # type: ignore[method-assign]
    return api


def routes() -> list[BaseRoute]:
    """Return the routes that stand beside Streamlit's own."""
    return [
        Route("/login", sign_in.login, methods=["GET", "POST"]),
        Route("/logout", sign_in.logout, methods=["GET", "POST"]),
        Route("/setup", sign_in.setup, methods=["GET", "POST"]),
        Route("/password", sign_in.password, methods=["GET", "POST"]),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", metrics.show),
        Mount("/api", create_api(), name="api"),
    ]
