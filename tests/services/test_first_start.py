"""The first administrator."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hooks.viewer import SYSTEM
from models.people import UserCreate
from services import first_start, people, sessions
from services.errors import NotFound, Refused
from tests.fixtures import Database

PASSWORD = "a long enough one"


def administrators() -> list[str]:
    return [user.email for user in people.users(SYSTEM) if user.role == "administrator"]


def test_the_link_makes_the_first_administrator_and_signs_in(db: Database) -> None:
    link = first_start.set_up_link("http://localhost:8501/")
    assert link is not None
    base, _question, secret = link.partition("/setup?token=")
    assert base == "http://localhost:8501"
    opened = first_start.use(secret, "Ana", "Ana@Example.com", PASSWORD)
    found = sessions.look_up(opened.cookie)
    assert found is not None
    assert found.viewer.may("people.manage")
    assert administrators() == ["ana@example.com"]


def test_the_link_is_dead_once_there_is_an_administrator(db: Database) -> None:
    secret = first_start.set_up_token()
    assert secret is not None
    assert first_start.is_open(secret)
    people.add_user(SYSTEM, UserCreate(email="boss@example.com", name="Boss", role="administrator"))
    assert not first_start.is_open(secret)
    with pytest.raises(NotFound):
        first_start.use(secret, "Ana", "ana@example.com", PASSWORD)
    assert first_start.set_up_token() is None


def test_two_processes_print_two_links_and_one_of_them_wins(db: Database) -> None:
    secrets = [first_start.set_up_token() or "", first_start.set_up_token() or ""]
    assert all(first_start.is_open(secret) for secret in secrets)

    def submit(number: int) -> str:
        try:
            first_start.use(secrets[number % 2], f"Ana {number}", f"ana{number}@example.com", PASSWORD)
        except NotFound as error:
            return error.code
        return "made"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(submit, range(6)))
    assert answers == ["dead_link"] * 5 + ["made"]
    assert len(administrators()) == 1


def test_a_mistyped_form_leaves_the_link_as_it_was(db: Database) -> None:
    secret = first_start.set_up_token() or ""
    for name, email, password in (
        ("", "a@b.example", PASSWORD),
        ("A", "none", PASSWORD),
        ("A", "a@b.example", "x"),
    ):
        with pytest.raises(Refused):
            first_start.use(secret, name, email, password)
    assert first_start.is_open(secret)
    with pytest.raises(NotFound):
        first_start.use("guessed", "A", "a@b.example", PASSWORD)


def test_the_environment_makes_one_when_there_is_none(
    db: Database, set_environment: Callable[..., None]
) -> None:
    assert not first_start.from_environment()
    set_environment(CARTEIRA_ADMIN_EMAIL="Root@Example.com", CARTEIRA_ADMIN_PASSWORD=PASSWORD)
    assert first_start.from_environment()
    assert administrators() == ["root@example.com"]
    assert sessions.sign_in("root@example.com", PASSWORD, address="10.0.0.1")
    set_environment(CARTEIRA_ADMIN_EMAIL="other@example.com")
    assert not first_start.from_environment()
    assert administrators() == ["root@example.com"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_address_without_a_password_is_a_mistake(
    db: Database, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_ADMIN_EMAIL="root@example.com")
    with pytest.raises(Refused):
        first_start.from_environment()
