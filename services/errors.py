"""The few errors that services raise. Each is one clear sentence for the person, and a code for programs.

Everything below `Told` is the person's to put right; whatever else escapes a service is ours.
"""

from typing import Any


class Told(Exception):
    """An error that is told to the person: `code` for programs, `message` in the person's language."""

    code = "refused"

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Refused(Told):
    """Bad input or bad use. `data["fields"]`, where given, maps a field's name to what is wrong with it."""


class Forbidden(Told):
    """The person lacks a permission."""


class NotFound(Told):
    """Nothing of that name is there for this person, be it absent, deleted or hidden."""


class Conflict(Told):
    """Somebody changed it meanwhile, or it is in use. `data` says what."""


class NotAvailable(Told):
    """A unique value cannot be taken; by whom it is held is not said."""


class TooMany(Told):
    """Too often; `data["retry_after"]` gives seconds."""


class NewerDatabase(Told):
    """The database was written by a newer Carteira."""
