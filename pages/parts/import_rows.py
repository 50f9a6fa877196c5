"""The rows of an import, those of one outcome at a time, a page at a time."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from hooks.i18n import _, number
from models.imports import ImportRead, ImportRowRead
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.grid import Column, grid
from pages.parts.history_words import shown
from pages.parts.import_words import OUTCOMES
from pages.parts.words import name_of
from services.imports import runs

PAGE = 50


def rows_by_outcome(run: ImportRead) -> None:
    """Draw the rows of one outcome at a time."""
    found = [outcome for outcome in OUTCOMES if getattr(run, outcome)]
    if not found:
        return
    usual = "rejected" if run.rejected else found[0]
    key = f"import-outcome-{run.id}"
    if st.session_state.get(key) not in found:
        st.session_state[key] = usual
    outcome = st.segmented_control(
        _("Rows"),
        found,
        format_func=lambda one: f"{_(OUTCOMES[one])} {number(getattr(run, one))}",
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: st.session_state.pop(f"import-page-{run.id}", None),
    )
    _rows(run, outcome or usual)


def _rows(run: ImportRead, outcome: str) -> None:
    starts: list[int] = st.session_state.setdefault(f"import-page-{run.id}", [0])
    page = runs.rows(viewer(), run.id, outcome, starts[-1], PAGE)
    columns, rows = table(outcome, page.items)
    with st.container(key="import-grid"):
        grid(
            columns, rows, key=f"import-rows-{run.id}-{outcome}", epoch=len(starts), label=_(OUTCOMES[outcome]),
            height=min(480, 40 + 38 * max(1, len(rows)) + 4),
        )  # fmt: skip
    if len(starts) > 1 or page.next is not None:
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            first = (len(starts) - 1) * PAGE
            st.caption(f"{number(first + 1)}–{number(first + len(page.items))}", width="content")
            st.button(
                _("Previous page"), icon=":material/chevron_left:", key="icon-import-previous", type="tertiary",
                disabled=len(starts) == 1, on_click=lambda: _turn(run.id, None),
            )  # fmt: skip
            st.button(
                _("Next page"), icon=":material/chevron_right:", key="icon-import-next", type="tertiary",
                disabled=page.next is None, on_click=lambda: _turn(run.id, page.next),
            )  # fmt: skip


def _turn(import_id: int, after: int | None) -> None:
    """Go to the page that begins after a row, or back to the one before."""
    starts = st.session_state[f"import-page-{import_id}"]
    if after is None:
        starts.pop()
    else:
        starts.append(after)


def table(outcome: str, items: Sequence[ImportRowRead]) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return columns and rows of the grid for one outcome."""
    columns = [Column("row", _("Row"), "number", width=80, flex=0)]
    if outcome in ("rejected", "skipped"):
        columns += [
            Column("reason", _("Reason"), width=320, flex=3),
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
