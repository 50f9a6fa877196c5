"""Who gets what from the routes: administrator, manager, advisor, analyst, by the status of the answer.

Anonymous requests are no column: they all end at the guard, which test_routes.py asks for every line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hooks.viewer import SYSTEM, Viewer
from models.bulk import SetField
from services import bulk, segments
from services.imports import saved_mappings
from services.imports.undo import runs as undos
from services.listing import Query
from tests.doors.house import FILE, SHEET, House

Fill = Callable[[House, Viewer], dict[str, Any]]


@dataclass(frozen=True)
class Line:
    """One request: `of` fills the braces of the path, `more` are arguments of the client."""

    door: str
    expected: str
    of: Fill = lambda _house, _viewer: {}
    more: Callable[[House], dict[str, Any]] = lambda _house: {}

    @property
    def method(self) -> str:
        """The method."""
        return self.door.partition(" ")[0]

    def path(self, house: House, viewer: Viewer) -> str:
        """Return the address, with ids in it."""
        return self.door.partition(" ")[2].format(**self.of(house, viewer))


def _contact(which: str) -> Fill:
    return lambda house, _viewer: {"contact_id": getattr(house, which)}


def _segment(which: str, **more: Any) -> Fill:
    return lambda house, _viewer: {"segment_id": getattr(house, which), **more}


def _own_import(house: House, viewer: Viewer) -> dict[str, Any]:
    return {"import_id": house.import_of(viewer)}


def _others_import(house: House, _viewer: Viewer) -> dict[str, Any]:
    return {"import_id": house.imports["other"]}


def _own_loaded(house: House, viewer: Viewer) -> dict[str, Any]:
    return {"import_id": house.loaded_of(viewer)}


def _others_loaded(house: House, _viewer: Viewer) -> dict[str, Any]:
    return {"import_id": house.loaded_by("other")}


def _own_mapping(house: House, viewer: Viewer) -> dict[str, Any]:
    """Return a mapping of the person's; somebody else's for one who may have none."""
    if not viewer.may("contacts.import"):
        return _others_mapping(house, viewer)
    return {"mapping_id": saved_mappings.keep(viewer, house.import_of(viewer), "Mine").id}


def _others_mapping(house: House, _viewer: Viewer) -> dict[str, Any]:
    return {"mapping_id": saved_mappings.keep(SYSTEM, house.imports["other"], "Mine").id}


def _own_undone(house: House, viewer: Viewer) -> dict[str, Any]:
    """Return an import of which the person has begun an undo; somebody else has for one who may not."""
    import_id = house.loaded_of(viewer)
    undos.begin(viewer if viewer.may("contacts.import") else SYSTEM, import_id)
    return {"import_id": import_id}


def _others_undone(house: House, _viewer: Viewer) -> dict[str, Any]:
    import_id = house.loaded_by("other")
    undos.begin(SYSTEM, import_id)
    return {"import_id": import_id}


def _own_export(house: House, viewer: Viewer) -> dict[str, Any]:
    return {"export_id": house.export_of(viewer)}


def _others_export(house: House, _viewer: Viewer) -> dict[str, Any]:
    return {"export_id": house.exports["other"]}


def _gone(house: House, _viewer: Viewer) -> dict[str, Any]:
    """Return a wall that was deleted."""
    segments.delete(SYSTEM, house.theirs)
    return {"segment_id": house.theirs}


def _others_act(house: House, _viewer: Viewer) -> dict[str, Any]:
    """Return somebody else's act, and a large deed of nobody's."""
    command = SetField(field="city", value="Lima")
    done = bulk.do(house.viewer("other"), command, Query(only=[house.open]))
    return {"act_id": done.act_id, "bulk_id": 1}


def _other(house: House, _viewer: Viewer) -> dict[str, Any]:
    return {"user_id": house.users["other"], "team_id": house.team}


def _json(**body: Any) -> Callable[[House], dict[str, Any]]:
    return lambda _house: {"json": body}


V1 = "/api/v1"
LINES = (
    Line(f"GET {V1}/contacts", "200 200 200 200"),
    Line(f"POST {V1}/contacts", "201 201 201 403", more=_json(first_name="New")),
    Line(f"POST {V1}/contacts", "409 409 409 403", more=_json(first_name="New", email="hugo@example.com")),
    Line(f"GET {V1}/contacts/{{contact_id}}", "200 200 200 200", _contact("seen")),
    Line(f"GET {V1}/contacts/{{contact_id}}", "200 200 404 200", _contact("hidden")),
    Line(f"GET {V1}/contacts/{{contact_id}}", "404 404 404 404", _contact("seen"),
         lambda _house: {"params": {"on": "2000-01-01"}}),
    Line(f"PATCH {V1}/contacts/{{contact_id}}", "200 200 200 403", _contact("seen"), _json(city="Lima")),
    Line(f"PATCH {V1}/contacts/{{contact_id}}", "200 200 404 403", _contact("hidden"), _json(city="Lima")),
    Line(f"DELETE {V1}/contacts/{{contact_id}}", "204 204 403 403", _contact("seen")),
    Line(f"DELETE {V1}/contacts/{{contact_id}}", "204 204 403 403", _contact("hidden")),
    Line(f"GET {V1}/segments", "200 200 200 200"),
    Line(f"POST {V1}/segments", "201 201 403 403", more=_json(name="New")),
    Line(f"POST {V1}/segments", "201 403 403 403", more=_json(name="New", restricted=True)),
    Line(f"GET {V1}/segments/{{segment_id}}", "200 200 200 200", _segment("ours")),
    Line(f"GET {V1}/segments/{{segment_id}}", "200 200 404 200", _segment("theirs")),
    Line(f"PATCH {V1}/segments/{{segment_id}}", "200 200 403 403", _segment("label"), _json(name="New")),
    Line(f"PATCH {V1}/segments/{{segment_id}}", "200 403 403 403", _segment("theirs"), _json(teams=[])),
    Line(f"DELETE {V1}/segments/{{segment_id}}", "204 204 403 403", _segment("theirs")),
    Line(f"GET {V1}/segments/deleted", "200 200 403 403"),
    Line(f"GET {V1}/segments/sheet", "200 200 200 200"),
    Line(f"POST {V1}/imports", "202 202 403 403", more=lambda _house: {"content": SHEET}),
    Line(f"POST {V1}/segments/switch", "200 200 403 403", more=lambda house: {
        "json": {"segments": [house.ours, house.label], "active": False}}),
    Line(f"POST {V1}/segments/switch/impact", "200 200 403 403", more=lambda house: {
        "json": {"segments": [house.ours], "active": False}}),
    Line(f"POST {V1}/segments/{{segment_id}}/impact", "200 200 403 403", _segment("ours"), _json(active=False)),
    Line(f"POST {V1}/segments/{{segment_id}}/delete/impact", "200 200 403 403", _segment("ours")),
    Line(f"POST {V1}/segments/{{segment_id}}/restore/impact", "200 200 403 403", _gone),
    Line(f"POST {V1}/segments/{{segment_id}}/restore", "200 200 403 403", _gone, _json()),
    Line(f"GET {V1}/segments/{{segment_id}}/history", "200 200 200 200", _segment("ours")),
    Line(f"GET {V1}/segments/{{segment_id}}/history", "200 200 404 200", _segment("theirs")),
    Line(f"GET {V1}/segments/{{segment_id}}/growth", "200 200 200 200", _segment("ours")),
    Line(f"GET {V1}/segments/{{segment_id}}/growth", "200 200 404 200", _segment("theirs")),
    Line(f"GET {V1}/segments/{{segment_id}}/members", "200 200 200 200", _segment("ours")),
    Line(f"GET {V1}/segments/{{segment_id}}/members", "200 200 404 200", _segment("theirs")),
    Line(f"POST {V1}/segments/{{segment_id}}/members", "200 200 200 403", _segment("label"), _json(contacts=[1])),
    Line(f"POST {V1}/segments/{{segment_id}}/members", "200 200 403 403", _segment("ours"), _json(contacts=[1])),
    Line(f"POST {V1}/segments/{{segment_id}}/members", "200 200 404 403", _segment("theirs"), _json(contacts=[1])),
    Line(f"POST {V1}/segments/{{segment_id}}/members/remove", "200 200 200 403", _segment("label"),
         _json(contacts=[1])),
    Line(f"POST {V1}/segments/{{segment_id}}/members/remove", "200 200 404 403", _segment("theirs"),
         _json(contacts=[1])),
    Line(f"DELETE {V1}/segments/{{segment_id}}/members/{{contact_id}}", "204 204 204 403",
         lambda house, _viewer: {"segment_id": house.label, "contact_id": house.seen}),
    Line(f"DELETE {V1}/segments/{{segment_id}}/members/{{contact_id}}", "204 204 404 403",
         lambda house, _viewer: {"segment_id": house.label, "contact_id": house.hidden}),
    Line(f"POST {V1}/bulk", "200 200 200 403", more=lambda house: {
        "json": {"do": {"deed": "set_field", "field": "city", "value": "Lima"}, "contacts": [house.seen]}}),
    Line(f"POST {V1}/bulk", "200 200 403 403", more=lambda house: {
        "json": {"do": {"deed": "delete"}, "contacts": [house.seen]}}),
    Line(f"POST {V1}/bulk", "200 200 404 403", more=lambda house: {
        "json": {"do": {"deed": "add_to_segment", "segment_id": house.theirs}, "contacts": [house.open]}}),
    Line(f"GET {V1}/bulk", "200 200 200 200"),
    Line(f"GET {V1}/bulk/{{bulk_id}}", "404 404 404 404", _others_act),
    Line(f"POST {V1}/bulk/{{bulk_id}}/cancel", "404 404 404 404", _others_act),
    Line(f"GET {V1}/acts", "200 200 200 200"),
    Line(f"GET {V1}/acts/{{act_id}}", "200 404 404 404", _others_act),
    Line(f"GET {V1}/acts/{{act_id}}/conflicts", "200 404 404 404", _others_act),
    Line(f"POST {V1}/acts/{{act_id}}/undo", "200 404 404 404", _others_act),
    Line(f"POST {V1}/imports", "202 202 202 403", more=lambda _house: {"content": FILE}),
    Line(f"GET {V1}/imports", "200 200 200 403"),
    *(
        line
        for method, end, own, others in (
            ("GET", "", "200 200 200 403", "200 200 404 403"),
            ("GET", "/file", "200 200 200 403", "404 404 404 403"),
            ("GET", "/rows", "200 200 200 403", "200 200 404 403"),
            ("GET", "/rejected", "404 404 404 403", "404 404 404 403"),
            ("POST", "/review", "202 202 202 403", "404 404 404 403"),
            ("POST", "/accept", "202 202 202 403", "404 404 404 403"),
            ("POST", "/cancel", "202 202 202 403", "404 404 404 403"),
        )
        for line in (
            Line(f"{method} {V1}/imports/{{import_id}}{end}", own, _own_import),
            Line(f"{method} {V1}/imports/{{import_id}}{end}", others, _others_import),
        )
    ),
    Line(f"POST {V1}/imports/{{import_id}}/undo", "202 202 202 403", _own_loaded),
    Line(f"POST {V1}/imports/{{import_id}}/undo", "202 404 404 403", _others_loaded),
    Line(f"POST {V1}/imports/{{import_id}}/undo", "409 409 409 403", _own_import),
    Line(f"GET {V1}/imports/{{import_id}}/undo", "200 200 200 403", _own_undone),
    Line(f"GET {V1}/imports/{{import_id}}/undo", "200 200 404 403", _others_undone),
    Line(f"GET {V1}/imports/{{import_id}}/undo", "404 404 404 403", _own_loaded),
    Line(f"GET {V1}/imports/{{import_id}}/undo/conflicts", "200 200 200 403", _own_undone),
    Line(f"GET {V1}/imports/{{import_id}}/undo/conflicts", "200 200 404 403", _others_undone),
    Line(f"POST {V1}/imports/{{import_id}}/undo/cancel", "202 202 202 403", _own_undone),
    Line(f"POST {V1}/imports/{{import_id}}/undo/cancel", "404 404 404 403", _others_undone),
    Line(f"PUT {V1}/imports/{{import_id}}/options", "200 200 200 403", _own_import, _json()),
    Line(f"PUT {V1}/imports/{{import_id}}/options", "404 404 404 403", _others_import, _json()),
    Line(f"GET {V1}/import-mappings", "200 200 200 403"),
    Line(f"POST {V1}/import-mappings", "201 404 404 403",
         more=lambda house: {"json": {"import_id": house.imports["administrator"], "name": "Mine"}}),
    Line(f"GET {V1}/import-mappings/{{mapping_id}}", "200 200 200 403", _own_mapping),
    Line(f"GET {V1}/import-mappings/{{mapping_id}}", "404 404 404 403", _others_mapping),
    Line(f"PATCH {V1}/import-mappings/{{mapping_id}}", "200 200 200 403", _own_mapping, _json(name="New")),
    Line(f"PATCH {V1}/import-mappings/{{mapping_id}}", "404 404 404 403", _others_mapping, _json(name="New")),
    Line(f"DELETE {V1}/import-mappings/{{mapping_id}}", "204 204 204 403", _own_mapping),
    Line(f"DELETE {V1}/import-mappings/{{mapping_id}}", "404 404 404 403", _others_mapping),
    Line(f"POST {V1}/exports", "202 202 202 202", more=_json()),
    Line(f"POST {V1}/exports", "202 403 403 403", more=_json(exact=True)),
    Line(f"GET {V1}/exports", "200 200 200 200"),
    Line(f"GET {V1}/exports/{{export_id}}", "200 200 200 200", _own_export),
    Line(f"GET {V1}/exports/{{export_id}}", "404 404 404 404", _others_export),
    Line(f"GET {V1}/exports/{{export_id}}/file", "200 200 200 200", _own_export),
    Line(f"GET {V1}/exports/{{export_id}}/file", "404 404 404 404", _others_export),
    Line(f"GET {V1}/me", "200 200 200 200"),
    Line(f"GET {V1}/users", "200 200 200 200"),
    Line(f"POST {V1}/users", "201 403 403 403", more=_json(email="new@example.com", name="New", role="advisor")),
    Line(f"GET {V1}/users/{{user_id}}", "200 200 200 200", _other),
    Line(f"PATCH {V1}/users/{{user_id}}", "200 403 403 403", _other, _json(active=False)),
    Line(f"GET {V1}/teams", "200 200 200 200"),
    Line(f"POST {V1}/teams", "201 403 403 403", more=_json(name="West")),
    Line(f"GET {V1}/teams/{{team_id}}", "200 200 200 200", _other),
    Line(f"PATCH {V1}/teams/{{team_id}}", "200 403 403 403", _other, _json(users=[])),
    Line(f"DELETE {V1}/teams/{{team_id}}", "204 403 403 403", _other),
    Line(f"GET {V1}/openapi.json", "200 200 200 200"),
    Line("GET /metrics", "200 200 200 200"),
)  # fmt: skip

# Open to everyone, whoever is here: path -> status for somebody who has not signed in.
OPEN = {
    "GET /login": 200,
    "POST /login": 401,
    "GET /logout": 303,
    "POST /logout": 303,
    "GET /setup": 404,
    "POST /setup": 404,
    "GET /password": 404,
    "POST /password": 404,
    "GET /healthz": 200,
    "GET /readyz": 200,
}
