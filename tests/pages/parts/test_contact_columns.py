"""The columns of the list of contacts."""

from pages.parts import contact_columns
from services import listing
from services.preferences import ColumnChoice


def test_every_field_of_a_list_can_be_drawn() -> None:
    every = [ColumnChoice(field) for field in listing.FIELDS]
    assert [one.field for one in contact_columns.columns(every)] == list(listing.FIELDS)
    assert set(contact_columns.USUAL) < set(listing.FIELDS)


def test_a_column_without_an_order_says_so_in_its_header() -> None:
    name, street = contact_columns.columns([ColumnChoice("name"), ColumnChoice("street", 90)])
    assert (name.sortable, name.hint, name.drawn) == (True, "Name", None)
    assert (street.sortable, street.hint, street.drawn) == (
        False,
        "Street: contacts cannot be sorted by it",
        90,
    )
