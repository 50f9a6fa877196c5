"""The form that changes a contact."""

import pytest
from streamlit.testing.v1 import AppTest

from hooks.viewer import SYSTEM
from pages.parts import contact_form
from services import bulk, contacts
from services.listing import Query
from tests.fixtures import Database
from tests.worlds import World


def form() -> None:
    from pages.parts import contact_form

    contact_form._edit(1)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_form_that_is_saved_undoes_no_bulk_action_since_it_was_opened(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.user("Ana", "administrator")
    ana = world.viewer("Ana")
    monkeypatch.setattr(contact_form, "viewer", lambda: ana)
    labels = {name: world.label(name) for name in ("Came", "Had", "Taken")}
    contact_id = world.contact("João", segments=["Had"])
    app = AppTest.from_function(form, default_timeout=30).run()
    bulk.add_to_segment(SYSTEM, labels["Came"], Query(only=[contact_id]))
    app.multiselect("form-segments").set_value(["Had", "Taken"])
    app.button("contact-save").click().run()
    assert contacts.detail(SYSTEM, contact_id).segments == ["Came", "Had", "Taken"]
