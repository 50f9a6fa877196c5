"""Mappings with names: kept from a file, offered for the next one of its columns, chosen for any other."""

from dataclasses import replace

import pytest

from hooks.viewer import SYSTEM
from models.import_mapping import MappingUpdate
from models.imports import ImportOptions
from services.errors import Conflict, NotFound, Refused
from services.imports import runs, saved_mappings
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
FILE = b"A,B,C,Tier\nBR,Ana,ana@a.com,gold\n"
FIELDS = {0: "country", 1: "first_name", 2: "email", 3: None}


def received(content=FILE, viewer=SYSTEM, **options):
    return runs.receive(viewer, "c.csv", [content], ImportOptions(**options))


def kept(name="Fleet", viewer=SYSTEM, **options):
    return saved_mappings.keep(viewer, received(viewer=viewer, mapping=FIELDS, **options).id, name)


def test_a_mapping_that_was_kept_is_taken_for_the_next_file_with_these_columns():
    mapping = kept(existing={"first_name": "fill"})
    assert (mapping.columns, mapping.fields) == (["A", "B", "C", "Tier"], [*FIELDS.values()])
    again = received(viewer=replace(SYSTEM, via="page"))
    assert (again.options.mapping, again.options.existing) == (FIELDS, {"first_name": "fill"})
    assert again.options.saved_mapping == "Fleet"
    assert received(b"A,B,C\nBR,Ana,ana@a.com\n").options.saved_mapping is None


def test_a_mapping_is_chosen_by_name_for_a_file_with_other_columns():
    kept(existing={"first_name": "never"})
    other = received(b"C,Last Name,First Name,a,Email\nana@a.com,Lima,Ana,BR,x\n", saved_mapping="fleet")
    assert other.options.mapping == {0: "email", 1: "last_name", 2: None, 3: "country", 4: None}
    assert (other.options.saved_mapping, other.options.existing) == ("Fleet", {"first_name": "never"})


def test_what_is_changed_of_a_mapping_holds_for_the_next_file():
    mapping = kept()
    first = received()
    runs.accept(SYSTEM, first.id)
    runs.carry_out(first.id)
    saved_mappings.change(
        SYSTEM, mapping.id, MappingUpdate(name="Trucks", fields=["country", "last_name", "email", None])
    )
    assert received(saved_mapping="Trucks").options.mapping[1] == "last_name"
    assert [one.name for one in saved_mappings.listed(SYSTEM)] == ["Trucks"]
    # The last file was read by a mapping that no longer bears its name: what it came to is remembered.
    assert received().options.mapping == FIELDS


def test_a_mapping_of_the_same_name_is_replaced():
    first = kept()
    of = received(b"X\nana@a.com\n", mapping={0: "email"})
    assert saved_mappings.keep(SYSTEM, of.id, " fleet ").id == first.id
    assert [one.columns for one in saved_mappings.listed(SYSTEM)] == [["X"]]
    assert runs.get(SYSTEM, of.id).options.saved_mapping == "fleet"


def test_a_mapping_that_was_deleted_leaves_its_imports_as_they_are():
    mapping = kept()
    read = received()
    saved_mappings.remove(SYSTEM, mapping.id)
    assert runs.get(SYSTEM, read.id).options.mapping == FIELDS
    assert received().options.saved_mapping is None
    with pytest.raises(NotFound):
        saved_mappings.one(SYSTEM, mapping.id)


def test_mappings_are_ones_own():
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    mapping = kept()
    assert saved_mappings.listed(mia) == []
    assert received(viewer=mia).options.mapping != FIELDS
    with pytest.raises(NotFound):
        saved_mappings.change(mia, mapping.id, MappingUpdate(name="Mine"))
    assert kept("Fleet", mia).id != mapping.id


def test_what_no_mapping_can_be_is_refused_by_name():
    mapping = kept()
    kept("Other")
    refused = [
        (Refused, lambda: received(saved_mapping="Nothing")),
        (Refused, lambda: saved_mappings.keep(SYSTEM, received().id, "  ")),
        (Conflict, lambda: saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(name="OTHER"))),
        (Refused, lambda: saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(fields=["email"]))),
        (Refused, lambda: saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(fields=["shoe"] * 4))),
        (
            Refused,
            lambda: saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(existing={"tags": "fill"})),
        ),
    ]
    for error, call in refused:
        with pytest.raises(error) as told:
            call()
        assert told.value.data["fields"]


def test_a_mapping_makes_a_sheet_of_contacts_of_what_its_header_takes_for_one_of_segments():
    sheet = b"Name,Notes,Users\nAna Lima,x,ana@a.com\n"
    assert received(sheet).options.kind == "segments"
    fields = {0: "full_name", 1: None, 2: "email"}
    saved_mappings.keep(SYSTEM, received(sheet, kind="contacts", mapping=fields).id, "Club")
    chosen = received(sheet, saved_mapping="Club").options
    assert (chosen.kind, chosen.mapping, chosen.saved_mapping) == ("contacts", fields, "Club")
    # Nobody named it, so the header says what the file is, and segments are read by their own layout.
    found = received(sheet).options
    assert (found.kind, found.saved_mapping, found.mapping[0]) == ("segments", None, "name")
    with pytest.raises(Refused, match="kept of contacts alone") as refused:
        received(sheet, kind="segments", saved_mapping="Club")
    assert refused.value.data["fields"].keys() == {"saved_mapping"}


def test_whatever_is_done_to_a_mapping_is_in_the_history():
    mapping = kept()
    kept()
    saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(name="Trucks"))
    saved_mappings.change(SYSTEM, mapping.id, MappingUpdate(existing={"city": "never"}))
    saved_mappings.remove(SYSTEM, mapping.id)
    about = {"mapping_id": mapping.id}
    assert WORLD.acts("mapping_kept") == [about | {"deed": "mapping_kept", "name": "Fleet"}]
    assert [(one["name"], one["fields"]) for one in WORLD.acts("mapping_changed")] == [
        ("Trucks", {"name": ["Fleet", "Trucks"]}), ("Trucks", {"existing": [{}, {"city": "never"}]}),
    ]  # fmt: skip
    assert WORLD.acts("mapping_deleted") == [about | {"deed": "mapping_deleted", "name": "Trucks"}]


def test_the_report_columns_of_rejected_rows_are_no_part_of_a_mapping():
    kept()
    again = received(b"A,B,C,Tier,row,code,reason\nBR,Ana,ana@a.com,gold,1,x,y\n")
    assert (again.options.saved_mapping, again.options.mapping) == (
        "Fleet", {**FIELDS, 4: None, 5: None, 6: None},
    )  # fmt: skip
