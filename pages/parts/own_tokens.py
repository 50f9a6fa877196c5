"""A person's tokens for programs: what is there, the end of one, and a new one, shown once."""

import streamlit as st

from hooks.i18n import N_, _, relative
from hooks.viewer import Viewer
from models.base import now
from models.doors import TokenRead
from pages.parts import fields
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.words import plain
from services import tokens

# What is offered; any other scope can be typed, and is shown as it is.
_SCOPES = {
    "read": N_("Read everything"),
    "all": N_("Read and change everything"),
    "contacts:read": N_("Read contacts"),
    "contacts": N_("Contacts"),
    "segments:read": N_("Read segments"),
    "segments": N_("Segments"),
    "imports": N_("Imports"),
    "exports": N_("Exports"),
    "users:read": N_("Read who is here"),
}
_ERRORS = "token-errors"
# The token that the open dialog shows, after making it there.
_MADE = "token-made"


def draw(who: Viewer) -> None:
    """Draw the person's own tokens; who manages people ends those of others elsewhere."""
    found = [one for one in tokens.mine(who) if one.email == who.email]
    with st.container(horizontal=True, vertical_alignment="center", key="account-tokens-head"):
        st.subheader(_("Tokens"), anchor=False)
        st.space("stretch")
        if st.button(_("Make a token"), icon=":material/add:", key="token-new"):
            st.session_state[_ERRORS] = {}
            st.session_state.pop(_MADE, None)
            dialog(_("New token"), icon=":material/key:", on_dismiss="rerun")(_make)()
    st.caption(_("With a token a program does what you may do, as far as its scopes let it."))
    if not found:
        return
    with st.container(gap=None, key="rows-tokens"):
        for one in found:
            _row(one)


def _row(one: TokenRead) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", wrap=False, gap="small", key=f"token-{one.id}"
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{plain(one.name)}** :small[{plain(', '.join(map(_scope, one.scopes)))}]")
            used = relative(one.used, now()) if one.used else None
            words = _("last used {when}").format(when=used) if used else _("never used")
            st.caption(words)
        if st.button(_("End"), key=f"token-end-{one.id}"):
            title = _("End the token {name}?").format(name=plain(one.name))
            dialog(title, icon=":material/key_off:")(_ask)(one)


def _scope(scope: str) -> str:
    return _(_SCOPES[scope]) if scope in _SCOPES else scope


def _ask(one: TokenRead) -> None:
    st.markdown(_("Programs that use it are refused from now on. It cannot be brought back."))
    if confirmed(_("End token"), "token-end-yes"):
        carry_out(lambda: tokens.end(viewer(), one.id), _("{name} has ended.").format(name=one.name))


def _make() -> None:
    made: tokens.Made | None = st.session_state.get(_MADE)
    if made is not None:
        st.markdown(_("Copy it now. It is shown this once."))
        st.code(made.secret, language=None, wrap_lines=True)
        return
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    name = st.text_input(
        fields.label("name"), max_chars=200, placeholder=_("What the token is for"), key="token-name"
    )
    wrong(errors, "name")
    scopes = st.multiselect(
        _("Scopes"),
        list(_SCOPES),
        ["read"],
        format_func=_scope,
        accept_new_options=True,
        placeholder=_("Choose at least one"),
        key="token-scopes",
        filter_mode="contains",
        select_all=False,
    )
    wrong(errors, "")
    if st.button(_("Make a token"), type="primary", key="token-save"):
        st.session_state[_MADE] = fields.attempt(
            lambda: tokens.add(viewer(), name, scopes), _ERRORS, ("name",)
        )
        st.rerun(scope="fragment")
