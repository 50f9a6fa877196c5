"""Per column: a file overwrites what contacts have, fills it in where it is empty, or never changes it."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from hooks.viewer import SYSTEM
from models.contact import OptOut
from models.imports import ImportOptions
from services.errors import Refused
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
    file_of,
    load,
    only_row,
    outcomes,
    phones_of,
    reviewed,
)  # fmt: skip
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


@pytest.mark.parametrize(
    ("how", "had", "outcome", "left"),
    [
        ("overwrite", "Old", "updated", "New"),
        ("fill", "Old", "unchanged", "Old"),
        ("fill", None, "updated", "New"),
        ("never", "Old", "unchanged", "Old"),
        ("never", None, "unchanged", None),
    ],
)
def test_a_field_of_a_contact_that_is_there_changes_as_was_chosen(how, had, outcome, left):
    known = WORLD.contact("Ana", external_id="x1", organization=had)
    read = load({"id": "x1", "organization": "New"}, existing={"organization": how})
    assert (outcomes(read), contact(known).organization) == ([outcome], left)


def test_the_review_and_its_changes_go_by_what_was_chosen():
    WORLD.contact("Ana", external_id="x1", organization="Old", city="Rio")
    row = {"id": "x1", "organization": "New", "city": "Recife", "first": "Ana", "last": "Lima"}
    read = reviewed(row, existing={"organization": "never", "last_name": "fill"})
    assert only_row(read).changes == {"city": ("Rio", "Recife"), "last_name": (None, "Lima")}


@pytest.mark.parametrize("how", ["fill", "never"])
def test_a_contact_that_is_made_gets_everything(how):
    rows = (ANA | {"phone": PHONE, "organization": "New"}, {"phone": PHONE, "city": "Rio"})
    read = load(*rows, existing=dict.fromkeys(("organization", "phone", "city", "last_name"), how))
    made = contact(runs.rows(SYSTEM, read.id).items[0].contact_id)
    assert (made.organization, made.phone, made.city) == ("New", PHONE, "Rio")


@pytest.mark.parametrize(
    ("how", "emails", "phones"),
    [
        ("overwrite", ["ana@b.com", "ana@a.com"], [PHONE]),
        ("fill", ["ana@a.com"], [PHONE]),
        ("never", ["ana@a.com"], []),
    ],
)
def test_an_address_that_is_not_to_change_still_finds_its_contact(how, emails, phones):
    known = WORLD.contact("Ana", external_id="x1", email="ana@a.com")
    load({"id": "x1", "email": "ana@b.com", "phone": PHONE}, existing={"email": how, "phone": how})
    assert (emails_of(known), phones_of(known)) == (emails, phones)
    assert outcomes(load({"email": "ana@a.com", "city": "Rio"}, existing={"email": how})) == ["updated"]


def test_of_several_rows_the_last_one_fills_what_was_empty_before_the_file():
    known = WORLD.contact("Ana", external_id="x1", phone=PHONE)
    rows = ({"id": "x1", "city": "Rio"}, {"phone": PHONE, "first": "Ana", "city": "Recife"})
    assert outcomes(load(*rows, existing={"city": "fill"})) == ["updated", "updated"]
    assert contact(known).city == "Recife"
    assert load(*rows, existing={"city": "fill"}).unchanged == 2


def test_an_external_id_that_is_never_changed_stays_with_its_contact():
    known = WORLD.contact("Ana", external_id="x1", email="ana@a.com")
    options = {"match_by": ("email", "external_id", "phone"), "existing": {"external_id": "never"}}
    assert outcomes(load({"id": "x2", "email": "ana@a.com"}, **options)) == ["unchanged"]
    assert contact(known).external_id == "x1"


def test_segments_and_tags_may_be_for_new_contacts_only():
    WORLD.label("North")
    known = WORLD.contact("Ana", external_id="x1", segments=["North"])
    rows = ({"id": "x1", "segments": "South", "tags": "Vip"}, BOB | {"phone": PHONE, "segments": "South"})
    options = {"unknown_segments": "create", "overwrite_segments": True}
    read = load(*rows, existing={"segments": "never", "tags": "never"}, **options)
    assert (outcomes(read), contact(known).segments, count("contact_tag")) == (
        ["unchanged", "created"], ["North"], 0,
    )  # fmt: skip
    assert (read.segments_added, read.segments_removed) == (1, 0)


def test_what_was_chosen_is_remembered_with_the_mapping():
    load(ANA | {"phone": PHONE, "city": "Rio"}, existing={"city": "fill", "phone": "overwrite"})
    content = file_of([ANA | {"phone": OTHER_PHONE, "city": "Rio"}])
    on_page = replace(SYSTEM, via="page")
    assert runs.receive(on_page, "c.csv", [content]).options.existing == {"city": "fill"}
    chosen = runs.receive(on_page, "c.csv", [content], ImportOptions(existing={}))
    assert chosen.options.existing == {}
    assert runs.receive(on_page, "c.csv", [file_of([ANA | {"email": "a@a.com"}])]).options.existing == {}


@pytest.mark.parametrize("via", ["api", "cli"])
def test_nothing_is_left_as_it_is_for_a_program_that_did_not_say_so(via):
    load(ANA | {"phone": PHONE, "city": "Rio"}, existing={"city": "never"})
    content = file_of([ANA | {"phone": PHONE, "city": "Rio"}])
    assert runs.receive(replace(SYSTEM, via=via), "c.csv", [content]).options.existing == {}


@pytest.mark.parametrize("existing", [{"shoe size": "fill"}, {"segments": "fill"}, {"tags": "fill"}])
def test_what_cannot_be_chosen_is_refused_by_name(existing):
    with pytest.raises(Refused) as refused:
        runs.receive(SYSTEM, "c.csv", [file_of([ANA])], ImportOptions(existing=existing))
    assert list(refused.value.data["fields"]) == ["existing"]


def test_an_opt_out_of_a_person_or_an_address_outlives_every_import():
    known = WORLD.contact("Ana", external_id="x1", email="ana@a.com", phone=PHONE)
    with unit_of_work(SYSTEM, write=True) as work:
        own = {"since": work.now, "act_id": work.act("edit")}
        work.session.execute(insert(OptOut).values(channel="email", contact_id=known, **own))
        work.session.execute(insert(OptOut).values(channel="email", key="ana@a.com", **own))
        work.session.execute(insert(OptOut).values(channel="sms", key="ana@b.com", **own))
    everything = {"id": "x1", "email": "ana@b.com", "phone": OTHER_PHONE, "segments": "New", "tags": "Vip"}
    assert outcomes(load(ANA | everything, unknown_segments="create", overwrite_segments=True)) == ["updated"]
    assert outcomes(load(BOB | {"email": "ana@a.com"}, in_bin="restore")) == ["updated"]
    assert (count("opt_out"), count("opt_out", f"contact_id = {known}")) == (3, 1)
