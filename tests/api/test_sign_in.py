"""The pages before sign-in."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from api.sign_in import local_path
from hooks.viewer import SYSTEM
from models.people import UserCreate
from services import first_start, password_links, people
from tests.api.served import PASSWORD, add_person, browser, signed_in
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

RIGHT = {"email": "ana@example.com", "password": PASSWORD}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/contacts?filter=x&page=2", "/contacts?filter=x&page=2"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("contacts", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/login?next=/", "/"),
        ("/logout", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_only_goes_on_to_a_path_of_this_house(db: Database, wanted: str | None, found: str) -> None:
    assert local_path(wanted) == found


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(db: Database) -> None:
    add_person("ana")
    answer = browser().post("/login", data=RIGHT)
    session, device = answer.headers.get_list("set-cookie")
    for cookie in (session, device):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie
    over_tls = TestClient(browser().app, "https://testserver", follow_redirects=False)
    assert all("Secure" in one for one in over_tls.post("/login", data=RIGHT).headers.get_list("set-cookie"))


def test_each_sign_in_has_a_new_session_and_sign_out_ends_it(db: Database) -> None:
    add_person("ana")
    client = signed_in()
    first = client.cookies["carteira_session"]
    client.post("/login", data=RIGHT)
    second = client.cookies["carteira_session"]
    assert first != second
    assert browser(cookie=f"carteira_session={first}").get("/contacts").status_code == 303
    assert client.get("/logout").headers["location"] == "/"
    assert client.get("/contacts").status_code == 200
    answer = client.post("/logout")
    assert answer.headers["location"] == "/login"
    assert "carteira_session" not in client.cookies
    assert browser(cookie=f"carteira_session={second}").get("/contacts").status_code == 303


def test_who_is_here_already_goes_straight_on(db: Database) -> None:
    add_person("ana")
    answer = signed_in().get("/login?next=/segments")
    assert (answer.status_code, answer.headers["location"]) == (303, "/segments")


def test_a_wrong_password_says_so_and_keeps_what_was_typed(db: Database) -> None:
    add_person("ana")
    answer = browser().post(
        "/login", data={"email": "ana@example.com", "password": "no", "next": "/segments"}
    )
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'value="ana@example.com"' in answer.text
    assert 'name="next" value="/segments"' in answer.text
    assert "carteira_session" not in answer.headers.get("set-cookie", "")
    unknown = browser().post(
        "/login", data={"email": "bea@example.com", "password": "no", "next": "/segments"}
    )
    assert unknown.text.replace("bea@", "ana@") == answer.text


def test_too_many_failures_are_told_with_the_time_to_wait(db: Database) -> None:
    add_person("ana")
    client = browser()
    for _try in range(5):
        assert client.post("/login", data=RIGHT | {"password": "no"}).status_code == 401
    answer = client.post("/login", data=RIGHT)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("path", ["/login", "/setup"])
def test_a_page_speaks_three_languages_and_can_be_switched(db: Database, path: str) -> None:
    for header, tag in (("fr-CA,fr;q=0.8", "fr"), ("pt", "pt-BR"), ("de", "en"), ("en-US", "en")):
        assert f'<html lang="{tag}">' in browser(**{"accept-language": header}).get(path).text
    page = browser().get(path).text
    for address in re.findall(r'<a href="([^"]*)" lang', page):
        assert "lang=" in address
    assert '<html lang="fr">' in browser().get(path, params={"lang": "fr"}).text
    assert '<html lang="fr">' in browser().post(path, data={"lang": "fr", "email": "x", "password": "y"}).text


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "{{7*7}}", "'onfocus='alert(1)"])
def test_what_was_typed_is_shown_as_text(db: Database, hostile: str) -> None:
    answer = browser().post("/login", data={"email": hostile, "password": "x", "next": f"/{hostile}"})
    assert hostile not in answer.text or hostile == "{{7*7}}"
    assert "<script" not in answer.text


def test_a_page_asks_nobody_else_for_anything(db: Database) -> None:
    answer = browser().get("/login")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r'(?:src|href|action)="(?!/|data:)[^"]*"', answer.text) == []
    for field in ("email", "password"):
        assert f'<label for="{field}">' in answer.text
    assert answer.text.count("autofocus") == 1


# --- set-up


def link() -> str:
    found = first_start.set_up_link("http://testserver")
    assert found is not None
    return found.removeprefix("http://testserver")


def filled(address: str, **change: str) -> dict[str, str]:
    secret = address.partition("token=")[2]
    return {"token": secret, "name": "Ana", "email": "ana@example.com", "password": PASSWORD} | change


def test_the_link_leads_to_the_first_administrator_who_is_then_signed_in(db: Database) -> None:
    address, client = link(), browser()
    assert client.get(address).status_code == 200
    assert client.post("/setup", data=filled(address)).headers["location"] == "/"
    me = client.get("/api/v1/me").json()
    assert (me["email"], me["role"]) == ("ana@example.com", "administrator")
    assert browser().get(address).status_code == 404
    assert browser().post("/setup", data=filled(address, email="b@example.com")).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("email", "nobody"), ("name", " "), ("password", "short")])
def test_what_is_wrong_stands_beside_its_field(db: Database, field: str, value: str) -> None:
    address = link()
    answer = browser().post("/setup", data=filled(address, **{field: value}))
    assert answer.status_code == 422
    assert re.search(
        rf'<input id="{field}"[^>]* aria-describedby="{field}-told" aria-invalid="true"', answer.text
    )
    assert re.search(rf'<p class="wrong" id="{field}-told">[^<]+</p>', answer.text)
    assert PASSWORD not in answer.text


def test_who_comes_before_there_is_an_administrator_is_told_where_the_link_stands(db: Database) -> None:
    assert "set-up link" in browser().get("/login").text
    people.add_user(SYSTEM, UserCreate(email="b@example.com", name="B", role="administrator"))
    assert "set-up link" not in browser().get("/login").text


def test_a_link_that_never_was_or_is_dead_says_what_to_do(db: Database) -> None:
    address = link()
    people.add_user(SYSTEM, UserCreate(email="b@example.com", name="B", role="administrator"))
    for dead in (address, "/setup?token=guessed", "/setup"):
        answer = browser().get(dead)
        assert answer.status_code == 404
        assert 'href="/login"' in answer.text


def test_a_link_for_a_new_password_lets_its_person_choose_one_and_in(db: Database) -> None:
    ana = add_person("ana")
    link = password_links.make(SYSTEM, ana, "http://testserver").address.removeprefix("http://testserver")
    client, secret = browser(), link.partition("token=")[2]
    assert client.get(link).status_code == 200
    weak = client.post("/password", data={"token": secret, "password": "short"})
    assert weak.status_code == 422
    assert 'aria-invalid="true"' in weak.text
    answer = client.post("/password", data={"token": secret, "password": "quite another long one"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/api/v1/me").json()["email"] == "ana@example.com"
    for dead in (link, "/password?token=guessed", "/password"):
        answer = browser().get(dead)
        assert answer.status_code == 404
        assert 'href="/login"' in answer.text


def test_the_slow_down_sees_the_person_behind_a_proxy_that_is_named(
    db: Database, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_SIGN_IN__FREE_FAILURES="1", CARTEIRA_WEB__TRUSTED_PROXIES='["10.0.0.0/8"]')
    proxied = browser()
    proxied._transport.client = ("10.0.0.7", 50000)  # type: ignore[attr-defined]
    guess = {"password": "no"}
    for number in range(6):
        proxied.post(
            "/login", data=guess | {"email": f"{number}@x"}, headers={"x-forwarded-for": "203.0.113.1"}
        )
    blocked = {"x-forwarded-for": "6.6.6.6, 203.0.113.1"}
    assert proxied.post("/login", data=guess | {"email": "y@x"}, headers=blocked).status_code == 429
    other = {"x-forwarded-for": "203.0.113.2"}
    assert proxied.post("/login", data=guess | {"email": "y@x"}, headers=other).status_code == 401
