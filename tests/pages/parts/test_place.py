"""Where the list was, and the way back to it."""

import pytest

from pages.parts import place


def test_the_way_back_to_the_list_leaves_out_the_contact_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit.session_state", {})
    place.remember({"q": "ana", "contact": "7"})
    assert place.list_address() == {"q": "ana", "contact": "7"}
    assert place.list_address(without=8) == {"q": "ana", "contact": "7"}
    assert place.list_address(without=7) == {"q": "ana"}
