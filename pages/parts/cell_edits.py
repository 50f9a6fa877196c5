"""What is written in the cells of the list: saved at once, or taken back with the reason."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from hooks.i18n import _, number
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
_OFFERED = "edits-offered"
_REMEMBERED = 200
# So many can be taken back, one after the other.
_STEPS = 50
_OFFERED_SECONDS = 60


@dataclass(frozen=True)
class _Done:
    """What was written, and how it is taken back."""

    edit: Edit
    before: str | None
    version: int


def editable(who: Viewer) -> frozenset[str]:
    """Return the fields that a person writes in the list."""
    return EDITABLE if who.may(permissions.CONTACTS_EDIT) else frozenset()


def take(edits: Sequence[Edit]) -> bool:
    """Save what was written and not yet taken; what is refused is told.

    Return whether the screen shows something else than what is kept by now.
    """
    seen: list[str] = st.session_state.setdefault(_SEEN, [])
    fresh = [edit for edit in edits if edit.mark not in seen and edit.field in {*EDITABLE, ""}]
    st.session_state[_SEEN] = [*seen, *(edit.mark for edit in fresh)][-_REMEMBERED:]
    saved = [_saved(edit) if edit.field else take_back_last() for edit in fresh]
    return not all(saved)


def _saved(edit: Edit) -> bool:
    version = _latest(edit.id, edit.version)
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
    _follows(edit.id, version, done.version)
    step = _Done(edit, getattr(before, edit.field), done.version)
    st.session_state[_DONE] = [*_steps(), step][-_STEPS:]
    _say(_told(step))
    return True


def _latest(contact_id: int, version: int) -> int:
    """Return the version after what one did here oneself: the row on the screen may be older."""
    mine: dict[tuple[int, int], int] = st.session_state.setdefault(_VERSIONS, {})
    while (contact_id, version) in mine:
        version = mine[contact_id, version]
    return version


def _follows(contact_id: int, version: int, following: int) -> None:
    st.session_state.setdefault(_VERSIONS, {})[contact_id, version] = following


# --- the way back


def offer() -> None:
    """Draw what was written or taken back last, for a while, with the way back of what was written before."""
    said, at = st.session_state.get(_OFFERED, ("", 0.0))
    if not said or time.monotonic() - at > _OFFERED_SECONDS:
        return
    steps = _steps()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="edit-offer"
    ):
        st.markdown(plain(said), width="content")
        if steps:
            if earlier := len(steps) - (said == _told(steps[-1])):
                st.caption(_("and {n} before it").format(n=number(earlier)), width="content")
            st.button(_("Undo"), type="tertiary", key="edit-offer-yes", on_click=_take_back)
        st.button(
            _("Close"),
            icon=":material/close:",
            type="tertiary",
            key="icon-edit-offer-close",
            on_click=lambda: st.session_state.pop(_OFFERED, None),
        )


def _say(what: str) -> None:
    st.session_state[_OFFERED] = (what, time.monotonic())


def _steps() -> list[_Done]:
    return list(st.session_state.get(_DONE, ()))


def _told(done: _Done) -> str:
    field = fields.label(done.edit.field)
    if not done.edit.value:
        return _("{field} emptied").format(field=field)
    return _("{field} is now {value}").format(field=field, value=done.edit.value)


def _take_back() -> None:
    take_back_last()


def take_back_last() -> bool:
    """Take back what was written last and is not taken back yet; the one before it is next. Say whether it was done."""
    steps = _steps()
    if not steps:
        return False
    done = steps.pop()
    who = viewer()
    version = _latest(done.edit.id, done.version)
    try:
        command = ContactUpdate.model_validate({done.edit.field: done.before})
        back = contacts.change(who, done.edit.id, command, version=version)
    except Exception as error:
        if is_busy(error):
            flash(trouble.busy(), "error")
            return False
        if not isinstance(error, Told):
            raise
        # Somebody wrote there since, or it cannot be written there any more: that stays as it is.
        st.session_state[_DONE] = steps
        flash(error.message, "error")
        return False
    st.session_state[_DONE] = steps
    _follows(done.edit.id, version, back.version)
    field = fields.label(done.edit.field)
    if done.before:
        _say(_("{field} is {value} again.").format(field=field, value=done.before))
    else:
        _say(_("{field} is empty again.").format(field=field))
    return True
