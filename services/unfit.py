"""What pydantic finds wrong with a value, in the reader's language: it speaks English only."""

from collections.abc import Iterable, Mapping
from typing import Any

from hooks.i18n import N_, _, number

# By pydantic's type of error; the names in braces are those of its context.
_SENTENCES = {
    "missing": N_("This is missing."),
    "extra_forbidden": N_("This is not known here."),
    "unexpected_keyword_argument": N_("This is not known here."),
    "string_type": N_("A text is needed here."),
    "string_too_short": N_("A text of {min_length} or more characters is needed here."),
    "string_too_long": N_("This is longer than {max_length} characters."),
    "int_type": N_("A whole number is needed here."),
    "int_parsing": N_("A whole number is needed here."),
    "int_parsing_size": N_("This number is too large."),
    "int_from_float": N_("A whole number is needed here."),
    "float_type": N_("A number is needed here."),
    "float_parsing": N_("A number is needed here."),
    "finite_number": N_("A number is needed here."),
    "decimal_type": N_("A number is needed here."),
    "decimal_parsing": N_("A number is needed here."),
    "greater_than": N_("This is more than {gt}."),
    "greater_than_equal": N_("This is {ge} or more."),
    "less_than": N_("This is less than {lt}."),
    "less_than_equal": N_("This is {le} or less."),
    "too_short": N_("A list of {min_length} or more is needed here."),
    "too_long": N_("A list of {max_length} or fewer is needed here."),
    "bool_type": N_("This is either true or false."),
    "bool_parsing": N_("This is either true or false."),
    "literal_error": N_("This is one of {expected}."),
    "enum": N_("This is one of {expected}."),
    "list_type": N_("A list is needed here."),
    "set_type": N_("A list is needed here."),
    "tuple_type": N_("A list is needed here."),
    "dict_type": N_("An object is needed here."),
    "model_type": N_("An object is needed here."),
    "model_attributes_type": N_("An object is needed here."),
    "mapping_type": N_("An object is needed here."),
    "date_type": N_("A day is needed here, such as 2026-05-31."),
    "date_parsing": N_("A day is needed here, such as 2026-05-31."),
    "date_from_datetime_parsing": N_("A day is needed here, such as 2026-05-31."),
    "datetime_type": N_("An instant is needed here, such as 2026-05-31T14:00:00Z."),
    "datetime_parsing": N_("An instant is needed here, such as 2026-05-31T14:00:00Z."),
    "datetime_from_date_parsing": N_("An instant is needed here, such as 2026-05-31T14:00:00Z."),
    "timezone_aware": N_("An instant is needed here, such as 2026-05-31T14:00:00Z."),
}


def fields(errors: Iterable[Mapping[str, Any]], *, leave_out: int = 0) -> dict[str, str]:
    """Return the path of each value that does not fit, and what it should be.

    `leave_out` steps of a path are of no use to the reader: FastAPI says first where a value stood.
    """
    return {_path(error["loc"], leave_out): _wrong(error) for error in errors}


def sentence(wrong: Mapping[str, str]) -> str:
    """Return what `fields` found as one sentence."""
    return " ".join(f"{name}: {what}" if name else what for name, what in wrong.items())


def not_known() -> str:
    """Return what is said of a name that means nothing here."""
    return _(_SENTENCES["extra_forbidden"])


def _path(steps: tuple[Any, ...], leave_out: int) -> str:
    return ".".join(map(str, steps[leave_out:] or steps))


def _wrong(error: Mapping[str, Any]) -> str:
    known = _SENTENCES.get(error["type"])
    if known is None:
        # An error of a kind that is not listed is still told, if only as pydantic puts it.
        reason = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
        return _("This cannot be used: {reason}.").format(reason=reason)
    context = {name: _shown(value) for name, value in (error.get("ctx") or {}).items()}
    return _(known).format(**context)


def _shown(value: Any) -> str:
    if isinstance(value, int | float):
        return number(value)
    # Pydantic writes: 'skip', 'reject' or 'create'.
    return str(value).replace("' or '", "', '").replace("'", "")
