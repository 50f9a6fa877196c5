"""The permissions of the core, the roles of a fresh installation, and what a token's scopes mean."""

from collections.abc import Iterable

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

_READ = frozenset({CONTACTS_VIEW, CONTACTS_EXPORT})

# Areas that the REST API shows, beside those that permissions are named after.
_AREAS = {
    "imports": {CONTACTS_IMPORT},
    "exports": {CONTACTS_EXPORT},
    "users": {PEOPLE_MANAGE},
    "teams": {PEOPLE_MANAGE},
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
    if scope in known:
        return {scope}
    area, _dot, half = scope.partition(".")
    if scope in ("read", "write"):
        within, half = set(known), scope
    else:
        within = _AREAS.get(area) or {name for name in known if name.split(".")[0] == area}
    if not within or half not in ("", "read", "write"):
        return set()
    # Whatever can be read of segments, people and teams is open to whoever may view contacts.
    return {CONTACTS_VIEW} | (within & _READ if half == "read" else within)
