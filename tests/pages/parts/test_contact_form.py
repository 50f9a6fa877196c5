"""The dialog that makes a contact."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hooks.viewer import SYSTEM
from pages.parts import contact_form
from services import contacts
from services.listing import Query, page
from tests.fixtures import Database
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def form() -> None:
    from pages.parts import contact_form

    contact_form._add()


@pytest.fixture
def opened(db: Database, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The form of Ana, who sees all; nobody is led anywhere."""
    world = World()
    world.user("Ana", "administrator")
    ana = world.viewer("Ana")
    monkeypatch.setattr(contact_form, "viewer", lambda: ana)
    monkeypatch.setattr(contact_form, "lead_to", lambda *_where: None)
    # Outside a dialog there is no part to draw alone.
    whole = st.rerun
    monkeypatch.setattr(st, "rerun", lambda **_scope: whole())
    return AppTest.from_function(form, default_timeout=30)


def test_the_contact_that_has_the_address_is_offered_and_another_one_can_share_it(opened: AppTest) -> None:
    there = World().contact("João", email="office@example.com")
    app = opened.run()
    app.text_input("form-first_name").set_value("Bea")
    app.text_input("form-email").set_value("Office@example.com")
    app.button("new-contact-save").click().run()
    assert any("there already" in one.value for one in app.markdown)
    assert any("João" in one.value for one in app.markdown)
    assert any(f"/contact?id={there}" in one.value for one in app.html)
    app.button("new-contact-shared").click().run()
    bea = next(one for one in page(SYSTEM, Query()).items if one.first_name == "Bea")
    assert contacts.detail(SYSTEM, bea.id).email_shared


def test_a_new_tag_is_made_on_the_spot(opened: AppTest) -> None:
    app = opened.run()
    app.text_input("form-first_name").set_value("Bea")
    app.multiselect("form-tags").set_value(["Brand new"])
    app.button("new-contact-save").click().run()
    assert page(SYSTEM, Query()).items[0].tags == ["Brand new"]
