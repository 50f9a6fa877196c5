"""An address where no page is, said in the person's language.

Streamlit would draw another page under a dialog in English, or nothing at all where the address has several parts.
"""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.sign_in_page import page
from hooks.i18n import _

# What is served below these is no page, whoever asks for it as for one: a grid's frame, a file to keep.
_NO_PAGES = ("/api/", "/component/", "/media/", "/static/", "/_stcore/")


class Nowhere:
    """Middleware that answers a browser that asks for a page of another name than `pages`, which begin with a slash."""

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        self.app = app
        self._pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_nowhere(scope):
            said = page(
                _("There is no such page"),
                lead=_("The address may be misspelt, or the page is gone."),
                link=(_("To the contacts"), "/"),
                status=404,
            )
            await said(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_nowhere(self, scope: Scope) -> bool:
        path = scope["path"]
        asks_for_a_page = "text/html" in Headers(scope=scope).get("accept", "")
        return asks_for_a_page and path not in self._pages and not path.startswith(_NO_PAGES)
