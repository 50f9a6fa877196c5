"""What a name that people give may be: of a person, a team, a role, a token, a segment, a tag."""

import unicodedata

from hooks.i18n import _
from models.fold import MARKS, fold
from services.errors import Refused

LIMIT = 200

# Controls, halves of letters, letters of nobody's alphabet, breaks of lines; formats, which show other letters in
# another order than they are written in.
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def checked_name(name: str) -> str:
    """Return a name without spaces at either end. Raises Refused, with `fields`, for what is none."""
    wrong = None
    if not fold(name) or len(name) > LIMIT:
        wrong = _("A name has between 1 and {n} characters.").format(n=LIMIT)
    elif not on_one_line(name):
        wrong = _("A name stands on one line, without control characters.")
    if wrong:
        raise Refused("bad_name", wrong, fields={"name": wrong})
    return name.strip()


def on_one_line(name: str) -> bool:
    """Say whether `name` is shown as it is written, on one line."""
    return name.isprintable() or all(
        sign in MARKS or unicodedata.category(sign) not in _NEVER for sign in name
    )
