"""Segments over REST."""

import pytest
from httpx import Response
from starlette.testclient import TestClient

from hooks.viewer import SYSTEM
from models.segment import SegmentCreate
from services import segments
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database
from tests.worlds import World


def told(answer: Response) -> dict[str, int]:
    assert answer.status_code == 200
    return {name: answer.json()[name] for name in ("done", "skipped")}


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator", "North")))


def test_a_segment_is_made_found_changed_and_deleted(boss: TestClient) -> None:
    answer = boss.post("/api/v1/segments", json={"name": "Premium", "restricted": True, "teams": ["north"]})
    assert answer.status_code == 201
    location = answer.headers["location"]
    found = boss.get(location).json()
    assert found == answer.json()
    assert (found["restricted"], found["teams"], found["members"]) == (True, ["North"], 0)
    assert boss.patch(location, json={"active": False}).json()["active"] is False
    assert [one["name"] for one in boss.get("/api/v1/segments").json()["items"]] == ["Premium"]
    assert boss.delete(location).status_code == 204
    assert boss.get(location).status_code == 404
    assert boss.delete(location).status_code == 404


def test_a_wall_of_others_is_not_there(boss: TestClient) -> None:
    hidden = segments.create(SYSTEM, SegmentCreate(name="Secret", restricted=True)).id
    ana = program(token_of(add_person("ana", "advisor", "South")))
    assert ana.get("/api/v1/segments").json() == {"items": []}
    absent = ana.get("/api/v1/segments/987654")
    there = ana.get(f"/api/v1/segments/{hidden}")
    assert (there.status_code, there.json()) == (absent.status_code, absent.json()) == (404, absent.json())


def test_a_token_without_the_scope_cannot(db: Database) -> None:
    reader = program(token_of(add_person("boss", "administrator"), "read"))
    assert reader.get("/api/v1/segments").status_code == 200
    assert reader.post("/api/v1/segments", json={"name": "Premium"}).status_code == 403


def test_members_are_listed_added_and_taken_out(boss: TestClient) -> None:
    world = World()
    north = world.label("North")
    ids = [world.contact(name, country="BR") for name in ("Ana", "Bea", "Cid")]
    place = f"/api/v1/segments/{north}/members"
    assert told(boss.post(place, json={"contacts": ids[:2]})) == {"done": 2, "skipped": 0}
    assert told(boss.post(place, json={"contacts": ids})) == {"done": 1, "skipped": 2}
    listed = boss.get(place, params={"sort": "first_name"}).json()
    assert [one["first_name"] for one in listed["items"]] == ["Ana", "Bea", "Cid"]
    assert boss.delete(f"{place}/{ids[0]}").status_code == 204
    assert boss.delete(f"{place}/{ids[0]}").status_code == 404
    brazil = {"v": 1, "where": {"field": "country", "op": "in", "value": ["BR"]}}
    assert told(boss.post(f"{place}/remove", json={"filter": brazil})) == {"done": 2, "skipped": 1}
    assert boss.get(place).json() == {"items": [], "next": None}
    refused = boss.post(place, json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_condition")
    assert boss.get("/api/v1/segments/987654/members").status_code == 404


def test_what_one_does_not_see_is_passed_over(boss: TestClient) -> None:
    world = World()
    north = world.label("North")
    world.wall("Secret")
    hidden, seen = world.contact("Hidden", segments=["Secret"]), world.contact("Open")
    ana = program(token_of(add_person("ana", "advisor", "South")))
    place = f"/api/v1/segments/{north}/members"
    assert told(ana.post(place, json={"contacts": [hidden, seen, 987654]})) == {"done": 1, "skipped": 0}
    assert ana.delete(f"{place}/{hidden}").status_code == 404
    assert [one["id"] for one in boss.get(place).json()["items"]] == [seen]


def test_another_number_than_expected_is_told_and_nothing_is_done(boss: TestClient) -> None:
    world = World()
    place = f"/api/v1/segments/{world.label('Premium')}/members"
    world.contact("Ana")
    for deed in (place, f"{place}/remove"):
        refused = boss.post(deed, json={"search": "ana", "expected": 2})
        assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (
            409,
            "count_changed",
            1,
        )
    assert told(boss.post(place, json={"search": "ana", "expected": 1})) == {"done": 1, "skipped": 0}
