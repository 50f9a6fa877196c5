"""Further e-mails and phones of a row: kept behind the first, found again, and never a reason to take a stranger."""

from itertools import permutations

import pytest
from sqlalchemy import func, update

from models.contact import ContactPoint
from models.imports import KEYS
from services.imports.rows import STREET, Read, Refusal, RowReader
from services.work import AUDITED, unit_of_work
from tests.services.imports.loading import (
    OTHER_PHONE,
    PHONE,
    SYSTEM,
    contact,
    count,
    emails_of,
    load_file,
    outcomes,
    phones_of,
    runs,
)
from tests.services.imports.undoing import left, state, undone
from tests.worlds import World

WORLD = World()
HEADER = "Country Code,First Name,Last Name,Email,Email 2,Other Emails,Mobile,Home Phone\n"


def load(*lines: str, **options):
    return load_file((HEADER + "\n".join(lines)).encode(), **options)


def read(mapping: list[str], cells: list[str]) -> Read | Refusal:
    return RowReader(dict(enumerate(mapping)), len(mapping), country=None, join_overflow=False).read(cells)


def test_addresses_of_several_columns_stand_once_behind_the_first():
    found = read(
        ["email", "further_emails", "further_emails", "phone", "further_phones"],
        ["a@a.com", "b@a.com; A@a.com", "c@a.com\nb@a.com", "", f"{PHONE} | {OTHER_PHONE}"],
    )
    assert found.further == (("b@a.com", "c@a.com"), (OTHER_PHONE,))
    assert found.values[3] == PHONE


def test_a_further_address_that_does_not_fit_rejects_the_row_and_names_its_column():
    found = read(["phone", "further_phones", "further_phones"], [PHONE, OTHER_PHONE, "+1 23"])
    assert (found.code, found.field, found.text, found.detail["at"]) == (
        "phone_too_short", "further_phones", "+1 23", 2,
    )  # fmt: skip


def test_further_lines_of_a_street_stand_behind_it():
    mapping = ["street", "further_street", "further_street"]
    streets = {
        ("Rua A, 1", "Sala 3", "Bloco B"): "Rua A, 1, Sala 3, Bloco B", ("", " Sala 3 ", ""): "Sala 3",
        ("Rua A", "Rua A", ""): "Rua A", ("", "", ""): None,
    }  # fmt: skip
    assert {cells: read(mapping, [*cells]).values[STREET] for cells in streets} == streets
    wrong = read(mapping, ["Rua A", "", "#REF!"])
    assert (wrong.code, wrong.field, wrong.detail["at"]) == ("error_cell", "further_street", 2)
    assert read(mapping, ["x" * 300, "y" * 300, ""]).code == "text_too_long"


@pytest.mark.parametrize("field", ["full_name", "middle_name"])
def test_an_error_of_a_spreadsheet_is_no_name(field):
    wrong = read(["first_name", field, "organization"], ["Ana", " #n/a", "Acme"])
    assert (wrong.code, wrong.field, wrong.text) == ("error_cell", field, "#n/a")


@pytest.mark.parametrize("field", ["account_number", "external_id", "postcode"])
@pytest.mark.parametrize("text", ["5,51E+12", "5.51e+012", "1E+07", "-2,5E+9"])
def test_a_number_that_a_spreadsheet_shortened_rejects_its_row_by_name(field, text):
    wrong = read([field], [text])
    assert (wrong.code, wrong.field, wrong.text) == ("digits_lost", field, text)


@pytest.mark.parametrize(
    ("middle", "whole", "names"),
    [
        ("Eduarda", "", ("Maria Eduarda", "Lima")), ("", "Outra Pessoa", ("Maria", "Lima")),
    ],
)  # fmt: skip
def test_a_middle_name_belongs_to_the_first(middle, whole, names):
    mapping = ["first_name", "last_name", "middle_name", "full_name"]
    assert tuple(read(mapping, ["Maria", "Lima", middle, whole]).values[1:3]) == names


@pytest.mark.parametrize(
    ("whole", "names"),
    [
        ("Ana Lima", ("Ana", "Lima")), ("Maria  Eduarda Lima", ("Maria", "Eduarda Lima")), ("Pelé", ("Pelé", None)),
        ("Lima, Ana", ("Ana", "Lima")), ("ACME", (None, None)), ("", (None, None)),
    ],
)  # fmt: skip
def test_a_whole_name_is_parted_where_there_is_no_other(whole, names):
    found = read(["full_name", "organization"], [whole, "Acme"])
    assert tuple(found.values[1:3]) == names


@pytest.mark.parametrize(
    ("first", "last", "whole", "names"),
    [
        ("", "Lima", "Ana Lima", ("Ana", "Lima")), ("", "Lima", "Ana Maria LIMA", ("Ana Maria", "Lima")),
        ("", "Lima", "Lima, Ana", ("Ana", "Lima")), ("Ana Maria", "", "Ana Maria de Lima", ("Ana Maria", "de Lima")),
        ("Ana", "", "Ana", ("Ana", None)), ("Ana", "", "Office", ("Ana", None)), ("", "Lima", "Acme", (None, "Lima")),
    ],
)  # fmt: skip
def test_the_part_of_a_name_that_is_missing_comes_from_the_whole_one(first, last, whole, names):
    found = read(["first_name", "last_name", "full_name", "organization"], [first, last, whole, "Acme"])
    assert tuple(found.values[1:3]) == names


@pytest.mark.usefixtures("db")
def test_further_addresses_come_in_and_the_same_file_again_changes_nothing():
    line = f"BR,Ana,Lima,a@a.com,b@a.com,c@a.com; d@a.com,{PHONE},{OTHER_PHONE}"
    first = load(line)
    assert outcomes(first) == ["created"]
    made = runs.rows(SYSTEM, first.id).items[0].contact_id
    assert emails_of(made) == ["a@a.com", "b@a.com", "c@a.com", "d@a.com"]
    assert phones_of(made) == [PHONE, OTHER_PHONE]
    assert outcomes(load(line)) == ["unchanged"]
    assert outcomes(load("BR,Ana,Lima,n@a.com,e@a.com,a@a.com,,")) == ["updated"]
    assert emails_of(made) == ["n@a.com", "a@a.com", "b@a.com", "c@a.com", "d@a.com", "e@a.com"]
    wrong = load("BR,Ana,Lima,a@a.com,not one,,,")
    assert runs.rows(SYSTEM, wrong.id).items[0].reason.startswith("Email 2: ")


@pytest.mark.usefixtures("db")
def test_a_further_address_finds_a_contact_of_the_row_s_name_only():
    ana = WORLD.contact("Ana", last_name="Lima", email="b@a.com", phone=OTHER_PHONE)
    read = load(f"BR,Ana,Lima,a@a.com,b@a.com,,{PHONE},", f"BR,Bob,Reis,x@a.com,b@a.com,,,{OTHER_PHONE}")
    assert outcomes(read) == ["updated", "created"]
    assert emails_of(ana) == ["a@a.com", "b@a.com"]
    again = load(f"BR,Ana,Lima,a@a.com,b@a.com,,{PHONE},", f"BR,Bob,Reis,x@a.com,b@a.com,,,{OTHER_PHONE}")
    assert outcomes(again) == ["unchanged", "unchanged"]


@pytest.mark.usefixtures("db")
def test_rows_that_meet_through_a_further_address_are_one_contact(set_environment):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS="1")
    lines = [
        f"BR,Ana,Lima,a@a.com,b@a.com,,{PHONE},{OTHER_PHONE}", "BR,Eva,Sol,e@a.com,,,,", "BR,Ana,Lima,b@a.com,,,,",
        f"BR,Ana,Lima,,,,{OTHER_PHONE},",
    ]  # fmt: skip
    read = load(*lines)
    assert outcomes(read) == ["created", "created", "unchanged", "unchanged"]
    assert count("contact") == 2
    assert outcomes(load(*lines)) == ["unchanged"] * 4
    assert contact(runs.rows(SYSTEM, read.id).items[0].contact_id).version == 1


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("order", "turn", "known"),
    list(zip(permutations(KEYS), (1, -1) * 3, (True, True, False) * 2, strict=True)),
)
def test_an_office_s_address_that_somebody_has_as_a_further_one_makes_nobody_the_office(order, turn, known):
    if known:
        WORLD.contact("Ana", last_name="Lima", email="ana@a.com", country="BR")
    lines = [f"BR,Ana,Lima,ana@a.com,office@a.com,,{PHONE},", f"BR,Office,Acme,office@a.com,,,{PHONE},"][
        ::turn
    ]
    ana, office = outcomes(load(*lines, match_by=order))[::turn]
    assert (ana, office) == ("updated" if known else "created", "created")
    assert count("contact", "first_name = 'Ana'") == count("contact", "first_name = 'Office'") == 1
    assert outcomes(load(*lines, match_by=order)) == ["unchanged", "unchanged"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("turn", [1, -1])
def test_a_row_that_can_make_nobody_means_whoever_has_its_address_and_its_other_name_is_pointed_out(turn):
    lines = ["BR,Ana,Lima,ana@a.com,office@a.com,,,", ",Office,,office@a.com,,,,"][::turn]
    read = load(*lines)
    assert sorted(outcomes(read)) == ["created", "updated"]
    assert read.other_name == 1
    assert count("contact") == 1
    assert outcomes(load(*lines)) == ["unchanged", "unchanged"]


@pytest.mark.usefixtures("db")
def test_further_addresses_go_again_when_the_import_is_taken_back():
    WORLD.contact("Ana", last_name="Lima", emails=["a@a.com", "z@a.com"], phone=PHONE)
    before = state()
    read = load(
        f"BR,Ana,Lima,n@a.com,a@a.com,b@a.com,{PHONE},{OTHER_PHONE}", f"BR,Bob,Reis,x@a.com,y@a.com,,,{PHONE}"
    )
    assert outcomes(read) == ["updated", "created"]
    undone(read.id)
    assert left(read.id) == []
    assert state() == before


@pytest.mark.usefixtures("db")
def test_what_a_further_address_is_called_stays_with_it_when_another_one_comes():
    known = WORLD.contact(
        "Ana", external_id="x1", country="BR", emails=["a@a.com", "b@a.com"], phones=[PHONE, OTHER_PHONE]
    )
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(
            update(ContactPoint).values(label=func.upper(ContactPoint.kind)), execution_options=AUDITED
        )
    before = state()
    content = b"External ID,Email,Mobile\nx1,c@a.com,+33612345678\n"
    read = load_file(content)
    assert [(one.value, one.label) for one in contact(known).points] == [
        ("c@a.com", None), ("a@a.com", None), ("b@a.com", "EMAIL"),
        ("+33612345678", None), (PHONE, None), (OTHER_PHONE, "PHONE"),
    ]  # fmt: skip
    undone(read.id)
    assert state() == before
