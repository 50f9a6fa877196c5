"""Single contacts: made, changed, deleted, each with its history and within the viewer's sight."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.contact import ContactCreate, ContactUpdate
from models.segment import SegmentUpdate
from services import acts, bulk, contacts, history, segments
from services.errors import Conflict, Forbidden, NotAvailable, NotFound, Refused, TooMany
from services.listing import Query
from services.work import unit_of_work
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("db")
WORLD = World()


def test_a_contact_is_kept_in_one_form():
    made = contacts.create(
        SYSTEM,
        ContactCreate(
            first_name="João",
            last_name=" Gonçalves ",
            email="Joao@Example.com",
            phone="11 96123-4567",
            country="br",
        ),
    )
    assert (made.last_name, made.email, made.phone, made.country) == (
        "Gonçalves",
        "joao@example.com",
        "+5511961234567",
        "BR",
    )
    with unit_of_work(SYSTEM) as work:
        row = work.session.execute(text("SELECT name_key, email_key, version FROM contact")).one()
    assert tuple(row) == ("joao goncalves", "joao@example.com", 1)


def test_values_that_do_not_fit_are_all_named_at_once():
    with pytest.raises(Refused) as refused:
        contacts.create(
            SYSTEM, ContactCreate(first_name="x" * 300, email="not an address", phone="12", country="BR")
        )
    assert set(refused.value.data["fields"]) == {"first_name", "email", "phone"}


def test_nobody_is_made_of_nothing():
    with pytest.raises(Refused, match="Give a name"):
        contacts.create(SYSTEM, ContactCreate(country="BR"))


def test_a_known_email_offers_the_contact_that_has_it():
    ana = WORLD.contact("Ana", email="ana@example.com")
    with pytest.raises(Conflict) as conflict:
        contacts.create(SYSTEM, ContactCreate(first_name="Other", email="ANA@example.com"))
    assert conflict.value.data["contact_id"] == ana


def test_a_shared_email_identifies_nobody():
    first = WORLD.contact("Ana", email="office@example.com", email_shared=True)
    second = WORLD.contact("Bea", email="office@example.com", email_shared=True)
    assert first != second


def test_a_hidden_holder_of_an_email_answers_not_available_and_is_limited(set_environment):
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="2")
    WORLD.user("Rui", "advisor")
    WORLD.wall("Norte")
    WORLD.contact("Hidden", email="hidden@example.com", segments=["Norte"])
    rui = WORLD.viewer("Rui")
    for _attempt in range(2):
        with pytest.raises(NotAvailable) as told:
            contacts.create(rui, ContactCreate(first_name="X", email="hidden@example.com"))
        assert "contact_id" not in told.value.data
    with pytest.raises(TooMany):
        contacts.create(rui, ContactCreate(first_name="X", email="hidden@example.com"))
    with unit_of_work(SYSTEM) as work:
        assert work.session.execute(text("SELECT count(*) FROM denial")).scalar() == 2


def test_a_change_counts_the_version_and_writes_a_reverse_delta():
    ana = WORLD.contact("Ana", email="ana@example.com")
    changed = contacts.change(
        SYSTEM, ana, ContactUpdate(first_name="Anna", emails=["a@example.com", "ana@example.com"])
    )
    assert changed.version == 2
    assert [point.value for point in changed.points] == ["a@example.com", "ana@example.com"]
    line = history.of_contact(SYSTEM, ana)[0]
    assert line.fields == {
        "first_name": ("Ana", "Anna"),
        "emails": (["ana@example.com"], ["a@example.com", "ana@example.com"]),
    }


def test_equal_values_are_no_change():
    ana = WORLD.contact("Ana", city="Porto")
    assert contacts.change(SYSTEM, ana, ContactUpdate(city="Porto")).version == 1
    assert [line.kind for line in history.of_contact(SYSTEM, ana)] == ["created"]


def test_a_change_of_an_older_version_is_a_conflict_that_loses_nothing():
    ana = WORLD.contact("Ana")
    contacts.change(SYSTEM, ana, ContactUpdate(city="Porto"), version=1)
    with pytest.raises(Conflict, match="meanwhile"):
        contacts.change(SYSTEM, ana, ContactUpdate(city="Lisboa"), version=1)
    assert contacts.detail(SYSTEM, ana).city == "Porto"


def test_a_change_of_segments_alone_is_a_new_version_and_loses_none():
    for name in ("A", "B", "C"):
        WORLD.label(name)
    ana = WORLD.contact("Ana", segments=["A"])
    changed = contacts.change(SYSTEM, ana, ContactUpdate(segments=["A", "B"]), version=1)
    assert (changed.version, changed.updated) == (2, contacts.detail(SYSTEM, ana).created)
    with pytest.raises(Conflict, match="meanwhile"):
        contacts.change(SYSTEM, ana, ContactUpdate(segments=["A", "C"]), version=1)
    assert contacts.detail(SYSTEM, ana).segments == ["A", "B"]
    assert contacts.change(SYSTEM, ana, ContactUpdate(segments=["B", "A"]), version=2).version == 2


def test_a_list_made_of_an_older_one_leaves_what_came_and_went_since():
    labels = {name: WORLD.label(name) for name in ("Kept", "Taken", "Left", "Came", "Gone", "Renamed")}
    seen = ["Kept", "Left", "Gone", "Renamed"]
    ana = WORLD.contact("Ana", segments=seen)
    bulk.add_to_segment(SYSTEM, labels["Came"], Query(only=[ana]))
    bulk.remove_from_segment(SYSTEM, labels["Gone"], Query(only=[ana]))
    segments.change(SYSTEM, labels["Renamed"], SegmentUpdate(name="Other"))
    chosen = ContactUpdate(segments=["Kept", "Gone", "Renamed", "Taken"])
    changed = contacts.change(SYSTEM, ana, chosen, version=1, segments_seen=seen)
    assert changed.segments == ["Came", "Kept", "Other", "Taken"]


def test_a_new_primary_of_the_list_swaps_places_and_an_emptied_one_makes_room_for_the_next():
    ana = WORLD.contact("Ana", emails=["one@example.com", "two@example.com"])
    swapped = contacts.change(SYSTEM, ana, ContactUpdate(email="two@example.com"))
    assert [point.value for point in swapped.points] == ["two@example.com", "one@example.com"]
    emptied = contacts.change(SYSTEM, ana, ContactUpdate(email=None))
    assert emptied.email == "one@example.com"


def points(contact_id: int) -> list[tuple[str, bool, str | None]]:
    """Return the further addresses of a contact, whether each is shared, and its label."""
    question = text(
        "SELECT value, shared, label FROM contact_point WHERE contact_id = :id ORDER BY kind, position"
    )
    with unit_of_work(SYSTEM) as work:
        found = work.session.execute(question, {"id": contact_id})
        return [(value, bool(shared), label) for value, shared, label in found]


def label(contact_id: int, value: str, word: str) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        statement = text("UPDATE contact_point SET label = :word WHERE contact_id = :id AND value = :value")
        work.session.execute(statement, {"id": contact_id, "value": value, "word": word})


def test_further_addresses_keep_their_marks_when_others_change():
    ana = WORLD.contact(
        "Ana", email="info@example.com", email_shared=True, phones=["+5511961234567", "+33612345678"]
    )
    contacts.change(SYSTEM, ana, ContactUpdate(emails=["ana@example.com", "info@example.com"]))
    label(ana, "+33612345678", "Paris")
    kept = [("info@example.com", True, None), ("+33612345678", False, "Paris")]
    assert points(ana) == kept
    contacts.change(SYSTEM, ana, ContactUpdate(phones=["+5511961230000", "+33612345678"]))
    assert points(ana) == kept
    contacts.change(SYSTEM, ana, ContactUpdate(emails=["a@example.com", "b@example.com", "info@example.com"]))
    assert points(ana) == [("b@example.com", False, None), *kept]


def test_an_address_is_shared_and_not_whoever_has_it():
    ana = WORLD.contact("Ana", email="info@example.com", email_shared=True)
    own = contacts.change(SYSTEM, ana, ContactUpdate(email="ana@example.com"))
    assert (own.email, own.email_shared) == ("ana@example.com", False)
    with pytest.raises(Conflict, match="e-mail address is there already"):
        WORLD.contact("Bea", email="ana@example.com")
    assert WORLD.contact("Cai", email="info@example.com") > ana
    both = contacts.change(SYSTEM, ana, ContactUpdate(email="desk@example.com", email_shared=True))
    assert both.email_shared
    assert contacts.change(
        SYSTEM, ana, ContactUpdate(emails=["desk@example.com", "x@example.com"])
    ).email_shared
    assert not contacts.change(SYSTEM, ana, ContactUpdate(email=None)).email_shared
    assert not contacts.change(SYSTEM, ana, ContactUpdate(emails=[])).email_shared


def test_a_shared_address_stays_so_at_whatever_rank():
    ana = WORLD.contact("Ana", email="info@example.com", email_shared=True)
    contacts.change(SYSTEM, ana, ContactUpdate(emails=["ana@example.com", "info@example.com"]))
    assert WORLD.contact("Bea", email="info@example.com", email_shared=True) > ana
    again = contacts.change(SYSTEM, ana, ContactUpdate(email="info@example.com"))
    assert ([point.value for point in again.points], again.email_shared) == (
        ["info@example.com", "ana@example.com"], True,
    )  # fmt: skip
    line = history.of_contact(SYSTEM, ana)[0]
    assert line.fields["email_shared"] == (False, True)


def test_a_deleted_contact_is_gone_for_everyone_and_frees_its_email():
    ana = WORLD.contact("Ana", email="ana@example.com")
    assert contacts.delete(SYSTEM, [ana, ana + 999]) == 1
    with pytest.raises(NotFound):
        contacts.detail(SYSTEM, ana)
    assert WORLD.contact("Ana", email="ana@example.com") > ana


def test_of_several_deleted_at_once_it_is_told_how_many():
    assert contacts.delete(SYSTEM, [WORLD.contact("Ana"), WORLD.contact("Bia")]) == 2
    assert acts.recent(SYSTEM)[0].done == 2


def test_an_analyst_only_looks():
    WORLD.user("Lia", "analyst")
    ana = WORLD.contact("Ana")
    lia = WORLD.viewer("Lia")
    assert contacts.detail(lia, ana).first_name == "Ana"
    with pytest.raises(Forbidden):
        contacts.create(lia, ContactCreate(first_name="B"))
    with pytest.raises(Forbidden):
        contacts.change(lia, ana, ContactUpdate(first_name="B"))
    with pytest.raises(Forbidden):
        contacts.delete(lia, [ana])


def test_a_responsible_who_could_not_see_the_contact_is_refused():
    rui = WORLD.user("Rui", "advisor")
    WORLD.wall("Norte")
    with pytest.raises(Refused, match="could not see"):
        WORLD.contact("Ana", segments=["Norte"], responsible=rui)
    bea = WORLD.contact("Bea", responsible=rui)
    assert contacts.detail(SYSTEM, bea).responsible == rui


@pytest.mark.parametrize("hidden", [["Theirs"], []])
def test_whether_a_responsible_is_refused_tells_nothing_of_walls_that_the_viewer_may_not_name(hidden):
    WORLD.user("Ana", "advisor", "North")
    for name, team in (("Away", "South"), ("Mate", "North")):
        WORLD.user(name, "advisor", team)
    WORLD.wall("Ours", teams=("North",))
    WORLD.wall("Theirs", teams=("South",))
    known = WORLD.contact("Known", segments=["Ours", *hidden])
    ana = WORLD.viewer("Ana")
    with pytest.raises(Refused, match="could not see"):
        contacts.change(ana, known, ContactUpdate(responsible="away@example.com"))
    mate = contacts.change(ana, known, ContactUpdate(responsible="mate@example.com"))
    assert mate.responsible == "mate@example.com"


def test_whoever_sees_all_walls_may_name_everyone_whom_one_of_them_lets_in():
    WORLD.user("Away", "advisor", "South")
    WORLD.wall("Ours")
    WORLD.wall("Theirs", teams=("South",))
    known = WORLD.contact("Known", segments=["Ours", "Theirs"])
    given = contacts.change(SYSTEM, known, ContactUpdate(responsible="away@example.com"))
    assert given.responsible == "away@example.com"


def test_history_tells_of_segments_that_the_viewer_may_read_and_of_no_others():
    WORLD.user("Rui", "advisor", "North")
    WORLD.label("Premium")
    WORLD.wall("Norte", teams=("North",))
    WORLD.wall("Sul")
    ana = WORLD.contact("Ana", segments=["Premium", "Norte", "Sul"])
    assert history.of_contact(SYSTEM, ana)[0].joined == ("Norte", "Premium", "Sul")
    assert history.of_contact(WORLD.viewer("Rui"), ana)[0].joined == ("Norte", "Premium")
    contacts.change(SYSTEM, ana, ContactUpdate(segments=["Norte", "Premium"]))
    assert history.of_contact(SYSTEM, ana)[0].left == ("Sul",)
    assert len(history.of_contact(WORLD.viewer("Rui"), ana)) == 1


def test_history_comes_in_pages():
    ana = WORLD.contact("Ana")
    for number in range(5):
        contacts.change(SYSTEM, ana, ContactUpdate(city=f"City {number}"))
    first = history.of_contact(SYSTEM, ana, limit=4)
    rest = history.of_contact(SYSTEM, ana, limit=4, before=first[-1].act_id)
    assert [line.kind for line in [*first, *rest]] == ["updated"] * 5 + ["created"]


def test_changes_of_a_segment_leave_an_act():
    north = WORLD.label("Norte")
    segments.delete(SYSTEM, north)
    with unit_of_work(SYSTEM) as work:
        deeds = work.session.execute(text("SELECT detail FROM act ORDER BY id")).scalars().all()
    assert ["segment_created" in str(deed) or "segment_deleted" in str(deed) for deed in deeds] == [
        True,
        True,
    ]


def test_a_phone_with_a_dialling_code_stays_when_the_contact_moves_to_another_country():
    ana = WORLD.contact("Ana", country="BR", phone="11 96123-4567")
    moved = contacts.change(SYSTEM, ana, ContactUpdate(country="FR"))
    assert (moved.country, moved.phone) == ("FR", "+5511961234567")


def test_numbers_beyond_all_measure_are_refused():
    with pytest.raises(Refused) as refused:
        contacts.create(SYSTEM, ContactCreate(first_name="Ana", revenue=10**30, importance=-1))
    assert set(refused.value.data["fields"]) == {"revenue", "importance"}


def test_who_may_not_look_changes_nothing():
    ana = WORLD.contact("Ana")
    WORLD.user("Mia", "manager")
    blind = replace(WORLD.viewer("Mia"), permissions=frozenset({"contacts.edit"}))
    with pytest.raises(Forbidden, match=r"contacts\.view"):
        contacts.change(blind, ana, ContactUpdate())


def test_messengers_are_kept_in_order_with_one_primary_and_told_in_the_history():
    given = [
        {"platform": "telegram", "handle": "t.me/joao_g"},
        {"platform": "whatsapp", "handle": "11 96123-4567"},
        {"platform": "Telegram", "handle": "@joao_g"},
    ]
    joao = WORLD.contact("João", country="BR", messengers=given)
    shown = [(one.platform, one.value, one.primary) for one in contacts.detail(SYSTEM, joao).points]
    assert shown == [("telegram", "@joao_g", True), ("whatsapp", "+5511961234567", False)]
    swapped = contacts.change(SYSTEM, joao, ContactUpdate.model_validate({"messengers": given[1::-1]}))
    assert [(one.platform, one.primary) for one in swapped.points] == [
        ("whatsapp", True),
        ("telegram", False),
    ]
    assert swapped.points[0].link == "https://wa.me/5511961234567"
    pairs = [["telegram", "@joao_g"], ["whatsapp", "+5511961234567"]]
    assert history.of_contact(SYSTEM, joao)[0].fields == {"messengers": (pairs, pairs[::-1])}
    assert contacts.change(SYSTEM, joao, ContactUpdate(emails=["j@example.com"])).points[1:] == swapped.points


def test_a_line_of_a_list_that_does_not_fit_is_named_by_its_place():
    with pytest.raises(Refused) as refused:
        WORLD.contact(
            "Ana",
            emails=["ana@example.com", "nonsense"],
            phones=["12"],
            messengers=[{"platform": "telegram", "handle": "a b"}],
        )
    assert set(refused.value.data["fields"]) == {"emails.1", "phones.0", "messengers.0"}
