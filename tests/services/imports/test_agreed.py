"""The plan is what is carried out: what changed between the review and the acceptance is named, and left as it is."""

import pytest

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.segment import SegmentUpdate
from services import bulk, contacts, segments
from services.imports import plan, runs
from services.listing import Query
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    closed,
    contact,
    count,
    emails_of,
    load,
    load_file,
    outcomes,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
EVA = {"country": "BR", "first": "Eva", "last": "Sol"}
CHANGED = "changed_since_review"
LEFT = "The contact was changed after the review, so it was left as it is."


def carried_out(read):
    runs.accept(SYSTEM, read.id)
    runs.carry_out(read.id)
    return closed(runs.get(SYSTEM, read.id))


def reasons(read):
    return [row.reason for row in runs.rows(SYSTEM, read.id, "rejected").items]


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        ({"organization": "Hers"}, "Organization"),
        ({"city": "Recife"}, "City"),
        ({"importance": 3}, "Importance"),
    ],
)
def test_a_contact_that_somebody_changed_after_the_review_is_left_as_it_is(edit, fields):
    WORLD.user("Bea", "manager")
    known = WORLD.contact("Ana", external_id="x1", organization="Old")
    read = reviewed({"id": "x1", "organization": "New"}, BOB | {"phone": PHONE})
    contacts.change(WORLD.viewer("Bea"), known, ContactUpdate.model_validate(edit))
    ended = carried_out(read)
    assert (ended.state, outcomes(ended)) == ("done_with_rejects", [CHANGED, "created"])
    assert (ended.changed_since_review, ended.contacts, ended.reasons) == (1, 1, {CHANGED: 1})
    assert reasons(ended) == [LEFT.replace("review", f"review ({fields})")]
    left = contact(known)
    assert left.version == 2
    assert {name: getattr(left, name) for name in edit} == edit
    assert left.organization == edit.get("organization", "Old")


def test_what_was_held_back_does_what_was_missing_when_its_rows_are_loaded_again():
    known = WORLD.contact("Ana", external_id="x1", organization="Old")
    read = reviewed({"id": "x1", "organization": "New"}, BOB | {"phone": PHONE})
    contacts.change(SYSTEM, known, ContactUpdate(city="Recife"))
    ended = carried_out(read)
    content = runs.rejected_file(SYSTEM, ended.id).read_bytes()
    assert CHANGED.encode() in content
    again = load_file(content)
    assert (again.rows, again.updated) == (1, 1)
    assert (contact(known).organization, contact(known).city) == ("New", "Recife")


def test_what_nobody_touched_is_carried_out_as_it_was_reviewed():
    WORLD.label("North")
    known = WORLD.contact("Ana", external_id="x1", emails=["ana@a.com"], segments=["North"])
    rows = (
        {"id": "x1", "organization": "New", "email": "ana@b.com", "segments": "South", "tags": "Vip"},
        {"id": "x1", "city": "Rio"},
        BOB | {"phone": PHONE, "segments": "North;South"},
        {"phone": PHONE},
        BOB | {"phone": "12"},
    )
    options = {"unknown_segments": "create", "overwrite_segments": True}
    read = reviewed(*rows, **options)
    said = outcomes(read)
    ended = carried_out(read)
    assert outcomes(ended) == said == ["updated", "updated", "created", "unchanged", "phone_too_short"]
    assert ended.changed_since_review == 0
    assert contact(known).segments == ["South"]


def test_without_a_review_what_is_there_when_the_import_runs_counts():
    known = WORLD.contact("Ana", external_id="x1", organization="Old")
    contacts.change(SYSTEM, known, ContactUpdate(city="Recife"))
    assert outcomes(load({"id": "x1", "organization": "New"})) == ["updated"]


def test_a_contact_that_went_after_the_review_is_not_made_anew():
    known = WORLD.contact("Ana", email="ana@a.com")
    read = reviewed(ANA | {"email": "ana@a.com", "city": "Rio"})
    contacts.delete(SYSTEM, [known])
    ended = carried_out(read)
    assert (outcomes(ended), count("contact")) == ([CHANGED], 1)
    assert reasons(ended) == ["The contact that this row was to change is not there any more."]


def test_a_contact_that_was_hidden_after_the_review_answers_as_if_it_had_gone():
    wall = WORLD.wall("Wall")
    WORLD.user("Bea")
    bea = WORLD.viewer("Bea")
    known = [WORLD.contact("Ana", last_name="Lima", phone=PHONE), WORLD.contact("Bob", phone=OTHER_PHONE)]
    read = reviewed(
        ANA | {"phone": PHONE, "city": "Rio"}, BOB | {"phone": OTHER_PHONE, "city": "Rio"}, viewer=bea
    )
    bulk.add_to_segment(SYSTEM, wall, Query(only=known[:1]))
    contacts.delete(SYSTEM, known[1:])
    runs.accept(bea, read.id)
    runs.carry_out(read.id)
    first, second = runs.rows(bea, read.id).items
    assert first.code == second.code == CHANGED
    assert first.reason == second.reason


def test_a_contact_that_came_after_the_review_is_not_changed():
    read = reviewed(ANA | {"email": "ana@a.com", "city": "Rio"})
    known = WORLD.contact("Ana", email="ana@a.com", city="Recife")
    ended = carried_out(read)
    assert (outcomes(ended), contact(known).city, count("contact")) == ([CHANGED], "Recife", 1)
    assert reasons(ended)[0].endswith("a contact has got one of its keys since.")


def test_a_key_that_went_to_another_contact_after_the_review_changes_neither():
    first = WORLD.contact("Ana", email="ana@a.com")
    second = WORLD.contact("Bea")
    read = reviewed({"email": "ana@a.com", "organization": "New"})
    contacts.change(SYSTEM, first, ContactUpdate(emails=["other@a.com"]))
    contacts.change(SYSTEM, second, ContactUpdate(emails=["ana@a.com"]))
    ended = carried_out(read)
    assert reasons(ended) == ["The keys of this row lead to another contact than they did in the review."]
    assert [contact(one).organization for one in (first, second)] == [None, None]


def test_rows_that_came_to_mean_one_contact_after_the_review_are_held_back_together():
    known = WORLD.contact("Bia", external_id="x1")
    read = reviewed({"id": "x1", "organization": "Acme"}, ANA | {"email": "bia@a.com", "account": "7"})
    contacts.change(SYSTEM, known, ContactUpdate(emails=["bia@a.com"]))
    ended = carried_out(read)
    assert (outcomes(ended), ended.changed_since_review) == ([CHANGED, CHANGED], 2)
    assert (contact(known).organization, contact(known).account_number) == (None, None)


def test_a_contact_that_its_rows_would_make_only_in_part_is_not_made():
    label = WORLD.label("North")
    rows = (
        ANA | {"email": "ana@a.com"},
        {"email": "ana@a.com", "city": "Rio", "segments": "North"},
        BOB | {"phone": PHONE},
    )
    read = reviewed(*rows, unknown_segments="reject")
    segments.change(SYSTEM, label, SegmentUpdate(active=False))
    ended = carried_out(read)
    assert outcomes(ended) == [CHANGED, "unknown_segment", "created"]
    assert reasons(ended)[0].startswith("This row hangs together with another one")


def test_an_external_id_that_its_contact_keeps_is_given_to_nobody_else():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="x1", email="ana@a.com")
    rows = (
        ANA | {"id": "x2", "email": "ana@a.com"},
        EVA | {"id": "x1", "email": "eva@a.com"},
        BOB | {"email": "bob@a.com"},
    )
    read = reviewed(*rows, match_by=("email", "external_id", "phone"))
    assert outcomes(read) == ["updated", "created", "created"]
    contacts.change(SYSTEM, ana, ContactUpdate(city="Rio"))
    ended = carried_out(read)
    assert outcomes(ended) == [CHANGED, CHANGED, "created"]
    assert (contact(ana).external_id, count("contact")) == ("x1", 2)


# --- segments and tags


def test_a_contact_that_joined_a_segment_after_the_review_is_not_taken_out_of_it():
    WORLD.label("North")
    west = WORLD.label("West")
    known = [WORLD.contact(name, external_id=name, segments=["North"]) for name in ("Ana", "Bob")]
    rows = [{"id": name, "organization": "Acme", "segments": "North;New"} for name in ("Ana", "Bob")]
    read = reviewed(*rows, overwrite_segments=True, unknown_segments="create")
    assert read.segments_removed == 0
    bulk.add_to_segment(SYSTEM, west, Query(only=known[:1]))
    assert contact(known[0]).version == 1
    ended = carried_out(read)
    assert (ended.segments_removed, outcomes(ended)) == (0, [CHANGED, "updated"])
    assert contact(known[0]).segments == ["North", "West"]


def test_what_somebody_else_did_already_is_not_done_again_and_only_marked():
    label = WORLD.label("North")
    known = WORLD.contact("Ana", external_id="x1")
    read = reviewed({"id": "x1", "segments": "North", "organization": "New"})
    bulk.add_to_segment(SYSTEM, label, Query(only=[known]))
    ended = carried_out(read)
    assert (outcomes(ended), ended.segments_added, ended.changed_since_review) == (["updated"], 0, 1)
    assert runs.rows(SYSTEM, read.id).items[0].notes == ["The contact was changed after the review."]


@pytest.mark.parametrize("change", [{"active": False}, {"restricted": True}])
@pytest.mark.parametrize("unknown", ["skip", "create"])
def test_a_segment_that_was_changed_after_the_review_holds_its_rows_back(change, unknown):
    label = WORLD.label("North")
    known = WORLD.contact("Bob", email="bob@a.com")
    rows = (
        ANA | {"phone": PHONE, "segments": "North"},
        {"email": "bob@a.com", "segments": "North"},
        EVA | {"phone": OTHER_PHONE},
    )
    read = reviewed(*rows, unknown_segments=unknown)
    assert outcomes(read) == ["created", "updated", "created"]
    segments.change(SYSTEM, label, SegmentUpdate.model_validate(change))
    ended = carried_out(read)
    assert outcomes(ended) == [CHANGED, CHANGED, "created"]
    assert reasons(ended)[0].startswith("A segment or a tag was changed after the review")
    assert contact(known).segments == []


def test_a_segment_that_was_made_in_an_earlier_part_is_no_change_since_the_review(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    WORLD.contact("Ana", external_id="Ana")
    read = reviewed(
        {"id": "Ana", "segments": "New"}, BOB | {"phone": PHONE, "segments": "NEW"}, unknown_segments="create"
    )
    ended = carried_out(read)
    assert (outcomes(ended), ended.changed_since_review) == (["updated", "created"], 0)


# --- what was not to come in


def test_a_row_that_was_to_be_rejected_does_not_come_in():
    WORLD.contact("Ana", external_id="x1")
    other = WORLD.contact("Bob", email="bob@a.com")
    read = reviewed({"id": "x1", "email": "bob@a.com", "city": "Rio"})
    assert outcomes(read) == ["keys_of_two"]
    contacts.delete(SYSTEM, [other])
    ended = carried_out(read)
    assert reasons(ended) == [
        "By the review this row was not to come in; what stood against it has changed since."
    ]


def test_a_row_that_is_now_rejected_for_a_reason_of_its_own_says_that_one():
    WORLD.contact("Ana", external_id="x1")
    read = reviewed({"id": "x1", "email": "bob@a.com"})
    WORLD.contact("Bob", email="bob@a.com")
    ended = carried_out(read)
    assert (outcomes(ended), ended.changed_since_review) == (["keys_of_two"], 1)


def test_a_contact_that_this_import_changed_itself_is_not_held_back(monkeypatch, set_environment):
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 2)
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    known = WORLD.contact("Ana", last_name="Lima", phone=PHONE)
    rows = [
        ANA | {"phone": PHONE, "account": "1"},
        *(BOB | {"phone": PHONE, "email": f"bob{n}@a.com"} for n in range(3)),
        ANA | {"phone": PHONE, "city": "Rio"},
    ]
    ended = carried_out(reviewed(*rows))
    assert outcomes(ended) == ["updated", *["created"] * 3, "updated"]
    assert (contact(known).account_number, contact(known).city) == ("1", "Rio")


def test_what_somebody_changed_of_segments_is_no_doing_of_this_import(monkeypatch, set_environment):
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 2)
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    known = WORLD.contact("Ana", last_name="Lima", phone=PHONE)
    north = WORLD.label("North")
    read = reviewed(
        ANA | {"phone": PHONE, "account": "1"},
        *(BOB | {"phone": PHONE, "email": f"bob{n}@a.com"} for n in range(3)),
        ANA | {"phone": PHONE, "city": "Rio", "segments": "North"},
    )
    segments.switch(SYSTEM, [north], active=False)
    assert outcomes(carried_out(read)) == ["updated", *["created"] * 3, "changed_since_review"]
    assert (contact(known).account_number, contact(known).city) == ("1", None)


def test_an_address_that_somebody_added_after_the_review_keeps_its_rank():
    known = WORLD.contact("Ana", external_id="x1", emails=["ana@a.com"])
    read = reviewed({"id": "x1", "email": "ana@b.com"})
    contacts.change(SYSTEM, known, ContactUpdate(emails=["ana@c.com", "ana@a.com"]))
    ended = carried_out(read)
    assert reasons(ended) == [LEFT.replace("review", "review (Email)")]
    assert emails_of(known) == ["ana@c.com", "ana@a.com"]
