"""Why an undo has left something as it is, in words."""

from hooks.i18n import N_, _
from services import denials

_REASONS = {
    "changed_since": N_("Somebody has changed this since."),
    "touched_since": N_("The import made this contact, but somebody has worked on it since."),
    "in_use": N_("The import made this contact, but something has been attached to it since."),
    "used_since": N_(
        "The import brought this contact back from the bin, and somebody has worked on it since."
    ),
    "joined_again": N_("It was taken out and added again since."),
    "may_not": N_("The segment is switched off, or not yours to change."),
    "taken": N_("Another contact has this value by now."),
    "too_many": N_("Too many values were not available. Try again in an hour."),
    "in_bin": N_("The contact is in the bin by now."),
    "segment_used": N_("The sheet made this segment, but contacts have been in it since."),
    "segment_touched": N_("The sheet made this segment, but somebody has changed it since."),
    "segment_gone": N_("The segment was deleted since."),
    "gone": N_("The contact is gone for good."),
}


def reason(code: str) -> str:
    """Return the sentence for a code."""
    return denials.sentence() if code == "not_available" else _(_REASONS[code])
