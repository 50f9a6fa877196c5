"""Where the person was in the list, so that the way back from a card leads there."""

from collections.abc import Mapping

import streamlit as st

_KEY = "list-address"


def remember(address: Mapping[str, str]) -> None:
    """Keep the list's address for this window."""
    st.session_state[_KEY] = dict(address)


def list_address() -> dict[str, str]:
    """Return the list's last address in this window."""
    return dict(st.session_state.get(_KEY, {}))
