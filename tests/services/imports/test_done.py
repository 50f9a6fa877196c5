"""What an import says of its rows when it is over is what its review said of them."""

import pytest

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.imports import ImportRead
from services import contacts
from services.imports import runs
from services.imports.undo import job as undo_job
from services.imports.undo import runs as undos
from tests.services.imports.loading import ANA, BOB, OTHER_PHONE, PHONE, only_row, reviewed
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()

ROW = {"id": "x1", "email": "new@a.com", "city": "Recife", "segments": "South;East", "tags": "Vip"}


def known() -> int:
    WORLD.label("North"), WORLD.label("South"), WORLD.label("East")
    return WORLD.contact("Ana", external_id="x1", email="ana@a.com", city="Rio", segments=["North", "South"])


def carried_out(said: ImportRead) -> ImportRead:
    runs.accept(SYSTEM, said.id)
    runs.carry_out(said.id)
    return runs.get(SYSTEM, said.id)


def test_the_changes_of_a_row_are_told_after_the_import_as_in_its_review():
    known()
    said = reviewed(ROW, overwrite_segments=True, unknown_segments="create")
    before = only_row(said).changes
    assert before["city"] == ("Rio", "Recife")
    assert before["segments_joined"] == (None, ["East"])
    assert before["segments_left"] == (None, ["North"])
    assert before["tags_added"] == (None, ["Vip"])
    assert only_row(carried_out(said)).changes == before
    undone = undos.begin(SYSTEM, said.id)
    undo_job.carry_out(undone.id)
    assert only_row(said).changes == before


def test_what_a_row_made_is_told_without_a_before():
    WORLD.label("East")
    said = reviewed(
        ANA | {"phone": PHONE, "segments": "East"}, columns=("country", "first", "last", "phone", "segments")
    )
    before = only_row(said).changes
    assert before == {"segments_joined": (None, ["East"])}
    assert only_row(carried_out(said)).changes == before


def test_what_others_did_since_is_not_the_imports():
    of = known()
    read = carried_out(reviewed({"id": "x1", "city": "Recife"}))
    contacts.change(SYSTEM, of, ContactUpdate(city="Belém", organization="Acme"))
    assert only_row(read).changes == {"city": ("Rio", "Recife")}


def test_a_row_that_did_nothing_tells_nothing():
    known()
    read = carried_out(reviewed({"id": "x1", "city": "Rio"}, BOB | {"phone": OTHER_PHONE, "city": "Natal"}))
    assert [row.changes for row in runs.rows(SYSTEM, read.id).items] == [{}, {}]


def test_of_a_contact_that_the_file_makes_only_the_row_that_makes_it_tells():
    WORLD.label("East")
    row = ANA | {"phone": PHONE, "segments": "East"}
    said = reviewed(row, row | {"email": "ana@a.com"})
    before = [one.changes for one in runs.rows(SYSTEM, said.id).items]
    carried_out(said)
    assert [one.changes for one in runs.rows(SYSTEM, said.id).items] == before
