"""model.md's table "Matching a row with a contact", line by line. X external ID, E e-mail, P phone."""

import pytest
from sqlalchemy import text

from hooks.viewer import SYSTEM
from services import contacts, history
from services.imports import runs
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    contact,
    count,
    emails_of,
    load,
    only_row,
    outcomes,
    phones_of,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def _ana(**values):
    return WORLD.contact("Ana", last_name="Lima", country="BR", **values)


# --- found by X


def test_a_row_with_a_known_external_id_updates_that_contact():
    known = _ana(external_id="x1", organization="Old")
    assert outcomes(load({"id": "x1", "organization": "New"})) == ["updated"]
    assert contact(known).organization == "New"
    assert contact(known).version == 2


def test_an_external_id_whose_row_brings_an_unknown_email_adds_it_as_the_primary_one():
    known = _ana(external_id="x1", email="ana@a.com")
    load({"id": "x1", "email": "ana@b.com"})
    assert emails_of(known) == ["ana@b.com", "ana@a.com"]


def test_an_external_id_and_an_email_of_one_contact_update_it():
    known = _ana(external_id="x1", email="ana@a.com")
    load({"id": "x1", "email": "ANA@a.com", "organization": "New"})
    assert contact(known).organization == "New"
    assert emails_of(known) == ["ana@a.com"]


def test_an_external_id_and_an_email_of_two_contacts_reject_the_row():
    _ana(external_id="x1")
    WORLD.contact("Bob", email="bob@a.com")
    assert outcomes(load({"id": "x1", "email": "bob@a.com", "organization": "New"})) == ["keys_of_two"]


# --- found by E


def test_an_email_of_a_contact_with_another_external_id_rejects_the_row():
    _ana(external_id="x1", email="ana@a.com")
    assert outcomes(load(ANA | {"id": "x2", "email": "ana@a.com"})) == ["email_of_another"]


def test_an_email_that_is_marked_as_shared_makes_a_new_contact():
    known = _ana(external_id="x1", email="house@a.com", email_shared=True)
    row = only_row(load(BOB | {"id": "x2", "email": "house@a.com"}))
    assert row.outcome == "created"
    assert row.contact_id != known
    assert contact(row.contact_id).email_shared


def test_an_email_that_is_marked_as_shared_stays_so_where_it_is_a_contacts_first():
    WORLD.contact("Desk", email="house@a.com", email_shared=True)
    ana, bob = _ana(phone=PHONE), WORLD.contact("Bob", last_name="Reis", phone=OTHER_PHONE)
    rows = (
        ANA | {"phone": PHONE, "email": "house@a.com"},
        BOB | {"phone": OTHER_PHONE, "email": "house@a.com"},
    )
    assert outcomes(load(rows[0])) == ["updated"]
    assert contact(ana).email_shared
    (line, *_rest) = history.of_contact(SYSTEM, ana)
    assert line.fields == {"emails": ([], ["house@a.com"]), "email_shared": (False, True)}
    assert outcomes(load(*rows)) == ["unchanged", "updated"]
    assert (contact(bob).email, contact(bob).email_shared) == ("house@a.com", True)


def test_one_file_brings_a_shared_email_to_two_contacts_without_any():
    WORLD.contact("Desk", email="house@a.com", email_shared=True)
    _ana(phone=PHONE)
    WORLD.contact("Bob", last_name="Reis", phone=OTHER_PHONE)
    rows = (
        ANA | {"phone": PHONE, "email": "house@a.com"},
        BOB | {"phone": OTHER_PHONE, "email": "house@a.com"},
    )
    assert load(*rows).updated == 2
    assert count("contact", "email = 'house@a.com' AND email_shared") == 3
    assert load(*rows).unchanged == 2


def test_a_known_email_updates_its_contact_whatever_the_phone_says():
    known = _ana(email="ana@a.com")
    other = WORLD.contact("Bob", phone=PHONE)
    assert outcomes(load({"email": "ana@a.com", "phone": PHONE})) == ["updated"]
    assert phones_of(known) == [PHONE]
    assert phones_of(other) == [PHONE]


def test_a_known_email_brings_its_contact_the_external_id():
    known = _ana(email="ana@a.com")
    load({"id": "x9", "email": "ana@a.com"})
    assert contact(known).external_id == "x9"


def test_a_wholly_different_name_is_pointed_out_in_the_review():
    _ana(email="ana@a.com")
    read = reviewed(BOB | {"email": "ana@a.com"})
    assert outcomes(read) == ["updated"]
    assert read.other_name == 1
    assert only_row(read).notes == ["The contact has a wholly different name."]


def test_the_further_email_of_exactly_one_contact_finds_it():
    known = _ana(emails=["ana@a.com", "ana@b.com"])
    assert outcomes(load({"email": "ana@b.com", "organization": "New"})) == ["updated"]
    assert contact(known).organization == "New"
    assert emails_of(known) == ["ana@a.com", "ana@b.com"]


def test_the_further_email_of_two_contacts_finds_nobody():
    _ana(emails=["ana@a.com", "both@a.com"])
    WORLD.contact("Bob", emails=["bob@a.com", "both@a.com"])
    assert outcomes(load(ANA | {"email": "both@a.com"})) == ["created"]


# --- found by P alone


def test_a_phone_whose_contact_has_another_external_id_makes_a_new_one_listed_as_sharing():
    _ana(external_id="x1", phone=PHONE)
    read = load(ANA | {"id": "x2", "phone": PHONE})
    assert outcomes(read) == ["created"]
    assert read.shares_phone == 1
    assert only_row(read).notes == ["Another contact has the same phone number."]


def test_a_phone_whose_contact_has_another_email_and_name_makes_a_new_one():
    _ana(email="ana@a.com", phone=PHONE)
    assert outcomes(load(BOB | {"email": "bob@a.com", "phone": PHONE})) == ["created"]


def test_a_phone_whose_contact_has_another_email_but_the_name_updates_it():
    known = _ana(email="ana@a.com", phone=PHONE)
    assert outcomes(load({"first": "ána", "last": "LIMA", "email": "ana@b.com", "phone": PHONE})) == [
        "updated"
    ]
    assert emails_of(known) == ["ana@b.com", "ana@a.com"]


def test_a_phone_and_an_agreeing_name_update_the_contact():
    known = _ana(phone=PHONE)
    assert outcomes(load({"first": "Ana", "phone": PHONE, "organization": "New"})) == ["updated"]
    assert contact(known).organization == "New"


def test_a_phone_without_any_name_updates_the_contact():
    known = _ana(phone=PHONE)
    assert outcomes(load({"phone": PHONE, "organization": "New"})) == ["updated"]
    assert contact(known).organization == "New"


def test_a_phone_under_another_name_rejects_a_row_without_other_keys():
    known = _ana(phone=PHONE)
    row = only_row(load(BOB | {"phone": PHONE}))
    assert (row.outcome, row.code, row.contact_id) == ("rejected", "phone_of_another", known)


def test_a_phone_under_another_name_makes_a_new_contact_by_choice():
    _ana(phone=PHONE)
    assert outcomes(load(BOB | {"phone": PHONE}, phone_of_another="create")) == ["created"]
    assert outcomes(load(BOB | {"phone": PHONE}, phone_of_another="create")) == ["unchanged"]


def test_a_phone_under_another_name_with_an_email_of_its_own_makes_a_new_contact():
    _ana(phone=PHONE)
    assert outcomes(load(BOB | {"phone": PHONE, "email": "bob@a.com"})) == ["created"]


def test_a_phone_of_several_updates_the_only_one_whose_name_agrees():
    _ana(phone=PHONE)
    bob = WORLD.contact("Bob", last_name="Reis", phone=PHONE)
    assert outcomes(load(BOB | {"phone": PHONE, "organization": "New"})) == ["updated"]
    assert contact(bob).organization == "New"


@pytest.mark.parametrize("names", [{"first": "Ana"}, {"first": "Eva", "last": "Sol"}, {}])
def test_a_phone_of_several_of_whom_none_or_more_agree_rejects_the_row(names):
    _ana(phone=PHONE)
    WORLD.contact("Ana", last_name="Melo", phone=PHONE)
    assert outcomes(load(names | {"phone": PHONE, "organization": "New"})) == ["phone_of_another"]


def test_a_phone_of_several_with_another_email_makes_a_new_contact():
    _ana(phone=PHONE, email="ana@a.com")
    WORLD.contact("Bob", last_name="Reis", phone=PHONE)
    assert outcomes(load(ANA | {"phone": PHONE, "email": "ana@b.com"})) == ["created"]


def test_a_further_phone_identifies_as_the_primary_one_does():
    known = _ana(phones=[OTHER_PHONE, PHONE])
    assert outcomes(load({"first": "Ana", "phone": PHONE, "organization": "New"})) == ["updated"]
    assert phones_of(known) == [OTHER_PHONE, PHONE]


# --- found by nothing


def test_a_row_that_no_key_finds_makes_a_contact():
    row = only_row(load(ANA | {"phone": "(11) 96123-4567", "email": "Ana@A.com", "id": "x1"}))
    made = contact(row.contact_id)
    assert row.outcome == "created"
    assert (made.first_name, made.last_name, made.country, made.source) == ("Ana", "Lima", "BR", "import")
    assert (made.phone, made.email, made.external_id, made.version) == (PHONE, "ana@a.com", "x1", 1)


def test_keys_that_only_the_bin_has_make_a_new_contact():
    binned = _ana(external_id="x1", email="ana@a.com", phone=PHONE)
    contacts.delete(SYSTEM, [binned])
    row = only_row(load(ANA | {"id": "x1", "email": "ana@a.com", "phone": PHONE}))
    assert row.outcome == "created"
    assert row.contact_id != binned


def test_what_has_a_key_in_the_bin_only_is_counted():
    contacts.delete(SYSTEM, [_ana(external_id="x1", email="ana@a.com"), WORLD.contact("Eva", phone=PHONE)])
    read = load(ANA | {"email": "ana@a.com"}, BOB | {"phone": PHONE}, ANA | {"email": "other@a.com"})
    assert (read.created, read.in_bin) == (3, 2)
    assert only_row(load(ANA | {"id": "x1", "email": "ana@b.com"})).notes == [
        "A contact with the same e-mail, phone or external ID is in the bin."
    ]


def test_keys_that_only_the_bin_has_bring_the_contact_back_by_choice():
    WORLD.label("North")
    binned = _ana(external_id="x1", email="ana@a.com", phone=PHONE, organization="Old", segments=["North"])
    contacts.delete(SYSTEM, [binned])
    rows = (ANA | {"id": "x1", "organization": "New"}, ANA | {"email": "ana@a.com"})
    assert [row.notes for row in runs.rows(SYSTEM, reviewed(*rows, in_bin="restore").id).items] == [
        ["The contact comes back from the bin."], ["The same contact as row 1."],
    ]  # fmt: skip
    read = load(*rows, in_bin="restore")
    assert outcomes(read) == ["updated", "unchanged"]
    back = contact(binned)
    assert (back.organization, back.phone, back.segments) == ("New", PHONE, ["North"])
    assert load(*rows, in_bin="restore").unchanged == 2
    (line, *_rest) = history.of_contact(SYSTEM, binned)
    assert (line.kind, line.fields) == ("restored", {"organization": ("Old", "New")})


def test_rows_whose_contact_is_in_the_bin_are_left_out_by_choice():
    binned = _ana(external_id="x1", email="ana@a.com", phone=PHONE)
    contacts.delete(SYSTEM, [binned])
    rows = (ANA | {"id": "x1"}, ANA | {"email": "ana@a.com", "city": "Rio"}, BOB | {"email": "bob@a.com"})
    for read in (reviewed(*rows, in_bin="leave"), load(*rows, in_bin="leave")):
        assert (outcomes(read), read.in_bin) == (["in_bin", "in_bin", "created"], 2)
    assert count("contact", "deleted_at IS NULL") == 1
    assert outcomes(load(*rows, in_bin="leave")) == ["in_bin", "in_bin", "unchanged"]


@pytest.mark.parametrize(("in_bin", "concerned"), [("create", 1), ("restore", 1), ("leave", 1)])
def test_how_many_rows_the_bin_concerns_is_counted_whatever_is_chosen(in_bin, concerned):
    contacts.delete(SYSTEM, [_ana(external_id="x1")])
    assert reviewed(ANA | {"id": "x1", "email": "ana@a.com"}, in_bin=in_bin).in_bin == concerned


def test_what_was_binned_after_the_review_stays_in_the_bin():
    known = _ana(external_id="x1", organization="Old")
    read = reviewed(ANA | {"id": "x1", "organization": "New", "email": "ana@a.com"}, in_bin="restore")
    contacts.delete(SYSTEM, [known])
    runs.accept(SYSTEM, read.id)
    runs.carry_out(read.id)
    ended = runs.get(SYSTEM, read.id)
    assert (outcomes(ended), ended.changed_since_review, count("contact")) == (["changed_since_review"], 1, 1)
    assert count("contact", "deleted_at IS NOT NULL") == 1


def test_what_comes_back_and_changes_again_in_a_later_part_keeps_both_changes(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    binned = _ana(external_id="x1", emails=["ana@a.com", "ana@b.com"], organization="Old")
    contacts.delete(SYSTEM, [binned])
    rows = (ANA | {"id": "x1", "organization": "New"}, ANA | {"email": "ana@b.com", "city": "Rio"})
    assert outcomes(load(*rows, in_bin="restore")) == ["updated", "updated"]
    (line, *_rest) = history.of_contact(SYSTEM, binned)
    assert (line.kind, line.fields) == ("restored", {"organization": ("Old", "New"), "city": (None, "Rio")})


def test_a_live_contact_goes_before_one_in_the_bin_and_keeps_what_is_its_own():
    binned = _ana(external_id="x1", email="ana@a.com", phone=PHONE)
    contacts.delete(SYSTEM, [binned])
    live = _ana(email="ana@a.com")
    read = load(ANA | {"phone": PHONE}, ANA | {"email": "ana@a.com"}, in_bin="restore")
    assert outcomes(read) == ["created", "unchanged"]
    assert contact(live).email == "ana@a.com"


# --- rules beside the table


def test_id_and_email_contradict_each_other_and_a_phone_never_does():
    known = _ana(external_id="x1")
    WORLD.contact("Bob", email="bob@a.com")
    WORLD.contact("Eva", phone=PHONE)
    read = load({"id": "x1", "email": "bob@a.com"}, {"id": "x1", "phone": PHONE})
    assert outcomes(read) == ["keys_of_two", "updated"]
    assert phones_of(known) == [PHONE]


def test_an_empty_cell_erases_nothing():
    known = _ana(external_id="x1", organization="Old", email="ana@a.com", phone=PHONE)
    read = load({"id": "x1"}, columns=("id", "first", "last", "email", "phone", "organization", "country"))
    assert outcomes(read) == ["unchanged"]
    assert (contact(known).organization, contact(known).version) == ("Old", 1)


def test_a_number_that_the_contact_has_at_any_rank_changes_nothing():
    known = _ana(external_id="x1", phones=[PHONE, OTHER_PHONE])
    assert outcomes(load({"id": "x1", "phone": OTHER_PHONE})) == ["unchanged"]
    assert phones_of(known) == [PHONE, OTHER_PHONE]


def test_what_an_import_makes_equals_what_a_person_makes():
    typed = {"organization": "Ação", "city": "São Paulo", "email": "Ze@A.com", "phone": "(11) 96123-4567"}
    by_hand = WORLD.contact(
        "José", last_name="Ångström", country="BR", account_number="A 1", external_id="8", **typed
    )
    row = only_row(load({"first": "José", "last": "Ångström", "country": "Brasil", "account": "A 1", "id": "9"}
                        | typed | {"email": "ze@b.com"}))  # fmt: skip
    assert row.outcome == "created"
    with unit_of_work(SYSTEM) as work:
        made, by_import = (
            dict(one._mapping)
            for one in work.session.execute(text("SELECT * FROM contact WHERE id IN (:a, :b) ORDER BY id"),
                                            {"a": by_hand, "b": row.contact_id})
        )  # fmt: skip
    own = {"id", "email", "email_key", "external_id", "source", "created_at", "changed_at", "created_act_id"}
    assert {name: made[name] for name in made.keys() - own} == {
        name: by_import[name] for name in made.keys() - own
    }
