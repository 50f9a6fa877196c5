"""The dialogs of a role: add, edit, delete."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from hooks.i18n import _
from models.people import SCOPES, RoleCreate, RoleRead, RoleUpdate
from pages.parts import fields, impact_words
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.words import plain
from services import permissions, roles, terms

_FIELDS = ("name", "scope", "permissions")
_ERRORS = "role-errors"


def opened(deed: str, role_id: int | None) -> None:
    """Open the dialog of a deed."""
    st.session_state[_ERRORS] = {}
    if role_id is None:
        dialog(_("New role"), icon=":material/badge:")(_add)()
        return
    role = next((one for one in roles.listed(viewer()) if one.id == role_id), None)
    if role is None:
        st.toast(_("There is no such role."), icon=":material/error:")
    elif deed == "edit":
        dialog(_("Edit role"), icon=":material/badge:")(_edit)(role)
    else:
        name = plain(terms.role_title(role.name))
        dialog(_("Delete {name}?").format(name=name), icon=":material/delete:")(_delete)(role)


def _add() -> None:
    given = _words(None)
    if st.button(_("Add role"), type="primary", key="role-save"):
        if fields.attempt(lambda: roles.add(viewer(), RoleCreate(**given)), _ERRORS, _FIELDS) is None:
            st.rerun(scope="fragment")
        flash(_("{name} was added.").format(name=given["name"].strip()))
        st.rerun()


def _edit(role: RoleRead) -> None:
    given = _words(role)
    changed = {name: value for name, value in given.items() if value != getattr(role, name)}
    command = RoleUpdate(**changed)
    if "scope" in changed:
        impact_words.foretell(lambda: roles.impact(viewer(), role.id, command), "role-impact")
    if st.button(_("Save"), type="primary", key="role-save"):
        if fields.attempt(lambda: roles.change(viewer(), role.id, command), _ERRORS, _FIELDS) is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _words(role: RoleRead | None) -> dict[str, Any]:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    given: dict[str, Any] = {}
    if role is not None and role.name in terms.ROLES:
        # A role of the first day is called in each reader's language, so its name is not one to write over.
        st.markdown(f"**{plain(terms.role_title(role.name))}**")
    else:
        given["name"] = st.text_input(
            fields.label("name"), role.name if role else "", max_chars=200, key="role-name"
        )
        wrong(errors, "name")
    given["scope"] = st.radio(
        _("Sees"),
        SCOPES,
        index=SCOPES.index(role.scope if role else "teams"),
        format_func=terms.scope_name,
        key="role-scope",
    )
    wrong(errors, "scope")
    given["permissions"] = sorted(_chosen(role.permissions if role else []))
    wrong(errors, "permissions")
    return given


def _chosen(held: list[str]) -> Iterator[str]:
    """Draw a box for each permission, in groups, and yield those that are ticked."""
    who = viewer()
    known = [name for names in terms.PERMISSIONS.values() for name in names]
    groups = [(title, list(names)) for title, names in terms.PERMISSIONS.items()]
    brought = [name for name in held if name not in known]
    for title, names in [*groups, *([(_("Plugins"), brought)] if brought else [])]:
        st.markdown(f"**{_(title)}**")
        for name in names:
            always = name == permissions.CONTACTS_VIEW
            if st.checkbox(
                terms.permission_name(name),
                always or name in held,
                disabled=always or not who.may(name),
                key=f"role-may-{name}",
            ):
                yield name


def _delete(role: RoleRead) -> None:
    st.markdown(_("Nobody has this role."))
    if confirmed(_("Delete role"), "role-delete-yes"):
        name = terms.role_title(role.name)
        carry_out(lambda: roles.delete(viewer(), role.id), _("{name} was deleted.").format(name=name))
