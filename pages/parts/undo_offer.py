"""What was just done with many contacts, said at the page's foot with the way back; or how far a large one is."""

import time
from dataclasses import dataclass

import streamlit as st

from hooks.i18n import _
from models.bulk import BulkRead
from pages.parts import bulk_words, notices
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.words import plain
from services import acts, bulk, undo
from services import bin as binned
from services.errors import Told

_KEY = "undo-offer"
_SECONDS = 60


@dataclass(frozen=True)
class _Offer:
    text: str
    act_id: int | None = None
    bulk_id: int | None = None
    contact_id: int | None = None
    at: float = 0.0


def offer(read: BulkRead) -> None:
    """Have the outcome of a deed said when the page is drawn next; a large one is followed to its end."""
    if read.id is not None and read.state in ("accepted", "running"):
        _say(_Offer(bulk_words.under_way(read), bulk_id=read.id, at=time.monotonic()))
        return
    if read.act_id is None:
        return
    act = acts.one(viewer(), read.act_id)
    _say(_Offer(bulk_words.told(act), act_id=act.id if act.undoable else None, at=time.monotonic()))


def offer_from_bin(text: str, contact_id: int) -> None:
    """Have `text` said when the page is drawn next, with the way back of a contact that went to the bin."""
    _say(_Offer(text, contact_id=contact_id, at=time.monotonic()))


def _say(what: _Offer) -> None:
    st.session_state[_KEY] = what


def draw() -> None:
    """Draw what is offered, if anything is; each page that offers draws it once."""
    held: _Offer | None = st.session_state.get(_KEY)
    if held is None:
        return
    if held.bulk_id is not None:
        _follow(held.bulk_id)
    elif time.monotonic() - held.at > _SECONDS:
        del st.session_state[_KEY]
    else:
        _result(held)


def _result(held: _Offer) -> None:
    with _box():
        st.markdown(plain(held.text), width="content")
        if held.act_id is not None:
            st.button(
                _("Undo"), type="tertiary", key="undo-offer-yes", on_click=take_back, args=(held.act_id,)
            )
        if held.contact_id is not None:
            st.button(
                _("Undo"),
                type="tertiary",
                key="undo-offer-bin",
                on_click=_bring_back,
                args=(held.contact_id,),
            )
        _close()


@st.fragment(run_every=1.0)
def _follow(bulk_id: int) -> None:
    """Say how far a large deed is until it has ended; then what came of it."""
    who = viewer()
    try:
        read = bulk.get(who, bulk_id)
    except Told:
        st.session_state.pop(_KEY, None)
        return
    if read.state in ("accepted", "running"):
        with _box():
            progress(read)
            st.button(_("Cancel"), type="tertiary", key="undo-offer-cancel", on_click=stop, args=(bulk_id,))
        return
    st.session_state.pop(_KEY, None)
    if read.state == "done":
        offer(read)
    elif read.state == "failed":
        flash(read.message or notices.sentence("bulk_failed", {"deed": read.deed}), "error")
    else:
        flash(notices.sentence("bulk_cancelled", {"deed": read.deed}), "cancel")
    st.rerun()


def progress(read: BulkRead) -> None:
    """Draw how far a large deed is."""
    at = read.progress
    share = min(1.0, at["done"] / at["of"]) if at.get("of") else 0.0
    st.progress(share, text=plain(" · ".join([bulk_words.under_way(read), *bulk_words.speed(read)])))


def _box() -> st.delta_generator.DeltaGenerator:
    return st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="undo-offer"
    )


def _close() -> None:
    st.button(
        _("Close"), icon=":material/close:", type="tertiary", key="icon-undo-offer-close", on_click=_forget
    )


def _forget() -> None:
    st.session_state.pop(_KEY, None)


def take_back(act_id: int) -> None:
    """Undo an act, and say what came of it."""
    _forget()
    try:
        offer(undo.undo(viewer(), act_id))
    except Told as error:
        flash(error.message, "error")


def _bring_back(contact_id: int) -> None:
    _forget()
    try:
        binned.bring_back(viewer(), contact_id)
    except Told as error:
        flash(error.message, "error")
    else:
        flash(_("The contact is back."), "restore_from_trash")


def stop(bulk_id: int) -> None:
    """Cancel a large deed."""
    try:
        bulk.cancel(viewer(), bulk_id)
    except Told as error:
        flash(error.message, "error")
