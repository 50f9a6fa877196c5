"""What every route of the API needs: who asks, ids that fit, problem documents in its description."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.errors import MEDIA_TYPE
from hooks.i18n import _
from hooks.viewer import Viewer
from services import unfit
from services.errors import Refused
from services.repeats import LONGEST_KEY
from services.sessions import COOKIE

_LARGEST_ID = 2**63 - 1
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_ENTITY_TAGS = re.compile(rf"[ \t]*{_TAG}(?:[ \t]*,[ \t]*{_TAG})*[ \t]*")
_OUR_TAG = re.compile(r'(?<!W/)"([0-9]{1,18})"')

# Both only describe: the guard has asked for one of them before any route is reached.
_TOKEN = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token made by `carteira token add`."
)
_SESSION = APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session")


def _viewer(request: Request) -> Viewer:
    found = getattr(request.state, "viewer", None)
    if not isinstance(found, Viewer):
        raise HTTPException(401, _("Sign in, or send a token that is valid."))
    return found


def _parameters_that_are_known(request: Request) -> None:
    """Refuse whatever the route does not take: passed over, a filter with a wrong letter would show everyone."""
    known = _query_names(request.scope["route"].dependant)
    refuse_unknown(name for name in request.query_params if name not in known)


def _query_names(dependant: Dependant) -> set[str]:
    """Return the parameters that a route takes behind the `?`, by what it needs to be called."""
    own = {field.alias for field in dependant.query_params}
    return own.union(*map(_query_names, dependant.dependencies))


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise Refused that says of each name that it is not known; nothing where there is none."""
    fields = {name[:100]: unfit.not_known() for name in names}
    if fields:
        raise Refused("unknown_parameter", unfit.sentence(fields), fields=fields)


def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=LONGEST_KEY,
            description="Within a day, the same key with the same request and token is carried out once; what it "
            "made is then read anew. 409 `outcome_unknown`: the first one ended without an answer, and may have been "
            "carried out.",
        ),
    ] = None,
) -> None:
    """Only describe: api/repeatable.py reads it."""


Who = Annotated[Viewer, Depends(_viewer)]
Id = Annotated[int, Path(ge=1, le=_LARGEST_ID)]
AnyId = Annotated[int, Field(ge=1, le=_LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=1_000)]
After = Annotated[str | None, Query(max_length=2_000, description="`next` of the page before.")]
IfMatch = Annotated[
    str | None, Header(description="The ETag that the contact had when it was read, or several.")
]

# What holds of every route of the API.
EVERYWHERE: list[Any] = [Depends(_TOKEN), Depends(_SESSION), Depends(_parameters_that_are_known)]
WRITES: list[Any] = [Depends(_idempotency_key)]


class Problem(BaseModel):
    """An RFC 9457 problem document; `code` is for programs, `fields` says what is wrong with which."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Refused; the problem document says why.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def made(response: Response, path: str) -> None:
    """Say where the new thing is found."""
    response.headers["Location"] = f"/api/v1/{path}"


def shows(response: Response, path: str) -> None:
    """Say where that is read which the answer shows, where that is not the address of the request itself."""
    response.headers["Content-Location"] = f"/api/v1/{path}"


def versions_of(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that an If-Match allows, None for whichever. Raises HTTPException for what is no If-Match.

    It compares strongly (RFC 9110, 13.1.1): a weak tag, or one that is not ours, is the ETag of no version.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    if not _ENTITY_TAGS.fullmatch(if_match):
        raise HTTPException(400, _("An If-Match is * or ETags in quotes, with commas between them."))
    return frozenset(int(tag) for tag in _OUR_TAG.findall(if_match))
