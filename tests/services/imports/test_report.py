"""The rows of an import: filtered, sought, and turned page by page by their numbers."""

import pytest

from hooks.viewer import SYSTEM
from services.imports import reason_titles, reasons, report, runs
from tests.services.imports.loading import ANA, BOB, PHONE, load, reviewed
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.parametrize("db", ["sqlite"], indirect=True)]
WORLD = World()


def numbers(page):
    return [row.row for row in page.items]


def test_pages_lead_on_and_back_by_the_numbers_of_their_rows():
    read = load(*(ANA | {"email": f"a{n}@a.com"} for n in range(7)))
    first = runs.rows(SYSTEM, read.id, "created", limit=3)
    assert (numbers(first), first.next, first.previous) == ([1, 2, 3], 3, None)
    second = runs.rows(SYSTEM, read.id, "created", after=3, limit=3)
    assert (numbers(second), second.next, second.previous) == ([4, 5, 6], 6, 4)
    back = runs.rows(SYSTEM, read.id, "created", limit=3, before=4)
    assert (numbers(back), back.next, back.previous) == ([1, 2, 3], 3, None)
    last = runs.rows(SYSTEM, read.id, "created", limit=3, before=7)
    assert (numbers(last), last.next, last.previous) == ([4, 5, 6], 6, 4)


def test_rows_are_chosen_by_the_reason_for_which_they_were_rejected():
    read = load(ANA | {"phone": "12"}, ANA | {"email": "no"}, BOB | {"phone": "13"})
    assert numbers(runs.rows(SYSTEM, read.id, "rejected", code="phone_too_short")) == [1, 3]
    assert numbers(runs.rows(SYSTEM, read.id, code="email_without_at")) == [2]


def test_rows_are_found_by_a_text_in_their_cells_whatever_its_case_and_accents():
    rows = [ANA | {"email": f"a{n}@a.com", "city": "São Paulo" if n % 3 == 0 else "Rio"} for n in range(9)]
    read = load(*rows, ANA | {"email": "no", "city": "SAO PAULO"})
    assert numbers(runs.rows(SYSTEM, read.id, search="sao p")) == [1, 4, 7, 10]
    found = runs.rows(SYSTEM, read.id, "created", limit=2, search="sao p")
    assert (numbers(found), found.next) == ([1, 4], 4)
    assert numbers(runs.rows(SYSTEM, read.id, "created", after=4, search="sao p")) == [7]
    assert numbers(runs.rows(SYSTEM, read.id, "rejected", search="rio")) == []


def test_a_search_that_takes_long_says_how_far_it_came(monkeypatch):
    monkeypatch.setattr(report, "_PATIENCE", -1.0)
    rows = [ANA | {"email": f"a{n}@a.com"} for n in range(5_000)]
    read = reviewed(*rows, BOB | {"email": "last@a.com"})
    found = runs.rows(SYSTEM, read.id, search="last@")
    seen = 0
    while not found.items:
        assert found.next is not None
        assert found.next > seen
        seen = found.next
        found = runs.rows(SYSTEM, read.id, after=seen, search="last@")
    assert numbers(found) == [5_001]


def test_every_segment_says_how_many_contacts_it_gains_and_loses():
    for name in ("North", "South"):
        WORLD.label(name)
    WORLD.contact("Ana", external_id="x1", segments=["South"])
    rows = (
        {"id": "x1", "segments": "North;New"},
        BOB | {"phone": PHONE, "segments": "North"},
        BOB | {"first": "Rui", "email": "rui@a.com", "segments": "new"},
    )
    options = {"overwrite_segments": True, "unknown_segments": "create"}
    expected = [("New", 2, 0), ("North", 2, 0), ("South", 0, 1)]
    for read in (reviewed(*rows, **options), load(*rows, **options)):
        assert [(one.name, one.added, one.removed) for one in read.by_segment] == expected
        assert (read.segments_added, read.segments_removed) == (4, 1)


def test_a_segment_is_named_to_those_only_who_see_it():
    WORLD.wall("Wall")
    WORLD.label("North")
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    read = load(BOB | {"email": "bob@a.com", "segments": "Wall;North"}, viewer=mia)
    assert [one.name for one in read.by_segment] == ["North", "Wall"]
    assert [one.name for one in runs.get(WORLD.narrowed("Mia"), read.id).by_segment] == ["North"]


def test_every_reason_has_a_short_title():
    assert not reasons.CODES - reason_titles.TITLES.keys()
