"""A person who uses no pointer: to a page, into a dialog, through its fields, and out again."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in
from tests.browser.screens import settled
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

# What has the focus, in a component's own part of the page too: what it is called, and whether that can be seen.
FOCUSED = """() => {
  let one = document.activeElement
  while (one?.shadowRoot?.activeElement) { one = one.shadowRoot.activeElement }
  if (!one || one === document.body) { return ["", true] }
  const labelled = one.labels?.[0]?.innerText
  const style = getComputedStyle(one), around = getComputedStyle(one.closest("[data-testid$=RootElement]") ?? one)
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none" || around.borderColor !== "" ||
    around.boxShadow !== "none"
  // The page itself has the focus once, so that the arrows scroll it; all that it says is not its name.
  const named = one.getAttribute("aria-label") || labelled || (one.matches("main, section") ? "" : one.innerText)
  return [named || one.tagName, seen]
}"""
MOST = 60


def tab_to(page: "Page", name: str, key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus; whatever has it on the way can be seen to have it."""
    for _press in range(MOST):
        called, seen = page.evaluate(FOCUSED)
        assert seen, f"nobody sees that {called} has the focus"
        # An icon is a word of its font, on a line of its own.
        if name in [line.strip() for line in called.split("\n")]:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached")


def test_a_person_is_added_without_a_pointer(page: "Page", server: Server) -> None:
    sign_in(page, server)
    settled(page)
    tab_to(page, "People")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="People").wait_for()
    settled(page)
    tab_to(page, "Person")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").wait_for()
    tab_to(page, "Name")
    page.keyboard.type("Zoé")
    tab_to(page, "E-mail")
    page.keyboard.type("zoe@example.com")
    tab_to(page, "Role")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "Add person")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Make a link").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("zoe@example.com").first.wait_for()


def test_the_persons_menu_opens_and_closes_without_a_pointer(page: "Page", server: Server) -> None:
    sign_in(page, server)
    settled(page)
    tab_to(page, "admin")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Dark").wait_for()
    tab_to(page, "Profile")
    tab_to(page, "Sign out")
    page.keyboard.press("Tab")
    assert "admin" in page.evaluate(FOCUSED)[0]
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    until(lambda: not page.get_by_role("radio", name="Dark").is_visible())
    assert "admin" in page.evaluate(FOCUSED)[0]
