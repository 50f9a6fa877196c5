"""The way back of an import over REST."""

import pytest
from starlette.testclient import TestClient

from services import jobs
from tests.api.served import add_person, program, token_of
from tests.api.test_imports import ended, send
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


def test_an_import_is_undone_in_the_background_and_told_with_what_it_left(boss: TestClient) -> None:
    import_id = send(boss)["import_id"]
    at = f"/api/v1/imports/{import_id}/undo"
    running = boss.post(at)
    assert (running.status_code, running.json()["code"]) == (409, "import_running")
    ended(boss, import_id)
    assert boss.get(at).status_code == 404
    zoe = boss.get("/api/v1/contacts?search=zoe").json()["items"][0]["id"]
    assert boss.patch(f"/api/v1/contacts/{zoe}", json={"city": "Lyon"}).status_code == 200
    begun = boss.post(at)
    assert (begun.status_code, begun.headers["location"]) == (202, at)
    assert (begun.json()["status"], begun.json()["conflicts"]) == ("accepted", [])
    jobs.wait_or_run_here("undo", begun.json()["id"])
    done = boss.get(at).json()
    assert (done["import_id"], done["status"], done["removed"], done["restored"]) == (import_id, "done", 1, 0)
    assert [(one["contact_id"], one["code"]) for one in done["conflicts"]] == [(zoe, "touched_since")]
    page = boss.get(f"{at}/conflicts?limit=1").json()
    assert (page["items"], page["next"]) == (done["conflicts"], None)
    again = boss.post(at)
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")
    assert boss.post(f"{at}/cancel").json()["status"] == "done"
