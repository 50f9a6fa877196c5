"""What the page's document needs and Streamlit does not give it: its language, and `/` to get to the search."""

import streamlit as st

from hooks.i18n import current_locale

_JS = """
const FIELDS = "input, textarea, select, [contenteditable], [role=textbox]"

export default function ({ data }) {
  document.documentElement.lang = data.language
  window.carteiraSearch = data.search
  if (window.carteiraListens) { return }
  window.carteiraListens = true
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) { return }
    if (event.target.closest(FIELDS)) { return }
    const search = document.querySelector(window.carteiraSearch)
    if (search) { event.preventDefault(); search.focus(); search.select() }
  })
}
"""

_document = st.components.v2.component("carteira_document", js=_JS)


def speak_and_listen() -> None:
    """Tell the browser which language is spoken here, and have `/` lead to the search of the page."""
    _document(
        key="frame-document",
        data={
            "language": current_locale().replace("_", "-"),
            "search": ":is(.st-key-contacts-search, .st-key-segments-find) input",
        },
        height=0,
    )
