"""The list of contacts under the hands of somebody quick."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from models.fold import fold
from tests.browser.chromium import Server, sign_in, window
from tests.browser.conftest import CONTACTS
from tests.browser.screens import grid, names, settled, tick
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow


@pytest.fixture
def listed(browser: "Browser", demo: Server) -> Iterator["Page"]:
    """The list, in a window of its own."""
    with window(browser, demo) as page:
        sign_in(page, demo)
        grid(page)
        yield page


def test_ticks_are_kept_however_fast_they_are_made_and_whichever_page_is_turned_to(listed: "Page") -> None:
    tick(grid(listed), *range(8))
    listed.get_by_text("8 picked").wait_for()
    listed.get_by_role("button", name="Next page").click()
    listed.get_by_text(f"51–100 of {CONTACTS}").wait_for()
    listed.get_by_role("button", name="Previous page").click()
    listed.get_by_text(f"1–50 of {CONTACTS}").wait_for()
    rows = grid(listed)
    rows.locator(".ag-row-selected[row-index='7']").first.wait_for()
    assert rows.locator(".ag-row-selected[row-index='8']").count() == 0
    listed.get_by_role("button", name=f"Select all {CONTACTS}").click()
    listed.get_by_text(f"All {CONTACTS} contacts picked").wait_for()
    rows.locator(".ag-row-selected[row-index='8']").first.wait_for()
    listed.get_by_role("button", name="Clear").click()
    listed.get_by_text(f"{CONTACTS} contacts").wait_for()
    until(lambda: rows.locator(".ag-row-selected").count() == 0)


def test_the_grid_is_worked_by_the_keyboard_alone(listed: "Page") -> None:
    rows = grid(listed)
    second = names(rows)[1]
    rows.locator(".ag-row[row-index='0'] .is-opens").focus()
    for key, reached in (("Tab", "Columns"), ("Shift+Tab", f"Export all {CONTACTS}")):
        listed.keyboard.press(key)
        until(lambda reached=reached: reached in listed.evaluate("document.activeElement.innerText"))
        rows.locator(".ag-row[row-index='0'] .is-opens").focus()
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Space")
    listed.get_by_text("1 picked").wait_for()
    listed.keyboard.press("Enter")
    listed.wait_for_url("**/contact?id=*")
    listed.get_by_role("heading", name=second).wait_for()


def test_a_cell_is_written_in_and_what_does_not_fit_is_taken_back(listed: "Page") -> None:
    had = cell(listed, 1, "phone").inner_text()
    cell(listed, 1, "phone").dblclick()
    listed.keyboard.press("Control+a")
    listed.keyboard.type("123")
    listed.keyboard.press("Tab")
    # The refusal comes while the next cell is written in, which stays open.
    listed.get_by_text("too short").wait_for()
    listed.keyboard.press("Control+a")
    listed.keyboard.type("written@example.com")
    listed.keyboard.press("Enter")
    until(lambda: cell(listed, 1, "phone").inner_text() == had)
    settled(listed)
    listed.reload()
    until(lambda: cell(listed, 1, "email").inner_text() == "written@example.com")
    assert "contact=" not in listed.url
    assert grid(listed).locator(".ag-cell-inline-editing").count() == 0


def test_what_was_written_is_taken_back_by_the_keyboard_and_by_what_is_offered(listed: "Page") -> None:
    def organizations() -> list[str]:
        return [cell(listed, place, "organization").inner_text() for place in (3, 4, 5)]

    had = organizations()
    for place in (3, 4, 5):
        cell(listed, place, "organization").dblclick()
        listed.keyboard.press("Control+a")
        listed.keyboard.type(f"Taken back {place}")
        listed.keyboard.press("Enter")
        listed.get_by_text(f"Organization is now Taken back {place}").wait_for()
    frame = listed.locator(".st-key-contacts-grid iframe")
    frame.evaluate("frame => { frame.same = true }")
    listed.keyboard.press("Control+z")
    listed.keyboard.press("Control+z")
    until(lambda: organizations() == ["Taken back 3", *had[1:]])
    listed.get_by_text("and 1 before it").wait_for()
    listed.get_by_role("button", name="Undo").click()
    until(lambda: organizations() == had)
    assert frame.evaluate("frame => frame.same"), "the grid was drawn anew"


def cell(page: "Page", place: int, column: str) -> "Locator":
    return grid(page).locator(f".ag-row[row-index='{place}'] [col-id={column}]")


def test_a_row_opens_beside_the_grid_and_the_keyboard_leads_out_and_to_the_search(listed: "Page") -> None:
    sought = names(grid(listed))
    panel = listed.locator(".st-key-panel")
    cell(listed, 1, "country").click()
    panel.get_by_role("heading", name=sought[1]).wait_for()
    grid(listed).locator(".ag-row.is-open[row-index='1']").first.wait_for()
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Enter")
    panel.get_by_role("heading", name=sought[2]).wait_for()
    listed.reload()
    panel.get_by_role("heading", name=sought[2]).wait_for()
    cell(listed, 2, "phone").focus()
    listed.keyboard.press("Escape")
    panel.wait_for(state="detached")
    assert "contact=" not in listed.url
    listed.keyboard.press("/")
    listed.keyboard.type(sought[1])
    listed.wait_for_url("**q=*")


def test_the_order_is_changed_by_a_header_and_stands_in_the_address(listed: "Page") -> None:
    grid(listed).locator(".ag-header-cell").get_by_text("Name", exact=True).click()
    listed.wait_for_url("**sort=name*")
    until(lambda: names(grid(listed)) == sorted(names(grid(listed)), key=fold))
    in_order = names(grid(listed))
    listed.reload()
    until(lambda: names(grid(listed)) == in_order)
    assert grid(listed).locator(".ag-header-cell[aria-sort=ascending]").get_attribute("col-id") == "name"


def test_the_way_back_from_a_card_leads_to_the_list_as_it_was(listed: "Page") -> None:
    sought = names(grid(listed))[3]
    search = listed.locator(".st-key-contacts-search input")
    search.fill(sought)
    listed.wait_for_url("**q=*")
    settled(listed)
    for way_back in ("link", "button of the browser"):
        grid(listed).locator(".is-opens a").first.click()
        listed.wait_for_url("**/contact?id=*")
        if way_back == "link":
            listed.locator("[data-testid=stMain]").get_by_role("link", name="Contacts").click()
        else:
            listed.go_back()
        listed.wait_for_url("**q=*")
        settled(listed)
        until(lambda: search.input_value() == sought)


def test_one_step_back_leaves_a_card_however_often_it_was_opened(listed: "Page") -> None:
    search = listed.locator(".st-key-contacts-search input")
    search.fill(names(grid(listed))[2])
    listed.wait_for_url("**q=*")
    settled(listed)
    sought, steps = listed.url, listed.evaluate("history.length")
    for opening in ("click", "Enter"):
        settled(listed)
        first = grid(listed).locator(".ag-row[row-index='0'] .is-opens")
        if opening == "click":
            first.locator("a").click()
        else:
            first.focus()
            listed.keyboard.press("Enter")
        listed.wait_for_url("**/contact?id=*")
        listed.get_by_role("heading", name="History").wait_for()
        assert listed.evaluate("history.length") == steps + 1
        listed.go_back()
        listed.wait_for_url(sought)
        listed.get_by_text("1 contact").wait_for()
    listed.go_back()
    listed.wait_for_url(lambda url: "q=" not in url)
    listed.get_by_text(f"{CONTACTS} contacts").wait_for()


def test_a_button_that_leads_to_another_page_is_one_step_too(listed: "Page") -> None:
    steps = listed.evaluate("history.length")
    listed.get_by_role("button", name="Import", exact=True).click()
    listed.wait_for_url("**/imports")
    listed.get_by_role("heading", name="Imports").wait_for()
    assert listed.evaluate("history.length") == steps + 1
    listed.go_back()
    grid(listed)


def test_what_is_typed_while_the_list_is_drawn_is_not_lost(listed: "Page") -> None:
    search = listed.locator(".st-key-contacts-search input")
    search.press_sequentially("zzzz yyyy xxxx", delay=130)
    listed.get_by_text("No contact matches.").wait_for()
    settled(listed)
    assert search.input_value() == "zzzz yyyy xxxx"


def ask(listed: "Page", field: str) -> "Locator":
    """Begin a condition on a field of the open filter, and return its line."""
    lines = listed.locator("[class*='st-key-filter-line-']")
    line = lines.nth(lines.count())
    listed.locator(".st-key-filter-used").get_by_role("radio", name=field).click()
    line.get_by_text(field, exact=True).first.wait_for()
    settled(listed)
    return line


def test_typing_a_country_and_enter_chooses_that_country_and_the_filter_stays_open(listed: "Page") -> None:
    listed.locator(".st-key-contacts-filter button").first.click()
    country = ask(listed, "Country").locator("[class*='-several'] input")
    for typed, chosen in (("Fra", '["FR"]'), ("Bra", '["FR","BR"]')):
        country.fill(typed)
        listed.get_by_role("option").first.wait_for()
        country.press("Enter")
        listed.wait_for_url(lambda url, chosen=chosen: chosen in unquote(url))
        settled(listed)
    country.press("Tab")  # closes the list of countries
    ask(listed, "Added").locator("[class*='-n'] input:focus").wait_for()
    listed.keyboard.type("400")
    listed.keyboard.press("Enter")
    listed.wait_for_url("**created*")
    settled(listed)
    assert country.is_visible()
    listed.keyboard.press("Escape")
    listed.get_by_role("button", name="Filter · 2").wait_for()


def test_a_filter_is_chosen_in_the_box_read_in_words_and_taken_away(listed: "Page") -> None:
    listed.get_by_role("button", name="Filter").click()
    ask(listed, "Country").locator("[class*='-several'] input").fill("Brazil")
    listed.get_by_role("option", name="Brazil").click()
    listed.wait_for_url("**filter=*")
    listed.keyboard.press("Escape")
    listed.keyboard.press("Escape")
    part = listed.get_by_role("button", name="Country is Brazil")
    part.wait_for()
    part.click()
    listed.wait_for_url(lambda url: "filter=" not in url)
    listed.get_by_text(f"{CONTACTS} contacts").wait_for()


def test_a_column_is_filtered_from_its_header_and_put_where_and_as_wide_as_one_likes(
    browser: "Browser", demo: Server
) -> None:
    demo.carteira("user", "add", "clara@example.com", "--name", "Clara", "--role", "manager",
                  "--password-stdin", given="a quite long password\n")  # fmt: skip
    with window(browser, demo) as page:
        sign_in(page, demo, "clara@example.com", "a quite long password")
        head = grid(page).locator(".ag-header-cell[col-id=organization]")
        head.hover()
        head.get_by_role("button", name="Filter by Organization").click()
        words = page.locator("[class*='st-key-filter-line-'] input[type=text]").last
        words.fill("a")
        words.press("Enter")
        page.get_by_role("button", name="Organization contains a").wait_for()
        page.keyboard.press("Escape")
        grid(page).locator(".ag-header-cell[col-id=organization] .is-filtered").wait_for()
        grid(page).locator(".ag-header-cell[col-id=name]").focus()
        for keys in ("Alt+ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(keys)
        until(lambda: places(page)[:2] == ["phone", "name"])
        settled(page)
        wide = width(page)
        page.reload()
        until(lambda: places(page)[:2] == ["phone", "name"])
        assert width(page) == wide
        segments_have_room(page, demo)


def segments_have_room(page: "Page", demo: Server) -> None:
    """Give a contact three long segments: as many are drawn as there is room for, and how many more there are."""
    place = next(place for place in range(8) if "@" in cell(page, place, "email").inner_text())
    email, long = (
        cell(page, place, "email").inner_text(),
        ["Feira de outubro", "Norte e Nordeste", "Safra 2027"],
    )
    (demo.data_dir / "long.csv").write_text(f"Email,Segments\n{email},{';'.join(long)}\n")
    demo.carteira("import", "long.csv", "--unknown-segments", "create", "--overwrite-segments")
    page.reload()
    badges = cell(page, place, "segments").locator(".badges")
    badges.get_by_text("+2", exact=True).wait_for()
    assert badges.locator(".badge").all_inner_texts() == long[:1]
    assert badges.get_attribute("title") == ", ".join(long)
    handle = grid(page).locator(".ag-header-cell[col-id=segments] .ag-header-cell-resize").bounding_box()
    assert handle
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 300, y, steps=6)
    page.mouse.up()
    until(lambda: badges.locator(".badge").all_inner_texts() == long)
    assert badges.locator(".rest").count() == 0


def places(page: "Page") -> list[str | None]:
    """Return the columns from the left."""
    heads = grid(page).locator(".ag-header-cell[col-id]:has(.head)").all()
    found = [(head.bounding_box(), head.get_attribute("col-id")) for head in heads]
    return [name for box, name in sorted((box["x"], name) for box, name in found if box)]


def width(page: "Page") -> float:
    """Return how wide the first column's neighbour is."""
    box = grid(page).locator(".ag-header-cell[col-id=name]").bounding_box()
    assert box
    return box["width"]
