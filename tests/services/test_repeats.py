"""Writes that come twice."""

from datetime import timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM, Viewer
from models.base import now
from models.people import UserCreate
from services import people, repeats
from services.errors import Conflict, Refused
from services.repeats import Answer
from tests.fixtures import Database

ANSWER = Answer(201, {"location": "/api/v1/contacts/7"}, b'{"id": 7}')


def person(name: str = "ana") -> Viewer:
    command = UserCreate(email=f"{name}@example.com", name=name, role="advisor")
    return people.viewer_of(people.add_user(SYSTEM, command).id, "api")


def test_the_same_request_gets_the_same_answer(db: Database) -> None:
    ana = person()
    assert repeats.claim(ana, "token 1", "k", b"POST /contacts {}") is None
    repeats.settle(ana, "token 1", "k", ANSWER)
    assert repeats.claim(ana, "token 1", "k", b"POST /contacts {}") == ANSWER


def test_another_request_under_the_same_key_is_refused(db: Database) -> None:
    ana = person()
    repeats.claim(ana, "token 1", "k", b"one")
    with pytest.raises(Refused, match="another request"):
        repeats.claim(ana, "token 1", "k", b"two")


def test_the_second_waits_while_the_first_is_not_answered(db: Database) -> None:
    ana = person()
    repeats.claim(ana, "token 1", "k", b"one")
    with pytest.raises(Conflict):
        repeats.claim(ana, "token 1", "k", b"one")
    repeats.release(ana, "token 1", "k")
    assert repeats.claim(ana, "token 1", "k", b"one") is None


def test_an_answer_that_never_came_is_told_apart_from_one_that_is_on_its_way(db: Database) -> None:
    ana = person()
    repeats.claim(ana, "token 1", "k", b"one")
    begun = now()
    for minutes, code in ((4, "in_progress"), (6, "outcome_unknown"), (23 * 60, "outcome_unknown")):
        with time_machine.travel(begun + timedelta(minutes=minutes)), pytest.raises(Conflict) as told:
            repeats.claim(ana, "token 1", "k", b"one")
        assert told.value.code == code
    with time_machine.travel(begun + timedelta(hours=25)):
        assert repeats.claim(ana, "token 1", "k", b"one") is None


def test_a_slow_request_that_is_answered_after_all_is_answered_the_same_again(db: Database) -> None:
    ana = person()
    repeats.claim(ana, "token 1", "k", b"one")
    with time_machine.travel(now() + timedelta(minutes=10)):
        repeats.settle(ana, "token 1", "k", ANSWER)
        assert repeats.claim(ana, "token 1", "k", b"one") == ANSWER


def test_keys_belong_to_their_token_or_session(db: Database) -> None:
    ana = person()
    repeats.claim(ana, "token 1", "k", b"one")
    repeats.settle(ana, "token 1", "k", ANSWER)
    assert repeats.claim(ana, "token 2", "k", b"one") is None
    assert repeats.claim(ana, "session 1", "k", b"one") is None


def test_keys_belong_to_their_person(db: Database) -> None:
    ana, bea = person(), person("bea")
    repeats.claim(ana, "token 1", "k", b"one")
    repeats.settle(ana, "token 1", "k", ANSWER)
    assert repeats.claim(bea, "token 1", "k", b"two") is None
