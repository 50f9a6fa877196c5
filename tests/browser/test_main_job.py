"""The main job, as a person does it: load a file, see every row, find, label, take out."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Server, sign_in
from tests.browser.screens import grid, names, tick
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
HEADER = "Código do país;Nome;Sobrenome;Número de celular;E-mail;Segmentos"


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as Excel writes it in Brazil: 120 people, one with a number that is none."""
    rows = [f'BR;João {n};Gonçalves;(11) 9{6000 + n}-4567;joao{n}@exemplo.com.br;"Norte"' for n in range(120)]
    rows[5] = "BR;Célia;Araújo;12;celia@exemplo.com.br;"
    path = tmp_path_factory.mktemp("files") / "clientes março.csv"
    path.write_text("\r\n".join([HEADER, *rows]), encoding="cp1252")
    return path


def test_a_file_becomes_contacts_that_are_found_labelled_and_taken_out(
    page: "Page", server: Server, clients: Path
) -> None:
    sign_in(page, server)
    load(page, clients)
    label(page)
    take_out(page)


def load(page: "Page", clients: Path) -> None:
    page.get_by_role("link", name="Imports").click()
    page.locator("input[type=file]").set_input_files(clients)
    page.get_by_text("Código do país", exact=True).wait_for()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Bring in 119 contacts").wait_for()
    page.get_by_text("Segments that do not exist: Norte").wait_for()
    rejected = page.frame_locator(".st-key-import-grid iframe").locator(".ag-row")
    rejected.get_by_text("12", exact=False).first.wait_for()
    assert rejected.count() == 1
    page.get_by_role("button", name="Bring in 119 contacts").click()
    page.get_by_text("Done, but 1 row was rejected").wait_for()
    open_from_the_list_and_go_back(page, clients.name)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download 1 rejected row").click()
    assert "Célia" in Path(saved.value.path()).read_text(encoding="cp1252")
    page.get_by_role("link", name="Show the 119 new ones").click()
    page.get_by_text("119 contacts").wait_for()


def open_from_the_list_and_go_back(page: "Page", name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("link", name="Imports", exact=True).click()
    page.get_by_role("link", name="1 rejected row", exact=True).click()
    page.get_by_text("Done, but 1 row was rejected").wait_for()
    assert "rows=rejected" in page.url
    page.go_back()
    page.get_by_text("Earlier imports").wait_for()
    page.get_by_role("link", name=name).click()
    page.get_by_text("Done, but 1 row was rejected").wait_for()


def label(page: "Page") -> None:
    tick(grid(page), 0, 1, 2)
    page.get_by_text("3 picked").wait_for()
    page.get_by_role("button", name="Next page").click()
    page.get_by_text("51–100 of 119").wait_for()
    tick(grid(page), 0)
    page.get_by_role("button", name="Add 4 to segment").click()
    page.locator(".st-key-bulk-add-name input").fill("Colheita 2027")
    page.locator(".st-key-bulk-add-name input").press("Enter")
    page.get_by_role("button", name="Make Colheita 2027 and add 4").click()
    page.get_by_text("4 contacts added to Colheita 2027").wait_for()
    page.get_by_role("link", name="Segments").click()
    page.get_by_role("link", name="4 contacts").click()
    page.wait_for_url("**segment=*")
    page.get_by_role("button", name="Colheita 2027").first.wait_for()
    until(lambda: len(names(grid(page))) == 4)


def take_out(page: "Page") -> None:
    page.get_by_role("button", name="Export 4").click()
    page.get_by_role("button", name="Export 4 contacts").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download CSV").click()
    with Path(saved.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert {row["Segments"] for row in rows} == {"Colheita 2027"}


def test_a_contact_is_added_by_hand_with_what_is_wrong_said_beside_the_field(
    page: "Page", server: Server, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.csv"
    taken.write_text("Country,First Name,Last Name,Email\nBR,Ana,Souza,taken@exemplo.com.br\n")
    server.carteira("import", str(taken))
    sign_in(page, server)
    page.get_by_role("button", name="Contact", exact=True).click()
    page.locator(".st-key-form-first_name input").fill("Zélia")
    page.locator(".st-key-form-email input").fill("nonsense")
    page.get_by_role("button", name="Add contact").click()
    page.get_by_text("is no e-mail address").wait_for()
    page.locator(".st-key-form-email input").fill("taken@exemplo.com.br")
    page.get_by_role("button", name="Add contact").click()
    page.get_by_role("link", name="Open that contact").wait_for()
    page.locator(".st-key-form-email input").fill("zelia@exemplo.com.br")
    page.get_by_role("button", name="Add contact").click()
    page.wait_for_url("**/contact?id=*")
    page.get_by_role("heading", name="Zélia").wait_for()


def test_signing_out_leaves_nothing_behind(page: "Page", server: Server) -> None:
    sign_in(page, server)
    page.get_by_role("button", name="Administrator").or_(
        page.locator(".st-key-frame-person button")
    ).first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login*")
    page.goto("/segments")
    assert "/login?next=" in page.url
