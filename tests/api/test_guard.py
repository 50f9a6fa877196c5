"""The guard before everything."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from api import guard
from hooks.viewer import SYSTEM
from models.base import now
from models.people import UserUpdate
from services import people, sessions
from tests.api.served import PASSWORD, add_person, browser, program, signed_in, token_of
from tests.fixtures import Database
from tests.waiting import until

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

CLOSED = [
    "/", "/contacts", "/segments", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics",
    "/media/1.csv",
    "/_stcore/upload_file/1/2", "/static/js/index.js", "/component/st_aggrid/index.html", "/favicon.png",
    "/api/v1/contacts", "/api/v1/openapi.json", "/api/v1/nothing", "/api", "/nothing", "/login/", "/healthz/",
    "/LOGIN", "/login.css", "/oauth2callback", "/auth/login", "/_stcore/agent",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_a_browser_without_a_session_is_sent_to_sign_in_and_back(db: Database, path: str) -> None:
    answer = browser().get(path, params={"q": "joão & co", "page": "2"})
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith("/login?next=")
    add_person("ana")
    client = browser()
    shown = client.get(location)
    assert shown.status_code == 200
    wanted = shown.text.partition('name="next" value="')[2].partition('"')[0].replace("&amp;", "&")
    back = client.post("/login", data={"email": "ana@example.com", "password": PASSWORD, "next": wanted})
    assert back.status_code == 303
    if path != "/login/":
        assert back.headers["location"] == f"{path}?q=jo%C3%A3o+%26+co&page=2"


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_whoever_is_no_browser_gets_401(db: Database, path: str, method: str) -> None:
    answer = program().request(method, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert method == "HEAD" or answer.json()["code"] == "not_signed_in"


def test_the_way_in_and_the_signs_of_health_are_open(db: Database) -> None:
    for path, status in {"/login": 200, "/setup": 404, "/healthz": 200, "/readyz": 200}.items():
        assert program().get(path).status_code == status


def test_who_is_signed_in_passes_as_oneself(db: Database) -> None:
    add_person("ana")
    client = signed_in()
    assert client.get("/contacts").json()["name"] == "ana"
    assert client.get("/api/v1/me").json()["email"] == "ana@example.com"


def test_a_session_that_has_ended_opens_nothing(db: Database) -> None:
    ana = add_person("ana")
    add_person("boss", "administrator")
    client = signed_in()
    people.update_user(SYSTEM, ana, UserUpdate(active=False))
    assert client.get("/contacts").status_code == 303
    assert client.get("/api/v1/me", headers={"accept": "*/*"}).status_code == 401


def test_a_token_opens_the_api_and_nothing_else(db: Database) -> None:
    client = program(token_of(add_person("ana")))
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/contacts").status_code == 401
    assert client.get("/_stcore/health").status_code == 401
    assert program("carteira_guessed").get("/api/v1/me").status_code == 401
    assert program("carteira_guessed").get("/api/v1/me").status_code == 401
    shown_to_a_person = program("carteira_guessed").get("/api/v1/me", headers={"accept": "text/html"})
    assert (shown_to_a_person.status_code, shown_to_a_person.headers["location"]) == (
        303,
        "/login?next=/api/v1/me",
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "http://testserver:81"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://testserver"}, 403),
    ],
)
def test_a_write_from_another_site_is_refused(db: Database, headers: dict[str, str], status: int) -> None:
    add_person("ana")
    client = signed_in()
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/contacts", headers=headers).status_code == status
    assert client.get("/contacts", headers=headers).status_code == 200
    signing_in = {"email": "ana@example.com", "password": PASSWORD}
    assert browser(**headers).post("/login", data=signing_in).status_code == (303 if status == 200 else 403)


def test_a_program_with_a_token_needs_no_origin(db: Database) -> None:
    client = program(token_of(add_person("boss", "administrator")))
    answer = client.post(
        "/api/v1/teams", json={"name": "North"}, headers={"origin": "http://elsewhere.example"}
    )
    assert answer.status_code == 201


def test_the_public_address_is_an_origin_of_ours(db: Database, set_environment: Callable[..., None]) -> None:
    set_environment(CARTEIRA_WEB__PUBLIC_URL="https://panel.example.com")
    add_person("ana")
    signing_in = {"email": "ana@example.com", "password": PASSWORD}
    answer = browser(origin="https://panel.example.com").post("/login", data=signing_in)
    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]


def test_every_answer_has_the_headers_that_protect_it(db: Database) -> None:
    add_person("ana")
    client = signed_in()
    for answer in (
        client.get("/contacts"),
        client.get("/api/v1/me"),
        browser().get("/"),
        program().get("/x"),
    ):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in client.get("/component/grid").headers["content-security-policy"]
    assert client.get("/api/v1/me").headers["cache-control"] == "no-store"


def test_metrics_are_for_this_machine_or_for_a_token(
    db: Database, set_environment: Callable[..., None]
) -> None:
    secret = token_of(add_person("ana"))
    assert program().get("/metrics").status_code == 401
    assert "carteira_requests_total" in program(secret).get("/metrics").text
    here = program()
    here._transport.client = ("127.0.0.1", 50000)  # type: ignore[attr-defined]
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 401
    set_environment(CARTEIRA_WEB__TRUSTED_PROXIES='["127.0.0.0/8"]')
    assert here.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 401
    assert "ana" not in program(secret).get("/metrics").text


def test_a_body_larger_than_its_door_is_refused(db: Database) -> None:
    secret = token_of(add_person("ana"))
    large = b"x" * (70 * 1024)
    assert signed_in().post("/contacts", content=large).status_code == 413
    assert browser().post("/login", data={"email": "x" * (70 * 1024)}).status_code == 413
    chunks = program(secret).post("/api/v1/teams", content=iter([b"x" * 1024 * 1024] * 5))
    assert chunks.status_code == 413
    assert chunks.json()["code"] == "too_large"


def test_an_address_with_a_null_sign_is_refused(db: Database) -> None:
    secret = token_of(add_person("ana"))
    assert program(secret).get("/api/v1/me?x=%00").status_code == 400
    assert program().get("/log%00in").status_code == 400


def test_errors_speak_the_readers_language(db: Database) -> None:
    ana = add_person("ana")
    people.update_me(people.viewer_of(ana, "page"), UserUpdate(locale="fr"))
    assert signed_in().get("/api/v1/me").json()["locale"] == "fr"
    assert (
        program(token_of(ana)).get("/api/v1/me", headers={"accept-language": "pt"}).json()["locale"] == "fr"
    )


def test_use_puts_off_the_end_of_a_session(db: Database) -> None:
    ana = add_person("ana")
    with signed_in() as client, time_machine.travel(now() + timedelta(hours=11), tick=False) as clock:
        assert client.get("/contacts").status_code == 200
        # It is written down where nobody waits for it.
        until(lambda: sessions.mine(people.viewer_of(ana, "page"))[0].seen == now())
        clock.shift(timedelta(hours=11))
        assert client.get("/contacts").status_code == 200


# --- WebSocket


def test_a_websocket_needs_a_session(db: Database) -> None:
    for client in (browser(), program(token_of(add_person("ana")))):
        with (
            pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
            client.websocket_connect("/_stcore/stream"),
        ):
            pass


def test_a_websocket_of_a_person_stands_for_that_person(db: Database) -> None:
    add_person("ana")
    with signed_in().websocket_connect("/_stcore/stream") as socket:
        socket.send_bytes(b"hello")
        assert socket.receive_text() == "ana: hello"


def test_a_websocket_from_another_site_is_refused(db: Database) -> None:
    add_person("ana")
    client = signed_in()
    headers = {"origin": "http://evil.example"}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=headers):
        pass


def test_a_websocket_is_closed_when_its_session_has_ended(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = add_person("ana")
    monkeypatch.setattr(guard, "_LAST_WORD_SECONDS", 0)
    client = signed_in()
    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_bytes(b"hello")
        assert socket.receive_text() == "ana: hello"
        as_ana = people.viewer_of(ana, "page")
        sessions.end(as_ana, sessions.mine(as_ana)[0].id)
        socket.send_bytes(b"still there?")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 4401


def test_a_window_that_is_left_open_does_not_keep_its_session_alive(db: Database) -> None:
    add_person("ana")

    def is_fresh(client: TestClient) -> bool:
        found = sessions.look_up(client.cookies["carteira_session"])
        return found is not None and not found.stale

    with (
        time_machine.travel(now(), tick=False) as clock,
        signed_in() as client,
        client.websocket_connect("/_stcore/stream") as socket,
    ):
        clock.shift(timedelta(hours=1))
        socket.send_bytes(b"tick")
        assert socket.receive_text() == "ana: tick"
        assert not is_fresh(client)
        socket.send_bytes(b"click")
        assert socket.receive_text() == "ana: click"
        assert any(is_fresh(client) or Event().wait(0.02) for _try in range(500))
