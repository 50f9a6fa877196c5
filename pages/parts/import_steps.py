"""The steps of an import after its file has arrived: columns, review, result."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hooks.i18n import N_, _, ngettext, number
from hooks.viewer import Viewer
from models.imports import ImportColumn, ImportFile, ImportOptions, ImportRead
from pages.parts import fields
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.import_rows import rows_by_outcome
from pages.parts.import_words import STEPS, counted, ending, remarks, speed
from pages.parts.words import plain
from services import permissions
from services.errors import Told
from services.imports import runs
from services.imports.encodings import ENCODINGS
from services.imports.rows import MAPPABLE

DELIMITERS = {",": N_("comma  ,"), ";": N_("semicolon  ;"), "\t": N_("tab"), "|": N_("bar  |")}


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
    chosen = _choices(who, options, "segments" in mapping.values()).model_copy(update={"mapping": mapping})
    if not _kept(run, chosen):
        return
    with deeds:
        if st.button(_("Check the file"), type="primary", key="import-check", icon=":material/fact_check:"):
            _review(run.id, chosen)


def _kept(run: ImportRead, chosen: ImportOptions) -> bool:
    """Keep what is chosen as soon as it is, so that a reload loses nothing; say what is refused."""
    if chosen == run.options:
        return True
    try:
        runs.choose(viewer(), run.id, chosen)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return False
    return True


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
    unsure = file is None or file.guessed
    with st.expander(title, icon=":material/description:", key="import-reading", expanded=unsure):
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
        choices = ["", *MAPPABLE]
        picked: str | None = ours.selectbox(
            _("Field for {column}").format(column=column.header),
            choices,
            index=choices.index(column.field or "") if (column.field or "") in choices else 0,
            format_func=lambda field: fields.label(field) if field else _("Leave out"),
            label_visibility="collapsed",
            key=f"map-{column.index}",
        )
        return picked or None


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
        _nothing(run)
    found(run)
    _offer_overflow(run)
    rows_by_outcome(run)
    with deeds:
        st.button(
            _("Back to the columns"),
            type="tertiary",
            key="import-columns",
            on_click=lambda: st.session_state.update({"import-back": run.id}),
        )
        _offer_rejected(run)
        if coming:
            st.button(
                ngettext("Bring in {n} contact", "Bring in {n} contacts", coming).format(n=number(coming)),
                type="primary",
                icon=":material/check:",
                key="import-accept",
                on_click=_accept,
                args=(run.id,),
            )
        else:
            st.button(
                _("Finish"), type="primary", icon=":material/check:", key="import-finish",
                on_click=_accept, args=(run.id,), kwargs={"is_empty": True},
            )  # fmt: skip


def _nothing(run: ImportRead) -> None:
    """Say that a file brings nothing in, and what its rows are instead."""
    if not run.rows:
        st.warning(_("This file has no rows."), icon=":material/rule:")
        return
    said = _("Nothing to bring in: {counts}.").format(counts=", ".join(counted(run)))
    if run.rejected:
        st.warning(said, icon=":material/rule:")
    else:
        st.info(said, icon=":material/done_all:")


def look_on(run: ImportRead) -> None:
    """Draw somebody else's import that has not begun: whose it is decides, others look on."""
    st.info(_("Only whoever loaded this file can go on with it."), icon=":material/lock_person:")
    if run.state == "planned":
        found(run)
        rows_by_outcome(run)


def _offer_overflow(run: ImportRead) -> None:
    """Offer to take cells beyond the header for segments, where a file is cut at the marks between them."""
    mapping = run.options.mapping or {}
    long = run.reasons.get("row_too_long", 0)
    if not long or run.options.join_overflow or not mapping or mapping[max(mapping)] != "segments":
        return
    words = ngettext(
        "{n} row is longer than the header, and segments come last: its further cells may be segments too.",
        "{n} rows are longer than the header, and segments come last: their further cells may be segments too.",
        long,
    )
    st.warning(words.format(n=number(long)), icon=":material/more:")
    if st.button(_("Take them as segments and check again"), key="import-overflow"):
        _review(run.id, run.options.model_copy(update={"join_overflow": True}))


def _accept(import_id: int, *, is_empty: bool = False) -> None:
    try:
        runs.accept(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")
        return
    if is_empty:
        return
    flash(
        _("The import has begun. The bell will tell when it has ended; you may leave this page."),
        "upload_file",
    )


# --- progress and result


def progress(run: ImportRead, *, mine: bool) -> None:
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
    if mine:
        st.button(
            _("Cancel"),
            key="import-cancel",
            type="tertiary",
            icon=":material/close:",
            on_click=_cancel,
            args=(run.id,),
        )


def _cancel(import_id: int) -> None:
    try:
        runs.cancel(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")


def result_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw how it ended: the numbers, the rejected rows to fetch, the new contacts to see."""
    draw = {"done": st.success, "done_with_rejects": st.warning, "failed": st.error}.get(run.state, st.info)
    draw(plain(ending(run)), icon={"done": ":material/check_circle:"}.get(run.state, ":material/info:"))
    if run.files_deleted:
        st.caption(_("The files of this import have had their time and were deleted; its numbers stay."))
    found(run)
    rows_by_outcome(run)
    with deeds:
        if run.created:
            words = ngettext("Show the new one", "Show the {n} new ones", run.created)
            st.page_link(
                "contacts.py",
                label=words.format(n=number(run.created)),
                icon=":material/contacts:",
                query_params={"import": str(run.id)},
            )
        _offer_rejected(run)


def _offer_rejected(run: ImportRead) -> None:
    if run.has_rejected_file:
        words = ngettext("Download {n} rejected row", "Download {n} rejected rows", run.rejected)
        st.html(
            f'<a class="action" href="/api/v1/imports/{run.id}/rejected" download>'
            f"{escape(words.format(n=number(run.rejected)))}</a>",
            width="content",
        )


def found(run: ImportRead) -> None:
    """Draw what else the review found."""
    said = list(remarks(run))
    if said:
        with st.container(border=True, key="import-remarks", gap="xsmall"):
            for line in said:
                st.markdown(line)
