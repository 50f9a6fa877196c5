"""The house in which every door is tried: four roles, two teams, two walls, and something of everybody's."""

from contextlib import suppress
from dataclasses import dataclass, field

from hooks.viewer import SYSTEM, Viewer
from models.contact import ContactCreate
from models.people import TeamCreate, UserCreate
from services import contacts, exports, people, roles, segments, teams, tokens
from services.errors import NotAvailable
from services.imports import runs
from services.listing import Query
from tests.worlds import World

ROLES = ("administrator", "manager", "advisor", "analyst")
PASSWORD = "a long enough one"
FILE = (
    b"Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,Segments\n"
    b"BR,Rita,Rocha,11 96123-0001,rita@example.com,,,,\n"
)
SHEET = b"Segment,Restricted,Teams\nLabel,no,\nOurs,yes,North\nTheirs,,\nFresh,no,\nWall,yes,North\n"


@dataclass
class House:
    """What stands in it, by ids.

    The advisor is in the team North, which sees behind the wall Ours; behind Theirs sees the team South.
    `open` is behind no wall, `seen` behind Ours, `hidden` behind Theirs; all three have the label Label.
    Somebody of South has tried to take an e-mail address that somebody behind Ours has.
    """

    users: dict[str, int] = field(default_factory=dict)
    label: int = 0
    ours: int = 0
    theirs: int = 0
    open: int = 0
    seen: int = 0
    hidden: int = 0
    team: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    imports: dict[str, int] = field(default_factory=dict)
    exports: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    token_ids: dict[str, int] = field(default_factory=dict)

    def viewer(self, role: str) -> Viewer:
        """Return the person of this role, as of now."""
        return people.viewer_of(self.users[role], "page")

    def role(self, viewer: Viewer) -> str:
        """Return the role whose person this is."""
        return next(role for role, user_id in self.users.items() if user_id == viewer.user_id)

    def import_of(self, viewer: Viewer) -> int:
        """Return the person's own import, or somebody else's for one who may have none."""
        return self.imports.get(self.role(viewer), self.imports["other"])

    def loaded_by(self, name: str) -> int:
        """Return somebody's own import, which has made a contact."""
        runs.accept(self.viewer(name), self.imports[name])
        runs.carry_out(self.imports[name])
        return self.imports[name]

    def loaded_of(self, viewer: Viewer) -> int:
        """Return the person's own import, or somebody else's for one who may have none; it has made a contact."""
        role = self.role(viewer)
        return self.loaded_by(role if role in self.imports else "other")

    def export_of(self, viewer: Viewer) -> int:
        """Return the person's own export, which is finished."""
        return self.exports[self.role(viewer)]


def build() -> House:
    """Make the house in the database that the settings point to."""
    house, world = House(), World()
    house.roles = {role.name: role.id for role in roles.listed(SYSTEM)}
    house.team = teams.add(SYSTEM, TeamCreate(name="North")).id
    teams.add(SYSTEM, TeamCreate(name="South"))
    for name, role, team in (*((role, role, None) for role in ROLES), ("other", "advisor", "South")):
        command = UserCreate(
            email=f"{name}@example.com",
            name=name,
            role=role,
            teams=[team or "North"] if role == "advisor" else [],
            password=PASSWORD,
        )
        house.users[name] = people.add_user(SYSTEM, command).id
    house.label = world.label("Label")
    house.ours = world.wall("Ours", teams=("North",))
    house.theirs = world.wall("Theirs", teams=("South",))
    house.open = world.contact("Olga", email="olga@example.com", segments=["Label"])
    house.seen = world.contact("Sara", email="sara@example.com", segments=["Label", "Ours"])
    house.hidden = world.contact("Hugo", email="hugo@example.com", segments=["Label", "Theirs"])
    for name in house.users:
        viewer = house.viewer(name)
        if viewer.may("contacts.import"):
            house.imports[name] = runs.receive(viewer, "people.csv", iter([FILE])).id
        house.exports[name] = exports.request(viewer, "csv", Query()).id
        exports.carry_out(house.exports[name])
        made = tokens.add(viewer, "all", ["all"])
        house.tokens[name], house.token_ids[name] = made.secret, made.id
    with suppress(NotAvailable):
        contacts.create(house.viewer("other"), ContactCreate(first_name="Sam", email="sara@example.com"))
    assert segments.one(SYSTEM, house.label).members == 3
    return house
