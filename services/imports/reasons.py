"""Why a row did not come in, and what is to be said of one that did, as sentences in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hooks.i18n import _, current_locale, ngettext, number
from services import denials
from services.imports import unreadable
from services.imports.headers import SEVERAL, header_of
from services.imports.unreadable import Unreadable, quoted
from services.segment_sheets import columns as segment_columns
from services.segment_sheets import reasons as of_segments

Detail = Mapping[str, Any]

# Beside what is kept of a row: what its file calls the fields.
_HEADERS = "headers"


def reason(code: str, detail: Detail | None, headers: Mapping[str, str] | None = None) -> str:
    """Return why a row was rejected or skipped; `headers` are the file's own names of the fields.

    Raises KeyError for a code that nothing here gives out.
    """
    detail = {**(detail or {}), _HEADERS: headers or {}}
    if code in unreadable.CODES:
        sentence = Unreadable(code, str(detail.get("text") or ""), detail).sentence()
        return _("{column}: {reason}").format(column=_column(detail), reason=sentence)
    if code in of_segments.SENTENCES:
        sentence = of_segments.SENTENCES[code](detail)
        return (
            _("{column}: {reason}").format(column=_column(detail), reason=sentence)
            if detail.get("field")
            else sentence
        )
    return _SENTENCES[code](detail)


def notes(detail: Detail | None, headers: Mapping[str, str] | None = None) -> list[str]:
    """Return what is to be said of a row that came in, or will; for `headers` see `reason`."""
    detail = {**(detail or {}), _HEADERS: headers or {}}
    return [sentence(detail) for key, sentence in _NOTES.items() if detail.get(key)]


def headers_of(columns: Sequence[str], mapping: Mapping[int, str | None]) -> dict[str, str]:
    """Return what a file calls its fields; a column without a name has none.

    Columns of which several lead to one field are found by their place, too.
    """
    named = {
        at: (field, quoted(columns[at].strip()))
        for at, field in mapping.items()
        if field and at < len(columns) and columns[at].strip()
    }
    return dict(named.values()) | {str(at): name for at, (field, name) in named.items() if field in SEVERAL}


def _column(detail: Detail) -> str:
    return _header(detail, str(detail["field"]))


def _header(detail: Detail, field: str) -> str:
    own = segment_columns.header_of if field in segment_columns.FIELDS else header_of
    headers = detail[_HEADERS]
    return headers.get(str(detail.get("at"))) or headers.get(field) or own(field, current_locale())


def _quoted(detail: Detail) -> str:
    return quoted(str(detail.get("text") or ""))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_("“{text}”").format(text=quoted(name)) for name in names)


def _missing(detail: Detail) -> str:
    either = {
        "phone_or_email": _("a mobile number or an e-mail address"),
        "name_or_organization": _("a name or an organization"),
    }
    names = [either.get(name) or _header(detail, name) for name in detail["fields"]]
    return _("To make a new contact this row lacks: {fields}.").format(fields=", ".join(names))


def _too_long(detail: Detail) -> str:
    return _("{column}: “{text}” is longer than {limit} characters.").format(
        column=_column(detail), text=_quoted(detail), limit=number(detail["limit"])
    )


def _row_too_long(detail: Detail) -> str:
    columns = int(detail["columns"])
    return ngettext(
        "The row has more cells than the header, which has {n} column; the first one too many is “{text}”.",
        "The row has more cells than the header, which has {n} columns; the first one too many is “{text}”.",
        columns,
    ).format(n=number(columns), text=_quoted(detail))


def _changed_since_review(detail: Detail) -> str:
    since = detail.get("since", "contact")
    if since == "contact" and detail.get("fields"):
        fields = ", ".join(_header(detail, name) for name in detail["fields"])
        return _("The contact was changed after the review ({fields}), so it was left as it is.").format(
            fields=fields
        )
    return _SINCE_REVIEW[since]()


_SINCE_REVIEW: dict[str, Callable[[], str]] = {
    "contact": lambda: _("The contact was changed after the review, so it was left as it is."),
    "made": lambda: _("By the review this row made a new contact; a contact has got one of its keys since."),
    "gone": lambda: _("The contact that this row was to change is not there any more."),
    "another": lambda: _("The keys of this row lead to another contact than they did in the review."),
    "segments": lambda: _(
        "A segment or a tag was changed after the review, so this row would do something else than it said."
    ),
    "rejected": lambda: _(
        "By the review this row was not to come in; what stood against it has changed since."
    ),
    "with": lambda: _(
        "This row hangs together with another one, of which something changed after the review."
    ),
}

_SENTENCES: dict[str, Callable[[Detail], str]] = {
    "blank": lambda _detail: _("The row is blank."),
    "header": lambda _detail: _("The row repeats the header."),
    "cancelled": lambda _detail: _("The import was cancelled before this row."),
    "not_done": lambda _detail: _("The import ended before this row."),
    "row_too_long": _row_too_long,
    "card_cut_off": lambda _detail: _("The card is cut off: its end is missing."),
    "card_unreadable": lambda _detail: _("The card holds text that is not in the encoding it names."),
    "card_of_group": lambda _detail: _("The card stands for a group, not for a contact."),
    "totals": lambda _detail: _("The row adds others up, so it is no contact."),
    "bad_quotes": lambda _detail: _(
        "A quotation mark within a quoted cell is not doubled, so it is not clear where the cell ends."
    ),
    "digits_lost": lambda detail: _(
        "{column}: “{text}” has lost digits: a spreadsheet shortened it. Format the column as text and enter the "
        "value again."
    ).format(column=_column(detail), text=_quoted(detail)),
    "error_cell": lambda detail: _("{column}: “{text}” is an error of the spreadsheet, no value.").format(
        column=_column(detail), text=_quoted(detail)
    ),
    "text_too_long": _too_long,
    "text_not_kept": lambda detail: _("{column}: “{text}” holds a character that cannot be kept.").format(
        column=_column(detail), text=_quoted(detail)
    ),
    "too_many_addresses": lambda detail: _(
        "With the rows of this file the contact would have more than {most} e-mail addresses or phone numbers."
    ).format(most=number(detail["most"])),
    "missing": _missing,
    "keys_of_two": lambda _detail: _(
        "The external ID and the e-mail address of this row belong to two different contacts."
    ),
    "email_of_another": lambda detail: _(
        "The e-mail address “{text}” belongs to a contact with another external ID."
    ).format(text=_quoted(detail)),
    "external_id_of_another": lambda detail: _(
        "The external ID “{text}” belongs to a contact with another e-mail address."
    ).format(text=_quoted(detail)),
    "phone_of_another": lambda detail: _(
        "The phone number “{text}” belongs to a contact with another name, and the row has neither an external ID "
        "nor an e-mail address of its own."
    ).format(text=_quoted(detail)),
    "not_available": lambda detail: _("{column}: {reason}").format(
        column=_column(detail), reason=denials.sentence()
    ),
    "too_many": lambda _detail: _(
        "Too many values were not available within an hour. Load this row again later."
    ),
    "unknown_segment": lambda detail: ngettext(
        "There is no segment called {names} to which you may add.",
        "There are no segments called {names} to which you may add.",
        len(detail["names"]),
    ).format(names=_listed(detail["names"])),
    "bad_segment_name": lambda detail: _("{names} cannot be the name of a segment.").format(
        names=_listed(detail["names"])
    ),
    "unknown_tag": lambda detail: ngettext(
        "There is no tag called {names}, and you may not make one.",
        "There are no tags called {names}, and you may not make any.",
        len(detail["names"]),
    ).format(names=_listed(detail["names"])),
    "bad_tag_name": lambda detail: _("{names} cannot be a tag.").format(names=_listed(detail["names"])),
    "responsible_unknown": lambda detail: _(
        "{column}: “{text}” is neither the e-mail address nor the name of somebody who is active."
    ).format(column=_column(detail), text=_quoted(detail)),
    "responsible_several": lambda detail: _(
        "{column}: more than one person is called “{text}”; write the e-mail address."
    ).format(column=_column(detail), text=_quoted(detail)),
    "responsible_cannot_see": lambda detail: _(
        "{column}: {text} could not see the contact: it is behind a wall that is not open to them."
    ).format(column=_column(detail), text=_quoted(detail)),
    "changed_since_review": _changed_since_review,
    "in_bin": lambda _detail: _("The contact of this row is in the bin, so the row was left out."),
    "may_not_add": lambda _detail: _("Your role does not allow you to add contacts."),
    "may_not_edit": lambda _detail: _("Your role does not allow you to change contacts."),
}

_NOTES: dict[str, Callable[[Detail], str]] = {
    "unknown": lambda detail: ngettext(
        "Not added to {names}: there is no such segment to which you may add.",
        "Not added to {names}: there are no such segments to which you may add.",
        len(detail["unknown"]),
    ).format(names=_listed(detail["unknown"])),
    "unknown_tags": lambda detail: ngettext(
        "Not tagged {names}: there is no such tag, and you may not make one.",
        "Not tagged {names}: there are no such tags, and you may not make any.",
        len(detail["unknown_tags"]),
    ).format(names=_listed(detail["unknown_tags"])),
    "same_as": lambda detail: _("The same contact as row {row}.").format(row=number(detail["same_as"])),
    "other_name": lambda _detail: _("The contact has a wholly different name."),
    "shares_phone": lambda _detail: _("Another contact has the same phone number."),
    "restored": lambda _detail: _("The contact comes back from the bin."),
    "in_bin": lambda _detail: _("A contact with the same e-mail, phone or external ID is in the bin."),
    "placeholders": lambda detail: " ".join(
        _("{column}: “{text}” stands for nothing, so it counts as an empty cell.").format(
            column=_header(detail, field), text=quoted(text)
        )
        for field, text in detail["placeholders"].items()
    ),
    "other_messengers": lambda detail: ngettext(
        "Left out, since Carteira does not know this messenger: {names}.",
        "Left out, since Carteira does not know these messengers: {names}.",
        len(detail["other_messengers"]),
    ).format(names=_listed(detail["other_messengers"])),
    "postcode_zeros": lambda detail: _(
        "{column}: in the sheet it is the number {number}, which keeps no zero in front; it is read as {postcode}."
    ).format(
        column=_header(detail, "postcode"),
        number=detail["postcode_zeros"][0],
        postcode=detail["postcode_zeros"][1],
    ),
    "postcode_number": lambda detail: _(
        "{column}: in the sheet it is the number {number}, and without a country it is not known whether zeros in "
        "front of it are missing."
    ).format(column=_header(detail, "postcode"), number=detail["postcode_number"]),
    "changed": lambda _detail: _("The contact was changed after the review."),
}

CODES = frozenset(_SENTENCES) | frozenset(of_segments.SENTENCES) | unreadable.CODES
