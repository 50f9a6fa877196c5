"""With another order of keys, X and E go on contradicting each other and P never does: the stronger key leads."""

import pytest

from hooks.viewer import SYSTEM
from services import history
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    contact,
    emails_of,
    load,
    only_row,
    outcomes,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
EMAIL_FIRST = ("email", "external_id", "phone")
PHONE_FIRST = ("phone", "external_id", "email")
PHONE_BETWEEN = ("external_id", "phone", "email")


def _ana(**values):
    return WORLD.contact("Ana", last_name="Lima", country="BR", **values)


def test_an_email_that_leads_gives_its_contact_the_rows_external_id():
    known = _ana(external_id="x1", email="ana@a.com")
    row = ANA | {"id": "x2", "email": "ana@a.com"}
    assert outcomes(load(row, match_by=EMAIL_FIRST)) == ["updated"]
    assert contact(known).external_id == "x2"
    (line, *_rest) = history.of_contact(SYSTEM, known)
    assert line.fields == {"external_id": ("x1", "x2")}
    assert outcomes(load(row, match_by=EMAIL_FIRST)) == ["unchanged"]


def test_an_external_id_of_a_contact_with_another_email_rejects_the_row_where_emails_lead():
    known = _ana(external_id="x1", email="ana@a.com")
    row = only_row(load(ANA | {"id": "x1", "email": "ana@b.com"}, match_by=EMAIL_FIRST))
    assert (row.code, row.contact_id) == ("external_id_of_another", known)
    assert row.reason == "The external ID “x1” belongs to a contact with another e-mail address."
    assert emails_of(known) == ["ana@a.com"]


def test_an_external_id_finds_its_contact_where_emails_lead_and_it_has_none():
    known = _ana(external_id="x1")
    assert outcomes(load({"id": "x1", "email": "ana@b.com"}, match_by=EMAIL_FIRST)) == ["updated"]
    assert emails_of(known) == ["ana@b.com"]


@pytest.mark.parametrize("order", [EMAIL_FIRST, PHONE_FIRST, PHONE_BETWEEN])
def test_an_external_id_and_an_email_of_two_contacts_reject_the_row_in_any_order(order):
    _ana(external_id="x1")
    WORLD.contact("Bob", email="bob@a.com")
    assert outcomes(load({"id": "x1", "email": "bob@a.com"}, match_by=order)) == ["keys_of_two"]


def test_a_phone_that_leads_finds_its_contact_whatever_external_id_and_email_it_had():
    known = _ana(external_id="x1", email="ana@a.com", phone=PHONE)
    row = ANA | {"id": "x2", "email": "ana@b.com", "phone": PHONE}
    assert outcomes(load(row, match_by=PHONE_FIRST)) == ["updated"]
    assert contact(known).external_id == "x2"
    assert emails_of(known) == ["ana@b.com", "ana@a.com"]
    assert outcomes(load(row, match_by=PHONE_FIRST)) == ["unchanged"]


def test_a_phone_that_leads_still_asks_that_the_names_agree():
    _ana(external_id="x1", phone=PHONE)
    assert outcomes(load(BOB | {"id": "x2", "phone": PHONE}, match_by=PHONE_FIRST)) == ["created"]


@pytest.mark.parametrize("order", [PHONE_FIRST, PHONE_BETWEEN])
def test_a_phone_never_contradicts_what_an_email_finds(order):
    known = _ana(email="ana@a.com")
    WORLD.contact("Ana", last_name="Lima", phone=PHONE)
    assert outcomes(load(ANA | {"email": "ana@a.com", "phone": PHONE}, match_by=order)) == ["updated"]
    assert contact(known).phone == PHONE


def test_a_phone_between_yields_to_the_external_id_alone():
    _ana(external_id="x1", email="ana@a.com", phone=PHONE)
    bob = WORLD.contact("Bob", last_name="Reis", email="bob@a.com", phone=OTHER_PHONE)
    WORLD.contact("Eva", phone=OTHER_PHONE)
    rows = (
        ANA | {"id": "x2", "email": "ana@b.com", "phone": PHONE},
        BOB | {"email": "bob@b.com", "phone": OTHER_PHONE},
    )
    assert outcomes(load(*rows, match_by=PHONE_BETWEEN)) == ["created", "updated"]
    assert emails_of(bob) == ["bob@b.com", "bob@a.com"]


def test_an_external_id_moves_within_one_file_from_one_contact_to_the_next():
    ana = _ana(external_id="x1", email="ana@a.com")
    bob = WORLD.contact("Bob", last_name="Reis", country="BR", external_id="x2", email="bob@a.com")
    rows = (
        ANA | {"id": "x2", "email": "ana@a.com"},
        BOB | {"id": "x3", "email": "bob@a.com"},
        {"country": "BR", "first": "Eva", "last": "Sol", "id": "x1", "email": "eva@a.com"},
    )
    assert outcomes(reviewed(*rows, match_by=EMAIL_FIRST)) == ["updated", "updated", "created"]
    read = load(*rows, match_by=EMAIL_FIRST)
    assert outcomes(read) == ["updated", "updated", "created"]
    assert (contact(ana).external_id, contact(bob).external_id) == ("x2", "x3")
    assert outcomes(load(*rows, match_by=EMAIL_FIRST)) == ["unchanged"] * 3


@pytest.mark.parametrize("known_first", [True, False])
def test_an_external_id_that_goes_to_another_contact_is_lost_at_once_by_the_one_before(known_first):
    """Whoever brings the old ID afterwards, or before, no longer means the contact that lost it."""
    ana = _ana(external_id="x1", email="ana@a.com")
    bob = WORLD.contact("Bob", last_name="Reis", country="BR", email="bob@a.com")
    loses, gets = ANA | {"id": "x2", "email": "ana@a.com"}, {"id": "x1", "email": "bob@a.com"}
    rows = [loses, gets] if known_first else [gets, loses]
    rows.append({"id": "x1", "city": "Rio"})
    read = load(*rows, match_by=EMAIL_FIRST)
    assert outcomes(read) == ["updated"] * 3
    assert (contact(ana).external_id, contact(ana).city) == ("x2", None)
    assert (contact(bob).external_id, contact(bob).city) == ("x1", "Rio")
    assert outcomes(load(*rows, match_by=EMAIL_FIRST)) == ["unchanged"] * 3


def test_two_contacts_swap_their_external_ids_within_one_file():
    ana = _ana(external_id="x1", email="ana@a.com")
    bob = WORLD.contact("Bob", last_name="Reis", country="BR", external_id="x2", email="bob@a.com")
    rows = ({"id": "x2", "email": "ana@a.com"}, {"id": "x1", "email": "bob@a.com"})
    said = outcomes(reviewed(*rows, match_by=EMAIL_FIRST))
    assert outcomes(load(*rows, match_by=EMAIL_FIRST)) == said
    ids = (contact(ana).external_id, contact(bob).external_id)
    assert (said, ids) in ((["updated"] * 2, ("x2", "x1")), (["keys_of_two"] * 2, ("x1", "x2")))


def test_an_address_that_a_contact_gives_up_as_its_primary_one_still_finds_it():
    ana = _ana(external_id="x1", email="ana@a.com")
    WORLD.contact("Bob", last_name="Reis", external_id="x2")
    rows = ({"id": "x1", "email": "ana@b.com"}, {"email": "ana@a.com", "city": "Rio"})
    assert outcomes(load(*rows, {"id": "x2", "email": "ana@a.com"})) == ["updated", "updated", "keys_of_two"]
    assert (emails_of(ana), contact(ana).city) == (["ana@a.com", "ana@b.com"], "Rio")


def test_an_address_that_one_contact_gives_up_is_the_primary_one_of_another_within_one_file():
    """As a further one of two it finds neither of them, so its row makes somebody else."""
    bob = WORLD.contact("Bob", last_name="Reis", country="BR", external_id="x1", email="b@a.com")
    rows = (
        {"country": "BR", "first": "Eva", "last": "Sol", "email": "b@a.com"},
        {"id": "x1", "email": "d@a.com"},
        ANA | {"email": "a@a.com", "emails": "b@a.com"},
    )
    read = load(*rows)
    assert outcomes(read) == ["created", "updated", "created"]
    assert emails_of(bob) == ["d@a.com", "b@a.com"]
    assert outcomes(load(*rows)) == ["unchanged"] * 3


def test_the_order_names_all_three_keys():
    with pytest.raises(ValueError, match="each once"):
        load(ANA, match_by=("email", "phone"))
