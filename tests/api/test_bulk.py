"""Many contacts at once over REST, and the way back."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from hooks.viewer import SYSTEM
from services import bulk, contacts
from tests.api.served import add_person, program, token_of
from tests.fixtures import Database
from tests.worlds import World

WORLD = World()


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator", "North")))


def wanted(*ids: int, **do: Any) -> dict[str, Any]:
    return {"json": {"do": do, "contacts": list(ids)}}


def test_a_field_is_set_and_taken_back_and_what_changed_since_is_listed(boss: TestClient) -> None:
    ana, bea = WORLD.contact("Ana"), WORLD.contact("Bea")
    done = boss.post("/api/v1/bulk", **wanted(ana, bea, deed="set_field", field="city", value="Lima")).json()
    assert (done["state"], done["done"], done["skipped"]) == ("done", 2, 0)
    etag = boss.get(f"/api/v1/contacts/{bea}").headers["etag"]
    boss.patch(f"/api/v1/contacts/{bea}", json={"city": "Cusco"}, headers={"if-match": etag})
    listed = boss.get("/api/v1/acts").json()
    assert [(one["deed"], one["field"], one["undoable"]) for one in listed["items"]] == [
        ("set_field", "city", True)
    ]
    back = boss.post(f"/api/v1/acts/{done['act_id']}/undo").json()
    assert (back["done"], back["why"]) == (1, {"changed_since": 1})
    left = boss.get(f"/api/v1/acts/{back['act_id']}/conflicts").json()["items"]
    assert left == [{"contact_id": bea, "name": "Bea", "code": "changed_since", "in_bin": False}]
    assert boss.get(f"/api/v1/acts/{done['act_id']}").json()["undone_by"] == back["act_id"]
    again = boss.post(f"/api/v1/acts/{done['act_id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")


def test_a_large_one_is_accepted_looked_at_and_cancelled(
    boss: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    ids = [WORLD.contact(name) for name in ("Ana", "Bea")]
    accepted = boss.post("/api/v1/bulk", **wanted(*ids, deed="delete"))
    assert accepted.status_code == 202
    place = accepted.headers["location"]
    assert boss.get(place).json()["state"] == "accepted"
    assert boss.post(f"{place}/cancel").json()["state"] == "cancelled"
    second = boss.post("/api/v1/bulk", **wanted(*ids, deed="delete")).headers["location"]
    bulk.carry_out(int(second.rpartition("/")[2]))
    found = boss.get(second).json()
    assert (found["state"], found["done"]) == ("done", 2)
    assert [one["state"] for one in boss.get("/api/v1/bulk").json()["items"]] == ["done", "cancelled"]


def test_all_contacts_are_meant_in_words_alone(boss: TestClient) -> None:
    ana = WORLD.contact("Ana")
    command = {"deed": "set_field", "field": "city", "value": "Lima"}
    refused = boss.post("/api/v1/bulk", json={"do": command})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_condition")
    assert boss.post("/api/v1/bulk", json={"do": command, "all_contacts": True}).json()["done"] == 1
    assert contacts.detail(SYSTEM, ana).city == "Lima"
    unknown = boss.post("/api/v1/bulk", json={"do": {"deed": "dance"}, "all_contacts": True})
    assert unknown.status_code == 422
