"""What can be asked of a contact: the fields of a filter by name, their kinds, and the operators of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from sqlmodel import col

from hooks.i18n import N_
from models.contact import Contact

# text is folded; a code is compared as it stands; number and instant speak for themselves; a person is a user by
# e-mail address; segments, tags and channels are several names.
Kind = Literal["text", "code", "number", "instant", "person", "segments", "tags", "channels"]

_WORDS = (
    "eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "is_empty", "is_not_empty",
)  # fmt: skip
_SEVERAL = ("has_any", "has_all", "has_none", "is_empty", "is_not_empty")

OPERATORS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "text": _WORDS,
        "code": _WORDS,
        "number": ("eq", "ne", "gt", "ge", "lt", "le", "between", "in", "not_in", "is_empty", "is_not_empty"),
        "instant": (
            "before", "after", "between", "in_last", "not_in_last", "in_next", "is_empty", "is_not_empty",
        ),
        "person": ("eq", "ne", "in", "not_in", "is_empty", "is_not_empty"),
        "segments": _SEVERAL,
        "tags": _SEVERAL,
        "channels": _SEVERAL,
    }
)  # fmt: skip

# An operator whose answer is the opposite of another's, missing values included.
OPPOSITES: Mapping[str, str] = MappingProxyType(
    {
        "ne": "eq", "not_in": "in", "not_contains": "contains", "is_empty": "is_not_empty",
        "not_in_last": "in_last", "has_none": "has_any",
    }
)  # fmt: skip


@dataclass(frozen=True)
class FilterField:
    """A field of a filter. `label` is English, marked for translation.

    `column` is what is compared (a folded twin for text), `points` the kind of contact_point that holds further
    values, `indexed` says that (column, id) has an index, `few` that it has few distinct values, and `searched`
    names the column of the search text that holds the folded value as a part.
    """

    name: str
    label: str
    kind: Kind
    column: Any = None
    points: str | None = None
    indexed: bool = True
    few: bool = False
    searched: Literal["text", "phones", "places"] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that this field knows."""
        return OPERATORS[self.kind]


def _email(name: str, label: str) -> FilterField:
    return FilterField(name, label, "text", col(Contact.email_key), points="email", searched="text")


def _phone(name: str, label: str) -> FilterField:
    return FilterField(name, label, "code", col(Contact.phone), points="phone", searched="phones")


_ALL = (
    FilterField("first_name", N_("First name"), "text", col(Contact.first_name_key), searched="text"),
    FilterField("last_name", N_("Last name"), "text", col(Contact.last_name_key), searched="text"),
    _email("email", N_("E-mail")),
    _phone("phone", N_("Phone")),
    _email("emails", N_("Any e-mail")),
    _phone("phones", N_("Any phone")),
    FilterField("messengers", N_("Messenger"), "text", None, points="messenger"),
    FilterField("country", N_("Country"), "code", col(Contact.country), few=True),
    FilterField("organization", N_("Organization"), "text", col(Contact.organization_key), searched="text"),
    FilterField("account_number", N_("Account number"), "code", col(Contact.account_number), searched="text"),
    FilterField("external_id", N_("External ID"), "code", col(Contact.external_id), searched="text"),
    FilterField("responsible", N_("Responsible"), "person", col(Contact.responsible_id)),
    FilterField("source", N_("Source"), "code", col(Contact.source), few=True),
    FilterField("region", N_("Region"), "text", col(Contact.region_key), few=True),
    FilterField("city", N_("City"), "text", col(Contact.city_key), few=True),
    FilterField("postcode", N_("Postcode"), "code", col(Contact.postcode), searched="places"),
    FilterField("address", N_("Address"), "text", col(Contact.street_key), indexed=False, searched="places"),
    FilterField("importance", N_("Importance"), "number", col(Contact.importance)),
    FilterField("revenue", N_("Revenue"), "number", col(Contact.revenue)),
    FilterField("created", N_("Added"), "instant", col(Contact.created_at)),
    FilterField("updated", N_("Changed"), "instant", col(Contact.changed_at)),
    FilterField("opted_out", N_("Opted out"), "channels"),
    FilterField("tags", N_("Tags"), "tags"),
    FilterField("segments", N_("Segments"), "segments"),
)

FIELDS: Mapping[str, FilterField] = MappingProxyType({field.name: field for field in _ALL})
