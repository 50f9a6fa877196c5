"""One's own account: name, language, time zone, password, where one is signed in, and tokens for programs."""

import streamlit as st

from hooks.i18n import _
from pages.parts import own_details, own_sessions, own_tokens
from pages.parts.door import signed_in

here = signed_in()
with st.container(key="page-head"):
    st.title(_("Account"), anchor=False)
st.space("xsmall")
with st.container(width=720, gap="large", key="account"):
    with st.container(gap="small"):
        own_details.draw(here.viewer)
    with st.container(gap="small"):
        own_details.password(here.session_id)
    with st.container(gap="small"):
        own_sessions.draw(here.viewer, here.session_id)
    with st.container(gap="small"):
        own_tokens.draw(here.viewer)
