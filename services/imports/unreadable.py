"""Why a cell could not be read: a code for programs, the cell, and what a sentence about it needs.

The sentence is made when it is shown, so that each reader gets it in their own language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hooks.i18n import _, country_name, number
from services.values import NUMBER_LIMITS

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that does not fit its field: `text` as written, `detail` with text only, to fit JSON."""

    code: str
    text: str
    detail: Mapping[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """Return the reason in the current locale. Raises KeyError for a code that no file here gives out."""
        return _SENTENCES[self.code](quoted(self.text), self.detail)


def quoted(text: str) -> str:
    """Return a cell as a sentence shows it: on one line, and not longer than a glance."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _contradiction(text: str, detail: Mapping[str, str]) -> str:
    country = country_name(detail["country"])
    dialled = detail["dialled"]
    if detail["dialled_country"]:
        dialled = _("{number} ({country})").format(
            number=dialled, country=country_name(detail["dialled_country"])
        )
    elif not detail["dialled_valid"]:
        dialled = _("{number}, which is not valid").format(number=dialled)
    return _(
        "The dialling code of “{text}” contradicts the country ({country}): with the code it is {dialled}; "
        "without it, {national}."
    ).format(text=text, country=country, dialled=dialled, national=detail["national"] or _("not valid"))


def _of_country(message: str, text: str, detail: Mapping[str, str]) -> str:
    return message.format(text=text, country=country_name(detail["country"]))


_SENTENCES: dict[str, Callable[[str, Mapping[str, str]], str]] = {
    "phone_country_contradiction": _contradiction,
    "phone_digits_lost": lambda text, _detail: _(
        "“{text}” has lost digits of the phone number: a spreadsheet shortened it. Format the column as text "
        "and enter the number again."
    ).format(text=text),
    "phone_extension": lambda text, _detail: _(
        "“{text}” has an extension, which a phone number cannot keep. Move it to another column."
    ).format(text=text),
    "phone_several": lambda text, _detail: _(
        "“{text}” holds more than one phone number. Keep one in this cell."
    ).format(text=text),
    "phone_letters": lambda text, _detail: _(
        "“{text}” holds letters, so it cannot be read as a phone number."
    ).format(text=text),
    "phone_not_a_number": lambda text, _detail: _("“{text}” is no phone number.").format(text=text),
    "phone_needs_country": lambda text, _detail: _(
        "“{text}” needs a country, or a dialling code that begins with +."
    ).format(text=text),
    "phone_unknown_code": lambda text, _detail: _(
        "“{text}” begins with a dialling code that no country has."
    ).format(text=text),
    "phone_too_short": lambda text, detail: _of_country(
        _("“{text}” is too short for a phone number ({country})."), text, detail
    ),
    "phone_too_long": lambda text, detail: _of_country(
        _("“{text}” is too long for a phone number ({country})."), text, detail
    ),
    "phone_without_area": lambda text, detail: _of_country(
        _("“{text}” lacks the area code for a phone number ({country})."), text, detail
    ),
    "phone_not_valid": lambda text, detail: _of_country(
        _("“{text}” is no valid phone number ({country})."), text, detail
    ),
    "country_dialling_code": lambda text, _detail: _(
        "“{text}” is a dialling code; the country is written as ISO 3166 has it, such as BR, FR or US."
    ).format(text=text),
    "country_unknown": lambda text, _detail: _(
        "“{text}” is no country; write its ISO 3166 code, such as BR, FR or US."
    ).format(text=text),
    "email_without_at": lambda text, _detail: _("“{text}” is no e-mail address: it has no @.").format(
        text=text
    ),
    "email_several": lambda text, _detail: _(
        "“{text}” holds more than one e-mail address. Keep one in this cell."
    ).format(text=text),
    "email_with_name": lambda text, detail: _(
        "“{text}” holds a name beside the address. Keep only {address} in this cell."
    ).format(text=text, address=detail["address"]),
    "email_unreachable_domain": lambda text, detail: _(
        "No mail reaches “{text}”: {domain} is reserved and belongs to nobody."
    ).format(text=text, domain=detail["domain"]),
    "email_too_long": lambda text, _detail: _("“{text}” is too long for an e-mail address.").format(
        text=text
    ),
    "messenger_not_valid": lambda text, detail: _("“{text}” is no name on {messenger}.").format(
        text=text, messenger=detail["messenger"]
    ),
    "messenger_unknown": lambda text, _detail: _(
        "“{text}” does not begin with the name of a messenger that is known here, such as Telegram or Skype."
    ).format(text=text),
    "importance_not_valid": lambda text, _detail: _("“{text}” is no number from {least} to {most}.").format(
        text=text, least=NUMBER_LIMITS["importance"][0], most=number(NUMBER_LIMITS["importance"][1])
    ),
    "time_zone_unknown": lambda text, _detail: _(
        "“{text}” is no time zone; an example is America/Sao_Paulo."
    ).format(text=text),
    "email_not_valid": lambda text, _detail: _("“{text}” is no valid e-mail address.").format(text=text),
}

CODES = frozenset(_SENTENCES)
