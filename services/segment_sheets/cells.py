"""From the cells of a row to what it says of a segment, or to the one reason why it cannot be read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.fold import fold
from services.imports.harmless import ERRORS, MARKS, plain_cell
from services.imports.rows import Refusal, RowReader
from services.segment_sheets import words
from services.segments import misfit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of the segment `name`; an empty cell says nothing, so `given` has no field for it.

    Colours are codes, switches true or false, teams names and users addresses, each once; a description is null where
    its cell says that there is to be none.
    """

    no: int
    name: str
    given: dict[str, Any] = field(default_factory=dict)


class SheetReader:
    """Reads the rows of one sheet by its mapping; `width` and `report` are as for contacts."""

    def __init__(self, mapping: Mapping[int, str | None], width: int, report: Sequence[int] = ()) -> None:
        self._at = {name: index for index, name in mapping.items() if name and index < width}
        # What is too long, and where a report stands in such a row, is the same for all files.
        self._length = RowReader({}, width, country=None, join_overflow=False, report=report)

    def read(self, no: int, cells: Sequence[str]) -> Wanted | Refusal:
        """Return what the row says, or the first reason why it cannot come in."""
        too_long = self._length.read(cells)
        if isinstance(too_long, Refusal):
            return too_long
        texts = {name: _text(cells[at]) for name, at in self._at.items() if at < len(cells)}
        for name, text in texts.items():
            if text.upper() in ERRORS:
                return Refusal("error_cell", name, text)
            if "\x00" in text:
                return Refusal("text_not_kept", name, text[:200].replace("\x00", "\ufffd"))
        called = texts.pop("name", "")
        if not called:
            return Refusal("segment_without_name")
        if misfit(called):
            return Refusal("bad_segment_name", None, None, {"names": [called[:200]]})
        given: dict[str, Any] = {}
        for name, text in texts.items():
            if not text:
                continue
            if name == "description" and not text.strip("; "):
                given[name] = None
                continue
            value = _READERS[name](text)
            if value is None:
                return Refusal(_UNREAD[name], name, text[:200])
            given[name] = value
        return Wanted(no, called, given)

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """Return what the cells of a row are, by field, as they stand in the file."""
        return {name: text for name, at in self._at.items() if at < len(cells) and (text := _text(cells[at]))}


def _text(cell: str) -> str:
    text = cell.strip()
    return plain_cell(text) if text and text[0] in MARKS else text


def _listed(text: str) -> list[str]:
    found: dict[str, str] = {}
    for name in text.split(";"):
        if name.strip():
            found.setdefault(fold(name), name.strip())
    return list(found.values())


_READERS: Mapping[str, Callable[[str], Any]] = {
    "description": str,
    "colour": words.colour,
    "restricted": words.truth,
    "active": words.truth,
    "teams": _listed,
    "users": _listed,
}
_UNREAD = {"colour": "unknown_colour", "restricted": "not_yes_or_no", "active": "not_yes_or_no"}
