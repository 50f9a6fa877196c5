"""Orders that no index has: a list of any length that can be sorted in a moment is, and a longer one says why not."""

from itertools import product

import pytest

from hooks.viewer import SYSTEM
from services import listing
from services.errors import Refused
from services.listing import Query, pages
from tests.fixtures import Database
from tests.services.filters import people
from tests.services.listing.test_pages import everyone, in_order, walk
from tests.worlds import World

__all__ = ["everyone"]


def names(world: World, name: str, sort: str) -> list[str | None]:
    """Return the first names that a person's list has in this order."""
    return [one.first_name for one in listing.page(world.viewer(name), Query(sort=sort)).items]


@pytest.mark.slow
def test_pages_are_in_order_both_ways_by_every_field_without_an_index(everyone: people.Everyone) -> None:
    ids = [one.id for one in everyone.people]
    for field, sign in product(listing.UNINDEXED, ("", "-")):
        expected = in_order(everyone, ids, sign + field)
        forth, back = walk(Query(sort=sign + field), 25)
        assert [id_ for page in forth for id_ in page] == expected, sign + field
        assert [id_ for page in reversed(back) for id_ in page] == expected, sign + field


def test_languages_and_time_zones_have_an_order(db: Database) -> None:
    world = World()
    world.user("Ana", "administrator")
    world.contact("Rui", language="pt", time_zone="America/Sao_Paulo")
    world.contact("Zoe", language="fr", time_zone="Europe/Paris")
    world.contact("Eva")
    assert names(world, "Ana", "language") == ["Zoe", "Rui", "Eva"]
    assert names(world, "Ana", "-time_zone") == ["Zoe", "Rui", "Eva"]


def test_nobody_is_sorted_by_a_segment_that_is_hidden_from_the_one_who_looks(db: Database) -> None:
    world = World()
    world.user("Ana", "administrator")
    world.user("Bia", "advisor", "North")
    world.wall("Alpha")
    world.wall("Hill", teams=("North",))
    world.label("Brook")
    world.contact("Rui", segments=["Alpha", "Hill"])
    world.contact("Eva", segments=["Brook", "Hill"])
    assert names(world, "Ana", "segments") == ["Rui", "Eva"]
    assert names(world, "Bia", "segments") == ["Eva", "Rui"]


def test_a_list_that_is_too_long_is_not_sorted_and_a_narrower_one_is(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_SORTED", 2)
    world = World()
    for street in ("C", "A", "B"):
        world.contact(street, street=street, country="BR" if street != "B" else "FR")
    with pytest.raises(Refused, match="2 contacts or fewer") as refused:
        listing.page(SYSTEM, Query(sort="street"))
    assert refused.value.code == "too_many_to_sort"
    some = Query(filter={"v": 1, "where": {"field": "country", "op": "eq", "value": "BR"}}, sort="-street")
    assert [one.first_name for one in listing.page(SYSTEM, some).items] == ["C", "A"]
