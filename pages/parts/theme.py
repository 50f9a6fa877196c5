"""The choice between light, dark and the system's own, remembered for the person; Streamlit's own menu is off.

Streamlit's front end keeps its choice in the browser, an entry for each address that a window was opened at.
pages/parts/document.py writes ours there.
"""

import streamlit as st

from hooks.i18n import N_, _
from hooks.viewer import Theme, Viewer
from models.people import UserUpdate
from pages.parts.door import viewer
from services import people

_KEY = "frame-theme"
# What Streamlit calls them.
_NAMES: dict[Theme | None, str] = {None: "System", "light": "Light", "dark": "Dark"}
_SHOWN = {"System": N_("System"), "Light": N_("Light"), "Dark": N_("Dark")}


def name_of(who: Viewer) -> str:
    """Return the person's choice as Streamlit calls it."""
    return _NAMES[who.theme]


def switch(who: Viewer) -> None:
    """Draw the three choices; choosing one loads the page anew."""
    st.session_state[_KEY] = name_of(who)
    st.segmented_control(
        _("Appearance"),
        list(_SHOWN),
        format_func=lambda name: _(_SHOWN[name]),
        required=True,
        width="stretch",
        key=_KEY,
        on_change=_choose,
    )


def _choose() -> None:
    chosen = next(theme for theme, name in _NAMES.items() if name == st.session_state[_KEY])
    people.update_me(viewer(), UserUpdate(theme=chosen))
