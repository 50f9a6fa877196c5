"""One segment: who is in it, who sees behind it, how it grew, and what was done to it."""

from collections.abc import Mapping

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.segment import SegmentRead
from pages.parts import segment_rows, segment_words, spark
from pages.parts.link import within
from pages.parts.rows import Opening, menu, turn
from pages.parts.state import id_in
from pages.parts.words import plain
from services import permissions, segment_story

_LINES = 30


def draw(who: Viewer, segment: SegmentRead, names: Mapping[str, str], opening: Opening) -> None:
    """Draw it."""
    st.button(
        _("Segments"),
        icon=":material/chevron_left:",
        type="tertiary",
        key="segment-back",
        on_click=st.query_params.clear,
    )
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, gap="small", key="page-head"):
        st.title(plain(segment.name), anchor=False, width="content")
        st.markdown(segment_words.kind(segment), width="content")
        st.space("stretch")
        if who.may(permissions.SEGMENTS_MANAGE):
            segment_rows.switch(segment, opening)
            menu("segment", segment.id, segment.name, {"edit": _("Edit"), "delete": _("Delete")}, opening)
    if segment.description:
        st.markdown(plain(segment.description))
    days = segment_story.growth(who, {segment.id: segment.members})[segment.id]
    with st.container(horizontal=True, gap="large", key="segment-facts"):
        with st.container(gap=None, width="content"):
            st.caption(_("Members"))
            count = ngettext("{n} contact", "{n} contacts", segment.members).format(n=number(segment.members))
            st.html(f'<p class="fact">{within(count, "/", {"segment": str(segment.id)})}</p>')
        if segment.restricted:
            with st.container(gap=None, width="content"):
                st.caption(_("Who sees behind it"))
                with st.container(horizontal=True, vertical_alignment="center", width="content"):
                    st.markdown(plain(segment_words.links(segment, names)), width="content")
                    segment_rows.links(who, segment, names, opening)
    st.subheader(_("Growth"), anchor=False)
    st.caption(plain(spark.moved(days)))
    st.html(f'<div class="growth">{spark.bars(days)}</div>')
    st.subheader(_("History"), anchor=False)
    _story(who, segment)


def _story(who: Viewer, segment: SegmentRead) -> None:
    before = id_in(st.query_params.to_dict(), "before")
    lines = segment_story.lines(who, segment.id, _LINES + 1, before=before)
    if lines:
        st.html(segment_words.story(lines[:_LINES], who.time_zone))
    else:
        st.caption(_("Nobody has changed it yet."))
    following = lines[_LINES - 1].act_id if len(lines) > _LINES else None
    turn(before, following, "segment-story", {"id": str(segment.id)})
