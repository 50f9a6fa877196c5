"""Room on the disk: whatever fails for want of it is told in the same words."""

import errno
import sqlite3

from hooks.i18n import N_

NO_ROOM = N_("The disk of the server is full. Make room on it, then try again.")

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_ON_SQLITE = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE,
})  # fmt: skip
_FULL_ON_POSTGRES = "53100"


def is_full(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, means that a disk or the database on it can take nothing more."""
    while error is not None:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, OSError) and cause.errno in _FULL_DISK:
            return True
        if getattr(cause, "sqlite_errorcode", None) in _FULL_ON_SQLITE:
            return True
        if getattr(cause, "sqlstate", None) == _FULL_ON_POSTGRES:
            return True
        error = error.__cause__ or error.__context__
    return False
