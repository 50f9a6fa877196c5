"""Names, headers and segments that try to be code, on every page that shows them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in
from tests.browser.screens import grid, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

MARK = "::JSCODE::"
NASTY = [
    "<img src=x onerror=\"top.hacked='image'\">",
    "<script>top.hacked='script'</script>",
    f"{MARK}(function(){{top.hacked='grid'}})(){MARK}",
    f"{MARK}top.hacked='expression'{MARK}",
    "![x](http://evil.invalid/x.png)",
    "[x](javascript:top.hacked='link')",
    "\"><svg onload=top.hacked='svg'>",
    "{{constructor.constructor('top.hacked=1')()}}",
    "=HYPERLINK(1)",
]


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose names, organizations, segments and one header are nasty."""
    path = tmp_path_factory.mktemp("files") / "hostile <b>file<b>.csv"
    header = ["Country", "First Name", "Last Name", "Email", "Organization", "Segments", NASTY[2]]
    rows = [
        ["BR", nasty, nasty, f"n{place}@example.com", nasty, nasty.replace(";", ","), nasty]
        for place, nasty in enumerate(NASTY)
    ]
    rows.append(["BR", NASTY[0], NASTY[2], NASTY[0], NASTY[2], "", ""])
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in [header, *rows]]
    path.write_text("\n".join(quoted), encoding="utf-8")
    return path


def test_nothing_that_people_write_ever_runs_or_asks_another_host(
    page: "Page", server: Server, hostile_file: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog was opened: {dialog.message}"))
    sign_in(page, server)

    page.goto("/imports")
    page.locator("input[type=file]").set_input_files(hostile_file)
    page.get_by_role("button", name="Check the file").wait_for()
    page.locator(".st-key-import-unknown [role=combobox], .st-key-import-unknown input").first.click()
    page.get_by_role("option", name="Make new segments").click()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Bring in 9 contacts").wait_for()
    page.frame_locator(".st-key-import-grid iframe").locator(".ag-row").first.wait_for()
    harmless(page)
    page.get_by_role("button", name="Bring in 9 contacts").click()
    page.get_by_text("Done, but 1 row was rejected").wait_for()
    harmless(page)

    for path in ("/imports", "/segments"):
        page.goto(path)
        page.get_by_role("heading").first.wait_for()
        settled(page)
        harmless(page)

    page.goto("/")
    rows = grid(page)
    shown = rows.locator(".ag-row .is-opens a").all_inner_texts()
    assert f"{NASTY[0]} {NASTY[0]}" in shown
    assert f"{NASTY[2]} {NASTY[2]}" in shown
    rows.locator(".badge").first.wait_for()
    harmless(page)
    page.get_by_role("button", name="All contacts").click()
    page.locator(".st-key-segment-choices button").nth(1).wait_for()
    harmless(page)
    page.goto(
        "/?filter=" + json.dumps({"all": [{"field": "segments", "op": "has_any", "value": [NASTY[0]]}]})
    )
    grid(page)
    harmless(page)

    for contact_id in (1, 3, 6):
        page.goto(f"/contact?id={contact_id}")
        page.locator(".history").wait_for()
        harmless(page)
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []


def harmless(page: "Page") -> None:
    """Nothing has run, and no markup of theirs stands on the page."""
    settled(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    for frame in page.frames:
        assert frame.locator("img[src=x], img[src*=evil], svg[onload]").count() == 0
        assert frame.locator("a[href^='javascript:']").count() == 0
