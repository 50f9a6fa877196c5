"""Segments as labels and as walls."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.contact import Contact, ContactUpdate
from models.segment import SegmentCreate, SegmentMember, SegmentUpdate
from services import contacts, impact, segments
from services.access import visible
from services.errors import Conflict, Forbidden, NotAvailable, NotFound, Refused
from services.work import unit_of_work
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def seen_by(viewer: Viewer) -> set[int]:
    with unit_of_work(viewer) as work:
        return {
            one for one in work.session.scalars(select(col(Contact.id)).where(visible(work.sight))) if one
        }


def test_a_contact_in_two_linked_segments_is_seen_by_both_teams():
    WORLD.user("Rui", "advisor", "North")
    WORLD.user("Eva", "advisor", "South")
    WORLD.user("Max", "advisor", "West")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul", teams=("South",))
    ana = WORLD.contact("Ana", segments=["Norte", "Sul"])
    assert ana in seen_by(WORLD.viewer("Rui"))
    assert ana in seen_by(WORLD.viewer("Eva"))
    assert ana not in seen_by(WORLD.viewer("Max"))


def test_a_plain_segment_changes_nothing_about_who_sees_what():
    WORLD.user("Rui", "advisor", "North")
    WORLD.label("Premium")
    assert WORLD.contact("Ana", segments=["Premium"]) in seen_by(WORLD.viewer("Rui"))


def test_a_wall_that_is_switched_off_opens_to_nobody_and_still_restricts():
    WORLD.user("Rui", "advisor", "North")
    WORLD.user("Mia", "manager")
    north = WORLD.wall("Norte", teams=("North",))
    ana = WORLD.contact("Ana", segments=["Norte"])
    segments.change(SYSTEM, north, SegmentUpdate(active=False))
    assert ana not in seen_by(WORLD.viewer("Rui"))
    assert ana in seen_by(WORLD.viewer("Mia"))


def test_turning_the_switch_moves_all_members_behind_the_wall_and_back():
    WORLD.user("Rui", "advisor")
    north = WORLD.label("Norte")
    ana = WORLD.contact("Ana", segments=["Norte"])
    segments.change(SYSTEM, north, SegmentUpdate(restricted=True))
    assert ana not in seen_by(WORLD.viewer("Rui"))
    segments.change(SYSTEM, north, SegmentUpdate(restricted=False))
    assert ana in seen_by(WORLD.viewer("Rui"))


def test_behind_no_wall_a_team_sees_its_own_and_the_unassigned(set_environment):
    rui = WORLD.user("Rui", "advisor", "North")
    eva = WORLD.user("Eva", "advisor", "South")
    WORLD.user("Leo", "advisor", "North")
    ours, theirs, free = (
        WORLD.contact("A", responsible=rui),
        WORLD.contact("B", responsible=eva),
        WORLD.contact("C"),
    )
    assert seen_by(WORLD.viewer("Leo")) == {ours, free}
    assert seen_by(WORLD.viewer("Eva")) == {theirs, free}
    set_environment(CARTEIRA_ACCESS__UNASSIGNED_CONTACTS="everyone_scope")
    assert seen_by(WORLD.viewer("Leo")) == {ours}


def test_names_of_walls_are_read_by_those_they_are_linked_to_alone():
    WORLD.user("Rui", "advisor", "North")
    WORLD.label("Premium")
    WORLD.wall("Norte", teams=("North",), active=False)
    south = WORLD.wall("Sul")
    rui = WORLD.viewer("Rui")
    assert [segment.name for segment in segments.listed(rui)] == ["Norte", "Premium"]
    with pytest.raises(NotFound):
        segments.one(rui, south)


def test_members_are_counted_as_far_as_the_viewer_sees_them():
    WORLD.user("Rui", "advisor", "North")
    WORLD.label("Premium")
    WORLD.wall("Sul")
    WORLD.contact("Ana", segments=["Premium"])
    hidden = WORLD.contact("Bea", segments=["Premium", "Sul"])
    assert [segment.members for segment in segments.listed(WORLD.viewer("Rui"))] == [1]
    assert {segment.name: segment.members for segment in segments.listed(SYSTEM)} == {"Premium": 2, "Sul": 1}
    contacts.delete(SYSTEM, [hidden])
    assert {segment.name: segment.members for segment in segments.listed(SYSTEM)} == {"Premium": 1, "Sul": 0}


@pytest.mark.parametrize("name", ["Rui", "Leo", "Mia"])
def test_the_list_counts_what_each_segment_alone_counts_and_the_grid_shows(name: str):
    rui, eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    WORLD.user("Leo", "advisor")
    WORLD.user("Mia", "manager")
    WORLD.label("Premium")
    WORLD.label("Empty")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Oeste", users=("leo@example.com",))
    south = WORLD.wall("Sul", teams=("South",))
    both = ["Premium", "Norte", "Sul"]
    for of_them in (["Premium"], ["Premium", "Norte"], ["Premium", "Sul"], ["Premium", "Oeste"], both):
        for responsible in (None, rui, eva) if of_them == ["Premium"] else (None, None):
            WORLD.contact("Ana", segments=of_them, responsible=responsible)
        contacts.delete(SYSTEM, [WORLD.contact("Gone", segments=of_them)])
    segments.change(SYSTEM, south, SegmentUpdate(active=False))
    viewer = WORLD.viewer(name)
    found = {segment.name: segment for segment in segments.listed(viewer)}
    assert found["Premium"].members > found["Empty"].members == 0
    for segment in found.values():
        assert segments.one(viewer, segment.id) == segment
        assert len(seen_by(viewer) & members_of(segment.id)) == segment.members


def members_of(segment_id: int) -> set[int]:
    with unit_of_work(SYSTEM) as work:
        return set(
            work.session.scalars(
                select(col(SegmentMember.contact_id)).where(col(SegmentMember.segment_id) == segment_id)
            )
        )


def test_names_are_one_when_they_differ_only_in_case_accents_or_spaces():
    WORLD.label("São Paulo")
    with pytest.raises(Conflict):
        WORLD.label(" sao PAULO ")


def test_the_name_of_a_hidden_wall_is_not_available():
    WORLD.wall("Secret")
    WORLD.user("Rui", "manager")
    rui = WORLD.viewer("Rui")
    narrow = Viewer(rui.user_id, rui.email, rui.name, rui.permissions, "teams")
    with pytest.raises(NotAvailable):
        segments.create(narrow, SegmentCreate(name="secret"))


@pytest.mark.parametrize("name", ["", "  ", "a;b", "x" * 200, "two\nlines"])
def test_a_name_that_does_not_fit_is_refused(name: str):
    with pytest.raises(Refused) as refused:
        segments.create(SYSTEM, SegmentCreate(name=name))
    assert "name" in refused.value.data["fields"]


def test_a_manager_makes_labels_and_no_walls():
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    made = segments.create(mia, SegmentCreate(name="Premium"))
    with pytest.raises(Forbidden):
        segments.create(mia, SegmentCreate(name="Norte", restricted=True))
    with pytest.raises(Forbidden):
        segments.change(mia, made.id, SegmentUpdate(restricted=True))
    with pytest.raises(Forbidden):
        segments.change(mia, made.id, SegmentUpdate(users=["mia@example.com"]))


def test_an_advisor_puts_no_contact_behind_a_wall():
    WORLD.user("Rui", "advisor", "North")
    WORLD.wall("Norte", teams=("North",))
    ana = WORLD.contact("Ana")
    with pytest.raises(Forbidden):
        contacts.change(WORLD.viewer("Rui"), ana, ContactUpdate(segments=["Norte"]))


def test_a_deleted_segment_frees_its_name_and_opens_its_wall():
    WORLD.user("Rui", "advisor")
    north = WORLD.wall("Norte")
    ana = WORLD.contact("Ana", segments=["Norte"])
    assert segments.delete(SYSTEM, north) == 1
    assert ana in seen_by(WORLD.viewer("Rui"))
    assert WORLD.label("Norte") != north


@pytest.mark.parametrize(
    "change",
    [
        SegmentUpdate(restricted=False),
        SegmentUpdate(active=False),
        SegmentUpdate(teams=["South"]),
        SegmentUpdate(users=["leo@example.com"], teams=[]),
        None,
    ],
)
def test_what_a_change_is_said_to_do_is_what_it_does(change: SegmentUpdate | None):
    rui, eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    people = {
        "Rui": rui,
        "Eva": eva,
        "Leo": WORLD.user("Leo", "advisor"),
        "Mia": WORLD.user("Mia", "manager"),
    }
    north = WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul", teams=("South",))
    WORLD.contact("A", segments=["Norte"], responsible=rui)
    WORLD.contact("B", segments=["Norte", "Sul"], responsible=eva)
    WORLD.contact("C", segments=["Norte"])
    WORLD.contact("D", responsible=rui)
    before = {name: seen_by(WORLD.viewer(name)) for name in people}
    said = segments.impact(SYSTEM, north, change)
    if change is None:
        segments.delete(SYSTEM, north)
    else:
        segments.change(SYSTEM, north, change)
    after = {name: seen_by(WORLD.viewer(name)) for name in people}
    assert {one.name: one.contacts for one in said.gains} == {
        name: len(after[name] - before[name]) for name in people if after[name] - before[name]
    }
    assert {one.name: one.contacts for one in said.loses} == {
        name: len(before[name] - after[name]) for name in people if before[name] - after[name]
    }
    assert said.members == 3


def test_an_impact_names_contacts_whose_responsible_no_longer_sees_them():
    rui = WORLD.user("Rui", "advisor", "North")
    north = WORLD.wall("Norte", teams=("North",))
    WORLD.contact("A", segments=["Norte"], responsible=rui)
    said = segments.impact(SYSTEM, north, SegmentUpdate(teams=[]))
    assert isinstance(said, impact.Impact)
    assert said.blind == 1


def test_names_alone_are_those_of_the_list():
    WORLD.user("Rui", "advisor", "North")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul")
    rui = WORLD.viewer("Rui")
    assert [segment.name for segment in segments.known(rui)] == ["Norte"]
    assert [segment.id for segment in segments.known(SYSTEM)] == [
        segment.id for segment in segments.listed(SYSTEM)
    ]
