"""What a list shows of its contacts."""

import pytest
from sqlalchemy import insert

from hooks.viewer import SYSTEM
from models.contact import ContactPoint, ContactRow, OptOut
from models.segment import SegmentCreate
from models.tag import TagCreate
from services import segments, tags
from services.listing import FIELDS, Query, grid_page
from services.work import AUDITED, unit_of_work
from tests.fixtures import Database
from tests.worlds import World


@pytest.fixture
def world(db: Database) -> World:
    """A fresh house."""
    return World()


def shown(*fields: str) -> dict[str | None, ContactRow]:
    return {one.first_name: one for one in grid_page(SYSTEM, Query(), fields).items}


def test_every_field_of_a_list_is_read(world: World) -> None:
    world.contact(
        "Ana", region="SP", city="Campinas", postcode="13083-970", street="Rua Augusta 12", language="pt",
        time_zone="America/Sao_Paulo", importance=3, revenue=1250,
    )  # fmt: skip
    found = shown(*FIELDS)["Ana"]
    assert (found.region, found.city, found.postcode, found.street) == (
        "SP", "Campinas", "13083-970", "Rua Augusta 12",
    )  # fmt: skip
    assert (found.language, found.time_zone, found.importance, found.revenue) == (
        "pt", "America/Sao_Paulo", 3, 1250,
    )  # fmt: skip
    assert (found.source, found.version, found.messengers, found.opted_out) == ("manual", 1, [], [])


def test_segments_and_tags_come_with_their_colours_and_the_responsible_with_a_name(world: World) -> None:
    rui = world.user("Rui")
    for name, colour in (("North", "blue"), ("Old", "red")):
        old = segments.create(SYSTEM, SegmentCreate(name=name, colour=colour)).id
    tags.create(SYSTEM, TagCreate(name="Vip", colour="green"))
    world.contact("Ana", segments=["Old", "North"], tags=["Vip"], responsible=rui)
    world.contact("Bia")
    segments.switch(SYSTEM, [old], active=False)
    ana, bia = shown(*FIELDS)["Ana"], shown(*FIELDS)["Bia"]
    assert list(zip(ana.segments, ana.segment_colours, strict=True)) == [("North", "blue"), ("Old", "grey")]
    assert (ana.tags, ana.tag_colours) == (["Vip"], ["green"])
    assert (ana.responsible, ana.responsible_name) == (rui, "Rui")
    assert (bia.segments, bia.segment_colours, bia.tag_colours, bia.responsible_name) == ([], [], [], None)


def test_messengers_come_in_their_order_with_their_platform(world: World) -> None:
    ana, _bia = world.contact("Ana"), world.contact("Bia")
    handles = [("telegram", "@ana", 0), (None, "skype:ana", 1)]
    with unit_of_work(SYSTEM, write=True) as work:
        for platform, value, position in reversed(handles):
            made = {"contact_id": ana, "kind": "messenger", "platform": platform, "value": value}
            work.session.execute(
                insert(ContactPoint).values(made | {"key": value, "position": position}),
                execution_options=AUDITED,
            )
    assert shown("messengers")["Ana"].messengers == ["Telegram @ana", "skype:ana"]
    assert shown("messengers")["Bia"].messengers == []
    assert shown("name")["Ana"].messengers == []


def test_a_closed_channel_is_shown_for_the_person_and_for_whoever_has_the_address(world: World) -> None:
    ana = world.contact("Ana")
    world.contact("Bia", emails=["bia@example.com", "closed@example.com"])
    world.contact("Carla", email="carla@example.com", phone="+5511961234567")
    world.contact("Dora", email="dora@example.com")
    with unit_of_work(SYSTEM, write=True) as work:
        act, closed = work.act("edit"), {"since": work.now}
        for channel, contact_id, key in (
            ("email", None, "closed@example.com"),
            ("phone", None, "+5511961234567"),
            ("messenger", ana, None),
            ("email", ana, None),
        ):
            row = closed | {"channel": channel, "contact_id": contact_id, "key": key, "act_id": act}
            work.session.execute(insert(OptOut).values(row))
    found = shown("opted_out")
    assert {name: one.opted_out for name, one in found.items()} == {
        "Ana": ["email", "messenger"], "Bia": ["email"], "Carla": ["phone"], "Dora": [],
    }  # fmt: skip
