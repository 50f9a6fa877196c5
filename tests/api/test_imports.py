"""Imports over REST."""

import pytest
from starlette.testclient import TestClient

from services import jobs
from tests.api.served import add_person, program, signed_in, token_of
from tests.fixtures import Database

HEADER = (
    "Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments\n"
)
GOOD = HEADER + "BR,Ana,Souza,11 96123-4567,ana@example.com,,,,\nFR,Zoé,Petit,06 12 34 56 78,,,,,\n"
MIXED = GOOD + "BR,,Nobody,,not an address,,,,\n"


@pytest.fixture
def boss(db: Database) -> TestClient:
    return program(token_of(add_person("boss", "administrator")))


def send(client: TestClient, text: str = GOOD, **params: object) -> dict[str, object]:
    answer = client.post("/api/v1/imports", params={"file_name": "a.csv", **params}, content=text.encode())
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/imports/{answer.json()['import_id']}"
    return dict(answer.json())


def ended(client: TestClient, import_id: object) -> dict[str, object]:
    jobs.wait_or_run_here("import", int(str(import_id)))
    return dict(client.get(f"/api/v1/imports/{import_id}").json())


def test_a_file_is_accepted_carried_out_and_counted(boss: TestClient) -> None:
    accepted = send(boss)
    assert accepted["status"] == "accepted"
    done = ended(boss, accepted["import_id"])
    assert (done["status"], done["rows"], done["created"]) == ("done", 2, 2)
    assert [one["first_name"] for one in boss.get("/api/v1/contacts?sort=first_name").json()["items"]] == [
        "Ana",
        "Zoé",
    ]
    again = ended(boss, send(boss)["import_id"])
    assert (again["created"], again["unchanged"]) == (0, 2)


def test_a_form_with_a_file_and_options_does_the_same(boss: TestClient) -> None:
    answer = boss.post(
        "/api/v1/imports",
        files={"file": ("carteira.csv", GOOD.replace(",", ";").encode("utf-16"), "text/csv")},
        data={"unknown_segments": "create", "overwrite_segments": "true"},
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["file_name"] == "carteira.csv"
    assert answer.json()["options"]["unknown_segments"] == "create"
    assert answer.json()["options"]["overwrite_segments"] is True
    assert ended(boss, answer.json()["import_id"])["created"] == 2


def test_an_empty_file_and_a_form_without_one_are_told_apart(boss: TestClient) -> None:
    empty = boss.post("/api/v1/imports", files={"file": ("a.csv", b"", "text/csv")})
    assert (empty.status_code, empty.json()["detail"]) == (422, "The file is empty.")
    none = boss.post("/api/v1/imports", files={"other": ("a.csv", b"a", "text/csv")})
    assert "Send a file" in none.json()["detail"]


def test_rejected_rows_come_back_as_a_file(boss: TestClient) -> None:
    done = ended(boss, send(boss, MIXED)["import_id"])
    assert (done["status"], done["rejected"]) == ("done_with_rejects", 1)
    answer = boss.get(f"/api/v1/imports/{done['import_id']}/rejected")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.splitlines()[0].startswith(HEADER.strip())
    assert "Nobody" in answer.text
    rows = boss.get(f"/api/v1/imports/{done['import_id']}/rows", params={"outcome": "rejected"}).json()[
        "items"
    ]
    assert [row["row"] for row in rows] == [3]


def test_a_file_can_be_looked_at_and_reviewed_before_anything_is_written(boss: TestClient) -> None:
    received = send(boss, MIXED, review=1)
    place = f"/api/v1/imports/{received['import_id']}"
    assert received["status"] == "received"
    assert [one["field"] for one in boss.get(f"{place}/file").json()["columns"]][:3] == [
        "country",
        "first_name",
        "last_name",
    ]
    assert boss.post(f"{place}/review").json()["status"] == "planning"
    jobs.wait_or_run_here("review", int(str(received["import_id"])))
    planned = boss.get(place).json()
    assert (planned["status"], planned["created"], planned["rejected"]) == ("planned", 2, 1)
    assert boss.get("/api/v1/contacts").json()["items"] == []
    assert boss.post(f"{place}/accept").status_code == 202
    assert ended(boss, received["import_id"])["created"] == 2


def test_columns_are_mapped_by_name(boss: TestClient) -> None:
    text = "Vorname;Telefon\nAna;+5511961234567\n"
    done = ended(
        boss, send(boss, text, map=["Vorname=first_name", "Telefon=phone"], country="BR")["import_id"]
    )
    assert done["rows"] == 1
    refused = boss.post("/api/v1/imports", params={"map": "Nachname=last_name"}, content=text.encode())
    assert (refused.status_code, refused.json()["code"]) == (422, "no_such_column")


def test_contacts_are_known_by_the_keys_that_are_named_first(boss: TestClient) -> None:
    text = "Country,First Name,Last Name,Email,External ID\nBR,Ana,Lima,ana@a.com,x1\n"
    ended(boss, send(boss, text)["import_id"])
    other = text.replace("x1", "x2")
    assert ended(boss, send(boss, other)["import_id"])["rejected"] == 1
    by_email = send(boss, other, match_by="email,external_id,phone")
    assert ended(boss, by_email["import_id"])["updated"] == 1


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ({}, b""),
        ({"encoding": "klingon"}, GOOD.encode()),
        ({"country": "Atlantis"}, GOOD.encode()),
        ({"match_by": "email,phone"}, GOOD.encode()),
        ({}, b"\x00\x01" * 99),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    boss: TestClient, db: Database, params: dict[str, str], body: bytes
) -> None:
    answer = boss.post("/api/v1/imports", params=params, content=body)
    assert answer.status_code == 422, answer.text
    assert boss.get("/api/v1/imports").json() == {"items": []}
    assert list((db.data_dir / "imports").glob("*")) == []


def test_the_same_file_under_one_key_is_taken_in_once(boss: TestClient) -> None:
    key = {"idempotency-key": "k"}
    first = boss.post("/api/v1/imports", content=GOOD.encode(), headers=key)
    again = boss.post("/api/v1/imports", content=GOOD.encode(), headers=key)
    other = boss.post("/api/v1/imports", content=MIXED.encode(), headers=key)
    assert first.json()["import_id"] == again.json()["import_id"]
    assert first.headers["location"] == again.headers["location"]
    assert other.status_code == 422
    assert len(boss.get("/api/v1/imports").json()["items"]) == 1


def test_an_import_belongs_to_its_owner(boss: TestClient) -> None:
    ana, bea = (program(token_of(add_person(name, "advisor", "North"))) for name in ("ana", "bea"))
    mine = send(ana)["import_id"]
    for path in ("", "/rows", "/rejected", "/file"):
        assert bea.get(f"/api/v1/imports/{mine}{path}").status_code == 404
    assert bea.post(f"/api/v1/imports/{mine}/cancel").status_code == 404
    assert bea.get("/api/v1/imports").json() == {"items": []}
    assert boss.get(f"/api/v1/imports/{mine}").status_code == 200


def test_who_may_not_import_is_refused_before_the_file_is_taken(db: Database) -> None:
    analyst = program(token_of(add_person("ana", "analyst")))
    assert analyst.post("/api/v1/imports", content=GOOD.encode()).status_code == 403


def test_the_page_sends_its_file_with_the_sessions_cookie(db: Database) -> None:
    add_person("ana")
    page = signed_in(accept="application/json")
    form = {"file": ("a.csv", GOOD.encode(), "text/csv")}
    ours = page.post("/api/v1/imports?review=1", files=form, headers={"origin": "http://testserver"})
    assert (ours.status_code, ours.json()["status"]) == (202, "received")
    foreign = page.post("/api/v1/imports?review=1", files=form, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_a_field_of_a_form_that_means_nothing_is_refused_by_name(boss: TestClient) -> None:
    answer = boss.post(
        "/api/v1/imports",
        files={"file": ("carteira.csv", GOOD, "text/csv")},
        data={"overwrite_segment": "true"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert list(answer.json()["fields"]) == ["overwrite_segment"]


SHEET = 'Segment;Restricted;Users\nNorte;yes;"boss@example.com"\nSul;perhaps;\n'


def test_a_sheet_of_segments_is_known_by_its_header_or_by_word(boss: TestClient) -> None:
    accepted = send(boss, SHEET)
    assert (accepted["kind"], accepted["impact"]) == ("segments", None)
    done = ended(boss, accepted["import_id"])
    assert (done["status"], done["created"], done["rejected"]) == ("done_with_rejects", 1, 1)
    assert done["impact"] == {"members": 0, "gains": [], "loses": [], "blind": 0}
    rows = boss.get(f"/api/v1/imports/{done['import_id']}/rows").json()["items"]
    assert [row["code"] for row in rows] == [None, "not_yes_or_no"]
    (norte,) = boss.get("/api/v1/segments").json()["items"]
    assert (norte["name"], norte["restricted"], norte["users"]) == ("Norte", True, ["boss@example.com"])
    wrong = boss.post("/api/v1/imports", params={"kind": "contacts"}, content=SHEET.encode())
    assert (wrong.status_code, wrong.json()["code"]) == (422, "no_key_column")


def test_a_sheet_that_is_fetched_comes_back_and_its_links_may_be_set_exactly(boss: TestClient) -> None:
    ended(boss, send(boss, SHEET)["import_id"])
    fetched = boss.get("/api/v1/segments/sheet", params={"format": "csv"})
    assert fetched.headers["content-disposition"] == 'attachment; filename="segments.csv"'
    text = fetched.content.decode("utf-8-sig")
    assert ended(boss, send(boss, text)["import_id"])["unchanged"] == 1
    emptied = text.replace("boss@example.com", ";")
    assert ended(boss, send(boss, emptied)["import_id"])["unchanged"] == 1
    assert ended(boss, send(boss, emptied, links="exactly")["import_id"])["updated"] == 1
    assert boss.get("/api/v1/segments").json()["items"][0]["users"] == []
    assert boss.get("/api/v1/segments/sheet", params={"format": "exe"}).status_code == 422
