"""Contacts: find them, look at them a page at a time, pick them, label them, take them out."""

import streamlit as st

from hooks.i18n import _, number
from hooks.viewer import Viewer
from pages.parts import (
    bulk_bar,
    cell_edits,
    contact_columns,
    contact_form,
    contact_list,
    flash,
    place,
    quick_panel,
    sample,
    segment_menu,
    undo_offer,
)
from pages.parts import grid as grids
from pages.parts.contact_list import go, present
from pages.parts.door import viewer
from pages.parts.state import ListState, conditions, to_address
from pages.parts.turn import in_turn
from pages.parts.words import plain
from services import listing, permissions
from services.errors import Told

PAGE = 50


def head(who: Viewer, state: ListState) -> None:
    """Draw which list this is, and what can be begun here."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        segment_menu.draw(who, state)
        st.space("stretch")
        if who.may(permissions.CONTACTS_IMPORT) and st.button(
            _("Import"), icon=":material/upload_file:", key="contacts-import"
        ):
            place.lead_to("/imports")
        if who.may(permissions.CONTACTS_ADD):
            if st.button(_("Contact"), icon=":material/add:", type="primary", key="contacts-add"):
                contact_form.add()


def asked(who: Viewer, state: ListState) -> st.delta_generator.DeltaGenerator:
    """Draw the search and the filter in words; return the line they stand on."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", key="contacts-asked")
    with line:
        contact_list.search_box(state)
        contact_list.filter_box(who, state)
        contact_list.filter_chips(who, state)
    return line


def empty(who: Viewer, state: ListState) -> None:
    """Say why there is nothing, and the one thing to do about it."""
    with st.container(key="empty", horizontal_alignment="center"):
        if state.narrowed:
            st.markdown(_("No contact matches."), text_alignment="center")
            st.button(
                _("Show all contacts"),
                key="contacts-all",
                on_click=lambda: go(ListState(sort=present().sort)),
            )
        else:
            st.markdown(_nothing_yet(who), text_alignment="center")
            if who.may(permissions.CONTACTS_IMPORT):
                st.page_link("imports.py", label=_("Load a file"), icon=":material/upload_file:")
                sample.link(who)


def _nothing_yet(who: Viewer) -> str:
    if who.may(permissions.CONTACTS_IMPORT):
        return _("There are no contacts yet. Load a file, or add the first one by hand.")
    if who.may(permissions.CONTACTS_ADD):
        return _("There are no contacts yet. Add the first one by hand.")
    return _("There are no contacts yet.")


@st.fragment
def contacts() -> None:
    """Draw the list; it runs by itself whenever something in it is touched."""
    with in_turn():
        who = viewer()
        state = present()
        place.remember(to_address(state))
        flash.show()
        listed(who, state)
        # Last, since what comes and goes before the grid would have it drawn anew.
        undo_offer.draw()
        cell_edits.offer()
        segment_menu.open_dialog(who)


def listed(who: Viewer, state: ListState) -> None:
    """Draw what is asked, and the page of contacts that answers it."""
    head(who, state)
    line = asked(who, state)
    choices = contact_columns.chosen(who)
    shown = [one.field for one in choices]
    try:
        count = contact_list.count_of(who, state)
        state, unsorted = contact_list.as_sorted(state, count)
        query = contact_list.query_of(state)
        page = listing.grid_page(
            who, query, shown, PAGE, after=state.after or None, before=state.before or None
        )
    except Told as error:
        st.error(plain(error.message), icon=":material/filter_alt_off:")
        st.button(_("Clear filter"), key="contacts-broken", on_click=lambda: go(ListState()))
        return
    if not page.items:
        empty(who, state)
        return
    if unsorted:
        line.caption(contact_columns.too_long_for(unsorted), width="content")
    shown_ids = [item.id for item in page.items]
    picked = contact_list.ticked(who, state, shown_ids)
    bulk_bar.draw(who, state, count)
    contact_list.turned(shown_ids)
    asked_for = {str(part.get("field")) for part in conditions(state.where)}
    with st.container(horizontal=True, wrap=False, gap="medium", key="contacts-desk"):
        with st.container(key="contacts-grid"):
            grids.grid(
                contact_columns.columns(
                    choices, asked_for, cell_edits.editable(who), is_long=contact_list.is_long(count)
                ),
                contact_columns.rows(page.items, shown),
                key=f"contacts-{contact_list.sorted_by(state.sort)}",
                label=_("Contacts"),
                sort=state.sort,
                picked=picked,
                epoch=contact_list.epoch(),
                height=560,
                opens="/contact",
                opened=state.contact,
                beside=True,
                arranges=True,
                on_event=contact_list.on_event,
            )
        if state.contact is not None:
            quick_panel.draw(who, state.contact)
    with st.container(horizontal=True, vertical_alignment="center", key="contacts-foot"):
        contact_columns.chooser(choices)
        st.space("stretch")
        of = contact_list.counted(count.n, count.capped)
        pager(state, page.previous, page.next, len(page.items), of)


def pager(state: ListState, previous: str | None, following: str | None, shown: int, of: str) -> None:
    """Draw where in the list this page lies, and the way to its neighbours."""
    first = (state.page - 1) * PAGE + 1
    with st.container(
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        width="content",
        key="pager",
    ):
        st.caption(
            _("{first}–{last} of {count}").format(
                first=number(first), last=number(first + shown - 1), count=of
            ),
            width="content",
        )
        st.button(
            _("Previous page"),
            icon=":material/chevron_left:",
            type="tertiary",
            key="icon-contacts-previous",
            disabled=state.page == 1,
            on_click=lambda: go(state.back(previous or "")),
        )
        st.button(
            _("Next page"),
            icon=":material/chevron_right:",
            type="tertiary",
            key="icon-contacts-next",
            disabled=following is None,
            on_click=lambda: go(state.forth(following or "")),
        )


who = viewer()
contacts()
