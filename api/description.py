"""The OpenAPI description of the API, as FastAPI writes it, with the one shape of errors."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.parts import Problem


def described(api: FastAPI) -> dict[str, Any]:
    """Return the description, made once."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            summary=api.summary,
            routes=api.routes,
            servers=[{"url": "/api"}],
        )
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        api.openapi_schema = made
    return api.openapi_schema
