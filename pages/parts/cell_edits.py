"""What is written in the cells of the list: saved at once, or taken back with the reason."""

from collections.abc import Sequence

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import ContactUpdate
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.state import Edit
from services import contacts, permissions
from services.errors import Conflict, Told

EDITABLE = frozenset(
    {
        "first_name", "last_name", "email", "phone", "organization", "region", "city", "postcode", "street",
        "account_number", "external_id",
    }
)  # fmt: skip

_SEEN = "edits-seen"
_VERSIONS = "edits-versions"
_REMEMBERED = 200


def editable(who: Viewer) -> frozenset[str]:
    """Return the fields that a person writes in the list."""
    return EDITABLE if who.may(permissions.CONTACTS_EDIT) else frozenset()


def take(edits: Sequence[Edit]) -> bool:
    """Save what was written and not yet taken; say whether something was refused, which is then told."""
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
    try:
        command = ContactUpdate.model_validate({edit.field: edit.value or None})
        done = contacts.change(viewer(), edit.id, command, version=version)
    except Conflict as error:
        meanwhile = _("Someone changed this contact meanwhile. It is shown as it is now: write it again.")
        flash(meanwhile if error.code == "changed_meanwhile" else error.message, "error")
        return False
    except Told as error:
        flash(error.message, "error")
        return False
    if done.version != version:
        mine[edit.id, version] = done.version
    return True
