"""Segments by sheet: what each row does, what is reviewed before, and that nothing else is done."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.act import Act
from models.doors import Denial, Notification
from models.imports import ImportOptions
from models.segment import Segment, SegmentUpdate
from services import segment_story, segments
from services.errors import Forbidden, Refused
from services.imports import runs
from services.segment_sheets import carry, writing
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.imports.sheets import ods, xlsx
from tests.services.segment_sheets.loading import (
    accepted,
    load,
    outcomes,
    receive,
    reviewed,
    sheet_of,
    there,
)
from tests.worlds import World

WORLD = World()
NORTE = {"name": "Norte", "restricted": "yes", "teams": "North", "users": "leo@example.com"}

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def people(db: Database) -> None:
    WORLD.user("Rui", "advisor", "North")
    WORLD.user("Eva", "advisor", "South")
    WORLD.user("Leo", "advisor")
    WORLD.user("Mia", "manager")


def test_a_sheet_makes_segments_with_all_that_it_says_of_them() -> None:
    read = load(
        {"name": "Premium", "description": "Orders often", "colour": "verde", "active": "não"},
        NORTE,
        {"name": "Plain"},
    )
    assert (read.state, read.created) == ("done", 3)
    premium, norte, plain = (there()[name] for name in ("Premium", "Norte", "Plain"))
    assert (premium.description, premium.colour, premium.active) == ("Orders often", "green", False)
    assert (norte.restricted, norte.teams, norte.users) == (True, ["North"], ["leo@example.com"])
    assert (plain.colour, plain.restricted, plain.active, plain.teams) == ("blue", False, True, [])


def test_a_row_changes_what_differs_and_an_empty_cell_changes_nothing() -> None:
    WORLD.wall("Norte", teams=("North",))
    read = reviewed(
        {"name": "Norte", "colour": "red", "active": "off", "users": "leo@example.com"}, {"name": "Norte 2"}
    )
    assert outcomes(read) == ["updated", "created"]
    assert runs.rows(SYSTEM, read.id).items[0].changes == {
        "colour": ("blue", "red"), "active": (True, False), "users": ([], ["leo@example.com"]),
    }  # fmt: skip
    assert list(there()) == ["Norte"]
    assert there()["Norte"].colour == "blue"
    assert accepted(read.id).updated == 1
    norte = there()["Norte"]
    assert (norte.colour, norte.active, norte.restricted) == ("red", False, True)
    assert (norte.teams, norte.users) == (["North"], ["leo@example.com"])


def test_a_description_goes_where_its_cell_has_nothing_but_a_semicolon() -> None:
    load({"name": "Norte", "description": "Up there"}, {"name": "Sul"})
    read = load(
        {"name": "Norte", "description": " ; "},
        {"name": "Sul", "description": ";"},
        {"name": "Leste", "description": ";"},
    )
    assert outcomes(read) == ["updated", "unchanged", "created"]
    assert {one.description for one in there().values()} == {None}
    row = runs.rows(SYSTEM, read.id).items[0]
    assert (row.changes, row.values) == ({"description": ("Up there", None)}, {"name": "Norte"})


@pytest.mark.parametrize(
    ("links", "cell", "teams"),
    [("add", "South", ["North", "South"]), ("exactly", "South", ["South"]), ("exactly", "", ["North"]),
     ("exactly", ";", []), ("add", ";", ["North"])],
)  # fmt: skip
def test_links_come_beside_those_there_are_or_take_their_place(
    links: str, cell: str, teams: list[str]
) -> None:
    WORLD.wall("Norte", teams=("North",))
    load({"name": "Norte", "teams": cell}, links=links)
    assert there()["Norte"].teams == teams


def test_the_same_sheet_twice_changes_nothing() -> None:
    load(NORTE, {"name": "Premium", "colour": "red"})
    with unit_of_work(SYSTEM) as work:
        acts = work.session.scalars(select(col(Act.id)).where(col(Act.segment_id).is_not(None))).all()
    again = load(NORTE, {"name": "Premium", "colour": "red"})
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    with unit_of_work(SYSTEM) as work:
        assert work.session.scalars(select(col(Act.id)).where(col(Act.segment_id).is_not(None))).all() == acts


REJECTED = [
    ({"description": "no name"}, "segment_without_name", "names no segment"),
    ({"name": "a;b"}, "bad_segment_name", "a;b"),
    ({"name": "x" * 200}, "bad_segment_name", "cannot be the name"),
    ({"name": "Sao Paulo"}, "other_spelling", "São Paulo"),
    ({"name": "New", "colour": "pink"}, "unknown_colour", "Colour: pink is none of the colours"),
    ({"name": "New", "restricted": "maybe"}, "not_yes_or_no", "Restricted: “maybe”"),
    ({"name": "New", "active": "#N/A"}, "error_cell", "#N/A"),
    ({"name": "New", "teams": "North; Nowhere"}, "unknown_teams", "Nowhere"),
    ({"name": "Other", "users": "nobody@example.com"}, "unknown_users", "nobody@example.com"),
    ({"name": "Filled"}, "dynamic_segment", "by a filter"),
]


def test_what_cannot_come_in_is_rejected_with_the_reason_and_the_rest_comes_in() -> None:
    WORLD.label("São Paulo")
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.add(Segment(name="Filled", name_key="filled", kind="dynamic", created_at=work.now))
    before = there()
    twice = [{"name": "Twice", "colour": "red"}, {"name": "twíce"}]
    read = load(*(row for row, _code, _words in REJECTED), *twice, {"name": "Good"})
    assert outcomes(read) == [
        *(code for _row, code, _words in REJECTED),
        *["segment_twice"] * 2,
        "created",
    ]
    for row, (_row, _code, words) in zip(runs.rows(SYSTEM, read.id).items, REJECTED, strict=False):
        assert words in (row.reason or "")
    assert {name: one for name, one in there().items() if name != "Good"} == before
    assert read.state == "done_with_rejects"


def test_rejected_rows_come_back_as_a_file_that_put_right_does_what_was_missing() -> None:
    read = load({"name": "Good"}, {"name": "Bad", "colour": "pink"})
    path = runs.rejected_file(SYSTEM, read.id)
    with path.open(newline="") as file:
        _header, row = csv.reader(file)
    assert row[0] == "Bad"
    assert row[-3:-1] == ["2", "unknown_colour"]
    import_id = receive(path.read_bytes().replace(b"pink", b"red"))
    assert accepted(import_id).created == 1
    assert there()["Bad"].colour == "red"


def test_blank_rows_and_the_header_once_more_are_skipped() -> None:
    content = sheet_of({"name": "One"}) + b",,,,,,\r\n" + sheet_of({"name": "Total"})
    read = accepted(receive(content))
    assert (read.rows, read.created, read.skipped) == (4, 2, 2)
    assert list(there()) == ["One", "Total"]


# --- what is carried out is what was reviewed


@pytest.mark.parametrize("change", [SegmentUpdate(colour="green"), SegmentUpdate(teams=["South"]), None])
def test_a_segment_that_was_changed_since_the_review_is_named_and_left(change: SegmentUpdate | None) -> None:
    norte, sul = WORLD.wall("Norte", teams=("North",)), WORLD.label("Sul")
    read = reviewed(NORTE, {"name": "Sul", "colour": "red"}, {"name": "Oeste"})
    assert outcomes(read) == ["updated", "updated", "created"]
    if change is None:
        segments.delete(SYSTEM, norte)
    else:
        segments.change(SYSTEM, norte, change)
    made = WORLD.label("Oeste")
    before = there()
    done = accepted(read.id)
    assert outcomes(done) == ["segment_changed_since", "updated", "segment_changed_since"]
    assert done.changed_since_review == 2
    assert there()["Sul"].colour == "red"
    assert {one.id: one for one in there().values() if one.id != sul} == {
        one.id: one for one in before.values() if one.id != sul
    }
    assert made in {one.id for one in there().values()}


def test_a_row_that_was_rejected_in_the_review_stays_so() -> None:
    read = reviewed({"name": "New", "teams": "West"})
    WORLD.team("West")
    assert outcomes(accepted(read.id)) == ["unknown_teams"]
    assert there() == {}


# --- who gains and who loses


def test_the_review_says_who_gains_and_loses_by_all_rows_together() -> None:
    WORLD.wall("Norte", teams=("North",))
    WORLD.label("Sul")
    WORLD.contact("A", segments=["Norte"], responsible="rui@example.com")
    WORLD.contact("B", segments=["Norte", "Sul"], responsible="rui@example.com")
    WORLD.contact("C", segments=["Sul"])
    read = reviewed(
        {"name": "Norte", "active": "no", "users": "leo@example.com"},
        {"name": "Sul", "restricted": "yes", "teams": "South", "users": "rui@example.com"},
    )
    assert read.impact is not None
    assert {one.name: one.contacts for one in read.impact.loses} == {"Rui": 1, "Leo": 1}
    assert {one.name: one.contacts for one in read.impact.gains} == {"Eva": 1}
    assert (read.impact.members, read.impact.blind) == (3, 1)
    assert accepted(read.id).impact == read.impact


def test_who_does_not_see_all_contacts_is_not_told_who_sees_what() -> None:
    WORLD.wall("Ours", teams=("North",))
    WORLD.user("Nia", "manager", "North")
    nia = narrow("Nia")
    read = reviewed({"name": "Ours", "active": "no"}, viewer=nia)
    assert outcomes(read, nia) == ["updated"]
    assert read.impact is None
    assert runs.get(SYSTEM, read.id).impact is not None


# --- who may


def narrow(name: str) -> Viewer:
    """Return a manager who sees what the manager's teams see."""
    with unit_of_work(SYSTEM, write=True) as work:
        from models.people import Role

        role = work.session.scalar(select(Role).where(col(Role.name_key) == "manager"))
        assert role is not None
        role.scope = "teams"
    return WORLD.viewer(name)


def test_a_manager_brings_in_labels_and_no_walls() -> None:
    WORLD.wall("Norte", teams=("North",))
    mia = WORLD.viewer("Mia")
    read = load(
        {"name": "Label", "colour": "red"},
        {"name": "Wall", "restricted": "yes"},
        {"name": "Linked", "teams": "North"},
        {"name": "Norte", "restricted": "yes", "teams": "North", "colour": "red"},
        {"name": "Norte 2", "restricted": "no"},
        viewer=mia,
    )
    assert outcomes(read, mia) == ["created", "may_not_restrict", "may_not_restrict", "updated", "created"]
    # Who may not link learns of no team and nobody.
    for links in ("add", "exactly"):
        for given in ({"users": "leo@example.com"}, {"users": "nobody@example.com"}, {"teams": "Nowhere"}):
            read = load({"name": "Norte"} | given, {"name": "New"} | given, viewer=mia, links=links)
            assert outcomes(read, mia) == ["may_not_restrict"] * 2
    assert load({"name": "Norte", "teams": "north"}, viewer=mia, links="exactly").unchanged == 1


def test_who_manages_no_segments_brings_in_none() -> None:
    with pytest.raises(Forbidden):
        receive(sheet_of({"name": "New"}), WORLD.viewer("Rui"))
    mia = WORLD.viewer("Mia")
    import_id = receive(sheet_of({"name": "New"}), mia)
    runs.accept(mia, import_id)
    with unit_of_work(SYSTEM, write=True) as work:
        from models.people import RolePermission

        for one in work.session.scalars(
            select(RolePermission).where(col(RolePermission.permission) == "segments.manage")
        ):
            work.session.delete(one)
    runs.carry_out(import_id)
    assert runs.get(SYSTEM, import_id).state == "failed"
    assert there() == {}


def test_the_name_of_a_hidden_wall_is_not_available_and_is_not_told_apart_once_the_answers_are_used_up(
    set_environment: Callable[..., None],
) -> None:
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="1")
    WORLD.wall("Secret"), WORLD.wall("Hidden")
    mia = narrow("Mia")
    rows = [{"name": "secret", "teams": "Nowhere"}, {"name": "Free"}, {"name": "HIDDEN"}, {"name": "Other"}]
    read = reviewed(*rows, viewer=mia)
    assert outcomes(read, mia) == ["not_available", "created", "too_many", "too_many"]
    said = runs.rows(mia, read.id).items
    with pytest.raises(Exception, match="not available"):
        segments.create(replace(mia, user_id=WORLD.viewer("Leo").user_id), _create("Secret"))
    assert "This value is not available" in (said[0].reason or "")
    assert all(not row.changes and row.contact_id is None for row in said)
    with unit_of_work(SYSTEM) as work:
        assert len(work.session.scalars(select(Denial).where(col(Denial.user_id) == mia.user_id)).all()) == 1
    # The answer that the review gave is not paid for again.
    assert outcomes(accepted(read.id, mia), mia) == ["not_available", "created", "too_many", "too_many"]


def _create(name: str) -> object:
    from models.segment import SegmentCreate

    return SegmentCreate(name=name)


def test_what_was_said_of_a_wall_is_not_read_once_it_is_hidden() -> None:
    WORLD.user("Nia", "manager", "North")
    ours = WORLD.wall("Ours", teams=("North",))
    nia = narrow("Nia")
    read = load({"name": "Ours", "colour": "red"}, viewer=nia)
    assert runs.rows(nia, read.id).items[0].changes == {"colour": ("blue", "red")}
    segments.change(SYSTEM, ours, SegmentUpdate(teams=[]))
    hidden = runs.rows(nia, read.id)
    segments.delete(SYSTEM, ours)
    assert runs.rows(nia, read.id) == hidden
    assert hidden.items[0].changes == {}


# --- what remains of it


def test_each_segment_has_the_change_in_its_history_with_the_import_that_did_it() -> None:
    norte = WORLD.wall("Norte")
    read = load(NORTE | {"colour": "red"}, {"name": "New"})
    line = segment_story.lines(SYSTEM, norte)[0]
    assert (line.deed, line.import_id) == ("segment_changed", read.id)
    assert line.fields == {"colour": ("blue", "red"), "teams": ([], ["North"]), "users": ([], ["Leo"])}
    assert segment_story.lines(SYSTEM, there()["New"].id)[0].deed == "segment_created"


def test_its_beginning_and_its_end_are_told() -> None:
    mia = WORLD.viewer("Mia")
    load({"name": "New"}, {"name": "Bad", "colour": "pink"}, viewer=mia)
    with unit_of_work(SYSTEM) as work:
        told = work.session.scalars(
            select(col(Notification.kind)).where(col(Notification.user_id) == mia.user_id)
        )
        assert sorted(told) == ["import_done_with_rejects", "import_started"]


def test_a_file_may_be_read_as_the_other_kind() -> None:
    import_id = receive(sheet_of({"name": "New"}))
    assert runs.inspect(SYSTEM, import_id).kind == "segments"
    runs.choose(SYSTEM, import_id, ImportOptions(kind="contacts"))
    file = runs.inspect(SYSTEM, import_id)
    assert file.kind == "contacts"
    assert "phone_or_email" in file.missing
    with pytest.raises(Refused):
        runs.review(SYSTEM, import_id)
    runs.choose(SYSTEM, import_id, ImportOptions(kind="segments", mapping={0: None, 1: "description"}))
    assert runs.inspect(SYSTEM, import_id).missing == ["name"]
    with pytest.raises(Refused):
        runs.accept(SYSTEM, import_id)


def test_a_mapping_is_remembered_for_the_next_sheet_of_this_shape() -> None:
    content = b"Group,Hue,E-mail address of\nNew,red,\n"
    import_id = receive(content, kind="segments")
    runs.choose(
        SYSTEM, import_id, ImportOptions(kind="segments", mapping={0: "name", 1: "colour", 2: "users"})
    )
    assert accepted(import_id).created == 1
    again = runs.inspect(SYSTEM, receive(content, kind="segments"))
    assert again.remembered
    assert [column.field for column in again.columns] == ["name", "colour", "users"]
    assert not runs.inspect(SYSTEM, runs.receive(SYSTEM, "a.csv", [content]).id).remembered


def test_a_sheet_that_is_too_long_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "MOST_ROWS", 2)
    import_id = receive(sheet_of({"name": "A"}, {"name": "B"}, {"name": "C"}))
    runs.accept(SYSTEM, import_id)
    runs.carry_out(import_id)
    read = runs.get(SYSTEM, import_id)
    assert (read.state, read.code, there()) == ("failed", "too_many_segments", {})
    assert (
        read.message == "The sheet has 3 rows; at most 2 segments come by one sheet. Split it into several."
    )
    again = receive(sheet_of({"name": "A"}, {"name": "B"}, {"name": "C"}))
    runs.review(SYSTEM, again)
    runs.carry_out_review(again)
    assert (runs.get(SYSTEM, again).code, there()) == ("too_many_segments", {})


# --- all or nothing


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["segments.alter", "carry._keep", "carry.end"])
def test_killed_anywhere_the_next_run_ends_as_a_calm_one(where: str) -> None:
    WORLD.wall("Norte")
    import_id = receive(sheet_of({"name": "New"}, NORTE))
    runs.accept(SYSTEM, import_id)
    place = "services." + where if where.startswith("segments") else f"services.segment_sheets.{where}"
    with patch(place, side_effect=Killed), pytest.raises(Killed):
        runs.carry_out(import_id)
    is_done = where == "carry.end"
    assert ("New" in there(), bool(there()["Norte"].teams)) == (is_done, is_done)
    runs.carry_out(import_id)
    read = runs.get(SYSTEM, import_id)
    assert (read.state, read.created, read.updated) == ("done", 1, 1)
    assert there()["Norte"].teams == ["North"]
    assert len(WORLD.acts("segment_changed")) == 1


def test_cancelled_before_it_writes_nothing_comes_in() -> None:
    import_id = receive(sheet_of({"name": "New"}))
    runs.accept(SYSTEM, import_id)
    runs.cancel(SYSTEM, import_id)
    runs.carry_out(import_id)
    read = runs.get(SYSTEM, import_id)
    assert (read.state, read.rows, read.skipped, there()) == ("cancelled", 1, 1, {})


def test_who_may_not_know_of_a_wall_gets_the_same_answers_where_it_is_deleted() -> None:
    world = WORLD
    world.user("Nia", "manager", "North")
    ours, theirs = world.wall("Ours", teams=("North",)), world.wall("Theirs", teams=("South",))
    world.contact("A", segments=["Ours", "Theirs"])
    nia = narrow("Nia")

    def answers() -> list[object]:
        rows = (
            {"name": "Ours", "active": "no", "teams": "South"},
            {"name": "Ours 2", "restricted": "yes"},
            {"name": "Fresh", "colour": "pink"},
            {"name": "Label"},
        )
        read = reviewed(*rows, viewer=nia)
        told = read.model_dump(exclude={"id", "created_at", "started_at", "ended_at", "seconds"})
        found = [told, runs.rows(nia, read.id), writing.sheet(nia, "csv")]
        runs.discard(nia, read.id)
        return found

    there_still = answers()
    segments.delete(SYSTEM, theirs)
    assert answers() == there_still
    assert segments.one(nia, ours).active


def test_a_workbook_is_read_with_its_own_yes_and_no_and_the_sheet_that_is_chosen(tmp_path: Path) -> None:
    header = ("Segmento", "Restrito", "Ativo", "Equipes")
    path = xlsx(
        tmp_path / "segmentos.xlsx",
        Contatos=[("Nome", "E-mail"), ("Ana", "ana@example.com")],
        Segmentos=[header, ("Norte", True, False, "North; South"), (2027, "não", 1, None)],
    )
    import_id = runs.receive(SYSTEM, path.name, path).id
    assert runs.get(SYSTEM, import_id).kind == "contacts"
    runs.choose(SYSTEM, import_id, ImportOptions(sheet="Segmentos"))
    assert accepted(import_id).created == 2
    norte, year = there()["Norte"], there()["2027"]
    assert (norte.restricted, norte.active, norte.teams) == (True, False, ["North", "South"])
    assert (year.restricted, year.active) == (False, True)
    of_office = ods(tmp_path / "segments.ods", [["Segment", "Colour"], ["Norte", "vert"]])
    assert accepted(runs.receive(SYSTEM, of_office.name, of_office).id).updated == 1
    assert there()["Norte"].colour == "green"
