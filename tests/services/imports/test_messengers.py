"""Messengers of a file: read by columns of their own or by name, added to those that are there, taken back."""

from pathlib import Path

import pytest

from hooks.viewer import SYSTEM
from services import exports
from services.imports import runs
from services.imports.handles import read_handle
from services.imports.headers import understand
from services.imports.unreadable import Unreadable
from services.listing import Query
from tests.services.imports.cards import card
from tests.services.imports.loading import PHONE, closed, contact, load_file, only_row, outcomes
from tests.services.imports.undoing import agree, left, state, undone
from tests.worlds import World

WORLD = World()
HEADER = "Country Code,First Name,Last Name,Email,External ID,Telegram,Skype,Messengers\n"


def load(*lines: str, **options):
    return load_file((HEADER + "\n".join(lines)).encode(), **options)


def handles(contact_id: int | None) -> list[str]:
    return [f"{one.platform} {one.value}" for one in contact(contact_id).points if one.kind == "messenger"]


@pytest.mark.parametrize(
    ("text", "platform", "found"),
    [
        ("@ana_lima", "telegram", ("telegram", "@ana_lima")), ("Telegram: ana_lima", None, ("telegram", "@ana_lima")),
        ("https://t.me/ana_lima", None, ("telegram", "@ana_lima")), ("skype:live:ana.l", None, ("skype", "live:ana.l")),
        ("WhatsApp (11) 96123-4567", None, ("whatsapp", PHONE)), ("insta ana.lima", None, ("instagram", "@ana.lima")),
        ("icq 123", None, "messenger_unknown"), ("ana", None, "messenger_unknown"),
        ("a b", "telegram", "messenger_not_valid"), ("12", "whatsapp", "phone_too_short"),
    ],
)  # fmt: skip
def test_a_handle_is_read_as_people_write_it(text: str, platform: str | None, found: object) -> None:
    read = read_handle(text, platform, "BR")
    assert (read.code if isinstance(read, Unreadable) else read) == found


def test_whatsapp_is_the_phone_where_no_other_column_is() -> None:
    assert understand(("Nome", "WhatsApp", "E-mail")).fields == ("first_name", "phone", "email")
    assert understand(("Nome", "Celular", "WhatsApp")).fields == ("first_name", "phone", "whatsapp")
    assert understand(("First Name", "Instagram", "Viber", "Messenger")).fields[1:] == (
        "instagram", "viber", "messenger",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cells", "field"),
    [
        ("WhatsApp", ("Sim", "", "Não"), None), ("WhatsApp", ("Oui", "11 96123-4567"), "whatsapp"),
        ("WhatsApp", ("", ""), "whatsapp"), ("Número do Viber", ("x",), None), ("Telegram", ("123456789", ""), None),
        ("Telegram", ("123456789", "@ana_l"), "telegram"), ("Identifiant Telegram", ("123456789",), None),
        ("Telegram ID", ("ana_l",), None),
    ],
)  # fmt: skip
def test_a_column_that_holds_no_handles_is_mapped_by_nobody(column, cells, field) -> None:
    rows = [("Ana", "11 96123-4567", cell) for cell in cells]
    assert understand(("Nome", "Celular", column), rows=rows).fields == ("first_name", "phone", field)


def test_yes_and_no_are_no_phones_where_no_other_column_is() -> None:
    assert understand(("Nome", "WhatsApp"), rows=[("Ana", "Sim")]).fields == ("first_name", None)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("existing", "found"),
    [
        ({}, ["whatsapp", "telegram", "skype"]), ({"telegram": "never"}, ["whatsapp", "skype"]),
        ({"messengers": "never"}, ["telegram", "skype"]),
        ({"messengers": "never", "telegram": "never", "skype": "never"}, []),
    ],
)  # fmt: skip
def test_each_column_of_messengers_may_leave_alone_what_contacts_have(existing, found) -> None:
    known = WORLD.contact("Ana", external_id="x1")
    row = "BR,Ana,Lima,,x1,@ana_l,live:ana.l,WhatsApp 11 96123-4567"
    load(row, existing=existing)
    assert [line.split()[0] for line in handles(known)] == found
    made = load(row.replace(",,x1", ",b@a.com,x2"), existing=existing)
    assert len(handles(only_row(made).contact_id)) == 3


@pytest.mark.usefixtures("db")
def test_a_choice_for_all_messengers_goes_for_one_of_its_own_column_where_they_have_none() -> None:
    known = WORLD.contact("Ana", external_id="x1")
    content = b"Country Code,First Name,Last Name,External ID,Telegram\nBR,Ana,Lima,x1,@ana_l\n"
    load_file(content, existing={"messengers": "never"})
    assert handles(known) == []


@pytest.mark.usefixtures("db")
def test_messengers_come_in_are_shown_and_go_again() -> None:
    before = state()
    read = load("BR,Ana,Lima,ana@a.com,,@ana_l,live:ana.l,WhatsApp 11 96123-4567; Telegram ANA_L")
    (row,) = runs.rows(SYSTEM, read.id).items
    assert handles(row.contact_id) == [f"whatsapp {PHONE}", "telegram @ANA_L", "skype live:ana.l"]
    assert row.values["messengers"] == f"WhatsApp {PHONE}; Telegram @ANA_L; Skype live:ana.l"
    assert undone(read.id).removed == 1
    assert state() == before
    assert agree() == []


@pytest.mark.usefixtures("db")
def test_those_that_are_there_stay_first_and_the_review_says_what_is_added() -> None:
    known = WORLD.contact(
        "Ana", external_id="x1", country="BR", email="ana@a.com",
        messengers=[{"platform": "telegram", "handle": "ana_l"}],
    )  # fmt: skip
    before = state()
    assert outcomes(load("BR,Ana,,,x1,@ANA_L,,")) == ["unchanged"]
    assert outcomes(load("BR,Ana,,,x1,,live:ana.l,", existing={"skype": "never"})) == ["unchanged"]
    read = load("BR,Ana,,,x1,ana_l,live:ana.l,", "BR,Ana,,,x1,,,Telegram other_1", "BR,Ana,,,x1,,live:ana.l,")
    assert outcomes(read) == ["updated", "updated", "unchanged"]
    assert handles(known) == ["telegram @ana_l", "skype live:ana.l", "telegram @other_1"]
    undone(read.id)
    assert (left(read.id), state()) == ([], before)


@pytest.mark.usefixtures("db")
def test_what_the_contact_has_and_what_it_gets_stand_side_by_side_in_the_review() -> None:
    WORLD.contact("Ana", external_id="x1", messengers=[{"platform": "skype", "handle": "ana.l"}])
    content = (HEADER + "BR,Ana,,,x1,ana_l,,").encode()
    received = runs.receive(SYSTEM, "c.csv", [content])
    runs.review(SYSTEM, received.id)
    runs.carry_out_review(received.id)
    assert only_row(runs.get(SYSTEM, received.id)).changes["messengers"] == (
        [["skype", "ana.l"]],
        [["skype", "ana.l"], ["telegram", "@ana_l"]],
    )
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    assert outcomes(runs.get(SYSTEM, received.id)) == ["updated"]


@pytest.mark.usefixtures("db")
def test_what_is_no_handle_rejects_its_row_and_names_the_column() -> None:
    read = load("BR,Ana,Lima,ana@a.com,,a b,,", "BR,Bob,Reis,bob@a.com,,-,,ICQ 12")
    assert outcomes(read) == ["messenger_not_valid", "messenger_unknown"]
    assert runs.rows(SYSTEM, read.id).items[0].reason == "Telegram: “a b” is no name on Telegram."


@pytest.mark.usefixtures("db")
def test_a_messenger_identifies_nobody() -> None:
    WORLD.contact("Ana", email="ana@a.com", messengers=[{"platform": "telegram", "handle": "ana_l"}])
    assert outcomes(load("BR,Bob,Reis,bob@a.com,,ana_l,,")) == ["created"]


@pytest.mark.usefixtures("db")
def test_the_messengers_of_a_vcard_come_in_and_the_others_stand_beside() -> None:
    lines = ("FN:Ana Lima", "EMAIL:ana@a.com", "X-SKYPE:live:ana.l", "IMPP;X-SERVICE-TYPE=Telegram:x-apple:ana_l",
             "IMPP:telegram:ana_l", "X-SOCIALPROFILE;TYPE=instagram:https://www.instagram.com/ana.lima", "X-ICQ:123",
             "IMPP:xmpp:ana@jabber.org")  # fmt: skip
    read = load_file(card(*lines).encode(), country="BR")
    file = runs.inspect(SYSTEM, read.id)
    samples = {column.header: (column.field, column.samples) for column in file.columns}
    assert samples["Other messengers"][0] is None
    assert handles(only_row(read).contact_id) == [
        "skype live:ana.l", "telegram @ana_l", "instagram @ana.lima",
    ]  # fmt: skip


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_messengers_go_out_and_come_in_unchanged(kind: str) -> None:
    every = [
        {"platform": "whatsapp", "handle": PHONE}, {"platform": "telegram", "handle": PHONE},
        {"platform": "messenger", "handle": "ana.lima"}, {"platform": "instagram", "handle": "ana.lima"},
        {"platform": "viber", "handle": PHONE}, {"platform": "skype", "handle": "live:.cid.12,a"},
    ]  # fmt: skip
    WORLD.contact("Ana", last_name="Lima", external_id="x1", country="BR", messengers=every)
    made = exports.request(SYSTEM, kind, Query(), ["external_id", "messengers"])
    exports.carry_out(made.id)
    path: Path = exports.path_of(SYSTEM, made.id)
    before = state()
    received = runs.receive(SYSTEM, f"contacts.{kind}", path)
    assert received.options.mapping == {0: "external_id", 1: "messengers"}
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    assert outcomes(closed(runs.get(SYSTEM, received.id))) == ["unchanged"]
    assert state() == before
