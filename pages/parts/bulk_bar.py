"""What can be done with contacts, the picked ones or all that match; each button says how many it touches."""

from collections.abc import Callable

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.segment import SegmentCreate
from pages.parts import contact_list, export_dialog, fields
from pages.parts.contact_list import pick, picks
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.state import ListState, Picks
from pages.parts.words import plain
from services import bulk, contacts, listing, permissions, segments
from services.errors import Told
from services.listing import Count, Query

_DONE = "bulk-done"


def draw(who: Viewer, state: ListState, count: Count) -> None:
    """Draw the bar over the grid."""
    if st.session_state.pop(_DONE, False):
        st.session_state["bulk-add"] = st.session_state["bulk-remove"] = False
    chosen = picks()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bulk-bar"):
        if not chosen:
            st.markdown(contact_list.contacts_counted(count.n, count.capped), width="content")
            st.space("stretch")
            if who.may(permissions.CONTACTS_EXPORT):
                _export(contact_list.query_of(state), contact_list.counted(count.n, count.capped))
            return
        query = contact_list.query_of_picks(chosen)
        shown = _how_many(who, chosen, query)
        _picked(who, state, chosen, count, shown)
        st.space("stretch")
        if who.may(permissions.SEGMENTS_ASSIGN):
            _into_segment(who, query, shown)
            _out_of_segment(who, query, shown)
        if who.may(permissions.CONTACTS_EXPORT):
            _export(query, shown)
        if who.may(permissions.CONTACTS_DELETE) and not chosen.everything:
            words = _("Delete {n}").format(n=shown)
            if st.button(words, icon=":material/delete:", type="tertiary", key="bulk-delete"):
                _delete(sorted(chosen.ids))


def _how_many(who: Viewer, chosen: Picks, query: Query) -> str:
    if not chosen.everything:
        return number(len(chosen.ids))
    found = listing.count(who, query, cap=contact_list.CAP)
    return contact_list.counted(found.n, found.capped)


def _picked(who: Viewer, state: ListState, chosen: Picks, count: Count, shown: str) -> None:
    words = _("All {n} contacts picked") if chosen.all_contacts and not chosen.ids else _("{n} picked")
    st.markdown(words.format(n=f"**{shown}**"), width="content")
    if not chosen.everything:
        whole = contact_list.query_of(state).asks_nothing
        words = _("Select all {n} contacts") if whole else _("Select all {n} that match")
        if count.capped or count.n > len(chosen.ids):
            st.button(
                words.format(n=contact_list.counted(count.n, count.capped)),
                type="tertiary",
                key="bulk-all",
                on_click=lambda: pick(Picks(everything=True, all_contacts=whole, under=state.question)),
            )
    st.button(_("Clear"), type="tertiary", key="bulk-clear", on_click=lambda: pick(Picks()))
    if chosen.under != state.question:
        lost = _no_longer(who, state, chosen)
        if lost:
            st.caption(lost, width="content")


def _no_longer(who: Viewer, state: ListState, chosen: Picks) -> str:
    """Say how many of the picked do not match what is asked now."""
    if chosen.everything:
        return _("picked under another filter")
    still = listing.count(who, contact_list.query_of(state, only=sorted(chosen.ids))).n
    n = len(chosen.ids) - still
    return ngettext("{n} no longer matches", "{n} no longer match", n).format(n=number(n)) if n else ""


def _into_segment(who: Viewer, query: Query, shown: str) -> None:
    box = st.popover(
        _("Add {n} to segment").format(n=shown), icon=":material/label:", key="bulk-add", on_change="rerun"
    )
    if not box.open:
        return
    known = fields.segments_open_to_hand(who)
    makes = who.may(permissions.SEGMENTS_MANAGE)
    with box:
        name = st.selectbox(
            _("Segment"),
            list(known),
            index=None,
            accept_new_options=makes,
            placeholder=_("Choose one, or type a new name") if makes else _("Choose one"),
            key="bulk-add-name",
        )
        words = _("Add {n} to {segment}").format(n=shown, segment=plain(name)) if name else _("Add")
        if st.button(words, type="primary", disabled=not name, key="bulk-add-yes") and name:
            _carry_out(lambda: _add(name, known.get(name), query))


def _add(name: str, segment_id: int | None, query: Query) -> str:
    who = viewer()
    if segment_id is None:
        segment_id = segments.create(who, SegmentCreate(name=name)).id
    done = bulk.add_to_segment(who, segment_id, query, all_contacts=picks().all_contacts)
    return _told(_("{n} added to {segment}").format(n=number(done.done), segment=name), done.skipped)


def _out_of_segment(who: Viewer, query: Query, shown: str) -> None:
    box = st.popover(
        _("Remove {n} from segment").format(n=shown), icon=":material/label_off:", key="bulk-remove",
        on_change="rerun",
    )  # fmt: skip
    if not box.open:
        return
    known = fields.segments_open_to_hand(who)
    with box:
        name = st.selectbox(
            _("Segment"), list(known), index=None, placeholder=_("Choose one"), key="bulk-remove-name"
        )
        words = _("Remove {n} from {segment}").format(n=shown, segment=plain(name)) if name else _("Remove")
        if st.button(words, type="primary", disabled=not name, key="bulk-remove-yes") and name:
            _carry_out(lambda: _remove(name, known[name], query))


def _remove(name: str, segment_id: int, query: Query) -> str:
    done = bulk.remove_from_segment(viewer(), segment_id, query, all_contacts=picks().all_contacts)
    return _told(_("{n} removed from {segment}").format(n=number(done.done), segment=name), done.skipped)


def _told(said: str, skipped: int) -> str:
    if not skipped:
        return f"{said}."
    rest = ngettext("{n} was so already", "{n} were so already", skipped).format(n=number(skipped))
    return f"{said}; {rest}."


def _carry_out(call: Callable[[], str]) -> None:
    """Do it, say what came of it, and close the boxes; the picks stay, for what comes next."""
    with st.spinner(_("Working")):
        try:
            flash(call())
        except Told as error:
            flash(error.message, "error")
    st.session_state[_DONE] = True
    st.rerun(scope="fragment")


def _export(query: Query, shown: str) -> None:
    words = _("Export all {n}") if export_dialog.takes_all(query) else _("Export {n}")
    if st.button(words.format(n=shown), icon=":material/download:", key="bulk-export"):
        export_dialog.ask(query)


def _delete(ids: list[int]) -> None:
    n = len(ids)

    @st.dialog(ngettext("Delete {n} contact?", "Delete {n} contacts?", n).format(n=number(n)))
    def ask() -> None:
        st.markdown(_("In the bin they keep their history, and nobody finds them any more."))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Cancel"), type="tertiary", key="bulk-delete-no"):
                st.rerun()
            words = ngettext("Delete {n} contact", "Delete {n} contacts", n).format(n=number(n))
            if st.button(words, icon=":material/delete:", key="bulk-delete-yes"):
                _delete_all(ids)

    ask()


def _delete_all(ids: list[int]) -> None:
    try:
        gone = contacts.delete(viewer(), ids)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    pick(Picks())
    flash(
        ngettext("{n} contact is in the bin.", "{n} contacts are in the bin.", gone).format(n=number(gone)),
        "delete",
    )
    st.rerun()
