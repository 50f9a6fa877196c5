"""Web entry: settings, plugins, API, sign-in, and the pages of Streamlit. No logic.

Serve it from this folder (Streamlit reads .streamlit/config.toml below it) with

    uvicorn.run("app:app", host=..., port=..., proxy_headers=False, server_header=False, access_log=False,
                log_config=None, ws_max_size=..., timeout_graceful_shutdown=5)

`proxy_headers=False` because the guard itself believes those proxies that the settings name, and no others.
`access_log=False` because addresses hold what people search for; the guard logs requests without their query.
The set-up link is printed by whoever serves, with services.first_start.set_up_link(base), after migrate().
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from api.app import routes
from api.guard import Guard
from services import first_start, plugins

HERE = Path(__file__).resolve().parent


def start() -> None:
    """Bring the database to this version, load plugins, make the administrator whom the environment names."""
    plugins.start()
    first_start.from_environment()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[dict[str, Any], None]:
    """Start before the first request is served."""
    await run_in_threadpool(start)
    yield {}


app = st.App(HERE / "pages" / "main.py", routes=routes(), middleware=[Middleware(Guard)], lifespan=lifespan)
