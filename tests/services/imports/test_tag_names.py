"""The tags column: names are tags, added and never taken away; who may, makes the missing ones."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.act import Act
from models.tag import TagCreate
from services import exports, history, permissions, tags
from services.imports import runs
from services.listing import Query
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    PHONE,
    contact,
    count,
    load,
    load_file,
    only_row,
    outcomes,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def tag(name):
    return tags.create(SYSTEM, TagCreate(name=name)).id


def tags_of(contact_id):
    return contact(contact_id).tags


def without_edit(name):
    viewer = WORLD.viewer(name)
    return replace(viewer, permissions=viewer.permissions - {permissions.CONTACTS_EDIT})


def test_listed_tags_are_put_on_whatever_their_case_accents_and_spaces():
    tag("Vip")
    tag("Época")
    read = load(ANA | {"phone": PHONE, "tags": " VIP ; epoca;vip"})
    assert (read.created, read.tags_added, read.created_tags) == (1, 2, [])
    assert tags_of(only_row(read).contact_id) == ["Época", "Vip"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Vip, Trial,vip", ["Trial", "Vip"]), ("Vip ::: Trial", ["Trial", "Vip"]), ("Lima, Peru;", ["Lima, Peru"]),
        ("Lima, Peru; Vip", ["Lima, Peru", "Vip"]), (",;", [","]), (" , ", []), ("a:::b;c", ["a:::b", "c"]),
    ],
)  # fmt: skip
def test_tags_stand_between_commas_too_unless_the_cell_has_a_semicolon(cell, found):
    read = load(ANA | {"phone": PHONE, "tags": cell})
    assert tags_of(only_row(read).contact_id) == found
    assert outcomes(load(ANA | {"phone": PHONE, "tags": cell})) == ["unchanged"]


def test_missing_tags_are_made_once_and_the_act_keeps_which(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    rows = (ANA | {"phone": PHONE, "tags": "Vip"}, BOB | {"email": "b@a.com", "tags": "vip;Trial"})
    said = reviewed(*rows)
    assert (said.tags_added, said.created_tags, count("tag")) == (3, ["Vip", "Trial"], 0)
    runs.accept(SYSTEM, said.id)
    runs.carry_out(said.id)
    read = runs.get(SYSTEM, said.id)
    assert (read.tags_added, read.created_tags, read.changed_since_review) == (3, ["Vip", "Trial"], 0)
    assert [one.name for one in tags.listed(SYSTEM)] == ["Trial", "Vip"]
    assert count("contact_tag", f"joined_act_id = {read.act_id}") == 3
    with unit_of_work(SYSTEM) as work:
        made = work.session.scalar(select(col(Act.detail)).where(col(Act.id) == read.act_id))["tags_made"]
    assert sorted(made) == sorted(one.id for one in tags.listed(SYSTEM))


def test_a_tag_alone_is_an_update_with_its_own_history_and_the_second_time_nothing():
    known = WORLD.contact("Ana", email="ana@a.com")
    row = {"email": "ana@a.com", "tags": "Vip"}
    said = only_row(reviewed(row))
    assert (said.outcome, said.changes) == ("updated", {"tags_added": (None, ["Vip"])})
    assert outcomes(load(row)) == ["updated"]
    assert history.of_contact(SYSTEM, known)[0].tagged == ("Vip",)
    assert outcomes(load(row)) == ["unchanged"]
    assert count("contact_tag") == 1


def test_tags_are_never_taken_away_not_even_where_segments_are_overwritten():
    tag("Old")
    WORLD.contact("Ana", email="ana@a.com", tags=["Old"])
    read = load(
        {"email": "ana@a.com", "tags": "", "segments": ""}, columns=("email", "tags", "segments"),
        overwrite_segments=True,
    )  # fmt: skip
    assert outcomes(read) == ["unchanged"]
    assert tags_of(only_row(read).contact_id) == ["Old"]


def test_all_rows_of_a_person_add_their_tags_and_say_whose_they_are():
    rows = [{"email": "ana@a.com", "tags": name} for name in ("Vip", "Trial", "Vip")]
    read = load(ANA | rows[0], *rows[1:])
    assert outcomes(read) == ["created", "updated", "unchanged"]
    found = runs.rows(SYSTEM, read.id).items
    assert tags_of(found[0].contact_id) == ["Trial", "Vip"]
    assert [row.notes for row in found] == [
        [],
        ["The same contact as row 1."],
        ["The same contact as row 1."],
    ]


def test_who_may_not_edit_contacts_makes_no_tag_and_chooses_what_becomes_of_the_rest():
    WORLD.user("Adam", "advisor")
    tag("Vip")
    adam = without_edit("Adam")
    row = ANA | {"phone": PHONE, "tags": "Vip;Trial"}
    skipped = reviewed(row, viewer=adam)
    assert (skipped.created, skipped.unknown_tags, skipped.tags_added) == (1, ["Trial"], 1)
    assert only_row(skipped, adam).notes == [
        "Not tagged “Trial”: there is no such tag, and you may not make one."
    ]
    refused = only_row(reviewed(row, viewer=adam, unknown_segments="reject"), adam)
    assert (refused.code, refused.reason) == (
        "unknown_tag", "There is no tag called “Trial”, and you may not make one.",
    )  # fmt: skip
    WORLD.contact("Eva", email="eva@a.com")
    assert outcomes(reviewed({"email": "eva@a.com", "tags": "Vip"}, viewer=adam), adam) == ["may_not_edit"]
    assert count("tag") == 1


def test_a_name_that_no_tag_can_have_rejects_the_row():
    found = only_row(load(ANA | {"phone": PHONE, "tags": "x" * 61}))
    assert found.code == "bad_tag_name"
    assert found.reason.endswith("x…” cannot be a tag.")
    assert count("contact") == 0


def test_a_tag_that_went_after_the_review_is_not_made_again():
    gone = tag("Vip")
    WORLD.contact("Ana", email="ana@a.com")
    read = reviewed({"email": "ana@a.com", "tags": "Vip"})
    tags.remove(SYSTEM, gone)
    runs.accept(SYSTEM, read.id)
    runs.carry_out(read.id)
    after = runs.get(SYSTEM, read.id)
    assert (outcomes(after), after.created_tags) == (["changed_since_review"], [])


def test_what_goes_out_with_tags_comes_in_unchanged():
    for name in ("=Sum", "Vip"):
        tag(name)
    WORLD.contact("Ana", last_name="Lima", country="BR", email="ana@a.com", tags=["Vip", "=Sum"])
    WORLD.contact("Bob", last_name="Reis", country="BR", email="bob@a.com")
    for kind in ("csv", "xlsx"):
        made = exports.request(SYSTEM, kind, Query(), list(exports.COLUMNS))
        exports.carry_out(made.id)
        content = exports.path_of(SYSTEM, made.id).read_bytes()
        read = load_file(content) if kind == "csv" else load_workbook(content)
        assert (read.unchanged, read.rows, read.rejected) == (2, 2, 0)
    assert count("contact_tag") == 2


def load_workbook(content):
    received = runs.receive(SYSTEM, "contacts.xlsx", [content])
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    return runs.get(SYSTEM, received.id)
