"""From the click on "Next page" to the painted page, in Chromium, against a Carteira that is really served.

Both ends are taken inside the browser: the click when the document hears of it, the paint two animation frames
after the first and the last row of the grid have changed.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.bases import Base, copied
from bench.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

NEXT = "Next page"
_WARM = 3

_HEAR_THE_CLICK = """
document.addEventListener("click", () => {
    window.clickedAt = performance.timeOrigin + performance.now();
}, {capture: true});
"""

# Rows are told apart by their text; AG Grid keeps them in document order of their making, not of the page.
_WAIT_FOR_THE_PAINT = """
() => {
    const rows = () => {
        const all = [...document.querySelectorAll(".ag-center-cols-container .ag-row")];
        const at = (row) => Number(row.getAttribute("row-index"));
        const sorted = all.sort((one, other) => at(one) - at(other));
        return sorted.length ? [sorted[0].innerText, sorted[sorted.length - 1].innerText] : ["", ""];
    };
    const before = rows();
    window.painted = new Promise((resolve) => {
        const look = () => {
            const now = rows();
            if (now[0] && now[0] !== before[0] && now[1] !== before[1]) {
                requestAnimationFrame(() => requestAnimationFrame(
                    () => resolve(performance.timeOrigin + performance.now())
                ));
            } else {
                requestAnimationFrame(look);
            }
        };
        requestAnimationFrame(look);
    });
}
"""


def measure(base: Base, root: Path, server: Server | None, turns: int = 30) -> dict[str, Any]:
    """Return the milliseconds of so many page turns at a served copy of `base`, and their median."""
    with browsing(base, root, server) as page:
        return told(_turns(page, turns))


def told(milliseconds: Sequence[float]) -> dict[str, Any]:
    """Return single figures with their median."""
    return {"ms": [round(one, 1) for one in milliseconds], "median_ms": round(median(milliseconds), 1)}


@contextmanager
def browsing(base: Base, root: Path, server: Server | None) -> Iterator["Page"]:
    """Lend a window of Chromium onto a served copy of `base`, signed in as its administrator."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import ARGUMENTS, NAMES, serving, sign_in, window

    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise FileNotFoundError("Chromium is missing: apt-get install --no-install-recommends chromium")
    with copied(base, root, server) as copy, sync_playwright() as playwright:
        surroundings = {"CARTEIRA_DATA_DIR": str(copy.data_dir), "CARTEIRA_DATABASE__URL": copy.url}
        with serving(copy.data_dir, **surroundings) as served:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, headless=True)
            try:
                with window(chromium, served) as page:
                    sign_in(page, served)
                    yield page
            finally:
                chromium.close()


def _turns(page: "Page", turns: int) -> list[float]:
    following = page.get_by_role("button", name=NEXT)
    following.wait_for(timeout=60_000)
    grid = _grid(page)
    page.evaluate(_HEAR_THE_CLICK)
    found = []
    for _turn in range(_WARM + turns):
        grid.evaluate(_WAIT_FOR_THE_PAINT)
        following.click()
        painted = grid.evaluate("() => window.painted")
        found.append(painted - page.evaluate("() => window.clickedAt"))
        # The rest of the page may still be drawing itself.
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    return found[_WARM:]


def _grid(page: "Page") -> "Frame":
    """Return the frame that holds the grid's rows."""
    for _look in range(200):
        for frame in page.frames:
            if frame.locator(".ag-center-cols-container .ag-row").count():
                return frame
        page.wait_for_timeout(100)
    raise AssertionError("the page has no grid with rows")
