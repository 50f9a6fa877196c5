"""Search everywhere: what it finds, and that nobody finds what they may not see."""

import pytest

from models.people import UserUpdate
from models.segment import SegmentUpdate
from services import people, search, segments
from services.errors import Refused
from tests.worlds import World


@pytest.fixture
def world(db) -> World:
    made = World()
    made.user("Ana", "advisor", "North")
    made.user("Bruno", "manager")
    made.wall("Norte Premium", teams=("North",))
    made.wall("South only")
    made.label("Norte")
    for number in range(7):
        made.contact(f"João {number}", email=f"joao{number}@example.com")
    made.contact("Joana", segments=["South only"])
    return made


def names(found: search.Found) -> dict[str, list[str]]:
    return {
        "contacts": [one.first_name or "" for one in found.contacts],
        "segments": [one.name for one in found.segments],
        "people": [one.name for one in found.people],
    }


def test_the_first_few_contacts_are_told_and_how_many_there_are(world: World):
    found = search.everywhere(world.viewer("Bruno"), "joao")
    assert names(found)["contacts"] == [f"João {number}" for number in (6, 5, 4, 3, 2)]
    assert (found.matching.n, found.matching.capped) == (7, False)


def test_who_finds_few_is_told_so_without_counting(world: World):
    found = search.everywhere(world.viewer("Bruno"), "JOÃO 3")
    assert names(found)["contacts"] == ["João 3"]
    assert found.matching.n == 1


def test_what_a_wall_hides_is_neither_found_nor_counted(world: World):
    assert search.everywhere(world.viewer("Bruno"), "joana").matching.n == 1
    assert search.everywhere(world.viewer("Ana"), "joana") == search.Found()
    assert names(search.everywhere(world.viewer("Ana"), "south")) == names(search.Found())


def test_segments_are_found_by_every_word_and_those_that_are_off_come_last(world: World):
    ana = world.viewer("Ana")
    assert names(search.everywhere(ana, "norte"))["segments"] == ["Norte", "Norte Premium"]
    assert names(search.everywhere(ana, "PREMIUM nor"))["segments"] == ["Norte Premium"]
    label = next(one for one in segments.known(ana) if one.name == "Norte")
    segments.change(world.viewer("Bruno"), label.id, SegmentUpdate(active=False))
    assert names(search.everywhere(ana, "norte"))["segments"] == ["Norte Premium", "Norte"]


def test_people_are_found_by_name_and_address_as_long_as_they_are_here(world: World):
    ana, bruno = world.viewer("Ana"), world.viewer("Bruno")
    assert names(search.everywhere(ana, "brun"))["people"] == ["Bruno"]
    assert names(search.everywhere(ana, bruno.email or ""))["people"] == ["Bruno"]
    world.user("Root", "administrator")
    people.update_user(world.viewer("Root"), bruno.user_id or 0, UserUpdate(active=False))
    assert names(search.everywhere(ana, "brun"))["people"] == []


def test_nothing_is_asked_for_a_blank_text_and_a_long_one_is_refused(world: World):
    assert search.everywhere(world.viewer("Ana"), "  ") == search.Found()
    with pytest.raises(Refused):
        search.everywhere(world.viewer("Ana"), "x" * 301)
