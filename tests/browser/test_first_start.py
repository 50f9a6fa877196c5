"""A new person's first minute: the address on the console, the form, the frame."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, serving, sign_in, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


def test_the_set_up_link_makes_the_first_administrator_and_is_dead_afterwards(
    browser: "Browser", tmp_path: Path
) -> None:
    with serving(tmp_path, CARTEIRA_ADMIN_EMAIL="", CARTEIRA_ADMIN_PASSWORD="") as served:
        link = re.search(r"http://\S+/setup\?token=\S+", served.log.read_text())
        assert link is not None
        path = "/setup?token=" + link[0].partition("token=")[2]
        with window(browser, served) as page:
            page.goto(path)
            for field in page.locator("form input:not([type=hidden])").all():
                kind = field.get_attribute("type") or "text"
                field.fill({"email": served.email, "password": served.password}.get(kind, "Ana Souza"))
            page.locator("form input:not([type=hidden])").last.press("Enter")
            page.locator("[data-testid=stApp]").wait_for()
        with window(browser, served) as page:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 404
            assert page.locator("form").count() == 0


def test_a_deep_link_in_a_fresh_process_asks_for_a_sign_in_and_leads_back(
    page: "Page", server: Server
) -> None:
    page.goto("/segments?x=1")
    assert "/login?next=" in page.url
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("input[name=password]").press("Enter")
    page.locator("[data-testid=stApp]").wait_for()
    assert page.url.startswith(f"{server.url}/segments")


def test_the_frame_shows_nothing_of_streamlits_own(page: "Page", server: Server) -> None:
    sign_in(page, server)
    page.locator("[data-testid=stSidebar]").wait_for()
    for part in ("stMainMenu", "stAppDeployButton", "stStatusWidget", "stDecoration"):
        assert page.locator(f"[data-testid={part}]").count() == 0


@pytest.mark.parametrize(
    ("theme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 25, 27)")]
)
def test_the_theme_is_the_one_that_the_browser_asks_for(
    browser: "Browser", server: Server, theme: str, background: str
) -> None:
    with window(browser, server, theme=theme) as page:
        sign_in(page, server)
        # The look comes with the first message of the script, after the page has drawn itself once.
        page.wait_for_function(
            "wanted => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === wanted",
            arg=background,
        )


def test_no_page_asks_another_host_for_anything(page: "Page", server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, server)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []
