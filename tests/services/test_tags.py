"""Tags: put on and taken off by many at once, renamed, merged, and counted as far as one sees."""

import pytest
from sqlalchemy import func, select

from hooks.viewer import SYSTEM
from models.tag import ContactTag, ContactTagPast, TagCreate, TagUpdate
from services import contacts, history, tags
from services.bulk import Done
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.listing import Query, page
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World

WORLD = World()

pytestmark = pytest.mark.usefixtures("db")


def tag(name: str) -> int:
    return tags.create(SYSTEM, TagCreate(name=name)).id


def on(*contact_ids: int) -> Query:
    return Query(only=list(contact_ids))


def tagged(name: str) -> set[str | None]:
    tree = {"v": 1, "where": {"field": "tags", "op": "has_any", "value": [name]}}
    return {one.first_name for one in page(SYSTEM, Query(filter=tree), 100).items}


def rows(table: type[ContactTag] | type[ContactTagPast]) -> int:
    with unit_of_work(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_tag_is_put_on_contacts_and_taken_off_again_and_what_was_is_kept() -> None:
    vip, ana, rui = tag("VIP"), WORLD.contact("Ana"), WORLD.contact("Rui")
    assert tags.put_on(SYSTEM, vip, on(ana)) == Done(1, 0)
    assert tags.put_on(SYSTEM, vip, on(ana, rui)) == Done(1, 1)
    assert tagged("vip") == {"Ana", "Rui"}
    assert contacts.detail(SYSTEM, ana).tags == ["VIP"]
    assert tags.take_off(SYSTEM, vip, on(ana)) == Done(1, 0)
    assert tags.take_off(SYSTEM, vip, on(ana)) == Done(0, 1)
    assert tagged("VIP") == {"Rui"}
    assert (rows(ContactTag), rows(ContactTagPast)) == (1, 1)
    tags.put_on(SYSTEM, vip, on(ana))
    tags.take_off(SYSTEM, vip, on(ana, rui))
    assert (rows(ContactTag), rows(ContactTagPast)) == (0, 3)


def test_only_contacts_that_one_sees_are_tagged_and_counted() -> None:
    WORLD.user("Rui", "advisor", "North")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul")
    ours, theirs = WORLD.contact("Ana", segments=["Norte"]), WORLD.contact("Bia", segments=["Sul"])
    vip, rui = tag("VIP"), WORLD.viewer("Rui")
    assert tags.put_on(rui, vip, on(ours, theirs)) == Done(1, 0)
    assert tags.put_on(SYSTEM, vip, on(theirs)) == Done(1, 0)
    assert [one.contacts for one in tags.listed(rui)] == [1]
    assert [one.contacts for one in tags.listed(SYSTEM)] == [2]
    assert tags.take_off(rui, vip, Query(), all_contacts=True) == Done(1, 0)
    assert tagged("VIP") == {"Bia"}
    contacts.delete(SYSTEM, [theirs])
    assert [one.contacts for one in tags.listed(SYSTEM)] == [0]


def test_the_history_tells_of_tags() -> None:
    vip, ana = tag("VIP"), WORLD.contact("Ana")
    tags.put_on(SYSTEM, vip, on(ana))
    tags.take_off(SYSTEM, vip, on(ana))
    lines = history.of_contact(SYSTEM, ana)
    assert [(line.kind, line.tagged, line.untagged) for line in lines] == [
        ("members", (), ("VIP",)),
        ("members", ("VIP",), ()),
        ("created", (), ()),
    ]


def test_two_tags_become_one_and_no_contact_has_it_twice() -> None:
    vip, gold = tag("VIP"), tag("Gold")
    ana, rui, eva = (WORLD.contact(name) for name in ("Ana", "Rui", "Eva"))
    tags.put_on(SYSTEM, vip, on(ana, rui))
    tags.put_on(SYSTEM, gold, on(rui, eva))
    assert tags.merge(SYSTEM, gold, vip).contacts == 3
    assert tagged("VIP") == {"Ana", "Rui", "Eva"}
    assert [one.name for one in tags.listed(SYSTEM)] == ["VIP"]
    assert (rows(ContactTag), rows(ContactTagPast)) == (3, 2)
    with pytest.raises(NotFound):
        tags.merge(SYSTEM, gold, vip)
    with pytest.raises(Refused):
        tags.merge(SYSTEM, vip, vip)


def test_a_tag_is_renamed_coloured_and_deleted_with_its_act() -> None:
    vip, ana = tag("VIP"), WORLD.contact("Ana")
    tags.put_on(SYSTEM, vip, on(ana))
    changed = tags.change(SYSTEM, vip, TagUpdate(name="Gold", colour="orange"))
    assert (changed.name, changed.colour, changed.contacts) == ("Gold", "orange", 1)
    assert WORLD.acts("tag_changed")[0]["fields"] == {"name": ["VIP", "Gold"], "colour": ["grey", "orange"]}
    assert tags.remove(SYSTEM, vip) == 1
    assert tags.listed(SYSTEM) == []
    assert contacts.detail(SYSTEM, ana).tags == []
    assert tag("gold") != vip


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a;b", "a\nb"])
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_name_that_is_none_is_refused_beside_its_field(db: Database, name: str) -> None:
    with pytest.raises(Refused) as refused:
        tag(name)
    assert list(refused.value.data["fields"]) == ["name"]


def test_names_are_one_when_they_differ_in_case_accents_or_spaces() -> None:
    tag("Fidélité")
    other = tag("Other")
    for call in (lambda: tag(" FIDELITE "), lambda: tags.change(SYSTEM, other, TagUpdate(name="fidelité"))):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.code == "name_known"


def test_all_contacts_are_tagged_only_where_that_was_said_in_words() -> None:
    vip = tag("VIP")
    WORLD.contact("Ana")
    for door in (tags.put_on, tags.take_off):
        with pytest.raises(Refused) as refused:
            door(SYSTEM, vip, Query())
        assert refused.value.code == "no_condition"
    assert tags.put_on(SYSTEM, vip, Query(), all_contacts=True) == Done(1, 0)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_who_edits_contacts_sets_tags_and_who_makes_segments_looks_after_them(db: Database) -> None:
    for name, role in (("Ada", "advisor"), ("Ina", "analyst"), ("Mia", "manager")):
        WORLD.user(name, role)
    ada, ina, mia = (WORLD.viewer(name) for name in ("Ada", "Ina", "Mia"))
    vip = tags.create(ada, TagCreate(name="VIP")).id
    contact = WORLD.contact("Ana")
    assert tags.put_on(ada, vip, on(contact)).done == 1
    for door in (
        lambda: tags.create(ina, TagCreate(name="New")),
        lambda: tags.put_on(ina, vip, on(contact)),
        lambda: tags.take_off(ina, vip, on(contact)),
        lambda: tags.change(ada, vip, TagUpdate(name="New")),
        lambda: tags.merge(ada, vip, vip),
        lambda: tags.remove(ada, vip),
    ):
        with pytest.raises(Forbidden):
            door()
    assert tags.remove(mia, vip) == 1


def test_a_merge_tells_of_the_contacts_that_one_sees() -> None:
    WORLD.user("Mia", "manager")
    WORLD.wall("Sul")
    vip, gold = tag("VIP"), tag("Gold")
    tags.put_on(SYSTEM, gold, on(WORLD.contact("Ana"), WORLD.contact("Bia", segments=["Sul"])))
    tags.merge(WORLD.narrowed("Mia"), gold, vip)
    assert [one["done"] for one in WORLD.acts("tags_merged")] == [1]
    assert tagged("VIP") == {"Ana", "Bia"}
