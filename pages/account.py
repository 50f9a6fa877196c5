"""One's own account: name, language, time zone; password and sessions; tokens for programs."""

import streamlit as st

from hooks.i18n import _
from pages.parts import own_details, own_sessions, own_tokens
from pages.parts.door import signed_in
from pages.parts.menu import ACCOUNT_TABS

here = signed_in()
asked = st.query_params.get("tab", "")
shown = asked if asked in ACCOUNT_TABS else next(iter(ACCOUNT_TABS))


def choose() -> None:
    """Write the tab that was chosen into the address."""
    st.query_params["tab"] = st.session_state["account-tab"]


with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("Account"), anchor=False)
st.session_state["account-tab"] = shown
st.segmented_control(
    _("What is shown"),
    list(ACCOUNT_TABS),
    format_func=lambda name: _(ACCOUNT_TABS[name]),
    required=True,
    label_visibility="collapsed",
    key="account-tab",
    on_change=choose,
)
with st.container(width=720, gap="large", key="account"):
    if shown == "profile":
        with st.container(gap="small"):
            own_details.draw(here.viewer)
    elif shown == "security":
        with st.container(gap="small"):
            own_details.password(here.session_id)
        with st.container(gap="small"):
            own_sessions.draw(here.viewer, here.session_id)
    else:
        with st.container(gap="small"):
            own_tokens.draw(here.viewer)
