"""A demonstration: believable, repeatable, and true to every rule that real contacts keep."""

from itertools import pairwise

import phonenumbers
import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.act import Act
from models.base import now
from models.change import Change
from models.contact import Contact, ContactCreate, ContactPoint
from models.people import Role, TeamUser, User
from models.search import search_phones, search_places, search_text
from models.segment import Segment, SegmentMember, SegmentTeam, SegmentUser, WallSet
from models.tag import ContactTag
from services import contacts
from services.demo import make
from services.demo.contacts import CONTACT_COLUMNS
from services.demo.countries import COUNTRIES
from services.demo.phones import KINDS, phone_maker
from services.errors import Refused
from services.imports.emails import read_email
from services.values import columns_of, folded
from services.work import Work, unit_of_work
from tests.fixtures import Database


def _contacts(work: Work) -> list[Contact]:
    return list(work.session.scalars(select(Contact).order_by(col(Contact.id))))


def test_a_small_demonstration_has_people_of_eight_countries_and_a_house_of_its_size(db: Database) -> None:
    made = make(200)
    with unit_of_work(SYSTEM) as work:
        rows = _contacts(work)
        assert len(rows) == made.contacts == 200
        assert {row.country for row in rows} == {country.code for country in COUNTRIES}
        assert all(row.first_name and row.last_name and (row.email or row.phone) for row in rows)
        assert (made.teams, made.users, made.segments, made.walls) == (4, 12, 12, 8)
        assert work.session.scalar(select(func.count()).select_from(SegmentMember)) == made.memberships > 50
        assert work.session.scalar(select(func.count()).select_from(ContactTag))


@pytest.mark.slow
def test_a_large_one_has_twenty_teams_sixty_people_and_forty_walls(db: Database) -> None:
    made = make(21_000)  # large enough to build its indexes at the end
    assert (made.teams, made.users, made.segments, made.walls) == (20, 60, 60, 40)
    assert made.wall_sets == 40 + 210
    with unit_of_work(SYSTEM) as work:
        names = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%q_contact_%'"
        if not db.on_sqlite:
            names = "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%q_contact_%'"
        assert {"uq_contact_email_key", "uq_contact_external_id"} <= set(work.session.scalars(text(names)))


def test_the_same_seed_gives_the_same_contacts_and_another_one_others() -> None:
    first, again, other = (_made_alone(seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def _made_alone(seed: int) -> list[tuple[object, ...]]:
    """Make contacts without a database; instants hang on the present and are left out."""
    from random import Random

    from services.demo.contacts import ContactMaker, Numbering, WallChoice
    from services.demo.house import House

    house = House(advisors=[3, 4], plain=[1, 2], tags=[1], walls=[9])
    begin = Numbering(first_id=1, first_serial=1, act_id=1, now=1_800_000_000_000_000)
    maker = ContactMaker(300, house, [WallChoice(1, (9,), (3,))], begin, Random(f"{seed}/1"))
    return [row for batch in maker.batches(128) for row in (*batch.contacts, *batch.members, *batch.tags)]


def test_a_second_run_adds_on_top_with_the_teams_and_segments_of_the_first(db: Database) -> None:
    first = make(60)
    second = make(90)
    assert second.first_id == first.first_id + 60
    with unit_of_work(SYSTEM) as work:
        assert len(_contacts(work)) == 150
        assert work.session.scalar(select(func.count()).select_from(Segment)) == first.segments
        assert work.session.scalar(select(func.count()).select_from(User)) == first.users


def test_it_adds_beside_real_contacts_and_leaves_a_segment_of_the_same_name_alone(db: Database) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        taken = Segment(name="Premium", name_key="premium", restricted=False, created_at=work.now)
        work.session.add(taken)
    real = contacts.create(SYSTEM, ContactCreate(first_name="Real"))
    made = make(80)
    assert made.first_id > real.id
    with unit_of_work(SYSTEM) as work:
        members = select(func.count()).select_from(SegmentMember)
        assert work.session.scalar(members.where(col(SegmentMember.segment_id) == taken.id)) == 0
    later = contacts.create(SYSTEM, ContactCreate(first_name="Later"))
    assert later.id >= made.first_id + 80


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_phones_are_valid_numbers_of_their_country(country) -> None:
    from random import Random

    random = Random(4)
    for city in country.cities:
        for kind in KINDS:
            maker = phone_maker(country, city, kind, random)
            for number in (phonenumbers.parse(maker()) for _number in range(40)):
                assert phonenumbers.is_valid_number(number), (city.name, kind, number)
                assert phonenumbers.region_code_for_number(number) == country.code


def test_addresses_are_valid_and_end_in_example_com(db: Database) -> None:
    make(150)
    with unit_of_work(SYSTEM) as work:
        emails = [row.email for row in _contacts(work) if row.email]
        further = work.session.scalars(
            select(col(ContactPoint.value)).where(col(ContactPoint.kind) == "email")
        )
        for email in [*emails, *further]:
            assert read_email(email) == email
            assert email.endswith(("@example.com", ".example.com"))


def test_walls_agree_with_wall_sets(db: Database) -> None:
    make(400)
    with unit_of_work(SYSTEM) as work:
        keys = dict(work.session.execute(select(col(WallSet.id), col(WallSet.key))).all())
        walls: dict[int, list[int]] = {}
        behind = (
            select(col(SegmentMember.contact_id), col(SegmentMember.segment_id))
            .join(Segment, col(Segment.id) == col(SegmentMember.segment_id))
            .where(col(Segment.restricted))
        )
        for contact_id, segment_id in work.session.execute(behind):
            walls.setdefault(contact_id, []).append(segment_id)
        for row in _contacts(work):
            assert keys[row.wall_set_id] == ",".join(map(str, sorted(walls.get(row.id, []))))
        assert len(walls) > 100


def test_nobody_is_responsible_for_a_contact_that_a_wall_hides_from_them(db: Database) -> None:
    make(400)
    with unit_of_work(SYSTEM) as work:
        teams = work.session.execute(
            select(col(SegmentTeam.segment_id), col(TeamUser.user_id))
            .join(TeamUser, col(TeamUser.team_id) == col(SegmentTeam.team_id))
            .join(Segment, col(Segment.id) == col(SegmentTeam.segment_id))
            .where(col(Segment.active))
        )
        people = work.session.execute(
            select(col(SegmentUser.segment_id), col(SegmentUser.user_id))
            .join(Segment, col(Segment.id) == col(SegmentUser.segment_id))
            .where(col(Segment.active))
        )
        opens = {tuple(row) for row in (*teams, *people)}
        keys = dict(work.session.execute(select(col(WallSet.id), col(WallSet.key))).all())
        responsible = [row for row in _contacts(work) if row.wall_set_id and row.responsible_id]
        assert responsible
        for row in responsible:
            walls = keys[row.wall_set_id].split(",")
            assert any((int(wall), row.responsible_id) in opens for wall in walls)


def test_keys_and_search_text_are_those_that_contacts_get_when_made_one_by_one(db: Database) -> None:
    make(200)
    identity = "rowid" if db.on_sqlite else "contact_id"
    with unit_of_work(SYSTEM) as work:
        found = {
            row[0]: tuple(row[1:])
            for row in work.session.execute(
                text(f"SELECT {identity}, text, phones, places FROM contact_search")
            )
        }
        points = work.session.scalars(select(ContactPoint).order_by(col(ContactPoint.position))).all()
        for row in _contacts(work):
            for twin in ("first_name", "last_name", "organization", "region", "city", "street"):
                assert getattr(row, f"{twin}_key") == folded(getattr(row, twin))
            assert row.name_key == folded(f"{row.first_name} {row.last_name}")
            further = {
                kind: [point.value for point in points if point.contact_id == row.id and point.kind == kind]
                for kind in ("email", "phone")
            }
            words = search_text(
                [f"{row.first_name} {row.last_name}", row.email, *further["email"], row.organization,
                 row.account_number, row.external_id]
            )  # fmt: skip
            phones = search_phones([row.phone, *further["phone"]])
            assert found[row.id] == (words, phones, search_places(row.street, row.postcode))


def test_every_column_that_a_contact_gets_by_hand_is_filled_by_the_demonstration() -> None:
    from services.values import Values

    by_hand = set(columns_of(Values())) | set(
        columns_of(Values({"country": "BR", "postcode": "1", "street": "x"}))
    )
    assert by_hand <= set(CONTACT_COLUMNS)


def test_all_of_it_is_one_act_of_the_system_over_the_last_three_years(db: Database) -> None:
    made = make(120)
    with unit_of_work(SYSTEM) as work:
        act = work.session.get(Act, made.act_id)
        assert act is not None
        assert (act.kind, act.actor_id) == ("system", None)
        rows = _contacts(work)
        changes = work.session.execute(select(col(Change.contact_id), col(Change.kind), col(Change.at))).all()
        assert {tuple(change) for change in changes} == {(row.id, "created", row.created_at) for row in rows}
        assert all(row.created_act_id == act.id for row in rows)
        assert all(row.created_at < now() for row in rows)
        assert all((now() - row.created_at).days <= 3 * 365 + 1 for row in rows)
        assert (rows[-1].created_at - rows[0].created_at).days > 900
        assert all((later.created_at - one.created_at).days >= -1 for one, later in pairwise(rows))


def test_nobody_of_it_can_sign_in_or_is_an_administrator(db: Database) -> None:
    made = make(120)
    with unit_of_work(SYSTEM) as work:
        people = work.session.execute(
            select(User, col(Role.name)).join(Role, col(Role.id) == col(User.role_id))
        ).all()
        assert {role for _user, role in people} == {"manager", "advisor", "analyst"}
        assert all(
            user.password_hash is None and user.email.endswith("@example.com") for user, _role in people
        )
    assert "cannot sign in" in made.sentence()


@pytest.mark.slow
def test_progress_is_told_and_ends_with_all(db: Database) -> None:
    told: list[tuple[int, int]] = []
    make(12_000, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(10_000, 12_000), (12_000, 12_000)]


@pytest.mark.parametrize("number", [0, -5, 10**9])
def test_a_number_that_cannot_be_made_is_refused(number: int) -> None:
    with pytest.raises(Refused):
        make(number)
