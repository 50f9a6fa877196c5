"""What the rows of several lists have in common: their container, and the menu at their end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from hooks.i18n import _
from pages.parts.words import plain

Opening = Callable[[str, int | None], None]


def line(kind: str, id_: int) -> Any:
    """Return the container of a row."""
    return st.container(
        horizontal=True, vertical_alignment="center", wrap=False, gap="small", key=f"line-{kind}-{id_}"
    )


def menu(kind: str, id_: int, name: str, deeds: Mapping[str, str], opening: Opening) -> None:
    """Draw a row's menu: `deeds` are their names by what `opening` is told."""
    key = f"icon-menu-{kind}-{id_}"
    st.menu_button(
        _("More about {name}").format(name=plain(name)),
        list(deeds),
        icon=":material/more_horiz:",
        format_func=lambda deed: deeds[deed],
        type="tertiary",
        key=key,
        on_click=lambda: opening(st.session_state[key], id_),
    )


def turn(
    before: int | None, following: int | None, key: str, rest: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Draw the way to the newest and to the earlier rows of a list whose address says `before` which id it begins.

    `rest` is what else the address says.
    """
    with st.container(horizontal=True, horizontal_alignment="right", key="pager"):
        if before is not None:
            st.button(
                _("Newest"),
                icon=":material/first_page:",
                type="tertiary",
                key=f"{key}-newest",
                on_click=st.query_params.from_dict,
                args=(dict(rest),),
            )
        if following is not None:
            st.button(
                _("Earlier"),
                icon=":material/chevron_right:",
                type="tertiary",
                key=f"{key}-earlier",
                on_click=st.query_params.from_dict,
                args=({**rest, "before": str(following)},),
            )
