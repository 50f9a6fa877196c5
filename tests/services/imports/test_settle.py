"""What a file's rows come to: laid over each other, compared once, each told its outcome."""

from dataclasses import replace

import pytest

from hooks.viewer import SYSTEM
from services import history, permissions
from services.imports import plan, runs
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    contact,
    count,
    emails_of,
    load,
    load_file,
    only_row,
    outcomes,
    phones_of,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def test_rows_of_one_person_end_as_one_contact_and_later_cells_win():
    read = load(
        ANA | {"email": "ana@a.com", "organization": "First"},
        {"email": "ana@a.com", "organization": "Second", "phone": PHONE},
        {"email": "ana@a.com"},
    )
    assert outcomes(read) == ["created", "updated", "unchanged"]
    assert count("contact") == 1
    made = contact(runs.rows(SYSTEM, read.id).items[0].contact_id)
    assert (made.organization, made.phone, made.version) == ("Second", PHONE, 1)


def test_a_later_email_becomes_the_primary_one_and_the_earlier_stays():
    read = load(ANA | {"id": "x1", "email": "ana@a.com"}, {"id": "x1", "email": "ana@b.com"})
    assert emails_of(runs.rows(SYSTEM, read.id).items[0].contact_id) == ["ana@b.com", "ana@a.com"]


def test_rows_are_compared_with_the_contact_once():
    known = WORLD.contact("Ana", external_id="x1", organization="Last")
    read = load({"id": "x1", "organization": "First"}, {"id": "x1", "organization": "Last"})
    assert outcomes(read) == ["unchanged", "unchanged"]
    assert contact(known).version == 1


def test_the_first_row_counts_for_the_contact_and_the_others_for_what_they_add():
    WORLD.contact("Ana", external_id="x1", organization="Old")
    read = load(
        {"id": "x1", "organization": "Old"},
        {"id": "x1", "organization": "New"},
        {"id": "x1", "organization": "New"},
    )
    assert outcomes(read) == ["updated", "updated", "unchanged"]


def test_rows_far_apart_are_one_person_too(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="3")
    between = [ANA | {"first": f"Ana {n}", "email": f"ana{n}@a.com"} for n in range(30)]
    read = load(
        ANA | {"email": "ana@a.com"},
        *between[:15],
        {"email": "ana@a.com", "id": "x1"},
        *between[15:],
        {"id": "x1", "phone": PHONE},
    )
    assert (read.created, read.updated) == (31, 2)
    made = contact(runs.rows(SYSTEM, read.id).items[0].contact_id)
    assert (made.external_id, made.phone, made.version) == ("x1", PHONE, 1)


def test_rows_that_meet_only_through_a_contact_are_one_person_too(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    known = WORLD.contact("Ana", email="ana@a.com", phone=PHONE, organization="Old")
    rows = ({"email": "ana@a.com", "organization": "New"}, {"phone": PHONE, "organization": "Old"})
    assert outcomes(load(*rows)) == ["unchanged", "unchanged"]
    assert contact(known).version == 1


def test_rows_that_lack_something_are_made_whole_by_others_of_the_same_person():
    read = load({"email": "ana@a.com", "organization": "Acme"}, ANA | {"email": "ana@a.com"})
    assert outcomes(read) == ["created", "updated"]


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ({"first": "Ana", "last": "Lima", "phone": PHONE}, "Country Code"),
        ({"country": "BR", "last": "Lima", "phone": PHONE}, "First Name"),
        ({"country": "BR", "first": "Ana", "phone": PHONE}, "Last Name"),
        (ANA | {"id": "x1"}, "a mobile number or an e-mail address"),
    ],
)
def test_a_row_that_makes_a_contact_says_what_it_lacks(row, lacks):
    found = only_row(load(row, columns=("country", "first", "last", "phone", "email", "id")))
    assert (found.outcome, found.code) == ("rejected", "missing")
    assert found.reason.endswith(f"this row lacks: {lacks}.")


def test_a_chosen_country_stands_for_empty_ones_but_moves_nobody():
    known = WORLD.contact("Eva", external_id="x1", country="FR")
    read = load(
        {"first": "Ana", "last": "Lima", "phone": "(11) 96123-4567"},
        {"id": "x1", "first": "Eva"},
        columns=("country", "first", "last", "phone", "id"),
        country="BR",
    )
    assert outcomes(read) == ["created", "unchanged"]
    assert contact(known).country == "FR"
    assert contact(runs.rows(SYSTEM, read.id).items[0].contact_id).country == "BR"


@pytest.mark.parametrize(
    ("phone", "e164", "country"),
    [
        ("+44 20 7946 0018", "+442079460018", "GB"), ("(+44) 20 7946 0018", "+442079460018", "GB"),
        ("00442079460018", "+442079460018", "GB"), ("+55 11 96123-4567", PHONE, "BR"),
        ("11 96123-4567", PHONE, "BR"), ("5511961234567", PHONE, "BR"), ("+800 1234 5678", "+80012345678", "BR"),
    ],
)  # fmt: skip
def test_a_chosen_country_contradicts_no_dialling_code_which_then_says_the_country(phone, e164, country):
    row = {"first": "Ana", "last": "Lima", "phone": phone}
    made = contact(only_row(load(row, country="BR")).contact_id)
    assert (made.phone, made.country) == (e164, country)
    assert outcomes(load(row, country="BR")) == ["unchanged"]


def test_a_country_in_the_row_still_contradicts_another_dialling_code():
    row = {"country": "BR", "first": "Ana", "last": "Lima", "phone": "+44 20 7946 0018"}
    assert outcomes(load(row, country="GB")) == ["phone_country_contradiction"]


@pytest.mark.parametrize("way", ["skip", "reject"])
def test_names_of_segments_that_do_not_exist_are_listed_in_either_way(way):
    WORLD.label("There")
    rows = [
        ANA | {"email": f"a{n}@a.com", "segments": names} for n, names in enumerate(("There;Nope", "NOPE;No"))
    ]
    assert load(*rows, unknown_segments=way).unknown_segments == ["Nope", "No"]


def test_a_cell_that_does_not_fit_rejects_its_row_and_names_the_cell():
    read = load(
        ANA | {"phone": "123"},
        ANA | {"email": "no address"},
        ANA | {"country": "Atlantis", "phone": PHONE},
        ANA | {"phone": "+33 6 12 34 56 78"},
        ANA | {"phone": PHONE, "organization": "x" * 400},
        ANA | {"phone": "5,51196E+12"},
    )
    found = runs.rows(SYSTEM, read.id).items
    assert [row.code for row in found] == [
        "phone_too_short", "email_without_at", "country_unknown", "phone_country_contradiction", "text_too_long",
        "phone_digits_lost",
    ]  # fmt: skip
    columns = [row.reason.split(":")[0] for row in found]
    assert columns == [
        "Mobile Number",
        "Email",
        "Country Code",
        "Mobile Number",
        "Organization",
        "Mobile Number",
    ]
    assert count("contact") == 0


def test_a_row_longer_than_the_header_is_never_shifted_silently():
    content = (
        b"First Name,Last Name,Country Code,Email\nAna,Lima,BR,ana@a.com,more\nBob,Reis,BR,bob@a.com,,\n"
    )
    read = load_file(content)
    assert outcomes(read) == ["row_too_long", "created"]
    assert "“more”" in runs.rows(SYSTEM, read.id).items[0].reason


def test_further_cells_join_the_segments_by_choice():
    for name in ("North", "South"):
        WORLD.label(name)
    content = "Nome;Sobrenome;País;E-mail;Segmentos\nAna;Lima;BR;ana@a.com;North;South\n".encode()
    row = only_row(load_file(content, join_overflow=True))
    assert contact(row.contact_id).segments == ["North", "South"]


def test_the_same_file_twice_changes_nothing():
    rows = (
        ANA | {"id": "x1", "email": "ana@a.com", "phone": PHONE, "organization": "One"},
        ANA | {"id": "x1", "email": "ana@b.com", "organization": "Two"},
        {"country": "BR", "first": "Anna", "last": "Lima", "email": "ana@a.com"},
        BOB | {"phone": PHONE, "email": "bob@a.com"},
        BOB | {"phone": OTHER_PHONE},
        BOB | {"phone": OTHER_PHONE, "organization": "Three"},
    )
    first = load(*rows)
    assert (first.created, first.updated, first.rejected) == (3, 3, 0)
    second = load(*rows)
    assert (second.unchanged, second.rows) == (6, 6)
    assert count("change", "kind = 'updated'") == 0


def test_a_phone_row_is_decided_by_the_names_that_the_file_itself_gives():
    WORLD.contact("Ana", last_name="Lima", email="ana@a.com", phone=PHONE)
    rows = (ANA | {"phone": PHONE}, {"email": "ana@a.com", "first": "Maria", "last": "Sol"})
    assert outcomes(load(*rows)) == ["phone_of_another", "updated"]
    assert outcomes(load(*rows)) == ["phone_of_another", "unchanged"]


def test_a_change_is_kept_as_a_reverse_delta_and_a_creation_as_nothing():
    known = WORLD.contact("Ana", external_id="x1", organization="Old", email="ana@a.com")
    load({"id": "x1", "organization": "New", "email": "ana@b.com"}, BOB | {"phone": PHONE})
    (line, *_rest) = history.of_contact(SYSTEM, known)
    assert line.act_kind == "import"
    assert line.fields == {
        "organization": ("Old", "New"),
        "emails": (["ana@a.com"], ["ana@b.com", "ana@a.com"]),
    }
    assert count("change", "kind = 'created' AND data IS NULL") == 2


def test_what_is_imported_is_found_by_search():
    load(ANA | {"email": "ana@a.com", "phone": PHONE, "organization": "Ação"})
    load({"email": "ana@a.com", "organization": "Fleet"})
    assert count("contact_search", "text = 'ana lima\nana@a.com\nfleet'") == 1


def test_a_person_who_may_not_add_or_change_gets_these_rows_rejected():
    WORLD.contact("Ana", external_id="x1")
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    adds = replace(mia, permissions=mia.permissions - {permissions.CONTACTS_EDIT})
    changes = replace(mia, permissions=mia.permissions - {permissions.CONTACTS_ADD})
    WORLD.contact("Lia", external_id="x2")
    rows = ({"id": "x1", "first": "Eva"}, BOB | {"phone": PHONE}, {"id": "x2"})
    assert outcomes(load(*rows, viewer=adds)) == ["may_not_edit", "created", "unchanged"]
    assert outcomes(load(*rows[:2], viewer=changes)) == ["updated", "unchanged"]
    assert outcomes(load(ANA | {"email": "n@a.com"}, viewer=changes)) == ["may_not_add"]


def test_the_review_says_before_and_after_and_writes_no_contact():
    known = WORLD.contact("Ana", external_id="x1", organization="Old")
    read = reviewed({"id": "x1", "organization": "New"}, BOB | {"phone": PHONE})
    assert (read.state, read.updated, read.created) == ("planned", 1, 1)
    found = runs.rows(SYSTEM, read.id).items
    assert found[0].changes == {"organization": ("Old", "New")}
    assert found[0].contact_id == known
    assert found[1].values["first_name"] == "Bob"
    assert count("contact") == 1
    assert count("act", "kind = 'import'") == 0


@pytest.mark.parametrize("known", [True, False])
def test_rows_with_a_switchboards_number_and_one_name_are_one_contact(monkeypatch, known):
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 2)
    if known:
        WORLD.contact("Ana", last_name="Lima", phone=PHONE)
    rows = [
        ANA | {"phone": PHONE, "account": "1"},
        *(BOB | {"phone": PHONE, "email": f"bob{n}@a.com"} for n in range(3)),
        ANA | {"phone": PHONE, "account": "2"},
    ]
    assert outcomes(load(*rows)) == ["updated" if known else "created", *["created"] * 3, "updated"]
    assert count("contact", "first_name = 'Ana' AND account_number = '2'") == 1
    assert load(*rows).unchanged == len(rows)


def test_a_switchboards_number_under_another_name_rejects_a_row_without_other_keys(monkeypatch):
    monkeypatch.setattr(plan, "MOST_WITH_PHONE", 2)
    others = (BOB | {"first": f"Bob {n}", "phone": PHONE, "email": f"bob{n}@a.com"} for n in range(3))
    rows = [*others, ANA | {"phone": PHONE}]
    assert outcomes(load(*rows)) == [*["created"] * 3, "phone_of_another"]


def test_a_number_of_another_country_that_the_contact_has_in_the_rows_country_is_its_own():
    known = WORLD.contact("Ana", last_name="Lima", country="BR", phone="+33612345678", email="ana@a.com")
    same = ANA | {"phone": "+33 6 12 34 56 78"}
    rows = (
        same | {"email": "ana@a.com"},
        same,
        same | {"country": "US"},
        ANA | {"phone": "+33 6 12 34 56 79"},
    )
    refused = "phone_country_contradiction"
    assert outcomes(load(*rows)) == ["unchanged", "unchanged", refused, refused]
    others = (BOB | {"phone": same["phone"], "email": "bob@a.com"}, same | {"email": "other@a.com"})
    assert outcomes(load(*others)) == [refused, "updated"]
    assert phones_of(known) == ["+33612345678"]


@pytest.mark.parametrize("first", ["Ana", ""])
def test_a_number_dialled_abroad_is_the_persons_whom_the_file_itself_gives_it(first):
    abroad = "+33 6 12 34 56 78"
    rows = (
        {"id": "x2", "phone": abroad},
        {"country": "BR", "first": "Bob", "last": "Reis", "id": "x2"},
        {"country": "BR", "first": first, "phone": abroad},
    )
    assert load(*rows).rejected == 0
    assert load(*rows).unchanged == 3


def test_a_number_of_another_country_that_only_a_hidden_contact_has_is_refused():
    WORLD.wall("Wall")
    WORLD.contact("Ana", last_name="Lima", country="BR", phone="+33612345678", segments=["Wall"])
    WORLD.user("Bea")
    advisor = WORLD.viewer("Bea")
    assert outcomes(load(ANA | {"phone": "+33 6 12 34 56 78"}, viewer=advisor), advisor) == [
        "phone_country_contradiction"
    ]
