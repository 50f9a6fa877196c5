"""The dialogs of a segment: make, change, switch, delete; whoever would gain or lose sight is said before."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import streamlit as st

from hooks.i18n import N_, _, ngettext, number
from hooks.viewer import Viewer
from models.segment import COLOURS, SegmentCreate, SegmentRead, SegmentUpdate
from pages.parts import fields, impact_words
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.words import badge, plain
from services import people, permissions, segments, teams
from services.errors import Told
from services.work import UNDO_DAYS

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
    dialog(_("New segment"), icon=":material/new_label:")(_add)()


def edit(segment: SegmentRead) -> None:
    """Open the dialog that changes a segment."""
    st.session_state[_ERRORS] = {}
    dialog(_("Edit segment"), icon=":material/label:")(_edit)(segment)


def switch(segment: SegmentRead) -> None:
    """Open the dialog that switches a wall on or off; a plain segment needs no question."""
    title = _("Switch {name} off?") if segment.active else _("Switch {name} on?")
    dialog(title.format(name=plain(segment.name)), icon=":material/lock:")(_switch)(segment)


def asks_before(chosen: Sequence[SegmentRead], *, active: bool) -> bool:
    """Say whether to switch these on or off is asked about: where one of them is a wall."""
    return any(one.restricted for one in _turning(chosen, active=active))


def switch_several(chosen: Sequence[SegmentRead], *, active: bool) -> None:
    """Open the dialog that switches several on or off."""
    turning = _turning(chosen, active=active)
    n = len(turning)
    title = (
        ngettext("Switch {n} segment on?", "Switch {n} segments on?", n)
        if active
        else ngettext("Switch {n} segment off?", "Switch {n} segments off?", n)
    )
    dialog(title.format(n=number(n)), icon=":material/lock:")(_switch_several)(turning, active)


def links(segment: SegmentRead) -> None:
    """Open the dialog that says who sees behind a wall."""
    st.session_state[_ERRORS] = {}
    dialog(_("Who sees behind {name}").format(name=plain(segment.name)), icon=":material/lock_open:")(
        _change_links
    )(segment)


def delete(segment: SegmentRead) -> None:
    """Open the dialog that deletes a segment."""
    dialog(_("Delete {name}?").format(name=plain(segment.name)), icon=":material/delete:")(_delete)(segment)


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
    if confirmed(verb, "segment-switch-yes"):
        carry_out(lambda: segments.change(viewer(), segment.id, command), _("Saved."))


def _switch_several(turning: Sequence[SegmentRead], active: bool) -> None:
    st.markdown(plain(", ".join(one.name for one in turning)))
    ids = [one.id for one in turning]
    impact_words.foretell(
        lambda: segments.impact_of_switching(viewer(), ids, active=active), "segment-impact"
    )
    if confirmed(_("Switch on") if active else _("Switch off"), "segment-switch-several"):
        carry_out(lambda: segments.switch(viewer(), ids, active=active), _("Saved."))


def switch_all(chosen: Sequence[SegmentRead], *, active: bool) -> NoReturn:
    """Switch these on or off, without a question."""
    try:
        segments.switch(viewer(), [one.id for one in _turning(chosen, active=active)], active=active)
    except Told as error:
        flash(error.message, "error")
    else:
        flash(_("Saved."))
    st.rerun()


def _turning(chosen: Sequence[SegmentRead], *, active: bool) -> list[SegmentRead]:
    return [one for one in chosen if one.active != active]


def _change_links(segment: SegmentRead) -> None:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    given = _links(viewer(), segment)
    changed = {name: value for name, value in given.items() if value != getattr(segment, name)}
    if changed and segment.members:
        _foretell(segment.id, SegmentUpdate(**changed))
    if st.button(_("Save"), type="primary", key="segment-save"):
        if changed and _try(lambda: segments.change(viewer(), segment.id, SegmentUpdate(**changed))) is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _delete(segment: SegmentRead) -> None:
    st.markdown(_what_goes(segment.members))
    if segment.restricted:
        _foretell(segment.id, None)
    if confirmed(_("Delete segment"), "segment-delete-yes"):
        carry_out(
            lambda: segments.delete(viewer(), segment.id),
            _("{name} was deleted. It can be brought back from the bin for {n} days.").format(
                name=segment.name, n=number(UNDO_DAYS)
            ),
        )


def _what_goes(n: int) -> str:
    if not n:
        return _("No contact loses this label.")
    return ngettext(
        "{n} contact loses this label. The contact stays.",
        "{n} contacts lose this label. The contacts stay.",
        n,
    ).format(n=f"**{number(n)}**")


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
    linked_teams = st.multiselect(
        _("Teams that see behind it"),
        [team.name for team in teams.listed(who)],
        segment.teams if segment else [],
        placeholder=_("Choose teams"),
        key="segment-teams",
        filter_mode="contains",
        select_all=False,
    )
    wrong(errors, "teams")
    found = {person.email: person.name for person in people.users(who) if person.active}
    had = segment.users if segment else []
    linked_users = st.multiselect(
        _("People who see behind it"),
        list(dict.fromkeys([*had, *found])),
        had,
        format_func=lambda email: found.get(email, email),
        placeholder=_("Choose people"),
        key="segment-users",
        filter_mode="contains",
        select_all=False,
    )
    wrong(errors, "users")
    return {"restricted": True, "teams": sorted(linked_teams), "users": sorted(linked_users)}


def _foretell(segment_id: int, command: SegmentUpdate | None) -> None:
    """Say who would gain and who would lose how much, before it is done."""
    impact_words.foretell(lambda: segments.impact(viewer(), segment_id, command), "segment-impact")


def _try(call: Callable[[], SegmentRead]) -> SegmentRead | None:
    return fields.attempt(call, _ERRORS, _FIELDS)
