"""Segments: all that the person may see, how many contacts each holds, and who sees behind the walls."""

import streamlit as st

from hooks.i18n import _, ngettext, number
from models.fold import fold
from models.segment import SegmentRead, SegmentUpdate
from pages.parts import segment_form, tag_form
from pages.parts.door import viewer
from pages.parts.words import badge, plain
from services import people, permissions, segments, tags
from services.errors import NotFound

FIND_FROM = 12

who = viewer()
manages = who.may(permissions.SEGMENTS_MANAGE)
of_tags = st.query_params.get("tab") == "tags"
names = {person.email: person.name for person in people.users(who)}


def opening(deed: str, id_: int | None = None) -> None:
    """Note which dialog the coming run opens."""
    st.session_state["segments-open"] = (deed, id_)


def choose_tab() -> None:
    """Write the tab that was chosen into the address."""
    st.query_params.from_dict({"tab": "tags"} if st.session_state["segments-tab"] == "tags" else {})


def switch(segment: SegmentRead) -> None:
    """Switch a plain segment at once; a wall asks first, and stays as it is until then."""
    if segment.restricted:
        opening("switch", segment.id)
    else:
        segments.change(viewer(), segment.id, SegmentUpdate(active=not segment.active))


def choose(segment: SegmentRead) -> None:
    """Open what was chosen in a segment's menu."""
    opening(st.session_state[f"segment-menu-{segment.id}"], segment.id)


def row(segment: SegmentRead) -> None:
    """Draw a segment."""
    with st.container(
        horizontal=True, vertical_alignment="center", wrap=False, gap="small", key=f"segment-row-{segment.id}"
    ):
        with st.container(gap=None, width="stretch"):
            wall = " :material/lock:" if segment.restricted else ""
            off = "" if segment.active else f" :small[{_('switched off')}]"
            st.markdown(badge(segment.name, segment.colour if segment.active else "grey") + wall + off)
            if segment.description:
                st.caption(plain(segment.description), wrap=False)
        with st.container(width=260, key=f"segment-links-{segment.id}"):
            if segment.restricted:
                st.caption(links(segment), wrap=False)
        with st.container(width=130, horizontal_alignment="right", key=f"segment-count-{segment.id}"):
            st.page_link(
                "contacts.py",
                label=ngettext("{n} contact", "{n} contacts", segment.members).format(
                    n=number(segment.members)
                ),
                query_params={"segment": str(segment.id)},
            )
        if manages:
            controls(segment)


def controls(segment: SegmentRead) -> None:
    """Draw the switch and the menu of a segment."""
    key = f"segment-active-{segment.id}"
    st.session_state[key] = segment.active
    st.toggle(
        _("{name} is active").format(name=plain(segment.name)),
        key=key,
        label_visibility="collapsed",
        on_change=switch,
        args=(segment,),
    )
    st.menu_button(
        _("More about {name}").format(name=plain(segment.name)),
        ["edit", "delete"],
        icon=":material/more_horiz:",
        format_func=lambda deed: {"edit": _("Edit"), "delete": _("Delete")}[deed],
        type="tertiary",
        key=f"segment-menu-{segment.id}",
        on_click=choose,
        args=(segment,),
    )


def links(segment: SegmentRead) -> str:
    """Return who sees behind a wall, as Markdown."""
    linked = [*segment.teams, *(names.get(email, email) for email in segment.users)]
    if not linked:
        return _("open to nobody but those who see all")
    return ", ".join(plain(one) for one in linked)


with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("Segments"), anchor=False)
    if who.may(permissions.CONTACTS_EDIT) if of_tags else manages:
        st.button(
            _("Tag") if of_tags else _("Segment"),
            icon=":material/add:",
            type="primary",
            key="tag-add" if of_tags else "segment-add",
            on_click=opening,
            args=("add",),
        )

st.session_state["segments-tab"] = "tags" if of_tags else "segments"
st.segmented_control(
    _("What is listed"),
    ["segments", "tags"],
    format_func=lambda name: {"segments": _("Segments"), "tags": _("Tags")}[name],
    required=True,
    label_visibility="collapsed",
    key="segments-tab",
    on_change=choose_tab,
)
if of_tags:
    tag_form.listing(tags.listed(who), opening, looks_after=manages)
    deed, tag_id = st.session_state.pop("segments-open", (None, None))
    if deed:
        tag_form.opened(deed, tag_id)
    st.stop()

found = segments.listed(who)
if not found:
    with st.container(border=True, key="empty"):
        st.markdown(_("A segment is a label on contacts. Restricted, it also decides who sees them."))
        if manages:
            st.button(_("Make the first segment"), key="segment-first", on_click=opening, args=("add",))
else:
    if len(found) > FIND_FROM:
        sought = fold(
            st.text_input(
                _("Find a segment"),
                type="search",
                live="200ms",
                label_visibility="collapsed",
                placeholder=_("Find a segment"),
                icon=":material/search:",
                width=320,
                key="segments-find",
            )
            or ""
        )
        found = [segment for segment in found if sought in fold(segment.name)]
        if not found:
            st.caption(_("No segment is called that."))
    with st.container(gap=None, key="rows-segments"):
        for segment in found:
            row(segment)

deed, segment_id = st.session_state.pop("segments-open", (None, None))
if deed == "add":
    segment_form.add()
elif deed is not None and segment_id is not None:
    try:
        getattr(segment_form, deed)(segments.one(who, segment_id))
    except NotFound as error:
        st.toast(plain(error.message), icon=":material/error:")
