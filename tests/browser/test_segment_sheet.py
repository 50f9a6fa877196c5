"""Segments by sheet, the whole way: out, changed, in again, with who gains and who loses before it is done."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, serving, sign_in, window
from tests.browser.screens import settled, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
CONTACTS = """Country,First Name,Last Name,Email,Segments
BR,Ana,Souza,ana@exemplo.com.br,Norte
BR,Bia,Reis,bia@exemplo.com.br,Norte
"""


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Carteira with a label on two contacts, and a person who sees them as everybody does."""
    with serving(tmp_path_factory.mktemp("sheet")) as server:
        server.carteira("team", "add", "North")
        server.carteira(
            "user", "add", "rui@example.com", "--name", "Rui", "--role", "advisor", "--team", "North"
        )
        server.carteira("user", "add", "eva@example.com", "--name", "Eva", "--role", "advisor")
        server.carteira("segment", "add", "Norte")
        (server.data_dir / "people.csv").write_text(CONTACTS)
        server.carteira("import", "people.csv")
        yield server


def test_a_sheet_goes_out_and_comes_back_reviewed(browser: "Browser", served: Server, tmp_path: Path) -> None:
    with window(browser, served) as page:
        sign_in(page, served)
        page.goto("/segments")
        page.get_by_role("button", name="Spreadsheet").click()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Download CSV").click()
        text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
        assert "Norte,,blue,no,yes,," in text
        sheet = tmp_path / "segments.csv"
        more = "Sul,Fresh,verde,sim,yes,North,\nOeste,,pink,,,,\n"
        sheet.write_text(text.replace("Norte,,blue,no,yes,,", "Norte,,blue,yes,yes,North,") + more)
        load(page, sheet)


def load(page: "Page", sheet: Path) -> None:
    page.get_by_role("link", name="Load a sheet").click()
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_text("The rows are:").wait_for()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Bring in 2 segments").wait_for()
    page.get_by_text("1 person loses contacts").wait_for()
    page.get_by_text("Eva (2)").wait_for()
    page.frame_locator(".st-key-import-grid iframe").get_by_text("is none of the colours").wait_for()
    settled(page)
    assert violations(page) == []
    page.get_by_text("Updated 1").click()
    changed = page.frame_locator(".st-key-import-grid iframe").locator(".ag-row")
    changed.get_by_text("North").wait_for()
    page.get_by_role("button", name="Bring in 2 segments").click()
    page.get_by_text("Done, but 1 row was rejected").wait_for()
    page.get_by_role("link", name="Show the segments").click()
    page.get_by_role("button", name="Sul").first.wait_for()
    page.get_by_role("button", name="Norte").first.click()
    page.get_by_role("link", name="import #2").wait_for()
