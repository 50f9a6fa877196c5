"""Sign-in: sessions that live in the database, and a growing wait for whoever guesses."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import SYSTEM, Via, Viewer
from models.doors import Session, SessionRead
from models.people import User
from services import passwords, permissions, tries
from services.errors import NotFound, Refused
from services.people import email_key, end_sessions, viewer_in
from services.settings import settings
from services.work import Work, unit_of_work

COOKIE = "carteira_session"
DEVICE_COOKIE = "carteira_device"
DEVICE_DAYS = 365

_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the values of its two cookies; the browser keeps the first for `max_age` seconds."""

    user_id: int
    cookie: str
    device: str
    max_age: int


@dataclass(frozen=True)
class Open:
    """A session that is open: its row, who it stands for, and whether its last use should be written down."""

    session_id: int
    viewer: Viewer
    stale: bool


# --- in and out


def sign_in(
    email: str,
    password: str,
    *,
    address: str,
    user_agent: str | None = None,
    device: str | None = None,
    replacing: str | None = None,
) -> SignedIn:
    """Open a session for whoever knows the password.

    `device` is the cookie that an earlier sign-in left (see services/tries.py). `replacing` is the session
    that the browser had before; it ends. Raises Refused `wrong_sign_in`, the same for a wrong password, an
    unknown address and an account that is switched off; TooMany with `retry_after` after failures.
    """
    key = email_key(email)
    with unit_of_work(SYSTEM, write=True) as work:
        person = work.session.scalar(select(User).where(col(User.email_key) == key))
        counted = tries.counters(work, key, address, person, device)
        tries.begin(work, counted)
        user_id, kept = (person.id, person.password_hash) if person and person.active else (None, None)
    if passwords.matches(password, kept) and user_id is not None:
        with unit_of_work(SYSTEM, write=True) as work:
            tries.succeed(work, counted)
            return _open(work, user_id, user_agent, replacing)
    raise _wrong()


def open_for(user_id: int, user_agent: str | None = None, replacing: str | None = None) -> SignedIn:
    """Open a session for a person who has proved to be that person in another way."""
    with unit_of_work(SYSTEM, write=True) as work:
        return _open(work, user_id, user_agent, replacing)


_IS_OPEN = (
    col(Session.ended_at).is_(None),
    col(Session.expires_at) > bindparam("moment"),
    col(Session.seen_at) > bindparam("idle"),
)
# Asked with every click. Made once, it keeps the key by which SQLAlchemy finds what it has compiled.
_OPEN = select(col(Session.id), col(Session.user_id), col(Session.seen_at)).where(
    *_IS_OPEN, col(Session.hash) == bindparam("hash")
)


def look_up(cookie: str | None, via: Via = "page", locale: str | None = None) -> Open | None:
    """Return the open session of this cookie, or None. It is asked at every request, and writes nothing."""
    if not isinstance(cookie, str) or not cookie:
        return None
    with unit_of_work(SYSTEM) as work:
        found = work.session.execute(_OPEN, _moments(work.now) | {"hash": digest(cookie)}).first()
        if found is None:
            return None
        try:
            viewer = viewer_in(work, found.user_id, via, locale)
        except NotFound:
            return None
        return Open(found.id, viewer, work.now - found.seen_at > _TOUCH_AFTER)


def touch(session_id: int) -> None:
    """Write down that a session is in use, which puts off its end; call it where nobody waits for it."""
    with unit_of_work(SYSTEM, write=True) as work:
        session = work.session.get(Session, session_id)
        if session is not None:
            session.seen_at = work.now
            work.session.execute(update(User).where(col(User.id) == session.user_id).values(seen_at=work.now))


def sign_out(cookie: str | None) -> None:
    """End the session of this cookie, if it has one."""
    if cookie:
        with unit_of_work(SYSTEM, write=True) as work:
            _end(work, col(Session.hash) == digest(cookie))


# --- the person's list


def mine(viewer: Viewer) -> Sequence[SessionRead]:
    """Return the viewer's open sessions, the one used last first."""
    assert viewer.user_id is not None
    return _sessions(viewer, viewer.user_id)


def of_user(viewer: Viewer, user_id: int) -> Sequence[SessionRead]:
    """Return somebody's open sessions, for whoever manages people."""
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    return _sessions(viewer, user_id)


def end(viewer: Viewer, session_id: int) -> None:
    """End a session: one's own, or anybody's with the permission to manage people. Raises NotFound."""
    with unit_of_work(viewer, write=True) as work:
        session = work.session.get(Session, session_id)
        others = viewer.may(permissions.PEOPLE_MANAGE)
        if session is None or not (session.user_id == viewer.user_id or others):
            raise NotFound("not_found", _("There is no such session."))
        _end(work, col(Session.id) == session_id)


def end_others(viewer: Viewer, present: int) -> None:
    """End all of the viewer's own sessions but the present one."""
    assert viewer.user_id is not None
    with unit_of_work(viewer, write=True) as work:
        end_sessions(work, viewer.user_id, but=present)


def digest(secret: str) -> str:
    """Return what is kept of a secret that nobody can guess: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _wrong() -> Refused:
    return Refused("wrong_sign_in", _("This e-mail address and password do not belong together."))


def _sessions(viewer: Viewer, user_id: int) -> list[SessionRead]:
    with unit_of_work(viewer) as work:
        found = work.session.scalars(
            select(Session)
            .where(*_IS_OPEN, col(Session.user_id) == user_id)
            .order_by(col(Session.seen_at).desc()),
            _moments(work.now),
        ).all()
        return [
            SessionRead(id=one.id or 0, began=one.created_at, seen=one.seen_at, browser=one.user_agent)
            for one in found
        ]


def _moments(moment: datetime) -> dict[str, datetime]:
    return {"moment": moment, "idle": moment - timedelta(hours=settings().sign_in.idle_hours)}


def _end(work: Work, which: ColumnElement[bool]) -> None:
    work.session.execute(
        update(Session).where(which, col(Session.ended_at).is_(None)).values(ended_at=work.now)
    )


def _open(work: Work, user_id: int, user_agent: str | None, replacing: str | None) -> SignedIn:
    if replacing:
        _end(work, col(Session.hash) == digest(replacing))
    cookie = secrets.token_urlsafe(32)
    lasts = timedelta(days=settings().sign_in.longest_days)
    person = work.session.get(User, user_id)
    if person is None or not person.active:
        raise _wrong()
    person.seen_at = work.now
    tries.make_device_key(work)
    work.session.add(
        Session(
            hash=digest(cookie),
            user_id=user_id,
            created_at=work.now,
            seen_at=work.now,
            expires_at=work.now + lasts,
            user_agent=(user_agent or "")[:300] or None,
        )
    )
    return SignedIn(user_id, cookie, tries.device_mark(work, person), int(lasts.total_seconds()))
