"""Segments: all that the person may see, or one of them; and the tags."""

import streamlit as st

from hooks.i18n import _
from models.fold import fold
from pages.parts import find, segment_form, segment_page, segment_rows, segment_sheet, tag_form, undo_offer
from pages.parts.door import viewer
from pages.parts.once import forget, once
from pages.parts.state import id_in
from pages.parts.words import plain
from services import people, permissions, segment_story, segments, tags
from services.errors import NotFound

SEVERAL = {"switch-on": True, "switch-off": False}

who = viewer()
manages = who.may(permissions.SEGMENTS_MANAGE)
of_tags = st.query_params.get("tab") == "tags"
names = people.names(who)


def opening(deed: str, id_: int | None = None) -> None:
    """Note which dialog the coming run opens."""
    st.session_state["segments-open"] = (deed, id_)


def choose_tab() -> None:
    """Write the tab that was chosen into the address."""
    st.query_params.from_dict({"tab": "tags"} if st.session_state["segments-tab"] == "tags" else {})


def open_dialog() -> None:
    """Open the dialog that was asked for."""
    with once("segments-open") as wanted:
        _open_dialog(*(wanted or ("", None)))


def _open_dialog(deed: str, segment_id: int | None) -> None:
    if deed == "add":
        segment_form.add()
    elif deed in SEVERAL:
        chosen = segment_rows.picked(segments.listed(who))
        if segment_form.asks_before(chosen, active=SEVERAL[deed]):
            segment_form.switch_several(chosen, active=SEVERAL[deed])
        else:
            forget("segments-open")
            segment_form.switch_all(chosen, active=SEVERAL[deed])
    elif segment_id is not None:
        try:
            getattr(segment_form, deed)(segments.one(who, segment_id))
        except NotFound as error:
            st.toast(plain(error.message), icon=":material/error:")


def one(segment_id: int) -> None:
    """Draw one segment."""
    try:
        segment_page.draw(who, segments.one(who, segment_id), names, opening)
    except NotFound as error:
        st.markdown(plain(error.message))
        st.button(_("All segments"), key="segment-none", on_click=st.query_params.clear)


def head() -> None:
    """Draw the title, what can be begun, and the choice between segments and tags."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(_("Segments"), anchor=False)
        st.space("stretch")
        if not of_tags:
            segment_sheet.menu(who)
        if who.may(permissions.SEGMENTS_ASSIGN) or who.may(permissions.CONTACTS_EDIT):
            st.page_link("actions.py", label=_("Bulk actions"), icon=":material/checklist:")
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


def all_of_them() -> None:
    """Draw the list of segments."""
    found = segments.listed(who)
    if not found:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(_("A segment is a label on contacts. Restricted, it also decides who sees them."))
            if manages:
                st.button(_("Make the first segment"), key="segment-first", on_click=opening, args=("add",))
        return
    sought = find.box(_("Find a segment"), len(found), "segments-find")
    shown = [segment for segment in found if sought in fold(segment.name)]
    if not shown:
        st.caption(_("No segment is called that."))
        return
    if chosen := segment_rows.picked(found):
        segment_rows.bar(chosen, opening)
    growth = segment_story.growth(who, {one.id: one.members for one in shown})
    segment_rows.listing(who, shown, growth, names, opening)


undo_offer.draw()
segment_id = None if of_tags else id_in(st.query_params.to_dict())
if segment_id is not None:
    one(segment_id)
    open_dialog()
    st.stop()
head()
if of_tags:
    tag_form.listing(tags.listed(who), opening, looks_after=manages)
    with once("segments-open") as wanted:
        if wanted:
            tag_form.opened(*wanted)
else:
    all_of_them()
    open_dialog()
