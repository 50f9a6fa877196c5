"""Writes with an Idempotency-Key."""

import inspect
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api import contacts as contacts_api
from api import exports as exports_api
from api import imports as imports_api
from api import people as people_api
from api import segments as segments_api
from api.parts import WRITES
from api.segments import Switched
from hooks.viewer import SYSTEM
from models.bulk import BulkRead
from services import bulk, teams
from services.errors import Refused
from services.listing import Query
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database
from tests.worlds import World

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


@pytest.fixture
def ana(db: Database) -> int:
    return add_person("ana", "advisor", "North")


def test_a_repeated_request_shows_what_may_be_seen_by_now(ana: int) -> None:
    world, client = World(), program(token_of(ana))
    wall = world.wall("Secret")
    command = {"first_name": "Hugo"}
    made = client.post("/api/v1/contacts", json=command, headers=KEY)
    place = made.headers["location"]
    client.patch(place, json={"first_name": "Hugo II"})
    again = client.post("/api/v1/contacts", json=command, headers=KEY)
    assert (again.status_code, again.headers["location"]) == (201, place)
    assert again.json() == client.get(place).json()
    assert again.headers["etag"] == client.get(place).headers["etag"] != made.headers["etag"]
    renamed = {"last_name": "Souza"}
    client.patch(place, json=renamed, headers={"idempotency-key": "p"})
    bulk.add_to_segment(SYSTEM, wall, Query(only=[made.json()["id"]]))
    for hidden in (
        client.post("/api/v1/contacts", json=command, headers=KEY),
        client.patch(place, json=renamed, headers={"idempotency-key": "p"}),
    ):
        assert (hidden.status_code, hidden.headers["idempotency-replayed"]) == (404, "true")
        assert hidden.json() == client.get(place).json()


def test_a_key_opens_nothing_to_another_token_of_the_same_person(ana: int) -> None:
    command = {"first_name": "Hugo"}
    assert program(token_of(ana)).post("/api/v1/contacts", json=command, headers=KEY).status_code == 201
    reader = program(token_of(ana, "contacts:read"))
    assert reader.post("/api/v1/contacts", json=command, headers=KEY).status_code == 403


def test_who_may_add_but_not_look_is_told_again_that_it_was_done(ana: int) -> None:
    adds = program(token_of(ana, "contacts.add"))
    made = adds.post("/api/v1/contacts", json={"first_name": "Hugo"}, headers=KEY)
    again = adds.post("/api/v1/contacts", json={"first_name": "Hugo"}, headers=KEY)
    assert (again.status_code, again.headers["location"]) == (201, made.headers["location"])
    assert again.content == b""


def test_counts_of_what_one_did_are_told_again(boss: TestClient) -> None:
    world = World()
    label, contact = world.label("Premium"), world.contact("Ana")
    place, picked = f"/api/v1/segments/{label}/members", {"contacts": [contact]}
    for _time in range(2):
        answer = boss.post(place, json=picked, headers=KEY)
        assert (answer.status_code, answer.json()["done"], answer.json()["skipped"]) == (200, 1, 0)


def test_every_write_that_shows_a_thing_says_where_it_is_read() -> None:
    for module in (contacts_api, exports_api, imports_api, people_api, segments_api):
        for route in (*module.router.routes, *getattr(module, "files", module.router).routes):
            assert isinstance(route, APIRoute)
            if not (route.methods or set()) & {"POST", "PUT"} or route.response_model in (BulkRead, Switched):
                continue
            if not any(one in route.dependencies for one in WRITES):
                assert route.path.endswith("/impact"), route.path
                continue
            assert re.search(r"\b(made|shows|_accepted)\(", inspect.getsource(route.endpoint)), route.path


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

    monkeypatch.setattr(teams, "add", slow)
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
