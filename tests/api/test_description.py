"""The description of the API, and the API held against it with requests that nobody would think of."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from api.app import create_api
from tests.api.served import ROLES, add_person, program, token_of
from tests.fixtures import Database

SCHEMA = schemathesis.openapi.from_dict(create_api().openapi())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_description_is_served_and_complete(db: Database) -> None:
    found = program(token_of(add_person("ana"))).get("/api/v1/openapi.json").json()
    assert found["info"]["title"] == "Carteira"
    assert found["servers"] == [{"url": "/api"}]
    for path, methods in found["paths"].items():
        assert path.startswith("/v1/")
        for operation in methods.values():
            assert operation["security"] == [{"token": []}, {"session": []}]
            assert operation["description"]
            assert "4XX" in operation["responses"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("db", "role"), [*(("sqlite", role) for role in ROLES), ("postgres", "administrator")], indirect=["db"]
)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_request_breaks_it_whoever_sends_it(db: Database, operation: APIOperation, role: str) -> None:
    client = program(token_of(add_person(role, role, "North")))

    @given(case=operation.as_strategy())
    @settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        wanted = case.as_transport_kwargs(base_url="http://testserver/api")
        for kept_out in ("cookies", "params"):
            wanted.pop(kept_out, None)
        if "files" in wanted:
            # The client sends text and bytes; a number in a form is its digits.
            wanted["files"] = [
                (name, (part[0], _sendable(part[1]))) for name, part in _parts(wanted["files"])
            ]
        headers = {name: value for name, value in wanted.pop("headers").items() if name != "authorization"}
        response = client.request(**wanted, headers=headers)
        response.request.read()
        case.validate_response(response, checks=CHECKS)

    ask()


def _parts(files: Any) -> list[tuple[str, tuple[Any, ...]]]:
    pairs = files.items() if isinstance(files, dict) else files
    return [(name, part if isinstance(part, tuple) else (None, part)) for name, part in pairs]


def _sendable(value: object) -> str | bytes:
    return value if isinstance(value, str | bytes) else str(value)
