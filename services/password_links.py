"""A link by which a person chooses a new password: made by whoever manages people, good for a day and for one use."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _, use_locale
from hooks.viewer import SYSTEM, Viewer
from models.base import from_microseconds, to_microseconds
from models.doors import Kept
from models.people import User
from services import mail, passwords, permissions
from services.errors import Conflict, NotFound
from services.once import insert_unless_there
from services.people import end_sessions, may_touch, record_new_password
from services.sessions import SignedIn, digest, open_for
from services.work import Work, unit_of_work

_GOOD_FOR = timedelta(hours=24)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Link:
    """Where a person chooses a new password, and whether it was mailed to `email`."""

    address: str
    email: str
    mailed: bool


def make(viewer: Viewer, user_id: int, base: str) -> Link:
    """Make a link below the address `base`, and mail it where mail is set up; an earlier one no longer works.

    Raises NotFound, Forbidden for a person who may do more than the viewer, Conflict for one who is switched off.
    """
    permissions.require(viewer, permissions.PEOPLE_MANAGE)
    secret = f"{user_id}.{secrets.token_urlsafe(32)}"
    with unit_of_work(viewer, write=True) as work:
        person = may_touch(work, user_id)
        if not person.active:
            raise Conflict("not_active", _("This account is switched off. Switch it on first."))
        kept = _locked(work, user_id)
        kept.value = {"hash": digest(secret), "until": to_microseconds(work.now + _GOOD_FOR)}
        work.act("edit", deed="password_link_made", user_id=user_id, name=person.name)
        email, name, locale = person.email, person.name, person.locale or viewer.locale
    address = f"{base.rstrip('/')}/password?token={secret}"
    return Link(address, email, _mailed(email, name, locale, address))


def is_open(secret: str) -> bool:
    """Say whether this link still leads anywhere."""
    with unit_of_work(SYSTEM) as work:
        user_id = _user_id(secret)
        kept = work.session.get(Kept, _key(user_id)) if user_id else None
        return kept is not None and _fits(work, kept, secret)


def use(secret: str, password: str, user_agent: str | None = None) -> SignedIn:
    """Set the password, end the person's sessions and open a new one. Of two at one instant one succeeds.

    Raises NotFound for a link that is dead or never was one, Refused with `fields`.
    """
    user_id = _user_id(secret)
    if user_id is None or not is_open(secret):
        raise _dead()
    passwords.refuse_weak(password)
    hashed = passwords.hashed(password)
    with unit_of_work(SYSTEM, write=True) as work:
        kept = _locked(work, user_id)
        person = work.session.get(User, user_id)
        if not _fits(work, kept, secret) or person is None or not person.active:
            raise _dead()
        person.password_hash = hashed
        work.session.delete(kept)
        end_sessions(work, user_id)
        record_new_password(work, person)
    return open_for(user_id, user_agent)


def _mailed(email: str, name: str, locale: str, address: str) -> bool:
    if not mail.is_set_up():
        return False
    with use_locale(locale):
        subject = _("Choose a new password for Carteira")
        text = _(
            "Hello {name},\n\nplease choose a new password here:\n\n{address}\n\n"
            "The link works once, and for 24 hours. If you expected nothing of the kind, leave it alone "
            "and tell whoever runs Carteira for you.\n"
        ).format(name=name, address=address)
    try:
        mail.send(email, subject, text)
    except OSError as error:  # smtplib's errors are among them
        log.warning("a password link could not be mailed", error=type(error).__name__)
        return False
    return True


def _key(user_id: int) -> str:
    return f"password:{user_id}"


def _user_id(secret: str) -> int | None:
    number, _dot, rest = secret.partition(".")
    return int(number) if rest and number.isascii() and number.isdigit() and len(number) < 19 else None


def _locked(work: Work, user_id: int) -> Kept:
    insert_unless_there(work, Kept, {"key": _key(user_id), "value": {}})
    wanted = select(Kept).where(col(Kept.key) == _key(user_id))
    found = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    assert found is not None
    return found


def _fits(work: Work, kept: Kept, secret: str) -> bool:
    until = kept.value.get("until")
    if until is None or from_microseconds(until) <= work.now:
        return False
    return hmac.compare_digest(str(kept.value["hash"]), digest(secret))


def _dead() -> NotFound:
    return NotFound("dead_link", _("This link no longer works. Ask for a fresh one."))
