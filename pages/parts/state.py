"""What a list shows, as its address says it, and which rows are picked: plain values, without a screen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

DEFAULT_SORT = "-created"
Expression = dict[str, Any]


@dataclass(frozen=True)
class ListState:
    """Which contacts a list shows. `where` is the condition of a filter expression as JSON, empty without;
    `imported` is the import whose new contacts are meant.

    `after` and `before` are cursors of the page, of which one at most is set; `page` is its number. `contact` is the
    one that is open beside the list.
    """

    segment: int | None = None
    imported: int | None = None
    search: str = ""
    where: str = ""
    sort: str = DEFAULT_SORT
    after: str = ""
    before: str = ""
    page: int = 1
    contact: int | None = None

    @property
    def expression(self) -> Expression | None:
        """The filter expression, or None when nothing is filtered."""
        return {"v": 1, "where": json.loads(self.where)} if self.where else None

    @property
    def question(self) -> str:
        """What decides which contacts match, page and order aside."""
        return json.dumps([self.segment, self.imported, self.search, self.where])

    @property
    def narrowed(self) -> bool:
        """Say whether anything is asked at all."""
        return bool(self.segment or self.imported or self.search or self.where)

    def asking(self, **changes: Any) -> "ListState":
        """Return the first page of a changed question or order."""
        return replace(self, after="", before="", page=1, **changes)

    def forth(self, cursor: str) -> "ListState":
        """Return the next page."""
        return replace(self, after=cursor, before="", page=self.page + 1)

    def back(self, cursor: str) -> "ListState":
        """Return the page before; the first page has no cursor."""
        page = max(1, self.page - 1)
        return replace(self, after="", before="" if page == 1 else cursor, page=page)


def asked_in(question: str) -> ListState:
    """Return the list that asks a state's `question`."""
    segment, imported, search, where = json.loads(question) if question else (None, None, "", "")
    return ListState(segment=segment, imported=imported, search=search, where=where)


def from_address(query: Mapping[str, str]) -> ListState:
    """Return what an address asks for; whatever in it makes no sense is left out."""
    page = _number(query.get("page")) or 1
    after = query.get("after", "") if page > 1 else ""
    before = query.get("before", "") if page > 1 and not after else ""
    return ListState(
        segment=_number(query.get("segment")),
        imported=_number(query.get("import")),
        search=query.get("q", "").strip(),
        where=_condition(query.get("filter", "")),
        sort=query.get("sort", "") or DEFAULT_SORT,
        after=after,
        before=before,
        page=page if after or before else 1,
        contact=_number(query.get("contact")),
    )


def to_address(state: ListState) -> dict[str, str]:
    """Return the address of a state; what is as usual is not in it."""
    said = {
        "segment": str(state.segment or ""),
        "import": str(state.imported or ""),
        "q": state.search,
        "filter": state.where,
        "sort": "" if state.sort == DEFAULT_SORT else state.sort,
        "after": state.after,
        "before": state.before,
        "page": "" if state.page == 1 else str(state.page),
        "contact": str(state.contact or ""),
    }
    return {name: value for name, value in said.items() if value}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < int(text) < 2**53 else None


def _condition(text: str) -> str:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return ""
    if isinstance(found, dict) and isinstance(found.get("where"), dict):
        found = found["where"]
    return compact(found) if isinstance(found, dict) and found else ""


def compact(condition: Any) -> str:
    """Return a condition as short JSON, the same text for the same condition."""
    return json.dumps(condition, separators=(",", ":"), ensure_ascii=False)


def id_in(query: Mapping[str, str], name: str = "id") -> int | None:
    """Return the id that an address holds under `name`, null for anything else."""
    return _number(query.get(name))


# --- parts of a filter


def conditions(where: str) -> list[Expression]:
    """Return the parts of `where` that all hold; a condition that is no such list stands for itself."""
    if not where:
        return []
    found = json.loads(where)
    parts = found.get("all") if len(found) == 1 else None
    if isinstance(parts, list) and all(isinstance(part, dict) for part in parts):
        return parts
    return [found]


def without(where: str, place: int) -> str:
    """Return `where` less the part at `place`."""
    rest = [part for at, part in enumerate(conditions(where)) if at != place]
    return compact({"all": rest}) if rest else ""


# --- what is picked


@dataclass(frozen=True)
class Picks:
    """Picked rows: those of `ids`, or with `everything` all that match but those of `ids`.

    `under` is the question under which they were picked; `all_contacts` says that it asked nothing, and that the
    person chose all contacts in words.
    """

    ids: frozenset[int] = frozenset()
    everything: bool = False
    all_contacts: bool = False
    under: str = ""

    def has(self, contact_id: int) -> bool:
        """Say whether a row is picked."""
        return (contact_id in self.ids) != self.everything

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids)

    def on_page(self, shown: Iterable[int], picked: Iterable[int], question: str) -> "Picks":
        """Return the picks after a person has ticked rows of one page; other pages keep theirs."""
        here, ticked = frozenset(shown), frozenset(picked)
        if self.everything:
            return replace(self, ids=(self.ids - here) | (here - ticked))
        ids = (self.ids - here) | (ticked & here)
        return Picks(ids, under=self.under if self.ids else question)


@dataclass(frozen=True)
class Edit:
    """What was written in a cell: a mark of its own, the row's id and the version that was looked at.

    With a mark alone it says that what was written last is to be taken back.
    """

    mark: str
    id: int = 0
    version: int = 0
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class GridEvent:
    """What a grid reports: a mark that is new with each event, its order, the rows shown and picked.

    `epoch` is the number that came with the rows, so that an answer to older rows is known as such; `columns` are
    those shown in their order, each with the width that it was drawn to, null for its share; `field` is the column
    that the event is about, where it is about one. `edits` are the last ones, those that were told before among them;
    `row` is the one that was opened. `session` is the word by which a session knows its own.
    """

    mark: str
    name: str
    sort: str
    shown: tuple[int, ...]
    picked: tuple[int, ...]
    epoch: int
    columns: tuple[tuple[str, int | None], ...] = ()
    field: str = ""
    edits: tuple[Edit, ...] = ()
    row: int | None = None
    session: str = ""


def event_of(value: Any) -> GridEvent | None:
    """Return the event in a grid's value, or None before the first one and for anything malformed."""
    if not isinstance(value, Mapping) or not isinstance(value.get("mark"), str):
        return None
    return GridEvent(
        mark=value["mark"],
        name=str(value.get("name", "")),
        sort=_sort(value.get("sort")),
        shown=_ids(value.get("shown")),
        picked=_ids(value.get("picked")),
        epoch=_id(value.get("epoch")) or 0,
        columns=_columns(value.get("columns")),
        field=str(value.get("field", "")),
        edits=_edits(value.get("edits")),
        row=_id(value.get("row")),
        session=str(value.get("session", "")),
    )


def _sort(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, Mapping) or not isinstance(first.get("field"), str):
        return DEFAULT_SORT
    return f"-{first['field']}" if first.get("direction") == "desc" else first["field"]


def _columns(value: Any) -> tuple[tuple[str, int | None], ...]:
    listed = value if isinstance(value, list) else []
    pairs = [one for one in listed if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)]
    return tuple((field, _id(width)) for field, width in pairs)


def _edits(value: Any) -> tuple[Edit, ...]:
    listed = value if isinstance(value, list) else []
    found = [_edit(one) for one in listed if isinstance(one, Mapping)]
    return tuple(one for one in found if one is not None)


def _edit(value: Mapping[str, Any]) -> Edit | None:
    if value.get("undo") is True:
        return Edit(value["mark"]) if isinstance(value.get("mark"), str) else None
    id_, version = _id(value.get("id")), _id(value.get("version"))
    texts = [value.get(name) for name in ("mark", "field", "value")]
    if id_ is None or version is None or not all(isinstance(text, str) for text in texts):
        return None
    mark, field, written = (str(text) for text in texts)
    return Edit(mark, id_, version, field, written)


def _ids(value: Any) -> tuple[int, ...]:
    return tuple(found for one in value if (found := _id(one)) is not None) if isinstance(value, list) else ()


def _id(value: Any) -> int | None:
    # Ids travel as text or as a number, and a script may send anything.
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return _number(str(value))
