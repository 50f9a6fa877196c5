"""Imports: a file on its way to disk, and what becomes of its rows."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.parts import PROBLEMS, WRITES, Id, Limit, Who, made, refuse_unknown, shows
from api.repeatable import Repeatable, once, what
from hooks.i18n import _
from hooks.viewer import Viewer
from models.fold import fold
from models.imports import KEYS, ImportFile, ImportOptions, ImportRead, ImportRows, Kind
from services import permissions, unfit
from services.errors import Refused, Told
from services.imports import runs

router = APIRouter(prefix="/imports", tags=["imports"], route_class=Repeatable, responses=PROBLEMS)
files = APIRouter(prefix="/imports", tags=["imports"], responses=PROBLEMS)

Outcome = Literal["created", "updated", "unchanged", "skipped", "rejected"]

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BLOCK = 1 << 20
# What a form holds beside the options and the file.
_BESIDE_OPTIONS = {"map", "review"}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself, named by `file_name`, or a form with the file and the options.",
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


class ImportAnswer(ImportRead):
    """An import; `import_id` and `status` are its id and state by the names of the command line."""

    import_id: int
    status: str


class Imports(BaseModel):
    """The newest imports, newest first."""

    items: list[ImportAnswer]


@files.post("", status_code=202, dependencies=WRITES, openapi_extra=_BODY)
async def receive(
    viewer: Who,
    request: Request,
    file_name: Annotated[str | None, Query(max_length=300)] = None,
    review: Annotated[bool, Query(description="Wait for `accept` instead of beginning at once.")] = False,
    overwrite_segments: bool = False,
    unknown_segments: Literal["skip", "reject", "create"] = "skip",
    columns: Annotated[
        list[str] | None, Query(alias="map", description="Their column=field; may be repeated.")
    ] = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    country: str | None = None,
    language: Literal["en", "pt", "fr"] | None = None,
    kind: Annotated[
        Kind | None, Query(description="What the rows are; found out by the header where it is not said.")
    ] = None,
    links: Annotated[
        Literal["add", "exactly"],
        Query(
            description="Of a sheet of segments: teams and users come beside those there are, or in their place."
        ),
    ] = "add",
    match_by: Annotated[
        str, Query(description="external_id, email and phone between commas, the strongest key first.")
    ] = ",".join(KEYS),
    in_bin: Literal["create", "restore", "leave"] = "create",
    saved_mapping: Annotated[
        str | None, Query(max_length=200, description="A mapping that was kept.")
    ] = None,
    existing: Annotated[
        list[str] | None,
        Query(
            description="FIELD=overwrite, fill or never: what becomes of that field of contacts that are there; may be "
            "repeated."
        ),
    ] = None,
) -> Response:
    """Take in a file and carry it out in the background; Location says where its progress is found."""
    options: dict[str, Any] = {
        "overwrite_segments": overwrite_segments,
        "unknown_segments": unknown_segments,
        "encoding": encoding,
        "delimiter": "\t" if delimiter == "tab" else delimiter,
        "sheet": sheet,
        "country": country,
        "language": language,
        "match_by": match_by,
        "kind": kind,
        "links": links,
        "in_bin": in_bin,
        "existing": existing,
        "saved_mapping": saved_mapping,
    }
    permissions.require(viewer, permissions.CONTACTS_IMPORT)
    async with _arrived(request, file_name) as (file, name, form):
        refuse_unknown(sorted(form.keys() - options.keys() - _BESIDE_OPTIONS))
        wanted = options | {field: value for field, value in form.items() if field in options}
        maps = (columns or []) + form.get("map", [])
        begin = not (review or form.get("review") in ("1", "true"))
        chosen = _options(wanted)

        async def carry_out() -> Response:
            found = await run_in_threadpool(_received, viewer, name, file, chosen, maps, begin=begin)
            return _accepted(found)

        key = request.headers.get("idempotency-key")
        if key is None:
            return await carry_out()
        digest = await run_in_threadpool(_digest, file)
        return await once(
            request, viewer, key, what(request) + repr((name, wanted, maps)).encode() + digest, carry_out
        )


@router.get("")
def recent(viewer: Who, limit: Limit = 50) -> Imports:
    """List the newest imports that one may look at."""
    return Imports(items=[_answer(one) for one in runs.recent(viewer, limit)])


@router.get("/{import_id}")
def get(viewer: Who, import_id: Id) -> ImportAnswer:
    """Return an import with its state, progress and counts."""
    return _answer(runs.get(viewer, import_id))


@router.get("/{import_id}/file")
def inspect(viewer: Who, import_id: Id) -> ImportFile:
    """Return how the file is read: its columns with samples, and the field that each is mapped to."""
    return runs.inspect(viewer, import_id)


@router.get("/{import_id}/rows")
def rows(
    viewer: Who,
    import_id: Id,
    outcome: Outcome | None = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Go back from this row.")] = None,
    code: Annotated[
        str | None, Query(max_length=60, description="Why they were rejected or skipped.")
    ] = None,
    search: Annotated[str, Query(max_length=200, description="Text in their cells.")] = "",
) -> ImportRows:
    """Return what became, or would become, of the rows, in the order of the file."""
    return runs.rows(viewer, import_id, outcome, after, limit, before=before, code=code, search=search)


@router.put("/{import_id}/options", dependencies=WRITES)
def choose(viewer: Who, import_id: Id, options: ImportOptions, response: Response) -> ImportAnswer:
    """Choose how an import that has not begun is carried out; a review made before is void."""
    shows(response, f"imports/{import_id}")
    return _answer(runs.choose(viewer, import_id, options))


@router.post("/{import_id}/review", status_code=202, dependencies=WRITES)
def review(viewer: Who, import_id: Id, response: Response) -> ImportAnswer:
    """Compare every row with what is there, and write nothing; the state is `planned` at the end."""
    shows(response, f"imports/{import_id}")
    return _answer(runs.review(viewer, import_id))


@router.post("/{import_id}/accept", status_code=202, dependencies=WRITES)
def accept(viewer: Who, import_id: Id, response: Response) -> ImportAnswer:
    """Carry the import out in the background."""
    shows(response, f"imports/{import_id}")
    return _answer(runs.accept(viewer, import_id))


@router.post("/{import_id}/cancel", status_code=202, dependencies=WRITES)
def cancel(viewer: Who, import_id: Id, response: Response) -> ImportAnswer:
    """Ask an import to stop; what is done stays, and is reported."""
    shows(response, f"imports/{import_id}")
    return _answer(runs.cancel(viewer, import_id))


@router.get("/{import_id}/rejected", response_class=FileResponse)
def rejected(viewer: Who, import_id: Id) -> FileResponse:
    """Fetch the rejected rows, as a file of the same kind with row, code and reason as its last columns."""
    path = runs.rejected_file(viewer, import_id)
    name = Path(runs.get(viewer, import_id).file_name)
    return FileResponse(
        path, filename=f"{name.stem}-rejected{path.suffix}", media_type="application/octet-stream"
    )


def _received(
    viewer: Viewer, name: str, file: BinaryIO, options: ImportOptions, maps: list[str], *, begin: bool
) -> ImportRead:
    file.seek(0)
    found = runs.receive(viewer, name, iter(lambda: file.read(_BLOCK), b""), options)
    try:
        if maps:
            mapping = _mapping(runs.inspect(viewer, found.id), maps)
            found = runs.choose(viewer, found.id, options.model_copy(update={"mapping": mapping}))
        return runs.accept(viewer, found.id) if begin else found
    except Told:
        # What is refused leaves nothing behind.
        runs.discard(viewer, found.id)
        raise


def _mapping(file: ImportFile, maps: list[str]) -> dict[int, str | None]:
    mapping = {column.index: column.field for column in file.columns}
    for given in maps:
        header, equals, field = given.rpartition("=")
        named = [column.index for column in file.columns if fold(column.header) == fold(header)]
        if not equals or not named:
            wrong = _("The file has no column {column}.").format(column=header or given)
            raise Refused("no_such_column", wrong, fields={"map": wrong})
        mapping |= dict.fromkeys(named, field.strip() or None)
    return mapping


def _options(wanted: dict[str, Any]) -> ImportOptions:
    try:
        return ImportOptions.model_validate(wanted)
    except ValidationError as error:
        fields = unfit.fields(error.errors())
        raise Refused("bad_request", unfit.sentence(fields), fields=fields) from error


def _answer(one: ImportRead) -> ImportAnswer:
    return ImportAnswer(**one.model_dump(), import_id=one.id, status=one.state)


def _accepted(one: ImportRead) -> Response:
    answer = Response(_answer(one).model_dump_json(), 202, media_type="application/json")
    made(answer, f"imports/{one.id}")
    return answer


# --- a file on its way to disk


@asynccontextmanager
async def _arrived(
    request: Request, file_name: str | None
) -> AsyncGenerator[tuple[BinaryIO, str, dict[str, Any]], None]:
    """Have the file on disk, with its name and the other fields of its form; it is gone afterwards."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        # A form's file goes to disk by itself as soon as it has more than a megabyte.
        async with request.form(max_files=1, max_fields=50) as form:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise _no_file()
            if not upload.size:
                wrong = _("The file is empty.")
                raise Refused("empty_file", wrong, fields={"file": wrong})
            fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
            for name in fields.keys() & {"map", "existing"}:
                fields[name] = [value for value in form.getlist(name) if isinstance(value, str)]
            yield upload.file, _name(file_name or upload.filename), fields
        return
    with TemporaryFile() as file:
        async for block in request.stream():
            await run_in_threadpool(file.write, block)
        if not file.tell():
            raise _no_file()
        yield file, _name(file_name or unquote(request.headers.get("x-file-name", ""))), {}


def _name(given: str | None) -> str:
    return given or "import.csv"


def _no_file() -> Refused:
    wrong = _("Send a file: as the body itself, or in a form under the name file.")
    return Refused("no_file", wrong, fields={"file": wrong})


def _digest(file: BinaryIO) -> bytes:
    file.seek(0)
    return file_digest(file, "sha256").digest()  # type: ignore[arg-type]
