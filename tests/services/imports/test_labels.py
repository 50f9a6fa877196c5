"""The segments column: what is added, what is left alone, and what becomes of names that lead nowhere."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from hooks.viewer import SYSTEM
from models.act import Act
from models.people import Role, RolePermission
from models.segment import Segment, SegmentCreate, SegmentUpdate
from services import contacts, permissions, segments
from services.errors import Forbidden, NotFound
from services.imports import runs
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    PHONE,
    contact,
    count,
    load,
    only_row,
    outcomes,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def _segments_of(contact_id):
    return contact(contact_id).segments


def _switch_off(segment_id):
    segments.change(SYSTEM, segment_id, SegmentUpdate(active=False))


def _make_dynamic(segment_id):
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(Segment).where(Segment.id == segment_id).values(kind="dynamic"))


def test_listed_segments_are_added_whatever_their_case_accents_and_spaces():
    WORLD.label("Ação")
    WORLD.label("North")
    row = only_row(load(ANA | {"phone": PHONE, "segments": " ACAO ; north;;Ação "}))
    assert _segments_of(row.contact_id) == ["Ação", "North"]


def test_all_rows_of_a_person_add_their_segments():
    for name in ("North", "South"):
        WORLD.label(name)
    read = load(ANA | {"phone": PHONE, "segments": "North"}, ANA | {"phone": PHONE, "segments": "South"})
    assert outcomes(read) == ["created", "updated"]
    assert _segments_of(runs.rows(SYSTEM, read.id).items[0].contact_id) == ["North", "South"]


def test_to_be_in_the_segments_already_changes_nothing():
    WORLD.label("North")
    WORLD.contact("Ana", external_id="x1", segments=["North"])
    read = load({"id": "x1", "segments": "North"})
    assert (outcomes(read), read.segments_added) == (["unchanged"], 0)


def test_a_membership_alone_is_an_update_and_its_own_history():
    WORLD.label("North")
    known = WORLD.contact("Ana", external_id="x1")
    read = load({"id": "x1", "segments": "North"})
    assert (outcomes(read), read.segments_added) == (["updated"], 1)
    assert contact(known).version == 1
    assert count("change", "kind = 'updated'") == 0


# --- names that lead to no segment


def test_unknown_names_are_skipped_and_listed_with_the_nearest_one():
    WORLD.label("North")
    read = load(
        ANA | {"phone": PHONE, "segments": "Nrth;Elsewhere"}, ANA | {"email": "a@a.com", "segments": "NRTH"}
    )
    assert outcomes(read) == ["created", "created"]
    assert read.unknown_segments == ["Nrth", "Elsewhere"]
    assert read.nearest == {"Nrth": "North"}
    assert "Elsewhere" in runs.rows(SYSTEM, read.id).items[0].notes[0]


def test_a_name_that_stands_for_another_segment_is_read_as_that_one():
    WORLD.label("Premium")
    row = ANA | {"phone": PHONE, "segments": "Premum;Premium;Nowhere"}
    read = load(row, meant_segments={"PREMUM": "premium", "Other": "Premium"}, overwrite_segments=True)
    assert (read.unknown_segments, read.segments_added) == (["Nowhere"], 1)
    assert _segments_of(only_row(read).contact_id) == ["Premium"]


def test_a_name_that_stands_for_a_segment_that_may_not_be_used_stays_unknown():
    _switch_off(WORLD.label("Premium"))
    read = load(ANA | {"phone": PHONE, "segments": "Premum"}, meant_segments={"Premum": "Premium"})
    assert read.unknown_segments == ["Premum"]


def test_what_cannot_be_used_is_not_suggested():
    _switch_off(WORLD.label("Norte"))
    WORLD.label("Nortel")
    read = load(ANA | {"phone": PHONE, "segments": "Norte"})
    assert read.nearest == {"Norte": "Nortel"}


def test_unknown_names_reject_the_row_by_choice():
    row = only_row(load(ANA | {"phone": PHONE, "segments": "Nrth"}, unknown_segments="reject"))
    assert (row.outcome, row.code) == ("rejected", "unknown_segment")
    assert row.reason == "There is no segment called “Nrth” to which you may add."
    assert count("contact") == 0


def test_unknown_names_are_made_by_choice_once():
    read = load(
        ANA | {"phone": PHONE, "segments": "New one"},
        BOB | {"email": "b@a.com", "segments": "NEW ONE"},
        unknown_segments="create",
    )
    assert (read.created, read.unknown_segments, read.created_segments) == (2, [], ["New one"])
    (made,) = segments.listed(SYSTEM)
    assert (made.name, made.restricted, made.active, made.members) == ("New one", False, True, 2)


def test_the_act_keeps_which_segments_it_made_and_each_has_an_act_as_if_made_by_hand(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    rows = [
        ANA | {"email": f"a{n}@a.com", "segments": name} for n, name in enumerate(("Fresh", "FRESH", "Other"))
    ]
    review = reviewed(*rows, unknown_segments="create")
    assert review.created_segments == ["Fresh", "Other"]
    read = load(*rows, unknown_segments="create")
    assert read.created_segments == ["Fresh", "Other"]
    made = [segment.id for segment in segments.listed(SYSTEM)]
    segments.create(SYSTEM, SegmentCreate(name="By hand"))
    with unit_of_work(SYSTEM) as work:
        assert work.session.get(Act, read.act_id).detail["segments_made"] == made
        acts = work.session.scalars(select(Act).where(Act.kind == "edit").order_by(Act.id)).all()
    *imported, by_hand = [act for act in acts if act.detail["deed"] == "segment_created"]
    assert [(act.detail["segment_id"], act.detail["name"]) for act in imported] == [
        (made[0], "Fresh"), (made[1], "Other"),
    ]  # fmt: skip
    assert {act.detail.keys() == by_hand.detail.keys() for act in imported} == {True}


def test_a_rejected_row_makes_no_segment():
    load({"first": "Ana", "phone": PHONE, "segments": "New one"}, columns=("first", "last", "phone", "segments"),
         unknown_segments="create")  # fmt: skip
    assert segments.listed(SYSTEM) == []


def test_to_make_segments_needs_the_permission():
    WORLD.user("Adam", "advisor")
    with pytest.raises(Forbidden):
        reviewed(
            ANA | {"phone": PHONE, "segments": "New"}, viewer=WORLD.viewer("Adam"), unknown_segments="create"
        )


@pytest.mark.parametrize("lost", [permissions.SEGMENTS_MANAGE, permissions.SEGMENTS_ASSIGN])
def test_both_permissions_to_make_segments_are_asked_again_when_the_import_runs(lost):
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    read = reviewed(ANA | {"phone": PHONE, "segments": "New"}, viewer=mia, unknown_segments="create")
    runs.accept(mia, read.id)
    with unit_of_work(SYSTEM, write=True) as work:
        role = select(Role.id).where(Role.name_key == "manager").scalar_subquery()
        work.session.execute(
            delete(RolePermission).where(RolePermission.role_id == role, RolePermission.permission == lost)
        )
    runs.carry_out(read.id)
    ended = runs.get(WORLD.viewer("Mia"), read.id)
    assert (ended.state, ended.message) == ("failed", "Your role does not allow you to make segments.")
    assert count("contact") == 0


@pytest.mark.parametrize("name", ["x" * 121, "two\nlines"])
def test_a_name_that_no_segment_can_have_rejects_the_row(name):
    read = load(ANA | {"phone": PHONE, "segments": name}, unknown_segments="create")
    assert outcomes(read) == ["bad_segment_name"]


@pytest.mark.parametrize("spoil", [_switch_off, _make_dynamic])
@pytest.mark.parametrize("choice", ["skip", "create"])
def test_a_switched_off_or_dynamic_one_counts_as_unknown_and_is_never_made_twice(spoil, choice):
    spoil(WORLD.label("North"))
    read = load(ANA | {"phone": PHONE, "segments": "north"}, unknown_segments=choice)
    assert (outcomes(read), read.unknown_segments) == (["created"], ["north"])
    assert count("segment") == 1
    assert count("segment_member") == 0


def test_a_wall_that_the_person_may_not_edit_counts_as_unknown():
    WORLD.user("Adam", "advisor", "North")
    WORLD.wall("Wall", teams=("North",))
    read = load(ANA | {"phone": PHONE, "segments": "Wall"}, viewer=WORLD.viewer("Adam"))
    assert (read.created, read.unknown_segments) == (1, ["Wall"])
    assert count("segment_member") == 0


def test_without_the_permission_to_assign_every_name_counts_as_unknown():
    WORLD.label("North")
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    mia = replace(mia, permissions=mia.permissions - {permissions.SEGMENTS_ASSIGN})
    read = load(ANA | {"phone": PHONE, "segments": "North"}, viewer=mia)
    assert (read.created, read.unknown_segments) == (1, ["North"])


# --- overwrite


def _in_north_and_south():
    for name in ("North", "South", "East"):
        WORLD.label(name)
    return WORLD.contact("Ana", external_id="x1", segments=["North", "South"])


def test_overwrite_leaves_exactly_the_listed_ones():
    known = _in_north_and_south()
    read = load({"id": "x1", "segments": "South;East"}, overwrite_segments=True)
    assert _segments_of(known) == ["East", "South"]
    assert (read.segments_added, read.segments_removed) == (1, 1)
    assert count("segment_past") == 1


def test_an_empty_cell_then_removes_all():
    known = _in_north_and_south()
    load({"id": "x1", "segments": ""}, columns=("id", "segments"), overwrite_segments=True)
    assert _segments_of(known) == []


def test_a_file_without_the_column_changes_none():
    known = _in_north_and_south()
    assert outcomes(load({"id": "x1"}, overwrite_segments=True)) == ["unchanged"]
    assert _segments_of(known) == ["North", "South"]


def test_of_several_rows_the_last_one_that_lists_any_counts():
    known = _in_north_and_south()
    load({"id": "x1", "segments": "North"}, {"id": "x1", "segments": "East"}, {"id": "x1", "segments": ""},
         overwrite_segments=True)  # fmt: skip
    assert _segments_of(known) == ["East"]


def test_overwrite_leaves_alone_what_is_switched_off_dynamic_or_not_the_persons_to_edit():
    off, dynamic = WORLD.label("Off"), WORLD.label("Dynamic")
    WORLD.user("Adam", "advisor", "North")
    WORLD.wall("Wall", teams=("North",))
    WORLD.wall("Hidden")
    known = WORLD.contact("Ana", external_id="x1", segments=["Off", "Dynamic", "Wall", "Hidden"])
    _switch_off(off)
    _make_dynamic(dynamic)
    read = load({"id": "x1", "segments": ""}, viewer=WORLD.viewer("Adam"), columns=("id", "segments"),
                overwrite_segments=True)  # fmt: skip
    assert (read.unchanged, read.segments_removed) == (1, 0)
    assert _segments_of(known) == ["Dynamic", "Hidden", "Off", "Wall"]


def test_the_review_names_the_segments_that_a_row_joins_and_leaves():
    _in_north_and_south()
    read = reviewed({"id": "x1", "segments": "South;East"}, overwrite_segments=True)
    assert only_row(read).changes == {"segments_joined": (None, ["East"]), "segments_left": (None, ["North"])}


# --- walls


def test_putting_contacts_behind_a_wall_hides_them_in_the_same_transaction():
    WORLD.user("Adam", "advisor", "South")
    WORLD.user("Nora", "advisor", "North")
    WORLD.wall("Wall", teams=("North",))
    known = WORLD.contact("Eva", external_id="x1")
    read = load({"id": "x1", "segments": "Wall"}, ANA | {"phone": PHONE, "segments": "Wall"})
    made = runs.rows(SYSTEM, read.id).items[1].contact_id
    for contact_id in (known, made):
        assert contacts.detail(WORLD.viewer("Nora"), contact_id).id == contact_id
        with pytest.raises(NotFound):
            contacts.detail(WORLD.viewer("Adam"), contact_id)


def test_the_review_says_who_loses_the_last_wall():
    WORLD.wall("Wall")
    WORLD.wall("Other wall")
    WORLD.contact("Eva", external_id="x1", segments=["Wall"])
    WORLD.contact("Ivo", external_id="x2", segments=["Wall", "Other wall"])
    rows = ({"id": "x1", "segments": ""}, {"id": "x2", "segments": "Other wall"})
    read = reviewed(*rows, columns=("id", "segments"), overwrite_segments=True)
    assert (read.last_wall_lost, read.segments_removed) == (1, 2)
    assert load(*rows, columns=("id", "segments"), overwrite_segments=True).last_wall_lost == 1


def test_the_review_says_whom_the_importer_will_no_longer_see():
    WORLD.user("Mona", "advisor", "North")
    with unit_of_work(SYSTEM, write=True) as work:
        role_id = work.session.scalar(select(Role.id).where(Role.name_key == "advisor"))
        more = RolePermission(role_id=role_id, permission=permissions.SEGMENTS_ASSIGN_RESTRICTED)
        work.session.add(more)
    mona = WORLD.viewer("Mona")
    WORLD.wall("Mine", teams=("North",))
    WORLD.wall("Hidden")
    WORLD.contact("Eva", external_id="x1", segments=["Mine", "Hidden"])
    WORLD.contact("Ivo", external_id="x2", segments=["Mine"])
    rows = ({"id": "x1", "segments": ""}, {"id": "x2", "segments": ""})
    read = reviewed(*rows, viewer=mona, columns=("id", "segments"), overwrite_segments=True)
    assert (read.updated, read.out_of_sight, read.last_wall_lost) == (2, 1, 1)


def test_made_contacts_that_their_maker_would_not_see_are_counted(set_environment):
    set_environment(CARTEIRA_ACCESS__UNASSIGNED_CONTACTS="everyone_scope")
    WORLD.user("Adam", "advisor")
    assert reviewed(ANA | {"phone": PHONE}, viewer=WORLD.viewer("Adam")).out_of_sight == 1
