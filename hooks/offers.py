"""What a plugin hands over: frozen values, found by their name. An offer with a `feature` waits for the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class FileShape:
    """How a file is read, before any row of it is.

    `columns` is the header as written, `first_rows` a few records as text. `encoding` and `delimiter` are null
    for formats without them; `guessed` says that the encoding is a guess which the person should confirm.
    `layout` holds what the importer needs to read on.
    """

    format: str
    columns: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    encoding: str | None = None
    delimiter: str | None = None
    guessed: bool = False
    notes: tuple[str, ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadOptions:
    """What the person chose about reading: each null means "find out". `language` is en, pt or fr."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    language: str | None = None


class Inspect(Protocol):
    """Look at a file without reading all of it. Raises Refused in one sentence for a file that is none of its kind."""

    def __call__(self, path: Path, options: ReadOptions) -> FileShape: ...


class Stage(Protocol):
    """Decode the whole file once, into records of strings at `target`; return their number.

    services.imports.stage_rows.stage_rows writes them, from records one after the other: their `cells` (a list of
    strings as they stood, short and long rows kept as they are), the `line` where each begins, and its `kind`: "row",
    "blank", "header" for a repeated header, or the code of a reason why the record cannot come in.
    `progress(done, of)` counts bytes.
    """

    def __call__(
        self, path: Path, shape: FileShape, target: Path, progress: Callable[[int, int], None] | None = None
    ) -> int: ...


class WriteRejected(Protocol):
    """Write rejected rows in the file's own encoding, delimiter and columns, and three columns more."""

    def __call__(
        self, target: Path, shape: FileShape, rows: Iterable[tuple[Sequence[str], int, str, str]], locale: str
    ) -> None: ...


@dataclass(frozen=True)
class Importer:
    """A kind of file that can be loaded; `endings` ("csv") are those the file dialog offers."""

    name: str
    endings: tuple[str, ...]
    fits: Callable[[Path], bool]
    inspect: Inspect
    stage: Stage
    write_rejected: WriteRejected
    feature: str | None = None


class WriteRows(Protocol):
    """Write `rows` of text below `header`; `exact` leaves cells that a spreadsheet would run as they are."""

    def __call__(
        self, target: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, exact: bool = False
    ) -> int: ...


@dataclass(frozen=True)
class Exporter:
    """A kind of file in which contacts are taken out."""

    name: str
    ending: str
    media_type: str
    write: WriteRows
    feature: str | None = None
