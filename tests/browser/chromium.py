"""Debian's Chromium, driven against a Carteira that is really served.

Loaded by pyproject.toml. A test that uses `page` is marked `browser` by itself.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSING = (
    "Chromium cannot be driven here. Install what it needs with: "
    "apt-get install --no-install-recommends chromium fonts-liberation libatomic1"
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A machine that has much else to do is no fault of a page.
PATIENCE_MS = 90_000
ADMIN_EMAIL = "admin@example.com"
ADMIN_PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Server:
    """A served Carteira: where it answers, where its data lie, who may sign in."""

    url: str
    data_dir: Path
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes]"
    email: str = ADMIN_EMAIL
    password: str = ADMIN_PASSWORD

    def carteira(self, *arguments: str, given: str = "") -> str:
        """Carry out a command of the command line on the same data and return what it prints."""
        done = subprocess.run(
            [*CARTEIRA, *arguments],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.data_dir,
        )
        assert done.returncode in (0, 1), f"carteira {' '.join(arguments)}: {done.stderr}"
        return done.stdout


# The command as it is installed beside the Python that runs the tests.
CARTEIRA = (str(Path(sys.executable).parent / "carteira"),)


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    """Serve Carteira on a free port from a data folder below `folder`, until the end of the block.

    `environment` adds variables; the first administrator is ADMIN_EMAIL unless it says otherwise.
    """
    port, data = free_port(), folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").touch()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("CARTEIRA_")}
    surroundings |= {
        "CARTEIRA_CONFIG": str(folder / "config.toml"),
        "CARTEIRA_DATA_DIR": str(data),
        "CARTEIRA_ADMIN_EMAIL": ADMIN_EMAIL,
        "CARTEIRA_ADMIN_PASSWORD": ADMIN_PASSWORD,
        **environment,
    }
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*CARTEIRA, "serve", "--port", str(port), *arguments],
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", data, surroundings, log, process)
    try:
        _wait_until_healthy(server)
        yield server
    finally:
        _stop(process)


def _wait_until_healthy(server: Server, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"Carteira did not come up:\n{server.log.read_text()[-4000:]}", pytrace=False)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server and the worker it started; they form a group of their own."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served Carteira with an empty database and one administrator, shared by the tests of a module."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for the run, with a profile that is new."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(MISSING, pytrace=False)

    from playwright.sync_api import sync_playwright

    driver = sync_playwright()
    try:
        playwright = driver.start()
    except Exception as error:  # noqa: BLE001 - the driver says in many ways that the system lacks a library
        pytest.fail(f"{error}. {MISSING}", pytrace=False)
    chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, headless=True)
    yield chromium
    chromium.close()
    playwright.stop()


@pytest.fixture
def page(browser: "Browser", server: Server) -> Iterator["Page"]:
    """A window of its own onto `server`, English and light. A script's uncaught error fails the test."""
    with window(browser, server) as opened:
        yield opened


@contextmanager
def window(
    browser: "Browser",
    server: Server,
    *,
    locale: str = "en-US",
    theme: str = "light",
    width: int = 1440,
    height: int = 900,
) -> Iterator["Page"]:
    """Open a window with cookies of its own; `locale` as browsers write it (pt-BR), `theme` light or dark."""
    context = browser.new_context(
        base_url=server.url,
        locale=locale,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": height},
    )
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield opened
        assert not errors, f"the page's own scripts failed: {errors}"
    finally:
        context.close()


def sign_in(page: "Page", server: Server, email: str = ADMIN_EMAIL, password: str = ADMIN_PASSWORD) -> None:
    """Sign in by the form, as a person does, and wait for the first page."""
    page.goto("/login")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.locator("[data-testid=stApp]").wait_for()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a window, and keep it on one worker: two Chromiums on two cores measure each other."""
    for item in items:
        if {"page", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
