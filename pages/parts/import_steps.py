"""The steps of an import after its file has arrived: columns, review, result."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hooks.i18n import N_, _, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.imports import ImportColumn, ImportFile, ImportOptions, ImportRead, ImportRowRead
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.grid import Column, grid
from pages.parts.history_words import shown
from pages.parts.state import compact
from pages.parts.words import name_of, plain
from services import permissions
from services.errors import Told
from services.imports import runs
from services.imports.encodings import ENCODINGS
from services.imports.rows import MAPPABLE

PAGE = 50
STEPS = (N_("File"), N_("Columns"), N_("Review"), N_("Result"))
_STEP_OF = {"received": 1, "planning": 2, "planned": 2}
GOING = ("planning", "accepted", "running")
DELIMITERS = {",": N_("comma  ,"), ";": N_("semicolon  ;"), "\t": N_("tab"), "|": N_("bar  |")}
OUTCOMES = {
    "created": N_("New"),
    "updated": N_("Updated"),
    "unchanged": N_("Unchanged"),
    "skipped": N_("Skipped"),
    "rejected": N_("Rejected"),
}
STATES = {
    "received": N_("waits for its columns"),
    "planning": N_("is being checked"),
    "planned": N_("waits for your yes"),
    "accepted": N_("is about to begin"),
    "running": N_("is coming in"),
    "done": N_("done"),
    "done_with_rejects": N_("done, with rejected rows"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}


def step_of(state: str) -> int:
    """Return which of STEPS a state belongs to; whatever has been accepted is in the last."""
    return _STEP_OF.get(state, 3)


def stepper(at: int) -> None:
    """Draw the four steps, the present one marked."""
    current = ' aria-current="step"'
    items = "".join(
        f'<li class="{"done" if place < at else "now" if place == at else "later"}"'
        f"{current if place == at else ''}><span>{place + 1}</span>{escape(_(name))}</li>"
        for place, name in enumerate(STEPS)
    )
    st.html(f'<ol class="steps">{items}</ol>')


# --- columns


def columns_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw how the file is read and which column means what; `deeds` is where the way on belongs."""
    who = viewer()
    options = run.options
    try:
        file = runs.inspect(who, run.id, options)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        _reading(run, None)
        return
    _reading(run, file)
    for note in file.notes:
        st.caption(plain(note))
    if file.guessed:
        st.warning(
            _("The encoding is a guess. If letters look wrong in the samples, choose another one above."),
            icon=":material/translate:",
        )
    mapping = _mapping(file)
    missing = _missing(mapping, file)
    if missing:
        st.warning(
            _(
                "No column gives: {fields}. Rows that match a contact are updated; others will be rejected."
            ).format(fields=plain(", ".join(missing))),
            icon=":material/rule:",
        )
    twice = _twice(mapping)
    if twice:
        st.error(
            _("Two columns lead to {field}. Choose one of them.").format(field=plain(fields.label(twice))),
            icon=":material/error:",
        )
        return
    chosen = _choices(who, options, "segments" in mapping.values())
    with deeds:
        if st.button(_("Check the file"), type="primary", key="import-check", icon=":material/fact_check:"):
            _review(run.id, chosen.model_copy(update={"mapping": mapping}))


def _review(import_id: int, options: ImportOptions) -> None:
    who = viewer()
    try:
        runs.choose(who, import_id, options)
        runs.review(who, import_id)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    st.session_state.pop("import-back", None)
    st.rerun()


def _reading(run: ImportRead, file: ImportFile | None) -> None:
    encoding = file.encoding if file else run.options.encoding
    delimiter = file.delimiter if file else run.options.delimiter
    said = ", ".join(
        part
        for part in (encoding, _(DELIMITERS[delimiter]) if delimiter in DELIMITERS else delimiter)
        if part
    )
    title = _("Read as {how}").format(how=plain(said)) if said else _("How the file is read")
    with st.expander(title, icon=":material/description:", key="import-reading", expanded=file is None):
        left, right = st.columns(2)
        names = list(dict.fromkeys([*([encoding] if encoding else []), *ENCODINGS]))
        left.selectbox(
            _("Encoding"), names, index=0 if encoding else None, key="import-encoding",
            on_change=_read_anew, args=(run, "encoding", "import-encoding"),
        )  # fmt: skip
        marks = list(dict.fromkeys([*([delimiter] if delimiter else []), *DELIMITERS]))
        right.selectbox(
            _("Delimiter"), marks, index=0 if delimiter else None, key="import-delimiter",
            format_func=lambda mark: _(DELIMITERS[mark]) if mark in DELIMITERS else mark,
            on_change=_read_anew, args=(run, "delimiter", "import-delimiter"),
        )  # fmt: skip


def _read_anew(run: ImportRead, option: str, key: str) -> None:
    """Read the file by another encoding or delimiter: what was mapped may no longer be there."""
    changed = run.options.model_copy(update={option: st.session_state[key], "mapping": None})
    runs.choose(viewer(), run.id, changed)


def _mapping(file: ImportFile) -> dict[int, str | None]:
    st.html(
        f'<div class="map-head"><span>{escape(_("Their column"))}</span>'
        f"<span>{escape(_('Samples'))}</span><span>{escape(_('Our field'))}</span></div>"
    )
    with st.container(gap=None, key="rows-mapping"):
        return {column.index: _column(column) for column in file.columns}


def _column(column: ImportColumn) -> str | None:
    with st.container(key=f"map-row-{column.index}"):
        theirs, samples, ours = st.columns([3, 4, 3], vertical_alignment="center")
        theirs.markdown(f"**{plain(column.header) or '—'}**")
        said = " · ".join(one for one in column.samples if one.strip()) or "—"
        samples.html(f'<div class="quiet">{escape(said)}</div>')
        choices = [None, *MAPPABLE]
        picked: str | None = ours.selectbox(
            _("Field for {column}").format(column=column.header),
            choices,
            index=choices.index(column.field) if column.field in choices else 0,
            format_func=lambda field: fields.label(field) if field else _("Leave out"),
            label_visibility="collapsed",
            key=f"map-{column.index}",
        )
        return picked


def _missing(mapping: Mapping[int, str | None], file: ImportFile) -> list[str]:
    """Return what a row needs to make a contact and no column gives, as the columns are mapped just now."""
    given = set(mapping.values())
    needed = ["first_name", "last_name"]
    if "country" in file.missing or "country" in {column.field for column in file.columns}:
        needed.insert(0, "country")
    missing = [fields.label(name) for name in needed if name not in given]
    if not given & {"phone", "email"}:
        missing.append(_("phone or e-mail"))
    return missing


def _twice(mapping: Mapping[int, str | None]) -> str | None:
    seen: set[str] = set()
    for field in mapping.values():
        if field is not None and field in seen:
            return field
        seen.add(field or "")
    return None


def _choices(who: Viewer, options: ImportOptions, with_segments: bool) -> ImportOptions:
    chosen: dict[str, Any] = {}
    st.subheader(_("Choices"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        chosen["country"] = fields.country_box(
            options.country, "import-country", _("Country of rows without one")
        )
        chosen["phone_of_another"] = _choice(
            _("A number that somebody of another name has"),
            {"reject": _("Reject the row"), "create": _("Make a new contact")},
            options.phone_of_another,
            "import-phone-of-another",
        )
    with right:
        if with_segments:
            unknown = {
                "skip": _("Leave them out, and list them"),
                "reject": _("Reject the row"),
                "create": _("Make new segments"),
            }
            if not (who.may(permissions.SEGMENTS_MANAGE) and who.may(permissions.SEGMENTS_ASSIGN)):
                del unknown["create"]
            chosen["unknown_segments"] = _choice(
                _("Names of segments that do not exist"), unknown, options.unknown_segments, "import-unknown"
            )
            chosen["overwrite_segments"] = st.toggle(
                _("Overwrite existing segment data"),
                options.overwrite_segments,
                key="import-overwrite",
                help=_("Each contact ends with exactly the listed segments; an empty cell then removes all."),
            )
    return options.model_copy(update=chosen)


def _choice(label: str, choices: Mapping[str, str], chosen: str, key: str) -> str:
    names = list(choices)
    picked: str | None = st.selectbox(
        label, names, index=names.index(chosen) if chosen in names else 0, format_func=choices.__getitem__,
        key=key, filter_mode=None,
    )  # fmt: skip
    return picked or names[0]


# --- review


def review_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw what would happen: counts, rows with reasons, segments; in `deeds` the one button that begins."""
    coming = run.created + run.updated
    if not coming:
        st.info(_("This file changes nothing."), icon=":material/done_all:")
    remarks(run)
    rows_by_outcome(run)
    with deeds:
        st.button(
            _("Back to the columns"),
            type="tertiary",
            key="import-columns",
            on_click=lambda: st.session_state.update({"import-back": run.id}),
        )
        if coming:
            st.button(
                ngettext("Bring in {n} contact", "Bring in {n} contacts", coming).format(n=number(coming)),
                type="primary",
                icon=":material/check:",
                key="import-accept",
                on_click=_accept,
                args=(run.id,),
            )


def _accept(import_id: int) -> None:
    try:
        runs.accept(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")
        return
    flash(
        _("The import has begun. The bell will tell when it has ended; you may leave this page."),
        "upload_file",
    )


def remarks(run: ImportRead) -> None:
    """Say what else the review found, each on a line; what is nothing is not said."""
    said = [
        *_segment_remarks(run),
        *(sentence.format(n=number(n)) for n, sentence in _counted_remarks(run) if n),
    ]
    if said:
        with st.container(border=True, key="import-remarks", gap="xsmall"):
            for line in said:
                st.markdown(line)


def _counted_remarks(run: ImportRead) -> tuple[tuple[int, str], ...]:
    lost, hidden, binned = run.last_wall_lost, run.out_of_sight, run.in_bin
    shared, other, changed = run.shares_phone, run.other_name, run.changed_since_review
    return (
        (
            lost,
            ngettext(
                "{n} contact ends behind no wall any more.", "{n} contacts end behind no wall any more.", lost
            ),
        ),
        (
            hidden,
            ngettext(
                "{n} contact you will not see afterwards.",
                "{n} contacts you will not see afterwards.",
                hidden,
            ),
        ),
        (
            binned,
            ngettext(
                "{n} row matches a contact in the bin only; it comes in as a new one.",
                "{n} rows match contacts in the bin only; they come in as new ones.",
                binned,
            ),
        ),
        (
            shared,
            ngettext(
                "{n} new contact shares a phone with another one.",
                "{n} new contacts share a phone with another one.",
                shared,
            ),
        ),
        (
            other,
            ngettext(
                "{n} row matches by e-mail a contact of a wholly different name.",
                "{n} rows match by e-mail a contact of a wholly different name.",
                other,
            ),
        ),
        (
            changed,
            ngettext(
                "{n} row went another way than the review had said.",
                "{n} rows went another way than the review had said.",
                changed,
            ),
        ),
    )


def _segment_remarks(run: ImportRead) -> list[str]:
    said = []
    if run.segments_added or run.segments_removed:
        said.append(
            _("Segments: +{added} −{removed}").format(
                added=number(run.segments_added), removed=number(run.segments_removed)
            )
        )
    if run.created_segments:
        said.append(_("New segments: {names}").format(names=plain(", ".join(run.created_segments))))
    for name in run.unknown_segments[:20]:
        if close := run.nearest.get(name):
            said.append(
                _("There is no segment {name}. Did you mean {near}?").format(
                    name=f"**{plain(name)}**", near=f"**{plain(close)}**"
                )
            )
        else:
            said.append(_("There is no segment {name}.").format(name=f"**{plain(name)}**"))
    more = len(run.unknown_segments) - 20
    if more > 0:
        said.append(ngettext("and {n} more name", "and {n} more names", more).format(n=number(more)))
    return said


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


# --- progress and result


def progress(run: ImportRead) -> None:
    """Draw how far a job is, with its rate and the time left."""
    at = run.progress
    phase = {
        "waiting": _("Waiting for a worker"),
        "reading": _("Reading the file"),
        "checking": _("Checking the rows"),
        "matching": _("Looking for contacts that are there already"),
        "writing": _("Bringing in contacts"),
        "ended": _("Almost there"),
    }[at.phase]
    share = min(1.0, at.done / at.of) if at.of else 0.0
    st.progress(share, text=" · ".join([phase, *speed(run)]))
    st.button(
        _("Cancel"),
        key="import-cancel",
        type="tertiary",
        icon=":material/close:",
        on_click=_cancel,
        args=(run.id,),
    )


def speed(run: ImportRead) -> list[str]:
    """Return the rate and the time left, as far as they are known."""
    at, said = run.progress, []
    if at.rate and at.phase in ("checking", "writing", "matching"):
        said.append(_("{n} rows a second").format(n=number(round(at.rate))))
    if at.seconds_left is not None and at.seconds_left >= 1:
        left = round(at.seconds_left)
        said.append(
            ngettext("{n} second left", "{n} seconds left", left).format(n=number(left))
            if left < 90
            else ngettext("{n} minute left", "{n} minutes left", round(left / 60)).format(
                n=number(round(left / 60))
            )
        )
    return said


def _cancel(import_id: int) -> None:
    try:
        runs.cancel(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")


def result_step(run: ImportRead) -> None:
    """Draw how it ended: the numbers, the rejected rows to fetch, the new contacts to see."""
    draw = {"done": st.success, "done_with_rejects": st.warning, "failed": st.error}.get(run.state, st.info)
    draw(plain(ending(run)), icon={"done": ":material/check_circle:"}.get(run.state, ":material/info:"))
    remarks(run)
    with st.container(horizontal=True, vertical_alignment="center", key="import-after"):
        if run.created:
            st.page_link(
                "contacts.py",
                label=ngettext("Show the new one", "Show the {n} new ones", run.created).format(
                    n=number(run.created)
                ),
                icon=":material/contacts:",
                query_params={"filter": new_ones(run)},
            )
        if run.has_rejected_file:
            words = ngettext("Download {n} rejected row", "Download {n} rejected rows", run.rejected)
            st.html(
                f'<a class="action" href="/api/v1/imports/{run.id}/rejected" download>'
                f"{escape(words.format(n=number(run.rejected)))}</a>",
                width="content",
            )
    rows_by_outcome(run)


def ending(run: ImportRead) -> str:
    """Return how an import ended, in a sentence."""
    match run.state:
        case "done":
            return _("Done. Every row of the file is accounted for.")
        case "done_with_rejects":
            return ngettext(
                "Done, but {n} row was rejected. Put it right in the file below and load that one.",
                "Done, but {n} rows were rejected. Put them right in the file below and load that one.",
                run.rejected,
            ).format(n=number(run.rejected))
        case "cancelled" if run.act_id is None:
            return _("Cancelled before anything came in.")
        case "cancelled":
            return _("Cancelled. What had come in by then has stayed; the rest was skipped.")
        case _:
            return run.message or _("The import failed. Nothing that had come in is lost.")


def new_ones(run: ImportRead) -> str:
    """Return the filter that shows what an import has made, as an address holds it."""
    begun = (run.started_at or run.created_at).isoformat()
    ended = (run.ended_at or now()).isoformat()
    return compact(
        {
            "all": [
                {"field": "source", "op": "in", "value": ["import"]},
                {"field": "created", "op": "between", "value": [begun, ended]},
            ]
        }
    )


def summary(run: ImportRead) -> str:
    """Return an import's state in a line, for the list."""
    said = [_(STATES[run.state])]
    if run.state in GOING:
        if run.progress.of:
            said.append(f"{round(100 * run.progress.done / run.progress.of)} %")
        said += speed(run)
    elif run.rows:
        said += [
            f"{number(getattr(run, outcome))} {_(name).lower()}"
            for outcome, name in OUTCOMES.items()
            if getattr(run, outcome)
        ]
    return " · ".join([*said, relative(run.created_at, now())])
