"""What a question narrows to: here the contacts that one import has made."""

import csv

import pytest

from hooks.viewer import SYSTEM, Viewer
from services import exports, listing, people
from services.errors import NotFound
from services.imports import runs
from services.listing import Query, plan
from tests.fixtures import Database
from tests.services.imports.loading import PHONE, file_of, load
from tests.worlds import World

RITA = {"country": "BR", "first": "Rita", "last": "Rocha", "email": "rita@example.com"}
HUGO = RITA | {"first": "Hugo", "email": "hugo@example.com"}


@pytest.fixture
def world(db: Database) -> World:
    """People and contacts in a fresh database."""
    return World()


def named(viewer: Viewer, query: Query) -> list[str]:
    """Return the first names that a question finds, each way in which a page may be found."""
    found = [item.first_name or "" for item in listing.page(viewer, query).items]
    assert listing.count(viewer, query).n == listing.count(viewer, query, cap=100).n == len(found)
    return sorted(found)


@pytest.mark.parametrize("few", [plan.FEW, 0])
def test_an_import_is_asked_for_what_it_made_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(plan, "FEW", few)
    world.contact("Ana", email="ana@example.com")
    first = load(RITA, RITA | {"phone": PHONE}, RITA | {"first": "Ana", "email": "ana@example.com"})
    second = load(HUGO, RITA)
    assert named(SYSTEM, Query(import_id=first.id)) == ["Rita"]
    assert named(SYSTEM, Query(import_id=second.id)) == ["Hugo"]
    assert named(SYSTEM, Query(import_id=second.id, search="rita")) == []


def test_an_import_that_has_not_begun_has_made_nothing(world: World) -> None:
    world.contact("Ana")
    waiting = runs.receive(SYSTEM, "a.csv", iter([file_of([RITA])]))
    assert named(SYSTEM, Query(import_id=waiting.id)) == []


def test_what_an_import_made_is_seen_as_far_as_the_person_sees(world: World) -> None:
    world.user("Bruno", "advisor", "North")
    world.user("Carla", "advisor", "South")
    world.user("Alan", "analyst")
    world.wall("Vault")
    bruno = people.viewer_for_email("bruno@example.com", "page")
    mine = load(RITA, HUGO, viewer=bruno)
    assert named(bruno, Query(import_id=mine.id)) == ["Hugo", "Rita"]
    load(HUGO | {"segments": "Vault"})
    assert named(bruno, Query(import_id=mine.id)) == ["Rita"]
    assert named(SYSTEM, Query(import_id=mine.id)) == ["Hugo", "Rita"]
    for stranger in ("carla", "alan"):
        with pytest.raises(NotFound):
            named(people.viewer_for_email(f"{stranger}@example.com", "page"), Query(import_id=mine.id))
    with pytest.raises(NotFound):
        named(bruno, Query(import_id=999))


def test_what_an_import_made_is_exported_alone_and_counts_as_a_condition(world: World) -> None:
    world.contact("Ana")
    query = Query(import_id=load(RITA).id)
    assert not query.asks_nothing
    made = exports.request(SYSTEM, "csv", query, ["first_name"])
    exports.carry_out(made.id)
    with exports.path_of(SYSTEM, made.id).open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [["Rita"]]
