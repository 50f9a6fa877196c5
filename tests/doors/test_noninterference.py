"""What a person may not see answers as if it had been deleted: the same words, the same counts, everywhere.

Each example is built twice. In one the hidden contacts stay; in the other they are deleted, and with them, in
half of the examples, the walls whose names the person may not read. Then everything is asked of both, and every
answer must be the same. What A5 excepts (a unique value that something hidden holds) has tests of its own below.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from hooks.viewer import SYSTEM, Viewer
from models.bulk import PutTagOn, RemoveFromSegment, SetField
from models.contact import ContactCreate, ContactUpdate
from models.people import TeamCreate, UserCreate, UserUpdate
from models.segment import SegmentUpdate
from services import bulk, contacts, exports, people, segments, teams
from services.errors import Conflict, NotAvailable, NotFound, TooMany
from services.imports import runs
from services.listing import Query
from services.work import forget_engine, unit_of_work
from tests import postgres
from tests.doors.questions import HEADER, LABELS, TEXTS, answers, reads, writes
from tests.fixtures import Database
from tests.worlds import World

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
ANA, MATE, AWAY = "ana@example.com", "mate@example.com", "away@example.com"

# The labels are made first; of the walls two have names that Ana may not read.
WALL_IDS = {"Ours": 3, "Theirs": 4, "Off": 5, "Nobody": 6}
UNNAMED = ("Theirs", "Nobody")
FIRST, LAST = ("Hugo", "Ana", "Zoé", "João"), ("Souza", "Petit", "Souza-Lima")
PHONES = ("+5511961234567", "+5511961230000", "+33612345678")
FIRMS, LANDS, ACCOUNTS = ("Fazenda Sul", "Ferme Nord", None), ("BR", "FR", None), ("0012", "77", None)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "first_name": st.sampled_from(FIRST),
    "last_name": st.sampled_from(LAST),
    "phone": st.sampled_from((*PHONES, None)),
    "organization": st.sampled_from(FIRMS),
    "country": st.sampled_from(LANDS),
    "account_number": st.sampled_from(ACCOUNTS),
    "responsible": st.sampled_from((ANA, MATE, None)),
}
labels = st.sets(st.sampled_from(LABELS))


@dataclass(frozen=True)
class Kept:
    """One contact of an example."""

    values: dict[str, Any]
    walls: frozenset[str]
    labels: frozenset[str]
    email: bool
    external_id: bool


def _kept(walls: st.SearchStrategy[Any], **responsible: st.SearchStrategy[Any]) -> st.SearchStrategy[Kept]:
    values = st.fixed_dictionaries(VALUES | responsible)
    return st.builds(Kept, values, walls.map(frozenset), labels.map(frozenset), st.booleans(), st.booleans())


# What hides a contact: a wall, that it is somebody else's, or (see Example.closed) that it is nobody's.
walled_ones = _kept(st.sets(st.sampled_from(("Theirs", "Off", "Nobody")), min_size=1))
others_ones = _kept(st.just(set()), responsible=st.just(AWAY))
nobodys_ones = _kept(st.just(set()), responsible=st.none())
open_ones = _kept(
    st.one_of(
        st.just(set()), st.sets(st.sampled_from(("Theirs", "Nobody"))).map(lambda more: {"Ours", *more})
    )
)
files = st.lists(
    st.tuples(
        st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from((*PHONES, "")),
        st.sampled_from(("", "Label", "Label;Theirs", "Off", "Ours", "Nowhere")),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """Contacts that the person sees, contacts that are hidden, a file to import, and how it came to this.

    Where it is `closed`, contacts that are nobody's are seen with everyone's scope alone; it may be that some of
    `seen` are hidden then too, in both databases.
    """

    seen: list[Kept]
    hidden: list[Kept]
    file: list[tuple[str, str, str, str]]
    moved: bool
    walls_too: bool
    theirs_active: bool
    closed: bool


def _examples(closed: bool) -> st.SearchStrategy[Example]:
    hidden = [walled_ones, others_ones, *([nobodys_ones] if closed else [])]
    return st.builds(
        Example,
        st.lists(open_ones, min_size=1, max_size=3),
        st.lists(st.one_of(hidden), min_size=1, max_size=2),
        files,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.just(closed),
    )


examples = st.booleans().flatmap(_examples)


class Worlds:
    """Databases that begin as the fixture's, which stays as it is."""

    def __init__(
        self,
        db: Database,
        folder: Path,
        set_environment: Callable[..., None],
        request: pytest.FixtureRequest,
    ) -> None:
        self._db, self._folder, self._set, self._request = db, folder, set_environment, request

    @contextmanager
    def fresh(self, **environment: str) -> Iterator[None]:
        """Work in a database of one's own, with these settings."""
        name = f"world_{uuid4().hex}"
        data = self._folder / name
        forget_engine()
        shutil.copytree(self._db.data_dir, data)
        if self._db.on_sqlite:
            url, drop = f"sqlite:///{data / 'carteira.db'}", lambda: None
        else:
            cluster: postgres.Cluster = self._request.getfixturevalue("postgres_cluster")
            cluster.run(
                f"CREATE DATABASE {name} TEMPLATE {self._db.url.split('/')[3].split('?')[0]} STRATEGY file_copy"
            )
            url = cluster.url(name)

            def drop() -> None:
                cluster.run(f"DROP DATABASE {name} WITH (FORCE)")

        self._set(CARTEIRA_DATABASE__URL=url, CARTEIRA_DATA_DIR=str(data), **environment)
        try:
            yield
        finally:
            forget_engine()
            drop()
            shutil.rmtree(data)


@pytest.fixture
def worlds(
    db: Database, tmp_path: Path, set_environment: Callable[..., None], request: pytest.FixtureRequest
) -> Worlds:
    return Worlds(db, tmp_path, set_environment, request)


def build(one: Example) -> tuple[Viewer, list[int], list[int]]:
    """Make an example; return the person who looks, and the ids of hidden and of other contacts."""
    world = World()
    for team in ("North", "South"):
        teams.add(SYSTEM, TeamCreate(name=team))
    first_team = "South" if one.moved else "North"
    for email, team in ((ANA, first_team), (MATE, "North"), (AWAY, "South")):
        people.add_user(SYSTEM, UserCreate(email=email, name=email[:4], role="advisor", teams=[team]))
    for name in LABELS:
        world.label(name)
    world.wall("Ours", teams=("North",))
    world.wall("Theirs", teams=("South",))
    world.wall("Off", teams=("North",), active=False)
    world.wall("Nobody")
    hidden = [_made(kept, f"h{n}") for n, kept in enumerate(one.hidden)]
    seen = [_made(kept, f"s{n}") for n, kept in enumerate(one.seen)]
    if one.moved:
        _live_in_south(hidden)
    if not one.theirs_active:
        segments.change(SYSTEM, WALL_IDS["Theirs"], SegmentUpdate(active=False))
    return people.viewer_for_email(ANA, "page"), hidden, seen


def _made(kept: Kept, mark: str) -> int:
    addresses = {"email": f"{mark}@x.example"} if kept.email else {}
    external = {"external_id": mark.upper()} if kept.external_id else {}
    labelled = {"segments": sorted(kept.labels)}
    contact_id = contacts.create(SYSTEM, ContactCreate(**kept.values, **addresses, **external, **labelled)).id
    # Afterwards, since nobody is made responsible for what a wall hides from them.
    for wall in sorted(kept.walls - {"Off"}):
        bulk.add_to_segment(SYSTEM, WALL_IDS[wall], Query(only=[contact_id]))
    if "Off" in kept.walls:
        segments.change(SYSTEM, WALL_IDS["Off"], SegmentUpdate(active=True))
        bulk.add_to_segment(SYSTEM, WALL_IDS["Off"], Query(only=[contact_id]))
        segments.change(SYSTEM, WALL_IDS["Off"], SegmentUpdate(active=False))
    return contact_id


def _live_in_south(hidden: list[int]) -> None:
    """Let Ana see and change what will be hidden from her, take it out, and then move to the other team."""
    ana = people.viewer_for_email(ANA, "page")
    for contact_id in hidden:
        try:
            contacts.change(ana, contact_id, ContactUpdate(region="Sul"))
        except NotFound:
            continue  # not every hidden contact was seen from the other team
    for command in (
        PutTagOn(make="Moved"),
        RemoveFromSegment(segment_id=1),
        SetField(field="country", value="PT"),
    ):
        bulk.do(ana, command, Query(), all_contacts=True)
    exports.carry_out(exports.request(ana, "csv", Query()).id)
    lines = [f"BR,Hugo,Souza,,h{number}@x.example,,Moved,," for number in range(len(hidden))]
    text = "\n".join([HEADER, *lines]) + "\n"
    received = runs.receive(ana, "moved.csv", iter([text.encode()]))
    runs.accept(ana, received.id)
    runs.carry_out(received.id)
    people.update_user(SYSTEM, ana.user_id or 0, UserUpdate(teams=["North"]))


def delete(one: Example, hidden: list[int]) -> None:
    """Delete what is hidden."""
    contacts.delete(SYSTEM, hidden)
    if one.walls_too:
        for wall in UNNAMED:
            segments.delete(SYSTEM, WALL_IDS[wall])


def leave(one: Example) -> None:
    """Let as many acts pass as `delete` does, since they are numbered for everybody."""
    for _act in range(3 if one.walls_too else 1):
        with unit_of_work(SYSTEM, write=True) as work:
            work.act("system")


def known(one: Example) -> dict[str, set[str]]:
    """Return the values that are worth asking for, by field: those of all contacts, hidden ones too."""
    found: dict[str, set[str]] = {field: set() for field in TEXTS}
    for mark, listed in (("h", one.hidden), ("s", one.seen)):
        for number, kept in enumerate(listed):
            for field in TEXTS:
                if kept.values.get(field):
                    found[field].add(kept.values[field])
            found["email"].add(f"{mark}{number}@x.example")
            found["external_id"].add(f"{mark}{number}".upper())
    return found


def rows(one: Example) -> list[str]:
    """Return the lines of the file."""
    return [f"BR,{first},{last},{phone},,,,,{named}" for first, last, phone, named in one.file]


def ask(worlds: Worlds, one: Example, *, deleted: bool) -> dict[str, Any]:
    """Build an example in a database of its own and ask everything."""
    unassigned = "everyone_scope" if one.closed else "everyone"
    settings_of = {"CARTEIRA_ACCESS__UNASSIGNED_CONTACTS": unassigned}
    with worlds.fresh(**settings_of), time_machine.travel(START, tick=False) as clock:
        _viewer, hidden, seen = build(one)
        clock.shift(timedelta(hours=1))
        delete(one, hidden) if deleted else leave(one)
        clock.shift(timedelta(hours=1))
        viewer = people.viewer_for_email(ANA, "page")
        ids = [*hidden, *seen, 999]
        found = answers(reads(viewer, ids, known(one)))
        found |= answers(writes(viewer, ids, rows(one)))
        clock.shift(timedelta(hours=1))
        return found | answers(reads(viewer, ids, known(one), "afterwards "))


PLAIN = Kept(
    dict.fromkeys(VALUES, None) | {"first_name": "Hugo"},
    frozenset({"Theirs"}),
    frozenset({"Label"}),
    True,
    True,
)
TWIN = replace(
    PLAIN,
    values=PLAIN.values | {"first_name": "Ana", "phone": PHONES[0], "responsible": ANA},
    walls=frozenset(),
    external_id=False,
)
BEHIND_BOTH = replace(TWIN, values=PLAIN.values, walls=frozenset({"Ours", "Theirs"}))
SOMEBODY_ELSES = replace(TWIN, values=TWIN.values | {"responsible": AWAY})
NOBODYS = replace(TWIN, values=TWIN.values | {"responsible": None})

MOVED = Example(
    [TWIN, BEHIND_BOTH],
    [PLAIN, SOMEBODY_ELSES, NOBODYS],
    [("Ana", "", PHONES[0], "Theirs")],
    moved=True,
    walls_too=True,
    theirs_active=True,
    closed=True,
)


@pytest.mark.slow
def test_what_is_hidden_answers_as_if_it_had_been_deleted(worlds: Worlds, db: Database) -> None:
    @settings(
        max_examples=5 if db.on_sqlite else 1,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    @example(MOVED)
    @given(one=examples)
    def holds(one: Example) -> None:
        there, gone = ask(worlds, one, deleted=False), ask(worlds, one, deleted=True)
        assert {name: (there[name], gone[name]) for name in there if there[name] != gone[name]} == {}

    holds()


# --- the one exception: a unique value that something hidden holds


@pytest.fixture
def ana(db: Database) -> Viewer:
    """An advisor, and behind a wall that is closed to her a contact with an e-mail and an external ID."""
    for team in ("North", "South"):
        teams.add(SYSTEM, TeamCreate(name=team))
    people.add_user(SYSTEM, UserCreate(email=ANA, name="Ana", role="advisor", teams=["North"]))
    world = World()
    world.wall("Theirs", teams=("South",))
    world.contact("Hugo", email="h@x.example", external_id="H0", segments=["Theirs"])
    return people.viewer_for_email(ANA, "page")


TAKEN = ({"email": "h@x.example"}, {"external_id": "H0"})


def refusal(viewer: Viewer, values: dict[str, str]) -> tuple[str, str]:
    """Return code and words of a refused creation, without the field that the person named."""
    with pytest.raises((NotAvailable, TooMany, Conflict)) as refused:
        contacts.create(viewer, ContactCreate.model_validate({"first_name": "New", **values}))
    assert "contact_id" not in refused.value.data
    return refused.value.code, refused.value.message


def test_every_value_that_is_taken_is_told_in_the_same_words(ana: Viewer) -> None:
    told = {refusal(ana, values) for values in TAKEN}
    own = contacts.create(ana, ContactCreate(first_name="Own")).id
    for values in TAKEN:
        with pytest.raises(NotAvailable) as refused:
            contacts.change(ana, own, ContactUpdate.model_validate(values))
        told.add((refused.value.code, refused.value.message))
    boss = people.add_user(
        SYSTEM, UserCreate(email="m@x.example", name="M", role="advisor", teams=["North"])
    ).id
    assert len(told) == 1
    assert {code for code, _words in told} == {"not_available"}
    assert refusal(people.viewer_of(boss, "api"), TAKEN[0]) in told


def test_guessing_ends_after_so_many_answers_an_hour_and_then_tells_nothing(
    ana: Viewer, set_environment: Callable[..., None]
) -> None:
    set_environment(CARTEIRA_ACCESS__NOT_AVAILABLE_PER_HOUR="3")
    with time_machine.travel(START, tick=False) as clock:
        assert [refusal(ana, TAKEN[0])[0] for _try in range(3)] == ["not_available"] * 3
        free = {"email": "free@x.example"}
        assert refusal(ana, TAKEN[0]) == refusal(ana, free) == refusal(ana, {"external_id": "FREE"})
        assert refusal(ana, free)[0] == "too_many"
        assert contacts.create(ana, ContactCreate(first_name="Without a unique value")).id
        clock.shift(timedelta(hours=1, seconds=1))
        assert refusal(ana, TAKEN[1])[0] == "not_available"
        assert contacts.create(ana, ContactCreate.model_validate({"first_name": "F", **free})).id


def test_whoever_sees_the_holder_is_led_to_it(ana: Viewer) -> None:
    boss = people.add_user(SYSTEM, UserCreate(email="boss@x.example", name="Boss", role="administrator")).id
    for values in TAKEN:
        with pytest.raises(Conflict) as refused:
            contacts.create(
                people.viewer_of(boss, "page"), ContactCreate.model_validate({"first_name": "New", **values})
            )
        assert refused.value.data["contact_id"] == 1
