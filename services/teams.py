"""Teams: what a team is called and who is in it. Who is in it decides who sees what."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy import delete as delete_rows
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import Viewer
from models.fold import fold
from models.people import Team, TeamCreate, TeamRead, TeamUpdate, TeamUser, User
from models.segment import SegmentTeam
from services import permissions, staff
from services.errors import Conflict, NotFound, Refused
from services.impact import Impact, of_staff
from services.names import checked_name
from services.overtaken import anew_when_overtaken
from services.people import email_key, refuse_other_teams
from services.work import Work, unit_of_work


def listed(viewer: Viewer) -> list[TeamRead]:
    """Return all teams by name, with the addresses of their active people."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        return _read(work, work.session.scalars(select(Team).order_by(Team.name_key)).all())


def one(viewer: Viewer, team_id: int) -> TeamRead:
    """Return one team. Raises NotFound."""
    permissions.require_reading(viewer, "people")
    with unit_of_work(viewer) as work:
        return _read(work, [_team(work, team_id, held=False)])[0]


@anew_when_overtaken
def add(viewer: Viewer, command: TeamCreate) -> TeamRead:
    """Make a team. Raises Refused with `fields`, Conflict `name_known` for a name that is taken."""
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    name = _checked(command.name)
    with unit_of_work(viewer, write=True) as work:
        _refuse_known(work, name)
        made = Team(name=name, name_key=fold(name), created_at=work.now)
        work.session.add(made)
        work.session.flush()
        work.act("edit", deed="team_added", team_id=made.id, name=name)
        return _read(work, [made])[0]


@anew_when_overtaken
def change(viewer: Viewer, team_id: int, command: TeamUpdate) -> TeamRead:
    """Rename a team, or have it hold exactly the active people `users`, by e-mail address.

    People who are switched off stay in it. Raises NotFound, Refused with `fields`, Conflict `name_known`.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        found = _team(work, team_id)
        fields: dict[str, list[object]] = {}
        if command.name is not None and command.name != found.name:
            name = _checked(command.name)
            _refuse_known(work, name, but=team_id)
            fields["name"] = [found.name, name]
            found.name, found.name_key = name, fold(name)
        if command.users is not None:
            before, after = _members(work, team_id), _user_ids(work, command.users)
            gone, fresh = before - after, after - before
            if gone or fresh:
                refuse_other_teams(work, [team_id])
            work.session.execute(
                delete_rows(TeamUser).where(col(TeamUser.team_id) == team_id, col(TeamUser.user_id).in_(gone))
            )
            work.session.add_all(TeamUser(team_id=team_id, user_id=user_id) for user_id in sorted(fresh))
            if gone or fresh:
                fields["users"] = [sorted(before), sorted(after)]
        work.session.flush()
        if fields:
            work.act("edit", deed="team_changed", team_id=team_id, name=found.name, fields=fields)
        return _read(work, [found])[0]


def delete(viewer: Viewer, team_id: int) -> None:
    """Delete a team: nobody is in it any more, and no segment is linked to it. People stay. Raises NotFound."""
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    with unit_of_work(viewer, write=True) as work:
        found = _team(work, team_id)
        refuse_other_teams(work, [team_id])
        links = select(col(SegmentTeam.segment_id)).where(col(SegmentTeam.team_id) == team_id)
        linked = sorted(work.session.scalars(links))
        members = sorted(work.session.scalars(_all_of(team_id)))
        work.session.execute(delete_rows(SegmentTeam).where(col(SegmentTeam.team_id) == team_id))
        work.session.execute(delete_rows(TeamUser).where(col(TeamUser.team_id) == team_id))
        work.session.delete(found)
        work.act(
            "edit", deed="team_deleted", team_id=team_id, name=found.name, users=members, segments=linked
        )


def impact(viewer: Viewer, team_id: int, users: Sequence[str] | None) -> Impact:
    """Return who would gain and lose how many contacts if the team held these people, or were deleted (null)."""
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    with unit_of_work(viewer) as work:
        _team(work, team_id, held=False)
        before = staff.read(work)
        if users is None:
            return of_staff(work, before, before.with_members(team_id, ()))
        others = set(work.session.scalars(_all_of(team_id))) - _members(work, team_id)
        return of_staff(work, before, before.with_members(team_id, others | _user_ids(work, users)))


def _checked(name: str) -> str:
    """Return a team's name as it is kept. Raises Refused, with `fields`, for what is none."""
    if ";" in name:
        wrong = _("A team's name cannot hold a semicolon: it separates teams in files.")
        raise Refused("bad_name", wrong, fields={"name": wrong})
    return checked_name(name)


def _team(work: Work, team_id: int, *, held: bool = True) -> Team:
    """Return the row, held to the end of the unit where it will be changed. Raises NotFound."""
    wanted = select(Team).where(col(Team.id) == team_id)
    found = work.session.scalar(wanted.with_for_update() if held and not work.on_sqlite else wanted)
    if found is None:
        raise NotFound("not_found", _("There is no such team."))
    return found


def _all_of(team_id: int) -> Select[int]:
    return select(col(TeamUser.user_id)).where(col(TeamUser.team_id) == team_id)


def _members(work: Work, team_id: int) -> set[int]:
    """Return the active people of a team."""
    active = select(col(User.id)).where(col(User.active))
    return set(work.session.scalars(_all_of(team_id).where(col(TeamUser.user_id).in_(active))))


def _user_ids(work: Work, emails: Sequence[str]) -> set[int]:
    keys = {email_key(email): email for email in emails}
    wanted = select(col(User.email_key), col(User.id)).where(col(User.email_key).in_(keys), col(User.active))
    found = dict(work.session.execute(wanted).all())
    unknown = [email for key, email in keys.items() if key not in found]
    if unknown:
        wrong = _("There is nobody here with this e-mail address: {emails}.").format(
            emails=", ".join(unknown)
        )
        raise Refused("unknown_user", wrong, fields={"users": wrong})
    return {user_id for user_id in found.values() if user_id is not None}


def _refuse_known(work: Work, name: str, but: int | None = None) -> None:
    same = work.session.scalar(select(col(Team.id)).where(col(Team.name_key) == fold(name)))
    if same is not None and same != but:
        wrong = _("A team of this name is there already.")
        raise Conflict("name_known", wrong, fields={"name": wrong})


def _read(work: Work, found: Sequence[Team]) -> list[TeamRead]:
    members = work.session.execute(
        select(col(TeamUser.team_id), col(User.email))
        .join(User, col(User.id) == TeamUser.user_id)
        .where(col(User.active))
        .order_by(User.email_key)
    ).all()
    return [
        TeamRead(id=team.id or 0, name=team.name, users=[email for in_, email in members if in_ == team.id])
        for team in found
    ]
