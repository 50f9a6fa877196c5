"""Bulk actions: the large ones that are under way, and what was done, with the way back for thirty days."""

import streamlit as st

from hooks.i18n import _, ngettext, number, one_after_another, relative
from models.act import ActConflict, ActRead
from models.base import now
from models.bulk import BulkRead
from pages.parts import bulk_words, undo_offer
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.link import list_link, within
from pages.parts.once import once
from pages.parts.rows import line, turn
from pages.parts.state import id_in
from pages.parts.words import plain
from services import acts, bulk, permissions
from services.errors import NotFound, Told
from services.work import UNDO_DAYS

PAGE = 50
_MOST_LEFT = 200
_GOING = ("accepted", "running")
_OPEN = "actions-open"


def under_way() -> None:
    """Draw the large ones until all have ended, then the whole page anew."""
    going = [read for read in bulk.recent(viewer()) if read.state in _GOING]
    if not going:
        st.rerun()
    for read in going:
        with st.container(horizontal=True, vertical_alignment="center", key=f"action-going-{read.id}"):
            undo_offer.progress(read)
            st.button(
                _("Cancel"),
                type="tertiary",
                key=f"action-stop-{read.id}",
                on_click=undo_offer.stop,
                args=(read.id,),
            )


def failed(read: BulkRead) -> None:
    """Draw a large one of which nothing came, and the way to want it again where the number alone had changed."""
    with line("failed", read.id or 0):
        with st.container(gap=None, width="stretch"):
            st.markdown(plain(bulk_words.under_way(read)))
            st.caption(plain(read.message or ""))
        if read.code == "count_changed":
            st.button(_("Do it now"), key=f"action-again-{read.id}", on_click=again, args=(read.id,))


def again(bulk_id: int) -> None:
    """Want a large one once more, with as many contacts as it is by now."""
    try:
        undo_offer.offer(bulk.again(viewer(), bulk_id))
    except Told as error:
        flash(error.message, "error")


def row(act: ActRead) -> None:
    """Draw what was done."""
    with line("act", act.id):
        with st.container(gap=None, width="stretch"):
            st.markdown(plain(bulk_words.sentence(act)))
            further = [*([bulk_words.name(act.of)] if act.of else []), *bulk_words.why(act.why)]
            if further:
                st.caption(plain(one_after_another(further)))
        with st.container(gap=None, width=200, key=f"seen-person-{act.id}"):
            st.caption(relative(act.at, now()))
            st.caption(plain(act.by or "Carteira"), wrap=False)
        with st.container(width=190, horizontal_alignment="right", key=f"aside-act-{act.id}"):
            if act.undoable:
                st.button(
                    _("Undo"), icon=":material/undo:", key=f"action-undo-{act.id}",
                    on_click=undo_offer.take_back, args=(act.id,),
                )  # fmt: skip
            elif act.undone_by is not None:
                st.caption(_("undone"))
            elif act.undo_of is not None and any(reason != "so_already" for reason in act.why):
                st.button(
                    _("Which?"), type="tertiary", key=f"action-left-{act.id}",
                    on_click=lambda: st.session_state.update({_OPEN: act.id}),
                )  # fmt: skip
            else:
                st.caption("\u00a0")  # nothing at all would give its width away


def _leading(left: ActConflict) -> str:
    name = left.name or _("Without a name")
    return within(name, "/bin") if left.in_bin else within(name, "/contact", {"id": str(left.contact_id)})


def show_left(act_id: int) -> None:
    """Open the contacts that an undo has left."""

    @dialog(_("Left as they are"), icon=":material/undo:")
    def listing() -> None:
        found = acts.conflicts(viewer(), act_id)
        items = "".join(
            f"<li>{_leading(one)} <span>{bulk_words.why({one.code: 1})[0]}</span></li>"
            for one in found[:_MOST_LEFT]
        )
        st.html(f'<ul class="left">{items}</ul>')
        more = len(found) - _MOST_LEFT
        if more > 0:
            st.caption(ngettext("{n} more", "{n} more", more).format(n=number(more)))

    listing()


def one(act_id: int) -> None:
    """Draw one act, which a notice led to."""
    st.html(list_link(_("All bulk actions"), "/actions"), width="content")
    try:
        found = acts.one(who, act_id)
    except NotFound as error:
        st.markdown(plain(error.message))
        return
    with st.container(gap=None, key="rows-actions"):
        row(found)


def all_of_them() -> None:
    """Draw a page of what was done, and on the first what is under way and what came to nothing."""
    if permissions.may_know_acts(who):
        told = _("What anybody did with many contacts at once. It can be undone for {n} days.")
    else:
        told = _("What you did with many contacts at once. It can be undone for {n} days.")
    st.caption(told.format(n=UNDO_DAYS))
    larges = bulk.recent(who)
    if any(read.state in _GOING for read in larges):
        st.fragment(under_way, run_every=1.0)()
    before = id_in(st.query_params.to_dict(), "before")
    lost = [read for read in larges if read.state == "failed"] if before is None else []
    found = acts.recent(who, PAGE + 1, before=before)
    if found or lost:
        with st.container(gap=None, key="rows-actions"):
            for read in lost[:3]:
                failed(read)
            for act in found[:PAGE]:
                row(act)
    else:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(
                _("Nothing yet. Pick contacts in the list: what you do with many of them is told here.")
            )
            st.page_link("contacts.py", label=_("To the contacts"), icon=":material/contacts:")
    turn(before, found[PAGE - 1].id if len(found) > PAGE else None, "actions")


who = viewer()
with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("Bulk actions"), anchor=False)
wanted = id_in(st.query_params.to_dict(), "act")
if wanted is None:
    all_of_them()
else:
    one(wanted)
undo_offer.draw()
with once(_OPEN) as opened:
    if opened is not None:
        show_left(opened)
