"""What the page's document needs and Streamlit does not give it: its language, `/` to get to the search, a step to
another page, links within Carteira (see link.py), and on a phone a menu that closes once a place is chosen.
"""

import streamlit as st

from hooks.i18n import current_locale
from pages.parts import place

_JS = """
const NARROW = 768  // where Streamlit lays the sidebar over the page
const FIELDS = "input, textarea, select, [contenteditable], [role=textbox]"

export default function ({ data }) {
  document.documentElement.lang = data.language
  window.carteiraSearch = data.search
  if (data.leads && window.carteiraLed !== data.leads[0]) {
    window.carteiraLed = data.leads[0]
    history.pushState({}, "", data.leads[1])
    dispatchEvent(new PopStateEvent("popstate", { state: {} }))
  }
  if (window.carteiraListens) { return }
  window.carteiraListens = true
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) { return }
    if (event.target.closest(FIELDS)) { return }
    const search = document.querySelector(window.carteiraSearch)
    if (search) { event.preventDefault(); search.focus(); search.select() }
  })
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.within")
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return }
    event.preventDefault()
    history.pushState({}, "", link.getAttribute("href"))
    dispatchEvent(new PopStateEvent("popstate", { state: {} }))
  })
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]')
    if (!chosen || innerWidth > NARROW) { return }
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
  })
}
"""

_document = st.components.v2.component("carteira_document", js=_JS)


def speak_and_listen() -> bool:
    """Tell the browser which language is spoken here, have `/` lead to the search, and say whether it leaves the page.

    It leaves where `place.lead_to` said so; the page that it comes to is drawn by a run of its own.
    """
    leads = place.leads_to()
    _document(
        key="frame-document",
        data={
            "language": current_locale().replace("_", "-"),
            "search": ":is(.st-key-contacts-search, .st-key-segments-find) input",
            "leads": leads,
        },
        height=0,
    )
    return leads is not None
