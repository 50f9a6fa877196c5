"""What can be done with contacts, the picked ones or all that match; each button says how many it touches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.segment import SegmentCreate
from models.tag import TagCreate
from pages.parts import contact_list, export_dialog, fields
from pages.parts.contact_list import pick, picks
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.state import ListState, Picks
from pages.parts.words import plain
from services import bulk, contacts, listing, permissions, segments, tags
from services.errors import Told
from services.listing import Count, Query

_DONE = "bulk-done"
# The deed that is open, what it is about, how many that is, and why it asks again.
_AGREED = "bulk-agreed"


@dataclass(frozen=True)
class _Agreed:
    deed: str
    query: Query
    shown: str
    n: int
    why: str = ""


def draw(who: Viewer, state: ListState, count: Count) -> None:
    """Draw the bar over the grid."""
    if st.session_state.pop(_DONE, False):
        for box in ("bulk-add", "bulk-remove", "bulk-tag"):
            st.session_state[box] = False
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
        if who.may(permissions.CONTACTS_EDIT):
            _tag(who, query, shown)
        _forget_what_is_closed()
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
    box, agreed = _box(who, "bulk-add", _("Add {n} to segment"), ":material/label:", query, shown)
    if agreed is None:
        return
    known = fields.segments_open_to_hand(who)
    makes = who.may(permissions.SEGMENTS_MANAGE)
    with box:
        _why_again(agreed)
        name = st.selectbox(
            _("Segment"),
            list(known),
            index=None,
            accept_new_options=makes,
            placeholder=_("Choose one, or type a new name") if makes else _("Choose one"),
            key="bulk-add-name",
        )
        words = (
            _("Add {n} to {segment}").format(n=number(agreed.n), segment=plain(name)) if name else _("Add")
        )
        if st.button(words, type="primary", disabled=not name, key="bulk-add-yes") and name:
            _carry_out(agreed, lambda: _add(name, known.get(name), agreed))


def _add(name: str, segment_id: int | None, agreed: _Agreed) -> str:
    who = viewer()
    if segment_id is None:
        segment_id = segments.create(who, SegmentCreate(name=name)).id
    done = bulk.add_to_segment(
        who, segment_id, agreed.query, all_contacts=picks().all_contacts, expected=agreed.n
    )
    return _told(_("{n} added to {segment}").format(n=number(done.done), segment=name), done.skipped)


def _out_of_segment(who: Viewer, query: Query, shown: str) -> None:
    box, agreed = _box(who, "bulk-remove", _("Remove {n} from segment"), ":material/label_off:", query, shown)
    if agreed is None:
        return
    known = fields.segments_open_to_hand(who)
    with box:
        _why_again(agreed)
        name = st.selectbox(
            _("Segment"), list(known), index=None, placeholder=_("Choose one"), key="bulk-remove-name"
        )
        words = _("Remove {n} from {segment}")
        words = words.format(n=number(agreed.n), segment=plain(name)) if name else _("Remove")
        if st.button(words, type="primary", disabled=not name, key="bulk-remove-yes") and name:
            _carry_out(agreed, lambda: _remove(name, known[name], agreed))


def _remove(name: str, segment_id: int, agreed: _Agreed) -> str:
    done = bulk.remove_from_segment(
        viewer(), segment_id, agreed.query, all_contacts=picks().all_contacts, expected=agreed.n
    )
    return _told(_("{n} removed from {segment}").format(n=number(done.done), segment=name), done.skipped)


def _tag(who: Viewer, query: Query, shown: str) -> None:
    box, agreed = _box(who, "bulk-tag", _("Tag {n}"), ":material/sell:", query, shown)
    if agreed is None:
        return
    known = {tag.name: tag.id for tag in tags.listed(who)}
    with box:
        _why_again(agreed)
        name = st.selectbox(
            _("Tag"),
            list(known),
            index=None,
            accept_new_options=True,
            placeholder=_("Choose one, or type a new name"),
            key="bulk-tag-name",
        )
        with st.container(horizontal=True):
            put = _("Put on {n}").format(n=number(agreed.n))
            if st.button(put, type="primary", disabled=not name, key="bulk-tag-yes") and name:
                _carry_out(agreed, lambda: _put_on(name, known.get(name), agreed))
            take = _("Take off {n}").format(n=number(agreed.n))
            if st.button(take, disabled=name not in known, key="bulk-tag-off") and name:
                _carry_out(agreed, lambda: _take_off(name, known[name], agreed))


def _put_on(name: str, tag_id: int | None, agreed: _Agreed) -> str:
    who = viewer()
    if tag_id is None:
        tag_id = tags.create(who, TagCreate(name=name)).id
    done = tags.put_on(who, tag_id, agreed.query, all_contacts=picks().all_contacts, expected=agreed.n)
    said = ngettext("{n} tagged {tag}", "{n} tagged {tag}", done.done)
    return _told(said.format(n=number(done.done), tag=name), done.skipped)


def _take_off(name: str, tag_id: int, agreed: _Agreed) -> str:
    everything = picks().all_contacts
    done = tags.take_off(viewer(), tag_id, agreed.query, all_contacts=everything, expected=agreed.n)
    said = ngettext("{n} no longer tagged {tag}", "{n} no longer tagged {tag}", done.done)
    return _told(said.format(n=number(done.done), tag=name), done.skipped)


def _told(said: str, skipped: int) -> str:
    if not skipped:
        return f"{said}."
    rest = ngettext("{n} was so already", "{n} were so already", skipped).format(n=number(skipped))
    return f"{said}; {rest}."


def _box(
    who: Viewer, deed: str, words: str, icon: str, query: Query, shown: str
) -> tuple[Any, _Agreed | None]:
    """Draw the box of a deed, and return it with what is agreed, null while it is closed."""
    box = st.popover(words.format(n=_named(deed, query, shown)), icon=icon, key=deed, on_change="rerun")
    return box, _agreed(who, deed, query, shown) if box.open else None


def _agreed(who: Viewer, deed: str, query: Query, shown: str) -> _Agreed:
    """Return how many the deed is about, counted when its box was opened."""
    agreed = _held(deed, query)
    if agreed is None:
        agreed = _Agreed(deed, query, shown, listing.count(who, query).n)
        st.session_state[_AGREED] = agreed
    return agreed


def _held(deed: str, query: Query) -> _Agreed | None:
    agreed: _Agreed | None = st.session_state.get(_AGREED)
    return agreed if agreed is not None and (agreed.deed, agreed.query) == (deed, query) else None


def _named(deed: str, query: Query, shown: str) -> str:
    """Return the number in a box's name: under another name Streamlit would close the box over what is asked."""
    agreed = _held(deed, query)
    return agreed.shown if agreed is not None and st.session_state.get(deed) else shown


def _why_again(agreed: _Agreed) -> None:
    if agreed.why:
        st.warning(plain(agreed.why), icon=":material/sync_problem:")


def _forget_what_is_closed() -> None:
    agreed: _Agreed | None = st.session_state.get(_AGREED)
    if agreed is not None and not st.session_state.get(agreed.deed):
        del st.session_state[_AGREED]


def _carry_out(agreed: _Agreed, call: Callable[[], str]) -> None:
    """Do it, say what came of it, and close the boxes; the picks stay, for what comes next.

    Where it is another number by now the box stays open, says so, and asks again with that one.
    """
    again = False
    with st.spinner(_("Working")):
        try:
            flash(call())
        except Told as error:
            again = error.code == "count_changed"
            if again:
                st.session_state[_AGREED] = replace(agreed, n=error.data["count"], why=error.message)
            else:
                flash(error.message, "error")
    st.session_state[_DONE] = not again
    st.rerun(scope="fragment")


def _export(query: Query, shown: str) -> None:
    words = _("Export all {n}") if export_dialog.takes_all(query) else _("Export {n}")
    if st.button(words.format(n=shown), icon=":material/download:", key="bulk-export"):
        export_dialog.ask(query)


def _delete(ids: list[int]) -> None:
    n = len(ids)

    @dialog(ngettext("Delete {n} contact?", "Delete {n} contacts?", n).format(n=number(n)))
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
