"""People, teams and roles, as an administrator does it and as it ends for whom it was done."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in, window
from tests.browser.screens import settled, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NEW_PASSWORD = "chosen by the person"


def press(page: "Page", name: str) -> None:
    """Press a button of the open dialog."""
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def choose(page: "Page", menu_of: str, deed: str) -> None:
    """Choose a deed in the menu of a row."""
    page.get_by_role("button", name=f"More about {menu_of}").click()
    page.get_by_role("option", name=deed, exact=True).or_(
        page.get_by_role("menuitem", name=deed, exact=True)
    ).click()


def test_a_team_and_a_person_are_made_and_the_person_comes_in_by_the_link(
    browser: "Browser", server: Server, page: "Page"
) -> None:
    sign_in(page, server)
    page.goto("/people?tab=teams")
    page.get_by_role("button", name="Make the first team").click()
    page.locator("[role=dialog] input:focus").wait_for()
    page.keyboard.type("North")
    press(page, "Add team")
    page.get_by_text("nobody is in it").wait_for()
    page.get_by_role("radio", name="People").click()
    page.wait_for_url(re.compile("tab=people"))
    page.get_by_role("button", name="Person", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Ana")
    dialog.get_by_label("E-mail").fill("nonsense")
    press(page, "Add person")
    dialog.get_by_text("This is no e-mail address.").wait_for()
    dialog.get_by_label("E-mail").fill("ana@example.com")
    dialog.get_by_label("Teams").click()
    page.get_by_role("option", name="North").click()
    page.keyboard.press("Escape")
    press(page, "Add person")
    press(page, "Make a link")
    link = dialog.locator("code").inner_text()
    assert violations(page, frames=False) == []
    page.keyboard.press("Escape")
    page.get_by_text("ana@example.com").wait_for()
    with window(browser, server) as hers:
        hers.goto(link)
        hers.get_by_label("Password").fill(NEW_PASSWORD)
        hers.get_by_role("button", name="Save and sign in").click()
        hers.get_by_role("heading", name="All contacts").or_(
            hers.get_by_text("No contacts yet")
        ).first.wait_for()
        assert hers.get_by_role("link", name="People").count() == 0
        hers.goto(link)
        hers.get_by_text("This link no longer works").first.wait_for()
        choose(page, "Ana", "Switch off")
        page.get_by_role("dialog").get_by_text("1 person loses contacts").or_(
            page.get_by_role("dialog").get_by_text("Nobody gains or loses sight")
        ).wait_for()
        press(page, "Switch off")
        page.get_by_text("Ana was switched off").wait_for()
        hers.goto("/")
        hers.wait_for_url(re.compile("/login"))


def test_a_role_is_made_changed_and_deleted(server: Server, page: "Page") -> None:
    sign_in(page, server)
    page.goto("/people?tab=roles")
    page.get_by_role("button", name="Role", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Intern")
    dialog.get_by_text("Export contacts").click()
    press(page, "Add role")
    # Analysts may do just the same.
    page.get_by_text("See contacts · Export contacts").nth(1).wait_for()
    choose(page, "Intern", "Edit")
    dialog.get_by_text("Their own contacts").click()
    dialog.get_by_text("Nobody gains or loses sight of a contact.").wait_for()
    assert violations(page, frames=False) == []
    press(page, "Save")
    page.get_by_text("Saved.").wait_for()
    page.reload()
    settled(page)
    choose(page, "Intern", "Delete")
    press(page, "Delete role")
    page.get_by_text("Intern was deleted").wait_for()
    assert page.get_by_role("button", name="More about Intern").count() == 0


def test_a_dialog_goes_on_in_the_persons_language(browser: "Browser", server: Server) -> None:
    with window(browser, server, locale="pt-BR") as page:
        sign_in(page, server)
        page.goto("/people?tab=roles")
        page.get_by_role("button", name="Função", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Nome").fill("Estagiário")
        dialog.get_by_text("Seus próprios contatos").click()
        page.wait_for_timeout(500)
        settled(page)
        assert dialog.get_by_text("Vê", exact=True).count() == 1
        dialog.get_by_role("button", name="Adicionar função").click()
        page.get_by_test_id("stToast").get_by_text("Estagiário já está na lista.").wait_for()
