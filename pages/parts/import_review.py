"""The third step of an import: what would happen, row by row; and the one button that has it happen."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hooks.i18n import _, ngettext, number
from models.imports import ImportRead
from pages.parts import fields, segment_sheet
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.import_choices import IN_BIN, check, choices, may_make_segments
from pages.parts.import_columns import HOWS
from pages.parts.import_rows import rows_by_outcome
from pages.parts.import_steps import found, offer_rejected
from pages.parts.import_words import MOST_NAMES, counted, unknown_names
from pages.parts.words import plain
from services.errors import Told
from services.imports import runs


def review_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw what would happen: counts, rows with reasons, segments; in `deeds` the one button that begins."""
    if _what_comes_in(run) is None:
        _nothing(run)
    _opinion(run)
    found(run)
    _in_bin(run)
    _unknown(run)
    _offer_overflow(run)
    is_checked = _choices(run)
    rows_by_outcome(run)
    with deeds:
        st.button(
            _("Back to the columns"),
            type="tertiary",
            key="import-columns",
            on_click=st.query_params.from_dict,
            args=({"id": str(run.id), "step": "columns"},),
        )
        offer_rejected(run)
        _begin(run, is_checked=is_checked)


def _begin(run: ImportRead, *, is_checked: bool) -> None:
    if words := _what_comes_in(run):
        st.button(
            words, type="primary", icon=":material/check:", key="import-accept",
            disabled=not is_checked, on_click=_accept, args=(run.id,),
        )  # fmt: skip
    else:
        st.button(
            _("Finish"), type="primary", icon=":material/check:", key="import-finish",
            disabled=not is_checked, on_click=_accept, args=(run.id,), kwargs={"is_empty": True},
        )  # fmt: skip


def _what_comes_in(run: ImportRead) -> str | None:
    if run.kind == "segments":
        return segment_sheet.begin_words(run)
    words = ngettext("Bring in {n} contact", "Bring in {n} contacts", run.contacts)
    return words.format(n=number(run.contacts)) if run.contacts else None


def _choices(run: ImportRead) -> bool:
    """Draw the choices and how the columns are read; say whether the review was made by what is chosen."""
    with st.expander(_("Choices and columns"), icon=":material/tune:", key="import-choices"):
        mapping = run.options.mapping or {}
        chosen = choices(viewer(), run.options, mapping.values())
        _how_columns_are_read(run, mapping)
    if chosen == run.options:
        return True
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(_("Something else is chosen than what was checked."), icon=":material/rule:")
        if st.button(
            _("Check again"), type="primary", icon=":material/fact_check:", key="import-check-again"
        ):
            check(run.id, chosen)
    return False


def _how_columns_are_read(run: ImportRead, mapping: Mapping[int, str | None]) -> None:
    file = runs.inspect(viewer(), run.id)
    read = [
        f"{plain(column.header) or '—'} → {_read_as(run, mapping.get(column.index))}"
        for column in file.columns
    ]
    st.caption(_("Columns: {columns}").format(columns=" · ".join(read)))


def _read_as(run: ImportRead, field: str | None) -> str:
    if not field:
        return "—"
    how = (run.options.existing or {}).get(field)
    return f"{fields.label(field)} ({_(HOWS[how]).lower()})" if how else fields.label(field)


def _nothing(run: ImportRead) -> None:
    """Say that a file brings nothing in, and what its rows are instead."""
    if not run.rows:
        st.warning(_("This file has no rows."), icon=":material/rule:")
        return
    said = _("Nothing to bring in: {counts}.").format(counts=", ".join(counted(run).values()))
    if run.rejected:
        st.warning(said, icon=":material/rule:")
    else:
        st.info(said, icon=":material/done_all:")


def _opinion(run: ImportRead) -> None:
    """Draw what is unlike the last file of this kind."""
    if run.second_opinion:
        said = "\n".join(f"- {plain(one.sentence)}" for one in run.second_opinion)
        st.warning(f"{_('Is this the right file?')}\n{said}", icon=":material/visibility:")


def _in_bin(run: ImportRead) -> None:
    """Draw what may become of rows whose contact is in the bin, where there are any: another choice checks again."""
    if not run.in_bin:
        return
    chosen = run.options.in_bin
    picked = st.segmented_control(
        _("A row whose contact is in the bin"), list(IN_BIN), default=chosen, required=True,
        format_func=lambda name: _(IN_BIN[name]), key=f"import-bin-{run.id}-{chosen}",
    )  # fmt: skip
    if picked and picked != chosen:
        check(run.id, run.options.model_copy(update={"in_bin": picked}))


def _unknown(run: ImportRead) -> None:
    """Draw the names that lead to no segment; where one comes near, it is taken by one click."""
    meant = run.options.meant_segments
    if not run.unknown_segments and not meant:
        return
    near = {name: run.nearest[name] for name in run.unknown_segments if name in run.nearest}
    with st.container(border=True, key="import-unknown-names", gap="xsmall"):
        for line in unknown_names(run):
            st.markdown(line)
        with st.container(horizontal=True, gap="small"):
            for place, (name, other) in enumerate(list(near.items())[:MOST_NAMES]):
                words = _("{name} means {near}").format(name=plain(name), near=plain(other))
                if st.button(words, key=f"import-take-{place}", icon=":material/label:"):
                    _mean(run, {**meant, name: other})
            if run.options.unknown_segments != "create" and may_make_segments(viewer()):
                words = _("Make new segments of these names")
                if st.button(words, key="import-make-unknown", icon=":material/add:"):
                    check(run.id, run.options.model_copy(update={"unknown_segments": "create"}))
            if len(near) > 1:
                words = ngettext("Take the suggestion", "Take all {n} suggestions", len(near))
                if st.button(words.format(n=number(len(near))), key="import-take-all", type="tertiary"):
                    _mean(run, meant | near)
        if meant:
            read = ", ".join(f"{plain(name)} → {plain(other)}" for name, other in meant.items())
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_("Read as another segment: {names}").format(names=read), width="content")
                if st.button(_("Take back"), key="import-take-back", type="tertiary"):
                    _mean(run, {})


def _mean(run: ImportRead, meant: dict[str, str]) -> None:
    check(run.id, run.options.model_copy(update={"meant_segments": meant}))


def look_on(run: ImportRead) -> None:
    """Draw somebody else's import that has not begun: whose it is decides, others look on."""
    st.info(_("Only whoever loaded this file can go on with it."), icon=":material/lock_person:")
    if run.state == "planned":
        _opinion(run)
        found(run)
        for line in unknown_names(run):
            st.markdown(line)
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
        check(run.id, run.options.model_copy(update={"join_overflow": True}))


def _accept(import_id: int, *, is_empty: bool = False) -> None:
    try:
        runs.accept(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")
        return
    st.query_params.from_dict({"id": str(import_id)})
    if is_empty:
        return
    flash(
        _("The import has begun. The bell will tell when it has ended; you may leave this page."),
        "upload_file",
    )
