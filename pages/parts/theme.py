"""The switch between light, dark and the system's own: Streamlit's setting, since its own menu is off."""

import streamlit as st

from hooks.i18n import _

# Where Streamlit's front end keeps the choice: one entry for each address that a window was opened at.
_PATHS = ("/", "/segments", "/imports", "/exports", "/contact")

_JS = """
export default function ({ parentElement, data }) {
  const kept = (path) => `stActiveTheme-${path}-v2`
  const root = parentElement.querySelector("[role=radiogroup]")
  const chosen = JSON.parse(localStorage.getItem(kept(location.pathname)) || '"System"')
  root.setAttribute("aria-label", data.label)
  root.replaceChildren(...data.choices.map(([value, text]) => {
    const choice = document.createElement("button")
    choice.type = "button"
    choice.setAttribute("role", "radio")
    choice.setAttribute("aria-checked", String(value === chosen))
    choice.textContent = text
    choice.onclick = () => {
      new Set([...data.paths, location.pathname]).forEach((path) =>
        value === "System"
          ? localStorage.removeItem(kept(path))
          : localStorage.setItem(kept(path), JSON.stringify(value)))
      location.reload()
    }
    return choice
  }))
  parentElement.querySelector("label").textContent = data.label
}
"""

_CSS = """
label { display: block; font-size: 0.875rem; margin-bottom: 0.35rem; }
[role=radiogroup] { display: flex; border: 1px solid var(--st-widget-border-color, var(--st-border-color));
  border-radius: var(--st-button-radius); overflow: hidden; }
button { flex: 1; font: inherit; font-size: 0.875rem; padding: 0.4rem 0.5rem; border: 0; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color); }
button + button { border-left: 1px solid var(--st-border-color); }
button:hover { background: var(--st-secondary-background-color); }
button[aria-checked=true] { font-weight: 600; color: var(--st-primary-color);
  background: color-mix(in srgb, var(--st-primary-color) 10%, var(--st-background-color)); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
"""

_switch = st.components.v2.component(
    "carteira_theme", html='<label></label>\n<div role="radiogroup"></div>', css=_CSS, js=_JS
)


def switch(key: str) -> None:
    """Draw the three choices; choosing one loads the page anew."""
    _switch(
        key=key,
        data={
            "label": _("Appearance"),
            "paths": list(_PATHS),
            "choices": [["System", _("System")], ["Light", _("Light")], ["Dark", _("Dark")]],
        },
    )
