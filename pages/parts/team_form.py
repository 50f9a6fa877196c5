"""The dialogs of a team: add, edit, delete."""

import streamlit as st

from hooks.i18n import _
from models.people import TeamCreate, TeamRead, TeamUpdate
from pages.parts import fields, impact_words
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.words import plain
from services import teams
from services.errors import Told

_FIELDS = ("name", "users")
_ERRORS = "team-errors"


def opened(deed: str, team_id: int | None) -> None:
    """Open the dialog of a deed."""
    st.session_state[_ERRORS] = {}
    if team_id is None:
        dialog(_("New team"), icon=":material/group_add:")(_add)()
        return
    try:
        team = teams.one(viewer(), team_id)
    except Told as error:
        st.toast(plain(error.message), icon=":material/error:")
        return
    if deed == "edit":
        dialog(_("Edit team"), icon=":material/group:")(_edit)(team)
    else:
        dialog(_("Delete {name}?").format(name=plain(team.name)), icon=":material/delete:")(_delete)(team)


def _add() -> None:
    name = _name("")
    if st.button(_("Add team"), type="primary", key="team-save"):
        made = fields.attempt(lambda: teams.add(viewer(), TeamCreate(name=name)), _ERRORS, _FIELDS)
        if made is None:
            st.rerun(scope="fragment")
        flash(_("{name} was added.").format(name=name.strip()))
        st.rerun()


def _edit(team: TeamRead) -> None:
    name = _name(team.name)
    names = fields.people_by_email(viewer())
    users = st.multiselect(
        _("People"),
        list(names),
        team.users,
        format_func=lambda email: names.get(email, email),
        placeholder=_("Choose people"),
        key="team-users",
        filter_mode="contains",
        select_all=False,
    )
    wrong(st.session_state.get(_ERRORS, {}), "users")
    moved = sorted(users) != sorted(team.users)
    if moved:
        impact_words.foretell(lambda: teams.impact(viewer(), team.id, users), "team-impact")
    if st.button(_("Save"), type="primary", key="team-save"):
        command = TeamUpdate(name=name, users=sorted(users)) if moved else TeamUpdate(name=name)
        if fields.attempt(lambda: teams.change(viewer(), team.id, command), _ERRORS, _FIELDS) is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _delete(team: TeamRead) -> None:
    st.markdown(
        _("Its people stay. Restricted segments that are linked to it are no longer open to them by it.")
    )
    impact_words.foretell(lambda: teams.impact(viewer(), team.id, None), "team-impact")
    if confirmed(_("Delete team"), "team-delete-yes"):
        carry_out(lambda: teams.delete(viewer(), team.id), _("{name} was deleted.").format(name=team.name))


def _name(before: str) -> str:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    name = st.text_input(fields.label("name"), before, max_chars=200, key="team-name")
    wrong(errors, "name")
    return name
