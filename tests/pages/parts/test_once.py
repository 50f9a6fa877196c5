"""What waits for the next run is drawn once, and not lost with a run that another one ends."""

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException

from pages.parts.once import once


@pytest.fixture(autouse=True)
def noted() -> None:
    """Something waits."""
    st.session_state["once-test"] = "edit"


def test_what_was_drawn_is_forgotten() -> None:
    with once("once-test") as waits:
        assert waits == "edit"
    with once("once-test") as waits:
        assert waits is None


def test_a_run_that_another_one_ends_leaves_it_to_that_one() -> None:
    with pytest.raises(RerunException), once("once-test"):
        raise RerunException(RerunData())
    with once("once-test") as waits:
        assert waits == "edit"


def test_what_cannot_be_drawn_is_not_tried_for_ever() -> None:
    with pytest.raises(ZeroDivisionError), once("once-test"):
        raise ZeroDivisionError
    assert "once-test" not in st.session_state
