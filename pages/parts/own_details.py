"""What a person may change of the own account: name, language, time zone, password."""

from zoneinfo import available_timezones

import streamlit as st

from hooks.i18n import LOCALES, _, language_name
from hooks.viewer import Viewer
from models.people import UserUpdate
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.words import plain
from services import people

_ERRORS = "account-errors"
_CHANGE_ERRORS = "account-change-errors"


def draw(who: Viewer) -> None:
    """Draw name, language and time zone."""
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    _wrong_at_all(errors)
    name = st.text_input(fields.label("name"), who.name, max_chars=200, key="account-name")
    wrong(errors, "name")
    st.text_input(fields.label("email"), who.email or "", disabled=True, key="account-email")
    locale = st.selectbox(
        fields.label("language"),
        LOCALES,
        LOCALES.index(who.locale),
        format_func=lambda one: language_name(one, own=True),
        # Chosen in the sidebar's menu meanwhile, it is another one here, too.
        key=f"account-language-{who.locale}",
        filter_mode=None,
    )
    wrong(errors, "locale")
    zones = sorted({*available_timezones(), who.time_zone})
    zone = st.selectbox(fields.label("time_zone"), zones, zones.index(who.time_zone), key="account-time-zone")
    wrong(errors, "time_zone")
    given = {"name": name, "locale": locale, "time_zone": zone}
    changed = {field: value for field, value in given.items() if value != getattr(who, field)}
    if st.button(_("Save"), type="primary", disabled=not changed, key="account-save"):
        command = UserUpdate.model_validate(changed)
        saved = fields.attempt(lambda: people.update_me(viewer(), command), _ERRORS, tuple(given))
        if saved is not None:
            flash(_("Saved."))
        st.rerun()


def password(session_id: int) -> None:
    """Draw the change of the password; every other session ends with it."""
    errors: dict[str, str] = st.session_state.get(_CHANGE_ERRORS, {})
    st.subheader(_("Password"), anchor=False)
    # A form, so that the browser offers to keep the new one, and Enter sends it.
    with st.form("account-password", border=False, clear_on_submit=True):
        present = st.text_input(
            _("Current password"), type="password", autocomplete="current-password", key="account-present"
        )
        wrong(errors, "present")
        new = st.text_input(
            _("New password"), type="password", autocomplete="new-password", key="account-new"
        )
        wrong(errors, "password")
        _wrong_at_all(errors)
        st.caption(_("You stay signed in here; every other browser is signed out."))
        if st.form_submit_button(_("Change password"), key="account-password-change"):
            changed = fields.attempt(
                lambda: _change(present, new, session_id), _CHANGE_ERRORS, ("present", "password")
            )
            if changed:
                flash(_("Your password is changed."))
            st.rerun()


def _change(present: str, new: str, session_id: int) -> bool:
    people.change_password(viewer(), present, new, keep_session=session_id)
    return True


def _wrong_at_all(errors: dict[str, str]) -> None:
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
