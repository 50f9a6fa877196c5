"""The lists of people, teams and roles, a row each with its menu."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st

from hooks.i18n import _, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.fold import fold
from models.people import RoleRead, TeamRead, UserRead
from pages.parts import find
from pages.parts.rows import Opening, line, menu
from pages.parts.words import plain
from services import terms

Row = TypeVar("Row", UserRead, TeamRead, RoleRead)


def people(who: Viewer, found: Sequence[UserRead], opening: Opening) -> None:
    """Draw everyone, those who are switched off last."""
    shown = _sought(sorted(found, key=lambda one: not one.active), lambda one: f"{one.name} {one.email}")
    with st.container(gap=None, key="rows-people"):
        for person in shown:
            with line("person", person.id):
                with st.container(gap=None, width="stretch"):
                    off = "" if person.active else f" :gray-badge[{_('switched off')}]"
                    you = f" :small[{_('you')}]" if person.id == who.user_id else ""
                    st.markdown(f"**{plain(person.name)}**{you}{off}")
                    st.caption(plain(person.email), wrap=False)
                with st.container(gap=None, width=300, key=f"aside-person-{person.id}"):
                    st.markdown(plain(terms.role_title(person.role)))
                    if person.teams:
                        st.caption(plain(", ".join(person.teams)), wrap=False)
                with st.container(width=130, horizontal_alignment="right", key=f"seen-person-{person.id}"):
                    st.caption(relative(person.seen, now()) if person.seen else _("never here"))
                deeds = {"edit": _("Edit"), "contacts": _("Contacts of this person")}
                if person.active:
                    deeds["link"] = _("Link for a new password")
                deeds["switch"] = _("Switch off") if person.active else _("Switch on")
                menu("person", person.id, person.name, deeds, opening)


def teams(found: Sequence[TeamRead], names: Mapping[str, str], opening: Opening) -> None:
    """Draw all teams."""
    if not found:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(_("People of one team see each other's contacts, and what is linked to the team."))
            st.button(_("Make the first team"), key="team-first", on_click=opening, args=("add", None))
        return
    shown = _sought(found, lambda one: one.name)
    with st.container(gap=None, key="rows-teams"):
        for team in shown:
            with line("team", team.id):
                with st.container(gap=None, width="stretch"):
                    st.markdown(f"**{plain(team.name)}**")
                    members = ", ".join(names.get(email, email) for email in team.users)
                    st.caption(plain(members) or _("nobody is in it"), wrap=False)
                with st.container(width=130, horizontal_alignment="right", key=f"count-team-{team.id}"):
                    st.caption(_people(len(team.users)))
                menu("team", team.id, team.name, {"edit": _("Edit"), "delete": _("Delete")}, opening)


def roles(found: Sequence[RoleRead], everyone: Sequence[UserRead], opening: Opening) -> None:
    """Draw all roles."""
    counts = Counter(one.role for one in everyone)
    with st.container(gap=None, key="rows-roles"):
        for role in found:
            name = terms.role_title(role.name)
            with line("role", role.id):
                with st.container(gap=None, width="stretch"):
                    st.markdown(f"**{plain(name)}**")
                    st.caption(plain(" · ".join(terms.permission_names(role.permissions))), wrap=False)
                with st.container(width=220, key=f"aside-role-{role.id}"):
                    st.caption(terms.scope_name(role.scope))
                with st.container(width=130, horizontal_alignment="right", key=f"count-role-{role.id}"):
                    st.caption(_people(counts[role.name]))
                deeds = {"edit": _("Edit")}
                if not counts[role.name]:
                    deeds["delete"] = _("Delete")
                menu("role", role.id, name, deeds, opening)


def _people(n: int) -> str:
    return ngettext("{n} person", "{n} people", n).format(n=number(n))


def _sought(found: Sequence[Row], text: Callable[[Row], str]) -> Sequence[Row]:
    """Return the rows in which the words of the search stand."""
    words = find.box(_("Find by name"), len(found), "people-find")
    shown = [one for one in found if words in fold(text(one))]
    if found and not shown:
        st.caption(_("Nothing here is called that."))
    return shown
