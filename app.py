"""Web entry: settings, plugins, API, sign-in, and the pages of Streamlit. No logic.

It is served from this folder, since Streamlit reads .streamlit/config.toml below it, with `proxy_headers=False`
(the guard itself believes the proxies that the settings name, and no others) and `access_log=False` (addresses
hold what people search for; the guard logs requests without their query).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from api.app import routes
from api.guard import OPEN, Guard
from api.nowhere import Nowhere
from pages.parts import ahead, trouble
from pages.parts.frames import is_use
from services import first_start, plugins

HERE = Path(__file__).resolve().parent
# The first page has no name in its address, and the frame is no page.
PAGES = {"/", *(f"/{path.stem}" for path in (HERE / "pages").glob("[!_]*.py"))} - {"/contacts", "/main"}


def start() -> None:
    """Bring the database to this version, load plugins and pages, make the administrator whom the environment names."""
    plugins.start()
    first_start.from_environment()
    ahead.load()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[dict[str, Any], None]:
    """Start before the first request is served."""
    await run_in_threadpool(start)
    yield {}


app = st.App(
    HERE / "pages" / "main.py",
    routes=routes(),
    middleware=[Middleware(Guard, is_use=is_use), Middleware(Nowhere, pages=PAGES | OPEN.keys())],
    lifespan=lifespan,
    on_script_error=trouble.tell,
)
