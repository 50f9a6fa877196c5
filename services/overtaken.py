"""A use case that another one overtook is done anew: its checks then see what the other one did."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from hooks.i18n import _
from services.errors import Conflict

Given = ParamSpec("Given")
Done = TypeVar("Done")

UNIQUE_VIOLATION = "23505"
# A serialization failure, a deadlock: PostgreSQL undid the transaction that can best be done anew.
_UNDONE = frozenset({"40001", "40P01"})
_TRIES = 5


class Overtaken(Exception):
    """What was looked at before it was held is no longer so; nothing is written yet that could not be undone."""


def anew_when_overtaken(use_case: Callable[Given, Done]) -> Callable[Given, Done]:
    """Have a use case done anew when another transaction came first.

    It is for functions that open their one unit of work themselves: of all that such a function did nothing is left.
    A unique key that somebody took between the check and the writing is met by the check of the next try, which
    answers as ever. Raises Conflict `busy` when others always come first.
    """

    @wraps(use_case)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> Done:
        for attempt in range(1, _TRIES):
            try:
                return use_case(*args, **kwargs)
            except (DBAPIError, Overtaken) as error:
                if not (_is_undone(error) or _sqlstate(error) == UNIQUE_VIOLATION):
                    raise
            time.sleep(0.01 * 2**attempt)
        try:
            return use_case(*args, **kwargs)
        except (DBAPIError, Overtaken) as error:
            if not _is_undone(error):
                raise
            raise Conflict("busy", _("Others are changing the same at this moment. Try again.")) from error

    return tried


def _is_undone(error: Exception) -> bool:
    return isinstance(error, Overtaken) or _sqlstate(error) in _UNDONE


def _sqlstate(error: Exception) -> Any:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
