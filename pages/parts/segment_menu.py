""" "All contacts ▾": the segments with their counts, found by a part of their name, each with its menu."""

from typing import NoReturn

import streamlit as st

from hooks.i18n import _, number
from hooks.viewer import Viewer
from models.fold import fold
from models.segment import SegmentKnown, SegmentRead, SegmentUpdate
from pages.parts import place, segment_form
from pages.parts.contact_list import go, present
from pages.parts.flash import flash
from pages.parts.once import forget, once
from pages.parts.rows import line, menu
from pages.parts.state import ListState
from pages.parts.words import plain
from services import permissions, segments
from services.errors import Told

_BOX = "contacts-segment"
_OPEN = "segment-menu-open"
_SOUGHT = "segment-menu-find"
_FIND_FROM = 8


def draw(who: Viewer, state: ListState) -> SegmentKnown | None:
    """Draw it; return the segment that is open."""
    known = segments.known(who) if state.segment is not None else []
    chosen = next((one for one in known if one.id == state.segment), None)
    box = st.popover(
        plain(chosen.name) if chosen else _("All contacts"), key=_BOX, type="tertiary", on_change="rerun"
    )
    if box.open:
        with box:
            _choices(who, chosen)
    return chosen


def _choices(who: Viewer, chosen: SegmentKnown | None) -> None:
    found = segments.listed(who)
    shown = found
    if len(found) >= _FIND_FROM:
        sought = fold(
            st.text_input(
                _("Find a segment"),
                type="search",
                live="200ms",
                label_visibility="collapsed",
                placeholder=_("Find a segment"),
                icon=":material/search:",
                key=_SOUGHT,
            )
            or ""
        )
        shown = [one for one in found if sought in fold(one.name)]
    with st.container(gap=None, key="segment-choices"):
        if shown == found:
            _choice(None, _("All contacts"), None, chosen is None)
        for one in shown:
            with line("segment-choice", one.id):
                _choice(one.id, one.name, one.members, chosen is not None and one.id == chosen.id)
                if who.may(permissions.SEGMENTS_MANAGE):
                    menu("segment-choice", one.id, one.name, _deeds(who, one), _opening)
        if not found:
            st.caption(_("There are no segments yet."))
        elif not shown:
            st.caption(_("No segment is called that."))


def _deeds(who: Viewer, segment: SegmentRead) -> dict[str, str]:
    deeds = {"open": _("Open"), "edit": _("Edit")}
    if segment.restricted and segment_form.may_restrict(who):
        deeds["links"] = _("Who sees behind it")
    deeds["switch"] = _("Switch off") if segment.active else _("Switch on")
    return deeds | {"delete": _("Delete")}


def _choice(segment_id: int | None, name: str, members: int | None, chosen: bool) -> None:
    count = f" :small[{number(members)}]" if members is not None else ""
    label = f"**{plain(name)}**" if chosen else plain(name)
    st.button(
        label + count,
        type="tertiary",
        width="stretch",
        key=f"segment-choice-{segment_id or 0}",
        on_click=_show,
        args=(segment_id,),
    )


def _show(segment_id: int | None) -> None:
    go(present().asking(segment=segment_id))
    st.session_state[_BOX] = False


def _opening(deed: str, segment_id: int | None) -> None:
    """Note what was chosen of a segment's menu: its dialog opens in the coming run, and the box gives way to it."""
    st.session_state[_OPEN] = (deed, segment_id)
    st.session_state[_BOX] = False


def open_dialog(who: Viewer) -> None:
    """Open the dialog that was chosen. Last on the page, since a run that is ended before leaves it to the next."""
    with once(_OPEN) as chosen:
        if chosen is not None:
            _open_dialog(who, *chosen)


def _open_dialog(who: Viewer, deed: str, segment_id: int) -> None:
    if deed == "open":
        forget(_OPEN)
        place.lead_to("/segments", {"id": str(segment_id)})
    try:
        segment = segments.one(who, segment_id)
        if deed == "switch" and not segment.restricted:
            segments.change(who, segment.id, SegmentUpdate(active=not segment.active))
            _done(_("Saved."))
    except Told as error:
        _done(error.message, "error")
    getattr(segment_form, deed)(segment)


def _done(said: str, icon: str = "check_circle") -> NoReturn:
    flash(said, icon)
    forget(_OPEN)
    st.rerun()
