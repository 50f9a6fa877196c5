"""The web process as it is really served: Streamlit behind the guard."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import HOME
from tests.browser.chromium import free_port

EMAIL, PASSWORD = "admin@example.com", "a long enough password"

SERVE = """
import uvicorn
uvicorn.run("app:app", port={port}, proxy_headers=False, access_log=False, log_level="warning")
"""


class Server:
    """A served Carteira that has just started."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        """Ask once, without any help of a client library."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        return connection.getresponse()

    def connect(self, **headers: str) -> int:
        """Return the status of a WebSocket's handshake."""
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        return self.ask("GET", "/_stcore/stream", **upgrade, **headers).status

    def sign_in(self) -> str:
        """Return the cookie of a fresh session."""
        form = f"email={EMAIL}&password={PASSWORD.replace(' ', '+')}"
        answer = self.ask("POST", "/login", form, Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 303
        return str(answer.getheader("Set-Cookie")).partition(";")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CARTEIRA_")}
    environment = clean | {
        "CARTEIRA_DATA_DIR": str(folder / "data"),
        "CARTEIRA_ADMIN_EMAIL": EMAIL,
        "CARTEIRA_ADMIN_PASSWORD": PASSWORD,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)], cwd=HOME, env=environment, stdout=log, stderr=log
        )
    try:
        yield Server(_until_up(port, process, folder / "log"))
    finally:
        process.terminate()
        process.wait(30)


def _until_up(port: int, process: "subprocess.Popen[bytes]", log: Path) -> int:
    for _try in range(600):
        assert process.poll() is None, log.read_text()
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return port
    raise AssertionError(log.read_text())


pytestmark = pytest.mark.slow


def test_a_deep_link_is_closed_even_as_the_first_thing_that_is_asked(server: Server) -> None:
    for path in ("/contacts", "/segments", "/imports", "/admin", "/main"):
        answer = server.ask("GET", path, Accept="text/html")
        assert (answer.status, answer.getheader("Location")) == (303, f"/login?next={path}")
        assert server.ask("GET", path).status == 401


def test_a_websocket_opens_for_a_person_from_our_own_page_alone(server: Server) -> None:
    assert server.connect() == 403
    assert server.connect(Cookie="carteira_session=guessed") == 403
    cookie = server.sign_in()
    assert server.connect(Cookie=cookie, Origin="http://evil.example") == 403
    assert server.connect(Cookie=cookie, Origin=f"http://127.0.0.1:{server.port}") == 101


def test_streamlits_own_routes_ask_for_a_person(server: Server) -> None:
    cookie = server.sign_in()
    for path in ("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics"):
        assert server.ask("GET", path).status == 401
        assert server.ask("GET", path, Cookie=cookie).status == 200
    assert server.ask("PUT", "/_stcore/upload_file/1/2").status == 401
    assert server.ask("GET", "/media/1").status == 401
    assert server.ask("GET", "/", Cookie=cookie).status == 200


def test_an_address_where_no_page_is_is_told_apart(server: Server) -> None:
    asked = {"Cookie": server.sign_in(), "Accept": "text/html", "Accept_Language": "fr"}
    for path in ("/", "/segments", "/account?tab=tokens"):
        assert server.ask("GET", path, **asked).status == 200
    for path in ("/contacts", "/main", "/segments/", "/segments/5", "/admin"):
        answer = server.ask("GET", path, **asked)
        assert answer.status == 404
        assert "Cette page n’existe pas" in answer.read().decode()


def test_no_other_program_may_steer_it(server: Server) -> None:
    cookie = server.sign_in()
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        assert server.ask("POST", path, "{}").status == 401
        answer = server.ask("POST", path, "{}", Cookie=cookie, Content_Type="application/json")
        assert answer.status >= 400
        assert b"does not serve the agent API" in answer.read()


def test_it_is_healthy_and_ready(server: Server) -> None:
    assert server.ask("GET", "/healthz").read() == b'{"status":"ok"}'
    assert server.ask("GET", "/readyz").read() == b'{"status":"ready"}'
    assert b"carteira_requests_total" in server.ask("GET", "/metrics").read()


def test_the_agents_door_of_streamlit_stays_off() -> None:
    from streamlit import config

    assert config.get_option("server.enableAgentApi") is False


def test_the_web_entry_is_short() -> None:
    assert len((HOME / "app.py").read_text().splitlines()) < 60


@pytest.mark.slow
def test_what_pages_need_is_loaded_ahead_and_left_alone_by_the_garbage_collector() -> None:
    code = """
import gc, sys, app
from pages.parts import ahead
ahead.load()
print('pandas' in sys.modules, gc.get_freeze_count() > 100_000, 'st_aggrid' in sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=HOME, capture_output=True, text=True, timeout=240
    )
    # Streamlit would serve no grid that was loaded outside a page.
    assert (told.stdout.split(), told.stderr) == (["True", "True", "False"], "")
