"""Why a row of a sheet of segments did not come in, as sentences in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hooks.i18n import _, current_locale, ngettext
from services.imports.unreadable import quoted
from services.segment_sheets.words import colours

Detail = Mapping[str, Any]


def _text(detail: Detail) -> str:
    return quoted(str(detail.get("text") or ""))


def _names(detail: Detail) -> str:
    names: Sequence[str] = detail["names"]
    return ", ".join(quoted(name) for name in names)


SENTENCES: dict[str, Callable[[Detail], str]] = {
    "segment_without_name": lambda _detail: _("The row names no segment."),
    "segment_twice": lambda detail: _("The sheet has more than one row for {name}.").format(
        name=_names(detail)
    ),
    "dynamic_segment": lambda detail: _("{name} fills itself by a filter.").format(name=_names(detail)),
    "other_spelling": lambda detail: _(
        "There is a segment called {name}: names that differ only in case or accents are one. Write it as it is."
    ).format(name=_names(detail)),
    "unknown_colour": lambda detail: _("{colour} is none of the colours: {known}.").format(
        colour=_text(detail), known=", ".join(colours(current_locale()))
    ),
    "not_yes_or_no": lambda detail: _("“{text}” says neither yes nor no.").format(text=_text(detail)),
    "unknown_teams": lambda detail: ngettext(
        "There is no team called {names}.", "There are no teams called {names}.", len(detail["names"])
    ).format(names=_names(detail)),
    "unknown_users": lambda detail: ngettext(
        "There is no person with the e-mail {names}.",
        "There are no people with the e-mails {names}.",
        len(detail["names"]),
    ).format(names=_names(detail)),
    "may_not_restrict": lambda _detail: _(
        "Only somebody who sees all contacts, and whose role allows it, can restrict or link a segment."
    ),
    "segment_changed_since": lambda _detail: _(
        "The segment was changed after the review, so it was left as it is. Load this row again."
    ),
}
