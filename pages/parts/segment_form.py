"""The dialogs of a segment: make, change, switch, delete; whoever would gain or lose sight is said before."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from hooks.i18n import N_, _, ngettext, number
from hooks.viewer import Viewer
from models.segment import COLOURS, SegmentCreate, SegmentRead, SegmentUpdate
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.words import badge, plain
from services import people, permissions, segments
from services.errors import Told
from services.impact import Impact

_FIELDS = ("name", "description", "colour", "teams", "users")
_ERRORS = "segment-errors"
COLOUR_NAMES = {
    "blue": N_("Blue"),
    "green": N_("Green"),
    "orange": N_("Orange"),
    "red": N_("Red"),
    "violet": N_("Violet"),
    "grey": N_("Grey"),
    "yellow": N_("Yellow"),
    "primary": N_("Teal"),
}


def may_restrict(who: Viewer) -> bool:
    """Say whether a person may turn the switch and link."""
    return who.may(permissions.SEGMENTS_RESTRICT) and who.scope == "everyone"


def add() -> None:
    """Open the dialog that makes a segment."""
    st.session_state[_ERRORS] = {}
    st.dialog(_("New segment"), icon=":material/new_label:")(_add)()


def edit(segment: SegmentRead) -> None:
    """Open the dialog that changes a segment."""
    st.session_state[_ERRORS] = {}
    st.dialog(_("Edit segment"), icon=":material/label:")(_edit)(segment)


def switch(segment: SegmentRead) -> None:
    """Open the dialog that switches a wall on or off; a plain segment needs no question."""
    title = _("Switch {name} off?") if segment.active else _("Switch {name} on?")
    st.dialog(title.format(name=plain(segment.name)), icon=":material/lock:")(_switch)(segment)


def delete(segment: SegmentRead) -> None:
    """Open the dialog that deletes a segment."""
    st.dialog(_("Delete {name}?").format(name=plain(segment.name)), icon=":material/delete:")(_delete)(
        segment
    )


def _add() -> None:
    given = _words(None)
    given |= _links(viewer(), None)
    if st.button(_("Add segment"), type="primary", key="segment-save"):
        made = _try(lambda: segments.create(viewer(), SegmentCreate(**given)))
        if made is None:
            st.rerun(scope="fragment")
        flash(_("{name} was added.").format(name=given["name"]))
        st.rerun()


def _edit(segment: SegmentRead) -> None:
    given = _words(segment)
    given |= _links(viewer(), segment)
    changed = {name: value for name, value in given.items() if value != getattr(segment, name)}
    if changed.keys() & {"restricted", "teams", "users"} and segment.members:
        _foretell(segment.id, SegmentUpdate(**changed))
    if st.button(_("Save"), type="primary", key="segment-save"):
        if changed and _try(lambda: segments.change(viewer(), segment.id, SegmentUpdate(**changed))) is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _switch(segment: SegmentRead) -> None:
    if segment.active:
        st.markdown(_("It opens to nobody until it is switched on again, and goes on hiding its contacts."))
    else:
        st.markdown(_("The people and teams that are linked to it see its contacts again."))
    command = SegmentUpdate(active=not segment.active)
    _foretell(segment.id, command)
    verb = _("Switch off") if segment.active else _("Switch on")
    if _confirmed(verb, "segment-switch-yes"):
        _do(lambda: segments.change(viewer(), segment.id, command), _("Saved."))


def _delete(segment: SegmentRead) -> None:
    n = segment.members
    st.markdown(
        ngettext(
            "{n} contact loses this label. The contact stays.",
            "{n} contacts lose this label. The contacts stay.",
            n,
        ).format(n=f"**{number(n)}**")
    )
    if segment.restricted:
        _foretell(segment.id, None)
    if _confirmed(_("Delete segment"), "segment-delete-yes"):
        _do(
            lambda: segments.delete(viewer(), segment.id),
            _("{name} was deleted.").format(name=segment.name),
        )


def _confirmed(verb: str, key: str) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), type="tertiary", key=f"{key}-cancel"):
            st.rerun()
        return st.button(verb, key=key)


def _do(call: Callable[[], Any], done: str) -> None:
    try:
        call()
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    flash(done)
    st.rerun()


def _words(segment: SegmentRead | None) -> dict[str, Any]:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    name = st.text_input(
        fields.label("name"),
        segment.name if segment else "",
        max_chars=segments.NAME_LIMIT,
        key="segment-name",
    )
    wrong(errors, "name")
    description = st.text_input(
        _("Description"), (segment.description or "") if segment else "", key="segment-description"
    )
    wrong(errors, "description")
    colour = st.pills(
        _("Colour"),
        COLOURS,
        default=segment.colour if segment else COLOURS[0],
        format_func=lambda one: badge(_(COLOUR_NAMES[one]), one),
        required=True,
        key="segment-colour",
    )
    return {"name": name, "description": description or None, "colour": colour or COLOURS[0]}


def _links(who: Viewer, segment: SegmentRead | None) -> dict[str, Any]:
    """Draw the switch of the wall and its links, for whoever may turn them."""
    if not may_restrict(who):
        return {}
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    restricted = st.toggle(
        _("Restricted"),
        segment.restricted if segment else False,
        help=_("Its contacts are hidden from everyone who is not linked to it here, or sees all contacts."),
        key="segment-restricted",
    )
    if not restricted:
        # The links of a label that was a wall are kept: nobody sees them, and they are back with the switch.
        return {"restricted": False}
    teams = st.multiselect(
        _("Teams that see behind it"),
        [team.name for team in people.teams(who)],
        segment.teams if segment else [],
        placeholder=_("Choose teams"),
        key="segment-teams",
    )
    wrong(errors, "teams")
    found = {person.email: person.name for person in people.users(who) if person.active}
    linked = segment.users if segment else []
    users = st.multiselect(
        _("People who see behind it"),
        list(dict.fromkeys([*linked, *found])),
        linked,
        format_func=lambda email: found.get(email, email),
        placeholder=_("Choose people"),
        key="segment-users",
    )
    wrong(errors, "users")
    return {"restricted": True, "teams": sorted(teams), "users": sorted(users)}


def _foretell(segment_id: int, command: SegmentUpdate | None) -> None:
    """Say who would gain and who would lose how much, before it is done."""
    try:
        found = segments.impact(viewer(), segment_id, command)
    except Told as error:
        st.caption(plain(error.message))
        return
    with st.container(border=True, key="segment-impact", gap="xsmall"):
        for line in foretold(found):
            st.markdown(line)


def foretold(found: Impact) -> list[str]:
    """Return the sentences, as Markdown, that say what a change would do."""
    if not (found.gains or found.loses or found.blind):
        return [_("Nobody gains or loses sight of a contact.")]
    lines = []
    if found.gains:
        n = len(found.gains)
        people_gain = ngettext("{n} person gains contacts", "{n} people gain contacts", n).format(n=number(n))
        lines.append(f":material/visibility: **{people_gain}**: {_listed(found.gains)}")
    if found.loses:
        n = len(found.loses)
        people_lose = ngettext("{n} person loses contacts", "{n} people lose contacts", n).format(n=number(n))
        lines.append(f":material/visibility_off: **{people_lose}**: {_listed(found.loses)}")
    if found.blind:
        lines.append(
            ngettext(
                ":material/warning: {n} contact keeps a responsible who no longer sees it.",
                ":material/warning: {n} contacts keep a responsible who no longer sees them.",
                found.blind,
            ).format(n=number(found.blind))
        )
    return lines


def _listed(found: Any, most: int = 5) -> str:
    said = [f"{plain(one.name)} ({number(one.contacts)})" for one in found[:most]]
    more = len(found) - most
    if more > 0:
        said.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    return ", ".join(said)


def _try(call: Callable[[], SegmentRead]) -> SegmentRead | None:
    try:
        made = call()
    except Told as error:
        st.session_state[_ERRORS] = fields.errors_of(error, _FIELDS)
        return None
    st.session_state[_ERRORS] = {}
    return made
