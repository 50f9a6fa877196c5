"""Exports over REST."""

import pytest
from starlette.testclient import TestClient

from hooks.viewer import SYSTEM
from models.people import UserUpdate
from services import jobs, people
from tests.api.served import add_person, program, signed_in, token_of
from tests.fixtures import Database
from tests.worlds import World


@pytest.fixture
def ana(db: Database) -> TestClient:
    return program(token_of(add_person("ana", "advisor", "North")))


def export(client: TestClient, **command: object) -> str:
    answer = client.post("/api/v1/exports", json=command)
    assert answer.status_code == 202, answer.text
    location = answer.headers["location"]
    assert client.get(f"{location}/file").status_code == 404
    jobs.wait_or_run_here("export", answer.json()["id"])
    assert client.get(location).json()["state"] == "done"
    return str(location)


def test_an_export_is_made_and_fetched_and_holds_what_one_sees(ana: TestClient) -> None:
    world = World()
    world.wall("Secret")
    world.contact("Hidden", segments=["Secret"])
    world.contact("Ana", country="BR")
    world.contact("Zoé", country="FR")
    place = export(ana, sort="first_name")
    answer = ana.get(f"{place}/file")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert "First Name" in answer.text
    assert "Zoé" in answer.text
    assert "Hidden" not in answer.text
    assert ana.get(place).json()["rows"] == 2
    france = {"v": 1, "where": {"field": "country", "op": "in", "value": ["FR"]}}
    assert ana.get(export(ana, filter=france, columns=["first_name"]) + "/file").content.decode(
        "utf-8-sig"
    ).split() == [
        "First",
        "Name",
        "Zoé",
    ]


def test_an_export_is_its_owners_alone(ana: TestClient) -> None:
    World().contact("Ana")
    place = export(ana)
    boss = program(token_of(add_person("boss", "administrator")))
    assert boss.get(place).status_code == 404
    assert boss.get(f"{place}/file").status_code == 404
    assert boss.get("/api/v1/exports").json() == {"items": []}
    assert signed_in("ana").get(f"{place}/file").status_code == 200


def test_a_change_of_team_closes_the_file(ana: TestClient) -> None:
    world = World()
    world.wall("Secret", teams=("North",))
    world.contact("Ana", segments=["Secret"])
    place = export(ana)
    assert ana.get(f"{place}/file").status_code == 200
    people.update_user(SYSTEM, 1, UserUpdate(teams=[]))
    assert ana.get(f"{place}/file").status_code == 404


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ({"format": "docx"}, 422),
        ({"columns": ["wings"]}, 422),
        ({"filter": {"v": 1, "where": {"field": "wings", "op": "eq", "value": 2}}}, 422),
        ({"segment": 987654}, 404),
        ({"exact": True}, 403),
    ],
)
def test_what_cannot_be_made_is_refused(ana: TestClient, command: dict[str, object], status: int) -> None:
    assert ana.post("/api/v1/exports", json=command).status_code == status


def test_a_token_without_the_scope_fetches_nothing(ana: TestClient) -> None:
    World().contact("Ana")
    place = export(ana)
    narrow = program(token_of(1, "contacts.view"))
    for path in ("/api/v1/exports", place, f"{place}/file"):
        assert narrow.get(path).status_code == 403
