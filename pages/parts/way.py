"""The way through the pages in the browser: a step forward by our own links, and Back as often and fast as one likes.

Streamlit pushes the address of the page that a run has drawn as soon as that run begins to answer. Where the person
went Back meanwhile, the push leads forward to the page just left, and whatever was ahead is lost. So a step that comes
while a run is under way is told to Streamlit when that run is over, and what the run pushes until then is dropped.
"""

JS = """
const PATIENCE = 4000    // a run that takes longer is ended by the step, as by a click
const UNDER_WAY = 1500   // until a run that was asked for shows that it began
const LOOK = 20

const keepWay = () => {
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history)
  const app = document.querySelector('[data-testid="stApp"]')
  const runs = () => app.dataset.testScriptState !== "notRunning"
  let held = 0        // since when a step waits
  let asked = 0       // when Streamlit was told of a step, until the run for it has begun
  let told = false    // while it is told of one
  new MutationObserver(() => { if (runs()) { asked = 0 } })
    .observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] })
  const busy = () => runs() || performance.now() - asked < UNDER_WAY && asked
  const step = () => dispatchEvent(new PopStateEvent("popstate", { state: {} }))
  const wait = () => {
    if (busy() && performance.now() - held < PATIENCE) { setTimeout(wait, LOOK); return }
    held = 0
    told = true
    step()
    told = false
  }
  history.pushState = (...where) => { if (!held) { push(...where) } }
  history.replaceState = (...where) => { if (!held) { replace(...where) } }
  addEventListener("popstate", (event) => {
    if (told || !held && !busy()) { asked = performance.now(); return }
    event.stopImmediatePropagation()
    if (!held) { held = performance.now(); wait() }
  }, true)
  window.carteiraLead = (address) => { push({}, "", address); step() }
}
"""
