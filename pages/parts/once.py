"""What one run notes for the run to come, which draws it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st


@contextmanager
def once(key: str) -> Iterator[Any]:
    """Give what was noted under `key`, null for nothing, and forget it when the block has drawn it.

    A run that ends within the block, because the browser asked for another one, leaves it to that one. What is done
    and not drawn, and begins a run itself, is to be forgotten first, else it would be done again and again.
    """
    try:
        yield st.session_state.get(key)
    except Exception:
        forget(key)
        raise
    forget(key)


def forget(key: str) -> None:
    """Forget what was noted."""
    st.session_state.pop(key, None)
