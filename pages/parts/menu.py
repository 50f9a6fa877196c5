"""The sidebar: the places one can go, the bell, and the person's own menu."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from hooks.i18n import LOCALES, _, language_name, number
from hooks.viewer import Viewer
from models.people import UserUpdate
from pages.parts import notices, theme
from pages.parts.door import viewer
from pages.parts.words import plain
from services import notifications, people, permissions

# Who has none of the permissions has nothing to do in the place.
_NEEDS = {
    "imports": (permissions.CONTACTS_IMPORT,),
    "exports": (permissions.CONTACTS_EXPORT,),
    "bin": (permissions.CONTACTS_DELETE,),
    "people": (permissions.PEOPLE_MANAGE, permissions.ROLES_MANAGE),
    "activity": (permissions.PEOPLE_MANAGE,),
}
# These come last, below a line.
_ADMINISTRATION = ("people", "activity")
_REFRESH_SECONDS = 15


def allowed(who: Viewer, place: str) -> bool:
    """Say whether a person has any business in a place."""
    return place not in _NEEDS or any(map(who.may, _NEEDS[place]))


def places(who: Viewer, pages: Mapping[str, Any]) -> None:
    """Draw the name and the links."""
    st.html('<div class="brand" aria-hidden="true">Carteira</div>')
    shown = [name for name, page in pages.items() if page.visibility == "visible" and allowed(who, name)]
    below_the_line = next((name for name in shown if name in _ADMINISTRATION), None)
    for name in shown:
        if name == below_the_line:
            with st.container(key="frame-administration"):
                st.caption(_("Administration"))
        st.page_link(pages[name], label=pages[name].title, icon=pages[name].icon, width="stretch")


def foot(who: Viewer) -> None:
    """Draw what stands at the sidebar's foot."""
    with st.container(key="frame-foot", gap="xsmall"):
        _bell()
        _person(who)


@st.fragment(run_every=_REFRESH_SECONDS)
def _bell() -> None:
    who = viewer()
    unread = notifications.unread(who)
    count = f" :primary-badge[{number(unread)}]" if unread else ""
    bell = st.popover(
        _("Notifications") + count,
        icon=":material/notifications:",
        type="tertiary",
        width="stretch",
        key="frame-bell",
        on_change=_read_notices,
    )
    # Drawn before it is opened, so that the box knows its height and opens where there is room for it.
    with bell:
        notices.listing(who, fresh=st.session_state.get("frame-fresh", frozenset()))


def _read_notices() -> None:
    """Note which notices are new for as long as the bell is open, and take them as read."""
    if not st.session_state.get("frame-bell"):
        return
    who = viewer()
    st.session_state["frame-fresh"] = frozenset(
        notice.id for notice in notifications.recent(who) if notice.read_at is None
    )
    notifications.mark_read(who)


def _person(who: Viewer) -> None:
    with st.popover(
        plain(who.name),
        icon=":material/account_circle:",
        type="tertiary",
        width="stretch",
        key="frame-person",
    ):
        st.caption(plain(who.email or ""))
        st.page_link("account.py", label=_("Account"), icon=":material/manage_accounts:", width="stretch")
        st.session_state["frame-language"] = who.locale
        st.selectbox(
            _("Language"),
            LOCALES,
            format_func=lambda locale: language_name(locale, own=True),
            key="frame-language",
            on_change=_speak,
            filter_mode=None,
        )
        theme.switch(key="frame-theme")
        st.html(
            '<form method="post" action="/logout" class="sign-out">'
            f'<button type="submit">{escape(_("Sign out"))}</button></form>'
        )


def _speak() -> None:
    people.update_me(viewer(), UserUpdate(locale=st.session_state["frame-language"]))
