"""The tags of one contact."""

import pytest

from hooks.viewer import SYSTEM
from models.contact import ContactCreate, ContactUpdate
from models.tag import TagCreate
from services import contacts, history, tags
from services.errors import Conflict, Forbidden, Refused
from services.listing import Query
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
