"""`make screenshots`: every page and what opens over it, in three languages, both themes, on a desk and on a phone.

They come into pictures/, with a sheet of each kind to look at; four of them are kept in docs/images/. Look at them all.
Named so that `make test` does not collect it; what it takes pictures of is tested beside it.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from models.imports import ImportOptions
from services import people
from services.imports import runs
from services.imports.sample import sample_file
from tests.browser.chromium import Server, serving, sign_in, window
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOME = Path(__file__).resolve().parent.parent.parent
PICTURES = HOME / "pictures"
IMAGES = HOME / "docs" / "images"
CONTACTS = "2000"
LOCALES = ("en-US", "pt-BR", "fr-FR")
SIZES = {1440: 900, 390: 844}
# Picture -> the one that is kept in docs/images/.
KEPT = {
    "contacts": {"light": "contacts-light.png", "dark": "contacts-dark.png"},
    "contact": {"light": "contact-light.png"},
    "imports": {"light": "imports-light.png"},
}
ROWS = b"""Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments
BR,,Sem Nome,11 96123-4567,,,,,
XX,Wrong,Country,11 96123-4567,wrong@example.com,,,,
BR,Rita,Rocha,12,rita@example.com,,,,Nowhere
"""


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the address, and what is done there before it is taken."""

    name: str
    path: str
    then: "Callable[[Page], object]" = lambda _page: None
    empty: bool = False


def press(selector: str) -> "Callable[[Page], object]":
    """Return what presses the first button of a container."""
    return lambda page: page.locator(f"{selector} button").first.click()


def search(page: "Page") -> None:
    """Search everywhere."""
    page.wait_for_function("() => window.carteiraSearchEverywhere")
    page.keyboard.press("Control+k")
    page.keyboard.type("joa")
    page.locator("[role=option]").nth(2).wait_for()


def pick(page: "Page") -> None:
    """Tick three rows."""
    rows = page.frame_locator(".st-key-contacts-grid iframe")
    for place in range(3):
        rows.locator(f".ag-row[row-index='{place}'] .ag-selection-checkbox").click()


def menu(page: "Page") -> None:
    """Open the sidebar where it is closed, and the person's menu in it."""
    foot(page)
    page.locator(".st-key-frame-person button").first.click()


def bell(page: "Page") -> None:
    """Open the sidebar where it is closed, and the bell."""
    foot(page)
    page.locator(".st-key-frame-bell button").first.click()
    page.locator(".st-key-notices-box").wait_for()


def foot(page: "Page") -> None:
    """Open the sidebar where it is closed."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
        page.wait_for_timeout(500)


def edit_first(page: "Page") -> None:
    """Choose the first deed of the first row's menu."""
    page.locator("[class*=st-key-icon-menu-] button, [class*=st-key-segment-menu-] button").first.click()
    page.get_by_role("option").or_(page.get_by_role("menuitem")).first.click()


def shots(imports: dict[str, int]) -> list[Shot]:
    """Return what pictures are taken of."""
    return [
        Shot("contacts", "/"),
        Shot("contacts-none", "/?q=zzzzzz"),
        Shot("contacts-picked", "/", pick),
        Shot("contacts-filter", '/?filter={"all":[{"field":"country","op":"in","value":["BR","FR"]}]}',
             press(".st-key-contacts-filter")),
        Shot("contacts-segments", "/", press(".st-key-contacts-segment")),
        Shot("contact-add", "/", press(".st-key-contacts-add")),
        Shot("contact", "/contact?id=7"),
        Shot("contact-beside", "/?contact=7"),
        Shot("contact-gone", "/contact?id=999999"),
        Shot("segments", "/segments"),
        Shot("segment-add", "/segments", press(".st-key-segment-add")),
        Shot("segment-edit", "/segments", edit_first),
        Shot("tags", "/segments?tab=tags"),
        Shot("imports", "/imports"),
        *(Shot(f"import-{step}", f"/imports?id={import_id}") for step, import_id in imports.items()),
        Shot("exports", "/exports"),
        Shot("bin", "/bin"),
        Shot("people", "/people"),
        Shot("person-add", "/people", press("[class*=st-key-people-add]")),
        Shot("teams", "/people?tab=teams"),
        Shot("team-edit", "/people?tab=teams", edit_first),
        Shot("roles", "/people?tab=roles"),
        Shot("role-edit", "/people?tab=roles", edit_first),
        Shot("activity", "/activity"),
        Shot("account", "/account"),
        Shot("account-security", "/account?tab=security"),
        Shot("account-tokens", "/account?tab=tokens"),
        Shot("nowhere", "/nowhere"),
        Shot("search", "/segments", search),
        Shot("bell", "/segments", bell),
        Shot("menu", "/segments", menu),
        *(Shot(f"empty-{name}", f"/{name}", empty=True)
          for name in ("", "segments", "segments?tab=tags", "imports", "exports", "bin", "people?tab=teams")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira with demonstration data."""
    with serving(tmp_path_factory.mktemp("shown")) as served:
        served.carteira("demo", "--contacts", CONTACTS)
        PICTURES.mkdir(exist_ok=True)
        yield served


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira without any contact."""
    with serving(tmp_path_factory.mktemp("bare")) as served:
        yield served


@pytest.fixture
def imports(shown: Server, set_environment: Callable[..., None]) -> dict[str, int]:
    """Imports at each of their steps, and with them notices; those of the picture before, where there was one."""
    set_environment(CARTEIRA_DATA_DIR=str(shown.data_dir))
    who = people.viewer_for_email(shown.email, "page")
    steps = ("columns", "review", "result")
    earlier = {one.file_name.removesuffix(".csv"): one.id for one in runs.recent(who)}
    if set(steps) <= set(earlier):
        return {step: earlier[step] for step in steps}
    at: dict[str, int] = {}
    for step in steps:
        at[step] = runs.receive(who, f"{step}.csv", iter([sample_file("en") + ROWS.partition(b"\n")[2]])).id
        runs.choose(who, at[step], ImportOptions())
        if step != "columns":
            runs.review(who, at[step])
            until(lambda step=step: runs.get(who, at[step]).state == "planned")
        if step == "result":
            runs.accept(who, at[step])
            until(lambda step=step: runs.get(who, at[step]).state.startswith("done"))
    return at


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", LOCALES)
def test_pictures(
    browser: "Browser",
    shown: Server,
    bare: Server,
    imports: dict[str, int],
    locale: str,
    theme: str,
    width: int,
) -> None:
    folder = PICTURES / f"{locale}-{theme}-{width}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for server, is_empty in ((shown, False), (bare, True)):
        with window(browser, server, locale=locale, theme=theme, width=width, height=SIZES[width]) as page:
            if is_empty:
                page.goto("/login")
                page.screenshot(path=folder / "login.png")
            sign_in(page, server)
            for shot in shots(imports):
                if shot.empty is is_empty:
                    take(page, shot, folder)
    sheet(folder)
    if locale == LOCALES[0] and width == max(SIZES):
        for name, kept in KEPT.items():
            if theme in kept:
                shutil.copy(folder / f"{name}.png", IMAGES / kept[theme])


def take(page: "Page", shot: Shot, folder: Path) -> None:
    """Open a page, do what is to be done, wait until it has drawn itself, and keep what is seen."""
    page.goto(shot.path)
    drawn(page)
    shot.then(page)
    drawn(page)
    assert page.locator("[data-testid=stException]").count() == 0, f"{shot.path} failed"
    page.screenshot(path=folder / (re.sub(r"\W+", "-", shot.name).strip("-") + ".png"))


def drawn(page: "Page") -> None:
    """Wait until the script has ended, and the grid, which has a frame of its own, has drawn itself."""
    if page.locator("[data-testid=stApp]").count():
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    # What is drawn for the first time comes with code of its own.
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(900)


def sheet(folder: Path) -> None:
    """Lay the pictures of a folder side by side, half as large, on a sheet to look at."""
    pictures = [Image.open(path).convert("RGB") for path in sorted(folder.glob("*.png"))]
    half = [one.resize((one.width // 2, one.height // 2), Image.Resampling.LANCZOS) for one in pictures]
    across = 3 if half[0].width > 400 else 8
    wide, high = max(one.width for one in half) + 8, max(one.height for one in half) + 8
    made = Image.new("RGB", (wide * across, high * -(-len(half) // across)), (255, 0, 200))
    for place, one in enumerate(half):
        made.paste(one, (place % across * wide, place // across * high))
    made.save(folder.with_suffix(".png"))
