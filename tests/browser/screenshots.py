"""`make screenshots`: every page and what opens over it, in three languages, both themes, on a desk and on a phone.

They come into pictures/, with a sheet of each kind to look at; four of them are kept in docs/images/. Look at them all.
Named so that `make test` does not collect it; what it takes pictures of is tested beside it.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import delete, update
from sqlmodel import col

from models.base import now
from models.bulk import AddToSegment, Bulk, PutTagOn
from models.contact import ContactUpdate
from models.imports import ImportOptions
from models.segment import SegmentCreate
from services import asides, bulk, contacts, exports, people, segments, tags
from services import pulse as pulses
from services.imports import runs
from services.imports.sample import sample_file
from services.listing import Query
from services.listing import page as page_of
from services.pulse import Pulse
from services.work import unit_of_work
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
# Names of other scripts, and far longer ones than most.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ODD = "Country Code,First Name,Last Name,Mobile Number,Email,Organization,Segments\n" + "".join(
    f"BR,{first},{last},11 9612{place}-4567,vendas.do.norte.e.nordeste.{place}@example.com,{last} {LONG},{segments}\n"
    for place, (first, last, segments) in enumerate(
        (
            ("Otto", LONG, f"{LONG};Distribuidores e revendas do Norte e Nordeste;Premium"),
            ("Maria da Conceição", "dos Santos Cavalcanti de Albuquerque e Vasconcelos", LONG),
            ("محمد", "عبد الله", "Premium"),
            ("שרה", "כהן", "לקוחות;Premium"),
            ("翔太", "加藤", "株式会社;Premium"),
            ("Νίκος", "Παπαδόπουλος", "Premium"),
            ("Іван", "Шевченко", "Premium"),
        )
    )
)


# A quotation mark that nobody closes.
BROKEN = b'"' + b"Never closed,\n" * 40_000


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the address, what is done there before it is taken, and of which Carteira."""

    name: str
    path: str
    then: "Callable[[Page], object] | None" = None
    on: str = "shown"


@dataclass(frozen=True)
class Seen:
    """What pictures are taken of, by its ids: imports by their step, a label, a wall, and who has a long history."""

    imports: dict[str, int]
    label: int
    wall: int
    contact: int


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
    page.locator(".st-key-bulk-bar strong", has_text="3").wait_for()
    drawn(page)


def pick_and(selector: str) -> "Callable[[Page], object]":
    """Return what ticks three rows and opens a box of the bar over them."""

    def then(page: "Page") -> None:
        pick(page)
        page.locator(f"{selector} button").first.click()

    return then


def into_segment(page: "Page") -> None:
    """Add three contacts to a new segment, which offers the way back."""
    pick_and(".st-key-bulk-add")(page)
    box = page.locator(".st-key-bulk-add-name input")
    box.fill(f"Open day {page.evaluate('Date.now() % 100000')}")
    box.press("Enter")
    page.locator(".st-key-bulk-add-yes button").click()
    page.locator(".st-key-undo-offer").wait_for()


def write_cell(page: "Page") -> None:
    """Write in a cell, which offers the way back."""
    cell = page.frame_locator(".st-key-contacts-grid iframe").locator(
        ".ag-row[row-index='2'] [col-id=organization]"
    )
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(f"Fazenda {page.evaluate('Date.now() % 100000')}")
    page.keyboard.press("Enter")
    page.locator(".st-key-edit-offer").wait_for()


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


def deed(place: int) -> "Callable[[Page], object]":
    """Return what chooses a deed of the first row's menu, by its place; -1 is the last."""

    def then(page: "Page") -> None:
        page.locator("[class*=st-key-icon-menu-] button, [class*=st-key-segment-menu-] button").first.click()
        page.get_by_role("option").or_(page.get_by_role("menuitem")).nth(place).click()

    return then


edit_first = deed(0)


def shots(seen: Seen) -> list[Shot]:
    """Return what pictures are taken of."""
    return [
        Shot("contacts", "/"),
        Shot("contacts-none", "/?q=zzzzzz"),
        Shot("contacts-picked", "/", pick),
        Shot("contacts-filter", '/?filter={"all":[{"field":"country","op":"in","value":["BR","FR"]}]}',
             press(".st-key-contacts-filter")),
        Shot("contacts-segments", "/", press(".st-key-contacts-segment")),
        Shot("contacts-columns", "/", press(".st-key-contacts-columns")),
        Shot("contacts-into", "/", pick_and(".st-key-bulk-add")),
        Shot("contacts-responsible", "/", pick_and(".st-key-bulk-responsible")),
        Shot("contacts-more", "/", pick_and(".st-key-icon-menu-bulk")),
        Shot("contacts-export", "/", pick_and(".st-key-bulk-export")),
        Shot("contacts-undo", "/", into_segment),
        Shot("contacts-written", "/", write_cell),
        Shot("contact-add", "/", press(".st-key-contacts-add")),
        Shot("contact", "/contact?id=7"),
        Shot("contact-story", f"/contact?id={seen.contact}"),
        Shot("contact-then", f"/contact?id={seen.contact}&on={now().date() - timedelta(days=2)}"),
        Shot("contact-edit", "/contact?id=7", press("[class*=st-key-icon-edit-]")),
        Shot("contact-reach", "/contact?id=7", press(".st-key-icon-edit-reach")),
        Shot("contact-delete", "/contact?id=7", press(".st-key-contact-delete")),
        Shot("contact-beside", "/?contact=7"),
        Shot("contact-gone", "/contact?id=999999"),
        Shot("segments", "/segments"),
        Shot("segment-add", "/segments", press(".st-key-segment-add")),
        Shot("segment-edit", "/segments", edit_first),
        Shot("segment-delete", "/segments", deed(-1)),
        Shot("segment", f"/segments?id={seen.label}"),
        Shot("segment-wall", f"/segments?id={seen.wall}"),
        Shot("tags", "/segments?tab=tags"),
        Shot("imports", "/imports"),
        *(Shot(f"import-{step}", f"/imports?id={import_id}") for step, import_id in seen.imports.items()),
        Shot("actions", "/actions"),
        Shot("exports", "/exports"),
        Shot("bin", "/bin"),
        Shot("bin-segments", "/bin?tab=segments"),
        Shot("people", "/people"),
        Shot("person-edit", "/people", edit_first),
        Shot("person-link", "/people", deed(2)),
        Shot("person-off", "/people", deed(-1)),
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
        *(Shot(f"odd-{name}", path, on="odd")
          for name, path in (("contacts", "/"), ("beside", "/?contact=1"), ("contact", "/contact?id=1"),
                             ("segments", "/segments"), ("segment", "/segments?id=1"))),
        *(Shot(f"empty-{name}", f"/{name}", on="bare")
          for name in ("", "segments", "segments?tab=tags", "imports", "exports", "bin", "bin?tab=segments",
                       "actions", "activity", "people?tab=teams")),
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


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira with names that are hard to set."""
    with serving(tmp_path_factory.mktemp("odd")) as served:
        (served.data_dir / "odd.csv").write_text(ODD)
        served.carteira("import", "odd.csv", "--unknown-segments", "create")
        yield served


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira without anybody in it."""
    nobody = {"CARTEIRA_ADMIN_EMAIL": "", "CARTEIRA_ADMIN_PASSWORD": ""}
    with serving(tmp_path_factory.mktemp("fresh"), "--no-worker", **nobody) as served:
        yield served


@pytest.fixture
def seen(imports: dict[str, int], shown: Server) -> Seen:
    """What else the pictures show: things done, under way and deleted; made for the first picture."""
    who = people.viewer_for_email(shown.email, "page")
    known = segments.known(who)
    label, wall = (
        next(one.id for one in known if one.restricted is so and one.active) for so in (False, True)
    )
    several = page_of(who, Query(sort="first_name"), limit=40)
    found = Seen(imports, label, wall, several.items[0].id)
    if exports.recent(who):
        return found
    for name in ("VIP", "press", "complaint"):
        tag = next(one.id for one in tags.known(who) if one.name == name)
        bulk.do(who, PutTagOn(tag_id=tag), Query(only=[one.id for one in several.items]))
    contacts.change(
        who, found.contact, ContactUpdate(city="Campinas", organization="Fazenda Boa Vista", importance=4)
    )
    contacts.change(
        who, found.contact, ContactUpdate(city="Ribeirão Preto", phones=["+5511961234567", "+551633331234"])
    )
    contacts.delete(who, [one.id for one in several.items[-3:]])
    segments.delete(who, segments.create(who, SegmentCreate(name="Feira 2025", colour="orange")).id)
    exports.request(who, "xlsx", Query(segment_id=label))
    exports.request(who, "csv", Query(only=[one.id for one in several.items[:2]]))
    return found


@pytest.fixture
def under_way(seen: Seen, shown: Server) -> Iterator[None]:
    """A large deed that is half done, in the hands of somebody alive, so that no worker takes it."""
    who = people.viewer_for_email(shown.email, "page")
    going = Bulk(
        owner_id=who.user_id,
        command=AddToSegment(segment_id=seen.label).model_dump(),
        options={"all_contacts": True, "locale": "en", "may": []},
        agreed=412_000, state="done", created_at=now(), started_at=now(),
    )  # fmt: skip
    with unit_of_work(who, write=True) as work:
        work.session.add(going)
        work.session.flush()
        mine, job = col(Bulk.id) == going.id, f"bulk:{going.id}"
    pulse = Pulse("run").start()
    assert pulses.take(pulse, job)
    asides.tell(job, {"done": 163_000, "of": 412_000, "rate": 118_000, "seconds_left": 2.1})
    with unit_of_work(who, write=True) as work:
        work.session.execute(update(Bulk).where(mine).values(state="running"))
    yield
    with unit_of_work(who, write=True) as work:
        work.session.execute(delete(Bulk).where(mine))
    asides.forget(job)
    pulses.give_back(pulse, job)
    pulse.stop()


@pytest.fixture
def imports(shown: Server, set_environment: Callable[..., None]) -> dict[str, int]:
    """Imports at each of their steps, and with them notices; those of the picture before, where there was one."""
    set_environment(CARTEIRA_DATA_DIR=str(shown.data_dir))
    who = people.viewer_for_email(shown.email, "page")
    steps = ("columns", "failed", "review", "result")
    earlier = {one.file_name.removesuffix(".csv"): one.id for one in runs.recent(who)}
    if set(steps) <= set(earlier):
        return {step: earlier[step] for step in steps}
    at: dict[str, int] = {}
    for step in steps:
        rows = BROKEN if step == "failed" else ROWS.partition(b"\n")[2]
        at[step] = runs.receive(who, f"{step}.csv", iter([sample_file("en") + rows])).id
        runs.choose(who, at[step], ImportOptions())
        if step != "columns":
            runs.review(who, at[step])
            until(lambda step=step: runs.get(who, at[step]).state in ("planned", "failed"))
        if step == "result":
            runs.accept(who, at[step])
            until(lambda step=step: runs.get(who, at[step]).state.startswith("done"))
    return at


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", LOCALES)
def test_pictures(
    browser: "Browser",
    shown: Server,
    bare: Server,
    odd: Server,
    fresh: Server,
    seen: Seen,
    under_way: None,
    locale: str,
    theme: str,
    width: int,
) -> None:
    folder = PICTURES / f"{locale}-{theme}-{width}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, server in {"shown": shown, "odd": odd, "bare": bare}.items():
        with window(browser, server, locale=locale, theme=theme, width=width, height=SIZES[width]) as page:
            if name == "bare":
                page.goto("/login")
                page.screenshot(path=folder / "login.png")
            sign_in(page, server)
            for shot in shots(seen):
                if shot.on == name:
                    take(page, shot, folder)
    with window(browser, fresh, locale=locale, theme=theme, width=width, height=SIZES[width]) as page:
        link = re.search(r"/setup\?token=\S+", fresh.log.read_text())
        assert link is not None
        page.goto(link[0])
        page.screenshot(path=folder / "setup.png")
    sheet(folder)
    if locale == LOCALES[0] and width == max(SIZES):
        for name, kept in KEPT.items():
            if theme in kept:
                shutil.copy(folder / f"{name}.png", IMAGES / kept[theme])


def take(page: "Page", shot: Shot, folder: Path) -> None:
    """Open a page, do what is to be done, wait until it has drawn itself, and keep what is seen."""
    page.goto(shot.path)
    drawn(page)
    if shot.then is not None:
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
