"""What can be done with contacts, the picked ones or all that match; each button says how many it touches."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.bulk import AddToSegment, PutTagOn, SetResponsible, TakeTagOff
from models.fold import fold
from pages.parts import bulk_agreed, bulk_dialogs, contact_list, export_dialog, fields
from pages.parts.bulk_agreed import Agreed, Doing
from pages.parts.contact_list import pick, picks
from pages.parts.state import ListState, Picks
from pages.parts.words import plain
from services import listing, permissions, tags
from services.listing import Count, Query

_BOXES = ("bulk-add", "bulk-responsible", "bulk-tag")


def draw(who: Viewer, state: ListState, count: Count) -> None:
    """Draw the bar over the grid."""
    if bulk_agreed.was_done():
        for box in _BOXES:
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
        if who.may(permissions.CONTACTS_EDIT):
            _responsible(who, query, shown)
            _tag(who, query, shown)
        bulk_agreed.forget_what_is_closed(_BOXES)
        if who.may(permissions.CONTACTS_EXPORT):
            _export(query, shown)
        _more(who, query, shown)


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
    present = contact_list.query_of(state)
    if chosen.everything:
        before = contact_list.query_of_picks(chosen)
        all_, still = (
            listing.count(who, before, contact_list.CAP, within=asked) for asked in (None, present)
        )
        if all_.capped or still.capped:
            return _("picked under another filter")
        n = all_.n - still.n
    else:
        n = len(chosen.ids) - listing.count(who, replace(present, only=sorted(chosen.ids))).n
    return ngettext("{n} no longer matches", "{n} no longer match", n).format(n=number(n)) if n else ""


# --- the boxes


def _into_segment(who: Viewer, query: Query, shown: str) -> None:
    box, agreed = _box(who, "bulk-add", _("Add {n} to segment"), ":material/label:", query, shown)
    if agreed is None:
        return
    known = fields.segments_open_to_hand(who)
    makes = who.may(permissions.SEGMENTS_MANAGE)
    with box:
        bulk_agreed.why_again(agreed)
        name = st.selectbox(
            _("Segment"),
            list(known),
            index=None,
            accept_new_options=makes,
            placeholder=_("Choose one, or type a new name") if makes else _("Choose one"),
            key="bulk-add-name",
        )
        which = known_or_new(known, name or "", "segment_id")
        said = _("Make {segment} and add {n}") if "make" in which else _("Add {n} to {segment}")
        words = said.format(n=number(agreed.n), segment=plain(name)) if name else _("Add")
        if st.button(words, type="primary", disabled=not name, key="bulk-add-yes") and name:
            bulk_agreed.carry_out(agreed, AddToSegment(**which))


def known_or_new(known: Mapping[str, int], name: str, id_: str) -> dict[str, Any]:
    """Return the id of what is called so, in whatever case and accents, or else the name that is to be made."""
    found = {fold(one): known[one] for one in known}.get(fold(name))
    return {"make": name} if found is None else {id_: found}


def _responsible(who: Viewer, query: Query, shown: str) -> None:
    box, agreed = _box(who, "bulk-responsible", _("Responsible for {n}"), ":material/person:", query, shown)
    if agreed is None:
        return
    names = fields.people_by_email(who)
    with box:
        bulk_agreed.why_again(agreed)
        email = st.selectbox(
            fields.label("responsible"),
            ["", *names],
            index=None,
            format_func=lambda one: names.get(one) or _("Nobody"),
            placeholder=_("Choose a person"),
            key="bulk-responsible-name",
        )
        words = ngettext("Set for {n} contact", "Set for {n} contacts", agreed.n).format(n=number(agreed.n))
        if st.button(words, type="primary", disabled=email is None, key="bulk-responsible-yes"):
            bulk_agreed.carry_out(agreed, SetResponsible(responsible=email or None))


def _tag(who: Viewer, query: Query, shown: str) -> None:
    box, agreed = _box(who, "bulk-tag", _("Tag {n}"), ":material/sell:", query, shown)
    if agreed is None:
        return
    known = {tag.name: tag.id for tag in tags.known(who)}
    with box:
        bulk_agreed.why_again(agreed)
        name = st.selectbox(
            _("Tag"),
            list(known),
            index=None,
            accept_new_options=True,
            placeholder=_("Choose one, or type a new name"),
            key="bulk-tag-name",
        )
        with st.container(horizontal=True):
            which = known_or_new(known, name or "", "tag_id")
            put = _("Make {tag} and put it on {n}") if name and "make" in which else _("Put on {n}")
            put = put.format(n=number(agreed.n), tag=plain(name or ""))
            if st.button(put, type="primary", disabled=not name, key="bulk-tag-yes") and name:
                bulk_agreed.carry_out(agreed, PutTagOn(**which))
            take = _("Take off {n}").format(n=number(agreed.n))
            if st.button(take, disabled="make" in which, key="bulk-tag-off") and name:
                bulk_agreed.carry_out(agreed, TakeTagOff(**which))


def _box(
    who: Viewer, deed: str, words: str, icon: str, query: Query, shown: str
) -> tuple[Any, Agreed | None]:
    """Draw the box of a deed, and return it with what is agreed, null while it is closed."""
    doing = Doing(deed, query, shown)
    box = st.popover(words.format(n=bulk_agreed.named(doing)), icon=icon, key=deed, on_change="rerun")
    return box, bulk_agreed.agreed(who, doing) if box.open else None


def _export(query: Query, shown: str) -> None:
    words = _("Export all {n}") if export_dialog.takes_all(query) else _("Export {n}")
    if st.button(words.format(n=shown), icon=":material/download:", key="bulk-export"):
        export_dialog.ask(query)


def _more(who: Viewer, query: Query, shown: str) -> None:
    """Draw the menu of what is done less often."""
    offered = {
        deed: words
        for deed, words, needed in (
            ("remove", _("Remove {n} from segment"), permissions.SEGMENTS_ASSIGN),
            ("field", _("Set a field of {n}"), permissions.CONTACTS_EDIT),
            ("delete", _("Delete {n}"), permissions.CONTACTS_DELETE),
        )
        if who.may(needed)
    }
    if not offered:
        return
    chosen = st.menu_button(
        _("More to do with {n}").format(n=shown),
        list(offered),
        icon=":material/more_horiz:",
        format_func=lambda deed: offered[deed].format(n=shown),
        type="tertiary",
        key="icon-menu-bulk",
    )
    if chosen is not None:
        bulk_dialogs.ask(chosen, Doing(f"bulk-{chosen}", query, shown))
