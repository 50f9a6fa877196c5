"""The questions that lists are measured with can all be asked, by whoever is measured."""

import pytest

from bench.pages import measure
from bench.questions import combinations, filters, searches, short_sorts, sorts
from hooks.viewer import SYSTEM
from services.demo import make
from services.filters.fields import FIELDS
from services.listing import SORTS, WALKED, page
from services.work import unit_of_work
from tests.fixtures import Database


@pytest.mark.slow
def test_every_sort_both_ways_and_every_operator_of_every_field_is_asked(db: Database) -> None:
    make(300)
    with unit_of_work(SYSTEM) as work:
        asked = list(filters(work))
        short = list(short_sorts(work))
        mixed = list(combinations(work, 20))
    wanted = {(field.name, op) for field in FIELDS.values() for op in field.operators}
    assert {
        (one.filter["where"]["field"], one.filter["where"]["op"]) for one in asked if one.filter
    } == wanted
    orders = [one.sort for one in (*sorts(), *short)]
    assert sorted(orders) == sorted(sign + name for name in SORTS for sign in ("", "-"))
    for one in (*asked, *mixed, *short, *searches()):
        page(SYSTEM, one.query, 5)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_measurement_looks_through_four_pairs_of_eyes(db: Database) -> None:
    make(300)
    viewers = measure(kinds=["sort", "deep"], times=1)["viewers"]
    sees = [viewer["sees"] for viewer in viewers.values()]
    assert sees[0] == 300
    assert sees[1] <= sees[2] <= sees[3] < 300
    assert all(len(viewer["questions"]) == 2 * len(WALKED) + 4 for viewer in viewers.values())
