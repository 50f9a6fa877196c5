"""Where an import keeps its files, and how they are read: the upload, the staged rows, the plan, the rejected rows."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Any

from hooks.i18n import _, number
from hooks.manager import plugins
from hooks.offers import FileShape, Importer, ReadOptions
from hooks.viewer import Viewer
from models.imports import Import, ImportOptions
from services.errors import Refused
from services.imports.staged import Staged
from services.settings import MB, settings

_ENDING = re.compile(r"\.[a-z0-9]{1,5}")
_BLOCK = 1 << 20
REJECTED = "rejected"

_FOLDERS = re.compile(r"[/\\]")
_LONGEST_NAME = 300
# Signs by which the letters after them are shown in another order than they stand.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown_name(name: str) -> str:
    """Return the name of an upload as it is kept: without folders, and without signs that hide what it is."""
    kept = (sign for sign in _FOLDERS.split(name)[-1] if sign not in _TURNS)
    visible = "".join(
        sign for sign in kept if unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp")
    ).strip()
    stem, dot, ending = visible.rpartition(".")
    if len(visible) > _LONGEST_NAME and dot and len(ending) < _LONGEST_NAME:
        visible = stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending
    return visible[:_LONGEST_NAME] or "import"


def take_in(file_name: str, source: Path | Iterable[bytes]) -> tuple[str, int]:
    """Copy an upload into the data folder; return its path below that folder and its size in bytes.

    Raises Refused for one that is larger than the settings allow, and leaves nothing of it.
    """
    ending = Path(file_name).suffix.lower()
    name = f"source{ending}" if _ENDING.fullmatch(ending) else "source"
    folder = settings().data / "imports" / token_hex(8)
    folder.mkdir(parents=True)
    try:
        size = _copy(source, folder / name)
    except BaseException:
        rmtree(folder)
        raise
    return str((folder / name).relative_to(settings().data)), size


def _copy(source: Path | Iterable[bytes], target: Path) -> int:
    most = settings().imports.max_mb
    size = 0
    with target.open("wb") as file:
        for block in _blocks(source) if isinstance(source, Path) else source:
            size += len(block)
            if size > most * MB:
                raise Refused(
                    "file_too_large",
                    _("The file has more than {most} MB, which is the most that is read at once.").format(
                        most=number(most)
                    ),
                )
            file.write(block)
    return size


def _blocks(source: Path) -> Iterable[bytes]:
    try:
        with source.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise Refused(
            "no_file", _("The file {name} cannot be read: {why}.").format(name=source, why=error.strerror)
        ) from error


def path_of(kept: Import) -> Path:
    """Return where the upload of an import lies."""
    return settings().data / kept.file


def rejected_path(kept: Import) -> Path:
    """Return where the rejected rows of an import lie, once it was reviewed or has ended with some."""
    path, layout = path_of(kept), (kept.shape or {}).get("layout", {})
    return path.with_name(REJECTED + layout.get("rejected_ending", path.suffix))


def forget(kept: Import) -> None:
    """Delete all files of an import."""
    forget_folder(path_of(kept))


def forget_folder(path: Path) -> None:
    """Delete the upload at `path`, and all that was made of it."""
    rmtree(path.parent, ignore_errors=True)


def forget_review(kept: Import) -> None:
    """Delete the plan and the rejected rows of an import whose options have changed."""
    rejected_path(kept).unlink(missing_ok=True)
    if kept.progress.get("plan"):
        path_of(kept).with_name(kept.progress["plan"]).unlink(missing_ok=True)


def importer_for(viewer: Viewer, path: Path) -> Importer:
    """Return the first importer that says the file is of its kind. Raises Refused where none does."""
    for importer in plugins().importers(viewer):
        if importer.fits(path):
            return importer
    raise Refused(
        "unknown_kind",
        _("This is no kind of file that can be loaded; those that can are {endings}.").format(
            endings=", ".join(endings(viewer)).upper()
        ),
    )


def endings(viewer: Viewer) -> list[str]:
    """Return the endings of the files that can be loaded, without a dot."""
    return sorted({ending for importer in plugins().importers(viewer) for ending in importer.endings})


def read_options(options: ImportOptions) -> ReadOptions:
    """Return what of an import's options is about reading."""
    return ReadOptions(options.encoding, options.delimiter, options.sheet, options.language)


def inspect(viewer: Viewer, path: Path, options: ImportOptions) -> FileShape:
    """Look at an upload. Raises Refused in one sentence for a file that cannot be loaded."""
    return importer_for(viewer, path).inspect(path, read_options(options))


def shape_of(kept: dict[str, Any]) -> FileShape:
    """Return the shape of a file from its JSON."""
    return FileShape(
        format=kept["format"],
        columns=tuple(kept["columns"]),
        first_rows=tuple(tuple(row) for row in kept["first_rows"]),
        encoding=kept["encoding"],
        delimiter=kept["delimiter"],
        guessed=kept["guessed"],
        notes=tuple(kept["notes"]),
        layout=kept["layout"],
    )


def kept_shape(shape: FileShape) -> dict[str, Any]:
    """Return the shape of a file as JSON."""
    return {
        "format": shape.format,
        "columns": list(shape.columns),
        "first_rows": [list(row) for row in shape.first_rows],
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "guessed": shape.guessed,
        "notes": list(shape.notes),
        "layout": dict(shape.layout),
    }


def staged_path(path: Path, shape: FileShape) -> Path:
    """Return where the rows of an upload lie once they are decoded in this way."""
    way = repr((shape.format, shape.encoding, shape.delimiter, sorted(shape.layout.items())))
    return path.with_name(f"rows-{sha256(way.encode()).hexdigest()[:12]}.staged")


def stage(viewer: Viewer, path: Path, shape: FileShape, progress: Callable[[int, int], None]) -> Staged:
    """Decode an upload, unless it is decoded already, and return its rows."""
    target = staged_path(path, shape)
    if not target.exists():
        # Two that stage at once each write a file of their own; the last one stays, and both are the same.
        own = target.with_name(f"{target.stem}-{token_hex(4)}.part")
        try:
            importer_for(viewer, path).stage(path, shape, own, progress)
            own.replace(target)
        finally:
            own.unlink(missing_ok=True)
    return Staged(target)


def rows_in(viewer: Viewer, path: Path, shape: FileShape) -> int:
    """Return how many records an upload has, by decoding it; what is decoded stays. Raises Refused as `stage` does."""
    with stage(viewer, path, shape, lambda _done, _of: None) as staged:
        return staged.rows
