"""How many contacts a person agreed to: counted when a box opens, asked about again if it is another number by then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from models.bulk import Command
from pages.parts import undo_offer
from pages.parts.contact_list import picks
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.words import plain
from services import bulk, listing
from services.errors import Told
from services.listing import Query

_DONE = "bulk-done"
# The deed that is open, what it is about, how many that is, and why it asks again.
_AGREED = "bulk-agreed"


class Doing(NamedTuple):
    """A deed by its key, the contacts that it is about, and their number as the bar shows it."""

    deed: str
    query: Query
    shown: str


@dataclass(frozen=True)
class Agreed:
    """`n` contacts, exactly; `why` it asks again, where it does."""

    deed: str
    query: Query
    shown: str
    n: int
    why: str = ""


def agreed(who: Viewer, doing: Doing) -> Agreed:
    """Return how many the deed is about, counted when its box was opened."""
    found = _held(doing)
    if found is None:
        found = Agreed(*doing, listing.count(who, doing.query).n)
        st.session_state[_AGREED] = found
    return found


def _held(doing: Doing) -> Agreed | None:
    found: Agreed | None = st.session_state.get(_AGREED)
    same = found is not None and (found.deed, found.query) == (doing.deed, doing.query)
    return found if same else None


def named(doing: Doing) -> str:
    """Return the number in a box's name: under another name Streamlit would close the box over what is asked."""
    found = _held(doing)
    return found.shown if found is not None and st.session_state.get(doing.deed) else doing.shown


def why_again(found: Agreed) -> None:
    """Say why it is asked again, where it is."""
    if found.why:
        st.warning(plain(found.why), icon=":material/sync_problem:")


def forget_what_is_closed(boxes: Iterable[str]) -> None:
    """Have what was agreed in a box counted anew when it is opened again."""
    found: Agreed | None = st.session_state.get(_AGREED)
    if found is not None and found.deed in boxes and not st.session_state.get(found.deed):
        del st.session_state[_AGREED]


def forget() -> None:
    """Have it counted anew."""
    st.session_state.pop(_AGREED, None)


def was_done() -> bool:
    """Say, once, that a deed was done: the boxes are to close."""
    return bool(st.session_state.pop(_DONE, False))


def carry_out(found: Agreed, command: Command) -> None:
    """Do it, offer the way back, and close the boxes; the picks stay, for what comes next.

    Where it is another number by now the box stays open, says so, and asks again with that one.
    """
    st.session_state[_DONE] = not do(found, command)[0]
    st.rerun(scope="fragment")


def do(found: Agreed, command: Command) -> tuple[bool, bool]:
    """Do it and offer the way back; say whether it asks again, and whether anything was done."""
    with st.spinner(_("Working")):
        try:
            read = bulk.do(
                viewer(), command, found.query, all_contacts=picks().all_contacts, expected=found.n
            )
        except Told as error:
            again = error.code == "count_changed"
            if again:
                st.session_state[_AGREED] = replace(found, n=error.data["count"], why=error.message)
            else:
                flash(error.message, "error")
            return again, False
    undo_offer.offer(read)
    return False, True
