"""The review of an import: a kept mapping, a second opinion, a row in full, and what changed meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, serving, sign_in, window
from tests.browser.screens import settled, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
HEADER = "Country Code,First Name,Last Name,Email,Organization,External ID\n"
BEFORE = HEADER + "".join(f"BR,Ana{n},Souza,ana{n}@example.com,Acme,x{n}\n" for n in range(10))
AFTER = HEADER + "".join(f"BR,Ana{n},Souza,ana{n}@example.com,Bolt,x{n}\n" for n in range(4))


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Carteira without contacts."""
    with serving(tmp_path_factory.mktemp("review")) as server:
        yield server


def test_a_row_whose_contact_changed_after_the_review_is_named_and_left(
    browser: "Browser", served: Server, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(BEFORE)
    second.write_text(AFTER)
    with window(browser, served) as page:
        sign_in(page, served)
        load(page, first)
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("button", name="Bring in 10 contacts").click()
        page.get_by_text("Every row of the file").wait_for()
        load(page, second)
        keep_mapping(page)
        page.get_by_role("button", name="Check the file").click()
        page.get_by_text("4 rows, where the last file").wait_for()
        look_at_a_row(page)
        (served.data_dir / "meanwhile.csv").write_text("External ID,City\nx2,Recife\n")
        served.carteira("import", "meanwhile.csv")
        page.get_by_role("button", name="Bring in 4 contacts").click()
        page.get_by_text("Done, but 1 row was rejected").wait_for()
        rows = page.frame_locator(".st-key-import-grid iframe")
        rows.get_by_text("The contact was changed after the review (City)").wait_for()


def load(page: "Page", file: Path) -> None:
    page.goto("/imports")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").wait_for()


def keep_mapping(page: "Page") -> None:
    page.get_by_role("button", name="Keep this mapping").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Fleet")
    page.get_by_role("dialog").get_by_label("Name").press("Tab")
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    page.get_by_text("Fleet was kept").wait_for()


def look_at_a_row(page: "Page") -> None:
    rows = page.frame_locator(".st-key-import-grid iframe").locator(".ag-row")
    rows.nth(2).locator("[col-id=who]").click()
    shown = page.get_by_role("dialog")
    shown.get_by_text("Bolt", exact=True).wait_for()
    assert "row=3" in page.url
    settled(page)
    assert violations(page) == []
    page.keyboard.press("Escape")
    shown.wait_for(state="hidden")
    page.wait_for_url(lambda url: "row=3" not in url)
