"""One's own account, reached from the menu at the sidebar's foot."""

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import ADMIN_PASSWORD, Server, sign_in, window
from tests.browser.screens import settled, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NEW_PASSWORD = "another long enough one"


def opened(page: "Page", part: str) -> None:
    """Go to a part of the account by the person's menu."""
    page.locator(".st-key-frame-person button").first.click()
    page.get_by_role("link", name=part).click()
    page.get_by_role("heading", name="Account").wait_for()
    settled(page)


def test_tokens_are_shown_once_and_refused_once_they_ended(server: Server, page: "Page") -> None:
    sign_in(page, server)
    opened(page, "Tokens")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a token").click()
    dialog.get_by_text("between 1 and 200").wait_for()
    dialog.get_by_label("Name").fill("Night sync")
    dialog.get_by_role("button", name="Make a token").click()
    secret = dialog.locator("code").inner_text()
    assert violations(page, frames=False) == []
    asked = urllib.request.Request(f"{server.url}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    with urllib.request.urlopen(asked) as answer:
        assert json.load(answer)["email"] == server.email
    page.keyboard.press("Escape")
    page.get_by_text("Night sync").wait_for()
    assert secret not in page.content()
    page.locator("[class*=st-key-token-end-] button").click()
    dialog.get_by_role("button", name="End token").click()
    page.get_by_text("Night sync has ended").wait_for()
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(asked)


def test_other_sessions_end_and_this_one_stays(browser: "Browser", server: Server, page: "Page") -> None:
    sign_in(page, server)
    with window(browser, server, width=390, height=844) as other:
        sign_in(other, server)
        other.goto("/account?tab=security")
        other.get_by_role("heading", name="Where you are signed in").wait_for()
        settled(other)
        assert violations(other, frames=False) == []
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        opened(page, "Password and sessions")
        assert page.get_by_text("Chrome on Linux").count() >= 2
        page.get_by_role("button", name="End all others").click()
        page.get_by_role("dialog").get_by_role("button", name="End all others").click()
        page.get_by_text("nowhere else").wait_for()
        assert page.get_by_text("Chrome on Linux").count() == 1
        other.goto("/")
        other.wait_for_url("**/login**")
    page.get_by_label("Current password").fill(ADMIN_PASSWORD)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password is changed").wait_for()
    with window(browser, server) as again:
        sign_in(again, server, password=NEW_PASSWORD)
