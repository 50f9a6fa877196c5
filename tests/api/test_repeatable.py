"""Writes with an Idempotency-Key."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from services import people
from services.errors import Refused
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database

KEY = {"idempotency-key": "9f1c"}


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


def test_the_same_request_is_carried_out_once_and_answered_the_same(boss: TestClient) -> None:
    first = boss.post("/api/v1/teams", json={"name": "North"}, headers=KEY)
    again = boss.post("/api/v1/teams", json={"name": "North"}, headers=KEY)
    assert (first.status_code, first.json(), first.headers["location"]) == (
        again.status_code,
        again.json(),
        again.headers["location"],
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert len(boss.get("/api/v1/teams").json()["items"]) == 1


def test_another_request_under_the_key_is_refused(boss: TestClient) -> None:
    boss.post("/api/v1/teams", json={"name": "North"}, headers=KEY)
    for path in ("/api/v1/teams", "/api/v1/segments"):
        other = boss.post(path, json={"name": "South"}, headers=KEY)
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_refused_request_leaves_its_key_free(boss: TestClient) -> None:
    assert boss.post("/api/v1/teams", json={"name": " "}, headers=KEY).status_code == 422
    assert boss.post("/api/v1/teams", json={"name": "North"}, headers=KEY).status_code == 201


def test_a_request_on_its_way_makes_the_second_wait(
    boss: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_given: object) -> None:
        begun.set()
        go_on.wait(10)
        raise Refused("slow", "Slow.")

    monkeypatch.setattr(people, "add_team", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(boss.post, "/api/v1/teams", json={"name": "North"}, headers=KEY)
        assert begun.wait(10)
        second = boss.post("/api/v1/teams", json={"name": "North"}, headers=KEY)
        go_on.set()
        assert first.result().status_code == 422
    assert (second.status_code, second.json()["code"]) == (409, "in_progress")


@pytest.mark.parametrize("key", ["", "x" * 201, "é"])
def test_a_key_that_is_none_is_refused(boss: TestClient, key: str) -> None:
    answer = boss.post("/api/v1/teams", json={"name": "North"}, headers={"idempotency-key": key.encode()})  # type: ignore[dict-item]
    assert answer.status_code in (201, 422)
    assert (answer.status_code == 201) == (key == "é")
