"""The door of every screen: who looks, asked anew whenever anything is drawn or done."""

from html import escape
from urllib.parse import quote, urlsplit

import streamlit as st

from hooks.i18n import _, use_locale
from hooks.viewer import Viewer
from services import sessions


def viewer() -> Viewer:
    """Return who looks, and speak that person's language from here on.

    Call it at the head of every page, fragment and callback: cookies are frozen when the window connects, and
    a fragment does not run the frame again. Without an open session it draws the way to sign-in and stops.
    """
    return signed_in().viewer


def signed_in() -> sessions.Open:
    """Return the session by which the person looks; what `viewer` says holds of it too."""
    found = sessions.look_up(_cookie(), locale=_wished_language())
    if found is None:
        use_locale(_wished_language() or "")
        _send_to_sign_in()
        st.stop()
    use_locale(found.viewer.locale)
    return found


def _cookie() -> str | None:
    token = st.context.cookies.get(sessions.COOKIE)
    # Outside a browser Streamlit answers with a mock.
    return token if isinstance(token, str) else None


def _wished_language() -> str | None:
    wished = st.context.headers.get("Accept-Language")
    return wished if isinstance(wished, str) else None


def _send_to_sign_in() -> None:
    address = urlsplit(st.context.url or "/")
    back = (address.path or "/") + (f"?{address.query}" if address.query else "")
    st.subheader(_("You are signed out"), anchor=False)
    st.html(
        f"<p>{escape(_('Your session has ended, or your account was closed.'))}</p>"
        f'<a class="action" href="/login?next={escape(quote(back, safe=""))}">{escape(_("Sign in"))}</a>'
    )
