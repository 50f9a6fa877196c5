"""Values that one contact alone can have: whether those who are to get them back still can."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from models.contact import Contact
from services import denials
from services.access import visible
from services.among import among_texts
from services.work import Work

Back = dict[int, dict[str, Any]]
Rows = Mapping[int, Row[Any]]
Leave = Callable[[int, str, str], None]
# Who asks, for which field.
Asking = tuple[int, str]


@dataclass
class Settled:
    """`free` are those that let go of a value, by its column, so that another one can have it again.

    `is_spent` says that the answers of the hour on what is hidden were used up.
    """

    free: dict[str, set[int]] = field(default_factory=lambda: {"external_id": set(), "email_key": set()})
    is_spent: bool = False


class Keys:
    """External IDs and primary e-mails that contacts are to get `back`; `binned` go to the bin, and so let go.

    `answers` is how many more of the hour's the person may get, null for one who sees everything.
    """

    def __init__(
        self, work: Work, rows: Rows, back: Back, binned: Collection[int], leave: Leave, answers: int | None
    ) -> None:
        self._work, self._back, self._binned, self._leave, self._answers = work, back, binned, leave, answers
        self._asked = dict(_asked(rows, back, binned))
        self._holders = self._held()

    def settle(self) -> Settled:
        """Take from `back` what somebody else has by now, and tell of it."""
        settled = Settled()
        hidden = self._refuse("taken")
        if self._answers is not None and self._asked | hidden:
            told = sorted(hidden)[: self._answers]
            for asking in told:
                denials.note(self._work, "undo", asking[1])
                self._leave(*_told(asking), "not_available")
            settled.is_spent = len(told) < len(hidden) or not self._answers
            for asking in sorted(hidden)[len(told) :]:
                self._leave(*_told(asking), "too_many")
            if settled.is_spent:
                # None gets anything back any more that would ask for another answer, whether there is one or not.
                for asking in [one for one in sorted(self._asked) if not told or one > told[-1]]:
                    self._drop(asking)
                    self._leave(*_told(asking), "too_many")
                for asking in self._refuse("too_many"):
                    self._leave(*_told(asking), "too_many")
        for (contact_id, column), key in self._asked.items():
            holder, _seen = self._holders.get((column, key), (contact_id, True))
            if holder != contact_id and holder not in self._binned:
                settled.free[column].add(holder)
        return settled

    def _refuse(self, code: str) -> dict[Asking, str]:
        """Drop what others have and keep; tell of those that are seen, and return those that are not."""
        hidden: dict[Asking, str] = {}
        while standing := [asking for asking in sorted(self._asked) if self._is_taken(asking)]:
            for asking in standing:
                key = self._drop(asking)
                if self._holders[asking[1], key][1]:
                    self._leave(*_told(asking), code)
                else:
                    hidden[asking] = key
        return hidden

    def _is_taken(self, asking: Asking) -> bool:
        contact_id, column = asking
        holder, _seen = self._holders.get((column, self._asked[asking]), (contact_id, True))
        lets_go = holder in self._binned or _FIELDS[column] in self._back.get(holder, {})
        return holder != contact_id and not lets_go

    def _drop(self, asking: Asking) -> str:
        contact_id, column = asking
        going = self._back[contact_id]
        going.pop(_FIELDS[column], None)
        if column == "email_key":
            going.pop("email_shared", None)
        return self._asked.pop(asking)

    def _held(self) -> dict[tuple[str, str], tuple[int, bool]]:
        """Return who has each value now, and whether that one is seen."""
        found = {}
        for column in _FIELDS:
            keys = {key for (_contact, of), key in self._asked.items() if of == column}
            if not keys:
                continue
            value = col(getattr(Contact, column))
            holders = select(value, col(Contact.id), visible(self._work.sight)).where(
                value.in_(among_texts(self._work, keys)), col(Contact.deleted_at).is_(None)
            )
            if column == "email_key":
                holders = holders.where(~col(Contact.email_shared))
            for key, holder, seen in self._work.session.execute(holders):
                found[column, key] = (holder, bool(seen))
        return found


# The column that is unique, and the name of its field in a delta.
_FIELDS = {"external_id": "external_id", "email_key": "emails"}


def _told(asking: Asking) -> tuple[int, str]:
    return asking[0], _FIELDS[asking[1]]


def _asked(rows: Rows, back: Back, binned: Collection[int]) -> list[tuple[Asking, str]]:
    """Return which contacts ask for which unique values; in the bin nobody does."""
    found = []
    for contact_id, going in back.items():
        if contact_id in binned:
            continue
        if going.get("external_id"):
            found.append(((contact_id, "external_id"), going["external_id"]))
        row = rows[contact_id]
        email = next(iter(going["emails"]), None) if "emails" in going else row.email
        shared = going.get("email_shared", row.email_shared)
        is_new = email != row.email or (row.email_shared and not shared)
        if email and not shared and is_new:
            found.append(((contact_id, "email_key"), email))
    return found
