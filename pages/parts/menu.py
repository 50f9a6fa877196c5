"""The sidebar: the places one can go, search everywhere, the bell, and the person's own menu."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from hooks.i18n import LOCALES, N_, _, language_name
from hooks.viewer import Viewer
from models.people import UserUpdate
from pages.parts import bell, everywhere, theme
from pages.parts.door import viewer
from pages.parts.everywhere import Place
from pages.parts.words import plain
from services import people, permissions

# Who has none of the permissions has nothing to do in the place.
_NEEDS = {
    "imports": (permissions.CONTACTS_IMPORT,),
    "exports": (permissions.CONTACTS_EXPORT,),
    "bin": (permissions.CONTACTS_DELETE, permissions.SEGMENTS_MANAGE),
    "people": (permissions.PEOPLE_MANAGE, permissions.ROLES_MANAGE),
    "teams": (permissions.PEOPLE_MANAGE,),
    "roles": (permissions.ROLES_MANAGE,),
    "activity": (permissions.PEOPLE_MANAGE,),
}
# These come last, below a line.
_ADMINISTRATION = ("people", "activity")
# The parts of a person's own account.
ACCOUNT_TABS = {"profile": N_("Profile"), "security": N_("Password and sessions"), "tokens": N_("Tokens")}
ACCOUNT_ICONS = {
    "profile": ":material/manage_accounts:",
    "security": ":material/lock:",
    "tokens": ":material/key:",
}


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


def reachable(who: Viewer, pages: Mapping[str, Any]) -> list[Place]:
    """Return all places where a person has business, parts of pages too."""
    found = [
        Place(page.title, _icon(page), f"/{page.url_path}")
        for name, page in pages.items()
        if page.visibility == "visible" and allowed(who, name)
    ]
    parts = [
        Place(title, _icon(pages[name]), f"/{name}?tab={tab}")
        for name, tab, title in (
            ("segments", "tags", _("Tags")),
            ("people", "teams", _("Teams")),
            ("people", "roles", _("Roles")),
            *(("account", tab, _(title)) for tab, title in ACCOUNT_TABS.items()),
        )
        if allowed(who, tab if tab in _NEEDS else name)
    ]
    actions = pages["actions"]
    return [*found, Place(actions.title, _icon(actions), f"/{actions.url_path}"), *parts]


def _icon(page: Any) -> str:
    return str(page.icon).removeprefix(":material/").removesuffix(":")


def foot(who: Viewer, pages: Mapping[str, Any]) -> None:
    """Draw what stands at the sidebar's foot."""
    with st.container(key="frame-foot", gap=None):
        everywhere.box(reachable(who, pages))
        bell.draw()
        _person(who)


def _person(who: Viewer) -> None:
    with st.popover(
        plain(who.name),
        icon=":material/account_circle:",
        type="tertiary",
        width="stretch",
        key="frame-person",
    ):
        st.caption(plain(who.email or ""))
        with st.container(gap=None, key="frame-account"):
            for tab, title in ACCOUNT_TABS.items():
                st.page_link(
                    "account.py",
                    label=_(title),
                    icon=ACCOUNT_ICONS[tab],
                    query_params={"tab": tab},
                    width="stretch",
                )
        st.session_state["frame-language"] = who.locale
        st.selectbox(
            _("Language"),
            LOCALES,
            format_func=lambda locale: language_name(locale, own=True),
            key="frame-language",
            on_change=_speak,
            filter_mode=None,
        )
        theme.switch(who)
        st.html(
            '<form method="post" action="/logout" class="sign-out">'
            f'<button type="submit">{escape(_("Sign out"))}</button></form>'
        )


def _speak() -> None:
    people.update_me(viewer(), UserUpdate(locale=st.session_state["frame-language"]))
