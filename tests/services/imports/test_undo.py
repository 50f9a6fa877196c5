"""An import is taken back: what it made goes to the bin, what it changed is as before, the rest is listed."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.base import now
from models.bulk import AddToSegment, PutTagOn, RemoveFromSegment, SetField
from models.contact import ContactCreate, ContactUpdate
from models.import_undo import ImportUndoLeft
from models.imports import ImportOptions
from models.segment import SegmentUpdate
from models.tag import TagCreate
from services import acts, bulk, card, contacts, history, listing, notifications, segments, tags, undo
from services import bin as binned
from services.errors import Conflict, Forbidden, NotFound
from services.imports import runs as imports
from services.imports.undo import job, made, runs
from services.imports.undo.part import Left, Outcome
from services.listing import Query
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    contact,
    emails_of,
    file_of,
    load,
    phones_of,
)
from tests.services.imports.undoing import agree, left, lines, state, undone
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
WORLD = World()


def found(query: str = "") -> set[str | None]:
    return {one.first_name for one in listing.page(SYSTEM, Query(search=query or None), 100).items}


def test_everything_is_as_it_was_before():
    for name in ("North", "South"):
        WORLD.label(name)
    WORLD.wall("Wall"), WORLD.wall("Fence")
    vip = tags.create(SYSTEM, TagCreate(name="VIP")).id
    ana = WORLD.contact(
        "Ana", last_name="Lima", email="ana@a.com", phone=PHONE, organization="Old", city="São Paulo",
        external_id="X1", country="BR", segments=["North", "Wall"],
        messengers=[{"platform": "telegram", "handle": "analima"}],
    )  # fmt: skip
    bob = WORLD.contact("Bob", last_name="Reis", emails=["bob@a.com", "b@a.com"], segments=["South"])
    WORLD.contact("Cid", last_name="Sá", external_id="X3", phone="+5511961239999", country="BR")
    bulk.do(SYSTEM, PutTagOn(tag_id=vip), Query(only=[ana]))
    before = state()
    ended = load(
        ANA | {"id": "X1", "email": "new@a.com", "phone": OTHER_PHONE, "organization": "Über", "city": "Rio",
               "segments": "South;Fence;Fresh", "tags": "VIP;Hot", "account": "007"},
        BOB | {"email": "b@a.com", "phone": PHONE, "first": "Bób", "segments": "South;Fence"},
        BOB | {"first": "Cid", "last": "Sá", "id": "X3", "segments": "Wall"},
        BOB | {"first": "Eve", "email": "eve@a.com", "segments": "Fresh;Wall", "tags": "Hot"},
        BOB | {"first": "Fay", "email": "fay@a.com", "id": "F", "phone": "+5511961230007"},
        BOB | {"email": "broken"},
        unknown_segments="create", overwrite_segments=True,
    )  # fmt: skip
    assert (ended.created, ended.updated, ended.rejected) == (2, 3, 1)
    assert state() != before
    assert found("Fay") == {"Fay"}
    done = undone(ended.id)
    assert (done.state, done.removed, done.restored, done.left) == ("done", 2, 3, 0)
    assert (done.segments, done.tags) == (["Fresh"], ["Hot"])
    assert state() == before
    assert agree() == []
    assert emails_of(bob) == ["bob@a.com", "b@a.com"]
    assert found("ana lima") == {"Ana"}
    assert found("Fay") == found("Über") == found("new@a.com") == set()


def test_undo_stands_in_the_history_with_its_import():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    ended = load(ANA | {"id": "X1", "city": "Rio"}, BOB | {"email": "bob@a.com"})
    done = undone(ended.id)
    line = history.of_contact(SYSTEM, ana)[0]
    assert (line.act_kind, line.undone_kind, line.import_id) == ("undo", "import", ended.id)
    assert line.fields == {"city": ("Rio", None)}
    assert acts.recent(SYSTEM) == []
    with unit_of_work(SYSTEM) as work:
        kept = work.session.execute(
            text("SELECT undo_of_id, state, kind FROM act WHERE id = :id"), {"id": done.act_id}
        )
        assert tuple(kept.one()) == (ended.act_id, "done", "undo")
    assert card.on_day(SYSTEM, ana, now().date()).city is None


def test_what_somebody_has_changed_since_is_left_and_told_in_words():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", city="Lima", country="BR", phone=PHONE)
    ended = load(
        ANA | {"id": "X1", "city": "Rio", "organization": "New", "phone": OTHER_PHONE},
        BOB | {"email": "bob@a.com"},
        BOB | {"first": "Eve", "email": "eve@a.com"},
    )
    contacts.change(SYSTEM, ana, ContactUpdate(city="Porto", phone="+5511961230007"))
    bob = next(one.id for one in listing.page(SYSTEM, Query(search="bob@a.com")).items)
    contacts.change(SYSTEM, bob, ContactUpdate(city="Porto"))
    done = undone(ended.id)
    assert (done.removed, done.restored, done.left) == (1, 1, 3)
    assert left(ended.id) == [
        (ana, "city", "changed_since"), (ana, "phones", "changed_since"), (bob, None, "touched_since"),
    ]  # fmt: skip
    assert contact(ana).city == "Porto"
    assert contact(ana).organization is None
    assert phones_of(ana) == ["+5511961230007", PHONE]
    assert lines(ended.id)[0].reason == "Somebody has changed this since."
    assert lines(ended.id)[0].name == "Ana Lima"
    assert found("bob") == {"Bob"}


def test_what_was_put_back_by_hand_already_is_neither_told_nor_counted():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", city="Lima", country="BR")
    ended = load(ANA | {"id": "X1", "city": "Rio"}, BOB | {"email": "bob@a.com"})
    contacts.change(SYSTEM, ana, ContactUpdate(city="Lima"))
    contacts.delete(SYSTEM, [one.id for one in listing.page(SYSTEM, Query(search="bob")).items])
    done = undone(ended.id)
    assert (done.state, done.removed, done.restored, done.left) == ("done", 0, 0, 0)


def test_a_contact_that_was_deleted_since_is_told_and_stays_in_the_bin():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    ended = load(ANA | {"id": "X1", "city": "Rio"})
    contacts.delete(SYSTEM, [ana])
    assert undone(ended.id).restored == 0
    assert [(one.contact_id, one.code, one.in_bin) for one in lines(ended.id)] == [(ana, "in_bin", True)]


@pytest.mark.parametrize("how", ["segment", "tag", "field", "opt-out", "another import"])
def test_a_new_contact_that_others_have_taken_up_stays(how: str):
    WORLD.label("North")
    ended = load(BOB | {"email": "bob@a.com"})
    bob = listing.page(SYSTEM, Query()).items[0].id
    if how == "segment":
        bulk.do(SYSTEM, AddToSegment(make="New"), Query(only=[bob]))
    elif how == "tag":
        bulk.do(SYSTEM, PutTagOn(make="New"), Query(only=[bob]))
    elif how == "field":
        bulk.do(SYSTEM, SetField(field="city", value="Rio"), Query(only=[bob]))
    elif how == "opt-out":
        with unit_of_work(SYSTEM, write=True) as work:
            values = {"contact": bob, "act": work.act("system"), "at": 0 if work.on_sqlite else now()}
            work.session.execute(
                text(
                    "INSERT INTO opt_out (channel, contact_id, since, act_id) VALUES ('email', :contact, :at, :act)"
                ),
                values,
            )
    else:
        load(BOB | {"email": "bob@a.com", "city": "Rio"})
    done = undone(ended.id)
    assert (done.removed, done.left) == (0, 1)
    assert left(ended.id) == [(bob, None, "in_use" if how == "opt-out" else "touched_since")]
    assert found() == {"Bob"}


def test_what_was_undone_in_its_turn_keeps_nobody_from_the_bin():
    north = WORLD.label("North")
    first = load(
        BOB | {"email": "bob@a.com", "city": "Rio", "segments": "North"}, ANA | {"email": "ana@a.com"}
    )
    second = load(
        BOB | {"email": "bob@a.com", "city": "Porto", "segments": "Fresh"}, unknown_segments="create",
        overwrite_segments=True,
    )  # fmt: skip
    everybody = Query(only=[one.id for one in listing.page(SYSTEM, Query()).items])
    tagged = bulk.do(SYSTEM, PutTagOn(make="New"), everybody)
    removed = bulk.do(SYSTEM, RemoveFromSegment(segment_id=north), everybody)
    for act_id in (removed.act_id, tagged.act_id):
        assert act_id is not None
        undo.undo(SYSTEM, act_id)
    assert undone(second.id).restored == 1
    done = undone(first.id)
    assert (done.removed, done.left) == (2, 0)


def test_every_table_that_hangs_on_a_contact_is_known():
    assert {table.name for table in made.attached()} == {"opt_out"}


def test_memberships_come_back_with_their_dates_and_whoever_joined_again_is_told():
    north, south = WORLD.label("North"), WORLD.label("South")
    with time_machine.travel(now() - timedelta(days=40)):
        ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR", segments=["North"])
    before = state()["segment_member"]
    ended = load(ANA | {"id": "X1", "segments": "South"}, overwrite_segments=True)
    assert contact(ana).segments == ["South"]
    assert undone(ended.id).restored == 1
    assert state()["segment_member"] == before
    again = load(ANA | {"id": "X1", "segments": "South"})
    bulk.remove_from_segment(SYSTEM, south, Query(only=[ana]))
    bulk.add_to_segment(SYSTEM, south, Query(only=[ana]))
    assert undone(again.id).restored == 0
    assert [(one.field, one.about, one.code) for one in lines(again.id)] == [
        ("segments", "South", "joined_again")
    ]
    assert contact(ana).segments == ["North", "South"]
    assert north


def test_whoever_somebody_took_out_once_more_since_stays_out_and_is_told():
    north = WORLD.label("North")
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR", segments=["North"])
    ended = load(ANA | {"id": "X1", "segments": ""}, overwrite_segments=True)
    bulk.add_to_segment(SYSTEM, north, Query(only=[ana]))
    bulk.remove_from_segment(SYSTEM, north, Query(only=[ana]))
    assert undone(ended.id).restored == 0
    assert [(one.field, one.about, one.code) for one in lines(ended.id)] == [
        ("segments", "North", "changed_since")
    ]
    assert contact(ana).segments == []


def test_a_segment_that_is_switched_off_keeps_its_members_and_says_so():
    north = WORLD.label("North")
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    ended = load(ANA | {"id": "X1", "segments": "North", "city": "Rio"})
    segments.change(SYSTEM, north, SegmentUpdate(active=False))
    assert undone(ended.id).restored == 1
    assert [(one.field, one.about, one.code) for one in lines(ended.id)] == [("segments", "North", "may_not")]
    assert contact(ana).segments == ["North"]


def test_a_segment_that_others_use_or_have_changed_stays():
    ended = load(
        BOB | {"email": "bob@a.com", "segments": "Used;Renamed;Fresh", "tags": "Hot;Cold"},
        unknown_segments="create",
    )
    known = {one.name: one.id for one in segments.listed(SYSTEM)}
    ana = WORLD.contact("Ana")
    bulk.add_to_segment(SYSTEM, known["Used"], Query(only=[ana]))
    segments.change(SYSTEM, known["Renamed"], SegmentUpdate(name="Other"))
    hot = next(one.id for one in tags.known(SYSTEM) if one.name == "Hot")
    bulk.do(SYSTEM, PutTagOn(tag_id=hot), Query(only=[ana]))
    done = undone(ended.id)
    assert (done.removed, done.segments, done.tags) == (1, ["Fresh"], ["Cold"])
    assert {one.name for one in segments.listed(SYSTEM)} == {"Used", "Other"}
    assert {one.name for one in tags.known(SYSTEM)} == {"Hot"}


def test_an_external_id_that_wandered_within_the_import_wanders_back(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    ids = [
        WORLD.contact(f"Ana{n}", last_name="Lima", email=f"a{n}@a.com", external_id=f"X{n}", country="BR")
        for n in range(6)
    ]
    before = state()
    rows = [
        ANA | {"first": f"Ana{n}", "email": f"a{n}@a.com", "id": f"X{n - 1}" if n else "Y"} for n in range(6)
    ]
    ended = load(*rows, match_by="email,external_id,phone")
    assert ended.updated == 6
    assert contact(ids[3]).external_id == "X2"
    done = undone(ended.id)
    assert (done.restored, done.left) == (6, 0)
    assert state() == before


def test_a_value_that_another_contact_has_by_now_is_told():
    ana = WORLD.contact("Ana", last_name="Lima", email="ana@a.com", external_id="X1", country="BR")
    ended = load(ANA | {"email": "ana@a.com", "id": "X2", "city": "Rio"}, match_by="email,external_id,phone")
    contacts.create(SYSTEM, ContactCreate(first_name="New", external_id="X1"))
    assert undone(ended.id).restored == 1
    assert left(ended.id) == [(ana, "external_id", "taken")]
    assert (contact(ana).external_id, contact(ana).city) == ("X2", None)


def test_who_came_back_from_the_bin_goes_there_again():
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR", city="Lima")
    bea = WORLD.contact("Bea", last_name="Lima", external_id="X2", country="BR")
    contacts.delete(SYSTEM, [ana, bea])
    ended = load(ANA | {"id": "X1", "city": "Rio"}, ANA | {"first": "Bea", "id": "X2"}, in_bin="restore")
    assert found() == {"Ana", "Bea"}
    contacts.change(SYSTEM, bea, ContactUpdate(city="Porto"))
    done = undone(ended.id)
    assert (done.removed, left(ended.id)) == (1, [(bea, None, "used_since")])
    assert found() == {"Bea"}
    binned.bring_back(SYSTEM, ana)
    assert contact(ana).city == "Lima"


def test_what_an_earlier_try_put_into_the_bin_is_not_told_by_the_next(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    bea = WORLD.contact("Bea", last_name="Lima", external_id="X2", country="BR")
    contacts.delete(SYSTEM, [ana, bea])
    ended = load(ANA | {"id": "X1"}, ANA | {"first": "Bea", "id": "X2"}, in_bin="restore")
    real = job._do_slice

    def once(*arguments):
        real(*arguments)
        runs.cancel(SYSTEM, ended.id)

    with monkeypatch.context() as patched:
        patched.setattr(job, "_do_slice", once)
        assert (undone(ended.id).state, found()) == ("cancelled", {"Ana"})
    rest = undone(ended.id)
    assert (rest.state, rest.removed, rest.left, left(ended.id)) == ("done", 1, 0, [])
    assert found() == set()


def test_what_is_left_of_a_segment_out_of_sight_is_neither_told_nor_counted():
    WORLD.user("Rui", "advisor", "North")
    rui = WORLD.viewer("Rui")
    wall, north = WORLD.wall("Theirs", teams=("North",)), WORLD.label("Open")
    ended = load(BOB | {"email": "bob@a.com", "segments": "Open"}, viewer=rui)
    bob = imports.rows(SYSTEM, ended.id).items[0].contact_id
    undo_ = undone(ended.id, rui)
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(text("UPDATE contact SET deleted_at = NULL"))
        work.session.add_all(
            ImportUndoLeft(undo_id=undo_.id, contact_id=bob, field="segments", about=about, code="may_not")
            for about in (wall, north)
        )
    assert [one.about for one in lines(ended.id, rui)] == ["Theirs", "Open"]
    assert runs.of_import(rui, ended.id).left == 2
    segments.change(SYSTEM, wall, SegmentUpdate(teams=[]))
    rui = WORLD.viewer("Rui")
    assert [one.about for one in lines(ended.id, rui)] == ["Open"]
    assert runs.of_import(rui, ended.id).left == 1


def test_more_can_be_left_than_a_statement_takes_parameters():
    task = job._Task(1, 1, 1, (), 0, (), ())
    outcome = Outcome(left=[Left(contact_id, "", "in_bin") for contact_id in range(70_000)])
    with unit_of_work(SYSTEM) as work:
        job._note_left(work, task, outcome)
        noted = len(work.session.new)
        work.session.expunge_all()
    assert noted == 70_000


def test_changed_tags_are_looked_for_once_however_many_were_made(monkeypatch):
    ended = load(BOB | {"email": "bob@a.com", "tags": "Hot;Warm;Cold"})
    real, asked = made._changed_tags, []
    monkeypatch.setattr(made, "_changed_tags", lambda *given: asked.append(1) or real(*given))
    assert undone(ended.id).tags == ["Hot", "Warm", "Cold"]
    assert len(asked) == 1


def test_the_same_file_can_be_loaded_again_afterwards():
    rows = (BOB | {"email": "bob@a.com", "id": "B", "segments": "Fresh"}, ANA | {"phone": PHONE})
    first = load(*rows, unknown_segments="create")
    assert undone(first.id).removed == 2
    again = load(*rows, unknown_segments="create")
    assert (again.created, again.in_bin, again.created_segments) == (2, 2, ["Fresh"])
    assert found() == {"Ana", "Bob"}
    assert agree() == []


def test_what_came_in_before_a_cancel_can_be_undone(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    received = imports.receive(
        SYSTEM, "c.csv", [file_of([BOB | {"email": f"b{n}@a.com"} for n in range(6)])], ImportOptions()
    )
    imports.accept(SYSTEM, received.id)
    with pytest.raises(Conflict) as running:
        runs.begin(SYSTEM, received.id)
    assert running.value.code == "import_running"
    from services.imports import carry

    real = carry._do_part

    def once(*arguments):
        real(*arguments)
        imports.cancel(SYSTEM, received.id)

    monkeypatch.setattr(carry, "_do_part", once)
    imports.carry_out(received.id)
    assert imports.get(SYSTEM, received.id).state == "cancelled"
    assert undone(received.id).removed == 2
    assert found() == set()


def test_an_import_is_undone_once_within_thirty_days_and_only_if_something_came_in():
    received = imports.receive(SYSTEM, "c.csv", [file_of([BOB | {"email": "b@a.com"}])])
    assert code_of(received.id) == "nothing_came_in"
    assert runs.possible(SYSTEM, [received.id]) == set()
    ended = load(ANA | {"email": "ana@a.com"})
    with time_machine.travel(now() + timedelta(days=31)):
        assert code_of(ended.id) == "too_late"
    assert runs.possible(SYSTEM, [ended.id, 99]) == {ended.id}
    assert runs.reach(SYSTEM, ended.id).removed == 1
    undone(ended.id)
    assert code_of(ended.id) == "already_undone"
    assert runs.possible(SYSTEM, [ended.id]) == set()


def code_of(import_id: int) -> str:
    with pytest.raises(Conflict) as refused:
        runs.begin(SYSTEM, import_id)
    return refused.value.code


def test_an_undo_that_goes_on_is_begun_once_and_goes_on_after_a_cancel(set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    WORLD.user("Adam", "administrator")
    adam = WORLD.viewer("Adam")
    ended = load(*(BOB | {"email": f"b{n}@a.com"} for n in range(5)), viewer=adam)
    first = runs.begin(adam, ended.id)
    assert runs.begin(adam, ended.id).id == first.id
    with pytest.raises(Conflict) as refused:
        runs.begin(SYSTEM, ended.id)
    assert refused.value.code == "being_undone"
    real = job._do_slice

    def once(*arguments):
        real(*arguments)
        runs.cancel(adam, ended.id)

    with monkeypatch.context() as patched:
        patched.setattr(job, "_do_slice", once)
        job.carry_out(first.id)
    stopped = runs.of_import(adam, ended.id)
    assert (stopped.state, stopped.removed) == ("cancelled", 2)
    assert listing.count(SYSTEM, Query()).n == 3
    rest = undone(ended.id, adam)
    assert (rest.id, rest.state, rest.removed) == (first.id + 1, "done", 3)
    assert found() == set()
    told = [(one.kind, one.data.get("removed")) for one in notifications.recent(adam)]
    assert told[:2] == [("undo_done", 3), ("undo_cancelled", 2)]
    assert runs.latest(adam, [ended.id, 99]) == {ended.id: rest}


# --- who may


def test_an_advisor_takes_back_an_import_of_ones_own_without_the_right_to_delete():
    WORLD.user("Rui", "advisor"), WORLD.user("Eva", "advisor")
    rui, eva = WORLD.viewer("Rui"), WORLD.viewer("Eva")
    ended = load(BOB | {"email": "bob@a.com"}, viewer=rui)
    with pytest.raises(NotFound):
        runs.begin(eva, ended.id)
    with pytest.raises(NotFound):
        runs.of_import(eva, ended.id)
    assert runs.latest(eva, [ended.id]) == {}
    assert undone(ended.id, rui).removed == 1


def test_somebody_elses_import_is_undone_by_whoever_looks_after_people_alone():
    WORLD.user("Rui", "advisor"), WORLD.user("Max", "manager"), WORLD.user("Adam", "administrator")
    ended = load(BOB | {"email": "bob@a.com"}, viewer=WORLD.viewer("Rui"))
    with pytest.raises(NotFound):
        runs.begin(WORLD.viewer("Max"), ended.id)
    assert undone(ended.id, WORLD.viewer("Adam")).removed == 1
    read = runs.of_import(WORLD.viewer("Rui"), ended.id)
    assert (read.state, read.by, read.mine, read.removed) == ("done", "Adam", False, None)


def test_values_go_back_only_for_whoever_may_edit():
    WORLD.user("Rui", "advisor")
    rui = WORLD.viewer("Rui")
    WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    ended = load(ANA | {"id": "X1", "city": "Rio"}, viewer=rui)
    from dataclasses import replace

    with pytest.raises(Forbidden):
        runs.begin(replace(rui, permissions=rui.permissions - {"contacts.edit"}), ended.id)


# --- what is hidden


def test_what_is_hidden_by_others_is_passed_over_in_silence_and_left_to_whoever_sees_all():
    WORLD.user("Rui", "advisor", "North"), WORLD.user("Adam", "administrator")
    rui = WORLD.viewer("Rui")
    wall = WORLD.wall("Theirs", teams=("South",)) if WORLD.team("South") else 0
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR")
    ended = load(
        ANA | {"id": "X1", "city": "Rio"}, BOB | {"email": "bob@a.com"},
        BOB | {"first": "Eve", "email": "eve@a.com"}, viewer=rui,
    )  # fmt: skip
    eve = next(one.id for one in listing.page(SYSTEM, Query(search="eve@a.com")).items)
    bulk.add_to_segment(SYSTEM, wall, Query(only=[ana, eve]))
    done = undone(ended.id, rui)
    assert (done.removed, done.restored, done.left) == (1, 0, 0)
    assert left(ended.id, rui) == []
    with pytest.raises(Conflict):
        runs.begin(rui, ended.id)
    rest = undone(ended.id, WORLD.viewer("Adam"))
    assert (rest.removed, rest.restored, left(ended.id)) == (0, 1, [(eve, None, "touched_since")])
    assert left(ended.id, rui) == []
    assert runs.of_import(rui, ended.id).left == 0


def test_what_ones_own_import_alone_has_hidden_comes_back(set_environment):
    set_environment(CARTEIRA_ACCESS__UNASSIGNED_CONTACTS="everyone_scope")
    rui_ = WORLD.user("Rui", "advisor", "North")
    rui = WORLD.viewer("Rui")
    ana = WORLD.contact("Ana", last_name="Lima", external_id="X1", country="BR", responsible=rui_)
    ended = load(ANA | {"id": "X1", "city": "Rio"}, BOB | {"email": "bob@a.com"}, viewer=rui)
    assert {one.first_name for one in listing.page(rui, Query()).items} == {"Ana"}
    done = undone(ended.id, rui)
    assert (done.removed, done.restored) == (1, 1)
    assert contact(ana).city is None


def test_a_value_that_something_hidden_has_is_not_available_and_is_limited(set_environment):
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="1")
    WORLD.user("Rui", "advisor", "North"), WORLD.team("South")
    rui = WORLD.viewer("Rui")
    WORLD.wall("Theirs", teams=("South",))
    ids = [
        WORLD.contact(f"Ana{n}", last_name="Lima", email=f"a{n}@a.com", external_id=f"X{n}", country="BR")
        for n in range(3)
    ]
    rows = [ANA | {"first": f"Ana{n}", "email": f"a{n}@a.com", "id": f"Y{n}"} for n in range(3)]
    ended = load(*rows, viewer=rui, match_by="email,external_id,phone")
    assert ended.updated == 3
    for n in (0, 1):
        contacts.create(SYSTEM, ContactCreate(first_name="New", external_id=f"X{n}", segments=["Theirs"]))
    assert undone(ended.id, rui).restored == 0
    assert left(ended.id, rui) == [
        (ids[0], "external_id", "not_available"), (ids[1], "external_id", "too_many"),
        (ids[2], "external_id", "too_many"),
    ]  # fmt: skip
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="4")
    with time_machine.travel(now() + timedelta(hours=2)):
        assert undone(ended.id, rui).restored == 1
        assert contact(ids[2]).external_id == "X2"
