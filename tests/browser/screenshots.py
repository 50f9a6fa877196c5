"""`make screenshots`: every page with demonstration data, in both themes, into docs/images/. Look at them.

Named so that `make test` does not collect it; what it takes pictures of is tested beside it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, serving, sign_in, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
CONTACTS = "2000"
PAGES = {"contacts": "/", "contact": "/contact?id=7", "segments": "/segments", "imports": "/imports"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira with demonstration data."""
    with serving(tmp_path_factory.mktemp("shown")) as served:
        served.carteira("demo", "--contacts", CONTACTS)
        IMAGES.mkdir(exist_ok=True)
        yield served


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_desk(browser: "Browser", shown: Server, theme: str) -> None:
    with window(browser, shown, theme=theme) as page:
        page.goto("/login")
        page.screenshot(path=IMAGES / f"login-{theme}.png")
        sign_in(page, shown)
        for name, path in PAGES.items():
            picture(page, path, f"{name}-{theme}.png")


@pytest.mark.parametrize("locale", ["pt-BR", "fr-FR"])
def test_languages(browser: "Browser", shown: Server, locale: str) -> None:
    with window(browser, shown, locale=locale) as page:
        sign_in(page, shown)
        picture(page, "/", f"contacts-{locale}.png")
        picture(page, "/imports", f"imports-{locale}.png")


def test_phone(browser: "Browser", shown: Server) -> None:
    with window(browser, shown, width=390, height=844) as page:
        sign_in(page, shown)
        for name, path in PAGES.items():
            picture(page, path, f"{name}-phone.png")


def picture(page: "Page", path: str, name: str) -> None:
    """Open a page, wait until it has drawn itself, and keep what is seen."""
    page.goto(path)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    # The grid lives in a frame of its own, which draws after the script has ended.
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    assert page.locator("[data-testid=stException]").count() == 0, f"{path} failed"
    page.screenshot(path=IMAGES / name)
