"""`carteira demo`: a base to look around in, of any size up to millions of contacts."""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from random import Random

from sqlalchemy import func, select
from sqlmodel import col

from hooks.i18n import _, number
from hooks.viewer import SYSTEM
from models.act import Act
from models.base import to_microseconds
from models.segment import SegmentMember
from services import walls
from services.demo.contacts import ContactMaker, Numbering, WallChoice
from services.demo.house import House, furnish, lines_for
from services.demo.writing import indexes_at_the_end, reserve_ids, settle, write
from services.errors import Refused
from services.work import Work, unit_of_work

_BATCH = 10_000
_MOST_SETS = 820
_LARGEST = 20_000_000

# Called with the contacts written so far and their number in the end.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DemoMade:
    """What a run made or goes on with; `wall_sets` counts combinations of walls, `memberships` new rows."""

    contacts: int
    first_id: int
    act_id: int
    teams: int
    users: int
    segments: int
    walls: int
    wall_sets: int
    memberships: int

    def sentence(self) -> str:
        """Return what a person should know of it."""
        return _(
            "{contacts} invented contacts, {users} people in {teams} teams, {segments} segments,"
            " {walls} of them walls. These people cannot sign in: they have no password."
        ).format(
            contacts=number(self.contacts),
            users=number(self.users),
            teams=number(self.teams),
            segments=number(self.segments),
            walls=number(self.walls),
        )


def make(contacts: int, seed: int = 1, on_progress: Progress | None = None) -> DemoMade:
    """Add so many invented contacts, with teams, people, segments, walls and tags, as one act of the system.

    The same seed in an empty base gives the same contacts; a further run goes on with the teams and segments
    of the first and adds contacts on top. Nobody of it is an administrator or has a password. Raises Refused
    for a number that cannot be made.
    """
    if not 1 <= contacts <= _LARGEST:
        raise Refused(
            "bad_number", _("Give a number of contacts from 1 to {most}.").format(most=number(_LARGEST))
        )
    with unit_of_work(SYSTEM, write=True) as work:
        first_id = reserve_ids(work, contacts)
        earlier = _earlier(work)
        serial = 1 + sum(act.detail["demo"]["contacts"] for act in earlier)
        random = Random(f"{seed}/{serial}")
        act_id = work.act("system", demo={"contacts": contacts, "seed": seed, "made": {}})
        house = furnish(work, lines_for(contacts), random, earlier)
        _remember(work, act_id, contacts, seed, house)
        sets = _wall_sets(work, house, contacts, random)
        begin = Numbering(first_id, serial, act_id, to_microseconds(work.now))
        maker = ContactMaker(contacts, house, sets, begin, random)
        written = 0
        with indexes_at_the_end(work, contacts):
            for batch in maker.batches(_BATCH):
                write(work, batch, act_id)
                written += len(batch.contacts)
                if on_progress:
                    on_progress(written, contacts)
        settle(work)
        return _told(work, house, contacts, first_id, act_id, len(sets))


def _earlier(work: Work) -> list[Act]:
    acts = work.session.scalars(select(Act).where(col(Act.kind) == "system").order_by(col(Act.id)))
    return [act for act in acts if "demo" in act.detail]


def _remember(work: Work, act_id: int, contacts: int, seed: int, house: House) -> None:
    act = work.session.get(Act, act_id)
    assert act is not None
    act.detail = {"demo": {"contacts": contacts, "seed": seed, "made": house.made()}}
    # A million contacts are no slip of the hand that a click should take back.
    act.undoable_until = None
    work.session.flush()


def _wall_sets(work: Work, house: House, contacts: int, random: Random) -> list[WallChoice]:
    """Return the single walls, and as many pairs and threes of them as a base of this size would have."""
    sets: set[tuple[int, ...]] = {(wall,) for wall in house.walls}
    # Half of all there could be at most, so that drawing until enough are found soon comes to its end.
    possible = sum(comb(len(house.walls), several) for several in (2, 3))
    wanted = min(_MOST_SETS, len(sets) + contacts // 100, len(sets) + possible // 2)
    while len(sets) < wanted:
        sets.add(tuple(sorted(random.sample(house.walls, 3 if random.random() < 0.25 else 2))))
    return [_choice(work, house, chosen) for chosen in sorted(sets)]


def _choice(work: Work, house: House, chosen: tuple[int, ...]) -> WallChoice:
    seers = {user for wall in chosen for user in house.who_sees[wall]}
    return WallChoice(walls.intern_set(work, chosen), chosen, tuple(sorted(seers)))


def _told(work: Work, house: House, contacts: int, first_id: int, act_id: int, wall_sets: int) -> DemoMade:
    memberships = work.session.scalar(
        select(func.count()).select_from(SegmentMember).where(col(SegmentMember.joined_act_id) == act_id)
    )
    return DemoMade(
        contacts=contacts,
        first_id=first_id,
        act_id=act_id,
        teams=len(house.teams),
        users=len(house.users),
        segments=len(house.segments),
        walls=len(house.walls),
        wall_sets=wall_sets,
        memberships=memberships or 0,
    )
