"""What django-import-export is told of a file: its columns, how each is cleaned, and by what a contact is known."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader, ModelInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget, Widget

from bench.peer import checks
from bench.peer.models import Contact, Segment

Row = Mapping[str, str]
COLUMNS = (
    "country", "first_name", "last_name", "phone", "email", "account_number", "organization", "external_id",
)  # fmt: skip
LOADERS = {"ModelInstanceLoader": ModelInstanceLoader, "CachedInstanceLoader": CachedInstanceLoader}


class Checked(Widget):
    """A cell that is cleaned by a check of ours; an empty one is nothing."""

    def __init__(self, check: Callable[[str], str] = str) -> None:
        super().__init__()
        self._check = check

    def clean(self, value: str | None, row: Row | None = None, **_more: Any) -> str | None:
        """Return the value, or raise ValueError."""
        return self._check((value or "").strip()) or None


class Phone(Widget):
    """What a contact is known by. Loaders clean it too, and end the whole import where it is refused to them."""

    def clean(self, value: str | None, row: Row | None = None, **_more: Any) -> str | None:
        """Return the number, or nothing where the row is refused for it."""
        try:
            return phone_of(row or {})
        except ValueError:
            return None


class Names(ManyToManyWidget):
    """Names of segments, however their letters are written; all segments are read once."""

    def __init__(self) -> None:
        super().__init__(Segment, field="key", separator=";")

    @cached_property
    def _known(self) -> dict[str, Segment]:
        return {one.key: one for one in Segment.objects.all()}

    def clean(self, value: str | None, row: Row | None = None, **_more: Any) -> list[Segment]:
        """Return the segments that there are."""
        keys = [name.strip().lower() for name in (value or "").split(";")]
        return [self._known[key] for key in keys if key in self._known]


def phone_of(row: Row) -> str:
    """Return a row's number as E.164, or raise ValueError."""
    return checks.phone(row["Mobile Number"], checks.country(row["Country Code"]))


def resource(loader: str, bulk: bool, diff: bool) -> ModelResource:
    """Return what loads a file, with one of the two loaders, row by row or in bulk, with differences or without."""
    came: set[str] = set()

    class ContactResource(ModelResource):
        country = Field("country", "Country Code", Checked(checks.country))
        first_name = Field("first_name", "First Name", Checked())
        last_name = Field("last_name", "Last Name", Checked(checks.last_name))
        phone = Field("phone", "Mobile Number", Phone())
        email = Field("email", "Email", Checked(checks.email), saves_null_values=False)
        account_number = Field("account_number", "Account Number", Checked(), saves_null_values=False)
        organization = Field("organization", "Organization", Checked(), saves_null_values=False)
        external_id = Field("external_id", "External ID", Checked(), saves_null_values=False)
        segments = Field("segments", "Segments", Names(), m2m_add=True)

        class Meta:
            model = Contact
            fields = (*COLUMNS, *(() if bulk else ("segments",)))
            import_id_fields = ("phone",)
            instance_loader_class = LOADERS[loader]
            use_bulk = bulk
            use_transactions = True
            skip_diff = not diff
            # History is written of these, as its own admin pages do.
            store_instance = True

        def before_import_row(self, row: Row, **_more: Any) -> None:
            """Refuse a row whose number is none, and in bulk one that stands twice: it would be made twice."""
            try:
                phone = phone_of(row)
            except ValueError as error:
                raise ValidationError(str(error)) from error
            if bulk and phone in came:
                raise ValidationError("came before")
            came.add(phone)

    return ContactResource()
