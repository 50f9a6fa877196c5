"""Many contacts at once and the way back, and one segment's page, as a browser shows them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import serving, sign_in, window
from tests.browser.screens import grid, settled, tick, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture
def own(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator["Page"]:
    """A window onto a Carteira that nobody else looks at."""
    with serving(tmp_path_factory.mktemp("segments")) as server:
        server.carteira("demo", "--contacts", "60")
        with window(browser, server) as page:
            sign_in(page, server)
            yield page


def test_what_was_done_with_many_is_undone_from_where_it_is_said(own: "Page") -> None:
    tick(grid(own), 0, 1, 2)
    own.get_by_text("3 picked").wait_for()
    own.get_by_role("button", name="Add 3 to segment").click()
    own.locator(".st-key-bulk-add-name input").fill("Harvest 2027")
    own.locator(".st-key-bulk-add-name input").press("Enter")
    own.get_by_role("button", name="Make Harvest 2027 and add 3").click()
    own.get_by_text("3 contacts added to Harvest 2027.").wait_for()
    own.locator(".st-key-undo-offer-yes button").click()
    own.get_by_text("Undone for 3 contacts.").wait_for()
    own.goto("/segments")
    own.get_by_role("button", name="Harvest 2027", exact=True).click()
    own.get_by_text("3 joined and 3 left").wait_for()
    settled(own)
    assert own.get_by_test_id("stAlert").count() == 0
    assert violations(own) == []
    own.go_back()
    own.get_by_role("heading", name="Segments").wait_for()
    own.get_by_role("link", name="Bulk actions").click()
    own.get_by_text("3 contacts added to Harvest 2027").wait_for()
    settled(own)
    assert violations(own) == []
