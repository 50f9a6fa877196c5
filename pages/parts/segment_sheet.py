"""A sheet of segments on its way in: what the file is, how links are taken, what would become of each row."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from hooks.i18n import N_, _, ngettext, number
from hooks.viewer import Viewer
from models.imports import ImportFile, ImportImpact, ImportOptions, ImportRead, ImportRowRead
from pages.parts import fields
from pages.parts.grid import Column
from pages.parts.impact_words import foretold
from pages.parts.segment_words import shown
from services import permissions
from services.impact import Impact, PersonImpact
from services.segment_sheets.writing import sample

KINDS = {"contacts": N_("Contacts"), "segments": N_("Segments")}
_LINKS = {"add": N_("Add them to those there are"), "exactly": N_("Exactly those of the sheet")}
_SHEETS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}


def kind_box(who: Viewer, run: ImportRead, file: ImportFile, choose: Callable[[str], None]) -> None:
    """Draw what the rows of a file are, for whoever may load segments; `choose` has it read as something else."""
    if not who.may(permissions.SEGMENTS_MANAGE):
        return
    key = f"import-kind-{run.id}"
    st.session_state[key] = file.kind
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("The rows are:"), width="content")
        st.segmented_control(
            _("What the rows are"),
            list(KINDS),
            format_func=lambda one: _(KINDS[one]),
            required=True,
            label_visibility="collapsed",
            key=key,
            on_change=lambda: choose(st.session_state[key]),
        )


def missing(mapped: Sequence[str | None]) -> str | None:
    """Return what is to be said where no column gives a segment's name."""
    return None if "name" in mapped else _("No column gives the name of the segment.")


def choices(options: ImportOptions) -> ImportOptions:
    """Draw what can be chosen for a sheet of segments; return the options as chosen."""
    picked = st.radio(
        _("Teams and people of a row"),
        list(_LINKS),
        index=list(_LINKS).index(options.links),
        format_func=lambda one: _(_LINKS[one]),
        key="import-links",
    )
    st.caption(_("An empty cell changes nothing; a description that is to go is written as ; alone."))
    return options.model_copy(update={"links": picked or options.links})


def impact_lines(impact: ImportImpact) -> list[str]:
    """Return who gains and who loses how many contacts, as Markdown."""
    gains, loses = (
        tuple(PersonImpact(one.user_id, one.name, one.contacts) for one in found)
        for found in (impact.gains, impact.loses)
    )
    return foretold(Impact(impact.members, gains, loses, impact.blind))


def begin_words(run: ImportRead) -> str | None:
    """Return what the button says that has the sheet come in; null where it changes nothing."""
    n = run.created + run.updated
    return ngettext("Bring in {n} segment", "Bring in {n} segments", n).format(n=number(n)) if n else None


def show_link() -> None:
    """Draw the way to the segments."""
    st.page_link("segments.py", label=_("Show the segments"), icon=":material/label:")


def table(outcome: str, items: Sequence[ImportRowRead]) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return columns and rows of the grid for rows that come in, or need not."""
    columns = [
        Column("row", _("Row"), "number", width=80, flex=0),
        Column("name", fields.label("name"), width=180, flex=2),
    ]
    if outcome == "updated":
        columns.append(Column("changes", _("Before → after"), "change", width=340, flex=5))
    else:
        columns += [
            Column(name, fields.label(name), "text" if name == "restricted" else "quiet", width=130, flex=2)
            for name in ("restricted", "active", "teams", "users", "colour", "description")
        ]
    return columns, [_as_row(item) for item in items]


def _as_row(item: ImportRowRead) -> dict[str, Any]:
    return {
        "id": item.row,
        "row": item.row,
        **{name: _read(name, value) for name, value in item.values.items()},
        "changes": [
            [fields.label(name), shown(name, old), shown(name, new)]
            for name, (old, new) in item.changes.items()
        ],
    }


def _read(name: str, value: str) -> str:
    return shown(
        name, value == "yes" if name in ("restricted", "active") and value in ("yes", "no") else value
    )


def sample_link(who: Viewer, key: str) -> None:
    """Draw the way to the sample of a sheet, in the reader's language: it holds nobody's data."""
    st.download_button(
        _("Download a sample of segments"),
        sample(who.locale),
        file_name=f"{_('segments sample')}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        key=key,
        on_click="ignore",
    )


def menu(who: Viewer) -> None:
    """Draw the ways of all segments out as a sheet and, for whoever may, of a sheet in."""
    with st.popover(_("Spreadsheet"), icon=":material/table:", type="tertiary", key="segments-sheet"):
        for ending, called in _SHEETS.items():
            words = escape(_("Download {kind}").format(kind=called))
            st.html(f'<a class="action" href="/api/v1/segments/sheet?format={ending}" download>{words}</a>')
        if who.may(permissions.SEGMENTS_MANAGE) and who.may(permissions.CONTACTS_IMPORT):
            st.page_link("imports.py", label=_("Load a sheet"), icon=":material/upload_file:")
            sample_link(who, "segments-sample")
