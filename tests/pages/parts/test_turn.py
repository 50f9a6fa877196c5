"""Whose turn it is: one after another, but who takes long holds nobody up, and who fails gives the place away."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import pytest

from pages.parts import turn
from pages.parts.turn import in_turn
from tests.waiting import until


def in_thread(what: Callable[[], None]) -> Thread:
    thread = Thread(target=what, daemon=True)
    thread.start()
    return thread


def test_one_draws_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "_LONGEST_TURN", 60)
    drawn: list[int] = []
    ends = Event()

    def first() -> None:
        with in_turn():
            drawn.append(1)
            ends.wait(60)
            drawn.append(2)

    def second() -> None:
        with in_turn():
            drawn.append(3)

    one = in_thread(first)
    until(lambda: drawn == [1])
    other = in_thread(second)
    other.join(0.1)
    assert drawn == [1]
    ends.set()
    one.join(60)
    other.join(60)
    assert drawn == [1, 2, 3]


def test_whoever_takes_long_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "_LONGEST_TURN", 0.05)
    began = monotonic()
    with in_turn(), in_turn(), in_turn():
        assert 0.1 <= monotonic() - began < 10


def test_whoever_fails_gives_the_place_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for _again in range(2):
        with pytest.raises(ValueError, match="broken"), in_turn():
            raise ValueError("broken")
    monkeypatch.setattr(turn, "_LONGEST_TURN", 60)
    began = monotonic()
    with in_turn():
        assert monotonic() - began < 10
