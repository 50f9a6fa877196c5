"""What a role may and what a token's scopes let through."""

import pytest

from services.errors import Refused
from services.permissions import DEFAULT_ROLES, permissions_of_scopes


def test_the_roles_of_a_fresh_installation_are_those_promised():
    assert {name: scope for name, (scope, _granted) in DEFAULT_ROLES.items()} == {
        "administrator": "everyone",
        "manager": "everyone",
        "advisor": "teams",
        "analyst": "everyone",
    }
    assert set(DEFAULT_ROLES["analyst"][1]) == {"contacts.view", "contacts.export"}
    assert "segments.assign_restricted" not in DEFAULT_ROLES["advisor"][1]
    assert "segments.restrict" not in DEFAULT_ROLES["manager"][1]


@pytest.mark.parametrize(
    ("scope", "granted", "kept_out"),
    [
        ("contacts.view", {"contacts.view"}, {"contacts.edit"}),
        ("contacts", {"contacts.view", "contacts.edit"}, {"segments.manage"}),
        ("contacts:read", {"contacts.view"}, {"contacts.edit"}),
        ("contacts", {"contacts.view"}, {"people.read", "segments.read"}),
        ("segments:write", {"segments.manage", "segments.read"}, {"people.manage", "contacts.view"}),
        ("segments:read", {"segments.read"}, {"segments.assign", "contacts.view"}),
        ("users", {"people.manage", "people.read"}, {"contacts.view"}),
        ("teams:read", {"people.read"}, {"people.manage", "contacts.view"}),
        ("plan", {"plan.manage"}, {"contacts.view"}),
        ("imports:write", {"contacts.import", "contacts.view"}, {"contacts.delete"}),
        ("read", {"contacts.view", "contacts.export"}, {"contacts.edit"}),
        ("write", {"contacts.edit", "people.manage"}, set()),
        ("all", {"plugins.manage"}, set()),
    ],
)
def test_a_scope_lets_through_what_it_names(scope: str, granted: set[str], kept_out: set[str]):
    allowed = permissions_of_scopes([scope])
    assert granted <= allowed
    assert not kept_out & allowed


@pytest.mark.parametrize("scope", ["", "contact", "contacts.fly", "contacts:delete:all", "*", "plan:read"])
def test_an_unknown_scope_is_refused(scope: str):
    with pytest.raises(Refused):
        permissions_of_scopes([scope])
