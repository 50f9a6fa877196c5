"""The card, by keyboard alone and by the browser's own ways."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in
from tests.browser.screens import settled
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def card(page: "Page", server: Server, tmp_path: Path) -> "Page":
    """The card of the first contact, whose city is Porto."""
    file = tmp_path / "one.csv"
    file.write_text(
        "Country,First Name,Last Name,Mobile Number,Email,City\nBR,João,Gonçalves,11 96123-4567,j@example.com,Porto\n"
    )
    server.carteira("import", str(file))
    sign_in(page, server)
    page.goto("/contact?id=1")
    page.get_by_role("heading", name="João Gonçalves").wait_for()
    settled(page)
    return page


def focused(page: "Page") -> str:
    return (
        page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
        or ""
    )


def test_a_contact_is_edited_deleted_and_brought_back(card: "Page") -> None:
    pencil = card.get_by_role("button", name="Edit: Address")
    pencil.focus()
    card.keyboard.press("Enter")
    until(lambda: focused(card) == "Street")
    card.keyboard.press("Escape")
    until(lambda: "Edit: Address" in focused(card))
    settled(card)
    card.keyboard.press("Enter")
    until(lambda: focused(card) == "Street")
    card.keyboard.type("Rua Nova 1")
    card.keyboard.press("Enter")
    card.locator(".history").get_by_text("Rua Nova 1").wait_for()
    card.get_by_role("button", name="Edit: Contact details").click()
    card.get_by_role("button", name="Add a messenger").click()
    until(lambda: focused(card) == "Name or phone 1")
    card.keyboard.type("11 96123-4567")
    card.get_by_label("Messenger 1").click()
    card.get_by_role("option", name="Viber").click()
    card.get_by_role("button", name="Save").click()
    card.locator("a[href='viber://chat?number=%2B5511961234567']").wait_for()
    card.get_by_role("button", name="Delete").click()
    card.get_by_role("button", name="Delete contact").click()
    card.get_by_role("button", name="Undo").click()
    card.get_by_text("The contact is back.").wait_for()


def test_the_day_that_is_looked_at_is_in_the_address_and_back_leads_to_today(card: "Page") -> None:
    card.goto("/contact?id=1&on=2001-01-01")
    card.get_by_text("It was not there yet").wait_for()
    card.get_by_role("link", name="The contact today").click()
    card.get_by_role("button", name="Edit: Address").wait_for()
    card.go_back()
    card.get_by_text("It was not there yet").wait_for()
