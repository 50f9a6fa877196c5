"""What the tests of pages do again and again: wait, look into the grid, ask axe."""

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page


def settled(page: "Page") -> None:
    """Wait until the script has ended."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def grid(page: "Page", key: str = "contacts-grid") -> "FrameLocator":
    """Return the grid of a list, with its rows drawn."""
    found = page.frame_locator(f".st-key-{key} iframe")
    found.locator(".ag-row[row-index='0']").wait_for()
    return found


def tick(rows: "FrameLocator", *places: int) -> None:
    """Tick rows by their place, as fast as a script can."""
    for place in places:
        rows.locator(f".ag-row[row-index='{place}'] .ag-selection-checkbox").click()


def names(rows: "FrameLocator") -> list[str]:
    """Return the names that are drawn, from the top: the grid keeps its rows in no order of their own."""
    drawn = rows.locator(".ag-row:has(.is-opens)").all()
    by_place = {
        int(row.get_attribute("row-index") or 0): row.locator(".is-opens a").inner_text() for row in drawn
    }
    return [name for _place, name in sorted(by_place.items())]


# What fades in or is about to be drawn anew is pale for a moment; a spinner turns for ever.
_STILL = """() => !document.querySelector('[data-stale="true"]') && document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity)"""


def violations(page: "Page", *, frames: bool = True) -> list[str]:
    """Return what axe finds serious or critical in the page, and in its frames, a line each."""
    page.wait_for_function(_STILL)
    found: list[dict[str, Any]] = []
    for frame in page.frames if frames else page.frames[:1]:
        frame.evaluate(AXE_SCRIPT)
        found += frame.evaluate("axe.run(document, {iframes: false, resultTypes: ['violations']})")[
            "violations"
        ]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
