"""The bell: how many notices are unread, and the list of them, a page at a time."""

import streamlit as st

from hooks.i18n import _, ngettext, number, relative
from models.base import now
from models.doors import NotificationRead
from pages.parts import notices, place
from pages.parts.door import viewer
from pages.parts.words import plain
from services import notifications

_REFRESH_SECONDS = 15
_PAGE = 8
_OPEN = "frame-bell"
# The notice after which the list begins, one for each page that was turned.
_TURNED = "frame-bell-turned"
# The notice that was chosen, until the way to what it tells of is taken.
_CHOSEN = "frame-bell-chosen"


@st.fragment(run_every=_REFRESH_SECONDS)
def draw() -> None:
    """Draw the bell; it looks by itself for what is new."""
    who = viewer()
    chosen: NotificationRead | None = st.session_state.pop(_CHOSEN, None)
    if chosen is not None:
        place.lead_to(*notices.leads(chosen.kind, chosen.data))
    unread = notifications.unread(who)
    with st.container(gap=None, key="frame-bell-line"):
        box = st.popover(
            _("Notifications"),
            icon=":material/notifications:",
            type="tertiary",
            width="stretch",
            key=_OPEN,
            on_change=_begin,
        )
        # Beside the button and not on it: a button of another name is another button, and its list would close.
        if unread:
            said = ngettext("{n} unread", "{n} unread", unread).format(n=number(unread))
            st.html(
                f'<span class="unread" title="{said}">{number(min(unread, 99))}<span> {said}</span></span>'
            )
    if box.open:
        with box, st.container(gap="small", key="notices-box"):
            _listing(unread)


def _begin() -> None:
    st.session_state[_TURNED] = []


def _listing(unread: int) -> None:
    who = viewer()
    turned: list[int] = st.session_state.setdefault(_TURNED, [])
    found = notifications.recent(who, _PAGE + 1, before=turned[-1] if turned else None)
    with st.container(horizontal=True, vertical_alignment="center", key="notices-head"):
        st.markdown(f"**{_('Notifications')}**")
        st.space("stretch")
        st.button(
            _("Mark all as read"),
            type="tertiary",
            disabled=not unread,
            key="notices-read",
            on_click=lambda: notifications.mark_read(viewer()),
        )
    if not found:
        st.caption(_("Nothing yet. When an import or an export ends, it is said here."))
    with st.container(gap=None, key="notices"):
        for notice in found[:_PAGE]:
            _notice(notice)
    if turned or len(found) > _PAGE:
        _turns(turned, found)


def _notice(notice: NotificationRead) -> None:
    state = "read" if notice.read else "unread"
    with st.container(gap=None, key=f"notice-{state}-{notice.id}"):
        st.button(
            plain(notices.sentence(notice.kind, notice.data)),
            type="tertiary",
            width="stretch",
            key=f"notice-open-{notice.id}",
            on_click=_read,
            args=(notice,),
        )
        when = relative(notice.at, now())
        st.caption(when if notice.read else f"{when} · {_('new')}")


def _read(notice: NotificationRead) -> None:
    notifications.mark_read(viewer(), [notice.id])
    st.session_state[_OPEN] = False
    st.session_state[_CHOSEN] = notice


def _turns(turned: list[int], found: list[NotificationRead]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="notices-turns"):
        st.button(
            _("Newer"),
            icon=":material/chevron_left:",
            type="tertiary",
            disabled=not turned,
            key="notices-newer",
            on_click=_newer,
        )
        st.button(
            _("Earlier"),
            icon=":material/chevron_right:",
            icon_position="right",
            type="tertiary",
            disabled=len(found) <= _PAGE,
            key="notices-earlier",
            on_click=turned.append,
            args=(found[min(_PAGE, len(found)) - 1].id if found else 0,),
        )


def _newer() -> None:
    del st.session_state[_TURNED][-1:]
