"""What holds of every route of the API."""

import pytest
from starlette.testclient import TestClient

from tests.api.served import add_person, program, token_of
from tests.fixtures import Database

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "contacts"),
        ("GET", "contacts/1"),
        ("DELETE", "contacts/1"),
        ("POST", "segments"),
        ("GET", "imports"),
        ("POST", "imports"),
        ("GET", "exports/1/file"),
        ("GET", "me"),
    ],
)
def test_a_parameter_that_means_nothing_is_refused_by_name(boss: TestClient, method: str, path: str) -> None:
    answer = boss.request(method, f"/api/v1/{path}", params={"fliter": "{}", "nonsense": "1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert list(answer.json()["fields"]) == ["fliter", "nonsense"]
    assert "fliter: " in answer.json()["detail"]


def test_what_a_route_takes_is_known_by_the_name_that_it_has_outside(boss: TestClient) -> None:
    assert (
        boss.get("/api/v1/contacts", params={"filter": '{"v": 1, "where": {"all": []}}'}).status_code == 200
    )
