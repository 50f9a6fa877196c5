"""Links to places within Carteira, as HTML: the page's document follows a plain click, so nothing is loaded anew."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode


def within(words: str, path: str, query: Mapping[str, str] | None = None, kind: str = "") -> str:
    """Return a link to a page of ours; `kind` is a further class for its look."""
    address = f"{path}?{urlencode(query)}" if query else path
    return f'<a class="{f"within {kind}".strip()}" href="{escape(address)}">{escape(words)}</a>'


def list_link(words: str, path: str) -> str:
    """Return the link with which a page begins: to the list that it belongs to."""
    return within(words, path, kind="back")
