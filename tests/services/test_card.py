"""The contact as it was on any day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.act import Act
from models.bulk import SetField, SetResponsible
from models.contact import ContactCreate, ContactDetail, ContactUpdate
from services import bin, bulk, card, contacts, tags, undo  # noqa: A004 - the word of the field
from services.errors import Conflict, NotFound, Refused
from services.imports import runs
from services.listing import Query
from services.work import unit_of_work
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()
ZONE = "America/Sao_Paulo"
HERE = replace(SYSTEM, time_zone=ZONE)
FIRST = date(2026, 3, 1)


def at(day: date, hour: int, zone: str = ZONE, minute: int = 0) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(hour, minute), ZoneInfo(zone)))


def test_a_day_ends_where_the_person_is() -> None:
    with at(FIRST, 12, "UTC"):
        ana = WORLD.contact("Ana", city="Porto")
    with at(FIRST + timedelta(days=1), 1, "UTC"):
        contacts.change(SYSTEM, ana, ContactUpdate(city="Lisboa"))
    assert card.on_day(HERE, ana, FIRST).city == "Lisboa"
    assert card.on_day(SYSTEM, ana, FIRST).city == "Porto"
    assert card.on_day(SYSTEM, ana, FIRST + timedelta(days=1)).city == "Lisboa"


def test_before_it_was_added_there_is_nothing() -> None:
    with at(FIRST, 12):
        ana = WORLD.contact("Ana")
    with pytest.raises(NotFound, match="Mar 1, 2026") as told:
        card.on_day(HERE, ana, FIRST - timedelta(days=1))
    assert told.value.code == "not_yet"
    for beyond in (date.min, date.max):
        with pytest.raises(Refused):
            card.on_day(HERE, ana, beyond)


def test_the_past_tells_of_no_wall_that_the_viewer_may_not_name_today() -> None:
    WORLD.user("Rui", "advisor", "North")
    WORLD.label("Premium")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul")
    with at(FIRST, 12):
        ana = WORLD.contact("Ana", segments=["Premium", "Norte", "Sul"])
    with at(FIRST + timedelta(days=3), 12):
        contacts.change(SYSTEM, ana, ContactUpdate(segments=["Norte"]))
    assert card.on_day(SYSTEM, ana, FIRST).segments == ["Norte", "Premium", "Sul"]
    assert card.on_day(WORLD.viewer("Rui"), ana, FIRST).segments == ["Norte", "Premium"]
    contacts.change(SYSTEM, ana, ContactUpdate(segments=["Sul"]))
    with pytest.raises(NotFound):
        card.on_day(WORLD.viewer("Rui"), ana, FIRST)


NAMES = ("North", "South", "Wall")
TAGS = ("a", "b", "c")
PHONES = ("+5511961234567", "+33612345678", "+5511961230000")
PLATFORMS = ({"platform": "telegram", "handle": "@joao_g"}, {"platform": "skype", "handle": "live:.cid.1a2b"})


def some(values: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(values), max_size=3, unique_by=str)


EDITS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from([None, "Ana", "Bea"]),
        "organization": st.sampled_from([None, "Firm"]),
        "city": st.sampled_from([None, "Porto", "Lisboa"]),
        "country": st.sampled_from([None, "BR", "FR"]),
        "importance": st.sampled_from([None, 1, 1000]),
        "emails": some(["1", "2", "3"]),
        "email_shared": st.booleans(),
        "phones": some(PHONES),
        "messengers": some(PLATFORMS),
        "responsible": st.sampled_from([None, "ana@example.com", "rui@example.com"]),
        "segments": some(NAMES),
        "tags": some(TAGS),
    },
)
DEEDS = st.one_of(
    st.tuples(st.just("edit"), EDITS),
    st.tuples(st.sampled_from(["join", "leave"]), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["tag", "untag", "drop tag"]), st.sampled_from(TAGS)),
    st.tuples(st.just("import"), st.sampled_from(["Porto", "Recife"])),
    st.tuples(st.just("set city"), st.sampled_from([None, "Braga", "Porto"])),
    st.tuples(st.just("set responsible"), st.sampled_from([None, "ana@example.com", "rui@example.com"])),
    st.tuples(st.sampled_from(["delete", "restore", "undo"]), st.none()),
)


@pytest.mark.slow
def test_the_contact_as_it_was_is_what_was_seen_then() -> None:
    for name in ("Ana", "Rui"):
        WORLD.user(name, "manager")
    ids = {name: WORLD.label(name) for name in NAMES[:2]} | {"Wall": WORLD.wall("Wall")}
    numbers = iter(range(10_000))

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 23), DEEDS), min_size=4, max_size=16))
    def holds(story: list[tuple[int, int, tuple[str, Any]]]) -> None:
        mark = f"x{next(numbers)}"
        with at(FIRST, 0):
            contact_id = contacts.create(
                SYSTEM, ContactCreate(first_name="Ana", external_id=mark, tags=["a"], segments=["North"])
            ).id
            then = {FIRST: seen(contact_id, None)}
        day, hour = FIRST, 0
        for minute, (later, of_day, (deed, value)) in enumerate(story, 1):
            hour = of_day if later else max(hour, of_day)
            day += timedelta(days=later)
            before = then[max(then)]
            with at(day, hour, minute=minute):
                do(contact_id, mark, ids, deed, value)
                then[day] = seen(contact_id, before)
        with at(day + timedelta(days=1), 0):
            do(contact_id, mark, ids, "restore", None)
        for one in (FIRST + timedelta(days=n) for n in range((day - FIRST).days + 1)):
            expected, in_bin = then[max(known for known in then if known <= one)]
            found = card.on_day(HERE, contact_id, one)
            assert differing(told(found), expected) == {}, one
            assert found.in_bin is in_bin, one

    holds()


def seen(contact_id: int, before: tuple[dict[str, Any], bool] | None) -> tuple[dict[str, Any], bool]:
    """Return what is shown of a contact, and whether it is in the bin: then it is what was shown before."""
    try:
        return told(contacts.detail(HERE, contact_id)), False
    except NotFound:
        assert before is not None
        return before[0], True


def told(contact: ContactDetail) -> dict[str, Any]:
    return contact.model_dump(exclude={"version", "on", "in_bin"})


def differing(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}


def do(contact_id: int, mark: str, ids: dict[str, int], deed: str, value: Any) -> None:
    only = Query(only=[contact_id])
    tag_ids = {one.name: one.id for one in tags.known(SYSTEM)}
    deeds: dict[str, Callable[[], object]] = {
        "edit": lambda: contacts.change(SYSTEM, contact_id, edit(value, mark)),
        "join": lambda: bulk.add_to_segment(SYSTEM, ids[value], only),
        "leave": lambda: bulk.remove_from_segment(SYSTEM, ids[value], only),
        "tag": lambda: value in tag_ids and tags.put_on(SYSTEM, tag_ids[value], only),
        "untag": lambda: value in tag_ids and tags.take_off(SYSTEM, tag_ids[value], only),
        "drop tag": lambda: value in tag_ids and tags.remove(SYSTEM, tag_ids[value]),
        "import": lambda: load(f"External ID,City,Segments\n{mark},{value},South\n"),
        "delete": lambda: contacts.delete(SYSTEM, [contact_id]),
        "restore": lambda: bin.bring_back(SYSTEM, contact_id),
        "set city": lambda: bulk.do(SYSTEM, SetField(field="city", value=value), only),
        "set responsible": lambda: bulk.do(SYSTEM, SetResponsible(responsible=value), only),
        "undo": undo_the_last,
    }
    # In the bin nothing is edited, and out of it nothing is brought back.
    if (deed == "restore") is any(one.id == contact_id for one in bin.listed(SYSTEM, 1000)):
        deeds[deed]()


def undo_the_last() -> None:
    with unit_of_work(SYSTEM) as work:
        bulk_ones = select(col(Act.id)).where(col(Act.kind) == "bulk", col(Act.undone_by_id).is_(None))
        last = work.session.scalar(bulk_ones.order_by(col(Act.id).desc()))
    if last is None:
        return
    try:
        undo.undo(SYSTEM, last)
    except (NotFound, Conflict):
        return  # its tag has gone, or it was taken back already


def edit(value: dict[str, Any], mark: str) -> ContactUpdate:
    emails = {"emails": [f"{mark}{one}@example.com" for one in value["emails"]]} if "emails" in value else {}
    return ContactUpdate.model_validate(value | emails)


def load(text: str) -> None:
    received = runs.receive(SYSTEM, "x.csv", iter([text.encode()]))
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
