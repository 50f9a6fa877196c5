"""The bin: what was deleted is listed and comes back whole, unless another has its place."""

from datetime import timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM
from models.base import now
from models.contact import ContactCreate
from services import bin, contacts, history  # noqa: A004 - the word of the field
from services.errors import Conflict, Forbidden, NotAvailable, NotFound
from services.listing import Query, page
from tests.fixtures import Database
from tests.worlds import World

WORLD = World()

pytestmark = pytest.mark.usefixtures("db")


def names() -> list[str | None]:
    return [one.first_name for one in page(SYSTEM, Query(sort="first_name"), 100).items]


def test_a_contact_comes_back_with_all_that_was_on_it() -> None:
    WORLD.label("Premium")
    WORLD.user("Mia", "manager")
    mia = WORLD.viewer("Mia")
    ana = WORLD.contact("Ana", email="ana@example.com", segments=["Premium"])
    contacts.delete(mia, [ana])
    [found] = bin.listed(mia)
    assert (found.id, found.first_name, found.by) == (ana, "Ana", "Mia")
    assert names() == []
    bin.bring_back(mia, ana)
    assert names() == ["Ana"]
    assert bin.listed(mia) == []
    assert contacts.detail(mia, ana).segments == ["Premium"]
    assert [line.kind for line in history.of_contact(mia, ana)] == ["restored", "deleted", "created"]
    with pytest.raises(NotFound):
        bin.bring_back(mia, ana)


def test_the_last_to_go_is_the_first_in_the_list_and_pages_follow_each_other() -> None:
    ids = [WORLD.contact(name) for name in ("A", "B", "C", "D", "E")]
    for contact_id in (ids[2], ids[0]):
        contacts.delete(SYSTEM, [contact_id])
    contacts.delete(SYSTEM, [ids[1], ids[3], ids[4]])
    found, before = [], None
    while more := bin.listed(SYSTEM, 2, before=before):
        found += [one.first_name for one in more]
        before = more[-1].id
    assert found == ["E", "D", "B", "A", "C"]


def test_what_another_has_by_now_keeps_a_contact_in_the_bin() -> None:
    ana = WORLD.contact("Ana", email="ana@example.com", external_id="7")
    contacts.delete(SYSTEM, [ana])
    other = WORLD.contact("Other", email="ana@example.com")
    with pytest.raises(Conflict) as refused:
        bin.bring_back(SYSTEM, ana)
    assert (refused.value.code, refused.value.data["contact_id"]) == ("email_known", other)
    assert [one.id for one in bin.listed(SYSTEM)] == [ana]
    contacts.delete(SYSTEM, [other])
    bin.bring_back(SYSTEM, ana)
    assert names() == ["Ana"]


def test_the_bin_opens_no_wall() -> None:
    WORLD.user("Mia", "manager", "North")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul")
    ours, theirs = WORLD.contact("Ana", segments=["Norte"]), WORLD.contact("Bia", segments=["Sul"])
    contacts.delete(SYSTEM, [ours, theirs])
    mia = WORLD.narrowed("Mia")
    assert [one.id for one in bin.listed(mia)] == [ours]
    with pytest.raises(NotFound):
        bin.bring_back(mia, theirs)
    taken = WORLD.contact("Cal", email="cal@example.com", segments=["Norte"])
    contacts.delete(SYSTEM, [taken])
    contacts.create(SYSTEM, ContactCreate(first_name="Dea", email="cal@example.com", segments=["Sul"]))
    with pytest.raises(NotAvailable):
        bin.bring_back(mia, taken)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_after_thirty_days_it_is_in_the_bin_no_more(db: Database) -> None:
    ana = WORLD.contact("Ana")
    contacts.delete(SYSTEM, [ana])
    assert [one.days_left for one in bin.listed(SYSTEM)] == [30]
    with time_machine.travel(now() + timedelta(days=29)):
        assert [(one.id, one.days_left) for one in bin.listed(SYSTEM)] == [(ana, 1)]
    with time_machine.travel(now() + timedelta(days=31)):
        assert bin.listed(SYSTEM) == []
        with pytest.raises(NotFound):
            bin.bring_back(SYSTEM, ana)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_who_may_not_delete_has_no_bin(db: Database) -> None:
    WORLD.user("Ada", "advisor")
    ana = WORLD.contact("Ana")
    contacts.delete(SYSTEM, [ana])
    for door in (lambda: bin.listed(WORLD.viewer("Ada")), lambda: bin.bring_back(WORLD.viewer("Ada"), ana)):
        with pytest.raises(Forbidden):
            door()
