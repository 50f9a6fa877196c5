"""The columns of the list of contacts."""

from pages.parts import contact_columns
from services import listing
from services.preferences import ColumnChoice


def test_every_field_of_a_list_can_be_drawn() -> None:
    every = [ColumnChoice(field) for field in listing.FIELDS]
    assert [one.field for one in contact_columns.columns(every)] == list(listing.FIELDS)
    assert set(contact_columns.USUAL) < set(listing.FIELDS)


def test_a_long_list_says_in_its_headers_what_it_cannot_be_sorted_by() -> None:
    choices = [ColumnChoice("name"), ColumnChoice("street", 90)]
    assert [one.hint for one in contact_columns.columns(choices)] == ["Name", "Street"]
    name, street = contact_columns.columns(choices, is_long=True)
    assert (name.hint, street.drawn) == ("Name", 90)
    assert street.hint == "Too many contacts to sort by Street: narrow the list to 5,000 or fewer"


def test_every_column_can_be_sorted_by() -> None:
    assert set(listing.FIELDS) <= set(listing.SORTS)
