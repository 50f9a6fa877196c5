"""Contacts over REST."""

import json

import pytest
from starlette.testclient import TestClient

from tests.api.served import add_person, program, token_of
from tests.fixtures import Database
from tests.worlds import World

SHAPE = [
    "id", "first_name", "last_name", "email", "phone", "country", "organization", "account_number",
    "external_id", "responsible", "segments", "tags", "created", "updated",
]  # fmt: skip


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


def names(client: TestClient, **asked: object) -> list[str]:
    answer = client.get("/api/v1/contacts", params={"sort": "first_name", **asked})
    assert answer.status_code == 200, answer.text
    return [one["first_name"] for one in answer.json()["items"]]


def test_a_list_has_the_shape_that_programs_rely_on(boss: TestClient) -> None:
    world = World()
    world.label("North")
    world.contact("Ana", email="Ana@Example.com", phone="+5511961234567", country="BR", segments=["North"])
    answer = boss.get("/api/v1/contacts").json()
    assert list(answer) == ["items", "next"]
    (ana,) = answer["items"]
    assert list(ana) == SHAPE
    assert (ana["email"], ana["phone"], ana["segments"]) == ("ana@example.com", "+5511961234567", ["North"])
    assert ana["last_name"] is None
    assert ana["created"].endswith("Z")
    assert boss.get("/api/v1/contacts", params={"count": "true"}).json()["count"] == 1


def test_a_list_is_filtered_searched_sorted_and_paged(boss: TestClient) -> None:
    world = World()
    for name, country in (("Ana", "BR"), ("Bea", "FR"), ("João", "BR"), ("Zoé", "US")):
        world.contact(name, country=country)
    brazil = json.dumps({"v": 1, "where": {"field": "country", "op": "in", "value": ["BR"]}})
    assert names(boss, filter=brazil) == ["Ana", "João"]
    assert names(boss, search="joao") == ["João"]
    assert names(boss, sort="-first_name") == ["Zoé", "João", "Bea", "Ana"]
    found: list[str] = []
    after: dict[str, object] = {}
    while True:
        page = boss.get("/api/v1/contacts", params={"sort": "first_name", "limit": 3, **after}).json()
        found += [one["first_name"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == ["Ana", "Bea", "João", "Zoé"]


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "{"},
        {"filter": "[]"},
        {"filter": '{"v": 1, "where": {"field": "wings", "op": "eq", "value": 2}}'},
        {"sort": "wings"},
        {"limit": 0},
        {"limit": 1001},
        {"limit": "many"},
        {"after": "nowhere"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(boss: TestClient, asked: dict[str, object]) -> None:
    answer = boss.get("/api/v1/contacts", params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_contact_is_made_read_changed_and_deleted(boss: TestClient) -> None:
    command = {"first_name": "Ana", "phones": ["11 96123-4567"], "country": "BR"}
    answer = boss.post("/api/v1/contacts", json=command)
    assert answer.status_code == 201, answer.text
    location = answer.headers["location"]
    read = boss.get(location)
    assert read.json() == answer.json()
    assert (read.json()["source"], read.json()["phone"]) == ("api", "+5511961234567")
    tag = read.headers["etag"]
    changed = boss.patch(location, json={"last_name": "Souza"}, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["last_name"]) == (200, "Souza")
    assert changed.headers["etag"] != tag
    late = boss.patch(location, json={"last_name": "Lima"}, headers={"if-match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert boss.patch(location, json={"last_name": "Lima"}, headers={"if-match": '"x"'}).status_code == 412
    assert (
        boss.patch(location, json={"last_name": None}, headers={"if-match": "*"}).json()["last_name"] is None
    )
    assert boss.delete(location).status_code == 204
    assert boss.get(location).status_code == 404
    assert boss.delete(location).status_code == 404


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ('"1"', 200),
        ('"7", "1"', 200),
        ('W/"2","1"', 200),
        ("*", 200),
        ('W/"1"', 412),
        ('"7", "8"', 412),
        ('"1x"', 412),
        ('"99999999999999999999"', 412),
        ('"1', 400),
        ("1", 400),
        ('"1" "2"', 400),
        ("", 400),
    ],
)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_if_match_is_compared_to_the_letter(boss: TestClient, if_match: str, status: int) -> None:
    place = boss.post("/api/v1/contacts", json={"first_name": "Ana"}).headers["location"]
    answer = boss.patch(place, json={"first_name": "Bea"}, headers={"if-match": if_match})
    assert answer.status_code == status
    assert boss.get(place).json()["first_name"] == ("Bea" if status == 200 else "Ana")


def test_one_that_is_there_already_is_offered(boss: TestClient) -> None:
    first = boss.post("/api/v1/contacts", json={"first_name": "Ana", "email": "ana@example.com"}).json()
    again = boss.post("/api/v1/contacts", json={"first_name": "A.", "email": "ANA@example.com"})
    assert (again.status_code, again.json()["code"], again.json()["contact_id"]) == (
        409,
        "email_known",
        first["id"],
    )


def test_what_is_behind_a_wall_is_not_there(boss: TestClient) -> None:
    world = World()
    ana = program(token_of(add_person("ana", "advisor", "North")))
    world.wall("Secret")
    hidden = world.contact("Hidden", email="h@example.com", segments=["Secret"])
    world.contact("Open")
    assert names(boss) == ["Hidden", "Open"]
    assert names(ana) == ["Open"]
    for method in ("get", "delete", "patch"):
        more = {"json": {"first_name": "X"}} if method == "patch" else {}
        there = getattr(ana, method)(f"/api/v1/contacts/{hidden}", **more)
        absent = getattr(ana, method)("/api/v1/contacts/987654", **more)
        assert (there.status_code, there.json()) == (absent.status_code, absent.json())
    taken = ana.post("/api/v1/contacts", json={"first_name": "New", "email": "h@example.com"})
    assert (taken.status_code, taken.json()["code"]) == (409, "not_available")
    assert "contact_id" not in taken.json()


def test_scopes_limit_a_token(db: Database) -> None:
    boss = add_person("boss", "administrator")
    reader, adder = program(token_of(boss, "contacts:read")), program(token_of(boss, "contacts.add"))
    assert reader.post("/api/v1/contacts", json={"first_name": "Ana"}).status_code == 403
    assert adder.post("/api/v1/contacts", json={"first_name": "Ana"}).status_code == 201
    assert adder.get("/api/v1/contacts").status_code == 403
    assert reader.get("/api/v1/contacts").status_code == 200


def test_a_contact_is_read_as_it_was_on_a_day_and_that_answer_guards_no_change(boss: TestClient) -> None:
    messengers = [{"platform": "telegram", "handle": "@ana_souza"}]
    body = {"first_name": "Ana", "tags": ["New"], "messengers": messengers}
    made = boss.post("/api/v1/contacts", json=body).json()
    assert made["points"][0]["link"] == "https://t.me/ana_souza"
    path = f"/api/v1/contacts/{made['id']}"
    boss.patch(path, json={"first_name": "Anna"})
    today = boss.get(path, params={"on": made["created"][:10]})
    assert (today.json()["first_name"], today.json()["tags"], today.json()["in_bin"]) == (
        "Anna",
        ["New"],
        False,
    )
    assert "etag" not in today.headers
    before = boss.get(path, params={"on": "2001-01-01"})
    assert (before.status_code, before.json()["code"]) == (404, "not_yet")
    assert boss.get(path, params={"on": "soon"}).status_code == 422
    assert "in_bin" not in boss.get(path).json()
