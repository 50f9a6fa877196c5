"""Contacts: a list by one filter expression, and each by itself."""

from datetime import date as Date  # noqa: N812 - the name of a type
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.parts import PROBLEMS, WRITES, After, Id, IfMatch, Limit, Who, made, versions_of
from api.repeatable import Repeatable
from hooks.i18n import _
from hooks.viewer import Viewer
from models.contact import ContactCreate, ContactDetail, ContactRead, ContactThen, ContactUpdate
from services import card, contacts, listing
from services.errors import NotFound

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=Repeatable, responses=PROBLEMS)

Filter = Annotated[
    str | None,
    Query(
        alias="filter",
        max_length=100_000,
        description='A filter expression as JSON, such as {"v": 1, "where": {"all": []}}.',
    ),
]
Search = Annotated[str | None, Query(max_length=500, description="Words, or digits of a phone")]
Sort = Annotated[str, Query(max_length=100, description="A field, or -field the other way round")]


On = Annotated[
    Date | None,
    Query(
        description="A day, such as 2026-11-01: the contact as it was at its end, in the person's time zone."
    ),
]

# Versions are counted from 1.
_NO_VERSION = 0


class ContactPage(BaseModel):
    """One page: `next` goes into `after`, null at the end; `count` is there if it was asked for."""

    items: list[ContactRead]
    next: str | None
    count: int | None = None


@router.get("", response_model_exclude_unset=True)
def page(
    viewer: Who,
    expression: Filter = None,
    search: Search = None,
    sort: Sort = "-created",
    limit: Limit = 50,
    after: After = None,
    count: bool = False,
) -> ContactPage:
    """List the contacts that one sees; `count` adds how many match in all."""
    query = listing.Query(filter=expression or None, search=search, sort=sort)
    found = listing.page(viewer, query, limit=limit, after=after)
    shown = ContactPage(items=found.items, next=found.next)
    if count:
        shown.count = listing.count(viewer, query).n
    return shown


@router.post("", status_code=201, dependencies=WRITES)
def create(viewer: Who, command: ContactCreate, response: Response) -> ContactDetail:
    """Make a contact. One with this primary e-mail that is there already is told with its id."""
    contact = contacts.create(viewer, command, source="api")
    made(response, f"contacts/{contact.id}")
    return tagged(response, contact)


@router.get("/{contact_id}")
def detail(viewer: Who, contact_id: Id, response: Response, on: On = None) -> ContactThen | ContactDetail:
    """Return one contact; its ETag goes into If-Match when it is changed. With `on`, as it was, without an ETag."""
    if on is not None:
        return card.on_day(viewer, contact_id, on)
    return tagged(response, contacts.detail(viewer, contact_id))


@router.patch("/{contact_id}", dependencies=WRITES)
def change(
    viewer: Who, contact_id: Id, command: ContactUpdate, response: Response, if_match: IfMatch = None
) -> ContactDetail:
    """Change the fields that are sent; null empties a field. 412 if somebody changed it meanwhile."""
    version = _agreed(viewer, contact_id, if_match)
    return tagged(response, contacts.change(viewer, contact_id, command, version=version))


@router.delete("/{contact_id}", status_code=204, dependencies=WRITES)
def delete(viewer: Who, contact_id: Id) -> None:
    """Put a contact into the bin."""
    if not contacts.delete(viewer, [contact_id]):
        raise NotFound("not_found", _("There is no such contact."))


def _agreed(viewer: Viewer, contact_id: int, if_match: str | None) -> int | None:
    """Return the version that may be changed: of several the present one, which the change itself then compares."""
    versions = versions_of(if_match)
    if versions is None:
        return None
    if len(versions) > 1 and (present := contacts.detail(viewer, contact_id).version) in versions:
        return present
    return min(versions, default=_NO_VERSION)


def tagged(response: Response, contact: ContactDetail) -> ContactDetail:
    """Give the answer the ETag of this version."""
    response.headers["ETag"] = f'"{contact.version}"'
    return contact
