"""A dialog that speaks the person's language: it draws itself again without the frame, which sets the language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from pages.parts.door import viewer

Body = Callable[..., None]


def dialog(title: str, **options: Any) -> Callable[[Body], Body]:
    """Return what makes a function the body of a dialog, as st.dialog does; `options` are its."""

    def decorate(body: Body) -> Body:
        @wraps(body)
        def speaking(*args: Any) -> None:
            viewer()
            body(*args)

        made: Body = st.dialog(title, **options)(speaking)
        return made

    return decorate
