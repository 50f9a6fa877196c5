"""Where the person was in the list, so that the way back from a card leads there; and the way to another page."""

from collections.abc import Mapping
from secrets import token_hex
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

_KEY = "list-address"
_LEADS = "leads-to"


def remember(address: Mapping[str, str]) -> None:
    """Keep the list's address for this window."""
    st.session_state[_KEY] = dict(address)


def list_address(without: int | None = None) -> dict[str, str]:
    """Return the list's last address in this window; `without` is a contact that is no longer to stand beside it."""
    address = dict(st.session_state.get(_KEY, {}))
    return {name: value for name, value in address.items() if (name, value) != ("contact", str(without))}


def lead_to(path: str, query: Mapping[str, str] | None = None) -> NoReturn:
    """Go to another page, as by a link: one step in the browser's history, where st.switch_page would make two."""
    st.session_state[_LEADS] = f"{path}?{urlencode(query)}" if query else path
    st.rerun()


def leads_to() -> tuple[str, str] | None:
    """Return where the person is being led, after a mark that is new each time, until it was `told`."""
    address = st.session_state.get(_LEADS)
    return None if address is None else (token_hex(8), address)


def told() -> None:
    """Note that the browser was told where to: a run that is ended before leaves that to the next one."""
    st.session_state.pop(_LEADS, None)
