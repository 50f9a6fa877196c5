"""People; and the Viewer that stands for one of them during a request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import col

from hooks.i18n import LOCALES, _, best_locale
from hooks.viewer import SYSTEM, Theme, Via, Viewer
from models.doors import Session, Token
from models.fold import fold
from models.people import (
    SCOPES,
    Role,
    RolePermission,
    Team,
    TeamUser,
    User,
    UserCreate,
    UserRead,
    UserUpdate,
)
from services import passwords, permissions, staff
from services.access import scope_named
from services.errors import Conflict, Forbidden, NotFound, Refused
from services.impact import Impact, of_staff
from services.names import checked_name
from services.overtaken import anew_when_overtaken
from services.settings import settings
from services.work import Work, unit_of_work


@dataclass(frozen=True)
class Reach:
    """How far a role reaches: what it allows, and the place of its scope in SCOPES, the widest first."""

    permissions: frozenset[str]
    scope: int


# --- who looks


def viewer_of(
    user_id: int, via: Via, locale: str | None = None, scopes: Iterable[str] | None = None
) -> Viewer:
    """Return the person as a viewer, as of now: role, teams and permissions are read anew at each call.

    `locale` is an Accept-Language header or a LANG variable, for a person who has chosen no language;
    `scopes` are a token's. Raises NotFound for a person who is not there or no longer active.
    """
    with unit_of_work(SYSTEM) as work:
        return viewer_in(work, user_id, via, locale, scopes)


def viewer_for_email(email: str, via: Via, locale: str | None = None) -> Viewer:
    """Return the person with this e-mail address as a viewer. Raises NotFound as `viewer_of` does."""
    with unit_of_work(SYSTEM) as work:
        user_id = work.session.scalar(select(col(User.id)).where(col(User.email_key) == email_key(email)))
        return viewer_in(work, user_id, via, locale)


# These are asked with every click. Made once, they keep the key by which SQLAlchemy finds what it has compiled.
_PERSON = (
    select(
        col(User.email), col(User.name), col(User.locale), col(User.time_zone), col(User.theme),
        col(User.role_id), col(Role.scope),
    )
    .join(Role, col(Role.id) == col(User.role_id))
    .where(col(User.id) == bindparam("user_id"), col(User.active))
)  # fmt: skip
_PERMISSIONS = select(col(RolePermission.permission)).where(
    col(RolePermission.role_id) == bindparam("role_id")
)
_TEAMS = (
    select(col(TeamUser.team_id))
    .where(col(TeamUser.user_id) == bindparam("user_id"))
    .order_by(col(TeamUser.team_id))
)


def viewer_in(
    work: Work,
    user_id: int | None,
    via: Via,
    locale: str | None = None,
    scopes: Iterable[str] | None = None,
) -> Viewer:
    """Return, within an open unit, an active person as a viewer. Raises as `viewer_of` does."""
    found = work.session.execute(_PERSON, {"user_id": user_id}).first()
    if found is None:
        raise NotFound("no_such_person", _("There is no such person, or the account is no longer active."))
    may = frozenset(work.session.scalars(_PERMISSIONS, {"role_id": found.role_id}))
    teams = work.session.scalars(_TEAMS, {"user_id": user_id})
    return Viewer(
        user_id=user_id,
        email=found.email,
        name=found.name,
        permissions=may if scopes is None else (may | permissions.READS) & _within(scopes, may),
        scope=scope_named(found.scope),
        team_ids=tuple(teams),
        locale=found.locale or best_locale(locale),
        time_zone=found.time_zone or settings().time.zone,
        theme=_theme_named(found.theme),
        via=via,
    )


def _theme_named(theme: str | None) -> Theme | None:
    known: dict[str | None, Theme] = {"light": "light", "dark": "dark"}
    return known.get(theme)


def _within(scopes: Iterable[str], may: frozenset[str]) -> frozenset[str]:
    allowed: frozenset[str] = frozenset()
    for scope in scopes:
        try:
            allowed |= permissions.permissions_of_scopes([scope], {*permissions.PERMISSIONS, *may})
        except Refused:
            continue  # the permission of a plugin that is no longer there lets nothing through
    return allowed


# --- people


def users(viewer: Viewer) -> list[UserRead]:
    """Return everyone, active or not, by name."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        return _read(work, work.session.scalars(select(User)).all())


def names(viewer: Viewer) -> dict[str, str]:
    """Return everyone's name, active or not, by e-mail address, in the order of names."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        found = work.session.execute(select(col(User.email), col(User.name))).all()
        return dict(sorted(((email, name) for email, name in found), key=lambda one: fold(one[1])))


def user(viewer: Viewer, user_id: int) -> UserRead:
    """Return one person. Raises NotFound."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        return _one(work, user_id)


@anew_when_overtaken
def add_user(viewer: Viewer, command: UserCreate) -> UserRead:
    """Make a person. Without a password nobody can sign in as that person yet.

    Raises Refused with `fields` for what does not fit, Conflict `email_known` for an address that is in use.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    email = checked_email(command.email)
    name = checked_name(command.name)
    kept = _kept_password(command.password)
    with unit_of_work(viewer, write=True) as work:
        if work.session.scalar(select(col(User.id)).where(col(User.email_key) == email)) is not None:
            raise _email_known()
        made = insert_user(work, email=email, name=name, role=command.role, password_hash=kept)
        refuse_beyond(work, _reach(work, made))
        _set_teams(work, made, command.teams)
        work.act("edit", deed="person_added", user_id=made, name=name, role=command.role)
        return _one(work, made)


@anew_when_overtaken
def update_user(viewer: Viewer, user_id: int, command: UserUpdate) -> UserRead:
    """Change the fields that are set. To switch a person off ends that person's sessions and tokens at once.

    Raises NotFound, Refused with `fields`, Forbidden for a person or a role that may do more than the viewer, and
    Conflict `last_administrator` when nobody could manage people any more.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    given = command.model_fields_set
    kept = _kept_password(command.password) if "password" in given else None
    with unit_of_work(viewer, write=True) as work:
        lock_administrators(work)
        before = administrators(work)
        person = _locked(work, user_id)
        mine = None if work.viewer.is_system else _reach(work, work.viewer.user_id)
        if user_id != work.viewer.user_id:
            refuse_beyond(work, _reach(work, user_id), mine)
        was = _read(work, [person])[0]
        _change_own(person, command)
        if "role" in given and command.role is not None:
            person.role_id = _role_id(work, command.role)
        if "teams" in given and command.teams is not None:
            _set_teams(work, user_id, command.teams)
        if kept is not None:
            person.password_hash = kept
        if "active" in given and command.active is not None:
            person.active = command.active
        work.session.flush()
        refuse_beyond(work, _reach(work, user_id), mine)
        if kept is not None or not person.active:
            end_sessions(work, user_id)
        if not person.active:
            _end_tokens(work, user_id)
        if user_id in before and not administrators(work):
            raise Conflict(
                "last_administrator",
                _("This is the last administrator. Make someone else administrator first."),
            )
        now = _one(work, user_id)
        _record(work, was, now, new_password=kept is not None)
        return now


def impact(viewer: Viewer, user_id: int, command: UserUpdate) -> Impact:
    """Return who would gain and lose how many contacts by this change of role, teams or account; nothing is written.

    Raises NotFound and Refused with `fields`.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    with unit_of_work(viewer) as work:
        before = staff.read(work)
        if user_id not in before.accounts:
            raise NotFound("not_found", _("There is no such person."))
        role_id = None if command.role is None else _role_id(work, command.role)
        after = before.with_account(user_id, role_id=role_id, active=command.active)
        if command.teams is not None:
            after = after.with_teams(user_id, _team_ids(work, command.teams))
        return of_staff(work, before, after)


def update_me(viewer: Viewer, command: UserUpdate) -> UserRead:
    """Change one's own name, language, time zone and appearance; everything else of `command` is refused."""
    if not command.model_fields_set <= {"name", "locale", "time_zone", "theme"}:
        raise Forbidden(
            "forbidden", _("Only your name, language, time zone and appearance are yours to change here.")
        )
    assert viewer.user_id is not None
    with unit_of_work(viewer, write=True) as work:
        _change_own(_locked(work, viewer.user_id), command)
    return me(viewer)


def me(viewer: Viewer) -> UserRead:
    """Return the person who looks, whatever that person's role may see of others."""
    with unit_of_work(viewer) as work:
        return _read(work, work.session.scalars(select(User).where(col(User.id) == viewer.user_id)).all())[0]


def change_password(viewer: Viewer, present: str, new: str, *, keep_session: int | None = None) -> None:
    """Change one's own password; all one's sessions but `keep_session` end. Raises Refused with `fields`."""
    with unit_of_work(viewer) as work:
        had = work.session.scalar(select(col(User.password_hash)).where(col(User.id) == viewer.user_id))
    if not passwords.matches(present, had):
        wrong = _("This is not your current password.")
        raise Refused("wrong_password", wrong, fields={"present": wrong})
    kept = _kept_password(new)
    with unit_of_work(viewer, write=True) as work:
        assert viewer.user_id is not None
        _locked(work, viewer.user_id).password_hash = kept
        end_sessions(work, viewer.user_id, but=keep_session)


# --- within a unit of work


def insert_user(work: Work, *, email: str, name: str, role: str, password_hash: str | None) -> int:
    """Add a person's row, within a unit; the checks are the caller's."""
    made = User(
        email=email,
        email_key=email_key(email),
        name=name,
        role_id=_role_id(work, role),
        password_hash=password_hash,
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    assert made.id is not None
    return made.id


def administrators(work: Work) -> Sequence[int]:
    """Return the ids of the active people who may manage people."""
    return holders(work, permissions.PEOPLE_MANAGE)


def holders(work: Work, permission: str) -> Sequence[int]:
    """Return the ids of the active people who have a permission."""
    found = work.session.scalars(
        select(col(User.id))
        .join(RolePermission, col(RolePermission.role_id) == User.role_id)
        .where(col(User.active), col(RolePermission.permission) == permission)
        .order_by(col(User.id))
    )
    return [user_id for user_id in found if user_id is not None]


def permissions_of(work: Work, role_id: int) -> set[str]:
    """Return the names of a role's permissions."""
    held = select(col(RolePermission.permission)).where(col(RolePermission.role_id) == role_id)
    return set(work.session.scalars(held))


def end_sessions(work: Work, user_id: int, but: int | None = None) -> None:
    """End a person's sessions, all but one where that is named."""
    work.session.execute(
        update(Session)
        .where(
            col(Session.user_id) == user_id, col(Session.ended_at).is_(None), col(Session.id) != (but or 0)
        )
        .values(ended_at=work.now)
    )


def may_touch(work: Work, user_id: int) -> User:
    """Return a person's row, held to the end of the unit. Raises NotFound, Forbidden for who may do more."""
    person = _locked(work, user_id)
    if user_id != work.viewer.user_id:
        refuse_beyond(work, _reach(work, user_id))
    return person


def record_new_password(work: Work, person: User) -> None:
    """Write down that a person has a new password; what it is, is nobody's."""
    work.act("edit", deed="person_changed", user_id=person.id, name=person.name, fields={}, new_password=True)


def email_key(email: str) -> str:
    """Return the form in which addresses of people are compared."""
    return email.strip().lower()


def checked_email(email: str) -> str:
    """Return the address in lower case. Raises Refused, with `fields`, for what is none."""
    key = email_key(email)
    local, _at, domain = key.rpartition("@")
    # A company's own network has names such as ana@panel or ana@firma.local, so no more is asked than this.
    if (
        not local
        or not domain
        or len(key) > 254
        or any(sign.isspace() or not sign.isprintable() for sign in key)
    ):
        wrong = _("This is no e-mail address.")
        raise Refused("bad_email", wrong, fields={"email": wrong})
    return key


def _kept_password(password: str | None) -> str | None:
    if password is None:
        return None
    passwords.refuse_weak(password)
    return passwords.hashed(password)


def _email_known() -> Conflict:
    wrong = _("Someone with this e-mail address is there already.")
    return Conflict("email_known", wrong, fields={"email": wrong})


def _one(work: Work, user_id: int) -> UserRead:
    found = _read(work, work.session.scalars(select(User).where(col(User.id) == user_id)).all())
    if not found:
        raise NotFound("not_found", _("There is no such person."))
    return found[0]


def _read(work: Work, people: Sequence[User]) -> list[UserRead]:
    held = {role.id: role for role in work.session.scalars(select(Role))}
    in_teams: dict[int, list[str]] = {}
    names = select(col(TeamUser.user_id), col(Team.name)).join(Team, col(Team.id) == TeamUser.team_id)
    for user_id, name in work.session.execute(names.order_by(Team.name_key)):
        in_teams.setdefault(user_id, []).append(name)
    return [
        UserRead(
            id=person.id or 0,
            email=person.email,
            name=person.name,
            role=held[person.role_id].name,
            scope=scope_named(held[person.role_id].scope),
            teams=in_teams.get(person.id or 0, []),
            active=person.active,
            seen=person.seen_at,
        )
        for person in sorted(people, key=lambda person: (fold(person.name), person.id or 0))
    ]


def _locked(work: Work, user_id: int) -> User:
    wanted = select(User).where(col(User.id) == user_id)
    found = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    if found is None:
        raise NotFound("not_found", _("There is no such person."))
    return found


def lock_administrators(work: Work) -> None:
    """Two administrators who demote each other at one instant must not both succeed."""
    if not work.on_sqlite:
        held = select(col(RolePermission.role_id)).where(
            col(RolePermission.permission) == permissions.PEOPLE_MANAGE
        )
        work.session.execute(
            select(col(User.id)).where(col(User.role_id).in_(held)).order_by(col(User.id)).with_for_update()
        )


def _change_own(person: User, command: UserUpdate) -> None:
    given = command.model_fields_set
    if "name" in given and command.name is not None:
        person.name = checked_name(command.name)
    if "locale" in given:
        if command.locale is not None and command.locale not in LOCALES:
            wrong = _("{locale} is not spoken here; {known} are.").format(
                locale=command.locale, known=", ".join(LOCALES)
            )
            raise Refused("unknown_locale", wrong, fields={"locale": wrong})
        person.locale = command.locale
    if "time_zone" in given:
        person.time_zone = _checked_zone(command.time_zone)
    if "theme" in given:
        person.theme = command.theme


def _checked_zone(zone: str | None) -> str | None:
    from zoneinfo import available_timezones

    if zone is not None and zone not in available_timezones():
        wrong = _("{zone} is no time zone; an example is America/Sao_Paulo.").format(zone=zone)
        raise Refused("unknown_time_zone", wrong, fields={"time_zone": wrong})
    return zone


def _role_id(work: Work, name: str) -> int:
    found = work.session.scalar(select(col(Role.id)).where(col(Role.name_key) == fold(name)))
    if found is None:
        known = ", ".join(work.session.scalars(select(col(Role.name)).order_by(col(Role.id))))
        wrong = _("There is no role {name}. The roles are: {known}.").format(name=name, known=known)
        raise Refused("unknown_role", wrong, fields={"role": wrong})
    return found


def refuse_beyond(work: Work, wanted: Reach, mine: Reach | None = None) -> None:
    """Refuse what reaches further than the one who acts: it would be a way to get there oneself.

    `mine` is that person's reach before the change, where the change may be of that very person. A token's scopes
    narrow what its person may do, not whom that person may change.
    """
    if work.viewer.is_system:
        return
    mine = mine or _reach(work, work.viewer.user_id)
    if not wanted.permissions <= mine.permissions or wanted.scope < mine.scope:
        raise Forbidden(
            "beyond_yours",
            _("This role allows more than yours does. Ask somebody who may do all of it."),
        )


def refuse_other_teams(work: Work, team_ids: Iterable[int]) -> None:
    """Refuse to move people in and out of teams that are not one's own, for whoever does not see all contacts."""
    sees_all = work.viewer.is_system or work.viewer.scope == "everyone"
    if not sees_all and not set(team_ids) <= set(work.viewer.team_ids):
        raise Forbidden(
            "beyond_yours",
            _("These are not your teams. Ask somebody who sees all contacts."),
        )


def _reach(work: Work, user_id: int | None) -> Reach:
    role = work.session.scalars(
        select(Role).join(User, col(User.role_id) == col(Role.id)).where(col(User.id) == user_id)
    ).one()
    return Reach(frozenset(permissions_of(work, role.id or 0)), SCOPES.index(role.scope))


def _record(work: Work, was: UserRead, now: UserRead, *, new_password: bool) -> None:
    names = ("name", "role", "teams", "active")
    fields = {
        name: [getattr(was, name), getattr(now, name)]
        for name in names
        if getattr(was, name) != getattr(now, name)
    }
    if fields or new_password:
        secret = {"new_password": True} if new_password else {}
        work.act("edit", deed="person_changed", user_id=now.id, name=now.name, fields=fields, **secret)


def _set_teams(work: Work, user_id: int, names: Sequence[str]) -> None:
    found = _team_ids(work, names)
    had = select(col(TeamUser.team_id)).where(col(TeamUser.user_id) == user_id)
    refuse_other_teams(work, set(work.session.scalars(had)) ^ set(found))
    work.session.execute(delete(TeamUser).where(col(TeamUser.user_id) == user_id))
    work.session.add_all(TeamUser(team_id=team_id, user_id=user_id) for team_id in found)


def _team_ids(work: Work, names: Sequence[str]) -> list[int]:
    keys = {fold(name): name for name in names}
    found = dict(
        work.session.execute(
            select(col(Team.name_key), col(Team.id)).where(col(Team.name_key).in_(keys))
        ).all()
    )
    unknown = [name for key, name in keys.items() if key not in found]
    if unknown:
        wrong = _("There is no team {names}.").format(names=", ".join(unknown))
        raise Refused("unknown_team", wrong, fields={"teams": wrong})
    return [team_id for team_id in found.values() if team_id is not None]


def _end_tokens(work: Work, user_id: int) -> None:
    work.session.execute(
        update(Token)
        .where(col(Token.user_id) == user_id, col(Token.ended_at).is_(None))
        .values(ended_at=work.now)
    )
