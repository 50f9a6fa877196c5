"""What the page's document needs and Streamlit does not give it: its language, the person's choice of light or dark,
the keys that lead to a search, the keyboard in a dialog and in what opens below a button, a step to another page,
links within Carteira (see link.py), names for its toasts, and on a phone a menu that closes once a place is chosen.
"""

from collections.abc import Sequence

import streamlit as st

from hooks.i18n import current_locale
from pages.parts import place, way

_JS = """
const NARROW = 768  // where Streamlit lays the sidebar over the page
const FIELDS = "input, textarea, select, [contenteditable], [role=textbox]"

// Streamlit keeps light or dark for the address that a window was opened at, and reads it at the start.
const wear = (theme, paths) => {
  const opened = new URL(performance.getEntriesByType("navigation")[0].name).pathname
  const before = (path) => JSON.parse(localStorage.getItem(kept(path)) ?? '"System"')
  const kept = (path) => `stActiveTheme-${path}-v2`
  try {
    const changes = before(opened) !== theme
    for (const path of new Set([...paths, opened])) {
      if (theme === "System") { localStorage.removeItem(kept(path)) }
      else { localStorage.setItem(kept(path), JSON.stringify(theme)) }
    }
    if (changes && before(opened) === theme) { location.reload() }
  } catch { /* a browser that keeps nothing follows its system */ }
}

const hear = (event) => {
  const held = event.ctrlKey || event.metaKey
  if (held && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault()
    window.carteiraSearchEverywhere?.()
    return
  }
  if (event.key !== "/" || held || event.altKey || event.target.closest?.(FIELDS)) { return }
  const search = document.querySelector(window.carteiraSearch)
  if (search) { event.preventDefault(); search.focus(); search.select() }
}

const BOX = '[data-testid="stDialog"] [role="dialog"]'
const FIRST = 'input[type="text"]:not([role="combobox"]):not(:disabled), textarea:not(:disabled)'
const COMES = 3000  // milliseconds in which a dialog's fields are drawn after it
const boxes = new WeakMap()  // dialog -> until when its first field is waited for

// One types at once into what has just opened.
const enterDialog = () => {
  const box = document.querySelector(BOX)
  if (!box) { return }
  if (!boxes.has(box)) { boxes.set(box, performance.now() + COMES) }
  const field = performance.now() < boxes.get(box) && box.querySelector(FIRST)
  if (!field) { return }
  boxes.set(box, 0)
  if (document.activeElement === box || !box.contains(document.activeElement)) { field.focus() }
}

// Streamlit runs the page anew at "r", which closes a dialog over it, and has a dialog of its own at "c".
const keepDialog = (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey
  if ("rRcC".includes(event.key) && !held && document.querySelector(BOX) && !event.target.closest?.(FIELDS)) {
    event.stopImmediatePropagation()
  }
}

// What opens below a button stands at the document's end: Tab goes into it from its button, and back to its button.
const POPOVER = '[data-testid="stPopoverBody"]'
const OPENER = '[data-testid="stPopoverButton"][aria-expanded="true"]'
const STOPS = "a[href], button, input, textarea, select, [tabindex]"
const isStop = (one, box) => one.tabIndex >= 0 && !one.disabled && one.getClientRects().length &&
  !(one.type === "radio" && !one.checked && box.querySelector(`input[name="${CSS.escape(one.name)}"]:checked`))
const tabThrough = (event) => {
  const box = [...document.querySelectorAll(POPOVER)].at(-1), opener = document.querySelector(OPENER)
  if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey || !box || !opener) { return }
  const stops = [...box.querySelectorAll(STOPS)].filter((one) => isStop(one, box))
  const at = document.activeElement
  const leaves = event.shiftKey ? at === stops[0] || at === box : at === stops.at(-1)
  const to = leaves ? opener : at === opener && !event.shiftKey ? stops[0] : null
  if (to) { event.preventDefault(); to.focus() }
}

// The key of the button whose box has the keyboard, and until when the button is looked for once the box is closed:
// under another name it is drawn anew.
let cameFrom = null, lasts = 0
const enterPopover = (event) => {
  if (!event.target.closest?.(POPOVER)) { return }
  const kept = document.querySelector(OPENER)?.closest('[class*="st-key-"]')
  cameFrom = kept && [...kept.classList].find((name) => name.startsWith("st-key-"))
  lasts = 0
}
const leavePopover = () => {
  if (!cameFrom || document.querySelector(POPOVER)) { return }
  lasts ||= performance.now() + COMES
  const at = document.activeElement
  if (at === document.body && performance.now() < lasts) {
    document.querySelector(`.${CSS.escape(cameFrom)} button`)?.focus({ preventScroll: true })
  } else if (!at.closest(`.${CSS.escape(cameFrom)}`)) {
    cameFrom = null
  }
}

// Streamlit makes of a toast a dialog without a name.
const nameToasts = () => {
  for (const toast of document.querySelectorAll('[data-testid="stToast"]:not([aria-label])')) {
    toast.setAttribute("aria-label", toast.querySelector('[data-testid="stToastText"]')?.textContent ?? "")
  }
}

export default function ({ data }) {
  if (!window.carteiraLead) { keepWay() }
  document.documentElement.lang = data.language
  window.carteiraSearch = data.search
  wear(data.theme, data.paths)
  if (data.leads && window.carteiraLed !== data.leads[0]) {
    window.carteiraLed = data.leads[0]
    window.carteiraLead(data.leads[1])
  }
  if (window.carteiraListens) { return }
  window.carteiraListens = true
  document.addEventListener("keydown", hear)
  addEventListener("keydown", keepDialog, true)
  addEventListener("keydown", tabThrough, true)
  addEventListener("focusin", enterPopover)
  new MutationObserver(leavePopover).observe(document.body, { childList: true, subtree: true })
  new MutationObserver(enterDialog).observe(document.body, { childList: true, subtree: true })
  window.carteiraHears = hear  // A grid has a document of its own, which passes its keys on.
  new MutationObserver(nameToasts).observe(document.body, { childList: true, subtree: true })
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.within")
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return }
    event.preventDefault()
    window.carteiraLead(link.getAttribute("href"))
  })
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]')
    if (!chosen || innerWidth > NARROW) { return }
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
  })
}
"""

_document = st.components.v2.component("carteira_document", js=way.JS + _JS)


def speak_and_listen(theme: str, paths: Sequence[str]) -> bool:
    """Tell the browser which language is spoken here and how it looks, have keys lead to searches, and say whether it
    leaves the page.

    `theme` is Streamlit's name of the choice, `paths` are the pages' addresses. It leaves where `place.lead_to` said
    so; the page that it comes to is drawn by a run of its own.
    """
    leads = place.leads_to()
    _document(
        key="frame-document",
        data={
            "language": current_locale().replace("_", "-"),
            "theme": theme,
            "paths": list(paths),
            "search": ":is(.st-key-contacts-search, .st-key-segments-find, .st-key-people-find) input",
            "leads": leads,
        },
        height=0,
    )
    place.told()
    return leads is not None
