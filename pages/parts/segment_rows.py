"""The list of segments: a row each, and what is done with several of them."""

from collections.abc import Mapping, Sequence

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.segment import SegmentDay, SegmentRead, SegmentUpdate
from pages.parts import segment_form, segment_words, spark
from pages.parts.door import viewer
from pages.parts.link import within
from pages.parts.rows import Opening, line, menu
from pages.parts.words import plain
from services import permissions, segments

_PICK = "segment-pick-"


def listing(
    who: Viewer, found: Sequence[SegmentRead], growth: Mapping[int, list[SegmentDay]],
    names: Mapping[str, str], opening: Opening,
) -> None:  # fmt: skip
    """Draw all, a row each."""
    with st.container(gap=None, key="rows-segments"):
        for segment in found:
            _row(who, segment, growth[segment.id], names, opening)


def picked(found: Sequence[SegmentRead]) -> list[SegmentRead]:
    """Return those that are ticked."""
    return [one for one in found if st.session_state.get(f"{_PICK}{one.id}")]


def bar(chosen: Sequence[SegmentRead], opening: Opening) -> None:
    """Draw what is done with several."""
    n = len(chosen)
    off, on = (sum(one.active is state for one in chosen) for state in (True, False))
    deeds = {
        deed: words.format(n=number(count))
        for deed, words, count in (("off", _("Switch off {n}"), off), ("on", _("Switch on {n}"), on))
        if count
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="segments-bar"):
        said = ngettext("{n} segment picked", "{n} segments picked", n)
        st.markdown(said.format(n=f"**{number(n)}**"), width="content")
        st.menu_button(
            _("Actions"),
            list(deeds),
            format_func=lambda deed: deeds[deed],
            key="segments-actions",
            on_click=lambda: opening(f"switch-{st.session_state['segments-actions']}", None),
        )
        st.button(_("Clear"), type="tertiary", key="segments-clear", on_click=clear)


def clear() -> None:
    """Take all ticks away."""
    for key in st.session_state:
        if str(key).startswith(_PICK):
            st.session_state[key] = False


def _row(
    who: Viewer, segment: SegmentRead, days: list[SegmentDay], names: Mapping[str, str], opening: Opening
) -> None:
    manages = who.may(permissions.SEGMENTS_MANAGE)
    with line("segment", segment.id):
        if manages:
            st.checkbox(
                _("Pick {name}").format(name=plain(segment.name)),
                key=f"{_PICK}{segment.id}",
                label_visibility="collapsed",
            )
        with st.container(gap=None, width="stretch"):
            st.button(
                segment_words.label(segment),
                type="tertiary",
                key=f"segment-open-{segment.id}",
                on_click=st.query_params.from_dict,
                args=({"id": str(segment.id)},),
            )
            if segment.description:
                st.caption(plain(segment.description), wrap=False)
        with st.container(width=190, key=f"segment-links-{segment.id}"):
            if segment.restricted:
                links(who, segment, names, opening)
        with st.container(width=230, key=f"segment-figures-{segment.id}"):
            count = ngettext("{n} contact", "{n} contacts", segment.members).format(n=number(segment.members))
            to_them = within(count, "/", {"segment": str(segment.id)})
            st.html(f'<div class="figures">{spark.line(days)}{to_them}</div>')
        if manages:
            switch(segment, opening)
            deeds = {"edit": _("Edit"), "delete": _("Delete")}
            menu("segment", segment.id, segment.name, deeds, opening)


def links(who: Viewer, segment: SegmentRead, names: Mapping[str, str], opening: Opening) -> None:
    """Draw who sees behind a wall by initials; a click on them changes it, for whoever may."""
    shown = segment_words.initials(segment, names)
    if segment_form.may_restrict(who):
        st.button(
            shown,
            type="tertiary",
            help=plain(segment_words.links(segment, names)),
            key=f"segment-linked-{segment.id}",
            on_click=opening,
            args=("links", segment.id),
        )
    else:
        st.markdown(shown, help=plain(segment_words.links(segment, names)))


def switch(segment: SegmentRead, opening: Opening) -> None:
    """Draw the switch: a plain segment is switched at once, a wall asks first and stays as it is until then."""
    key = f"segment-active-{segment.id}"
    st.session_state[key] = segment.active
    st.toggle(
        _("{name} is active").format(name=plain(segment.name)),
        key=key,
        label_visibility="collapsed",
        on_change=_switch,
        args=(segment, opening),
    )


def _switch(segment: SegmentRead, opening: Opening) -> None:
    if segment.restricted:
        opening("switch", segment.id)
    else:
        segments.change(viewer(), segment.id, SegmentUpdate(active=not segment.active))
