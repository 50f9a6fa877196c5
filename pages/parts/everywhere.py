"""Search everywhere: a box over the page that finds contacts, segments, people and places while one types.

It opens at once, since the browser has it already; only what was typed travels, and what it found comes back. What
people wrote is put on the page by textContent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from pages.parts.door import viewer
from pages.parts.state import compact
from pages.parts.words import name_of, phone_shown
from services import permissions, search
from services.errors import Told

_KEY = "frame-search"
_ASKED = "frame-search-asked"

_HTML = """
<button type="button" class="open" hidden>
  <span class="icon" aria-hidden="true">search</span><span class="name"></span><kbd aria-hidden="true"></kbd>
</button>
<dialog>
  <div class="field">
    <span class="icon" aria-hidden="true">search</span>
    <input type="text" role="combobox" aria-autocomplete="list" aria-expanded="true" aria-controls="found"
      autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="300">
    <button type="button" class="close"></button>
  </div>
  <div id="found" role="listbox" tabindex="-1"></div>
  <p class="said" role="status"></p>
</dialog>
"""

_JS = """
const PAUSE = 180
const PATIENCE = 4000  // then a question is asked again: a run that another one ends may lose it
const make = (kind, name, text) => {
  const made = document.createElement(kind)
  if (name) { made.className = name }
  if (text) { made.textContent = text }
  return made
}

export default function ({ parentElement, data, setTriggerValue }) {
  const part = (name) => parentElement.querySelector(name)
  const box = part("dialog"), field = part("input"), list = part("#found"), said = part(".said")
  const words = data.words
  part(".open .name").textContent = words.open
  part(".open").title = words.title
  part(".open").hidden = false
  part(".open kbd").textContent = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : words.key
  part(".close").textContent = words.close
  box.setAttribute("aria-label", words.title)
  field.placeholder = words.title
  field.setAttribute("aria-label", words.title)
  list.setAttribute("aria-label", words.found)

  const options = () => [...list.querySelectorAll("[role=option]")]
  const mark = (chosen) => {
    for (const one of options()) { one.setAttribute("aria-selected", String(one === chosen)) }
    if (chosen) {
      field.setAttribute("aria-activedescendant", chosen.id)
      chosen.scrollIntoView({ block: "nearest" })
    } else { field.removeAttribute("aria-activedescendant") }
  }
  const chosen = () => list.querySelector("[aria-selected=true]")
  const go = (address) => { box.close(); window.carteiraLead(address) }

  const option = (item, place) => {
    const line = make("a", item.all ? "all" : "")
    line.id = "found-" + place
    line.href = item.leads
    line.tabIndex = -1
    line.setAttribute("role", "option")
    const icon = make("span", "icon", item.icon)
    icon.setAttribute("aria-hidden", "true")
    const text = make("span", "text", item.text)
    text.dir = "auto"
    line.append(icon, text)
    if (item.note) {
      const note = make("span", "note", item.note)
      note.dir = "auto"
      line.append(note)
    }
    line.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return }
      event.preventDefault()
      go(item.leads)
    }
    line.onmousemove = () => { if (chosen() !== line) { mark(line) } }
    return line
  }
  const draw = (groups, sentence) => {
    let place = 0
    list.replaceChildren(...groups.map((group, n) => {
      const part = make("div", "group")
      part.setAttribute("role", "group")
      const head = make("div", "head", group.title)
      head.id = "found-head-" + n
      head.setAttribute("aria-hidden", "true")
      part.setAttribute("aria-label", group.title)
      part.append(head, ...group.items.map((item) => option(item, place++)))
      return part
    }))
    list.hidden = !place
    said.textContent = sentence
    said.hidden = !sentence
    list.scrollTop = 0
    mark(options()[0])
  }

  const hunt = parentElement.hunt ??= { wanted: "", timer: 0 }
  if (data.asked === null) { hunt.places = data.groups }
  const start = () => draw(hunt.places, "")
  const ask = () => {
    hunt.wanted = field.value.trim()
    clearTimeout(hunt.timer)
    box.classList.toggle("waits", hunt.wanted !== "")
    if (hunt.wanted === "") { start(); return }
    hunt.timer = setTimeout(send, PAUSE)
  }
  const send = () => {
    setTriggerValue("asked", hunt.wanted)
    hunt.timer = setTimeout(send, PATIENCE)
  }
  if (data.asked !== null && data.asked === hunt.wanted) {
    clearTimeout(hunt.timer)
    box.classList.remove("waits")
    draw(data.groups, data.said)
    if (hunt.enter && chosen()) { go(chosen().getAttribute("href")) }
    hunt.enter = false
  }

  const open = () => {
    if (box.open) { field.select(); return }
    field.value = ""
    hunt.wanted = ""
    hunt.enter = false
    box.classList.remove("waits")
    start()
    box.showModal()
    field.focus()
  }
  part(".open").onclick = open
  part(".close").onclick = () => box.close()
  box.onclick = (event) => { if (event.target === box) { box.close() } }
  box.onclose = () => clearTimeout(hunt.timer)
  field.oninput = () => { hunt.enter = false; ask() }
  // Streamlit has keys of its own, and would take what is typed here for them.
  box.onkeydown = (event) => {
    // A box that was just closed keeps the focus until the browser has drawn anew.
    if (!box.open) { return }
    event.stopPropagation()
    if (event.isComposing) { return }
    const all = options(), at = all.indexOf(chosen())
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && all.length) {
      event.preventDefault()
      mark(all[(at + step + all.length) % all.length])
    } else if (event.key === "Enter" && event.target === field) {
      event.preventDefault()
      // Whoever types a name and Enter at once means the first that will be found.
      if (box.classList.contains("waits")) { hunt.enter = true }
      else if (chosen()) { go(chosen().getAttribute("href")) }
    } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      box.close()
    }
  }
  box.onkeyup = box.onkeypress = (event) => event.stopPropagation()
  window.carteiraSearchEverywhere = open
}
"""

_CSS = """
.icon { font-family: "Material Symbols Rounded"; font-size: 1.25rem; line-height: 1; flex: none; font-weight: 400;
  width: 1.25rem; overflow: hidden; text-transform: none; font-feature-settings: "liga"; user-select: none; }
button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.open { display: flex; align-items: center; gap: 0.5rem; width: 100%; padding: 0.375rem 0.6rem; min-height: 2.5rem;
  border-radius: var(--st-button-radius); color: var(--st-text-color); font-size: 0.875rem; line-height: 1.5; }
.open .icon { font-size: 1.1rem; width: 1.1rem; }
.open:hover, .open:focus-visible { background: color-mix(in srgb, currentColor 7%, transparent); }
.open .name { flex: 1; text-align: left; }
kbd { font: inherit; font-size: 0.75rem; padding: 0 0.35rem; border-radius: 0.25rem; line-height: 1.25rem; opacity: 0.8;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
dialog { visibility: visible; width: min(40rem, calc(100vw - 2rem)); max-width: none; max-height: min(36rem, 76dvh);
  margin: 12dvh auto auto; padding: 0; border: 1px solid var(--st-border-color); border-radius: 0.6rem;
  overflow: hidden; color: var(--st-text-color); background: var(--st-background-color);
  box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.28); font-family: var(--st-font); font-size: 1rem; }
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(10 20 22 / 0.45); }
.field { display: flex; align-items: center; gap: 0.6rem; padding: 0 0.6rem 0 1rem; flex: none;
  border-bottom: 1px solid var(--st-border-color); }
.field:focus-within { border-bottom-color: var(--st-primary-color); }
input { flex: 1; min-width: 0; font: inherit; font-size: 1.0625rem; color: inherit; background: none; border: 0;
  outline: 0; padding: 0.85rem 0; }
input:focus-visible { outline: 0; }
input::placeholder { color: color-mix(in srgb, currentColor 72%, transparent); opacity: 1; }
.close { font-size: 0.875rem; padding: 0.35rem 0.6rem; border-radius: var(--st-button-radius); }
.close:hover { background: color-mix(in srgb, currentColor 7%, transparent); }
#found { overflow-y: auto; padding: 0.35rem; outline: 0; }
.waits #found { opacity: 0.6; }
.head { font-size: 0.8125rem; font-weight: 600; padding: 0.55rem 0.65rem 0.25rem;
  color: color-mix(in srgb, var(--st-text-color) 75%, var(--st-background-color)); }
a { display: flex; align-items: center; gap: 0.7rem; padding: 0.42rem 0.65rem; border-radius: 0.375rem;
  color: inherit; text-decoration: none; min-width: 0; }
a .icon { opacity: 0.7; }
a .text { flex: 0 1 auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
a .note { flex: 1 2 0; min-width: 4rem; text-align: right; font-size: 0.875rem; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
  color: color-mix(in srgb, var(--st-text-color) 75%, var(--st-background-color)); }
a[aria-selected=true] { background: color-mix(in srgb, var(--st-primary-color) 14%, var(--st-background-color)); }
.said { margin: 0; padding: 1.6rem 1rem; text-align: center; }
[hidden] { display: none; }
@media (max-width: 640px) { dialog { margin-top: 1rem; max-height: calc(100dvh - 2rem); } .open kbd { display: none; } }
"""

_box = st.components.v2.component("carteira_everywhere", html=_HTML, css=_CSS, js=_JS)


@dataclass(frozen=True)
class Place:
    """A place of the navigation, and the address that leads there."""

    title: str
    icon: str
    address: str


@st.fragment
def box(places: Sequence[Place]) -> None:
    """Draw the button, and behind it the box; it draws itself anew with what it found."""
    who = viewer()
    asked: str | None = st.session_state.get(_ASKED)
    groups, said = answer(who, asked, places)
    _box(
        key=_KEY,
        on_asked_change=_asked,
        data={
            "asked": asked,
            "groups": groups,
            "said": said,
            "words": {
                "open": _("Search"),
                "title": _("Search contacts, segments, people and pages"),
                "found": _("Found"),
                "close": _("Close"),
                # The name of the key that is held down; on a Mac it is another one.
                "key": _("Ctrl K"),
            },
        },
    )
    # Only now: a run that is ended before it comes here leaves the question to the next one.
    st.session_state.pop(_ASKED, None)


def _asked() -> None:
    st.session_state[_ASKED] = st.session_state[_KEY].asked


def answer(who: Viewer, asked: str | None, places: Sequence[Place]) -> tuple[list[dict[str, Any]], str]:
    """Return what is listed for a text, in groups, and a sentence where that is nothing; all places for no text."""
    text = asked or ""
    try:
        found = search.everywhere(who, text)
    except Told as error:
        return [], error.message
    leading = [place for place in places if search.meant(text, [place.title])]
    groups = [
        _group(_("Contacts"), _contacts(found, text)),
        _group(_("Segments"), [_segment(one.id, one.name, active=one.active) for one in found.segments]),
        _group(_("People"), [_person(who, one) for one in found.people]),
        _group(_("Pages"), [_item(place.icon, place.title, place.address) for place in leading]),
    ]
    kept = [group for group in groups if group["items"]]
    return kept, "" if kept else _("Nothing is called that.")


def _group(title: str, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"title": title, "items": items}


def _item(icon: str, text: str, leads: str, note: str = "", **more: Any) -> dict[str, Any]:
    return {"icon": icon, "text": text, "leads": leads, "note": note, **more}


def _contacts(found: search.Found, text: str) -> list[dict[str, Any]]:
    items = []
    for one in found.contacts:
        reached = one.email or (phone_shown(one.phone) if one.phone else "")
        name = name_of(one.first_name, one.last_name, one.organization) or reached or _("No name")
        of = one.organization if one.first_name or one.last_name else None
        note = " · ".join(part for part in (of, reached if reached != name else None) if part)
        items.append(_item("person", name, f"/contact?{urlencode({'id': one.id})}", note))
    if found.matching.n > len(items) or found.matching.capped:
        n = found.matching.n
        shown = f"{number(n)}+" if found.matching.capped else number(n)
        all_of_them = ngettext("All {n} contact", "All {n} contacts", n).format(n=shown)
        items.append(_item("arrow_forward", all_of_them, f"/?{urlencode({'q': text})}", all=True))
    return items


def _segment(segment_id: int, name: str, *, active: bool) -> dict[str, Any]:
    off = "" if active else _("switched off")
    return _item("label", name, f"/?{urlencode({'segment': segment_id})}", off)


def _person(who: Viewer, one: search.Person) -> dict[str, Any]:
    """Lead whoever manages people to the person's line, and everybody else to the person's contacts."""
    if who.may(permissions.PEOPLE_MANAGE):
        return _item("group", one.name, f"/people?{urlencode({'find': one.email})}", one.email)
    theirs = compact({"all": [{"field": "responsible", "op": "in", "value": [one.email]}]})
    return _item("contacts", one.name, f"/?{urlencode({'filter': theirs})}", _("their contacts"))
