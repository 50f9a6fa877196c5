"""The keyboard in a form that opens in place: its first field has the focus, Escape closes it, and the pencil that
opened it has the focus again.
"""

import streamlit as st

_JS = """
const PATIENCE = 40  // looks at the page, one a frame: the form may be drawn after this

function once(selector, then, looks = PATIENCE) {
  const found = document.querySelector(selector)
  if (found) { then(found) } else if (looks) { requestAnimationFrame(() => once(selector, then, looks - 1)) }
}

export default function ({ data }) {
  if (window.carteiraForm === data.mark) { return }
  const first = window.carteiraForm === undefined && !data.opened
  window.carteiraForm = data.mark
  if (data.opened) {
    once(`${data.opened} :is(input, textarea)`, (field) => field.focus())
    once(data.opened, (form) => {
      form.addEventListener("keydown", (event) => {
        const busy = event.defaultPrevented || event.target.getAttribute("aria-expanded") === "true"
        if (event.key === "Escape" && !busy) { form.querySelector(data.cancel)?.click() }
      })
    })
  } else if (!first && data.closed) {
    once(data.closed, (pencil) => pencil.focus())
  }
}
"""

_keys = st.components.v2.component("carteira_form_keys", js=_JS)


def listen(mark: str, *, opened: str | None, closed: str | None, cancel: str) -> None:
    """Tell the browser which form is open, or which pencil the last one was opened by, as CSS selectors.

    `mark` is new whenever one opens or closes; `cancel` finds the button within the form.
    """
    _keys(
        key="form-keys",
        data={"mark": mark, "opened": opened, "closed": closed, "cancel": cancel},
        height=0,
    )
