"""How pages look and feel: both themes, a phone, a screen reader."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in, window
from tests.browser.screens import grid, settled, tick, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
PAGES = (
    "/", "/?contact=7", "/contact?id=7", "/segments", "/segments?tab=tags", "/imports", "/exports", "/people",
    "/people?tab=teams", "/people?tab=roles", "/activity", "/bin", "/bin?tab=segments", "/segments?id=3", "/actions",
    "/account", "/account?tab=security", "/account?tab=tokens",
)  # fmt: skip


def go(page: "Page", path: str) -> None:
    page.goto(path)
    page.locator("[data-testid=stSidebarUserContent], [data-testid=stExpandSidebarButton]").first.wait_for()
    settled(page)
    if path in ("/", "/?contact=7"):
        grid(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(browser: "Browser", demo: Server, theme: str) -> None:
    with window(browser, demo, theme=theme) as page:
        sign_in(page, demo)
        for path in PAGES:
            go(page, path)
            page.wait_for_timeout(600)
            assert violations(page) == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(browser: "Browser", demo: Server, theme: str) -> None:
    with window(browser, demo, theme=theme) as page:
        sign_in(page, demo)
        go(page, "/")
        tick(grid(page), 0)
        for name in ("Filter", "Columns", "Add 1 to segment", "Export 1"):
            page.get_by_role("button", name=name).click()
            page.wait_for_timeout(900)
            assert violations(page, frames=False) == [], name
            page.keyboard.press("Escape")
        go(page, "/contact?id=7")
        page.get_by_role("button", name="Edit: Contact details").click()
        page.get_by_role("button", name="Save").wait_for()
        page.wait_for_timeout(600)
        assert violations(page, frames=False) == [], "the form of a contact"
        page.keyboard.press("Escape")
        page.locator(".st-key-frame-person button").click()
        page.get_by_role("radio", name="Dark").wait_for()
        page.wait_for_timeout(600)
        assert violations(page, frames=False) == [], "the person's menu"
        go(page, "/segments")
        page.get_by_role("button", name="More about").first.click()
        page.get_by_role("menuitem", name="Edit").click()
        page.get_by_role("button", name="Save").wait_for()
        page.wait_for_timeout(600)
        assert violations(page, frames=False) == [], "the form of a segment"


def test_on_a_phone_the_menu_closes_once_a_place_is_chosen(browser: "Browser", demo: Server) -> None:
    with window(browser, demo, width=390, height=844) as page:
        sign_in(page, demo)
        go(page, "/")
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Segments").click()
        page.get_by_role("heading", name="Segments").wait_for()
        page.get_by_test_id("stExpandSidebarButton").wait_for()
        page.reload()
        page.get_by_test_id("stExpandSidebarButton").wait_for()


def test_back_after_sign_out_shows_no_page(browser: "Browser", demo: Server) -> None:
    with window(browser, demo) as page:
        sign_in(page, demo)
        go(page, "/segments")
        page.get_by_role("button", name="admin").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login")
        page.go_back()
        page.wait_for_url("**/login?next=**")
        page.get_by_role("button", name="Sign in").wait_for()


def test_a_phone_needs_no_sideways_scrolling(browser: "Browser", demo: Server) -> None:
    with window(browser, demo, width=390, height=844) as page:
        sign_in(page, demo)
        for path in PAGES:
            go(page, path)
            wide = page.locator("[data-testid=stMain]").evaluate(
                "main => main.scrollWidth - main.clientWidth"
            )
            assert wide <= 0, path


def test_the_appearance_that_a_person_chooses_holds_on_every_page(browser: "Browser", demo: Server) -> None:
    with window(browser, demo) as page:
        sign_in(page, demo)
        go(page, "/segments")
        page.locator(".st-key-frame-person button").click()
        page.get_by_role("radio", name="Dark").click()
        page.wait_for_function(
            "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === 'dark'"
        )
        for path in ("/segments", "/"):
            go(page, path)
            shown = page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).colorScheme")
            assert shown == "dark", path


def test_the_grid_has_a_name_and_says_what_its_boxes_do(browser: "Browser", demo: Server) -> None:
    with window(browser, demo, locale="pt-BR") as page:
        sign_in(page, demo)
        rows = grid(page)
        root = rows.locator("[role=grid], [role=treegrid]").first
        assert root.get_attribute("aria-label")
        assert page.locator(".st-key-contacts-grid iframe").get_attribute("title") == root.get_attribute(
            "aria-label"
        )
        assert rows.locator("[aria-label*='Press Space']").count() == 0
