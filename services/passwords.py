"""Passwords: kept as argon2id alone, and checked as slowly where there is no account."""

from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from hooks.i18n import _
from services.errors import Refused

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST = 8
LONGEST = 1_000

# One check takes 64 MB: many at one instant must not exhaust the machine.
_few = BoundedSemaphore(4)


def refuse_weak(password: str) -> None:
    """Raise Refused, with `fields`, for a password that is too short or longer than anyone types."""
    if len(password) < SHORTEST:
        wrong = _("A password has at least {n} characters.").format(n=SHORTEST)
    elif len(password) > LONGEST:
        wrong = _("A password has at most {n} characters.").format(n=LONGEST)
    else:
        return
    raise Refused("weak_password", wrong, fields={"password": wrong})


def hashed(password: str) -> str:
    """Return what is kept of a password. It takes a tenth of a second: call it outside a unit of work."""
    with _few:
        return hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Say whether this is the password; without a kept one it takes as long and says no."""
    if len(password) > LONGEST:
        password, kept = "", None
    with _few:
        right = hasher().verify(password, kept or nobodys())
    return right and kept is not None


@lru_cache(maxsize=1)
def hasher() -> "PasswordHash":
    """Return how passwords are hashed: argon2id with the library's recommended work."""
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def nobodys() -> str:
    """Return a hash that takes as long to check as anybody's."""
    return hasher().hash("nobody has this password")
