"""The growing wait for whoever guesses passwords: per account, per address, and never for good."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlmodel import col

from hooks.i18n import _
from models.doors import Kept, SignInFailure
from models.people import User
from services.errors import TooMany
from services.once import insert_unless_there
from services.settings import settings
from services.work import Work

# A row that counts failures is forgotten after this long without another one.
FORGOTTEN = timedelta(days=1)
# An office, or a proxy that nobody declared, is many people behind one address.
_ADDRESS_PATIENCE = 6

Counters = Mapping[str, int]


def counters(work: Work, email: str, address: str, person: User | None, device: str | None) -> Counters:
    """Return the counters that a try belongs to, with the failures that each lets pass without a wait.

    A browser that once signed in as this person has a counter of its own and no other, so that nobody can
    keep a person out by failing in that person's name or from that person's office.
    """
    free = settings().sign_in.free_failures
    if device and person and hmac.compare_digest(device.encode(), device_mark(work, person).encode()):
        return {f"device:{_digest(device)}": free}
    return {f"account:{_digest(email)}": free, f"address:{address[:100]}": free * _ADDRESS_PATIENCE}


def begin(work: Work, counted: Counters) -> None:
    """Count a try as failed before it is made: a thousand at one instant must not all pass as the first.

    Raises TooMany with `retry_after` when one of the counters asks for a wait; such a try is not counted.
    """
    for key in sorted(counted):
        insert_unless_there(work, SignInFailure, {"key": key, "count": 0, "last_at": work.now})
    wanted = select(SignInFailure).where(col(SignInFailure.key).in_(counted)).order_by(col(SignInFailure.key))
    found = work.session.scalars(wanted if work.on_sqlite else wanted.with_for_update()).all()
    for one in found:
        if one.last_at < work.now - FORGOTTEN:
            one.count = 0
    _refuse_early(work, counted, found)
    for one in found:
        one.count += 1
        one.last_at = work.now


def succeed(work: Work, counted: Counters) -> None:
    """Clear the account's and the browser's failures; an address only gets back the try that succeeded."""
    own = [key for key in counted if not key.startswith("address:")]
    work.session.execute(delete(SignInFailure).where(col(SignInFailure.key).in_(own)))
    work.session.execute(
        update(SignInFailure)
        .where(col(SignInFailure.key).in_(set(counted) - set(own)), col(SignInFailure.count) > 0)
        .values(count=col(SignInFailure.count) - 1)
    )


def device_mark(work: Work, person: User) -> str:
    """Return the mark of a browser that has signed in as this person; a new password makes it worthless."""
    kept = work.session.get(Kept, "device_key")
    if kept is None:
        return ""
    message = f"{person.id}:{person.password_hash}".encode()
    return hmac.new(bytes.fromhex(kept.value["key"]), message, hashlib.sha256).hexdigest()


def make_device_key(work: Work) -> None:
    """Make the key of those marks, once an installation."""
    insert_unless_there(work, Kept, {"key": "device_key", "value": {"key": secrets.token_hex(32)}})


def _refuse_early(work: Work, counted: Counters, found: Iterable[SignInFailure]) -> None:
    ends = [one.last_at + timedelta(seconds=_wait(one.count, counted[one.key])) for one in found]
    seconds = max((-((work.now - end) // timedelta(seconds=1)) for end in ends), default=0)
    if seconds > 0:
        raise TooMany(
            "too_many_tries",
            _("Too many tries that failed. Wait {seconds} seconds, then try again.").format(seconds=seconds),
            retry_after=seconds,
        )


def _wait(failures: int, free: int) -> int:
    """Return the seconds to wait after so many failures: 1, 2, 4, … up to the setting's longest."""
    beyond = failures - free
    return 0 if beyond < 0 else min(1 << min(beyond, 30), settings().sign_in.longest_wait_seconds)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
