"""The rows of an import in a grid: those of one outcome or reason, those with a text, a page at a time; one in full."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import streamlit as st

from hooks.i18n import _, number
from models.imports import ImportRead, ImportRowRead, ImportRows
from pages.parts import fields, segment_sheet
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.grid import HIGHEST, Column, grid
from pages.parts.held import hold
from pages.parts.history_words import shown
from pages.parts.import_words import OUTCOMES
from pages.parts.link import within
from pages.parts.state import GridEvent, id_in
from pages.parts.words import name_of
from services.imports import runs
from services.imports.reason_titles import title

PAGE = 50
_SEARCH = "import-rows-search"
_REASON = "import-rows-reason"


@dataclass(frozen=True)
class Asked:
    """Which rows the address asks for: `after` or `before` a row, `page` by its number, `row` opened in full."""

    outcome: str
    code: str = ""
    search: str = ""
    after: int = 0
    before: int | None = None
    page: int = 1
    row: int | None = None

    def anew(self, **changes: Any) -> "Asked":
        """Return the first page of another question."""
        return replace(self, **{"after": 0, "before": None, "page": 1, "row": None} | changes)


def rows_by_outcome(run: ImportRead) -> None:
    """Draw the rows of one outcome at a time; the address says which, and which page of them."""
    found = [outcome for outcome in OUTCOMES if getattr(run, outcome)]
    if not found:
        return
    asked = _asked(run, found)
    with st.container(horizontal=True, vertical_alignment="center", key="import-rows-bar"):
        key = f"import-outcome-{run.id}"
        hold(key, asked.outcome)
        st.segmented_control(
            _("Rows"),
            found,
            format_func=lambda one: f"{_(OUTCOMES[one])} {number(getattr(run, one))}",
            required=True,
            label_visibility="collapsed",
            key=key,
            on_change=lambda: _go(run.id, asked.anew(outcome=st.session_state[key], code="")),
        )
        _reasons(run, asked)
        if not run.files_deleted:
            _search(run, asked)
    _rows(run, asked)


def _asked(run: ImportRead, found: Sequence[str]) -> Asked:
    address = st.query_params.to_dict()
    outcome = address.get("rows", "")
    if outcome not in found:
        outcome = "rejected" if run.rejected else found[0]
    code = address.get("reason", "")
    after = id_in(address, "after") or 0
    before = None if after else id_in(address, "before")
    return Asked(
        outcome,
        code if outcome == "rejected" and code in run.reasons else "",
        address.get("find", "").strip(),
        after,
        before,
        (id_in(address, "page") or 1) if after or before else 1,
        id_in(address, "row"),
    )


def _go(import_id: int, asked: Asked) -> None:
    """Have the address say which rows are shown."""
    said = {
        "id": str(import_id),
        "step": st.query_params.get("step", ""),
        "rows": asked.outcome,
        "reason": asked.code,
        "find": asked.search,
        "after": str(asked.after or ""),
        "before": str(asked.before or ""),
        "page": "" if asked.page == 1 else str(asked.page),
        "row": str(asked.row or ""),
    }
    st.query_params.from_dict({name: value for name, value in said.items() if value})


def _reasons(run: ImportRead, asked: Asked) -> None:
    if asked.outcome != "rejected" or len(run.reasons) < 2:
        return
    codes = sorted(run.reasons, key=lambda code: -run.reasons[code])
    hold(_REASON, asked.code or None)
    st.selectbox(
        _("Reason"),
        codes,
        format_func=lambda code: f"{title(code)} {number(run.reasons[code])}",
        placeholder=_("Every reason"),
        label_visibility="collapsed",
        key=_REASON,
        width=260,
        on_change=lambda: _go(run.id, asked.anew(code=st.session_state[_REASON] or "")),
    )


def _search(run: ImportRead, asked: Asked) -> None:
    hold(_SEARCH, asked.search)
    st.text_input(
        _("Find in the file"),
        type="search",
        label_visibility="collapsed",
        placeholder=_("Find in the file"),
        icon=":material/search:",
        width=220,
        key=_SEARCH,
        on_change=lambda: _go(run.id, asked.anew(search=(st.session_state[_SEARCH] or "").strip())),
    )


def _rows(run: ImportRead, asked: Asked) -> None:
    found = runs.rows(
        viewer(), run.id, asked.outcome, asked.after, PAGE,
        before=asked.before, code=asked.code or None, search=asked.search,
    )  # fmt: skip
    is_sheet = run.kind == "segments" and asked.outcome not in ("rejected", "skipped")
    columns, rows = (segment_sheet.table if is_sheet else table)(asked.outcome, found.items)

    def on_event(event: GridEvent) -> None:
        if event.name == "rowOpened":
            _go(run.id, replace(asked, row=None if event.row == asked.row else event.row))

    if found.items:
        with st.container(key="import-grid"):
            grid(
                columns, rows, key=f"import-rows-{run.id}-{asked.outcome}", label=_(OUTCOMES[asked.outcome]),
                epoch=asked.page, height=min(HIGHEST, 40 + 38 * max(1, len(rows)) + 4), opened=asked.row,
                beside=True, on_event=on_event,
            )  # fmt: skip
    else:
        st.caption(_("No such row up to here.") if found.next else _("No such row."))
    _turn(run, asked, found)
    opened = next((item for item in found.items if item.row == asked.row), None)
    if opened is not None:
        title = _("Row {row}").format(row=number(opened.row))
        dialog(title, width="large", on_dismiss=lambda: _go(run.id, replace(asked, row=None)))(_whole)(opened)


def _whole(item: ImportRowRead) -> None:
    with st.container(key="import-row-whole"):
        st.html(whole(item))


def _turn(run: ImportRead, asked: Asked, found: ImportRows) -> None:
    """Draw the way to the pages before and after, and which rows of how many these are, where that is known."""
    if not (found.next or found.previous or asked.search):
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if not asked.search:
            first = (asked.page - 1) * PAGE + 1
            st.caption(
                _("{first}–{last} of {count}").format(
                    first=number(first),
                    last=number(first + len(found.items) - 1),
                    count=number(run.reasons[asked.code] if asked.code else getattr(run, asked.outcome)),
                ),
                width="content",
            )
        elif found.next:
            st.caption(_("Looked at as far as row {row}").format(row=number(found.next)), width="content")
        if asked.search:
            # What lies before cannot be found backwards.
            st.button(
                _("First page"), icon=":material/first_page:", key="icon-import-first", type="tertiary",
                disabled=not asked.after, on_click=_go, args=(run.id, asked.anew()),
            )  # fmt: skip
        else:
            back = max(1, asked.page - 1)
            st.button(
                _("Previous page"), icon=":material/chevron_left:", key="icon-import-previous", type="tertiary",
                disabled=not found.previous and not asked.after, on_click=_go,
                args=(run.id, asked.anew(before=None if back == 1 else found.previous, page=back)),
            )  # fmt: skip
        st.button(
            _("Next page"), icon=":material/chevron_right:", key="icon-import-next", type="tertiary",
            disabled=not found.next, on_click=_go,
            args=(run.id, asked.anew(after=found.next or 0, page=asked.page + 1)),
        )  # fmt: skip


def table(outcome: str, items: Sequence[ImportRowRead]) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return columns and rows of the grid for one outcome."""
    columns = [Column("row", _("Row"), "number", width=80, flex=0)]
    if outcome in ("rejected", "skipped"):
        columns += [
            Column("reason", _("Reason"), width=280, flex=3, wraps=True),
            Column("cells", _("As it stands in the file"), "quiet", width=280, flex=2),
        ]
    else:
        columns.append(Column("who", fields.label("name"), width=180, flex=2))
        if outcome == "updated":
            columns.append(Column("changes", _("Before → after"), "change", width=340, flex=5))
        else:
            columns += [
                Column("ways", _("Contact"), width=220, flex=3),
                Column("labels", fields.label("segments"), "quiet", width=160, flex=2),
            ]
        columns.append(Column("notes", _("Remarks"), "quiet", width=160, flex=2))
    return columns, [_as_row(item) for item in items]


def _as_row(item: ImportRowRead) -> dict[str, Any]:
    values = item.values
    return {
        "id": item.row,
        "row": item.row,
        "reason": item.reason,
        "cells": " · ".join(cell for cell in item.cells if cell),
        "who": name_of(values.get("first_name"), values.get("last_name"), values.get("organization")),
        "ways": " · ".join(shown(name, values[name]) for name in ("phone", "email") if values.get(name)),
        "labels": values.get("segments"),
        "changes": [
            [fields.label(name), shown(name, old), shown(name, new)]
            for name, (old, new) in item.changes.items()
        ],
        "notes": " ".join(item.notes),
    }


def whole(item: ImportRowRead) -> str:
    """Return all that is to be said of one row, as HTML: its reason, each field before and after, what the file has."""
    said = [f"<p>{escape(line)}</p>" for line in (item.reason, *item.notes) if line]
    if item.contact_id is not None:
        said.append(f"<p>{within(_('Open the contact'), '/contact', {'id': str(item.contact_id)})}</p>")
    is_change = item.outcome == "updated"
    before_too = [
        (fields.label(name), shown(name, old), shown(name, new)) for name, (old, new) in item.changes.items()
    ]
    read = [
        (fields.label(name), shown(name, value))
        for name, value in item.values.items()
        if name not in item.changes
    ]
    lines = before_too if is_change else [*read, *((name, new) for name, _old, new in before_too)]
    dash = "—"
    heads = (_("Field"), _("Before"), _("After")) if is_change else (_("Field"), _("As it is read"))
    body = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(value) or dash}</td>' for value in values)}</tr>"
        for name, *values in lines
    )
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    if lines:
        said.append(f'<table class="lines"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
    if item.cells:
        cells = " · ".join(cell for cell in item.cells if cell)
        said.append(f'<p class="by">{escape(_("In the file: {cells}").format(cells=cells))}</p>')
    return "".join(said)
