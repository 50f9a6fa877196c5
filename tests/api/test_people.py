"""People, teams and oneself over REST."""

import pytest
from starlette.testclient import TestClient

from tests.api.served import add_person, program, token_of
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


def test_a_person_is_added_found_and_changed(boss: TestClient) -> None:
    boss.post("/api/v1/teams", json={"name": "North"})
    command = {"email": "Ana@Example.com", "name": "Ana", "role": "advisor", "teams": ["North"]}
    answer = boss.post("/api/v1/users", json=command)
    assert answer.status_code == 201
    location = answer.headers["location"]
    assert boss.get(location).json() == answer.json()
    assert answer.json()["teams"] == ["North"]
    changed = boss.patch(location, json={"role": "manager", "teams": []}).json()
    assert (changed["role"], changed["scope"], changed["teams"]) == ("manager", "everyone", [])
    assert [one["email"] for one in boss.get("/api/v1/users").json()["items"]] == [
        "ana@example.com",
        "boss@example.com",
    ]


def test_nobody_is_shown_a_password(boss: TestClient) -> None:
    command = {"email": "a@example.com", "name": "A", "role": "advisor", "password": "a long enough one"}
    answer = boss.post("/api/v1/users", json=command)
    assert "password" not in answer.text
    assert "argon2" not in boss.get("/api/v1/users").text


@pytest.mark.parametrize(
    ("command", "status", "code", "field"),
    [
        ({"email": "x", "name": "A", "role": "advisor"}, 422, "bad_email", "email"),
        ({"email": "boss@example.com", "name": "A", "role": "advisor"}, 409, "email_known", "email"),
        ({"email": "a@b", "name": "A", "role": "king"}, 422, "unknown_role", "role"),
        ({"email": "a@b", "name": "A"}, 422, "bad_request", "role"),
        ({"email": "a@b", "name": "A", "role": "advisor", "wings": 2}, 422, "bad_request", "wings"),
    ],
)
def test_a_refusal_is_a_problem_document_that_names_the_field(
    boss: TestClient, command: dict[str, object], status: int, code: str, field: str
) -> None:
    answer = boss.post("/api/v1/users", json=command)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert list(problem["fields"]) == [field]
    assert problem["title"]
    assert problem["detail"]


def test_what_is_no_json_or_not_there_is_told_too(boss: TestClient) -> None:
    answer = boss.post("/api/v1/users", content="{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")
    for path, code in {"/api/v1/users/99": "not_found", "/api/v1/nothing": "not_found"}.items():
        assert (boss.get(path).status_code, boss.get(path).json()["code"]) == (404, code)
    assert boss.put("/api/v1/users").status_code == 405
    assert boss.get("/api/v1/users/0").status_code == 422
    assert boss.get(f"/api/v1/users/{2**63}").status_code == 422


def test_only_who_manages_people_changes_them(boss: TestClient) -> None:
    ana = program(token_of(add_person("ana", "manager")))
    assert ana.get("/api/v1/users").status_code == 200
    refused = ana.post("/api/v1/teams", json={"name": "North"})
    assert (refused.status_code, refused.json()["permission"]) == (403, "people.manage")
    assert ana.patch("/api/v1/users/1", json={"active": False}).status_code == 403
    last = boss.patch("/api/v1/users/1", json={"active": False})
    assert (last.status_code, last.json()["code"]) == (409, "last_administrator")


def test_me_says_what_this_token_may_do(db: Database) -> None:
    secret = token_of(add_person("ana", "manager"), "contacts:read")
    me = program(secret).get("/api/v1/me", headers={"accept-language": "pt-BR"}).json()
    assert me["permissions"] == ["contacts.export", "contacts.view"]
    assert (me["email"], me["role"], me["locale"]) == ("ana@example.com", "manager", "pt_BR")
    assert me["time_zone"] == "America/Sao_Paulo"
