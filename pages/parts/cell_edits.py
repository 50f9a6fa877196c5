"""What is written in the cells of the list: saved at once, or taken back with the reason."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import ContactUpdate
from pages.parts import fields, trouble
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.state import Edit
from pages.parts.words import plain
from services import contacts, permissions
from services.errors import Conflict, Told
from services.work import is_busy

EDITABLE = frozenset(
    {
        "first_name", "last_name", "email", "phone", "organization", "region", "city", "postcode", "street",
        "account_number", "external_id",
    }
)  # fmt: skip

_SEEN = "edits-seen"
_VERSIONS = "edits-versions"
_DONE = "edits-done"
_REMEMBERED = 200
_OFFERED_SECONDS = 60


@dataclass(frozen=True)
class _Done:
    """What was written last, and how it is taken back."""

    edit: Edit
    before: str | None
    version: int
    at: float


def editable(who: Viewer) -> frozenset[str]:
    """Return the fields that a person writes in the list."""
    return EDITABLE if who.may(permissions.CONTACTS_EDIT) else frozenset()


def take(edits: Sequence[Edit]) -> bool:
    """Save what was written and not yet taken; what is refused is told.

    Return whether the screen shows something else than what is kept by now.
    """
    seen: list[str] = st.session_state.setdefault(_SEEN, [])
    fresh = [edit for edit in edits if edit.mark not in seen and edit.field in EDITABLE]
    st.session_state[_SEEN] = [*seen, *(edit.mark for edit in fresh)][-_REMEMBERED:]
    saved = [_saved(edit) for edit in fresh]
    return not all(saved)


def _saved(edit: Edit) -> bool:
    # The row on the screen may be older than what one wrote in it a moment ago.
    mine: dict[tuple[int, int], int] = st.session_state.setdefault(_VERSIONS, {})
    version = edit.version
    while (edit.id, version) in mine:
        version = mine[edit.id, version]
    who = viewer()
    try:
        before = contacts.detail(who, edit.id)
        command = ContactUpdate.model_validate({edit.field: edit.value or None})
        done = contacts.change(who, edit.id, command, version=version)
    except Conflict as error:
        meanwhile = _("Someone changed this contact meanwhile. It is shown as it is now: write it again.")
        flash(meanwhile if error.code == "changed_meanwhile" else error.message, "error")
        return False
    except Told as error:
        flash(error.message, "error")
        return False
    except Exception as error:
        if not is_busy(error):
            raise
        flash(trouble.busy(), "error")
        return False
    if done.version == version:
        return False
    mine[edit.id, version] = done.version
    was = getattr(before, edit.field)
    st.session_state[_DONE] = _Done(edit, was, done.version, time.monotonic())
    return True


# --- the way back


def offer() -> None:
    """Draw what was written last, with the way back, for a while."""
    done: _Done | None = st.session_state.get(_DONE)
    if done is None:
        return
    if time.monotonic() - done.at > _OFFERED_SECONDS:
        _forget()
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="edit-offer"
    ):
        st.markdown(plain(_told(done)), width="content")
        st.button(_("Undo"), type="tertiary", key="edit-offer-yes", on_click=_take_back, args=(done,))
        st.button(
            _("Close"),
            icon=":material/close:",
            type="tertiary",
            key="icon-edit-offer-close",
            on_click=_forget,
        )


def _told(done: _Done) -> str:
    field = fields.label(done.edit.field)
    if not done.edit.value:
        return _("{field} emptied").format(field=field)
    return _("{field} is now {value}").format(field=field, value=done.edit.value)


def _take_back(done: _Done) -> None:
    _forget()
    mine: dict[tuple[int, int], int] = st.session_state.setdefault(_VERSIONS, {})
    try:
        command = ContactUpdate.model_validate({done.edit.field: done.before})
        back = contacts.change(viewer(), done.edit.id, command, version=done.version)
    except Told as error:
        flash(error.message, "error")
        return
    except Exception as error:
        if not is_busy(error):
            raise
        flash(trouble.busy(), "error")
        return
    mine[done.edit.id, done.version] = back.version
    flash(_("Undone."))


def _forget() -> None:
    st.session_state.pop(_DONE, None)
