"""Names that try to be code, on every page that shows them: nothing runs, nothing is asked elsewhere, all is shown."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from hooks.viewer import Viewer
from models.contact import ContactCreate
from models.imports import ImportOptions
from models.people import RoleCreate, TeamCreate, UserCreate
from models.segment import SegmentCreate, SegmentUpdate
from models.tag import TagCreate
from services import contacts, exports, people, roles, segments, tags, teams
from services.errors import Told
from services.imports import runs
from services.listing import Query
from tests.browser.chromium import Server, serving, sign_in, window
from tests.browser.payloads import HUGE, PAYLOADS
from tests.browser.screens import settled
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Frame, Page

pytestmark = pytest.mark.slow

FIELDS = (
    "first_name", "last_name", "organization", "region", "city", "street", "account_number", "external_id",
)  # fmt: skip
# Names that are refused are tried all the same; so many of each kind must be taken.
LEAST = 60
NONE_OF_OURS = (
    "img[src=x], img[src*=evil], svg[onload], [onerror], [ontoggle], [onfocus], [onstart], iframe[srcdoc], "
    "object, base[href*=evil], link[href*=evil], a[href^='javascript:'], a[href^=http][href*=evil], "
    "meta[http-equiv=refresh], marquee, details[open], math"
)


def each(make: Callable[[int, str], Any]) -> list[str]:
    """Make one thing of each payload, and return the names of those that were taken."""
    taken = []
    for place, text in enumerate(PAYLOADS):
        try:
            taken.append(make(place, text).name)
        except Told:
            continue
    assert len(taken) >= LEAST
    return taken


def turned(place: int) -> str:
    """Return the payload of a place, counted round and round."""
    return PAYLOADS[place % len(PAYLOADS)]


def fill(who: Viewer) -> dict[str, list[str]]:
    """Fill a house with them; return what was taken, by kind."""
    taken = {
        "segments": each(
            lambda n, text: segments.create(who, SegmentCreate(name=text[:120], description=turned(n + 1)))
        ),
        "tags": each(lambda _n, text: tags.create(who, TagCreate(name=text[:60]))),
        "teams": each(lambda _n, text: teams.add(who, TeamCreate(name=text))),
        "people": each(
            lambda n, text: people.add_user(
                who, UserCreate(email=f"p{n}@example.com", name=text, role="advisor")
            )
        ),
        "roles": each(lambda _n, text: roles.add(who, RoleCreate(name=text, permissions=["contacts.view"]))),
    }
    segments.create(who, SegmentCreate(name="huge", description=HUGE[1]))
    walled = segments.known(who)[0]
    linked = [one.name for one in teams.listed(who)][:9]
    segments.change(who, walled.id, SegmentUpdate(restricted=True, teams=linked))
    named = [one.name for one in segments.known(who) if not one.restricted]
    for place in range(len(PAYLOADS)):
        values = {field: turned(place + n) for n, field in enumerate(FIELDS)}
        made = contacts.create(
            who,
            ContactCreate.model_validate(
                {
                    **values,
                    "segments": named[place % len(named) :][:4],
                    "tags": taken["tags"][place % 60 :][:3],
                }
            ),
        )
        if place % 7 == 0:
            contacts.delete(who, [made.id])
    for place in range(9):
        segments.delete(who, segments.create(who, SegmentCreate(name=f"{turned(place)} {place}")).id)
    tags.put_on(who, tags.known(who)[0].id, Query(), all_contacts=True)
    exports.request(who, "csv", Query())
    return taken


def hostile_file() -> bytes:
    """A file whose headers and cells are payloads, some of four kilobytes."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["Country", "First Name", "Last Name", "Email", "Segments", *PAYLOADS, *HUGE])
    for place, payload in enumerate(PAYLOADS):
        cells = [turned(place + n) for n in range(len(PAYLOADS))]
        lines.writerow(["BR", payload, turned(place + 1), f"f{place}@example.com", payload, *cells, *HUGE])
    lines.writerow(["BR", HUGE[0], HUGE[1], PAYLOADS[0], HUGE[2], *PAYLOADS, *HUGE])
    return text.getvalue().encode()


def load(who: Viewer) -> dict[str, int]:
    """Leave an import at each of its steps."""
    at = {}
    for step in ("columns", "review", "done"):
        name = f"{PAYLOADS[1]} {'long name ' * 20}.csv".replace("/", "-")
        received = runs.receive(who, name, iter([hostile_file()])).id
        at[step] = received
        runs.choose(who, received, ImportOptions(unknown_segments="create"))
        if step != "columns":
            runs.review(who, received)
            runs.carry_out_review(received)
        if step == "done":
            runs.accept(who, received)
            runs.carry_out(received)
    return at


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira of its own, for hostile people; nobody carries out its jobs but the test."""
    with serving(tmp_path_factory.mktemp("hostile"), "--no-worker") as served:
        yield served


def test_whatever_people_write_stays_text_on_every_page(
    browser: "Browser", hostile: Server, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_DATA_DIR=str(hostile.data_dir))
    who = people.viewer_for_email(hostile.email, "page")
    taken, imports = fill(who), load(who)
    shown = {
        "/segments": taken["segments"],
        "/segments?tab=tags": taken["tags"],
        "/people": taken["people"],
        "/people?tab=teams": taken["teams"],
        "/people?tab=roles": taken["roles"],
    }
    by_filter = {"all": [{"field": "segments", "op": "has_any", "value": [taken["segments"][0]]}]}
    paths = [
        "/", *shown, "/exports", "/bin", "/bin?tab=segments", "/activity", "/account", "/imports", "/actions",
        "/?contact=3", "/segments?id=2", "/segments?id=3",
        *(f"/imports?id={import_id}" for import_id in imports.values()),
        *(f"/contact?id={contact_id}" for contact_id in (2, 10, 25, 41, 60, 73)),
        f"/?q={quote(PAYLOADS[0])}", f"/?q={quote(HUGE[0])}", f"/?filter={quote(json.dumps(by_filter))}",
        f"/people?find={quote(PAYLOADS[1])}", f"/imports?id={quote(PAYLOADS[1])}",
    ]  # fmt: skip
    with window(browser, hostile) as page:
        noise: list[str] = []
        page.on("request", lambda one: noise.append(one.url) if foreign(one.url, hostile) else None)
        page.on("dialog", lambda one: noise.append(f"a dialog: {one.message}"))
        page.on("console", lambda one: noise.append(f"{one.text} {one.location}") if cries(one) else None)
        sign_in(page, hostile)
        for path in paths:
            page.goto(path)
            settled(page)
            harmless(page, path)
            all_said(page, shown.get(path, ()))
        opened(page)
        assert noise == []
        page.goto(f"/nowhere/{quote(PAYLOADS[1])}")
        page.get_by_role("heading", name="There is no such page").wait_for()
        assert found_in(page.main_frame) == []


def all_said(page: "Page", texts: Sequence[str]) -> None:
    """Wait until the page says all these texts, letter by letter."""

    def lost() -> list[str]:
        said = " ".join(page.locator("[data-testid=stMain]").inner_text().replace("\u2060", "").split())
        return [text for text in texts if " ".join(text.split()) not in said]

    until(lambda: lost() == [])


def opened(page: "Page") -> None:
    """Look into what opens over a page: the menu of segments, search everywhere, the bell."""
    page.goto("/")
    settled(page)
    page.locator(".st-key-contacts-segment button").first.click()
    page.locator(".st-key-segment-choices button").nth(LEAST).wait_for()
    harmless(page, "the segments to choose from")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Search contacts")
    for text in (PAYLOADS[0], "img", "svg", "محمد"):
        box.get_by_role("combobox").fill(text)
        box.locator(".waits").wait_for(state="detached")
        box.get_by_role("option").first.wait_for()
        harmless(page, f"search everywhere: {text}")
    page.keyboard.press("Escape")
    page.locator(".st-key-frame-bell button").click()
    page.locator(".st-key-notices button").first.wait_for()
    harmless(page, "the bell")


def cries(said: "ConsoleMessage") -> bool:
    """Say whether the console tells of a fault; Streamlit looks for its server below each page's address first."""
    return said.type == "error" and "/_stcore/" not in said.location["url"]


def foreign(url: str, server: Server) -> bool:
    """Say whether an address is somebody else's."""
    return not url.startswith((server.url, "data:", "blob:", "about:"))


def harmless(page: "Page", where: str) -> None:
    """Nothing has run, no markup of theirs stands on the page, and nothing sticks out of it."""
    page.wait_for_timeout(250)
    assert page.evaluate("window.hacked") is None, where
    for frame in page.frames:
        assert found_in(frame) == [], where
    assert page.locator("[data-testid=stException]").count() == 0, where
    main = page.locator("[data-testid=stMain]")
    if main.count():
        assert main.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, f"{where} is too wide"


def found_in(frame: "Frame") -> list[str]:
    """Return the elements in a frame that people wrote."""
    return frame.locator(NONE_OF_OURS).evaluate_all("all => all.map((one) => one.outerHTML.slice(0, 200))")


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) >= LEAST
    assert all(len(text.encode()) >= 4000 for text in HUGE)
