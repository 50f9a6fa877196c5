"""Sign-in, sessions, and the wait for whoever guesses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from hooks.viewer import SYSTEM
from models.doors import Session
from models.people import UserCreate
from services import people, sessions
from services.errors import NotFound, Refused, TooMany
from services.work import unit_of_work
from tests.fixtures import Database

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
PASSWORD = "a long enough one"


def add(name: str = "ana", role: str = "advisor") -> int:
    command = UserCreate(email=f"{name}@example.com", name=name, role=role, password=PASSWORD)
    return people.add_user(SYSTEM, command).id


def sign_in(
    name: str = "ana", password: str = PASSWORD, address: str = "10.0.0.1", **more: str
) -> sessions.SignedIn:
    return sessions.sign_in(f"{name}@example.com", password, address=address, **more)


def fail(times: int, name: str = "ana", address: str = "10.0.0.1", **more: str) -> None:
    for _try in range(times):
        with pytest.raises(Refused):
            sign_in(name, "not it at all", address, **more)


def test_a_session_stands_for_its_person_and_keeps_only_a_hash(db: Database) -> None:
    ana = add()
    opened = sign_in()
    found = sessions.look_up(opened.cookie)
    assert found is not None
    assert found.viewer.user_id == ana
    assert len(opened.cookie) >= 43
    with unit_of_work(SYSTEM) as work:
        row = work.session.scalars(select(Session)).one()
        assert row.hash != opened.cookie
        assert opened.cookie not in str(row)
    assert sessions.look_up("something else") is None
    assert sessions.look_up(None) is None


def test_a_person_ends_all_other_sessions_and_nobody_elses(db: Database) -> None:
    add()
    add("bea")
    here, there, hers = sign_in(), sign_in(), sign_in("bea")
    present = sessions.look_up(here.cookie)
    assert present is not None
    sessions.end_others(present.viewer, present.session_id)
    assert [one.id for one in sessions.mine(present.viewer)] == [present.session_id]
    assert sessions.look_up(there.cookie) is None
    assert sessions.look_up(hers.cookie) is not None


def test_each_sign_in_has_a_new_id_and_ends_the_one_before(db: Database) -> None:
    add()
    first = sign_in()
    second = sign_in(replacing=first.cookie)
    assert first.cookie != second.cookie
    assert sessions.look_up(first.cookie) is None
    assert sessions.look_up(second.cookie) is not None


def test_a_session_ends_without_use_and_after_its_longest_time(db: Database) -> None:
    add()
    with time_machine.travel(START, tick=False) as clock:
        idle, used = sign_in(), sign_in()
        for _hour in range(11):
            clock.shift(timedelta(hours=1))
        found = sessions.look_up(used.cookie)
        assert found is not None
        assert found.stale
        sessions.touch(found.session_id)
        clock.shift(timedelta(hours=2))
        assert sessions.look_up(idle.cookie) is None
        for _half_day in range(2 * 30):
            found = sessions.look_up(used.cookie)
            if found is None:
                break
            sessions.touch(found.session_id)
            clock.shift(timedelta(hours=11, minutes=59))
        assert sessions.look_up(used.cookie) is None
        assert datetime.now(UTC) - START < timedelta(days=31)


def test_sessions_are_listed_and_ended_by_their_person_and_by_who_manages_people(db: Database) -> None:
    ana, bea, boss = add(), add("bea"), add("boss", "administrator")
    opened = sign_in(user_agent="Firefox")
    sign_in("bea")
    as_ana, as_bea = people.viewer_of(ana, "page"), people.viewer_of(bea, "page")
    listed = sessions.mine(as_ana)
    assert [one.browser for one in listed] == ["Firefox"]
    with pytest.raises(NotFound):
        sessions.end(as_bea, listed[0].id)
    sessions.end(as_ana, listed[0].id)
    assert sessions.look_up(opened.cookie) is None
    assert sessions.mine(as_ana) == []
    as_boss = people.viewer_of(boss, "page")
    sessions.end(as_boss, sessions.of_user(as_boss, bea)[0].id)
    assert sessions.mine(as_bea) == []


def test_signing_out_ends_the_session_on_the_server(db: Database) -> None:
    add()
    opened = sign_in()
    sessions.sign_out(opened.cookie)
    assert sessions.look_up(opened.cookie) is None


def test_a_wrong_password_an_unknown_and_a_switched_off_account_get_the_same_answer(db: Database) -> None:
    add("boss", "administrator")
    gone = add("gone")
    add()
    people.update_user(SYSTEM, gone, people.UserUpdate(active=False))
    answers = set()
    for name, password in (("ana", "not it at all"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        with pytest.raises(Refused) as refused:
            sign_in(name, password)
        answers.add((refused.value.code, refused.value.message))
    assert len(answers) == 1


@pytest.mark.parametrize("name", ["ana", "nobody"])
def test_failures_make_the_next_try_wait_longer_and_longer_but_never_for_good(
    db: Database, name: str
) -> None:
    add()
    with time_machine.travel(START, tick=False) as clock:
        fail(5, name)
        waits = []
        for _try in range(12):
            with pytest.raises(TooMany) as refused:
                sign_in(name, address="10.9.9.9")
            waits.append(refused.value.data["retry_after"])
            clock.shift(timedelta(seconds=waits[-1]))
            fail(1, name)
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
        clock.shift(timedelta(seconds=300))
        if name == "ana":
            assert sign_in(name)
            fail(4, name)


def test_a_try_that_has_to_wait_is_not_counted(db: Database) -> None:
    add()
    with time_machine.travel(START, tick=False) as clock:
        fail(6 - 1)
        for _try in range(20):
            with pytest.raises(TooMany):
                sign_in()
        clock.shift(timedelta(seconds=1))
        assert sign_in()


def test_an_address_that_guesses_at_many_accounts_waits_too(db: Database) -> None:
    add()
    with time_machine.travel(START, tick=False):
        for number in range(30):
            fail(1, f"guess{number}")
        with pytest.raises(TooMany):
            sign_in()
        assert sign_in(address="10.0.0.2")


def test_nobody_can_keep_a_person_out_of_a_browser_that_signed_in_before(db: Database) -> None:
    add()
    with time_machine.travel(START, tick=False):
        device = sign_in().device
        fail(5, address="10.6.6.6")
        with pytest.raises(TooMany):
            sign_in(address="10.0.0.1")
        assert sign_in(address="10.0.0.1", device=device)
        with pytest.raises(TooMany):
            sign_in(address="10.0.0.1", device="f" * 64)
        fail(5, device=device)
        with pytest.raises(TooMany):
            sign_in(device=device)


def test_many_guesses_at_one_instant_do_not_all_pass_as_the_first(db: Database) -> None:
    add()

    def guess(_number: int) -> str:
        try:
            sign_in(password="not it at all")
        except (Refused, TooMany) as error:
            return error.code
        return "in"

    with time_machine.travel(START, tick=False), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count("wrong_sign_in") == 5
    assert answers.count("too_many_tries") == 11
