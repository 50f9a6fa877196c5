"""Mappings with names: chosen for a file and kept from it, and the list of them, where they are changed and deleted."""

import streamlit as st

from hooks.i18n import _
from models.import_mapping import MappingRead, MappingUpdate
from models.imports import ImportRead
from pages.parts import fields
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.link import within
from pages.parts.once import once
from pages.parts.rows import line, menu
from pages.parts.words import plain
from services.imports import saved_mappings
from services.imports.rows import MAPPABLE

ADDRESS = "/imports"
VIEW = "mappings"
_FIELDS = ("name", "fields")
_ERRORS = "mapping-errors"
_DEED = "mapping-deed"


def link_to_list() -> None:
    """Draw the way to the person's mappings, where there are any."""
    if saved_mappings.listed(viewer()):
        st.html(within(_("Mappings"), ADDRESS, {"view": VIEW}, "action"), width="content")


def pick(run: ImportRead, name: str | None) -> str | None:
    """Draw which mapping the columns are read by, and the way to keep it; return the name that is newly chosen."""
    known = [one.name for one in saved_mappings.listed(viewer())]
    picked = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-mapping"):
        if known:
            picked = st.selectbox(
                _("Mapping"),
                known,
                index=known.index(name) if name in known else None,
                placeholder=_("Choose a mapping"),
                key=f"import-mapping-{run.id}-{name}-{len(known)}",
                width=320,
            )
        if st.button(
            _("Keep this mapping"), type="tertiary", icon=":material/bookmark_add:", key="mapping-keep"
        ):
            st.session_state[_ERRORS] = {}
            dialog(_("Keep this mapping"), icon=":material/bookmark_add:")(_keep)(run.id, name)
    return picked if picked and picked != name else None


def _keep(import_id: int, name: str | None) -> None:
    errors = st.session_state.get(_ERRORS, {})
    st.markdown(_("It is offered for the next file with these columns, and can be chosen for any other."))
    typed = st.text_input(_("Name"), value=name or "", key="mapping-name", max_chars=200)
    wrong(errors, "name", "")
    if st.button(_("Keep"), type="primary", key="mapping-save"):
        kept = fields.attempt(lambda: saved_mappings.keep(viewer(), import_id, typed or ""), _ERRORS, _FIELDS)
        if kept is None:
            st.rerun(scope="fragment")
        else:
            flash(_("{name} was kept.").format(name=kept.name))
            st.rerun()


def draw() -> None:
    """Draw the list of the person's mappings."""
    found = saved_mappings.listed(viewer())
    if not found:
        st.caption(_("No mapping is kept. It is kept where the columns of a file are matched."))
        return
    with st.container(gap=None, key="rows-tags"):
        for one in found:
            with line("mapping", one.id):
                with st.container(gap=None, width="stretch"):
                    st.markdown(f"**{plain(one.name)}**")
                    st.caption(_shown(one))
                menu("mapping", one.id, one.name, {"edit": _("Edit"), "delete": _("Delete")}, _open)
    with once(_DEED) as wanted:
        deed, mapping_id = wanted or ("", None)
        mapping = next((one for one in found if one.id == mapping_id), None)
        if mapping is not None:
            _open_dialog(deed, mapping)


def _open_dialog(deed: str, mapping: MappingRead) -> None:
    if deed == "edit":
        dialog(_("Edit mapping"), icon=":material/edit:", width="large")(_edit)(mapping)
    else:
        asked = _("Delete {name}?").format(name=plain(mapping.name))
        dialog(asked, icon=":material/delete:")(_delete)(mapping)


def _open(deed: str, mapping_id: int | None) -> None:
    st.session_state[_ERRORS] = {}
    st.session_state[_DEED] = (deed, mapping_id)


def _shown(mapping: MappingRead) -> str:
    pairs = zip(mapping.columns, mapping.fields, strict=True)
    return " · ".join(f"{plain(column) or '—'} → {fields.label(field)}" for column, field in pairs if field)


def _edit(mapping: MappingRead) -> None:
    errors = st.session_state.get(_ERRORS, {})
    name = st.text_input(_("Name"), value=mapping.name, key=f"mapping-name-{mapping.id}", max_chars=200)
    wrong(errors, "name", "")
    chosen: list[str | None] = []
    choices = ["", *MAPPABLE]
    for at, (column, field) in enumerate(zip(mapping.columns, mapping.fields, strict=True)):
        picked: str | None = st.selectbox(
            plain(column) or "—",
            choices,
            index=choices.index(field) if field in choices else 0,
            format_func=lambda one: fields.label(one) if one else _("Leave out"),
            key=f"mapping-{mapping.id}-{at}",
        )
        chosen.append(picked or None)
    wrong(errors, "fields", "mapping")
    if st.button(_("Save"), type="primary", key="mapping-save"):
        command = MappingUpdate(name=name, fields=chosen)
        changed = fields.attempt(
            lambda: saved_mappings.change(viewer(), mapping.id, command), _ERRORS, (*_FIELDS, "mapping")
        )
        if changed is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _delete(mapping: MappingRead) -> None:
    st.markdown(_("Imports that were read by it stay as they are."))
    if confirmed(_("Delete"), "mapping-delete-yes"):
        carry_out(
            lambda: saved_mappings.remove(viewer(), mapping.id),
            _("{name} was deleted.").format(name=mapping.name),
        )
