"""The responsible, importance and time zone of rows: read, refused with the reason, changed, taken back."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.contact import ContactUpdate
from models.people import User
from services import contacts, segments
from services.imports import runs
from services.imports.plain_fields import read_importance, read_time_zone
from services.imports.unreadable import Unreadable
from services.work import unit_of_work
from tests.fixtures import Database
from tests.services.imports.loading import contact, load_file, only_row, outcomes
from tests.services.imports.undoing import left, state, undone
from tests.worlds import World

WORLD = World()
HEADER = "País;Nome;Sobrenome;E-mail;Responsável;Importância;Fuso horário;Segmentos\n"


@pytest.fixture
def people(db: Database) -> None:
    for name, *teams in (("Rui", "North"), ("Eva", "South"), ("Leo",)):
        WORLD.user(name, "advisor", *teams)


def file_of(*lines: str) -> bytes:
    return (HEADER + "\n".join(lines)).encode()


def review(content: bytes, **options):
    received = runs.receive(SYSTEM, "a.csv", [content])
    if options:
        runs.choose(SYSTEM, received.id, received.options.model_copy(update=options))
    runs.review(SYSTEM, received.id)
    runs.carry_out_review(received.id)
    return runs.get(SYSTEM, received.id)


def switch_off(name: str) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(User).where(col(User.name) == name).values(active=False))


@pytest.mark.parametrize(
    ("text", "rank"),
    [("5", 5), ("5.0", 5), ("7,00", 7), ("1000", 1000), ("1.000", 1000), ("1 000", 1000), ("0", 0),
     ("1001", None), ("-1", None), ("high", None), ("1.5", None), ("5 5", None)],
)  # fmt: skip
def test_an_importance_is_a_whole_number(text: str, rank: int | None) -> None:
    read = read_importance(text)
    assert (None if isinstance(read, Unreadable) else read) == rank


def test_a_time_zone_is_known_in_any_case() -> None:
    assert read_time_zone("america/SAO_PAULO") == "America/Sao_Paulo"
    assert isinstance(read_time_zone("Brasília"), Unreadable)


@pytest.mark.usefixtures("people")
def test_a_responsible_is_known_by_address_or_by_a_name_of_one_alone() -> None:
    read = load_file(
        file_of(
            "BR;Ana;Lima;a@a.com;RUI@example.com;5;America/Recife;",
            "BR;Bia;Lima;b@a.com; leo ;-;;",
            "BR;Cid;Lima;c@a.com;Nobody Known;;;",
            "BR;Dan;Lima;d@a.com;n/a;high;;",
            "BR;Eli;Lima;e@a.com;;-;Brasília;",
        )
    )
    assert outcomes(read) == [
        "created", "created", "responsible_unknown", "importance_not_valid", "time_zone_unknown",
    ]  # fmt: skip
    rows = runs.rows(SYSTEM, read.id).items
    ana, bia = (contact(row.contact_id) for row in rows[:2])
    assert (ana.responsible, ana.importance, ana.time_zone) == ("rui@example.com", 5, "America/Recife")
    assert (bia.responsible, bia.importance) == ("leo@example.com", None)
    assert rows[1].notes == ["Importância: “-” stands for nothing, so it counts as an empty cell."]
    assert [row.reason for row in rows[2:]] == [
        "Responsável: “Nobody Known” is neither the e-mail address nor the name of somebody who is active.",
        "Importância: “high” is no number from 0 to 1,000.",
        "Fuso horário: “Brasília” is no time zone; an example is America/Sao_Paulo.",
    ]
    assert len(rows[4].notes) == 1


@pytest.mark.usefixtures("people")
def test_a_name_of_several_means_nobody_and_who_is_switched_off_gets_no_more_contacts() -> None:
    WORLD.user("Leo2", "advisor")
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(User).where(col(User.name) == "Leo2").values(name="LÉO"))
    known = WORLD.contact("Eli", email="e@a.com", responsible="eva@example.com")
    switch_off("Eva")
    lines = (
        "BR;Ana;Lima;a@a.com;Leo;;;",
        "BR;Bia;Lima;b@a.com;eva@example.com;;;",
        "BR;Eli;;e@a.com;eva@example.com;;;",
        "BR;Cid;Lima;c@a.com;Eva;;;",
    )
    read = load_file(file_of(*lines))
    assert outcomes(read) == ["responsible_several", "responsible_unknown", "updated", "responsible_unknown"]
    assert (contact(known).responsible, contact(known).country) == ("eva@example.com", "BR")


@pytest.mark.usefixtures("people")
def test_who_would_not_see_the_contact_is_not_made_responsible() -> None:
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul", teams=("South",))
    behind = WORLD.contact("Dan", email="d@a.com", segments=["Norte"], responsible="rui@example.com")
    content = file_of(
        "BR;Ana;Lima;a@a.com;rui@example.com;;;Norte",
        "BR;Bia;Lima;b@a.com;eva@example.com;;;Norte",
        ";;;d@a.com;eva@example.com;;;",
        "BR;Cid;Lima;c@a.com;eva@example.com;;;Norte;Sul".replace("Norte;Sul", '"Norte;Sul"'),
    )
    said = review(content)
    assert outcomes(said) == ["created", "responsible_cannot_see", "responsible_cannot_see", "created"]
    assert "eva@example.com could not see the contact" in (runs.rows(SYSTEM, said.id).items[1].reason or "")
    read = load_file(content)
    assert outcomes(read) == outcomes(said)
    assert contact(behind).responsible == "rui@example.com"
    assert outcomes(load_file(file_of(";;;d@a.com;eva@example.com;;;Sul"))) == ["updated"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("how", "responsible", "importance"),
    [("overwrite", "leo@example.com", 9), ("fill", "rui@example.com", 9), ("never", "rui@example.com", None)],
)
def test_of_contacts_that_are_there_they_change_as_was_chosen(how, responsible, importance) -> None:
    known = WORLD.contact("Ana", email="a@a.com", responsible="rui@example.com")
    content = file_of(";;;a@a.com;Leo;9;;")
    load_file(content, existing=dict.fromkeys(("responsible", "importance"), how))
    assert (contact(known).responsible, contact(known).importance) == (responsible, importance)


@pytest.mark.usefixtures("people")
def test_the_review_says_what_changes_and_an_undo_puts_it_back() -> None:
    known = WORLD.contact("Ana", email="a@a.com", responsible="rui@example.com", importance=3)
    before = state()
    said = review(file_of(";;;a@a.com;Leo;0;America/Recife;"))
    wanted = {
        "responsible": ("rui@example.com", "leo@example.com"), "importance": (3, 0),
        "time_zone": (None, "America/Recife"),
    }  # fmt: skip
    assert only_row(said).changes == wanted
    assert only_row(said).values["importance"] == "0"
    runs.accept(SYSTEM, said.id)
    runs.carry_out(said.id)
    assert only_row(runs.get(SYSTEM, said.id)).changes == wanted
    assert contact(known).responsible == "leo@example.com"
    assert outcomes(load_file(file_of(";;;a@a.com;Leo;0;America/Recife;"))) == ["unchanged"]
    undone(said.id)
    assert (left(said.id), state()) == ([], before)


@pytest.mark.usefixtures("people")
def test_whoever_gives_contacts_away_is_told_how_many_go_out_of_sight() -> None:
    rui = WORLD.viewer("Rui")
    for name in ("a", "b"):
        WORLD.contact(name, email=f"{name}@a.com", responsible="rui@example.com")
    received = runs.receive(
        rui, "a.csv", [file_of(";;;a@a.com;leo@example.com;;;", ";;;b@a.com;rui@example.com;1;;")]
    )
    runs.review(rui, received.id)
    runs.carry_out_review(received.id)
    assert runs.get(rui, received.id).out_of_sight == 1


@pytest.mark.usefixtures("people")
def test_somebody_who_is_switched_off_after_the_review_gets_nothing() -> None:
    known = WORLD.contact("Ana", email="a@a.com")
    said = review(file_of(";;;a@a.com;Leo;;;", "BR;Bia;Lima;b@a.com;leo@example.com;;;"))
    switch_off("Leo")
    runs.accept(SYSTEM, said.id)
    runs.carry_out(said.id)
    assert outcomes(runs.get(SYSTEM, said.id)) == ["responsible_unknown", "responsible_unknown"]
    assert contact(known).responsible is None


@pytest.mark.usefixtures("people")
def test_owners_and_ranks_of_another_program_are_left_out_by_themselves() -> None:
    header = b"First Name,Last Name,Email,Contact Owner,Importance,Time Zone\n"
    received = runs.receive(SYSTEM, "a.csv", [header + b"Ana,Lima,a@a.com,John Doe,High,BRT\n"])
    fields = [column.field for column in runs.inspect(SYSTEM, received.id).columns]
    assert fields[3:] == [None, None, None]
    received = runs.receive(SYSTEM, "a.csv", [header + b"Ana,Lima,a@a.com,Leo,3,America/Recife\n"])
    fields = [column.field for column in runs.inspect(SYSTEM, received.id).columns]
    assert fields[3:] == ["responsible", "importance", "time_zone"]


@pytest.mark.usefixtures("people")
def test_rows_of_one_person_end_with_the_last_responsible() -> None:
    lines = ("BR;Ana;Lima;a@a.com;Leo;1;;", "BR;Ana;Lima;a@a.com;Rui;;;", "BR;Ana;Lima;a@a.com;Rui;1;;")
    read = load_file(file_of(*lines))
    assert outcomes(read) == ["created", "updated", "unchanged"]
    made = contact(runs.rows(SYSTEM, read.id).items[0].contact_id)
    assert (made.responsible, made.importance) == ("rui@example.com", 1)
    contacts.change(SYSTEM, made.id, ContactUpdate(responsible=None))
    assert outcomes(load_file(file_of(*lines[1:]))) == ["updated", "unchanged"]
    assert segments.listed(SYSTEM) == []


@pytest.mark.usefixtures("people")
def test_a_language_is_kept_by_its_code_through_every_door() -> None:
    spoken = ("Português", "brazilian portuguese", "Anglais", "pt-BR", "Elvish")
    for at, language in enumerate(spoken):
        WORLD.contact("Ana", email=f"a{at}@a.com", language=language, country="BR")
    lines = [f"a{at}@a.com,{language}" for at, language in enumerate(spoken)]
    read = load_file("\n".join(("Email,Language", *lines)).encode())
    assert outcomes(read) == ["unchanged"] * 5
    rows = runs.rows(SYSTEM, read.id).items
    assert [contact(row.contact_id).language for row in rows] == ["pt", "pt-BR", "en", "pt-BR", "Elvish"]
