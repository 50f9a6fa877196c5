"""What a bulk action did is taken back, and what somebody changed since is left and told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from pydantic import ValidationError
from sqlalchemy import insert, select, text
from sqlmodel import col

from hooks.viewer import SYSTEM, Viewer
from models.act import Act
from models.base import now
from models.bulk import (
    AddToSegment,
    BulkRead,
    Delete,
    PutTagOn,
    RemoveFromSegment,
    SetField,
    SetResponsible,
    TakeTagOff,
)  # fmt: skip
from models.contact import Contact, ContactCreate, ContactUpdate
from models.people import UserUpdate
from models.segment import SegmentMember, SegmentPast, SegmentUpdate
from models.tag import TagCreate
from services import acts, bulk, check, contacts, denials, history, listing, people, segments, tags, undo
from services.errors import Conflict, Forbidden, NotFound, Refused, TooMany
from services.listing import Query
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def on(*contact_ids: int) -> Query:
    return Query(only=list(contact_ids))


def act_of(done: BulkRead) -> int:
    assert done.act_id is not None
    return done.act_id


def names(segment: str) -> set[str | None]:
    tree = {"v": 1, "where": {"field": "segments", "op": "has_any", "value": [segment]}}
    return {one.first_name for one in listing.page(SYSTEM, Query(filter=tree), 100).items}


def agree() -> list[str]:
    """Return what `carteira check` finds wrong with the walls."""
    return next(one.problems for one in check.check(SYSTEM) if one.name == "walls")


def kept(act_id: int) -> Act:
    with unit_of_work(SYSTEM) as work:
        found = work.session.get_one(Act, act_id)
        work.session.expunge_all()
        return found


def test_contacts_that_joined_leave_again_and_those_that_were_in_stay() -> None:
    premium = WORLD.label("Premium")
    ana, bea = WORLD.contact("Ana", segments=["Premium"]), WORLD.contact("Bea")
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana, bea))
    taken_back = undo.undo(SYSTEM, act_of(added))
    assert (taken_back.state, taken_back.done, taken_back.skipped) == ("done", 1, 0)
    assert names("Premium") == {"Ana"}
    assert [line.act_kind for line in history.of_contact(SYSTEM, bea)] == ["undo", "bulk", "edit"]
    assert history.of_contact(SYSTEM, bea)[0].left == ("Premium",)
    original, undoing = kept(act_of(added)), kept(act_of(taken_back))
    assert (original.undone_by_id, undoing.undo_of_id, undoing.kind) == (undoing.id, original.id, "undo")


def test_contacts_that_left_are_back_with_the_date_on_which_they_had_joined() -> None:
    premium = WORLD.label("Premium")
    with time_machine.travel(now() - timedelta(days=40)):
        ana = WORLD.contact("Ana", segments=["Premium"])
    before = membership(premium, ana)
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    assert names("Premium") == set()
    assert undo.undo(SYSTEM, act_of(removed)).done == 1
    assert membership(premium, ana) == before
    told = [(line.act_kind, line.joined, line.left) for line in history.of_contact(SYSTEM, ana)]
    assert told[:2] == [("undo", ("Premium",), ()), ("bulk", (), ("Premium",))]


def membership(segment_id: int, contact_id: int) -> tuple[object, ...]:
    with unit_of_work(SYSTEM) as work:
        found = work.session.get_one(SegmentMember, (segment_id, contact_id))
        return found.joined_at, found.joined_act_id, found.mode


def test_what_was_undone_in_between_does_not_come_back_with_it() -> None:
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    assert undo.undo(SYSTEM, act_of(added)).done == 0
    assert undo.undo(SYSTEM, act_of(removed)).done == 0
    assert names("Premium") == set()


def test_two_acts_are_undone_one_after_the_other_as_if_neither_had_been() -> None:
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    assert undo.undo(SYSTEM, act_of(removed)).done == 1
    assert names("Premium") == {"Ana"}
    assert undo.undo(SYSTEM, act_of(added)).done == 1
    assert names("Premium") == set()


def test_whoever_joined_again_by_another_deed_is_told_and_stays() -> None:
    premium, ana, bea = WORLD.label("Premium"), WORLD.contact("Ana"), WORLD.contact("Bea")
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana, bea))
    bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    back = undo.undo(SYSTEM, act_of(added))
    assert (back.done, back.why) == (1, {"joined_again": 1})
    assert kept(act_of(back)).detail["conflicts"] == [[ana, "joined_again"]]
    assert names("Premium") == {"Ana"}


def test_whoever_was_taken_out_once_more_since_stays_out_and_is_told() -> None:
    premium, ana, bea = (
        WORLD.label("Premium"),
        *(WORLD.contact(name, segments=["Premium"]) for name in ("Ana", "Bea")),
    )
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana, bea))
    bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    back = undo.undo(SYSTEM, act_of(removed))
    assert (back.done, back.why) == (1, {"changed_since": 1})
    assert names("Premium") == {"Bea"}


def test_who_was_put_in_and_that_was_undone_is_back_with_what_was_before() -> None:
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana", segments=["Premium"])
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    undo.undo(SYSTEM, act_of(added))
    assert undo.undo(SYSTEM, act_of(removed)).done == 1
    assert names("Premium") == {"Ana"}


def test_walls_are_as_they_were() -> None:
    WORLD.user("Rui", "advisor")
    north, south = WORLD.wall("Norte"), WORLD.wall("Sul")
    ids = [WORLD.contact(f"Contact {place}") for place in range(6)]
    bulk.add_to_segment(SYSTEM, south, on(*ids[3:]))
    added = bulk.do(SYSTEM, AddToSegment(segment_id=north), on(*ids))
    assert agree() == []
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=south), on(*ids))
    assert undo.undo(SYSTEM, act_of(added)).done == 6
    assert agree() == []
    assert listing.count(WORLD.viewer("Rui"), Query()).n == 6
    assert undo.undo(SYSTEM, act_of(removed)).done == 3
    assert agree() == []
    assert listing.count(WORLD.viewer("Rui"), Query()).n == 3


def test_a_tag_is_taken_off_again_and_two_that_were_merged_are_two() -> None:
    ana, bea = WORLD.contact("Ana"), WORLD.contact("Bea")
    vip = tags.create(SYSTEM, TagCreate(name="VIP")).id
    put = bulk.do(SYSTEM, PutTagOn(tag_id=vip), on(ana, bea))
    assert undo.undo(SYSTEM, act_of(put)).done == 2
    assert contacts.detail(SYSTEM, ana).tags == []
    gold = tags.create(SYSTEM, TagCreate(name="Gold")).id
    bulk.do(SYSTEM, PutTagOn(tag_id=vip), on(ana))
    bulk.do(SYSTEM, PutTagOn(tag_id=gold), on(ana, bea))
    tags.merge(SYSTEM, gold, vip)
    undo.undo(SYSTEM, newest("tags_merged"))
    assert {one.name: one.contacts for one in tags.listed(SYSTEM)} == {"VIP": 1, "Gold": 2}


def newest(deed: str) -> int:
    with unit_of_work(SYSTEM) as work:
        acts = work.session.scalars(select(Act).order_by(col(Act.id).desc())).all()
        return next(act.id for act in acts if act.detail.get("deed") == deed and act.id is not None)


def test_a_field_goes_back_unless_somebody_changed_it_since() -> None:
    ids = [
        WORLD.contact(name, organization=firm)
        for name, firm in (("Ana", "Old"), ("Bea", None), ("Cid", "New"))
    ]
    done = bulk.do(SYSTEM, SetField(field="organization", value="New"), on(*ids))
    assert (done.done, done.why) == (2, {"so_already": 1})
    assert found("new") == {"Ana", "Bea", "Cid"}
    contacts.change(SYSTEM, ids[1], ContactUpdate(organization="Other"))
    back = undo.undo(SYSTEM, act_of(done))
    assert (back.done, back.why) == (1, {"changed_since": 1})
    assert [contacts.detail(SYSTEM, one).organization for one in ids] == ["Old", "Other", "New"]
    assert (found("new"), found("old"), found("other")) == ({"Cid"}, {"Ana"}, {"Bea"})
    lines = history.of_contact(SYSTEM, ids[0])
    assert [line.fields.get("organization") for line in lines[:2]] == [("New", "Old"), ("Old", "New")]


def found(search: str) -> set[str | None]:
    return {one.first_name for one in listing.page(SYSTEM, Query(search=search), 100).items}


def test_country_and_importance_are_kept_and_go_back_in_their_own_kind() -> None:
    ana = WORLD.contact("Ana", country="BR", importance=3)
    first = bulk.do(SYSTEM, SetField(field="country", value="fr"), on(ana))
    second = bulk.do(SYSTEM, SetField(field="importance", value=7), on(ana))
    third = bulk.do(SYSTEM, SetField(field="city", value="São Paulo"), on(ana))
    read = contacts.detail(SYSTEM, ana)
    assert (read.country, read.importance, read.city) == ("FR", 7, "São Paulo")
    for done in (third, second, first):
        assert undo.undo(SYSTEM, act_of(done)).done == 1
    read = contacts.detail(SYSTEM, ana)
    assert (read.country, read.importance, read.city) == ("BR", 3, None)


def test_a_value_that_does_not_fit_is_refused_beside_its_field() -> None:
    ana = WORLD.contact("Ana")
    for value in ("Nowhere land", 5):
        with pytest.raises(Refused) as refused:
            bulk.do(SYSTEM, SetField(field="country", value=value), on(ana))
        assert "country" in refused.value.data["fields"]


def test_who_would_not_see_a_contact_is_not_made_responsible_for_it() -> None:
    rui, eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    WORLD.wall("Sul", teams=("South",))
    open_one, hidden = WORLD.contact("Ana", responsible=eva), WORLD.contact("Bea", segments=["Sul"])
    done = bulk.do(SYSTEM, SetResponsible(responsible=rui), on(open_one, hidden))
    assert (done.done, done.why) == (1, {"cannot_see": 1})
    assert contacts.detail(SYSTEM, open_one).responsible == rui
    assert contacts.detail(SYSTEM, hidden).responsible is None
    assert undo.undo(SYSTEM, act_of(done)).done == 1
    assert contacts.detail(SYSTEM, open_one).responsible == eva


def test_nobody_who_left_becomes_responsible_again() -> None:
    rui, eva = WORLD.user("Rui", "advisor"), WORLD.user("Eva", "advisor")
    ana = WORLD.contact("Ana", responsible=eva)
    done = bulk.do(SYSTEM, SetResponsible(responsible=rui), on(ana))
    user_id = WORLD.viewer("Eva").user_id
    assert user_id is not None
    people.update_user(SYSTEM, user_id, UserUpdate(active=False))
    assert undo.undo(SYSTEM, act_of(done)).why == {"cannot_see": 1}
    assert contacts.detail(SYSTEM, ana).responsible == rui


def test_contacts_come_out_of_the_bin_unless_another_has_their_address_by_now() -> None:
    ana, bea = WORLD.contact("Ana", email="ana@example.com"), WORLD.contact("Bea")
    done = bulk.do(SYSTEM, Delete(), on(ana, bea))
    assert listing.count(SYSTEM, Query()).n == 0
    WORLD.contact("Second", email="ana@example.com")
    back = undo.undo(SYSTEM, act_of(done))
    assert (back.done, back.why) == (1, {"taken": 1})
    assert {one.first_name for one in listing.page(SYSTEM, Query(), 10).items} == {"Bea", "Second"}
    assert history.of_contact(SYSTEM, bea)[0].kind == "restored"


def test_that_something_hidden_has_the_address_is_told_in_other_words_and_noted() -> None:
    WORLD.user("Mia", "manager")
    mia = WORLD.narrowed("Mia")
    ana = WORLD.contact("Ana", email="ana@example.com")
    done = bulk.do(mia, Delete(), on(ana))
    WORLD.wall("Sul")
    contacts.create(SYSTEM, ContactCreate(first_name="Hidden", email="ana@example.com", segments=["Sul"]))
    back = undo.undo(mia, act_of(done))
    assert (back.done, back.why) == (0, {"not_available": 1})
    with unit_of_work(SYSTEM) as work:
        assert work.session.scalar(text("SELECT count(*) FROM denial")) == 1


def test_answers_on_what_is_hidden_are_limited(set_environment: Callable[..., None]) -> None:
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="2")
    WORLD.user("Mia", "manager")
    mia = WORLD.narrowed("Mia")
    addresses = [f"person{n}@example.com" for n in range(4)]
    ids = [WORLD.contact(f"Contact {n}", email=address) for n, address in enumerate(addresses)]
    plain = WORLD.contact("Plain")
    done = bulk.do(mia, Delete(), on(*ids, plain))
    WORLD.wall("Sul")
    for address in addresses[:3]:
        contacts.create(SYSTEM, ContactCreate(first_name="Hidden", email=address, segments=["Sul"]))
    back = undo.undo(mia, act_of(done))
    assert (back.done, back.why) == (1, {"not_available": 2, "too_many": 2})
    assert contacts.detail(SYSTEM, plain).first_name == "Plain"
    assert {one.field for one in denials.recent(SYSTEM)} == {"email"}
    again = bulk.do(mia, Delete(), on(plain))
    with pytest.raises(TooMany):
        undo.undo(mia, act_of(again))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_whoever_has_the_address_of_a_deleted_contact_is_looked_up_by_its_index(db: Database) -> None:
    with unit_of_work(SYSTEM) as work:
        wanted = undo.taken(col(Contact.id).in_([1, 2]))
        said = wanted.compile(work.session.connection(), compile_kwargs={"literal_binds": True})
        plan = [str(row[-1]) for row in work.session.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
    assert not [line for line in plan if line.startswith("SCAN")]
    for column in ("email_key", "external_id"):
        assert any(f"({column}=?" in line for line in plan)


def test_what_ones_own_act_put_out_of_ones_sight_is_taken_back() -> None:
    rui, eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    ids = [WORLD.contact(f"Contact {n}", responsible=rui) for n in range(3)]
    viewer = WORLD.viewer("Rui")
    done = bulk.do(viewer, SetResponsible(responsible=eva), on(*ids))
    assert listing.count(viewer, Query()).n == 0
    bulk.add_to_segment(SYSTEM, WORLD.wall("Oeste"), on(ids[2]))
    back = undo.undo(viewer, act_of(done))
    assert (back.contacts, back.done, back.skipped) == (2, 2, 0)
    assert [contacts.detail(SYSTEM, one).responsible for one in ids] == [rui, rui, eva]


def test_what_was_taken_out_of_ones_only_wall_comes_back_behind_it() -> None:
    rui, eva = WORLD.user("Rui", "advisor", "North"), WORLD.user("Eva", "advisor", "South")
    north = WORLD.wall("Norte", users=(rui,))
    ana = WORLD.contact("Ana", responsible=eva)
    bulk.add_to_segment(SYSTEM, north, on(ana))
    viewer = may_assign_restricted("Rui")
    removed = bulk.do(viewer, RemoveFromSegment(segment_id=north), on(ana))
    assert listing.count(viewer, Query()).n == 0
    assert undo.undo(viewer, act_of(removed)).done == 1
    assert listing.count(viewer, Query()).n == 1
    assert agree() == []


def test_what_went_behind_a_wall_that_does_not_open_comes_out_again() -> None:
    rui = WORLD.user("Rui", "advisor", "North")
    north, ana = WORLD.wall("Norte", teams=("North",)), WORLD.contact("Ana", responsible=rui)
    viewer = replace(may_assign_restricted("Rui"), scope="mine")
    added = bulk.do(viewer, AddToSegment(segment_id=north), on(ana))
    assert listing.count(viewer, Query()).n == 0
    assert undo.undo(viewer, act_of(added)).done == 1
    assert listing.count(viewer, Query()).n == 1


def may_assign_restricted(name: str) -> Viewer:
    viewer = WORLD.viewer(name)
    return replace(viewer, permissions=viewer.permissions | {"segments.assign_restricted"})


def test_an_undo_that_reaches_nobody_does_not_use_the_act_up() -> None:
    WORLD.user("Rui", "advisor")
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    rui = WORLD.viewer("Rui")
    added = bulk.do(rui, AddToSegment(segment_id=premium), on(ana))
    bulk.add_to_segment(SYSTEM, WORLD.wall("Sul"), on(ana))
    assert undo.undo(rui, act_of(added)).contacts == 0
    assert kept(act_of(added)).undone_by_id is None
    assert undo.undo(SYSTEM, act_of(added)).done == 1
    assert names("Premium") == set()


def test_what_an_undo_did_not_reach_is_left_to_those_who_see_everything() -> None:
    WORLD.user("Rui", "advisor")
    premium = WORLD.label("Premium")
    ana, bea, cid = (WORLD.contact(name) for name in ("Ana", "Bea", "Cid"))
    rui = WORLD.viewer("Rui")
    added = bulk.do(rui, AddToSegment(segment_id=premium), on(ana, bea, cid))
    bulk.add_to_segment(SYSTEM, WORLD.wall("Sul"), on(bea, cid))
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(bea))
    assert undo.undo(rui, act_of(added)).done == 1
    with pytest.raises(Conflict, match="already"):
        undo.undo(rui, act_of(added))
    assert not acts.one(rui, act_of(added)).undoable
    # The joining of the one whom the undo did not reach was not undone.
    assert undo.undo(SYSTEM, act_of(removed)).done == 1
    assert names("Premium") == {"Bea", "Cid"}
    assert acts.one(SYSTEM, act_of(added)).undoable
    assert undo.undo(SYSTEM, act_of(added)).done == 2
    with pytest.raises(Conflict, match="already"):
        undo.undo(SYSTEM, act_of(added))


def test_contacts_that_an_undo_left_in_the_bin_are_listed_for_who_may_bring_them_back() -> None:
    for name, role in (("Mia", "manager"), ("Rui", "advisor")):
        WORLD.user(name, role)
    mia, ana = WORLD.narrowed("Mia"), WORLD.contact("Ana", email="ana@example.com")
    done = bulk.do(mia, Delete(), on(ana))
    WORLD.contact("Second", email="ana@example.com")
    back = act_of(undo.undo(mia, act_of(done)))
    assert [(one.name, one.code, one.in_bin) for one in acts.conflicts(mia, back)] == [("Ana", "taken", True)]
    deletes_no_more = replace(mia, permissions=mia.permissions - {"contacts.delete"})
    assert acts.conflicts(deletes_no_more, back) == []


def test_who_does_not_look_after_tags_does_not_undo_a_merge_of_them() -> None:
    WORLD.user("Mia", "manager")
    mia, ana = WORLD.viewer("Mia"), WORLD.contact("Ana")
    vip, gold = (tags.create(SYSTEM, TagCreate(name=name)).id for name in ("VIP", "Gold"))
    bulk.do(SYSTEM, PutTagOn(tag_id=gold), on(ana))
    tags.merge(mia, gold, vip)
    with pytest.raises(Forbidden):
        undo.undo(replace(mia, permissions=mia.permissions - {"segments.manage"}), newest("tags_merged"))
    assert undo.undo(mia, newest("tags_merged")).done == 1


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_who_undoes_does_not_stand_in_the_way_of_who_takes_out(db: Database) -> None:
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    added = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    with unit_of_work(SYSTEM, write=True) as work:
        undo._held_act(work, act_of(added))
        with unit_of_work(SYSTEM, write=True) as other:
            other.session.execute(text("SET LOCAL lock_timeout = '2s'"))
            past = {"segment_id": premium, "contact_id": ana, "joined_at": other.now, "left_at": other.now}
            acts_of_it = {"joined_act_id": act_of(added), "left_act_id": other.act(), "mode": "picked"}
            other.session.execute(insert(SegmentPast).values(past | acts_of_it))


def test_an_act_is_undone_once_and_for_thirty_days() -> None:
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    first = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    undo.undo(SYSTEM, act_of(first))
    with pytest.raises(Conflict, match="already"):
        undo.undo(SYSTEM, act_of(first))
    second = bulk.do(SYSTEM, AddToSegment(segment_id=premium), on(ana))
    with time_machine.travel(now() + timedelta(days=31)), pytest.raises(Conflict, match="no longer"):
        undo.undo(SYSTEM, act_of(second))


def test_one_undoes_ones_own_acts_and_who_looks_after_people_those_of_others() -> None:
    for name in ("Rui", "Eva"):
        WORLD.user(name, "advisor")
    WORLD.user("Mia", "manager")
    WORLD.user("Ada", "administrator")
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    done = bulk.do(WORLD.viewer("Rui"), AddToSegment(segment_id=premium), on(ana))
    for name in ("Eva", "Mia"):
        with pytest.raises(NotFound):
            undo.undo(WORLD.viewer(name), act_of(done))
        assert acts.recent(WORLD.viewer(name)) == []
    assert undo.undo(WORLD.viewer("Ada"), act_of(done)).done == 1


def test_the_rights_of_today_count() -> None:
    WORLD.user("Rui", "advisor")
    premium, ana = WORLD.label("Premium"), WORLD.contact("Ana")
    rui = WORLD.viewer("Rui")
    added = bulk.do(rui, AddToSegment(segment_id=premium), on(ana))
    changed = bulk.do(rui, SetField(field="city", value="Lima"), on(ana))
    nothing = Viewer(rui.user_id, rui.email, rui.name, frozenset({"contacts.view"}), rui.scope)
    for done in (added, changed):
        with pytest.raises(Forbidden):
            undo.undo(nothing, act_of(done))
    segments.change(SYSTEM, premium, SegmentUpdate(active=False))
    with pytest.raises(Refused, match="switched off"):
        undo.undo(rui, act_of(added))
    segments.delete(SYSTEM, premium)
    with pytest.raises(NotFound):
        undo.undo(rui, act_of(added))


def test_contacts_that_one_no_longer_sees_are_left_without_a_word() -> None:
    WORLD.user("Rui", "advisor")
    premium, ana, bea = WORLD.label("Premium"), WORLD.contact("Ana"), WORLD.contact("Bea")
    rui = WORLD.viewer("Rui")
    added = bulk.do(rui, AddToSegment(segment_id=premium), on(ana, bea))
    bulk.add_to_segment(SYSTEM, WORLD.wall("Sul"), on(bea))
    back = undo.undo(rui, act_of(added))
    assert (back.contacts, back.done, back.skipped, back.why) == (1, 1, 0, {})
    assert names("Premium") == {"Bea"}


def test_a_past_membership_says_which_undo_brought_it_back() -> None:
    premium = WORLD.label("Premium")
    ana = WORLD.contact("Ana", segments=["Premium"])
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=premium), on(ana))
    back = undo.undo(SYSTEM, act_of(removed))
    with unit_of_work(SYSTEM) as work:
        past = work.session.scalars(select(SegmentPast)).one()
        assert (past.left_act_id, past.back_act_id) == (removed.act_id, back.act_id)


def test_a_page_of_history_is_full_where_nothing_was_brought_back() -> None:
    ana = WORLD.contact("Ana")
    premium, vip = WORLD.label("Premium"), tags.create(SYSTEM, TagCreate(name="VIP")).id
    for command in (
        AddToSegment(segment_id=premium), RemoveFromSegment(segment_id=premium), PutTagOn(tag_id=vip),
        TakeTagOff(tag_id=vip),
    ):  # fmt: skip
        bulk.do(SYSTEM, command, on(ana))
    assert len(history.of_contact(SYSTEM, ana, limit=3)) == 3


def test_an_act_of_another_kind_is_no_act_to_undo() -> None:
    WORLD.label("Premium")
    with pytest.raises(NotFound):
        undo.undo(SYSTEM, newest("segment_created"))
    with pytest.raises(NotFound):
        undo.undo(SYSTEM, 987654)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_ones_own_acts_are_found_by_their_index(db: Database) -> None:
    WORLD.user("Rui", "advisor")
    with unit_of_work(SYSTEM) as work:
        wanted = select(col(Act.id)).where(*acts._shown(WORLD.viewer("Rui"))).order_by(col(Act.id).desc())
        said = wanted.compile(work.session.connection(), compile_kwargs={"literal_binds": True})
        plan = work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()
    assert [row[-1] for row in plan] == ["SEARCH act USING INDEX ix_act_actor_id (actor_id=?)"]


def test_a_deed_is_about_one_that_is_there_or_a_new_one() -> None:
    for make in (AddToSegment, PutTagOn):
        for given in ({}, {"segment_id": 1, "tag_id": 1, "make": "New"}):
            known = {name: value for name, value in given.items() if name in make.model_fields}
            with pytest.raises(ValidationError):
                make.model_validate(known)
