"""A link for a new password works once, for a day, and reaches its person by mail where mail is set up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from hooks.viewer import SYSTEM, Viewer
from models.base import now
from models.people import UserCreate, UserUpdate
from services import password_links, people, sessions
from services.errors import Conflict, Forbidden, NotFound, Refused
from tests.fixtures import Database

OLD, NEW = "a long enough one", "another long enough one"
BASE = "https://panel.example.com/"


def add(name: str, role: str = "advisor") -> int:
    command = UserCreate(email=f"{name}@example.com", name=name, role=role, password=OLD)
    return people.add_user(SYSTEM, command).id


def secret_of(link: password_links.Link) -> str:
    return link.address.removeprefix("https://panel.example.com/password?token=")


def may_sign_in(password: str) -> bool:
    try:
        sessions.sign_in("ana@example.com", password, address="10.0.0.1")
    except Refused:
        return False
    return True


def test_the_link_sets_the_password_once_and_ends_what_was_open(db: Database) -> None:
    ana = add("ana")
    before = sessions.sign_in("ana@example.com", OLD, address="10.0.0.1")
    link = password_links.make(SYSTEM, ana, BASE)
    assert (link.email, link.mailed) == ("ana@example.com", False)
    assert password_links.is_open(secret_of(link))
    opened = password_links.use(secret_of(link), NEW)
    assert sessions.look_up(opened.cookie) is not None
    assert sessions.look_up(before.cookie) is None
    assert may_sign_in(NEW)
    assert not may_sign_in(OLD)
    assert not password_links.is_open(secret_of(link))
    with pytest.raises(NotFound):
        password_links.use(secret_of(link), "a third long enough one")


def test_a_newer_link_ends_the_one_before(db: Database) -> None:
    ana = add("ana")
    first, second = (secret_of(password_links.make(SYSTEM, ana, BASE)) for _time in range(2))
    assert not password_links.is_open(first)
    assert password_links.is_open(second)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_link_is_good_for_a_day(db: Database) -> None:
    link = secret_of(password_links.make(SYSTEM, add("ana"), BASE))
    with time_machine.travel(now() + timedelta(hours=23, minutes=59)):
        assert password_links.is_open(link)
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert not password_links.is_open(link)
        with pytest.raises(NotFound):
            password_links.use(link, NEW)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_is_no_link_leads_nowhere(db: Database) -> None:
    ana = add("ana")
    right = secret_of(password_links.make(SYSTEM, ana, BASE))
    for guess in (
        "",
        ".",
        f"{ana}.",
        f"{ana}.guess",
        f"{ana + 1}.{right.partition('.')[2]}",
        "9" * 40 + ".x",
        "².x",
    ):
        assert not password_links.is_open(guess)
        with pytest.raises(NotFound):
            password_links.use(guess, NEW)
    assert may_sign_in(OLD)


def test_a_weak_password_leaves_the_link_as_it_was(db: Database) -> None:
    link = secret_of(password_links.make(SYSTEM, add("ana"), BASE))
    with pytest.raises(Refused) as refused:
        password_links.use(link, "short")
    assert list(refused.value.data["fields"]) == ["password"]
    assert password_links.is_open(link)


def test_who_is_switched_off_gets_none_and_loses_the_one_that_was_there(db: Database) -> None:
    add("boss", "administrator")
    ana = add("ana")
    link = secret_of(password_links.make(SYSTEM, ana, BASE))
    people.update_user(SYSTEM, ana, UserUpdate(active=False))
    with pytest.raises(NotFound):
        password_links.use(link, NEW)
    with pytest.raises(Conflict):
        password_links.make(SYSTEM, ana, BASE)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_only_who_manages_people_makes_one_and_for_nobody_mightier(db: Database) -> None:
    ana, boss = add("ana"), add("boss", "administrator")
    with pytest.raises(Forbidden):
        password_links.make(people.viewer_of(ana, "page"), boss, BASE)
    manages = Viewer(
        user_id=ana, email=None, name="", permissions=frozenset({"people.manage"}), scope="everyone"
    )
    with pytest.raises(Forbidden):
        password_links.make(manages, boss, BASE)


class Postbox(Sink):
    """Takes mail and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        content, to = envelope.content, envelope.rcpt_tos  # type: ignore[attr-defined]
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((to, message))
        return "250 OK"


@pytest.fixture
def postbox(set_environment: Callable[..., None]) -> Iterator[Postbox]:
    box = Postbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    set_environment(
        CARTEIRA_MAIL__HOST="127.0.0.1",
        CARTEIRA_MAIL__PORT=str(port),
        CARTEIRA_MAIL__SECURITY="none",
        CARTEIRA_MAIL__SENDER="carteira@example.com",
    )
    yield box
    controller.stop()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_link_is_mailed_in_the_persons_own_language(db: Database, postbox: Postbox) -> None:
    ana = add("ana")
    people.update_me(people.viewer_of(ana, "page"), UserUpdate(locale="pt_BR"))
    link = password_links.make(SYSTEM, ana, BASE)
    assert link.mailed
    [(to, message)] = postbox.taken
    assert to == ["ana@example.com"]
    assert message["From"] == "carteira@example.com"
    assert "senha" in message["Subject"]
    assert link.address in message.get_content()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_mail_that_is_not_taken_leaves_the_link_to_be_shown(
    db: Database, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_MAIL__HOST="127.0.0.1", CARTEIRA_MAIL__PORT="1", CARTEIRA_MAIL__SECURITY="none")
    link = password_links.make(SYSTEM, add("ana"), BASE)
    assert not link.mailed
    assert password_links.is_open(secret_of(link))
