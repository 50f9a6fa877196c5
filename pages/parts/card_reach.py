"""The form for the ways to reach a contact: lines of e-mails, phones and messengers, the first of each the primary."""

from html import escape
from secrets import token_hex

import streamlit as st

from hooks.i18n import _
from models.contact import ContactDetail
from pages.parts import focus
from pages.parts.card_ways import handle_shown
from pages.parts.fields import label
from pages.parts.in_place import Editing, Values
from services.messengers import PLATFORMS
from services.terms import channel_name

_KINDS = ("emails", "phones", "messengers")
# The line that was begun last.
_FRESH = "edit-fresh"


def form(editing: Editing) -> Values:
    """Draw the lines and return the lists; lines that are left empty are none."""
    if not editing.rows:
        _begin(editing)
    given: Values = {}
    for kind in _KINDS:
        with st.container(key=f"edit-{kind}", gap="xxsmall"):
            st.caption(label(kind))
            given[kind] = _lines(editing, kind)
            editing.wrong(kind)
            if kind == "emails":
                editing.offer_known()
            st.form_submit_button(
                {
                    "emails": _("Add an e-mail"),
                    "phones": _("Add a phone"),
                    "messengers": _("Add a messenger"),
                }[kind],
                icon=":material/add:",
                type="tertiary",
                key=f"edit-add-{kind}",
                on_click=_begin_one,
                args=(editing, kind),
            )
        if kind == "emails":
            given["email_shared"] = st.checkbox(
                _("Several people share the primary e-mail"),
                editing.base.email_shared,
                help=_("A shared address identifies nobody, and messages reach it once."),
                key=f"edit-shared-{editing.mark}",
            )
    if fresh := st.session_state.get(_FRESH):
        focus.on(f".st-key-edit-value-{fresh} input", fresh, "edit-focus")
    return given


def _begin(editing: Editing) -> None:
    """Give each address a line, and each kind at least one."""
    editing.rows = {kind: [] for kind in _KINDS}
    for point in editing.base.points:
        _add(editing, f"{point.kind}s")
        mark = editing.rows[f"{point.kind}s"][-1]
        st.session_state[f"edit-value-{mark}"] = handle_shown(point.value)
        if point.kind == "messenger":
            st.session_state[f"edit-platform-{mark}"] = point.platform
    for kind in ("emails", "phones"):
        if not editing.rows[kind]:
            _add(editing, kind)


def _add(editing: Editing, kind: str) -> None:
    editing.rows[kind].append(token_hex(4))


def _begin_one(editing: Editing, kind: str) -> None:
    _add(editing, kind)
    st.session_state[_FRESH] = editing.rows[kind][-1]


def _promote(editing: Editing, kind: str, mark: str) -> None:
    editing.rows[kind].remove(mark)
    editing.rows[kind].insert(0, mark)


def _drop(editing: Editing, kind: str, mark: str) -> None:
    editing.rows[kind].remove(mark)


def _lines(editing: Editing, kind: str) -> list[object]:
    found: list[object] = []
    for place, mark in enumerate(editing.rows[kind]):
        value = _line(editing, kind, mark, place)
        if value is None:
            continue
        editing.wrong(f"{kind}.{len(found)}")
        if not found:
            editing.wrong(kind.removesuffix("s"))
        found.append(value)
    return found


def _line(editing: Editing, kind: str, mark: str, place: int) -> object | None:
    """Draw a line and return what stands in it, null for nothing."""
    several = len(editing.rows[kind]) > 1
    name = f"{_one(kind)} {place + 1}"
    platform: str | None = None
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False, key=f"edit-line-{mark}"
    ):
        if kind == "messengers":
            platform = st.selectbox(
                name,
                list(PLATFORMS),
                format_func=lambda one: PLATFORMS[one].name,
                label_visibility="collapsed",
                key=f"edit-platform-{mark}",
                width=125,
                filter_mode=None,
            )
        text = st.text_input(
            f"{_('Name or phone')} {place + 1}" if kind == "messengers" else name,
            placeholder={"messengers": _("Name or phone")}.get(kind),
            label_visibility="collapsed",
            key=f"edit-value-{mark}",
        )
        if place == 0 and several:
            primary = escape(_("Primary"))
            st.html(f'<span class="star" role="img" aria-label="{primary}">★</span>', width="content")
        elif several:
            st.form_submit_button(
                _("Make {address} primary").format(address=name),
                icon=":material/star_border:",
                type="tertiary",
                key=f"icon-star-{mark}",
                on_click=_promote,
                args=(editing, kind, mark),
            )
        st.form_submit_button(
            _("Remove {address}").format(address=name),
            icon=":material/close:",
            type="tertiary",
            key=f"icon-drop-{mark}",
            on_click=_drop,
            args=(editing, kind, mark),
        )
    if not text.strip():
        return None
    value = _as_kept(editing.base, kind, text.strip())
    return {"platform": platform, "handle": value} if kind == "messengers" else value


def _one(kind: str) -> str:
    return {"emails": label("email"), "phones": label("phone")}.get(kind) or channel_name("messenger")


def _as_kept(base: ContactDetail, kind: str, text: str) -> str:
    """Return an address that was left as it was shown in the form in which it is kept."""
    for point in base.points:
        if f"{point.kind}s" == kind and text in (handle_shown(point.value), point.value):
            return point.value
    return text
