"""The tags of one contact."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from hooks.viewer import SYSTEM
from models.contact import ContactCreate, ContactUpdate
from models.tag import TagCreate
from services import contacts, history, tagging, tags
from services.errors import Conflict, Forbidden, Refused
from services.listing import Query
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.test_overtaken import overtake
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def test_a_tag_that_there_is_not_yet_is_made_once_whatever_its_case() -> None:
    tags.create(SYSTEM, TagCreate(name="Urgent", colour="red"))
    ana = WORLD.contact("Ana", tags=["urgent", "Férias"])
    assert contacts.detail(SYSTEM, ana).tags == ["Férias", "Urgent"]
    assert [(one.name, one.colour) for one in tags.known(SYSTEM)] == [("Férias", "grey"), ("Urgent", "red")]
    (line,) = history.of_contact(SYSTEM, ana)
    assert line.tagged == ("Férias", "Urgent")


def test_tags_alone_are_a_new_version_and_end_as_the_list_says() -> None:
    ana = WORLD.contact("Ana", tags=["A", "B"])
    changed = contacts.change(SYSTEM, ana, ContactUpdate(tags=["B", "C"]), version=1)
    assert (changed.tags, changed.version) == (["B", "C"], 2)
    line = history.of_contact(SYSTEM, ana)[0]
    assert (line.tagged, line.untagged) == (("C",), ("A",))
    assert contacts.change(SYSTEM, ana, ContactUpdate(tags=["C", "B"])).version == 2
    with pytest.raises(Conflict):
        contacts.change(SYSTEM, ana, ContactUpdate(tags=[]), version=1)


def test_a_list_made_of_an_older_one_leaves_what_came_and_went_since() -> None:
    ana = WORLD.contact("Ana", tags=["Kept", "Left", "Gone"])
    came = tags.create(SYSTEM, TagCreate(name="Came")).id
    tags.put_on(SYSTEM, came, Query(only=[ana]))
    gone = next(one.id for one in tags.known(SYSTEM) if one.name == "Gone")
    tags.take_off(SYSTEM, gone, Query(only=[ana]))
    chosen = ContactUpdate(tags=["Kept", "Gone", "New"])
    assert contacts.change(SYSTEM, ana, chosen, tags_seen=["Kept", "Left", "Gone"]).tags == [
        "Came",
        "Kept",
        "New",
    ]


def test_a_name_that_fits_no_tag_is_refused_and_nothing_is_written() -> None:
    ana = WORLD.contact("Ana")
    with pytest.raises(Refused, match="semicolon"):
        contacts.change(SYSTEM, ana, ContactUpdate(city="Porto", tags=["a;b"]))
    assert contacts.detail(SYSTEM, ana).city is None


def test_who_may_add_and_not_edit_sets_known_tags_and_makes_none() -> None:
    from dataclasses import replace

    WORLD.user("Ada", "advisor")
    ada = replace(WORLD.viewer("Ada"), permissions=frozenset({"contacts.add", "contacts.view"}))
    tags.create(SYSTEM, TagCreate(name="Known"))
    assert contacts.create(ada, ContactCreate(first_name="A", tags=["Known"])).tags == ["Known"]
    with pytest.raises(Forbidden):
        contacts.create(ada, ContactCreate(first_name="B", tags=["New"]))


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_a_tag_that_a_bulk_action_takes_off_at_the_same_instant_is_off(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = WORLD.contact("Ana", tags=["VIP", "Gold"])
    vip = next(one.id for one in tags.known(SYSTEM) if one.name == "VIP")
    overtake(monkeypatch, tagging, "_on", lambda: tags.take_off(SYSTEM, vip, Query(only=[ana])))
    assert contacts.change(SYSTEM, ana, ContactUpdate(tags=["Gold"])).tags == ["Gold"]
    assert [line.untagged for line in history.of_contact(SYSTEM, ana)] == [("VIP",), ()]


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
def test_tags_that_a_contact_loses_are_held_as_those_that_it_gets(db: Database) -> None:
    ana = WORLD.contact("Ana", tags=["VIP"])
    with unit_of_work(SYSTEM, write=True) as work:
        tagging.hold(work, ["Gold"], ana)
        with unit_of_work(SYSTEM, write=True) as other:
            other.session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                tagging.hold(other, ["VIP"])
            other.session.rollback()
