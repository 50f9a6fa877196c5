"""Deleted segments, and the way back for each, after a look at who would gain and who would lose by it."""

import streamlit as st

from hooks.i18n import _, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.segment import SegmentGone
from pages.parts import fields, impact_words
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.rows import line
from pages.parts.words import badge, plain
from services import permissions, segment_bin
from services.work import UNDO_DAYS

_ERRORS = "segment-bin-errors"


def draw(who: Viewer) -> None:
    """Draw the deleted segments."""
    if not who.may(permissions.SEGMENTS_MANAGE):
        st.markdown(_("Your role does not make or delete segments. Ask an administrator if you need to."))
        return
    st.caption(
        _(
            "Segments that were deleted can be brought back for {n} days, with their contacts and links."
        ).format(n=UNDO_DAYS)
    )
    found = segment_bin.listed(who)
    if not found:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(_("No segment is in the bin."))
        return
    with st.container(gap=None, key="rows-bin"):
        for segment in found:
            _row(segment)


def _row(segment: SegmentGone) -> None:
    with line("segment-gone", segment.id):
        with st.container(gap=None, width="stretch"):
            wall = " :material/lock:" if segment.restricted else ""
            st.markdown(badge(segment.name, segment.colour) + wall)
            n = segment.members
            st.caption(ngettext("{n} contact", "{n} contacts", n).format(n=number(n)))
        with st.container(gap=None, width=200, key=f"seen-person-segment-{segment.id}"):
            st.caption(relative(segment.deleted, now()))
            st.caption(plain(segment.by or "Carteira"), wrap=False)
        key = f"segment-back-{segment.id}"
        if st.button(_("Bring back"), icon=":material/restore_from_trash:", key=key):
            st.session_state[_ERRORS] = {}
            title = _("Bring {name} back?").format(name=plain(segment.name))
            dialog(title, icon=":material/restore_from_trash:")(_ask)(segment)


def _ask(segment: SegmentGone) -> None:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    name = segment.name
    if "name" in errors:
        name = st.text_input(fields.label("name"), segment.name, key="segment-back-name")
        wrong(errors, "name")
    n = segment.members
    said = ngettext("{n} contact is in it again.", "{n} contacts are in it again.", n)
    st.markdown(said.format(n=f"**{number(n)}**"))
    if segment.restricted:
        impact_words.foretell(lambda: segment_bin.impact(viewer(), segment.id), "segment-impact")
    if st.button(_("Bring back"), type="primary", key="segment-back-yes"):
        back = fields.attempt(
            lambda: segment_bin.bring_back(viewer(), segment.id, name=name), _ERRORS, ("name",)
        )
        if back is None:
            st.rerun(scope="fragment")
        flash(_("{name} is back.").format(name=back.name))
        st.rerun()
