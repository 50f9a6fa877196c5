"""Segments over REST."""

import pytest
from starlette.testclient import TestClient

from hooks.viewer import SYSTEM
from models.segment import SegmentCreate
from services import segments
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database


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
