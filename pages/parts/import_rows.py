"""The rows of an import, those of one outcome at a time, a page at a time."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import streamlit as st

from hooks.i18n import _, number
from models.imports import ImportRead, ImportRowRead
from pages.parts import fields, segment_sheet
from pages.parts.door import viewer
from pages.parts.grid import Column, grid
from pages.parts.history_words import shown
from pages.parts.import_words import OUTCOMES
from pages.parts.state import id_in
from pages.parts.words import name_of
from services.imports import runs

PAGE = 50


def rows_by_outcome(run: ImportRead) -> None:
    """Draw the rows of one outcome at a time; the address says which, and which page of them."""
    found = [outcome for outcome in OUTCOMES if getattr(run, outcome)]
    if not found:
        return
    address = st.query_params.to_dict()
    outcome = address.get("rows", "")
    if outcome not in found:
        outcome = "rejected" if run.rejected else found[0]
    key = f"import-outcome-{run.id}"
    st.session_state[key] = outcome
    st.segmented_control(
        _("Rows"),
        found,
        format_func=lambda one: f"{_(OUTCOMES[one])} {number(getattr(run, one))}",
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: _show(run.id, st.session_state[key]),
    )
    pages = ceil(getattr(run, outcome) / PAGE)
    _rows(run, outcome, min(id_in(address, "page") or 1, pages), pages)


def _show(import_id: int, outcome: str, page: int = 1) -> None:
    """Have the address say which rows are shown."""
    wanted = {"id": str(import_id), "rows": outcome}
    st.query_params.from_dict(wanted if page == 1 else wanted | {"page": str(page)})


def _rows(run: ImportRead, outcome: str, page: int, pages: int) -> None:
    first = (page - 1) * PAGE
    items = runs.rows(viewer(), run.id, outcome, limit=PAGE, skip=first).items
    of = segment_sheet.table if run.kind == "segments" and outcome not in ("rejected", "skipped") else table
    columns, rows = of(outcome, items)
    with st.container(key="import-grid"):
        grid(
            columns, rows, key=f"import-rows-{run.id}-{outcome}", epoch=page, label=_(OUTCOMES[outcome]),
            height=min(480, 40 + 38 * max(1, len(rows)) + 4),
        )  # fmt: skip
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            st.caption(
                _("{first}–{last} of {count}").format(
                    first=number(first + 1),
                    last=number(first + len(items)),
                    count=number(getattr(run, outcome)),
                ),
                width="content",
            )
            st.button(
                _("Previous page"), icon=":material/chevron_left:", key="icon-import-previous", type="tertiary",
                disabled=page == 1, on_click=_show, args=(run.id, outcome, page - 1),
            )  # fmt: skip
            st.button(
                _("Next page"), icon=":material/chevron_right:", key="icon-import-next", type="tertiary",
                disabled=page == pages, on_click=_show, args=(run.id, outcome, page + 1),
            )  # fmt: skip


def table(outcome: str, items: Sequence[ImportRowRead]) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return columns and rows of the grid for one outcome."""
    columns = [Column("row", _("Row"), "number", width=80, flex=0)]
    if outcome in ("rejected", "skipped"):
        columns += [
            Column("reason", _("Reason"), width=320, flex=5),
            Column("cells", _("As it stands in the file"), "quiet", width=320, flex=4),
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
