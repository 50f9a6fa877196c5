"""Groups of fields that are edited where they stand: a pencil opens a form, what is wrong stands beside its field.

Nothing typed is lost: not by a refusal, and not by somebody else who changed the contact meanwhile. What that one
changed in other fields stays; of the same fields the person chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

import streamlit as st

from hooks.i18n import _
from models.contact import ContactDetail, ContactUpdate
from pages.parts import fields, history_words, keys
from pages.parts.door import viewer
from pages.parts.fields import label
from pages.parts.flash import flash
from pages.parts.place import lead_to, list_address
from pages.parts.words import plain
from services import contacts, history
from services.errors import Conflict, NotFound, Told

Values = dict[str, Any]
_KEY = "card-editing"
_CLOSED = "card-closed"
_TRIES = 3


@dataclass
class Editing:
    """A group that is open: `base` is the contact from which the person began, `version` the last one looked at.

    `theirs` maps a field that somebody else changed too to the person's value, the one that is there now, and who
    that was. `rows` are the marks of the lines of lists, by field.
    """

    contact_id: int
    group: str
    base: ContactDetail
    version: int
    mark: str = field(default_factory=lambda: token_hex(4))
    errors: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, tuple[Any, Any, str]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, *names: str) -> None:
        """Say what is wrong with a field, below it."""
        fields.wrong(self.errors, *names)

    def offer_known(self) -> None:
        """Lead to the contact that has this unique value, where the person sees it."""
        fields.offer_known(self.errors)


def now(contact_id: int) -> Editing | None:
    """Return what is edited of this contact."""
    found = st.session_state.get(_KEY)
    return found if isinstance(found, Editing) and found.contact_id == contact_id else None


def group(
    contact: ContactDetail,
    name: str,
    title: str,
    *,
    shows: Callable[[], None] | None,
    form: Callable[[Editing], Values],
    may: bool,
) -> None:
    """Draw a group: its values, or its form while it is edited; nothing for who may not edit what is empty.

    `shows` is null for a group without values, `form` draws the fields and returns what stands in them.
    """
    editing = now(contact.id)
    is_open = editing is not None and editing.group == name and may
    if shows is None and not may:
        return
    with st.container(key=f"group-{name}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"group-head-{name}"):
            st.markdown(f"**{title}**")
            if may and not is_open:
                st.button(
                    _("Edit: {what}").format(what=title),
                    icon=":material/edit:",
                    type="tertiary",
                    key=f"icon-edit-{name}",
                    on_click=lambda: _open(contact, name),
                )
        if is_open and editing is not None:
            _draw_form(editing, form)
        elif shows is not None:
            shows()


def listen(contact_id: int) -> None:
    """Tell the browser which form is open. Draw it after the groups."""
    editing = now(contact_id)
    closed = st.session_state.get(_CLOSED)
    keys.listen(
        editing.mark if editing else (closed or ("", ""))[1],
        opened=f".st-key-group-{editing.group}" if editing else None,
        closed=f".st-key-icon-edit-{closed[0]} button" if closed else None,
        cancel=".st-key-edit-cancel button",
    )


def _open(contact: ContactDetail, name: str) -> None:
    who = viewer()
    try:
        fresh = contacts.detail(who, contact.id)
    except Told:
        return  # the run that follows says so
    st.session_state[_KEY] = Editing(contact.id, name, fresh, fresh.version)


def _close() -> None:
    editing = st.session_state.pop(_KEY, None)
    if isinstance(editing, Editing):
        st.session_state[_CLOSED] = (editing.group, token_hex(4))


def _draw_form(editing: Editing, form: Callable[[Editing], Values]) -> None:
    with st.form(f"edit-{editing.group}", border=False):
        # Enter means the first button of a form, which must not be one of the buttons beside its lines.
        entered = st.form_submit_button(_("Save"), key="default-edit-save")
        if "" in editing.errors:
            st.error(plain(editing.errors[""]), icon=":material/error:")
        chosen = _choices(editing)
        given = form(editing)
        with st.container(horizontal=True, key="edit-foot"):
            saved = st.form_submit_button(_("Save"), type="primary", key="edit-save")
            st.form_submit_button(_("Cancel"), type="tertiary", key="edit-cancel", on_click=_close)
    if not (saved or entered):
        return
    if _save(editing, {name: value for name, value in given.items() if chosen.get(name) != "theirs"}):
        _close()
        if not _is_seen(editing.contact_id):
            flash(_("Saved. You no longer see this contact."), "visibility_off")
            lead_to("/", list_address(without=editing.contact_id))
        flash(_("Saved."))
    st.rerun()


def _is_seen(contact_id: int) -> bool:
    """Say whether the person sees the contact still: who gives it to another team may not."""
    try:
        contacts.detail(viewer(), contact_id)
    except NotFound:
        return False
    return True


def _choices(editing: Editing) -> dict[str, str]:
    """Draw, for each field that somebody else changed too, the choice between both; return what is chosen."""
    chosen = {}
    if editing.theirs:
        st.warning(
            _("Somebody changed this meanwhile. Which one is to stay?"), icon=":material/sync_problem:"
        )
    for name, (mine, theirs, by) in editing.theirs.items():
        words = {
            "mine": _("Yours: {value}").format(value=plain(_shown(name, mine))),
            "theirs": _("{person}: {value}").format(person=plain(by), value=plain(_shown(name, theirs))),
        }
        key = f"edit-choice-{name}-{editing.version}"
        chosen[name] = st.radio(label(name), list(words), format_func=words.__getitem__, key=key)
    return chosen


def _shown(name: str, value: Any) -> str:
    return history_words.shown(name, value) or _("(empty)")


def _save(editing: Editing, given: Values) -> bool:
    """Save what differs from what the person began with; say whether it is done, else what is wrong is noted."""
    editing.errors, editing.theirs = {}, {}
    base = values_of(editing.base)
    changed = {name: value for name, value in given.items() if value != base[name]}
    if not changed:
        return True
    who = viewer()
    try:
        command = ContactUpdate.model_validate(changed)
        for _try in range(_TRIES):
            try:
                contacts.change(
                    who, editing.contact_id, command, version=editing.version,
                    segments_seen=editing.base.segments, tags_seen=editing.base.tags,
                )  # fmt: skip
            except Conflict as conflict:
                if conflict.code != "changed_meanwhile":
                    raise
                present = contacts.detail(who, editing.contact_id)
                editing.version = present.version
                editing.theirs = _overlapping(editing, changed, present)
                if editing.theirs:
                    return False
            else:
                return True
    except Told as error:
        editing.errors = fields.errors_of(error, _known(given))
        return False
    editing.errors = {"": _("Others are changing the same at this moment. Try again.")}
    return False


def _known(given: Values) -> list[str]:
    """Return the names under which something may be wrong: of fields, and of lines of lists by their place."""
    lists = {name: value for name, value in given.items() if isinstance(value, list)}
    lines = [f"{name}.{place}" for name, value in lists.items() for place in range(len(value))]
    return [*given, "email", "phone", "name", *lines]


def _overlapping(
    editing: Editing, changed: Values, present: ContactDetail
) -> dict[str, tuple[Any, Any, str]]:
    before, after = values_of(editing.base), values_of(present)
    # Of segments and tags only what the person added or took away is changed.
    both = [
        name
        for name, value in changed.items()
        if name not in ("segments", "tags") and after[name] not in (before[name], value)
    ]
    return {name: (changed[name], after[name], _who_changed(present.id, name)) for name in both}


def _who_changed(contact_id: int, name: str) -> str:
    lines = history.of_contact(viewer(), contact_id)
    return next((line.by for line in lines if name in line.fields and line.by), "Carteira")


def values_of(contact: ContactDetail) -> Values:
    """Return a contact's values as a command names them."""
    found: Values = contact.model_dump()
    for kind in ("email", "phone"):
        found[f"{kind}s"] = [point.value for point in contact.points if point.kind == kind]
    found["messengers"] = [
        {"platform": point.platform, "handle": point.value}
        for point in contact.points
        if point.kind == "messenger"
    ]
    return found
