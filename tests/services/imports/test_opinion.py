"""A second opinion before a file comes in: what is unlike the last one of its kind is pointed out."""

import pytest

from hooks.viewer import SYSTEM
from services.imports import runs
from tests.services.imports.loading import ANA, closed, file_of, load, load_file, reviewed
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.parametrize("db", ["sqlite"], indirect=True)]
WORLD = World()


def people(n, **values):
    return [ANA | {"email": f"ana{at}@a.com", "phone": f"1196123{at:04}"} | values for at in range(n)]


def codes(read):
    return [one.code for one in read.second_opinion]


def said(read):
    return [one.sentence for one in read.second_opinion]


def test_a_file_like_the_last_one_has_nothing_to_point_out():
    load(*people(10))
    assert codes(reviewed(*people(7))) == []


def test_forty_per_cent_fewer_rows_than_last_time_are_pointed_out_and_stop_nothing():
    load(*people(10))
    read = reviewed(*people(6))
    assert said(read) == ["6 rows, where the last file with these columns (contacts.csv) had 10."]
    runs.accept(SYSTEM, read.id)
    runs.carry_out(read.id)
    assert closed(runs.get(SYSTEM, read.id)).state == "done"


def test_columns_that_moved_went_or_came_are_named():
    columns = ("country", "first", "last", "phone", "email", "city")
    load(*people(5, city="Rio"), columns=columns)
    moved = reviewed(*people(5, city="Rio"), columns=(*columns[1:], "country"))
    assert said(moved) == ["Columns stand at another place than in the last file: “Country Code”."]
    other = reviewed(*people(5), columns=(*columns[:-1], "organization"))
    assert said(other) == [
        "Columns of the last file that this one lacks: “City”.",
        "Columns that the last file did not have: “Organization”.",
    ]


def test_a_file_of_another_kind_is_compared_with_none():
    load(*people(10))
    assert codes(reviewed({"id": "x1", "account": "7"}, columns=("id", "account", "organization"))) == []


@pytest.mark.parametrize(
    ("cell", "field", "sentence"),
    [
        ("no address", "email", "Email: only 2 of 8 cells hold an e-mail address."),
        ("12", "phone", "Mobile Number: only 2 of 8 cells hold a phone number."),
    ],
)
def test_a_column_of_which_few_cells_hold_an_address_is_pointed_out_without_a_file_before(
    cell, field, sentence
):
    assert said(reviewed(*people(2), *people(6, **{field: cell}))) == [sentence]


def test_far_fewer_addresses_than_last_time_are_pointed_out():
    load(*people(10))
    read = reviewed(*people(4), *people(6, email=""))
    assert said(read) == [
        "40 % of the rows have an e-mail address; in the last file with these columns 100 % had."
    ]


def test_only_a_file_that_came_in_counts_and_only_ones_own():
    WORLD.user("Adam", "manager")
    load(*people(10), viewer=WORLD.viewer("Adam"))
    reviewed(*people(10))
    assert codes(reviewed(*people(3))) == []


def test_the_report_columns_of_rejected_rows_are_no_change_of_columns():
    load(*people(5), ANA | {"email": "no", "phone": ""})
    rejected = load_file(file_of([*people(5), ANA | {"email": "no", "phone": ""}]))
    again = runs.receive(SYSTEM, "c.csv", [runs.rejected_file(SYSTEM, rejected.id).read_bytes()])
    runs.review(SYSTEM, again.id)
    runs.carry_out_review(again.id)
    assert not [code for code in codes(runs.get(SYSTEM, again.id)) if code.startswith("columns")]
