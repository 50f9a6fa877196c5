"""Where the keyboard goes when something that is to be filled in appears."""

import streamlit as st

_JS = """
const PATIENCE = 5000  // milliseconds: on a busy machine it is drawn some time after this

function once(selector, until) {
  const found = document.querySelector(selector)
  if (found) { found.focus() }
  else if (performance.now() < until) { requestAnimationFrame(() => once(selector, until)) }
}

export default function ({ data }) {
  if (window.carteiraFocus === data.mark) { return }
  window.carteiraFocus = data.mark
  once(data.selector, performance.now() + PATIENCE)
}
"""

_focus = st.components.v2.component("carteira_focus", js=_JS)


def on(selector: str, mark: str, key: str) -> None:
    """Give the focus to what a CSS selector finds, once for each `mark`."""
    _focus(key=key, data={"selector": selector, "mark": mark}, height=0)
