"""The drop zone: a file goes straight to the API with the session's cookie; Streamlit never holds it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from hooks.i18n import _, number
from services.settings import MB

# Reviewed first: a file that a program sends is carried out at once.
ADDRESS = "/api/v1/imports?review=1"

_HTML = """
<div class="zone">
  <input type="file" id="file">
  <label for="file"><strong class="call"></strong><span class="note"></span></label>
  <div class="going" hidden>
    <span class="name"></span>
    <progress max="1" value="0"></progress>
    <span class="share"></span>
    <button type="button" class="stop"></button>
  </div>
</div>
<p class="wrong" role="alert" hidden></p>
"""

_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const part = (name) => parentElement.querySelector(name)
  const zone = part(".zone"), input = part("input"), going = part(".going"), wrong = part(".wrong")
  part(".call").textContent = data.call
  part(".note").textContent = data.note
  part(".stop").textContent = data.stop
  part("progress").setAttribute("aria-label", data.sending)
  input.accept = data.accept.join(",")

  const say = (sentence) => { wrong.textContent = sentence; wrong.hidden = !sentence }
  const rest = () => { going.hidden = true; zone.classList.remove("busy"); input.value = "" }

  const send = (file) => {
    say("")
    if (file.size > data.most) { say(data.large); rest(); return }
    part(".name").textContent = file.name
    part("progress").value = 0
    part(".share").textContent = ""
    going.hidden = false
    zone.classList.add("busy")
    const request = new XMLHttpRequest()
    request.open("POST", data.address)
    request.setRequestHeader("Accept", "application/json")
    request.setRequestHeader("Accept-Language", data.locale)
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) { return }
      part("progress").value = event.loaded / event.total
      part(".share").textContent = Math.floor(100 * event.loaded / event.total) + " %"
    }
    request.onload = () => {
      let answer = {}
      try { answer = JSON.parse(request.responseText) } catch { answer = {} }
      rest()
      if (request.status === 202 && answer.id) { setTriggerValue("received", String(answer.id)) }
      else { say(answer.detail || answer.title || data.failed) }
    }
    request.onerror = () => { rest(); say(data.failed) }
    request.onabort = rest
    part(".stop").onclick = () => request.abort()
    const form = new FormData()
    form.append("review", "true")
    form.append("file", file, file.name)
    request.send(form)
  }

  input.onchange = () => { if (input.files.length) { send(input.files[0]) } }
  zone.ondragover = (event) => { event.preventDefault(); zone.classList.add("over") }
  zone.ondragleave = () => zone.classList.remove("over")
  zone.ondrop = (event) => {
    event.preventDefault()
    zone.classList.remove("over")
    if (event.dataTransfer.files.length === 1) { send(event.dataTransfer.files[0]) }
    else { say(data.one) }
  }
}
"""

_CSS = """
.zone { position: relative; border: 1.5px dashed color-mix(in srgb, var(--st-text-color) 30%, transparent);
  border-radius: var(--st-base-radius); background: var(--st-secondary-background-color); }
.zone.over, .zone:hover { border-color: var(--st-primary-color); }
.zone.over { background: color-mix(in srgb, var(--st-primary-color) 8%, var(--st-background-color)); }
.zone:focus-within { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; }
label { display: flex; flex-direction: column; gap: 0.2rem; align-items: center; text-align: center;
  padding: 1.9rem 1rem; pointer-events: none; }
.call { font-weight: 600; font-size: 1.05rem; color: var(--st-text-color); }
.note { font-size: 0.875rem; opacity: 0.8; }
.going { position: absolute; inset: 0; display: flex; gap: 0.8rem; align-items: center; padding: 0 1.25rem;
  background: var(--st-secondary-background-color); border-radius: inherit; }
.going[hidden] { display: none; }
.name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 40%; }
.share { min-width: 3.2rem; text-align: right; font-variant-numeric: tabular-nums; }
progress { flex: 1; height: 0.5rem; accent-color: var(--st-primary-color); }
button { font: inherit; color: inherit; background: none; cursor: pointer; padding: 0.25rem 0.7rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); position: relative; }
.wrong { margin: 0.6rem 0 0; padding: 0.6rem 0.9rem; border-radius: var(--st-base-radius);
  color: var(--st-red-text-color); background: var(--st-red-background-color); }
"""

_zone = st.components.v2.component("carteira_upload", html=_HTML, css=_CSS, js=_JS)


def drop_zone(locale: str, most_mb: int, endings: Sequence[str], key: str) -> int | None:
    """Draw the zone; return the id of an import in the run that follows its arrival."""
    found: Any = _zone(
        key=key,
        on_received_change=lambda: None,
        data={
            "address": ADDRESS,
            "locale": locale.replace("_", "-"),
            "most": most_mb * MB,
            "accept": [f".{ending}" for ending in endings],
            "call": _("Drop a CSV file, a workbook or a vCard here, or choose one"),
            "note": _("Up to {mb} MB. Nothing is written before you have seen what would happen.").format(
                mb=number(most_mb)
            ),
            "sending": _("Sending the file"),
            "stop": _("Cancel"),
            "one": _("One file at a time, please."),
            "large": _("This file is larger than {mb} MB.").format(mb=number(most_mb)),
            "failed": _("The file did not arrive. Check the connection and try again."),
        },
    )
    return int(found.received) if found.received else None
