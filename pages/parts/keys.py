"""The keyboard in a form that opens in place: its first field has the focus, Escape closes it, and the pencil that
opened it has the focus again.
"""

import streamlit as st

_JS = """
const PATIENCE = 5000  // milliseconds: on a busy machine a form is drawn some time after this

// Look at each frame until something is there, unless another form has opened or closed since.
function once(selector, then, mark = window.carteiraForm, until = performance.now() + PATIENCE) {
  if (mark !== window.carteiraForm) { return }
  const found = document.querySelector(selector)
  if (found) { then(found) }
  else if (performance.now() < until) { requestAnimationFrame(() => once(selector, then, mark, until)) }
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
