"""Many contacts at once into a segment and out of it."""

from typing import Any

import pytest
from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.bulk import (
    AddToSegment,
    Command,
    Delete,
    PutTagOn,
    RemoveFromSegment,
    SetField,
    SetResponsible,
    TakeTagOff,
)  # fmt: skip
from models.tag import TagCreate
from services import bulk, contacts, history, segments, tags
from services.bulk import Done
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.listing import Query
from services.picked import Picked
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
IN_BRAZIL = '{"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}'


def members(name: str) -> int:
    return next(segment.members for segment in segments.listed(SYSTEM) if segment.name == name)


def test_picked_contacts_join_once_and_those_that_were_in_are_skipped():
    premium = WORLD.label("Premium")
    ana, bea = WORLD.contact("Ana", segments=["Premium"]), WORLD.contact("Bea")
    assert bulk.add_to_segment(SYSTEM, premium, Query(only=[ana, bea, 999])) == Done(done=1, skipped=1)
    assert members("Premium") == 2
    assert history.of_contact(SYSTEM, bea)[0].joined == ("Premium",)


def test_all_that_match_less_the_excluded_join():
    premium = WORLD.label("Premium")
    ana = WORLD.contact("Ana", country="BR")
    WORLD.contact("Bea", country="BR")
    WORLD.contact("Cid", country="FR")
    assert bulk.add_to_segment(SYSTEM, premium, Query(filter=IN_BRAZIL, excluded=[ana])).done == 1


def test_a_question_without_a_condition_needs_all_contacts_in_words():
    premium = WORLD.label("Premium")
    WORLD.contact("Ana")
    with pytest.raises(Refused, match="all contacts"):
        bulk.add_to_segment(SYSTEM, premium, Query())
    with pytest.raises(Refused, match="all contacts"):
        bulk.remove_from_segment(SYSTEM, premium, Query(filter='{"v": 1, "where": {"all": []}}'))
    assert bulk.add_to_segment(SYSTEM, premium, Query(), all_contacts=True).done == 1


def test_another_number_than_was_agreed_to_asks_again():
    premium = WORLD.label("Premium")
    WORLD.contact("Ana", country="BR")
    agreed = Query(filter=IN_BRAZIL)
    WORLD.contact("Bea", country="BR")
    for deed in (bulk.add_to_segment, bulk.remove_from_segment):
        with pytest.raises(Conflict) as changed:
            deed(SYSTEM, premium, agreed, expected=1)
        assert (changed.value.code, changed.value.data["count"]) == ("count_changed", 2)
    assert members("Premium") == 0
    assert bulk.add_to_segment(SYSTEM, premium, agreed, expected=2).done == 2
    assert bulk.remove_from_segment(SYSTEM, premium, agreed, expected=2).done == 2


def test_joining_a_wall_hides_and_leaving_it_shows_again():
    WORLD.user("Rui", "advisor")
    north = WORLD.wall("Norte")
    ana = WORLD.contact("Ana")
    rui = WORLD.viewer("Rui")
    bulk.add_to_segment(SYSTEM, north, Query(only=[ana]))
    with pytest.raises(NotFound):
        contacts.detail(rui, ana)
    assert bulk.remove_from_segment(SYSTEM, north, Query(only=[ana])) == Done(done=1, skipped=0)
    assert contacts.detail(rui, ana).id == ana
    assert history.of_contact(SYSTEM, ana)[0].left == ("Norte",)


def test_nobody_touches_contacts_that_they_do_not_see():
    WORLD.user("Rui", "advisor")
    premium = WORLD.label("Premium")
    WORLD.wall("Norte")
    hidden = WORLD.contact("Hidden", segments=["Norte"])
    assert bulk.add_to_segment(WORLD.viewer("Rui"), premium, Query(only=[hidden])) == Done(done=0, skipped=0)
    assert members("Premium") == 0


def test_a_hidden_wall_is_no_segment_and_one_switched_off_takes_nobody():
    WORLD.user("Rui", "advisor")
    WORLD.user("Lia", "analyst")
    ana = WORLD.contact("Ana")
    with pytest.raises(NotFound):
        bulk.add_to_segment(WORLD.viewer("Rui"), WORLD.wall("Norte"), Query(only=[ana]))
    with pytest.raises(Refused, match="switched off"):
        bulk.add_to_segment(SYSTEM, WORLD.wall("Sul", active=False), Query(only=[ana]))
    with pytest.raises(Forbidden):
        bulk.add_to_segment(WORLD.viewer("Lia"), WORLD.label("Premium"), Query(only=[ana]))


def test_the_wall_sets_agree_with_the_memberships_after_all_of_it():
    north, south = WORLD.wall("Norte"), WORLD.wall("Sul")
    ids = [WORLD.contact(f"Contact {number}") for number in range(6)]
    bulk.add_to_segment(SYSTEM, north, Query(only=ids[:4]))
    bulk.add_to_segment(SYSTEM, south, Query(only=ids[2:]))
    bulk.remove_from_segment(SYSTEM, north, Query(only=ids[3:]))
    with unit_of_work(SYSTEM) as work:
        rows = work.session.execute(
            text(
                "SELECT contact.id, key FROM contact JOIN wall_set ON wall_set.id = wall_set_id ORDER BY contact.id"
            )
        )
        assert [key for _id, key in rows] == [f"{north}"] * 2 + [f"{north},{south}"] + [f"{south}"] * 3


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    "deed", ["add_to_segment", "remove_from_segment", "put_tag_on", "take_tag_off", "set_field", "delete"]
)
def test_what_is_hidden_or_deleted_while_it_is_being_done_is_left(
    db: Database, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WORLD.user("Mia", "manager")
    premium, vip = WORLD.label("Premium"), tags.create(SYSTEM, TagCreate(name="VIP")).id
    there = (
        {"segments": ["Premium"], "tags": ["VIP"]} if deed in ("remove_from_segment", "take_tag_off") else {}
    )
    ana, bea, cid = (WORLD.contact(name, **there) for name in ("Ana", "Bea", "Cid"))
    south = WORLD.wall("Sul")
    commands: dict[str, Command] = {
        "add_to_segment": AddToSegment(segment_id=premium),
        "remove_from_segment": RemoveFromSegment(segment_id=premium),
        "put_tag_on": PutTagOn(tag_id=vip),
        "take_tag_off": TakeTagOff(tag_id=vip),
        "set_field": SetField(field="city", value="Lima"),
        "delete": Delete(),
    }
    original = Picked.slices

    def meanwhile(picked: Picked) -> Any:
        monkeypatch.setattr(Picked, "slices", original)
        bulk.add_to_segment(SYSTEM, south, Query(only=[ana]))
        contacts.delete(SYSTEM, [bea])
        return original(picked)

    monkeypatch.setattr(Picked, "slices", meanwhile)
    done = bulk.do(WORLD.narrowed("Mia"), commands[deed], Query(only=[ana, bea, cid]))
    assert (done.contacts, done.done) == (3, 1)
    left = contacts.detail(SYSTEM, ana)
    assert (left.segments, left.tags, left.city) == (
        sorted([*there.get("segments", []), "Sul"]),
        there.get("tags", []),
        None,
    )


def test_whether_somebody_is_there_is_not_told_to_who_may_not_make_anybody_responsible() -> None:
    WORLD.user("Lia", "analyst")
    ana = WORLD.contact("Ana")
    for address in ("lia@example.com", "nobody@example.com"):
        with pytest.raises(Forbidden):
            bulk.do(WORLD.viewer("Lia"), SetResponsible(responsible=address), Query(only=[ana]))
