"""The first administrator: from the environment, or by a link that is printed once and works once."""

import hmac
import secrets

import structlog
from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from hooks.viewer import SYSTEM
from models.doors import Kept
from models.people import User
from services import passwords
from services.errors import Conflict, NotFound, Refused
from services.names import checked_name
from services.once import insert_unless_there
from services.people import administrators, checked_email, email_key, insert_user
from services.sessions import SignedIn, digest, open_for
from services.settings import settings
from services.work import Work, unit_of_work

ROLE = "administrator"
_KEY = "setup"
# Several web processes may start beside each other, and each prints a link.
_LINKS = 8

log = structlog.get_logger(__name__)


def is_needed() -> bool:
    """Say whether nobody is administrator yet."""
    with unit_of_work(SYSTEM) as work:
        return not administrators(work)


def from_environment() -> bool:
    """Make the administrator whom the settings name, if there is none yet; say whether one was made.

    Raises Refused for settings that name one of the two, e-mail address and password, without the other.
    """
    email, password = settings().admin_email, settings().admin_password
    if not email and not password:
        return False
    if not email or not password:
        wrong = _("admin_email and admin_password are given together, or not at all.")
        raise Refused("bad_settings", wrong)
    if not is_needed():
        return False
    address = checked_email(email)
    if len(password) < passwords.SHORTEST:
        log.warning("the first administrator has a short password", characters=len(password))
    kept = passwords.hashed(password)
    with unit_of_work(SYSTEM, write=True) as work:
        _lock(work)
        if administrators(work):
            return False
        _make(work, address, address.partition("@")[0], kept)
    return True


def set_up_token() -> str | None:
    """Return the secret of a fresh set-up link, or None when there is an administrator already."""
    if not is_needed():
        return None
    secret = secrets.token_urlsafe(32)
    with unit_of_work(SYSTEM, write=True) as work:
        links = _lock(work)
        links.value = {"hashes": [*links.value["hashes"], digest(secret)][-_LINKS:]}
    return secret


def set_up_link(base: str) -> str | None:
    """Return the link that makes the first administrator, below the address `base`, or None."""
    secret = set_up_token()
    return f"{base.rstrip('/')}/setup?token={secret}" if secret else None


def is_open(secret: str) -> bool:
    """Say whether this link still leads anywhere."""
    with unit_of_work(SYSTEM) as work:
        kept = work.session.get(Kept, _KEY)
        return kept is not None and _fits(kept, secret) and not administrators(work)


def use(secret: str, name: str, email: str, password: str, user_agent: str | None = None) -> SignedIn:
    """Make the first administrator and open that person's session. Of two at one instant one succeeds.

    Raises NotFound for a link that is dead or never was one, Refused with `fields`.
    """
    if not is_open(secret):
        raise _dead()
    address, called = checked_email(email), checked_name(name)
    passwords.refuse_weak(password)
    kept = passwords.hashed(password)
    with unit_of_work(SYSTEM, write=True) as work:
        links = _lock(work)
        if not _fits(links, secret) or administrators(work):
            raise _dead()
        made = _make(work, address, called, kept)
        links.value = {"hashes": []}
    return open_for(made, user_agent)


def _make(work: Work, email: str, name: str, password_hash: str) -> int:
    if work.session.scalar(select(col(User.id)).where(col(User.email_key) == email_key(email))) is not None:
        wrong = _("Someone with this e-mail address is there already.")
        raise Conflict("email_known", wrong, fields={"email": wrong})
    return insert_user(work, email=email, name=name, role=ROLE, password_hash=password_hash)


def _lock(work: Work) -> Kept:
    """Return the row of links, held to the end of the unit: only one may make the first administrator."""
    insert_unless_there(work, Kept, {"key": _KEY, "value": {"hashes": []}})
    wanted = select(Kept).where(col(Kept.key) == _KEY)
    found = work.session.scalar(wanted if work.on_sqlite else wanted.with_for_update())
    assert found is not None
    return found


def _fits(links: Kept, secret: str) -> bool:
    kept = digest(secret)
    return any(hmac.compare_digest(kept, one) for one in links.value["hashes"])


def _dead() -> NotFound:
    return NotFound(
        "dead_link",
        _("This link no longer works. Restart Carteira for a fresh one, or sign in if you have an account."),
    )
