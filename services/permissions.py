"""The permissions of the core, the roles of a fresh installation, and what a token's scopes mean."""

from collections.abc import Iterable
from typing import Literal

from hooks.i18n import _
from hooks.viewer import Viewer
from services.errors import Forbidden, Refused

CONTACTS_VIEW = "contacts.view"
CONTACTS_EXPORT = "contacts.export"
CONTACTS_ADD = "contacts.add"
CONTACTS_EDIT = "contacts.edit"
CONTACTS_DELETE = "contacts.delete"
CONTACTS_IMPORT = "contacts.import"
SEGMENTS_ASSIGN = "segments.assign"
SEGMENTS_MANAGE = "segments.manage"
VIEWS_SHARE = "views.share"
SEGMENTS_ASSIGN_RESTRICTED = "segments.assign_restricted"
SEGMENTS_RESTRICT = "segments.restrict"
PORTFOLIOS_MANAGE = "portfolios.manage"
PEOPLE_MANAGE = "people.manage"
ROLES_MANAGE = "roles.manage"
PLAN_MANAGE = "plan.manage"
PLUGINS_MANAGE = "plugins.manage"

_ALL_ROLES = (CONTACTS_VIEW, CONTACTS_EXPORT)
_ADVISOR = (*_ALL_ROLES, CONTACTS_ADD, CONTACTS_EDIT, CONTACTS_IMPORT, SEGMENTS_ASSIGN)
_MANAGER = (*_ADVISOR, CONTACTS_DELETE, SEGMENTS_MANAGE, VIEWS_SHARE, SEGMENTS_ASSIGN_RESTRICTED)
_ADMINISTRATOR = (
    *_MANAGER, SEGMENTS_RESTRICT, PORTFOLIOS_MANAGE, PEOPLE_MANAGE, ROLES_MANAGE, PLAN_MANAGE, PLUGINS_MANAGE,
)  # fmt: skip

PERMISSIONS: tuple[str, ...] = _ADMINISTRATOR

# name -> (scope of contacts, permissions)
DEFAULT_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "administrator": ("everyone", _ADMINISTRATOR),
    "manager": ("everyone", _MANAGER),
    "advisor": ("teams", _ADVISOR),
    "analyst": ("everyone", _ALL_ROLES),
}

# What a token may be given alone, to read segments or people without any contact. Everybody may read these, for
# every role may see contacts; so no role lists them.
SEGMENTS_READ = "segments.read"
PEOPLE_READ = "people.read"
READS = frozenset({SEGMENTS_READ, PEOPLE_READ})

_READ = frozenset({CONTACTS_VIEW, CONTACTS_EXPORT, *READS})

# Areas of the REST API that take more or other permissions than those named after them. An import and an export
# show contacts; a segment, a person and a team do not.
_AREAS: dict[str, frozenset[str]] = {
    "imports": frozenset({CONTACTS_IMPORT, CONTACTS_VIEW}),
    "exports": frozenset({CONTACTS_EXPORT, CONTACTS_VIEW}),
    "users": frozenset({PEOPLE_MANAGE, PEOPLE_READ}),
    "teams": frozenset({PEOPLE_MANAGE, PEOPLE_READ}),
}


def require(viewer: Viewer, permission: str) -> None:
    """Raise Forbidden, which names the permission, unless the viewer has it."""
    if not viewer.may(permission):
        raise Forbidden(
            "forbidden",
            _("Your role does not allow this ({permission}). Ask an administrator.").format(
                permission=permission
            ),
            permission=permission,
        )


def may_read(viewer: Viewer, area: Literal["segments", "people"]) -> bool:
    """Say whether the viewer may see contacts, or may do anything at all in the area."""
    if viewer.may(CONTACTS_VIEW) or any(name.startswith(f"{area}.") for name in viewer.permissions):
        return True
    return area == "people" and viewer.may(ROLES_MANAGE)


def may_know_acts(viewer: Viewer) -> bool:
    """Say whether the viewer may know, and undo, what others did with many contacts."""
    return viewer.is_system or (viewer.scope == "everyone" and viewer.may(PEOPLE_MANAGE))


def require_reading(viewer: Viewer, area: Literal["segments", "people"]) -> None:
    """Raise Forbidden unless the viewer may read the area."""
    if not may_read(viewer, area):
        require(viewer, f"{area}.read")


def permissions_of_scopes(scopes: Iterable[str], known: Iterable[str] = PERMISSIONS) -> frozenset[str]:
    """Return the permissions that a token's `scopes` let through.

    A scope is a permission ("contacts.view"), an area ("contacts"), an area's half ("contacts:read",
    "contacts:write"), or read, write or all. Raises Refused for any other word.
    """
    known = tuple(known)
    allowed: set[str] = set()
    for scope in scopes:
        found = _of_scope(scope.strip().lower().replace(":", "."), known)
        if not found:
            raise Refused(
                "unknown_scope",
                _(
                    "{scope} is no scope. Use read, write, all, an area such as contacts, or a permission: {known}."
                ).format(scope=scope, known=", ".join(known)),
            )
        allowed |= found
    return frozenset(allowed)


def _of_scope(scope: str, known: tuple[str, ...]) -> set[str]:
    if scope == "all":
        return set(known)
    if scope in known or scope in READS:
        return {scope}
    area, _dot, half = scope.partition(".")
    if scope in ("read", "write"):
        within, half = {*known} - READS, scope
    else:
        within = {*_AREAS.get(area, ()), *(name for name in {*known, *READS} if name.split(".")[0] == area)}
    if half not in ("", "read", "write"):
        return set()
    return within & _READ if half == "read" else within
