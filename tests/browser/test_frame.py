"""What stands around every page: search everywhere, the bell, and the way back."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in, window
from tests.browser.conftest import CONTACTS
from tests.browser.screens import grid, names, settled, violations
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow


@pytest.fixture
def listed(browser: "Browser", demo: Server) -> Iterator["Page"]:
    """The list of contacts, in a window of its own."""
    with window(browser, demo) as page:
        sign_in(page, demo)
        grid(page)
        yield page


def test_everything_is_found_from_everywhere_by_the_keyboard_alone(listed: "Page") -> None:
    first = names(grid(listed))[0]
    # In the grid's own document, too, the keys are heard.
    grid(listed).locator(".ag-row[row-index='0'] .is-opens").focus()
    listed.keyboard.press("Control+k")
    box = listed.get_by_role("dialog", name="Search contacts")
    field = box.get_by_role("combobox")
    until(lambda: box.get_by_role("option", name="Imports").is_visible())
    assert violations(listed, frames=False) == []
    # Streamlit has keys of its own for r and c, and / leads to the list's search.
    listed.keyboard.type("rc/", delay=30)
    assert field.input_value() == "rc/"
    field.fill(first)
    box.get_by_role("option", name=first).wait_for()
    assert box.get_by_role("option", selected=True).inner_text().count(first) == 1
    listed.keyboard.press("Enter")
    listed.wait_for_url("**/contact?id=*")
    listed.get_by_role("heading", name=first).wait_for()
    listed.go_back()
    grid(listed)

    listed.keyboard.press("Control+k")
    field.fill("example.com")
    box.get_by_text("All 2").or_(box.get_by_text("All 3")).wait_for()
    listed.keyboard.press("ArrowUp")
    assert "@example.com" in box.get_by_role("option").last.inner_text()
    assert box.get_by_role("option").last.get_attribute("aria-selected") == "true"
    field.fill("zzzzzz qqqq")
    box.get_by_text("Nothing is called that.").wait_for()
    listed.keyboard.press("Escape")
    until(lambda: not box.is_visible())
    # Who types a name and Enter in one go means the first that will be found.
    listed.keyboard.press("Control+k")
    listed.keyboard.type("roles")
    listed.keyboard.press("Enter")
    listed.wait_for_url("**/people?tab=roles")


def test_all_that_is_found_opens_as_a_list(listed: "Page") -> None:
    listed.get_by_test_id("stSidebar").get_by_role("button", name="Search").click()
    box = listed.get_by_role("dialog", name="Search contacts")
    box.get_by_role("combobox").fill("example.com")
    box.get_by_role("option", name=re.compile("^All .* contacts")).click()
    listed.wait_for_url("**q=example.com*")
    until(lambda: listed.locator(".st-key-contacts-search input").input_value() == "example.com")


def test_a_notice_leads_to_its_thing_and_is_read_by_that(browser: "Browser", demo: Server) -> None:
    with window(browser, demo, theme="dark") as page:
        sign_in(page, demo)
        grid(page)
        page.get_by_role("button", name=f"Export all {CONTACTS}").click()
        page.get_by_role("dialog").get_by_role("button", name=re.compile("Export")).last.click()
        unread = page.locator(".st-key-frame-bell-line .unread")
        page.wait_for_timeout(1000)
        page.keyboard.press("Escape")
        unread.wait_for(timeout=40_000)
        page.locator(".st-key-frame-bell button").click()
        told = page.get_by_role("button", name="An export of")
        told.wait_for()
        assert violations(page, frames=False) == []
        told.click()
        page.wait_for_url("**/exports")
        page.get_by_role("heading", name="Exports").wait_for()
        until(lambda: unread.count() == 0)


def test_every_step_stands_in_the_address_and_back_takes_it_back(listed: "Page") -> None:
    sidebar = listed.get_by_test_id("stSidebar")
    main = listed.get_by_test_id("stMain")
    first = names(grid(listed))[0]

    def choose(part: str) -> Callable[[], None]:
        return lambda: main.get_by_role("radio", name=part, exact=True).click()

    def place(name: str) -> Callable[[], None]:
        return lambda: sidebar.get_by_role("link", name=name, exact=True).click()

    # What is done, where it leads, and what is seen there.
    steps: list[tuple[Callable[[], None], str, Locator]] = [
        (lambda: listed.locator(".st-key-contacts-search input").fill(first), "q=", main.get_by_text("1 contact")),
        (place("Segments"), "/segments", main.get_by_role("heading", name="Segments")),
        (choose("Tags"), "tab=tags", main.get_by_role("button", name="Tag", exact=True)),
        (place("Imports"), "/imports", main.get_by_role("heading", name="Imports")),
        (place("Exports"), "/exports", main.get_by_role("heading", name="Exports")),
        (place("Bin"), "/bin", main.get_by_role("heading", name="Bin")),
        (place("People"), "/people", main.get_by_role("button", name="Person", exact=True)),
        (lambda: main.get_by_label("Find by name").fill("admin"), "find=admin", main.get_by_text("admin@example.com")),
        (choose("Teams"), "tab=teams", main.get_by_role("button", name="Team", exact=True)),
        (choose("Roles"), "tab=roles", main.get_by_role("button", name="Role", exact=True)),
        (place("Activity"), "/activity", main.get_by_role("heading", name="Activity")),
    ]  # fmt: skip
    begun = listed.url
    led = []
    for does, address, seen in steps:
        does()
        listed.wait_for_url(lambda url, address=address: address in url)
        seen.first.wait_for()
        settled(listed)
        led.append(listed.url)
    assert len(set(led)) == len(steps)
    # Four times Back, faster than any page is drawn.
    for _ in range(4):
        listed.go_back()
    fifth_last = len(steps) - 5
    listed.wait_for_url(led[fifth_last])
    steps[fifth_last][2].first.wait_for()
    settled(listed)
    for place_before in range(fifth_last - 1, -1, -1):
        listed.go_back()
        listed.wait_for_url(led[place_before])
        steps[place_before][2].first.wait_for()
        settled(listed)
    listed.go_back()
    listed.wait_for_url(begun)
    listed.get_by_text(f"{CONTACTS} contacts").first.wait_for()
    # Whoever is sent such an address sees the same.
    for (_does, _address, seen), url in zip(steps, led, strict=True):
        if "?" in url:
            listed.goto(url)
            seen.first.wait_for()
