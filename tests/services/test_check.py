"""`carteira check` finds memberships that refer to nothing, which PostgreSQL lets pass."""

from sqlalchemy import insert

from hooks.viewer import SYSTEM
from models.base import is_lasting, metadata, now
from models.tag import ContactTag
from services import check
from services.work import AUDITED, engine, unit_of_work
from tests.fixtures import Database


def _problems() -> list[str]:
    return next(looked.problems for looked in check.check(SYSTEM) if looked.name == "schema")


def test_a_membership_of_a_tag_and_a_contact_that_are_not_there_is_counted(db: Database):
    with unit_of_work(SYSTEM, write=True) as work:
        act_id = work.act("edit")
    nowhere = {"tag_id": 77, "contact_id": 78, "joined_at": now(), "joined_act_id": act_id}
    assert _problems() == []
    with engine().connect() as connection:
        driver = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.execution_options(write=True).begin():
            connection.execute(insert(ContactTag).values(nowhere), execution_options=AUDITED)
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys = ON")
    assert _problems() == ["2 references lead to nothing."]


def test_only_to_what_is_never_deleted_a_reference_may_go_unchecked():
    led_to = {
        element.column.table.name
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        if is_lasting(key)
        for element in key.elements
    }
    assert led_to == {"act", "contact", "segment", "tag"}
