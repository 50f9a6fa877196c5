"""Who looks: everything that a service needs to know of the person, frozen for one request."""

from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["everyone", "teams", "mine"]
Via = Literal["page", "api", "cli", "job"]
Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Viewer:
    """A person (`user_id`) or the system (none), as of this request.

    `permissions` are names of services/permissions.py and of plugins, `team_ids` the person's teams, `features`
    the plan's features that are on, `time_zone` an IANA name, `theme` null for the system's own, `via` the door by
    which the request came.
    """

    user_id: int | None
    email: str | None
    name: str
    permissions: frozenset[str]
    scope: Scope
    team_ids: tuple[int, ...] = ()
    features: frozenset[str] = field(default_factory=frozenset)
    locale: str = "en"
    time_zone: str = "UTC"
    theme: Theme | None = None
    via: Via = "page"
    is_system: bool = False

    def may(self, permission: str) -> bool:
        """Say whether the person has `permission`; the system has all."""
        return self.is_system or permission in self.permissions


SYSTEM = Viewer(
    user_id=None,
    email=None,
    name="Carteira",
    permissions=frozenset(),
    scope="everyone",
    via="job",
    is_system=True,
)
