"""Roles: named permissions and a scope of contacts."""

from collections.abc import Iterable

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select
from sqlmodel import col

from hooks.i18n import _, ngettext, number
from hooks.viewer import Viewer
from models.fold import fold
from models.people import SCOPES, Role, RoleCreate, RolePermission, RoleRead, RoleUpdate, User
from services import permissions, staff
from services.access import scope_named
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.impact import Impact, of_staff
from services.names import checked_name
from services.overtaken import anew_when_overtaken
from services.people import holders, lock_administrators, permissions_of
from services.work import Work, unit_of_work

# Somebody must always be able to let others in, and to say what they may do.
_NEVER_WITHOUT = (permissions.PEOPLE_MANAGE, permissions.ROLES_MANAGE)


def listed(viewer: Viewer) -> list[RoleRead]:
    """Return all roles in the order of their making, with their permissions."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        return [_read(work, role) for role in work.session.scalars(select(Role).order_by(col(Role.id)))]


@anew_when_overtaken
def add(viewer: Viewer, command: RoleCreate) -> RoleRead:
    """Make a role. Raises Refused with `fields`, Conflict `name_known`, and Forbidden for more than the viewer may."""
    permissions.require(viewer, permissions.ROLES_MANAGE)
    name, scope = checked_name(command.name), _checked_scope(command.scope)
    with unit_of_work(viewer, write=True) as work:
        _refuse_known(work, name)
        made = Role(name=name, name_key=fold(name), scope=scope)
        _refuse_wider(work, made)
        work.session.add(made)
        work.session.flush()
        assert made.id is not None
        _hold(work, made.id, command.permissions)
        work.act("edit", deed="role_added", role_id=made.id, name=name)
        return _read(work, made)


@anew_when_overtaken
def change(viewer: Viewer, role_id: int, command: RoleUpdate) -> RoleRead:
    """Change the fields that are set; they count from the next request of everyone who has the role.

    Raises as `add`, NotFound, and Conflict `last_administrator` when nobody could manage people or roles any more.
    """
    permissions.require(viewer, permissions.ROLES_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        lock_administrators(work)
        before = {permission: bool(holders(work, permission)) for permission in _NEVER_WITHOUT}
        role = _role(work, role_id)
        _refuse_wider(work, role)
        was = _read(work, role)
        if command.name is not None:
            role.name = checked_name(command.name)
            _refuse_known(work, role.name, but=role_id)
            role.name_key = fold(role.name)
        if command.scope is not None:
            role.scope = _checked_scope(command.scope)
        _refuse_wider(work, role)
        work.session.flush()
        if command.permissions is not None:
            _hold(work, role_id, command.permissions)
        if any(had and not holders(work, permission) for permission, had in before.items()):
            raise Conflict(
                "last_administrator",
                _(
                    "Nobody could manage people and roles any more. Give these permissions to another role first."
                ),
            )
        now = _read(work, role)
        work.act(
            "edit", deed="role_changed", role_id=role_id, name=role.name,
            fields={
                field: [getattr(was, field), getattr(now, field)]
                for field in ("name", "scope", "permissions")
                if getattr(was, field) != getattr(now, field)
            },
        )  # fmt: skip
        return now


def delete(viewer: Viewer, role_id: int) -> None:
    """Delete a role that nobody has. Raises NotFound, and Conflict `in_use` while somebody has it."""
    permissions.require(viewer, permissions.ROLES_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        lock_administrators(work)
        role = _role(work, role_id)
        people = work.session.scalar(
            select(func.count()).select_from(User).where(col(User.role_id) == role_id)
        )
        if people:
            told = ngettext(
                "{n} person has this role. Give that person another one first.",
                "{n} people have this role. Give them another one first.",
                people,
            )
            raise Conflict("in_use", told.format(n=number(people)))
        work.session.execute(delete_rows(RolePermission).where(col(RolePermission.role_id) == role_id))
        work.session.delete(role)
        work.act("edit", deed="role_deleted", role_id=role_id, name=role.name)


def impact(viewer: Viewer, role_id: int, command: RoleUpdate) -> Impact:
    """Return who would gain and lose how many contacts by this change. Nothing is written."""
    permissions.require(viewer, permissions.ROLES_MANAGE)
    with unit_of_work(viewer) as work:
        role = _role(work, role_id, held=False)
        before = staff.read(work)
        scope = role.scope if command.scope is None else _checked_scope(command.scope)
        return of_staff(work, before, before.with_scope(role_id, scope))


def _role(work: Work, role_id: int, *, held: bool = True) -> Role:
    """Return the row, held to the end of the unit where it will be changed. Raises NotFound."""
    wanted = select(Role).where(col(Role.id) == role_id)
    found = work.session.scalar(wanted.with_for_update() if held and not work.on_sqlite else wanted)
    if found is None:
        raise NotFound("not_found", _("There is no such role."))
    return found


def _hold(work: Work, role_id: int, wanted: Iterable[str]) -> None:
    """Have a role hold exactly these permissions, and the one to see contacts, without which there is no screen."""
    names = {*wanted, permissions.CONTACTS_VIEW}
    had = permissions_of(work, role_id)
    unknown = sorted(names - {*permissions.PERMISSIONS, *had})
    if unknown:
        wrong = _("There is no permission {names}.").format(names=", ".join(unknown))
        raise Refused("unknown_permission", wrong, fields={"permissions": wrong})
    beyond = {name for name in names ^ had if not work.viewer.may(name)}
    if beyond:
        raise Forbidden(
            "beyond_yours",
            _("You can only give and take permissions that you have: {names}.").format(
                names=", ".join(sorted(beyond))
            ),
        )
    work.session.execute(delete_rows(RolePermission).where(col(RolePermission.role_id) == role_id))
    work.session.add_all(RolePermission(role_id=role_id, permission=name) for name in sorted(names))
    work.session.flush()


def _refuse_wider(work: Work, role: Role) -> None:
    """Refuse to touch a role that sees more contacts than the one who acts."""
    if not work.viewer.is_system and SCOPES.index(role.scope) < SCOPES.index(work.viewer.scope):
        raise Forbidden(
            "beyond_yours", _("This role sees more contacts than yours does. Ask somebody who sees as many.")
        )


def _refuse_known(work: Work, name: str, but: int | None = None) -> None:
    same = work.session.scalar(select(col(Role.id)).where(col(Role.name_key) == fold(name)))
    if same is not None and same != but:
        wrong = _("A role of this name is there already.")
        raise Conflict("name_known", wrong, fields={"name": wrong})


def _checked_scope(scope: str) -> str:
    if scope not in SCOPES:
        wrong = _("{scope} is no scope. The scopes are: {known}.").format(
            scope=scope, known=", ".join(SCOPES)
        )
        raise Refused("unknown_scope", wrong, fields={"scope": wrong})
    return scope


def _read(work: Work, role: Role) -> RoleRead:
    assert role.id is not None
    return RoleRead(
        id=role.id,
        name=role.name,
        scope=scope_named(role.scope),
        permissions=sorted(permissions_of(work, role.id)),
    )
