"""Exports: what is in the file, who may fetch it, and for how long."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.base import now
from models.doors import Notification
from models.people import UserUpdate
from models.segment import SegmentUpdate
from services import exports, people, segments
from services.errors import Forbidden, NotFound, Refused
from services.listing import Query
from services.pulse import Interrupted
from services.settings import settings
from services.work import unit_of_work
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def written(
    viewer: Viewer, query: Query | None = None, *, columns: list[str] | None = None, exact: bool = False
):
    made = exports.request(viewer, "csv", query or Query(), columns, exact)
    exports.carry_out(made.id)
    text = exports.path_of(viewer, made.id).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def a_contact(**values: object) -> int:
    known: dict[str, object] = {"last_name": "Gonçalves", "country": "BR", "phone": "11 96123-4567"}
    return WORLD.contact("João", **known | values)


def test_without_columns_it_has_the_layout_that_an_import_reads():
    WORLD.label("Premium")
    WORLD.label("Norte")
    off = WORLD.label("Off")
    a_contact(email="joao@example.com", segments=["Premium", "Norte", "Off"])
    segments.change(SYSTEM, off, SegmentUpdate(active=False))
    header, row = written(SYSTEM)
    assert ",".join(header) == (
        "Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments"
    )
    assert row == [
        "BR",
        "João",
        "Gonçalves",
        "+5511961234567",
        "joao@example.com",
        "",
        "",
        "",
        "Norte;Premium",
    ]


def test_columns_are_those_asked_for_in_that_order():
    contact_id = a_contact(city="Porto")
    assert written(SYSTEM, columns=["id", "city", "tags"]) == [
        ["Contact ID", "City", "Tags"],
        [f"{contact_id}", "Porto", ""],
    ]
    with pytest.raises(Refused, match="shoe_size"):
        exports.request(SYSTEM, "csv", Query(), ["id", "shoe_size"])


def test_every_column_can_be_in_it():
    a_contact(city="Porto")
    header, row = written(SYSTEM, columns=list(exports.COLUMNS))
    found = dict(zip(header, row, strict=True))
    assert len(header) == len(exports.COLUMNS)
    assert (found["City"], found["Source"], found["Opted out"]) == ("Porto", "manual", "")


def test_only_what_matches_is_in_it_in_the_order_of_the_list():
    for name in ("Bea", "Ana", "Cid"):
        WORLD.contact(name, country="BR")
    WORLD.contact("Dan", country="FR")
    in_brazil = {"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}
    found = written(SYSTEM, Query(filter=in_brazil, sort="first_name"), columns=["first_name"])
    assert found == [["First Name"], ["Ana"], ["Bea"], ["Cid"]]


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_unless_exact():
    WORLD.contact("=1+1")
    assert written(SYSTEM, columns=["first_name"])[1] == ["'=1+1"]
    assert written(SYSTEM, columns=["first_name"], exact=True)[1] == ["=1+1"]


def test_an_id_like_a_placeholder_is_marked_unless_exact():
    WORLD.contact("Ana", external_id="0")
    assert written(SYSTEM, columns=["external_id"])[1] == ["'0"]
    assert written(SYSTEM, columns=["external_id"], exact=True)[1] == ["0"]


def test_the_exact_mode_is_for_administrators():
    WORLD.user("Mia", "manager")
    with pytest.raises(Forbidden):
        exports.request(WORLD.viewer("Mia"), "csv", Query(), None, True)


def test_a_workbook_holds_text_as_text():
    WORLD.contact("=1+1", external_id="00123")
    made = exports.request(SYSTEM, "xlsx", Query(), ["first_name", "external_id"])
    exports.carry_out(made.id)
    sheet = CalamineWorkbook.from_path(str(exports.path_of(SYSTEM, made.id))).get_sheet_by_index(0)
    assert sheet.to_python()[1] == ["'=1+1", "00123"]


def test_everyone_takes_out_what_they_see_and_fetches_what_is_theirs():
    WORLD.user("Rui", "advisor")
    WORLD.user("Lia", "analyst")
    WORLD.wall("Norte")
    WORLD.contact("Seen")
    WORLD.contact("Hidden", segments=["Norte"])
    rui, lia = WORLD.viewer("Rui"), WORLD.viewer("Lia")
    assert [row[0] for row in written(rui, columns=["first_name", "segments"])] == ["First Name", "Seen"]
    made = exports.request(lia, "csv", Query())
    exports.carry_out(made.id)
    for look in (exports.get, exports.path_of):
        with pytest.raises(NotFound):
            look(rui, made.id)
    assert [one.id for one in exports.recent(lia)] == [made.id]


def left_on_disk() -> list[str]:
    return [path.name for path in (settings().data / "exports").glob("*")]


def notices(kind: str) -> int:
    with unit_of_work(SYSTEM) as work:
        return len(work.session.scalars(select(Notification).where(col(Notification.kind) == kind)).all())


def test_an_export_that_fails_leaves_no_file():
    a_contact(organization="x" * 200)
    made = exports.request(SYSTEM, "xlsx", Query())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exports, "_cell", lambda value: "x" * 40_000 if value else "")
        exports.carry_out(made.id)
    assert (exports.get(SYSTEM, made.id).state, left_on_disk()) == ("failed", [])


def test_an_export_that_was_taken_over_neither_ends_twice_nor_leaves_a_file(monkeypatch):
    WORLD.user("Lia", "analyst")
    lia = WORLD.viewer("Lia")
    a_contact()
    made = exports.request(lia, "csv", Query())
    writes = exports._write

    def stands_still(*of):
        monkeypatch.setattr(exports, "_write", writes)
        found = writes(*of)
        exports.carry_out(made.id)
        return found

    monkeypatch.setattr(exports, "_write", stands_still)
    exports.carry_out(made.id)
    assert left_on_disk() == [exports.path_of(lia, made.id).name]
    assert notices("export_done") == 1


def test_an_export_whose_process_lost_its_lease_writes_no_end(monkeypatch):
    made = exports.request(SYSTEM, "csv", Query())
    confirms = iter([None, Interrupted()])

    def confirm(_work):
        if (trouble := next(confirms)) is not None:
            raise trouble

    monkeypatch.setattr(exports.pulse, "confirm", confirm)
    with pytest.raises(Interrupted):
        exports.carry_out(made.id)
    assert (exports.get(SYSTEM, made.id).state, left_on_disk()) == ("running", [])


def test_a_file_written_under_another_sight_is_no_longer_fetched():
    WORLD.user("Rui", "advisor", "North")
    north = WORLD.wall("Norte", teams=("North",))
    WORLD.contact("Ana", segments=["Norte"])
    rui = WORLD.viewer("Rui")
    made = exports.request(rui, "csv", Query())
    exports.carry_out(made.id)
    assert exports.path_of(rui, made.id).is_file()
    segments.change(SYSTEM, north, SegmentUpdate(teams=[]))
    with pytest.raises(NotFound, match="changed since"):
        exports.path_of(rui, made.id)


def test_a_file_with_the_name_of_a_wall_is_not_fetched_once_the_name_is_hidden():
    WORLD.user("Rui", "advisor", "North")
    WORLD.wall("Open", teams=("North",))
    off = WORLD.wall("Off", teams=("North",))
    WORLD.contact("Ana", segments=["Open", "Off"])
    segments.change(SYSTEM, off, SegmentUpdate(active=False))
    rui = WORLD.viewer("Rui")
    made = exports.request(rui, "csv", Query(), ["segments"])
    exports.carry_out(made.id)
    assert "Off" in exports.path_of(rui, made.id).read_text()
    segments.change(SYSTEM, off, SegmentUpdate(teams=[]))
    with pytest.raises(NotFound, match="changed since"):
        exports.path_of(rui, made.id)


def test_a_file_in_the_exact_mode_is_fetched_by_administrators_alone():
    WORLD.user("Mia", "administrator")
    WORLD.user("Leo", "administrator")
    made = exports.request(WORLD.viewer("Mia"), "csv", Query(), None, True)
    exports.carry_out(made.id)
    assert exports.path_of(WORLD.viewer("Mia"), made.id).is_file()
    mia = WORLD.viewer("Mia")
    people.update_user(SYSTEM, mia.user_id or 0, UserUpdate(role="analyst"))
    with pytest.raises(Forbidden, match=r"roles\.manage"):
        exports.path_of(WORLD.viewer("Mia"), made.id)


def test_who_may_not_see_contacts_takes_none_out():
    WORLD.user("Lia", "analyst")
    lia = WORLD.viewer("Lia")
    made = exports.request(lia, "csv", Query())
    exports.carry_out(made.id)
    blind = replace(lia, permissions=frozenset({"contacts.export"}))
    for ask in (lambda: exports.request(blind, "csv", Query()), lambda: exports.path_of(blind, made.id)):
        with pytest.raises(Forbidden, match=r"contacts\.view"):
            ask()


def test_a_file_expires():
    made = exports.request(SYSTEM, "csv", Query())
    exports.carry_out(made.id)
    with time_machine.travel(now() + timedelta(hours=73)), pytest.raises(NotFound):
        exports.path_of(SYSTEM, made.id)


def test_an_unknown_kind_of_file_and_a_wrong_filter_are_refused_at_once():
    with pytest.raises(Refused, match="csv"):
        exports.request(SYSTEM, "exe", Query())
    with pytest.raises(Refused):
        exports.request(SYSTEM, "csv", Query(filter="{"))
