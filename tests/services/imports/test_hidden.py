"""What the importer may not see answers as if it were not there, but for a key that cannot be taken (A5)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import update

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.people import Role
from models.segment import SegmentUpdate
from services import contacts, denials, segments
from services.errors import NotFound
from services.imports import runs
from services.work import unit_of_work
from tests.services.imports.loading import (
    ANA,
    BOB,
    OTHER_PHONE,
    PHONE,
    contact,
    count,
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


@pytest.fixture
def adam():
    WORLD.team("North")
    WORLD.user("Adam", "advisor", "South")
    return WORLD.viewer("Adam")


def _hidden(**values):
    WORLD.wall("Wall", teams=("North",))
    return WORLD.contact("Eva", last_name="Sol", segments=["Wall"], **values)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"id": "x1", "phone": PHONE}, "External ID"),
        ({"email": "eva@a.com"}, "Email"),
        ({"id": "x9", "email": "eva@a.com"}, "Email"),
    ],
)
def test_a_key_that_a_hidden_contact_holds_is_not_available(adam, row, column):
    hidden = _hidden(external_id="x1", email="eva@a.com")
    found = only_row(load(ANA | row, viewer=adam), adam)
    assert (found.outcome, found.code, found.contact_id) == ("rejected", "not_available", None)
    assert found.reason == f"{column}: {denials.sentence()}"
    assert contact(hidden).version == 1
    assert count("denial", f"user_id = {adam.user_id} AND door = 'import'") == 1


def test_an_email_that_the_contact_has_at_any_rank_is_not_taken_from_a_hidden_one(adam):
    _hidden(email="both@a.com")
    known = WORLD.contact("Ana", external_id="x1", emails=["ana@a.com", "both@a.com"])
    assert outcomes(load({"id": "x1", "email": "both@a.com"}, viewer=adam), adam) == ["unchanged"]
    assert outcomes(load({"id": "x1", "email": "both@a.com", "city": "Rio"}, viewer=adam), adam) == [
        "updated"
    ]
    assert (contact(known).email, contact(known).city) == ("ana@a.com", "Rio")
    assert count("denial") == 0


def test_a_hidden_holder_of_one_key_hides_that_the_other_key_is_of_somebody_else(adam):
    _hidden(email="eva@a.com")
    WORLD.contact("Ana", external_id="x1")
    assert outcomes(load({"id": "x1", "email": "eva@a.com"}, viewer=adam), adam) == ["not_available"]


@pytest.mark.parametrize(
    "keys",
    [{"phone": PHONE}, {"emails": ["eva@a.com", "ana@a.com"]}, {"email": "ana@a.com", "email_shared": True}],
)
def test_phones_further_and_shared_addresses_of_hidden_contacts_count_for_nothing(adam, keys):
    _hidden(**keys)
    row = only_row(load(ANA | {"phone": PHONE, "email": "ana@a.com"}, viewer=adam), adam)
    assert (row.outcome, row.notes) == ("created", [])
    assert not contact(row.contact_id).email_shared


def test_a_phone_of_one_seen_and_one_hidden_contact_is_that_of_the_one_seen(adam):
    _hidden(phone=PHONE)
    known = WORLD.contact("Ana", last_name="Lima", phone=PHONE)
    assert outcomes(load(ANA | {"phone": PHONE, "organization": "New"}, viewer=adam), adam) == ["updated"]
    assert contact(known).organization == "New"


def test_a_hidden_segments_name_counts_as_unknown_and_cannot_be_made(adam):
    _hidden()
    row = ANA | {"phone": PHONE, "segments": "wall"}
    read = load(row, viewer=adam)
    assert (read.created, read.unknown_segments, read.nearest) == (1, ["wall"], {})
    WORLD.user("Mia", "manager", "South")
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(Role).where(Role.name_key == "manager").values(scope="teams"))
    mia = WORLD.viewer("Mia")
    named = BOB | {"phone": OTHER_PHONE, "segments": "wall"}
    found = only_row(load(named, viewer=mia, unknown_segments="create"), mia)
    assert (found.code, found.reason) == ("not_available", f"Segments: {denials.sentence()}")
    assert count("segment") == 1


def test_the_answers_are_the_same_with_hidden_contacts_and_without_but_for_the_one_exception(adam):
    rows = (
        ANA | {"phone": PHONE},
        BOB | {"phone": PHONE},
        BOB | {"phone": OTHER_PHONE, "email": "bob@a.com"},
        {"id": "x7", "organization": "New"},
    )
    without = reviewed(*rows, viewer=adam)
    _hidden(phone=PHONE, emails=["eva@a.com", "bob@a.com"])
    WORLD.contact("Ivo", last_name="Reis", phone=OTHER_PHONE, segments=["Wall"])
    with_them = reviewed(*rows, viewer=adam)
    assert outcomes(without, adam) == outcomes(with_them, adam)
    told = {"id", "created_at", "started_at", "ended_at", "seconds", "progress"}
    assert without.model_dump(exclude=told) == with_them.model_dump(exclude=told)


def test_guessing_ends_when_the_hours_answers_are_used_up(adam, set_environment):
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="2", CARTEIRA_IMPORTS__CHUNK_ROWS="2")
    WORLD.wall("Wall", teams=("North",))
    for n in range(4):
        WORLD.contact("Eva", email=f"eva{n}@a.com", segments=["Wall"])
    guesses = [ANA | {"email": f"eva{n}@a.com"} for n in range(4)]
    guesses.insert(3, ANA | {"email": "nobody@a.com"})
    read = load(*guesses, viewer=adam)
    assert outcomes(read, adam) == ["not_available", "not_available", "too_many", "too_many", "too_many"]
    assert read.state == "done_with_rejects"
    assert count("denial") == 2
    assert "nobody@a.com" in runs.rejected_file(adam, read.id).read_text()
    again = load(ANA | {"email": "nobody@a.com"}, guesses[0], ANA | {"email": "later@a.com"}, viewer=adam)
    assert outcomes(again, adam) == ["created", "too_many", "too_many"]


def test_answers_that_the_review_gave_are_not_counted_again(adam, set_environment):
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="1")
    _hidden(email="eva@a.com")
    read = reviewed(ANA | {"email": "eva@a.com"}, ANA | {"phone": PHONE}, viewer=adam)
    runs.accept(adam, read.id)
    runs.carry_out(read.id)
    assert outcomes(runs.get(adam, read.id), adam) == ["not_available", "created"]
    assert count("denial") == 1


def test_two_imports_at_once_get_no_more_answers_than_one_after_the_other(adam, set_environment):
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="3")
    WORLD.wall("Wall", teams=("North",))
    for n in range(8):
        WORLD.contact("Eva", email=f"eva{n}@a.com", segments=["Wall"])
    for begin, carry_out in ((runs.review, runs.carry_out_review), (runs.accept, runs.carry_out)):
        ids = []
        for first in (0, 4):
            rows = [ANA | {"email": f"eva{n}@a.com"} for n in range(first, first + 4)]
            ids.append(runs.receive(adam, "c.csv", [file_of(rows)]).id)
            begin(adam, ids[-1])
        together = Barrier(2, timeout=20)

        def at_once(import_id, together=together, carry_out=carry_out):
            together.wait()
            carry_out(import_id)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(at_once, ids))
        told = [code for import_id in ids for code in outcomes(runs.get(adam, import_id), adam)]
        assert (told.count("not_available"), count("denial")) == (3 if begin is runs.review else 0, 3)


def test_a_contact_that_went_out_of_sight_is_no_longer_named_in_the_report(adam):
    read = load(ANA | {"phone": PHONE}, viewer=adam)
    made = only_row(read, adam).contact_id
    assert made is not None
    WORLD.wall("Wall")
    load({"phone": PHONE, "segments": "Wall"})
    assert only_row(read, adam).contact_id is None
    assert phones_of(made) == [PHONE]


def test_an_import_belongs_to_its_owner(adam):
    WORLD.user("Berta", "advisor")
    WORLD.user("Mia", "manager")
    read = load(ANA | {"phone": PHONE}, viewer=adam)
    berta, mia = WORLD.viewer("Berta"), WORLD.viewer("Mia")
    assert [one.id for one in runs.recent(berta)] == []
    assert [one.id for one in runs.recent(mia)] == [read.id]
    assert runs.get(SYSTEM, read.id).owner_id == adam.user_id
    for ask in (
        runs.get,
        runs.rows,
        runs.cancel,
        runs.rejected_file,
        runs.inspect,
        runs.review,
        runs.accept,
        runs.discard,
    ):
        with pytest.raises(NotFound):
            ask(berta, read.id)
    for ask in (runs.cancel, runs.review, runs.discard):
        with pytest.raises(NotFound):
            ask(mia, read.id)


def test_a_review_says_no_more_of_a_contact_that_has_been_hidden_since(adam):
    WORLD.wall("Wall", teams=("North",))
    known = WORLD.contact("Ana", external_id="x1", email="ana@a.com", phone=PHONE, organization="Secret")
    row = {"id": "x1", "email": "eva@a.com", "first": "Eva", "last": "Sol", "organization": "Acme"}
    read = reviewed(row, viewer=adam)
    assert only_row(read, adam).changes["organization"] == ("Secret", "Acme")
    contacts.change(SYSTEM, known, ContactUpdate(segments=["Wall"]))
    found = only_row(read, adam)
    assert (found.contact_id, found.changes, found.notes) == (None, {}, [])
    assert found.values["organization"] == "Acme"


def test_a_review_says_no_more_of_a_segment_that_has_been_hidden_since():
    WORLD.user("Mia", "manager", "South")
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(Role).where(Role.name_key == "manager").values(scope="teams"))
    mia = WORLD.viewer("Mia")
    WORLD.team("North")
    WORLD.wall("Own", teams=("South",))
    label = WORLD.label("Label")
    WORLD.contact("Ana", external_id="x1", segments=["Own", "Label"])
    read = reviewed({"id": "x1", "segments": "Own;New"}, viewer=mia, overwrite_segments=True,
                    unknown_segments="create")  # fmt: skip
    joined = {"segments_joined": (None, ["New"])}
    assert only_row(read, mia).changes == joined | {"segments_left": (None, ["Label"])}
    segments.change(SYSTEM, label, SegmentUpdate(restricted=True, teams=["North"]))
    assert only_row(read, mia).changes == joined
