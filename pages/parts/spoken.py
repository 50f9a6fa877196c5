"""Streamlit's own words in the person's language: its front end speaks English, and has no setting for it.

A word is replaced where Streamlit writes it by itself and nobody else does: in the names that a screen reader reads, in
the hints of fields, in lists without results, and where it tells of its connection. What people wrote is left alone.
"""

import streamlit as st

from hooks.i18n import N_, SOURCE_LOCALE, _, current_locale

_WORDS = (
    N_("Sidebar"),
    N_("Collapse sidebar"),
    N_("Expand sidebar"),
    N_("Skip to main content"),
    N_("Open"),
    N_("Close"),
    N_("Copy"),
    N_("Clear all"),
    N_("Clear value"),
    N_("Clear entry"),
    N_("Clear date"),
    N_("Clear dates"),
    N_("Choose date"),
    N_("Choose date range"),
    N_("Choose an option"),
    N_("Choose options"),
    N_("Choose or add an option"),
    N_("Choose or add options"),
    N_("Selected values"),
    N_("Select all"),
    N_("No results"),
    N_("Increment"),
    N_("Decrement"),
    N_("Show password"),
    N_("Hide password"),
    N_("yyyy"),
    N_("mm"),
    N_("dd"),
    N_("Empty"),
    N_("Pagination"),
    N_("Fullscreen"),
    N_("Close fullscreen"),
    N_("Scroll tabs left"),
    N_("Scroll tabs right"),
    N_("Press Enter to apply"),
    N_("Press Enter to submit form"),
    N_("Connecting"),
    N_("Connecting to Streamlit server"),
    N_("Error"),
    N_("Unable to connect to Streamlit server"),
    N_("Connection error"),
    N_("Connection timed out."),
    N_("Streamlit server is not responding. Are you connected to the internet?"),
)
# What Streamlit puts before the name of a field or of a thing.
_BEFORE = (N_("day, {name}"), N_("month, {name}"), N_("year, {name}"), N_("Remove {name}"))
# What a list that takes new words offers to do with the one that is typed.
_ADD = N_("Add: {name}")
# How it calls pictures by their names in a font.
_PICTURES = {"lock icon": N_("restricted")}

_JS = """
const NAMES = ["aria-label", "aria-valuetext", "placeholder", "title"]
const PLACES = "[data-testid=InputInstructions], [data-testid=stConnectionStatus], [data-testid=stStatusWidget], " +
  "[data-testid=stTooltipContent], [data-testid=stSkipToContent], [role=listbox], [role=spinbutton]"
const ADD = "Add: "
const spoken = window.carteiraSpoken ??= { words: {}, before: {}, add: "" }

const said = (text) => {
  if (spoken.words[text]) { return spoken.words[text] }
  const start = Object.keys(spoken.before).find((one) => text.startsWith(one))
  return start ? spoken.before[start] + text.slice(start.length) : null
}
const say = (one) => {
  for (const name of NAMES) {
    const text = one.getAttribute(name)
    const other = text && !one.closest("[class*=st-key-] [role=option]") && said(text)
    if (other && other !== text) { one.setAttribute(name, other) }
  }
}
const read = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    const place = node.parentElement?.closest(PLACES)
    const text = node.data.trim()
    const typed = document.activeElement?.value
    if (place && typed && node.data === ADD + typed && spoken.add) { node.data = spoken.add + typed; return }
    // What a list says of itself when it is empty stands in an option without a box of its own.
    const other = place && !node.parentElement.closest("[role=option]:not([style*=contents])") && spoken.words[text]
    if (other && other !== text) { node.data = other }
    return
  }
  if (node.nodeType !== Node.ELEMENT_NODE) { return }
  say(node)
  for (const one of node.querySelectorAll(NAMES.map((name) => `[${name}]`).join())) { say(one) }
  if (node.closest(PLACES) || node.querySelector(PLACES)) {
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) { read(texts.currentNode) }
  }
}

export default function ({ data }) {
  spoken.words = data.words
  spoken.before = data.before
  spoken.add = data.add
  if (!Object.keys(data.words).length || window.carteiraReads) { return }
  window.carteiraReads = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") { say(change.target) }
      else if (change.type === "characterData") { read(change.target) }
      else { change.addedNodes.forEach(read) }
    }
  })
  window.carteiraReads.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES,
  })
  read(document.body)
}
"""

_spoken = st.components.v2.component("carteira_spoken", js=_JS)


def draw() -> None:
    """Have the browser replace Streamlit's words from now on."""
    words, before, add = {}, {}, ""
    if current_locale() != SOURCE_LOCALE:
        words = {word: _(word) for word in _WORDS} | {name: _(text) for name, text in _PICTURES.items()}
        before = {_start(text): _start(_(text)) for text in _BEFORE}
        add = _start(_(_ADD))
    _spoken(key="frame-spoken", data={"words": words, "before": before, "add": add}, height=0)


def _start(text: str) -> str:
    return text.partition("{name}")[0]
