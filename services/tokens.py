"""Keys for programs: shown once, kept as a hash, and never more than their person may."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import SYSTEM, Viewer
from models.doors import Token, TokenRead
from models.people import User
from services import permissions
from services.errors import Forbidden, NotFound, Refused
from services.names import checked_name
from services.people import viewer_in
from services.sessions import digest
from services.work import unit_of_work

# Found by scanners of published secrets, and by the eye in a log.
PREFIX = "carteira_"
_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    """A fresh token; `secret` is shown this once."""

    id: int
    secret: str


@dataclass(frozen=True)
class Known:
    """A token that is valid: its row, who it stands for, and whether its last use should be written down."""

    token_id: int
    viewer: Viewer
    stale: bool


def add(viewer: Viewer, name: str, scopes: Sequence[str], *, user_id: int | None = None) -> Made:
    """Make a token for oneself, or for `user_id` with the permission to manage people.

    Raises Refused for an unknown scope or none at all, Forbidden, NotFound.
    """
    whose = user_id if user_id is not None else viewer.user_id
    if whose != viewer.user_id:
        permissions.require(viewer, permissions.PEOPLE_MANAGE)
    if whose is None:
        raise Refused("nobody", _("A token belongs to a person: say whose it is."))
    if viewer.via == "api":
        raise Forbidden("forbidden", _("A token cannot make another one."))
    permissions.permissions_of_scopes(scopes)
    if not scopes:
        raise Refused("no_scope", _("A token needs at least one scope, such as read."))
    called = checked_name(name)
    secret = PREFIX + secrets.token_urlsafe(32)
    with unit_of_work(viewer, write=True) as work:
        if work.session.scalar(select(col(User.id)).where(col(User.id) == whose, col(User.active))) is None:
            raise NotFound("not_found", _("There is no such person."))
        made = Token(
            name=called, hash=digest(secret), user_id=whose, scopes=list(scopes), created_at=work.now
        )
        work.session.add(made)
        work.session.flush()
        assert made.id is not None
        return Made(made.id, secret)


def look_up(secret: str, locale: str | None = None) -> Known | None:
    """Return whom a token stands for, with the person's present rights cut by its scopes; None if invalid."""
    with unit_of_work(SYSTEM) as work:
        found = work.session.scalar(
            select(Token).where(col(Token.hash) == digest(secret), col(Token.ended_at).is_(None))
        )
        if found is None or found.id is None:
            return None
        try:
            viewer = viewer_in(work, found.user_id, "api", locale, found.scopes)
        except NotFound:
            return None
        used = found.used_at
        return Known(found.id, viewer, used is None or work.now - used > _TOUCH_AFTER)


def touch(token_id: int) -> None:
    """Write down that a token is in use; call it where nobody waits for it."""
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(Token).where(col(Token.id) == token_id).values(used_at=work.now))


def mine(viewer: Viewer) -> list[TokenRead]:
    """Return the viewer's valid tokens, or everybody's for whoever manages people, newest first."""
    wanted = (
        select(col(Token.id), col(Token.name), col(User.email), col(Token.scopes), col(Token.created_at),
               col(Token.used_at))
        .join(User, col(User.id) == Token.user_id)
        .where(col(Token.ended_at).is_(None))
        .order_by(col(Token.id).desc())
    )  # fmt: skip
    if not viewer.may(permissions.PEOPLE_MANAGE):
        wanted = wanted.where(col(Token.user_id) == viewer.user_id)
    with unit_of_work(viewer) as work:
        return [
            TokenRead(id=id_ or 0, name=name, email=email, scopes=scopes, made=made, used=used)
            for id_, name, email, scopes, made, used in work.session.execute(wanted)
        ]


def end(viewer: Viewer, token_id: int) -> None:
    """Make a token worthless: one's own, or anybody's for whoever manages people. Raises NotFound."""
    with unit_of_work(viewer, write=True) as work:
        token = work.session.get(Token, token_id)
        if token is None or not (token.user_id == viewer.user_id or viewer.may(permissions.PEOPLE_MANAGE)):
            raise NotFound("not_found", _("There is no such token."))
        token.ended_at = token.ended_at or work.now
